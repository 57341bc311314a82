"""Hospital-acquired conditions, fiscal year 2024: every hospital of the published file."""

import pytest

from openvbc.programs.hac.results import PROGRAM
from oracles.published import agreement, published


@pytest.fixture(scope="module")
def settlement():
    return PROGRAM.settle(published("p4p/hac/fy2024_hac_reduction_program_dev.csv"))


def test_every_score_and_reduction_agrees(settlement):
    found = agreement(PROGRAM.verify(settlement))
    assert {label: rows - agree for label, (agree, rows) in found.items()} == dict.fromkeys(
        found, 0
    )
    assert found["z-scores of infections from their ratios"][1] > 10_000
    assert found["payment reduction, with the cut-off given"][1] > 2000


def test_our_own_percentile_is_near_and_is_no_substitute(settlement):
    """CMS's population is not public: the file's 75th percentile is near the true cut-off."""
    estimate = settlement.main.evaluation.value("estimated_cut_off")
    assert abs(float(estimate) - 0.3751) < 0.005
    assert settlement.main.evaluation.worksheet.lines["estimated_payment_reduction"].status == (
        "unverified"
    )


def test_those_who_submitted_nothing_hold_the_highest_score(settlement):
    measures = settlement.details["measures"]
    highest = {}
    for row, item in enumerate(measures.items):
        if (score := measures.evaluation.value("published_z_score", row)) is not None:
            highest[item] = max(highest.get(item, score), score)
    without_value = 0
    for row, item in enumerate(measures.items):
        score = measures.evaluation.value("published_z_score", row)
        if score is not None and measures.evaluation.value("measure_value", row) is None:
            assert score == highest[item]
            without_value += 1
    assert without_value == 194
