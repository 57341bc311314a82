"""Capitation contracts by hand, and the laws of corridors and of the REACH risk score cascade."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvbc.errors import ContractError
from openvbc.programs.terms.agreed import agreed
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.capitation.capitation import CAPITATION
from openvbc.worksheets.capitation.reach_payments import REACH_PAYMENTS
from openvbc.worksheets.capitation.reach_risk_score import REACH_RISK_SCORE
from openvbc.worksheets.capitation.stop_loss import SPECIFIC_STOP_LOSS
from openvbc.worksheets.kernel.worksheet import Worksheet

NO_LAW = RuleSet("capitation", {}, {}, "")
HALF_THEN_TENTH = [
    {"from": 0, "to": Decimal("0.02"), "share": Decimal("0.5")},
    {"from": Decimal("0.02"), "to": None, "share": Decimal("0.1")},
]
CONTRACT = {
    "contract_year": 2025,
    "member_months": 120000,
    "base_rate": 950,
    "risk_score": "1.08",
    "incurred_medical_expense": 118_200_000,
    "stop_loss_recoveries": 189_000,
}
TERMS = {"carve_out_per_month": 35, "target_loss_ratio": Decimal("0.97")}


def terms(**more):
    """The terms of a contract that agrees on these, as rules."""
    needed = {
        "capitation_form": "rate cells", "run_out_months": 3, "retroactive_months": 3,
        "risk_adjusted": True, "group_fund_share": 1, "hospital_fund_share": 1,
        "shared_fund_share": 1, "encounter_price": "paid", "completion": "none",
    }  # fmt: skip
    said = {n: {"value": v, "clause": "1"} for n, v in {**needed, **TERMS, **more}.items()}
    form = {"program": "capitation", "title": "T", "contract": "C", "year": 2025, "agreement": "A"}
    return agreed({**form, "terms": said}, "contract.yaml", "").rules


RULES = terms()


def test_recoveries_by_member():
    # (410,000 - 250,000) x 0.9 = 144,000; (300,000 - 250,000) x 0.9 = 45,000; none below.
    evaluation = SPECIFIC_STOP_LOSS.evaluate(
        {
            "member_claims": [410_000, 300_000, 250_000],
            "stop_loss_deductible": 250_000,
            "stop_loss_share": "0.90",
        },
        NO_LAW,
    )
    assert list(evaluation.column("stop_loss_recovery")) == [144_000, 45_000, 0]


def test_a_contract_against_its_target():
    # 950 x 1.08 - 35 = 991; x 120,000 = 118,920,000; 118,200,000 - 189,000 = 118,011,000;
    # 0.97 x 118,920,000 = 115,352,400: a deficit of 2,658,600.
    evaluation = CAPITATION.evaluate(CONTRACT, terms())
    assert evaluation.value("capitation_per_month") == 991
    assert evaluation.value("revenue") == 118_920_000
    assert evaluation.value("net_medical_expense") == 118_011_000
    assert evaluation.value("surplus") == -2_658_600
    assert evaluation.value("provider_share_of_surplus") == -2_658_600
    assert evaluation.value("withhold_not_earned") == 0


def test_a_deficit_through_a_corridor_withhold_and_premium():
    # Premium 1.00 x 120,000: deficit 2,778,600. The first 2% of 118,920,000 is 2,378,400 at half =
    # 1,189,200; the other 400,200 at a tenth = 40,020. Withhold 2,378,400 x (1 - 0.75) = 594,600.
    agreed_on = {
        "contract_corridor": HALF_THEN_TENTH,
        "reinsurance_premium_per_month": 1,
        "contract_withhold": Decimal("0.02"),
    }
    given = {**CONTRACT, "quality_score": "0.75"}
    evaluation = CAPITATION.evaluate(given, terms(**agreed_on))
    assert evaluation.value("surplus") == -2_778_600
    assert evaluation.value("provider_share_of_surplus") == Decimal("-1229220.00")
    assert evaluation.value("withhold_not_earned") == 594_600
    # Owed: 1,229,220 less the withhold released, 1,783,800.
    assert evaluation.value("settlement") == 1_783_800 - 1_229_220
    gated = CAPITATION.evaluate(given, terms(**agreed_on, quality_gate=Decimal("0.76")))
    assert gated.value("withhold_not_earned") == 2_378_400


def test_a_deficit_through_aggregate_cover_and_the_most_loss_ratio():
    # Attachment 0.98 x 118,920,000 = 116,541,600; 118,011,000 is 1,469,400 above; half = 734,700,
    # at most 700,000. Deficit 2,658,600 - 700,000 = 1,958,600. Loss ratio 0.992356; at most 0.99:
    # 118,011,000 - 0.99 x 118,920,000 = 280,200 is the payer's; 1,678,400 is carried.
    cover = {
        "aggregate_attachment": Decimal("0.98"), "aggregate_share": Decimal("0.5"),
        "aggregate_limit": 700_000, "maximum_loss_ratio": Decimal("0.99"),
    }  # fmt: skip
    evaluation = CAPITATION.evaluate(CONTRACT, terms(**cover))
    assert evaluation.value("aggregate_recovered") == 700_000
    assert evaluation.value("borne_above_maximum") == 280_200
    assert evaluation.value("result_of_year") == evaluation.value("settlement") == -1_678_400
    carried = CAPITATION.evaluate(
        {**CONTRACT, "prior_deficit": 100_000}, terms(**cover, deficit_is_carried=True)
    )
    assert carried.value("settlement") == 0
    assert carried.value("deficit_carried") == 1_778_400


def test_a_surplus_under_the_least_loss_ratio_and_an_earlier_deficit():
    # Incurred 100,189,000 - 189,000 = 100,000,000: surplus 15,352,400. Least 0.85 x 118,920,000 =
    # 101,082,000: 1,082,000 is returned; 14,270,400 less an earlier 270,400; 4,000,000 was settled.
    given = {
        **CONTRACT, "incurred_medical_expense": 100_189_000, "prior_deficit": 270_400,
        "settled_before": 4_000_000,
    }  # fmt: skip
    evaluation = CAPITATION.evaluate(given, terms(minimum_loss_ratio=Decimal("0.85")))
    assert evaluation.value("returned_below_minimum") == 1_082_000
    assert evaluation.value("settlement") == 14_000_000
    assert evaluation.value("deficit_carried") == 0
    assert evaluation.value("due_now") == 10_000_000


def test_a_loss_ratio_is_short_of_its_own_base():
    # Taxes and fees 8,920,000: base 110,000,000. Least 0.92 x 110,000,000 = 101,200,000, which is
    # 1,200,000 over 100,000,000; over revenue with them it would be 1,297,309.09.
    given = {
        **CONTRACT, "incurred_medical_expense": 100_189_000, "taxes_and_fees": 8_920_000,
    }  # fmt: skip
    evaluation = CAPITATION.evaluate(given, terms(minimum_loss_ratio=Decimal("0.92")))
    assert evaluation.value("returned_below_minimum") == 1_200_000


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([(0, "0.02", 1), ("0.01", None, 1)], "overlap or leave a gap"),
        ([(0, "0.02", 1), ("0.03", None, 1)], "overlap or leave a gap"),
        ([("0.01", None, 1)], "overlap or leave a gap"),
        ([(0, None, 1), ("0.02", None, 1)], "overlap or leave a gap"),
        ([(0, "0.02", 1)], "the last band has no end"),
    ],
)
def test_corridor_bands_that_overlap_are_refused(bands, said):
    rows = [
        {"from": Decimal(low), "to": None if high is None else Decimal(high), "share": share}
        for low, high, share in bands
    ]
    with pytest.raises(ContractError, match=said):
        terms(contract_corridor=rows)


def test_a_withhold_over_its_limit_is_refused():
    with pytest.raises(ContractError, match=r"contract_withhold: 0.6 lies outside 0 to 0.5"):
        terms(contract_withhold=Decimal("0.6"))


RATES = st.decimals(-2, 2, places=4)


@settings(deadline=None, max_examples=50)
@given(RATES, RATES, st.lists(st.decimals(0, 1, places=2), min_size=3, max_size=3))
def test_a_contract_corridor_is_continuous_odd_and_never_falls(first, second, shares):
    bounds = [0, Decimal("0.05"), Decimal("0.30"), None]
    bands = [
        {"from": low, "to": high, "share": share}
        for low, high, share in zip(bounds, bounds[1:], shares, strict=False)
    ]
    rates = [first, -first, second, Decimal("0.05"), Decimal("0.050001")]
    parts = CAPITATION.evaluate(
        {**CONTRACT, "base_rate": 1, "risk_score": 1, "member_months": 100_000_000,
         "stop_loss_recoveries": 0,
         "incurred_medical_expense": [100_000_000 * (1 - rate) for rate in rates]},
        terms(contract_corridor=bands, target_loss_ratio=1, carve_out_per_month=0),
    ).column("provider_share_of_surplus")  # fmt: skip
    assert parts[0] == -parts[1]
    assert (parts[2] - parts[0]) * (second - first) >= 0
    assert abs(parts[4] - parts[3]) <= 100  # a hundred dollars more saved move at most as much


@settings(deadline=None)
@given(st.integers(1, 10**6), st.decimals("0", "5000", places=2), st.decimals("0.1", "9", places=4))
def test_a_month_less_changes_revenue_by_exactly_its_rate(months, rate, risk):
    evaluation = CAPITATION.evaluate(
        {
            **CONTRACT,
            "member_months": [months, months - 1],
            "base_rate": rate,
            "risk_score": risk.quantize(Decimal("1")),
        },
        RULES,
    )
    change = evaluation.value("revenue", 0) - evaluation.value("revenue", 1)
    assert change == evaluation.value("capitation_per_month")


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

    assert abs(cascade_with(score_after_coding=multiplied) - PRINTED) > HALF_A_PLACE


OF_2026 = """baseline: reach
title: what of 2026 was not read, invented
cap_lies_around_demographic_growth:
  label: Whether the cap lies around the growth of the demographic score
  unit: flag
  by: [performance_year, entitlement]
  values: [{for: {performance_year: 2026}, value: false, cite: invented, status: unverified}]
