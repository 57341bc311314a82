"""Lists of the user for care management: owners, contacts, people, names, rules of tiers.

Rows that cannot be used are set aside with a reason: two owners of one person, a contact before
the discharge it is about, a contact of a day to come, an outcome that is not known.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, CsvRows, optional, read_csv_file
from openvbc.claims.own_files import MEMBER
from openvbc.engine.table import Value
from openvbc.errors import InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.programs.care.announced import read_announced
from openvbc.programs.care.care_file import CareFile
from openvbc.programs.care.other_gaps import other_gaps
from openvbc.rules.load import load_code_table
from openvbc.steps.care import PROGRAM


def _text(text: str) -> str:
    """A name as it stands."""
    if not text.isprintable() or len(text) > LONGEST_NAME:
        raise read.Refused(f"a name is printable and has at most {LONGEST_NAME} characters")
    return text


def _minutes(text: str) -> int:
    """Whole minutes a year, at most those of a year."""
    minutes = read.number(text)
    if minutes != int(minutes) or not 0 <= minutes <= LONGEST_YEAR:
        raise read.Refused("whole minutes a year, from 0 to those of 366 days")
    return int(minutes)


LONGEST_NAME = 80
LONGEST_YEAR = 366 * 24 * 60
OUTCOMES = ("REACHED", "NOT_REACHED", "VISIT_SCHEDULED", "CLOSED")
COMPARISONS = ("AT_LEAST", "MORE_THAN")
PEOPLE = (MEMBER,)
OWNERS = (MEMBER, CsvColumn("owner", _text, "who answers for the person", "A. Nurse"))
CAPACITY = (
    CsvColumn("owner", _text, "who answers for people", "A. Nurse"),
    CsvColumn("minutes_a_year", _minutes, "minutes for contacts in a year", "46000"),
)
NAMES = (MEMBER, CsvColumn("name", _text, "name, for the workbook", "Doe, Jane"))
CONTACTS = (
    MEMBER,
    CsvColumn("contact_date", read.date, "day of the contact", "2024-03-02"),
    CsvColumn("outcome", read.one_of(*OUTCOMES), "what came of it", "REACHED"),
    optional("discharge_date", read.date, "the discharge it is about"),
    optional("task", _text, "the task of a checklist that was done"),
)
TIER_RULES = ("tier", "rule", "component", "comparison", "threshold")


@dataclass
class UserFiles:
    """What the user's lists say, and what of them was set aside."""

    rows: dict[str, list[tuple[Value, ...]]] = field(default_factory=dict)
    """Rows of the small tables of :data:`openvbc.steps.care.tables.GIVEN`."""
    names: dict[str, str] = field(default_factory=dict)
    set_aside: Counter[str] = field(default_factory=Counter)
    """Reason to rows."""
    passed_by: Counter[str] = field(default_factory=Counter)
    """Messages that were understood and make no row of a list, by why."""
    tier_rules: list[Mapping[str, str]] | None = None
    files: list[Path] = field(default_factory=list)


def read_user_files(file: CareFile) -> UserFiles:
    """Read every list that ``care.yaml`` names.

    Raises:
        InputError: a list lacks a column, or its rules of tiers cannot be used.
    """
    lists = UserFiles()
    lists.rows["chosen_person"] = _members(file.people, lists)
    lists.rows["owner"] = _owners(file.owners, lists)
    lists.rows["owner_capacity"] = _capacity(file.capacity, lists)
    lists.rows["contact"] = _contacts(file.contacts, lists, file.as_of)
    announced = read_announced(file.messages)
    lists.rows["announced_stay"] = announced.rows()
    lists.set_aside.update(announced.set_aside)
    lists.passed_by.update(announced.passed_by)
    lists.files += announced.files
    lists.rows["given_gap"] = other_gaps(file)
    if file.names:
        lists.names = dict(_named_once(file.names, NAMES, "names", "two names", lists))
    if file.tiers:
        lists.tier_rules = read_tier_rules(file.tiers)
        lists.files.append(file.tiers)
    if file.tier_preset:
        lists.tier_rules = preset_rules(file.tier_preset)
    return lists


def _read(path: Path, columns: Sequence[CsvColumn], name: str, lists: UserFiles) -> CsvRows:
    rows = read_csv_file(path, columns, name)
    lists.files.append(path)
    for reason, count in rows.entry.set_aside.items():
        lists.set_aside[f"{name}: {reason}"] += count
    return rows


