"""Tracking during the year, worked by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from openvbc.errors import EmptyResult
from openvbc.programs.mssp.tracking import track

JANUARY, FEBRUARY, MARCH = (dt.date(2024, month, 1) for month in (1, 2, 3))


def spent(month, amount, kind="AGED_NON_DUAL", category="OUTPATIENT", period="PY"):
    return {
        "period": period, "incurred_month": month, "enrollment_type": kind,
        "service_category": category, "amount": Decimal(amount),
    }  # fmt: skip


def people(month, count, kind="AGED_NON_DUAL", period="PY"):
    return {
        "period": period, "month": month, "enrollment_type": kind, "person_months": count
    }  # fmt: skip


def paid(month, age, amount):
    return {"incurred_month": month, "age": age, "amount": Decimal(amount)}


# January: 100 paid at once, 200 after a month. February: 300 at once. Nothing of March is known.
TABLES = {
    "completion_triangle": [
        paid(JANUARY, 0, "100"), paid(JANUARY, 1, "100"), paid(FEBRUARY, 0, "300")
    ],
    "monthly_tracking": [
        spent(JANUARY, "150"), spent(JANUARY, "50", category="INPATIENT_SHORT_TERM"),
        spent(FEBRUARY, "200"), spent(FEBRUARY, "100", kind="ESRD"),
        spent(JANUARY.replace(year=2023), "999", period="BY3"),
    ],
    "monthly_person_months": [
        people(1, 10), people(1, 1, "ESRD"), people(2, 10), people(2, 1, "ESRD"), people(3, 10),
        people(1, 99, period="BY3"),
    ],
}  # fmt: skip
BENCHMARK = {"ESRD": Decimal(1200), "AGED_NON_DUAL": Decimal(240)}


def test_months_types_and_categories():
    tracking = track(TABLES, BENCHMARK, dt.date(2025, 3, 31))
    assert tracking.as_of == dt.date(2024, 2, 29)
    # a month of age 0 doubles by age 1 (January: 100 to 200), age 1 is the oldest seen
    january, february = tracking.months
    assert (january.paid, january.completed, january.person_months) == (200, 200, 11)
    assert (february.paid, february.completed) == (300, 600)
    # January: 10 x 240/12 + 1 x 1200/12 = 300 expected; 200 x 12 / 11 = 218.18 a person-year
    assert january.benchmark == 300
    assert round(january.per_capita, 2) == Decimal("218.18")
    esrd, aged = tracking.enrollment_types
    assert (esrd.paid, esrd.completed, esrd.benchmark, esrd.person_months) == (100, 200, 200, 2)
    assert aged.completed == 200 + 2 * 200
    assert [c.name for c in tracking.categories] == ["INPATIENT_SHORT_TERM", "OUTPATIENT"]
    assert tracking.categories[1].completed == 150 + 2 * 300
    assert tracking.total.completed == 800
    assert tracking.total.benchmark == 600
    assert tracking.total.person_months == 22


def test_the_cut_off_of_the_run_wins():
    tracking = track(TABLES, BENCHMARK, dt.date(2024, 1, 31))
    assert tracking.as_of == dt.date(2024, 1, 31)
    assert [month.name for month in tracking.months] == ["2024-01"]


def test_a_year_without_payments_is_said():
    empty = {**TABLES, "monthly_tracking": []}
    with pytest.raises(EmptyResult, match="no payment of the performance year is known"):
        track(empty, BENCHMARK, dt.date(2025, 3, 31))
