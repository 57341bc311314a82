"""The windows built from rules are those of the table of windows, year by year."""

import csv
import datetime as dt
import os
from pathlib import Path

import pytest

from openvbc.programs.mssp.periods import measurement_periods
from openvbc.rules.load import load_rules

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))
WINDOWS = SHARED / "spec" / "params" / "mssp_assignment_windows.csv"


def rows():
    if not WINDOWS.exists():
        return []
    with WINDOWS.open(encoding="utf-8") as file:
        kept = [r for r in csv.DictReader(file) if r["performance_or_benchmark_year"].isdigit()]
    return [(int(r["performance_or_benchmark_year"]), r["method"], r) for r in kept]


@pytest.mark.skipif(not WINDOWS.exists(), reason="the table of windows is not here")
def test_every_window():
    for year, method, row in rows():
        periods = measurement_periods(load_rules("mssp"), year, dt.date(year, 1, 1), method)
        period = periods.periods[-1]
        assert str(period.window_start) == row["window_start"]
        assert str(period.window_end) == row["window_end"]
        assert str(period.expanded_window_start or "") == row["expanded_window_start"]


def test_benchmark_years_follow_the_rules_of_the_performance_year():
    # an agreement of 2024 in 2025, prospective: BY1 is 2021, its window ends in September 2020
    rules = load_rules("mssp")
    first = measurement_periods(rules, 2025, dt.date(2024, 1, 1), "prospective").periods[0]
    assert (first.period, first.calendar_year) == ("BY1", 2021)
    assert first.window_start == dt.date(2019, 10, 1)
    assert first.expanded_window_start == dt.date(2018, 10, 1)
    assert first.assignment_known_by == dt.date(2020, 12, 31)
    assert first.known_by == dt.date(2022, 3, 31)


def test_agreement_starting_in_july():
    # 1 July 2019: benchmark years 2016 to 2018
    years = measurement_periods(
        load_rules("mssp"), 2019, dt.date(2019, 7, 1), "retrospective"
    ).periods
    assert [p.calendar_year for p in years] == [2016, 2017, 2018, 2019]


def test_as_of_ends_knowledge_early():
    rules = load_rules("mssp")
    last = measurement_periods(
        rules, 2024, dt.date(2024, 1, 1), "retrospective", dt.date(2024, 8, 31)
    ).periods[-1]
    assert last.known_by == last.assignment_known_by == dt.date(2024, 8, 31)