fewest_people_for_cap:
  label: Fewest aligned people with which growth is capped
  unit: people
  by: [performance_year, entitlement]
  values: [{for: {performance_year: 2026}, value: 1500, cite: invented, status: unverified}]
cap_population_multiple:
  label: A performance year with so many times the people of the reference year is not capped
  unit: factor
  by: [performance_year]
  values: [{for: {performance_year: 2026}, value: 3, cite: invented, status: unverified}]
"""


@pytest.mark.parametrize(
    ("entity_type", "score_of_2019", "final"),
    [
        # 1.02 to 1.08 is held to 3%: 1.0506, over 1.005 = 1.0453731; 2019 allows 1.00 x 1.03.
        ("STANDARD", "1.00", "1.03"),
        ("STANDARD", "1.02", "1.0453731"),  # 1.0506 allowed
        ("STANDARD", "0.80", "0.824"),  # one-sided, so however far the score has risen
        ("NEW_ENTRANT", None, "1.0453731"),
        ("STANDARD", None, None),
    ],
)
def test_from_2026_growth_since_2019_is_capped(tmp_path, entity_type, score_of_2019, final):
    overlay = tmp_path / "of_2026.yaml"
    overlay.write_text(OF_2026, "utf-8")
    of_2026 = {
        **PRINTED_EXAMPLE, "performance_year": 2026, "entity_type": entity_type,
        "raw_score_v28_reference": "1.02", "raw_score_v28_performance": "1.08",
        "normalization_reference": "1", "normalization_performance": "1",
        "coding_intensity_factor": "1.005", "score_base_year_3": score_of_2019,
    }  # fmt: skip
    evaluation = REACH_RISK_SCORE.evaluate(of_2026, load_rules("reach", (overlay,)))
    score = evaluation.value("final_risk_score")
    assert score is None if final is None else abs(score - Decimal(final)) < Decimal("0.0000001")


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
    evaluation = REACH_RISK_SCORE.evaluate({**PRINTED_EXAMPLE, **scores}, load_rules("reach"))
    apart = evaluation.value("limited_growth") - evaluation.value("demographic_growth")
    assert abs(apart) <= Decimal("0.03")


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("arrangement", ["GLOBAL", "PROFESSIONAL"])
def test_the_way_of_paying_changes_gross_savings_by_exactly_nothing(seed, arrangement):
    """The same claims, reduced in full, in part or not at all."""
    draw = random.Random(seed)
    claims = [Decimal(draw.randrange(1, 10**7)) / 100 for _ in range(500)]
    rows = []
    for mechanism in ("PCC", "TCC"):
        for share in (0, 1, Decimal("0.37")):
            reduced = [
                (amount * share).quantize(Decimal("0.01")) if draw.random() < 0.6 else 0
                for amount in claims
            ]
            paid = sum(amount - less for amount, less in zip(claims, reduced, strict=True))
            rows.append((mechanism, paid, sum(reduced), draw.choice([None, "0.07"])))
    evaluation = REACH_PAYMENTS.evaluate(
        {
            "performance_year": 2025, "risk_arrangement": arrangement,
            "payment_mechanism": [row[0] for row in rows],
            "estimated_amount": 1100, "aligned_months": 24_000,
            "primary_care_share": [row[3] for row in rows], "outside_withhold": "0.15",
            "takes_enhanced": [False, True] * 3,
            "claim_payments": [row[1] for row in rows],
            "claim_reductions": [row[2] for row in rows],
            "settlement_benchmark": 26_000_000,
        },
        load_rules("reach"),
    )  # fmt: skip
    savings = set(evaluation.column("gross_savings"))
    assert savings == {26_000_000 - sum(claims)}
    assert len({row[1] for row in rows}) > 2
