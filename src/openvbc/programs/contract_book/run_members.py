"""Who is in a contract that its own program settled: told by the tables of its run.

The run of a project names its people itself: who is assigned, aligned, or on the roster, by month.
An assigned person is in the contract in the months with Parts A and B and not in Medicare
Advantage; those of a COVID-19 episode leave expenditure, and not the contract. So overlap with
other contracts is found without a list of members. Episodes name none: they overlap by their own
rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.reading import reading
from openvbc.errors import OpenvbcError
from openvbc.run import Run

_MONTHS = """
with told as (
  select person_id, month_number, {voluntary} as is_voluntary,
    month_number - row_number() over (partition by person_id order by month_number) as island
  from (select distinct person_id, month_number, {column} from {table} where {where}) d
)
select person_id, min(month_number) as first_month, max(month_number) as last_month,
  max(case when is_voluntary then 1 else 0 end) = 1 as is_voluntary
from told
group by person_id, island
order by person_id, first_month
"""
_QUERIES = {
    "assignment": """
select a.person_id, coalesce(a.step, '') = 'VOLUNTARY_ALIGNMENT' as is_voluntary,
  bit_or(m.month_mask + m.excluded_mask) as month_mask
from assignment a
join measured_enrollment m on m.person_id = a.person_id and m.period = a.period
where a.period = 'PY' and a.is_assigned
group by all
order by a.person_id
""",
    "aligned_month": _MONTHS.format(
        table="aligned_month", column="alignment", where="period = 'PY'",
        voluntary="alignment = 'VOLUNTARY'",
    ),
    "capitated_month": _MONTHS.format(
        table="capitated_month", column="plan", where="true", voluntary="false"
    ),
    "member_month": """
select person_id, false as is_voluntary, month_mask
from member_month
order by person_id
""",
}  # fmt: skip
"""By table of a run that names people: their months in the settled year, as spans or as bits."""
_BESIDE = {"assignment": ("measured_enrollment",)}
"""By the same: what else its query reads of the run."""


def names_people(folder: Path) -> bool:
    """Whether a run names its people by month."""
    try:
        return any(name in Run.open(folder).tables for name in _QUERIES)
    except OpenvbcError:
        return False  # settled from totals: there are no tables


def members_of_run(folder: Path, number: int, year: int) -> list[tuple[Any, ...]]:
    """Rows of `book_span` of one settled contract; none where its run names nobody by month.

    Args:
        folder: of the run.
        number: of the contract in the book.
        year: of the book.
    """
    if not names_people(folder):
        return []
    run = Run.open(folder)
    known = [name for name in _QUERIES if name in run.tables]
    spans: list[tuple[Any, ...]] = []
    with reading() as engine:
        for name in known:
            run.register(engine, name, *_BESIDE.get(name, ()))
            spans += [(number, *span) for span in spans_told(engine, name, year)]
    return spans


def spans_told(engine: Engine, name: str, year: int) -> list[tuple[Any, ...]]:
    """Spans of months that a table of a run, by its name in the engine, tells of its people.

    Returns:
        Person, first and last day, first day of the year, whether the person chose it.
    """
    return [
        _span(row, first, last, year)
        for row in engine.rows(_QUERIES[name])
        for first, last in _spans(row)
    ]


def _spans(row: dict[str, Any]) -> Sequence[tuple[int, int]]:
    if "month_mask" not in row:
        return [(row["first_month"], row["last_month"])]
    months = [n for n in range(1, 13) if row["month_mask"] & 1 << (n - 1)]
    spans: list[tuple[int, int]] = []
    for month in months:
        if spans and spans[-1][1] == month - 1:
            spans[-1] = (spans[-1][0], month)
        else:
            spans.append((month, month))
    return spans


def _span(row: dict[str, Any], first: int, last: int, year: int) -> tuple[Any, ...]:
    begin = dt.date(year, first, 1)
    end = dt.date(year + last // 12, last % 12 + 1, 1) - dt.timedelta(days=1)
    return row["person_id"], begin, end, dt.date(year, 1, 1), row["is_voluntary"]
