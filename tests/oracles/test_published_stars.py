"""Star Ratings 2026: every contract of the published tables."""

import pytest

from openvbc.programs.stars.results import PROGRAM
from oracles.published import agreement, published

FILES = [
    f"p4p/stars/2026_{name}.csv"
    for name in (
        "summary_ratings_dev",
        "part_d_cut_points",
        "measure_data",
        "cai",
        "measure_stars",
        "part_c_cut_points",
    )
]


@pytest.fixture(scope="module")
def verification():
    return PROGRAM.verify(PROGRAM.settle(published(*FILES)))


def test_every_rating_agrees(verification):
    tally = agreement(verification)
    assert tally["Part C summary"] == (364, 364)
    assert tally["Part D summary"] == (426, 426)
    assert tally["overall rating"] == (360, 360)


def test_measure_stars_differ_only_where_a_disaster_hit(verification):
    score = next(s for s in verification.scores if s.label == "measure stars from cut points")
    assert (score.agree, score.rows) == (16_778, 17_014)
    assert score.explained == len(score.differences)


def test_survey_stars_from_cut_points_are_mostly_right(verification):
    tally = agreement(verification)
    agree, rows = tally["measure stars of surveys from cut points"]
    assert agree / rows > 0.85


def test_percentiles_of_drug_plans_are_those_of_cms(verification):
    """All 16 thresholds of stand-alone drug plans come out by SAS definition 5."""
    sheet = verification.settlement.details["reward_thresholds"]
    gaps = [
        sheet.evaluation.value("official_less_computed", row)
        for row, contract in enumerate(sheet.contracts)
        if contract.identifier == "part_d_pdp"
    ]
    assert len(gaps) == 16
    assert all(abs(gap) <= 1e-6 for gap in gaps)


def test_the_trace_reaches_the_measures(verification):
    main = verification.settlement.main
    row = next(
        row
        for row in range(len(main.contracts))
        if main.evaluation.value("overall_rating", row) is not None
    )
    names = [node.name for node in main.evaluation.trace("overall_rating", row).walk()]
    assert any(name.startswith("measure_star[C01]") for name in names)
