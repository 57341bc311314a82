"""Hospital-acquired conditions, fiscal year 2024: every hospital of the published file."""

import csv
from decimal import Decimal

import pytest

from openvbc.errors import InputError
from openvbc.programs.hac.results import PROGRAM
from oracles.published import agreement, published


@pytest.fixture(scope="module")
def settlement():
    return PROGRAM.settle(published("p4p/hac/fy2024_hac_reduction_program_dev.csv"))


def test_every_score_and_reduction_agrees(settlement):
    tally = agreement(PROGRAM.verify(settlement))
    assert {label: rows - agree for label, (agree, rows) in tally.items()} == dict.fromkeys(
        tally, 0
    )
    assert tally["z-scores of infections from their ratios"][1] > 10_000
    assert tally["payment reduction, with the cut-off given"][1] > 2000


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


def test_the_cut_off_is_recovered_from_the_yes_and_no_of_a_year_that_has_none(tmp_path):
    """The file of 2024 as if it were of 2025, whose cut-off is not in the rules.

    The true one, 0.3751, lies inside the interval left by the file, which lacks 950 hospitals.
    """
    (source,) = published("p4p/hac/fy2024_hac_reduction_program_dev.csv")
    with source.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    at = head.index("Fiscal Year")
    path = tmp_path / "fy2025.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *([*r[:at], "2025", *r[at + 1 :]] for r in rows)])
    settlement = PROGRAM.settle([path])
    cut_off = settlement.main.evaluation.parameter("cut_off", 0)
    smallest = Decimal(cut_off.cite.rsplit(" ", 1)[1])
    assert cut_off.value <= Decimal("0.3751") < smallest
    assert smallest - cut_off.value < Decimal("0.005")
    assert cut_off.cite.startswith("recovered: the Yes and No of fy2025.csv; the true one is at")
    agree, rows_held = agreement(PROGRAM.verify(settlement))[
        "payment reduction, with the cut-off given"
    ]
    assert agree == rows_held > 2000
    assert any("recovered" in note for note in settlement.notes)


def test_a_measure_that_is_dropped_is_named(tmp_path):
    (source,) = published("p4p/hac/fy2024_hac_reduction_program_dev.csv")
    text = source.read_text(encoding="utf-8").replace("CDI W Z Score", "CDI Z")
    path = tmp_path / "fy2024.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="z-scores of CDI are absent"):
        PROGRAM.settle([path])
