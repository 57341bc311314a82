"""Capitation contracts by hand, and the laws of corridors and of the REACH risk score cascade."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import Table
from openvbc.worksheets.capitation.global_capitation import GLOBAL_CAPITATION
from openvbc.worksheets.capitation.reach_risk_score import REACH_RISK_SCORE
from openvbc.worksheets.capitation.stop_loss import SPECIFIC_STOP_LOSS
from openvbc.worksheets.kernel.worksheet import Worksheet

NO_LAW = RuleSet("capitation", {}, {}, "")
NO_CORRIDOR = Table(({"from": 0, "to": None, "share": 1},))
HALF_THEN_TENTH = Table(
    (
        {"from": 0, "to": Decimal("0.02"), "share": Decimal("0.5")},
        {"from": Decimal("0.02"), "to": None, "share": Decimal("0.1")},
    )
)
CONTRACT = {
    "member_months": 120000,
    "base_rate": 950,
    "risk_score": "1.08",
    "carve_out_per_month": 35,
    "incurred_medical_expense": 118_200_000,
    "stop_loss_recoveries": 189_000,
    "target_loss_ratio": "0.97",
    "contract_corridor": [NO_CORRIDOR],
}


def test_recoveries_by_member():
    # (410,000 - 250,000) x 0.9 = 144,000; (300,000 - 250,000) x 0.9 = 45,000; none below.
    found = SPECIFIC_STOP_LOSS.evaluate(
        {
            "member_claims": [410_000, 300_000, 250_000],
            "stop_loss_deductible": 250_000,
            "stop_loss_share": "0.90",
        },
        NO_LAW,
    )
    assert list(found.column("stop_loss_recovery")) == [144_000, 45_000, 0]


def test_a_contract_against_its_target():
    # 950 x 1.08 - 35 = 991; x 120,000 = 118,920,000; 118,200,000 - 189,000 = 118,011,000;
    # 0.97 x 118,920,000 = 115,352,400: a deficit of 2,658,600.
    found = GLOBAL_CAPITATION.evaluate(CONTRACT, NO_LAW)
    assert found.value("capitation_per_month") == 991
    assert found.value("revenue") == 118_920_000
    assert found.value("net_medical_expense") == 118_011_000
    assert found.value("surplus") == -2_658_600
    assert found.value("provider_share_of_surplus") == -2_658_600
    assert found.value("withhold_not_earned") == 0


def test_a_deficit_through_a_corridor_withhold_and_premium():
    # Premium 100,000: deficit 2,758,600. The first 2% of 118,920,000 is 2,378,400 at half =
    # 1,189,200; the other 380,200 at a tenth = 38,020. Withhold 2% x (1 - 0.75) = 594,600.
    more = {
        "contract_corridor": [HALF_THEN_TENTH],
        "reinsurance_premium": 100_000,
        "contract_withhold": "0.02",
        "quality_score": "0.75",
    }
    found = GLOBAL_CAPITATION.evaluate({**CONTRACT, **more}, NO_LAW)
    assert found.value("surplus") == -2_758_600
    assert found.value("provider_share_of_surplus") == Decimal("-1227220.00")
    assert found.value("withhold_not_earned") == 594_600


@settings(deadline=None)
@given(st.integers(1, 10**6), st.decimals("0", "5000", places=2), st.decimals("0.1", "9", places=4))
def test_a_month_less_changes_revenue_by_exactly_its_rate(months, rate, risk):
    found = GLOBAL_CAPITATION.evaluate(
        {
            **CONTRACT,
            "member_months": [months, months - 1],
            "base_rate": rate,
            "risk_score": risk.quantize(Decimal("1")),
        },
        NO_LAW,
    )
    change = found.value("revenue", 0) - found.value("revenue", 1)
    assert change == found.value("capitation_per_month")


PRINTED_EXAMPLE = {
    "performance_year": 2025,
    "entity_type": "STANDARD",
    "entitlement": "AGED_DISABLED",
    "raw_score_v24_reference": "0.970",
    "raw_score_v28_reference": "1.020",
    "raw_score_v24_performance": "1.030",
    "raw_score_v28_performance": "1.160",
    "normalization_reference": "1.070",
    "normalization_performance": "1.105",
    "demographic_score_reference": "0.980",
    "demographic_score_performance": "1.010",
    "people_reference": 5000,
    "people_performance": 5200,
    "coding_intensity_factor": "1.018",
}
PRINTED = Decimal("0.9848")
HALF_A_PLACE = Decimal("0.00005")
V24, V28 = Decimal("0.33"), Decimal("0.67")


def cascade_with(**changed):
    """The final score of the printed example with lines computed in another way."""
    lines = [
        replace(each, function=changed[each.name]) if each.name in changed else each
        for each in REACH_RISK_SCORE.lines.values()
    ]
    sheet = Worksheet(
        "changed", "", list(REACH_RISK_SCORE.inputs.values()), REACH_RISK_SCORE.parameters, lines
    )
    return sheet.evaluate(PRINTED_EXAMPLE, load_rules("reach")).value("final_risk_score")


def test_the_cascade_gives_the_printed_score():
    assert abs(cascade_with() - PRINTED) <= HALF_A_PLACE


def test_multiplying_by_the_coding_factor_misses_the_printed_score():
    def multiplied(capped_score, coding_factor_applied):
        return capped_score * coding_factor_applied

    assert abs(cascade_with(final_risk_score=multiplied) - PRINTED) > HALF_A_PLACE


def of_models(mean, v24):
    """A V24 and a V28 factor whose blend is `mean`."""
    return v24, (mean - V24 * v24) / V28


@pytest.mark.parametrize("v24", ["1.005", "1.120", "1.146"])
def test_blending_after_normalisation_misses_the_printed_score(v24):
    """Each model divided by its own factor first; the factors blend to the printed ones."""

    def reference(blended_reference_score, normalization_reference):
        v24_factor, v28_factor = of_models(Decimal("1.070"), Decimal(v24))
        ours = V24 * Decimal("0.970") / v24_factor + V28 * Decimal("1.020") / v28_factor
        return blended_reference_score * 0 + ours

    changed = cascade_with(normalized_reference_score=reference)
    assert abs(changed - PRINTED) > HALF_A_PLACE


@settings(deadline=None)
@given(st.decimals("0.5", "2", places=3), st.decimals("0.5", "2", places=3))
def test_capped_growth_never_leaves_the_band(v24, v28):
    scores = {"raw_score_v24_performance": v24, "raw_score_v28_performance": v28}
    found = REACH_RISK_SCORE.evaluate({**PRINTED_EXAMPLE, **scores}, load_rules("reach"))
    apart = found.value("limited_growth") - found.value("demographic_growth")
    assert abs(apart) <= Decimal("0.03")
