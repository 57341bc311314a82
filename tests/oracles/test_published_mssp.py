"""Hold the settlement of every published Shared Savings results file against what CMS printed.

The releases are named in the provenance of the shared data. The numbers of rows below are those of
the files; what is asserted is that every row agrees but the documented exceptions.
"""

from functools import cache

import pytest

from openvbc.programs.mssp.results import PROGRAM
from oracles.published import published

FILES = {
    2013: "mssp_py2013_partial.csv",
    2014: "mssp_py2014.csv",
    2015: "mssp_py2015.csv",
    2016: "mssp_py2016.csv",
    2018: "mssp_py2018.csv",
    2020: "mssp_py2020.csv",
    2021: "mssp_py2021.csv",
    2022: "mssp_py2022.csv",
    2024: "mssp_py2024.csv",
}
ROWS = {
    2013: 220, 2014: 333, 2015: 392, 2016: 432, 2018: 548,
    2020: 513, 2021: 475, 2022: 482, 2024: 476,
}  # fmt: skip
ONE_SIDED = {
    2013: 215, 2014: 330, 2015: 389, 2016: 410, 2018: 453,
    2020: 323, 2021: 280, 2022: 198, 2024: 157,
}  # fmt: skip
PAID_EXACT = {2014: 21, 2015: 22, 2016: 19, 2018: 27, 2020: 345, 2021: 274, 2022: 304, 2024: 359}
PAID_ROUNDED = {2014: 65, 2015: 97, 2016: 115, 2018: 178}
OWED = {2016: 4, 2018: 11, 2024: 16}
LIMITED_BY_REVENUE = {2021: {"A1515", "A2820", "A4627"}, 2022: {"A1070"}}
"""Owed nothing as printed, because a limit by unpublished revenue and full relief applied."""


@cache
def verified(year):
    (path,) = published(f"aco_results/{FILES[year]}")
    return PROGRAM.verify(PROGRAM.settle([path]))


@cache
def score(year, label):
    scores = [s for s in verified(year).scores if s.label == label]
    return scores[0] if scores else None


def every_row_agrees(rows_by_label):
    """Lines and years in one test: a rate that is wrong is wrong once, with what misses it."""
    misses = {}
    for label, rows_by_year in rows_by_label.items():
        for year, rows in rows_by_year.items():
            line = score(year, label)
            if line is None or (line.agree, line.rows) != (rows, rows):
                misses[label, year] = line and (line.agree, line.rows, line.differences[:3])
    assert misses == {}


def test_every_row_is_settled():
    settled = {year: verified(year).settlement for year in FILES}
    assert {year: settlement.rows_in for year, settlement in settled.items()} == ROWS
    assert {year: len(settlement.main.contracts) for year, settlement in settled.items()} == ROWS


def test_nothing_differs_without_a_reason():
    unexplained, explained = [], {}
    for year in FILES:
        lines = [s for s in verified(year).scores if s.line != "published_historical_benchmark"]
        differences = [d for s in lines for d in s.differences]
        unexplained += [(year, d) for d in differences if not d.explained]
        if contracts := {d.contract.identifier for d in differences}:
            explained[year] = contracts
    assert unexplained == []
    assert explained == LIMITED_BY_REVENUE


def test_every_row_of_every_year_agrees():
    """To the dollar, or inside the interval of the printed score; the years that miss are named."""
    every_row_agrees(
        {
            "Minimum savings rate, one-sided": ONE_SIDED,
            "Generated savings or losses": {y: rows for y, rows in ROWS.items() if y >= 2014},
            "Final sharing rate": ROWS,
            "Earned savings, quality score exact": PAID_EXACT,
            "Earned savings, quality score printed rounded": PAID_ROUNDED,
            "Owed losses": OWED,
            "Quality performance standard met": {2024: 476},
            "Quality score at or above the percentile": {2024: 476},
            "Half rate below the minimum savings rate": {2024: 476},
            "Final loss rate": {2024: 319},
            "Advance investment payments recouped": {2024: 19},
            "Advance investment payments carried": {2024: 19},
        }
    )


@pytest.mark.parametrize("year", LIMITED_BY_REVENUE)
def test_losses_under_unpublished_limits_lie_inside_the_bound(year):
    line = score(year, "Nothing earned or owed")
    for difference in line.differences:
        assert difference.computed < difference.published == 0
        assert "revenue" in difference.reason


def test_totals_of_2024():
    evaluation = verified(2024).settlement.main.evaluation
    benchmark = sum(evaluation.column("benchmark_expenditures"))
    results = evaluation.column("earned_savings_or_owed_losses")
    assert benchmark == 139_712_597_928
    assert abs(sum(r for r in results if r > 0) - 4_124_206_556) < 359
    assert abs(sum(r for r in results if r < 0) + 19_966_437) < 16
