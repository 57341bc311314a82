"""Worked examples of Medicaid managed care kept outside the package, through the worksheets."""

import datetime as dt
import os
from pathlib import Path

import pytest

from openvbc.rules.load import load_rules
from openvbc.worksheets.capitation.loss_ratio import LOSS_RATIO
from openvbc.worksheets.capitation.medicaid_mco import (
    INCENTIVES,
    MEDICAID_PLAN,
    PASS_THROUGH,
    PROVIDER_PAYMENTS,
    WITHHOLDS,
)
from own_yaml import exact_yaml

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
FILE = SHARED / "spec/params/examples/medicaid.yaml"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the worked examples are not here")
EXAMPLES = exact_yaml(FILE) if FILE.is_file() else {}
RULES = load_rules("medicaid-mco")
LARGE = {"market": "medicaid", "enrollment_size": 500_000}


@pytest.mark.parametrize("name", ["incentive_cap", "incentive_cap_fail"])
def test_incentives(name):
    case = EXAMPLES[name]
    given = {
        "rating_period_start": [_start(2024)], "capitation": case["capitation"],
        "incentive_payments": case["incentives"],
    }  # fmt: skip
    evaluation = INCENTIVES.evaluate(given, RULES)
    expect = case["expect"]
    assert evaluation.value("payment_over_capitation") == expect["ratio"]
    assert evaluation.value("incentive_within_limit") == (expect["verdict"] == "pass")
    if "max_incentive" in expect:
        assert evaluation.value("most_incentive") == expect["max_incentive"]


def test_withhold():
    case = EXAMPLES["withhold"]
    given = {
        "capitation": case["capitation"], "withhold_share": case["withhold"],
        "achievable_share": case["reasonably_achievable"],
        "sound_amount": case["sound_rate_floor"],
    }  # fmt: skip
    evaluation = WITHHOLDS.evaluate(given, RULES)
    expect = case["expect"]
    assert evaluation.value("amount_not_achievable") == expect["amount_not_achievable"]
    assert evaluation.value("payment_floor") == expect["payment_floor"]
    assert evaluation.value("withhold_is_sound") == (expect["verdict"] == "pass")


def test_loss_ratio():
    case = EXAMPLES["mlr"]
    names = ("incurred_claims", "quality_improvement", "fraud_prevention", "premium")
    given = {**LARGE, **{name: case[name] for name in names}}
    evaluation = LOSS_RATIO.evaluate({**given, "taxes_and_fees": case["taxes_fees"]}, RULES)
    assert evaluation.value("loss_ratio_numerator") == case["expect"]["numerator"]
    assert evaluation.value("loss_ratio_denominator") == case["expect"]["denominator"]
    assert round(evaluation.value("loss_ratio"), 4) == case["expect"]["mlr"]


@pytest.mark.parametrize(
    ("name", "market", "size"),
    [
        ("mlr_credibility_interpolation_commercial", "commercial", "life_years"),
        ("mlr_credibility_medicaid_shape", "medicaid", "member_months"),
    ],
)
def test_credibility_is_interpolated_exactly(name, market, size):
    cases = EXAMPLES[name]["cases"]
    given = {"market": market, "incurred_claims": 1, "premium": 1}
    evaluation = LOSS_RATIO.evaluate({**given, "enrollment_size": [c[size] for c in cases]}, RULES)
    for row, case in enumerate(cases):
        if isinstance(case["expect"], str):
            assert evaluation.value("presumed_to_meet", row)
        else:
            assert evaluation.value("credibility_factor", row) == case["expect"]


def test_credibility_comes_before_the_remittance():
    case = EXAMPLES["mlr_with_credibility"]
    told, expect = case["given"], case["expect"]
    results = ["loss_ratio", "adjusted_loss_ratio", "remittance"]
    sheet = LOSS_RATIO.taking({"credibility_factor": "the example"}, results)
    given = {
        "incurred_claims": told["incurred_claims"],
        "quality_improvement": told["quality_improvement"],
        "premium": told["premium_net_of_taxes"],
        "minimum_loss_ratio": told["minimum"],
        "market": "medicaid",
        "enrollment_size": 1,
    }
    evaluation = sheet.evaluate({**given, "credibility_factor": told["credibility"]}, RULES)
    assert evaluation.value("loss_ratio") == expect["raw"]
    assert evaluation.value("adjusted_loss_ratio") == expect["adjusted"]
    assert evaluation.value("remittance") == expect["remittance"]
    without = sheet.evaluate({**given, "credibility_factor": 0}, RULES)
    assert without.value("remittance") == 1_500_000


