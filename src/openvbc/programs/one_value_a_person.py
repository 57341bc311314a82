"""A list of people says one thing of one person, under however many identifiers it names them.

A list that names a member twice is refused when it is read. Two identifiers of one person show only
against the claim store, which knows whose they are: this is where that is held.
"""

from __future__ import annotations

from pathlib import Path

from openvbc.claims.own_files import OwnFile
from openvbc.claims.own_rows import rows_of
from openvbc.engine.table import SmallTable
from openvbc.errors import InputError, Place
from openvbc.programs.claims_program import Workbench

IDENTIFIERS = "person_identifier"


def person_of_identifiers(bench: Workbench) -> dict[str, str]:
    """The person of each identifier of the claim store that is not the current one."""
    if not _has_identifiers(bench):
        return {}
    rows = bench.engine.rows(
        f"select member_id, person_id from {IDENTIFIERS} where member_id <> person_id"
    )
    return {row["member_id"]: row["person_id"] for row in rows}


def _has_identifiers(bench: Workbench) -> bool:
    store = next((each for each in bench.store if each.name == IDENTIFIERS), None)
    if store is not None:
        bench.engine.register(IDENTIFIERS, store.parts)
    return store is not None


def refuse_two_values(
    bench: Workbench, table: SmallTable, column: str, path: Path, form: OwnFile
) -> None:
    """Refuse a list that gives one person two values under two identifiers.

    Equal values under two identifiers are one thing said twice, and change nothing.

    Args:
        bench: with the claim store, which knows the identifiers of a person.
        table: the list as the steps have it, with `member_id`.
        column: what there is one of a person.
        path: the user's file.
        form: the form of that file, with both columns.

    Raises:
        InputError: with the line of the second value; it names no person.
    """
    if not table.rows or not _has_identifiers(bench):
        return
    bench.engine.register_small(table)
    clashes = bench.engine.rows(
        f"with known as (select coalesce(i.person_id, m.member_id) as person_id, m.member_id,"
        f" m.{column} as told from {table.name} m"
        f" left join {IDENTIFIERS} i on i.member_id = m.member_id),"
        " doubled as (select person_id from known group by person_id"
        " having count(distinct told) > 1)"
        " select k.person_id, k.member_id from known k join doubled d on d.person_id = k.person_id"
    )
    if clashes:
        raise _refused({row["member_id"]: row["person_id"] for row in clashes}, column, path, form)


def _refused(person_of: dict[str, str], column: str, path: Path, form: OwnFile) -> InputError:
    people = len(set(person_of.values()))
    return InputError(
        f"{form.name} gives {people:,} {'person' if people == 1 else 'people'} two values of "
        f"{column.replace('_', ' ')} under two identifiers",
        place=Place(path.name, _second_line(person_of, path, form), column),
        rule="identifiers that the deliveries say are one person have one value",
        action="leave the row with the current identifier",
        code="VBC-1199",
    )


def _second_line(person_of: dict[str, str], path: Path, form: OwnFile) -> int | None:
    seen: set[str] = set()
    for line, row in rows_of(path, form):
        person = person_of.get(row["member_id"])
        if person in seen:
            return line
        if person is not None:
            seen.add(person)
    return None
