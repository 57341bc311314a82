"""What lists and messages say of people, held against the people of the claim store.

Set aside with a reason: a person that no claim feed names, one person with two owners or two names
under different identifiers, a contact that is given twice, a contact after the death of the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.table import Value
from openvbc.programs.care.user_files import UserFiles

Row = Sequence[Value]
STRANGER = "a person that no claim feed names"
TABLES = {
    "people": "chosen_person", "owners": "owner", "contacts": "contact",
    "messages": "announced_stay", "gaps": "given_gap",
}  # fmt: skip
"""What is read, by the word a reason begins with, and the table it becomes."""


@dataclass(frozen=True)
class KnownPeople:
    """Every identifier of the claim store with its person, and the days of death that are known."""

    person_of: dict[str, str]
    died_on: dict[str, dt.date]

    @classmethod
    def of(cls, engine: Engine) -> KnownPeople:
        """Those of the store whose tables `person` and `person_identifier` the engine holds."""
        of = engine.rows("select member_id, person_id from person_identifier")
        died = engine.rows("select person_id, death_date from person where death_date is not null")
        return cls(
            {row["member_id"]: row["person_id"] for row in of},
            {row["person_id"]: row["death_date"] for row in died},
        )


def hold_against(known: KnownPeople, lists: UserFiles, as_of: dt.date) -> None:
    """Leave in what was read only rows that can be used, and count the others by their reason."""
    named, persons = known.person_of.keys(), set(known.person_of.values())
    for name, table in TABLES.items():
        known_as = named | persons if table == "given_gap" else named
        lists.rows[table] = _kept(lists, lists.rows.get(table, []), name, _unless_in(known_as))
    lists.rows["owner"] = _one_each(lists, known, lists.rows["owner"], "owners", "two owners")
    lists.rows["contact"] = _contacts(lists, known)
    lists.rows["announced_stay"] = _stays(lists, known, as_of)
    names = _kept(lists, list(lists.names.items()), "names", _unless_in(named))
    lists.names = dict(_one_each(lists, known, names, "names", "two names"))


def _unless_in(named: Collection[str]) -> Callable[[Row], str | None]:
    return lambda row: None if str(row[0]) in named else STRANGER


def _kept(
    lists: UserFiles, rows: Sequence[Any], name: str, refused: Callable[[Row], str | None]
) -> list[Any]:
    kept = []
    for row in rows:
        reason = refused(row)
        if reason is None:
            kept.append(row)
        else:
            lists.set_aside[f"{name}: {reason}"] += 1
    return kept


def _one_each(
    lists: UserFiles, known: KnownPeople, rows: Sequence[Any], name: str, two: str
) -> list[Any]:
    """Rows of an identifier and what is said of the person, where all say the same."""
    said: dict[str, set[Value]] = {}
    for row in rows:
        said.setdefault(known.person_of[row[0]], set()).add(row[1])
    doubled = {person for person, values in said.items() if len(values) > 1}
    if doubled:
        lists.set_aside[f"{name}: {two} for one person"] += len(doubled)
    return [row for row in rows if known.person_of[row[0]] not in doubled]


def _contacts(lists: UserFiles, known: KnownPeople) -> list[Any]:
    seen: set[tuple[Value, ...]] = set()

    def refused(row: Row) -> str | None:
        person = known.person_of[str(row[0])]
        died = known.died_on.get(person)
        if died is not None and isinstance(row[1], dt.date) and row[1] > died:
            return "a contact after the death of the person"
        whole = (person, *row[1:])
        if whole in seen:
            return "the same contact again"
        seen.add(whole)
        return None

    return _kept(lists, lists.rows["contact"], "contacts", refused)


def _stays(user_lists: UserFiles, known: KnownPeople, as_of: dt.date) -> list[Any]:
    """Announced stays, each once: HL7 messages and FHIR Encounters may tell of one."""
    kept: dict[tuple[Value, ...], Row] = {}
    for row in sorted(user_lists.rows["announced_stay"], key=lambda row: (row[8], str(row[7]))):
        member, setting, _, admitted, discharged = row[:5]
        key = (known.person_of[str(member)], setting, admitted, discharged)
        if key in kept:
            user_lists.passed_by["messages: a stay that another message tells too"] += 1
            continue
        kept[key] = row
        if isinstance(row[8], dt.date) and row[8] > as_of:
            user_lists.passed_by["messages: a stay that was not known on the day of the lists"] += 1
    return list(kept.values())
