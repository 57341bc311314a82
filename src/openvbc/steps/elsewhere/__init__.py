"""Months of people that another contract has, told to a program that knows them by coverage alone.

One step, `coverage_elsewhere`: the claim store's coverage with these months marked as those of
another initiative, which keeps a person out of assignment and alignment.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable


def steps() -> list[Step]:
    """The step."""
    return steps_in(resources.files(__name__))


def table(months: Iterable[tuple[str, int, int]]) -> SmallTable:
    """What the step is given: person, calendar year, months as bits."""
    columns = {"person_id": "string", "calendar_year": "int", "month_mask": "int"}
    return SmallTable("month_elsewhere", columns, sorted(months))
