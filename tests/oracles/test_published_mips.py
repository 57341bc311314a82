"""MIPS: the groups of performance year 2017, and the published adjustment of 2024."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from openvbc.programs.mips.results import PROGRAM
from openvbc.programs.mips.weight_sets import WHOLE
from openvbc.rules.load import load_rules
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE
from oracles.published import agreement, published

WITH_PROMOTING = "final score by whole weights, groups with promoting interoperability"
BY_SET = "final score by one of the year's weight sets, named"


@pytest.fixture(scope="module")
def settlement():
    return PROGRAM.settle(published("qpp/mips_py2017_groups_dev.csv"), options={"year": "2017"})


def test_every_group_is_settled(settlement):
    assert settlement.rows_in == len(settlement.main.contracts) == 15_087
    assert not settlement.set_aside


def test_final_scores_lie_inside_what_rounding_leaves(settlement):
    """At least 99.9% with whole weights where ACI is above 0; of all, 99.99% by a named set."""
    tally = agreement(PROGRAM.verify(settlement))
    ((agree, rows),) = [both for label, both in tally.items() if label.startswith(WITH_PROMOTING)]
    assert rows == 5_715
    assert agree >= Decimal("0.999") * rows
    agree, rows = tally[BY_SET]
    assert rows == 15_087
    assert agree >= Decimal("0.9999") * rows


@pytest.mark.parametrize("year", ["2022", "2023"])
def test_printed_rows_of_clinicians(year):
    """Seven rows somebody printed; the year is one of both, whose weights are the same."""
    settled = PROGRAM.settle(
        published("p4p/qpp/mips_clinician_rows_sample.csv"), options={"year": year}
    )
    tally = agreement(PROGRAM.verify(settled))
    assert set(tally.values()) == {(7, 7)}


def test_a_quality_weight_off_by_one_point_is_seen(settlement):
    """The comparison can fail: with 59% instead of 60% most groups differ."""
    rules = load_rules("mips").what_if("quality_weight", Decimal("0.59"), "a wrong weight")
    from openvbc.programs.mips.weight_sets import final_ends

    with_both = [g for g in settlement.printed if g.promoting_interoperability and g.quality > 50]
    low, high = final_ends(with_both, 2017, WHOLE, rules)
    half = Decimal("0.005")
    agree = sum(
        low[row] - half <= group.final <= high[row] + half for row, group in enumerate(with_both)
    )
    assert agree < len(with_both) / 10


@pytest.mark.parametrize(("final_score", "percent"), [("87.53", "0.53"), ("100", "1.05")])
def test_the_published_adjustment_of_2024(final_score, percent):
    """Median and largest adjustment of the experience file; the score enters as quality alone."""
    evaluation = MIPS_FINAL_SCORE.evaluate(
        {
            "performance_year": 2024, "pathway": "traditional", "small_practice": False,
            "zeroed": "none", "quality_score": 0, "cost_score": 0,
            "improvement_activities_score": 0, "promoting_interoperability_score": 0,
            "complex_patient_bonus": Decimal(final_score),
        },
        load_rules("mips"),
    )  # fmt: skip
    adjustment = evaluation.value("payment_adjustment") * 100
    assert adjustment.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(percent)
    if final_score == "87.53":
        assert adjustment.quantize(Decimal("0.001"), ROUND_HALF_UP) == Decimal("0.526")