def _members(path: Path | None, lists: UserFiles) -> list[tuple[Value, ...]]:
    if path is None:
        return []
    rows = _read(path, PEOPLE, "people", lists)
    return [(member,) for member in dict.fromkeys(rows.columns["member_id"])]


def _named_once(
    path: Path, columns: Sequence[CsvColumn], name: str, two: str, lists: UserFiles
) -> list[tuple[str, str]]:
    """Identifiers with what a list says of each, those left out of which it says two things."""
    rows = _read(path, columns, name, lists)
    said: dict[str, set[str]] = {}
    for member, value in zip(*(rows.columns[each.name] for each in columns), strict=True):
        said.setdefault(member, set()).add(value)
    doubled = sum(1 for values in said.values() if len(values) > 1)
    if doubled:
        lists.set_aside[f"{name}: {two} for one person"] += doubled
    return [(member, next(iter(values))) for member, values in said.items() if len(values) == 1]


def _owners(path: Path | None, lists: UserFiles) -> list[tuple[Value, ...]]:
    return list(_named_once(path, OWNERS, "owners", "two owners", lists)) if path else []


def _capacity(path: Path | None, lists: UserFiles) -> list[tuple[Value, ...]]:
    """Minutes of each owner, those left out of whom the list says two things."""
    if path is None:
        return []
    rows = _read(path, CAPACITY, "capacity", lists)
    said: dict[str, set[int]] = {}
    for owner, minutes in zip(*(rows.columns[each.name] for each in CAPACITY), strict=True):
        said.setdefault(owner, set()).add(minutes)
    doubled = sum(1 for values in said.values() if len(values) > 1)
    if doubled:
        lists.set_aside["capacity: two capacities of one owner"] += doubled
    return [(owner, next(iter(values))) for owner, values in said.items() if len(values) == 1]


def _contacts(path: Path | None, lists: UserFiles, as_of: dt.date) -> list[tuple[Value, ...]]:
    if path is None:
        return []
    rows = _read(path, CONTACTS, "contacts", lists)
    columns: dict[str, list[Any]] = rows.columns
    kept: list[tuple[Value, ...]] = []
    for member, day, outcome, discharge, task in zip(
        *(columns[column.name] for column in CONTACTS), strict=True
    ):
        if discharge is not None and day < discharge:
            lists.set_aside["contacts: a contact before the discharge it is about"] += 1
        elif day > as_of:
            lists.set_aside["contacts: a contact after the day of the list"] += 1
        else:
            kept.append((member, day, outcome, discharge, task))
    return kept


def preset_rules(preset: str) -> list[Mapping[str, str]]:
    """The rules of tiers of a preset of ``rules/care/tier_preset.csv``."""
    return [row for row in load_code_table(PROGRAM, "tier_preset") if row["preset"] == preset]


def read_tier_rules(path: Path) -> list[Mapping[str, str]]:
    """The user's rules of tiers: ``tier, rule, component, comparison, threshold``.

    Raises:
        InputError: a column is missing, or a row names a tier, component or comparison that is
            not known.
    """
    heads, rows = rows_of_csv(path)
    missing = [name for name in TIER_RULES if name not in heads]
    if missing or not rows:
        raise InputError(
            "the rules of tiers lack " + (", ".join(missing) or "any row"),
            place=Place(path.name),
            rule=f"columns: {', '.join(TIER_RULES)}",
            code="VBC-10901",
        )
    shipped = load_code_table(PROGRAM, "tier_rule")
    known = {
        "tier": {row["tier"] for row in load_code_table(PROGRAM, "tier")},
        "component": {row["component"] for row in shipped} | {"charlson", "readmission_index"},
        "comparison": set(COMPARISONS),
    }
    for line, row in rows:
        for column, values in known.items():
            if row[column].strip() not in values:
                raise _not_known(path, line, column, row[column], sorted(values))
        try:
            read.number(row["threshold"].strip())
        except read.Refused:
            raise _not_known(path, line, "threshold", row["threshold"], ["a number"]) from None
    return [{name: row[name].strip() for name in TIER_RULES} for _, row in rows]


def _not_known(path: Path, line: int, column: str, value: str, known: list[str]) -> InputError:
    return InputError(
        "a rule of tiers says something that is not known",
        place=Place(path.name, line, column, value),
        rule=f"known: {', '.join(known)}",
        code="VBC-10902",
    )
