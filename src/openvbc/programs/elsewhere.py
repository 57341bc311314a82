"""A project without months of people that another contract has the credit for.

A program takes them out where its people come in: of a roster the months are cut; assignment and
alignment see them as months in another initiative, which keeps the person out by their own rule.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from openvbc.engine.pipeline import Pipeline
from openvbc.programs.claims_program import Elsewhere, Workbench
from openvbc.steps import elsewhere

FOLDER = "coverage_elsewhere"
Change = TypeVar("Change")


def without_months(
    roster: Iterable[Change],
    months: Elsewhere,
    person_of: Mapping[str, str],
    member: Callable[[Change], str],
    span: Callable[[Change], tuple[dt.date, dt.date]],
    cut: Callable[[Change, dt.date, dt.date], Change],
) -> list[Change]:
    """The rows of a roster that are left, each cut into the spans without these months.

    Args:
        roster: its rows.
        months: taken out, by person.
        person_of: the person of an identifier, where that is another one.
        member: the identifier of a row.
        span: its first and last day.
        cut: the same row with another span.
    """
    rows_left: list[Change] = []
    for row in roster:
        out = months.get(person_of.get(member(row), member(row)), ())
        rows_left += [cut(row, *each) for each in spans_left(*span(row), out)] if out else [row]
    return rows_left


def spans_left(
    first: dt.date, last: dt.date, months: Collection[dt.date]
) -> Iterator[tuple[dt.date, dt.date]]:
    """What is left of a span without whole months; a month is of a span that holds its first day.

    Args:
        first: first day of the span.
        last: its last day.
        months: first days of the months taken out.
    """
    for month in sorted(months):
        if not first <= month <= last:
            continue
        if first < month:
            yield first, month - dt.timedelta(days=1)
        first = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    if first <= last:
        yield first, last


def in_another_initiative(bench: Workbench, months: Elsewhere) -> Workbench:
    """The bench with coverage that has these months as months in another initiative."""
    masks: dict[tuple[str, int], int] = defaultdict(int)
    for person, days in months.items():
        for day in days:
            masks[person, day.year] |= 1 << (day.month - 1)
    given = elsewhere.table((who, year, mask) for (who, year), mask in masks.items())
    made = Pipeline(elsewhere.steps()).run(
        bench.engine, bench.store, [given], bench.folder.parent / FOLDER, bench.progress
    )
    coverage = replace(made["coverage_elsewhere"].table, name="coverage")
    others = [each for each in bench.store if each.name != coverage.name]
    return replace(bench, store=[*others, coverage])
