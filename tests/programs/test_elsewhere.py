"""Months of people that another contract has, cut from rosters and told to coverage."""

import datetime as dt
from decimal import Decimal

import pytest

from openvbc.engine.table import SmallTable
from openvbc.programs.capitation.roster_without import roster_without
from openvbc.programs.elsewhere import spans_left
from openvbc.steps import elsewhere
from openvbc.steps.capitation import LAST_DAY, RosterChange


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("span", "months", "left"),
    [
        (("2024-01-01", "2024-12-31"), ["2024-04-01", "2024-05-01"],
         [("2024-01-01", "2024-03-31"), ("2024-06-01", "2024-12-31")]),
        (("2024-01-01", "2024-03-31"), ["2024-01-01", "2024-02-01", "2024-03-01"], []),
        (("2024-01-15", "2024-03-31"), ["2024-01-01"], [("2024-01-15", "2024-03-31")]),
        (("2023-07-01", "2024-12-10"), ["2024-12-01"], [("2023-07-01", "2024-11-30")]),
        (("2024-02-01", "9999-12-31"), ["2024-02-01"], [("2024-03-01", "9999-12-31")]),
        (("2024-06-01", "2024-06-30"), ["2024-01-01", "2025-01-01"],
         [("2024-06-01", "2024-06-30")]),
    ],
)  # fmt: skip
def test_a_month_is_taken_from_the_span_that_holds_its_first_day(span, months, left):
    spans = list(spans_left(*map(day, span), [day(each) for each in months]))
    assert spans == [(day(first), day(last)) for first, last in left]


def change(member, first, last, line, plan="", *, addition=True):
    return RosterChange(
        member, addition, first and day(first), day(last) if last else LAST_DAY, "ALL", "",
        Decimal(1), day("2024-01-01"), plan, line,
    )  # fmt: skip


def test_a_roster_loses_the_months_and_the_end_of_a_membership_that_is_gone():
    """M2 is P1 under a former identifier; P3 has nothing left, so nothing of P3 is ended."""
    roster = [
        change("M2", "2024-01-01", None, 1),
        change("M2", None, "2024-10-31", 2, addition=False),
        change("P3", "2024-01-01", "2024-02-29", 3),
        change("P3", None, "2024-01-31", 4, addition=False),
        change("P4", "2024-01-01", None, 5),
    ]
    months = {"P1": {day("2024-03-01")}, "P3": {day("2024-01-01"), day("2024-02-01")}}
    changes = roster_without(roster, months, {"M2": "P1"})
    assert [(each.line, each.first_day, each.last_day) for each in changes] == [
        (1, day("2024-01-01"), day("2024-02-29")), (1, day("2024-04-01"), LAST_DAY),
        (2, None, day("2024-10-31")), (5, day("2024-01-01"), LAST_DAY),
    ]  # fmt: skip


COVERAGE = {
    "person_id": "string", "calendar_year": "int", "part_a_mask": "int", "part_b_mask": "int",
    "medicare_advantage_mask": "int", "other_initiative_mask": "int", "dual_mask": "int",
}  # fmt: skip


def test_coverage_has_these_months_as_those_of_another_initiative(any_engine):
    """1 and 6 (January; February and March) are 7; another year and another person stay."""
    rows = [("P1", 2024, 4095, 4095, None, 1, 0), ("P1", 2023, 4095, 4095, 0, None, 0),
            ("P2", 2024, 4095, 0, 0, 8, 0)]  # fmt: skip
    any_engine.register_small(SmallTable("coverage", COVERAGE, rows))
    any_engine.register_small(elsewhere.table([("P1", 2024, 6)]))
    (step,) = elsewhere.steps()
    any_engine.define("found", step.sql)
    person_years = any_engine.rows("select * from found order by person_id, calendar_year")
    assert [tuple(row.values()) for row in person_years] == [
        ("P1", 2023, 4095, 4095, 0, 0, 0), ("P1", 2024, 4095, 4095, None, 7, 0),
        ("P2", 2024, 4095, 0, 0, 8, 0),
    ]  # fmt: skip
