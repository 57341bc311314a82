"""Rules as small tables for SQL: code sets in force for a performance year, and what is not sure.

SQL carries no law: codes, dates and flags reach it as tables built here from ``rules/<program>``.
A code set has the columns ``first_performance_year`` and ``last_performance_year`` (empty: open)
where it changes by year, and ``cite`` and ``status`` in every row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import load_code_table
from openvbc.rules.parameter import Parameter, Status

NOT_CONFIRMED = (Status.UNVERIFIED, Status.SECONDARY)


@dataclass(frozen=True)
class Doubt:
    """A rule that was used and is not confirmed: a parameter, or rows of a code set."""

    name: str
    status: Status
    detail: str
    """What the value is, or how many rows of the set have this status."""
    cite: str


@dataclass(frozen=True)
class RuleTable:
    """A small table for SQL with the doubts about the rules in it."""

    table: SmallTable
    doubts: tuple[Doubt, ...]


def rule_table(name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Value]]) -> RuleTable:
    """A table of which nothing is in doubt."""
    return RuleTable(SmallTable(name, columns, rows), ())


def rows_in_force(
    program: str, name: str, performance_year: int | None = None
) -> list[Mapping[str, str]]:
    """The rows of a code set whose performance years include `performance_year`."""
    return [
        row
        for row in load_code_table(program, name)
        if performance_year is None
        or (
            int(row.get("first_performance_year") or performance_year)
            <= performance_year
            <= int(row.get("last_performance_year") or performance_year)
        )
    ]


def code_table(
    program: str,
    source: str,
    name: str,
    columns: Mapping[str, str],
    performance_year: int | None = None,
    defaults: Mapping[str, str] | None = None,
) -> RuleTable:
    """The code set ``rules/<program>/<source>.csv`` as the table `name`.

    Args:
        program: rules to read from.
        source: file name without ending.
        name: name of the table in SQL.
        columns: columns to keep, with their SQL types; an empty cell becomes null.
        performance_year: keep rows in force in this year; None keeps all.
        defaults: what an empty cell of a column stands for, where not null.
    """
    stands = tuple((defaults or {}).items())
    return _made_once(program, source, name, tuple(columns.items()), performance_year, stands)


@lru_cache(maxsize=256)
def _made_once(
    program: str,
    source: str,
    name: str,
    columns: tuple[tuple[str, str], ...],
    performance_year: int | None,
    defaults: tuple[tuple[str, str], ...],
) -> RuleTable:
    """What is shipped does not change: a run asks for the same set for its steps, its review ..."""
    rule_rows = rows_in_force(program, source, performance_year)
    stands = dict(defaults)
    rows = [tuple(row[column] or stands.get(column) for column, _ in columns) for row in rule_rows]
    return RuleTable(SmallTable(name, dict(columns), rows), tuple(_doubts(source, rule_rows)))


def _doubts(source: str, rows: Iterable[Mapping[str, str]]) -> Iterable[Doubt]:
    counted = Counter((Status(row["status"]), row["cite"]) for row in rows)
    for (status, cite), count in sorted(counted.items()):
        if status in NOT_CONFIRMED:
            yield Doubt(source, status, f"{count} rows", cite)


def parameter_doubts(parameters: Iterable[Parameter]) -> tuple[Doubt, ...]:
    """The doubts about parameters that were used."""
    return tuple(
        Doubt(p.name, p.status, str(p.value), p.cite)
        for p in parameters
        if p.status in NOT_CONFIRMED
    )


def one_row(
    name: str, columns: Mapping[str, str], values: Mapping[str, Value], used: Iterable[Parameter]
) -> RuleTable:
    """A table of one row, in the order of `columns`."""
    row = tuple(values[column] for column in columns)
    return RuleTable(SmallTable(name, columns, [row]), parameter_doubts(used))