def test_pass_through_of_hospitals():
    example = EXAMPLES["pass_through_hospital"]
    told = example["given"]
    for case in example["cases"]:
        given = {
            "rating_period_start": [case["rating_period_start"]],
            "pass_through_class": "hospital",
            "base_amount_given": told["base_amount"],
            "amount_identified": told["amount_in_force_2016"],
        }
        evaluation = PASS_THROUGH.evaluate(given, RULES)
        assert evaluation.value("most_pass_through") == case["expect"]["maximum"]
        assert evaluation.column("pass_through_share")[0] == case["expect"]["share"]


def test_pass_through_on_transition():
    case = EXAMPLES["pass_through_transition"]
    told, start = case["given"], _start(2022)
    given = {
        "rating_period_start": [start],
        "pass_through_class": "transition",
        "supplemental_payments": told["supplemental_payments"],
        "transitioned_payments": told["transitioned_ffs_payments"],
        "all_payments": told["total_ffs_payments"],
    }
    evaluation = PASS_THROUGH.evaluate(given, RULES)
    assert evaluation.value("most_pass_through") == case["expect"]["maximum_per_rating_period"]
    years = RULES.get("transition_years", rating_period_start=start).value
    assert years == case["expect"]["years_allowed"]


def test_pass_through_base_amount():
    case = EXAMPLES["pass_through_base_amount"]
    told = case["given"]
    given = {
        "rating_period_start": [_start(2022)],
        "pass_through_class": "hospital",
        "medicare_equivalent_managed_care": told["medicare_equivalent_managed_care"],
        "paid_managed_care": told["paid_managed_care"],
        "medicare_equivalent_moving": told["medicare_equivalent_ffs_moving"],
        "paid_moving": told["paid_ffs_moving"],
    }
    evaluation = PASS_THROUGH.evaluate(given, RULES)
    assert evaluation.value("base_amount") == case["expect"]["base_amount"]


KINDS = {
    "1": {},
    "2C": {"performance_bonus": True},
    "3A": {"linked_to_quality": True, "shared_savings": True},
    "3B": {"linked_to_quality": True, "shared_savings": True, "downside_risk": True},
    "4B": {"linked_to_quality": True, "prospective_payment": True, "comprehensive": True},
    "3N": {"shared_savings": True},
}


def test_shares_by_category():
    case = EXAMPLES["lan_share"]
    paid = case["by_category"]
    assert set(paid) == set(KINDS)
    flags = {flag for kind in KINDS.values() for flag in kind}
    given = {flag: [KINDS[name].get(flag, False) for name in paid] for flag in flags}
    evaluation = PROVIDER_PAYMENTS.evaluate({**given, "paid": list(paid.values())}, RULES)
    assert list(evaluation.column("category")) == list(paid)
    plan = MEDICAID_PLAN.evaluate(
        {
            **LARGE, "rating_period_start": [_start(2024)], "incurred_claims": 1, "premium": 1,
            "checks_failed": 0, "checks_not_answered": 0,
            "paid_to_providers": case["total"],
            "paid_in_2c_and_higher": sum(evaluation.column("paid_from_2c")),
            "paid_in_3a_and_higher": sum(evaluation.column("paid_from_3a")),
        },
        RULES,
    )  # fmt: skip
    assert plan.value("share_from_2c") == case["expect"]["share_2C_plus"]
    assert plan.value("share_from_3a") == case["expect"]["share_3A_plus"]


def test_every_example_is_held():
    tested = {
        "incentive_cap", "incentive_cap_fail", "withhold", "mlr", "lan_share",
        "mlr_credibility_interpolation_commercial", "mlr_credibility_medicaid_shape",
        "mlr_with_credibility", "pass_through_hospital", "pass_through_transition",
        "pass_through_base_amount",
    }  # fmt: skip
    assert set(EXAMPLES) == tested


def _start(year):
    return dt.date(year, 7, 1)
