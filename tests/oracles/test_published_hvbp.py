"""Hospital VBP: every point, score and total of fiscal year 2024; totals and exchange of 2021."""

import csv
from decimal import Decimal

import pytest

from openvbc.programs.hvbp.results import PROGRAM
from oracles.published import agreement, published

FILES = [
    f"p4p/hvbp/fy2024_hvbp_{name}_dev.csv"
    for name in (
        "safety",
        "tps",
        "clinical_outcomes",
        "person_and_community_engagement",
        "efficiency_and_cost_reduction",
    )
]


@pytest.fixture(scope="module")
def verification():
    return PROGRAM.verify(PROGRAM.settle(published(*FILES)))


def test_every_line_agrees(verification):
    tally = agreement(verification)
    assert {label: rows - agree for label, (agree, rows) in tally.items()} == dict.fromkeys(
        tally, 0
    )
    assert tally["measure score"][1] > 30_000
    assert tally["total performance score"][1] == len(verification.settlement.main.contracts) > 1700


def test_a_domain_is_scored_exactly_where_one_is_published(verification):
    evaluation = verification.settlement.details["domains"].evaluation
    for row in range(evaluation.count):
        computed = evaluation.value("domain_score", row)
        assert (computed is None) == (evaluation.value("published_domain_score", row) is None)


def test_two_strata_of_infection_score_between_them(verification):
    evaluation = verification.settlement.details["infections"].evaluation
    for row in range(evaluation.count):
        if (taken := evaluation.value("taken_combined_points", row)) is not None:
            pair = (
                evaluation.value("colon_score", row),
                evaluation.value("hysterectomy_score", row),
            )
            assert min(pair) <= taken <= max(pair)


def test_totals_and_exchange_of_fiscal_year_2021():
    """CMS's histogram of the percent change: every bin is matched or exceeded by 1 or 2.

    The file of scores holds 14 hospitals more than the histogram.
    """
    scores, histogram = published(
        "p4p/hvbp/fy2021_hvbp_tps.csv", "p4p/hvbp/fy2021_percent_change_in_medicare_payments.csv"
    )
    verification = PROGRAM.verify(PROGRAM.settle([scores]))
    agree, rows = agreement(verification)["total performance score"]
    assert agree == rows == 2676
    changes = [c for c in verification.settlement.main.evaluation.column("net_change") if c == c]
    excess = 0
    for label, count in list(csv.reader(histogram.open(encoding="utf-8")))[1:]:
        low, high = _bounds(label)
        ours = sum(low < change <= high for change in changes)
        assert 0 <= ours - int(count) <= 2, label
        excess += ours - int(count)
    assert excess == 14


def _bounds(label: str) -> tuple[Decimal, Decimal]:
    """The range in a label such as ``'0.8%<x<=0.9%'``; an end that is not named is open."""
    parts = label.strip("'").replace("%", "").split("x")
    if len(parts) == 1:
        return Decimal(1), Decimal(0)
    low = Decimal(parts[0].strip("<=") or "-100") / 100
    high = Decimal(parts[1].strip("<=") or "100") / 100
    return low, high
