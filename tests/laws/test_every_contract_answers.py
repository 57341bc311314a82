"""Every performance year, track and agreement start evaluates, or is refused by the rule's name."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from openvbc.rules.load import load_rules
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

RULES = load_rules("mssp")
YEARS = range(2012, 2030)
TRACKS = (
    "TRACK_1", "TRACK_1_PLUS", "TRACK_2", "TRACK_3",
    "BASIC_A", "BASIC_B", "BASIC_C", "BASIC_D", "BASIC_E", "ENHANCED",
)  # fmt: skip
STARTS = (
    dt.date(2012, 4, 1),
    dt.date(2012, 7, 1),
    *(dt.date(year, 1, 1) for year in range(2013, 2030)),
    dt.date(2019, 7, 1),
)
LINES = (
    "gross_savings",
    "minimum_savings_rate",
    "final_sharing_rate",
    "earned_shared_savings",
    "shared_losses_owed",
    "earned_savings_or_owed_losses",
    "net_payment",
)


@pytest.mark.parametrize("months", [6, 12])
def test_every_contract_is_settled_or_refused_by_name(months):
    grid = list(product(YEARS, TRACKS, STARTS))
    evaluation = SHARED_SAVINGS.evaluate(
        {
            "performance_year": [year for year, _, _ in grid],
            "track": [track for _, track, _ in grid],
            "agreement_start": [start for _, _, start in grid],
            "agreement_performance_year": [
                max(year - start.year + 1, 1) for year, _, start in grid
            ],
            "performance_year_in_track": [max(year - start.year + 1, 1) for year, _, start in grid],
            "performance_year_months": months,
            "assigned_beneficiaries": 8000,
            "revenue_category": "low",
            "updated_benchmark_expenditures": 100_000_000,
            "performance_year_expenditures": 110_000_000,
            "quality_score": "0.80",
            "minimum_attainment_met": True,
        },
        RULES,
    )
    settled = 0
    for row, contract in enumerate(grid):
        refused = evaluation.refused.get(row)
        if refused is None:
            settled += 1
            assert all(evaluation.value(line, row) is not None for line in LINES), contract
        else:
            assert refused.what.startswith("parameter "), contract
            assert "is not known for" in refused.what, contract
    assert settled > 0


@pytest.mark.parametrize("track", TRACKS)
def test_a_track_is_settled_in_the_years_in_which_it_existed_and_in_no_other(track):
    """Tracks 1 and 2 from 2012, 3 from 2016, 1+ from 2018, to 2021; the others 2019 to 2026."""
    old = track.startswith("TRACK")
    first = {"TRACK_3": 2016, "TRACK_1_PLUS": 2018}.get(track, 2012) if old else 2019
    last = 2021 if old else 2026
    for year in YEARS:
        start = dt.date(min(max(year - 1, 2013), 2018), 1, 1) if old else dt.date(2019, 7, 1)
        evaluation = SHARED_SAVINGS.evaluate(
            {
                "performance_year": year,
                "track": track,
                "agreement_start": start,
                "performance_year_in_track": 2,
                "performance_year_months": 12,
                "assigned_beneficiaries": 8000,
                "revenue_category": "low",
                "updated_benchmark_expenditures": 100_000_000,
                "performance_year_expenditures": 95_000_000,
                "quality_score": "0.80",
            },
            RULES,
        )
        assert (0 not in evaluation.refused) == (first <= year <= last), (track, year)


def test_every_benchmark_is_computed_or_refused_by_name():
    grid = [
        (year, start, number, times)
        for start, number, times in product(STARTS, (1, 2, 3), (1, 2, 3, 4, 5))
        for year in range(start.year, start.year + 6)
    ]
    given = dict.fromkeys(BENCHMARK.inputs, 1)
    flags = {name: False for name, spec in BENCHMARK.inputs.items() if spec.unit == "flag"}
    columns = {
        "performance_year": [year for year, _, _, _ in grid],
        "agreement_start": [start for _, start, _, _ in grid],
        "agreement_number": [number for _, _, number, _ in grid],
        "times_regional_adjustment_applied": [times for _, _, _, times in grid],
    }
    evaluation = BENCHMARK.evaluate({**given, **flags, **columns}, RULES)
    for row, contract in enumerate(grid):
        refused = evaluation.refused.get(row)
        if refused is None:
            assert evaluation.value("total_benchmark", row) is not None, contract
        else:
            assert "is not known for" in refused.what, contract
    settled = {grid[row][1] for row in range(len(grid)) if row not in evaluation.refused}
    assert settled == {start for start in STARTS if start.year <= 2026}
