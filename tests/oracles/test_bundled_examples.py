"""Worked examples of bundled payments kept outside the package, through the worksheets."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.programs.terms.agreed import agreed
from openvbc.rules.load import load_rules
from openvbc.worksheets.bundles.bpci_advanced import BPCI_ADVANCED
from openvbc.worksheets.bundles.bpci_advanced_price import BPCI_ADVANCED_PRICE
from openvbc.worksheets.bundles.cjr import CJR
from openvbc.worksheets.bundles.cjr_episode import CJR_EPISODE
from openvbc.worksheets.bundles.cjr_quality import CJR_QUALITY
from openvbc.worksheets.bundles.eom import EOM
from openvbc.worksheets.bundles.episodes import EPISODE_THRESHOLDS
from openvbc.worksheets.bundles.ocm import OCM
from openvbc.worksheets.bundles.ocm_episode import OCM_EPISODE, OCM_MONTHLY_SERVICE, OCM_TERM
from openvbc.worksheets.bundles.team import TEAM
from openvbc.worksheets.bundles.team_price import TEAM_PRICE
from own_yaml import exact_yaml

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
FILE = SHARED / "spec/params/examples/bundled.yaml"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the worked examples are not here")
EXAMPLES = exact_yaml(FILE) if FILE.is_file() else {}
OF_CONSTRUCTION = {
    "bpcia_windows", "bpcia_overlap", "ipps_proration", "cjr_non_ipps_proration",
    "team_day_zero", "cjr_cancellation",
}  # fmt: skip
"""Cases of the engine that builds episodes; see the tests of its steps."""
SETTLED = {
    "bpcia_1", "bpcia_2_negative", "bpcia_3_capped", "bpcia_case_mix_hospital",
    "bpcia_case_mix_pgp", "bpcia_real_dollars", "bpcia_natural_disaster", "team_1",
    "team_2_negative", "team_post_episode", "eom_1", "cjr_quality_points_1",
    "cjr_quality_points_2_missing_measure", "cjr_quality_points_3_improvement",
    "cjr_quality_boundaries", "cjr_py3_settlement", "cjr_py6_target", "cjr_post_episode_excess",
    "ocm_prediction_1", "ocm_prediction_2", "ocm_novel_therapy_1",
    "ocm_novel_therapy_2_below_share", "ocm_limit", "ocm_meos", "threshold_settlement",
}  # fmt: skip


def near(figure, expected, within="0.005"):
    """Equal as printed: half of the last digit, or the cent."""
    assert abs(figure - Decimal(str(expected))) <= Decimal(within), f"{figure}, not {expected}"


def test_every_case_is_held_by_a_test():
    assert set(EXAMPLES) == SETTLED | OF_CONSTRUCTION


def bpci(**given):
    base = {"model_year": 6, "episodes": 1, "composite_quality_score": Decimal("72.5")}
    return BPCI_ADVANCED.evaluate({**base, **given}, load_rules("bpci-advanced"))


def bpci_price(**given):
    base = {"model_year": 6, "episode_type": "surgical", "spending": 0}
    return BPCI_ADVANCED_PRICE.evaluate({**base, **given}, load_rules("bpci-advanced"))


def test_bpcia_1():
    case = EXAMPLES["bpcia_1"]
    kinds = case["categories"]
    priced = bpci_price(
        episode_type=[each["kind"] for each in kinds],
        given_benchmark_price=[each["benchmark"] for each in kinds],
        episodes=[each["n"] for each in kinds],
        spending=[each["n"] * each["mean_actual"] for each in kinds],
    )
    expect = case["expect"]
    assert list(priced.column("final_target_price")) == expect["target_prices"]
    target = sum(priced.column("settled_target"))
    spending = sum(priced.column("settled_spending"))
    assert (target, spending) == (expect["total_target"], expect["total_actual"])
    totals = bpci(total_target=target, total_spending=spending, composite_quality_score=case["cqs"])
    assert totals.value("total_reconciliation_amount") == expect["raw"]
    near(totals.value("after_quality"), expect["after_quality"])
    assert totals.value("limit") == expect["cap"]
    assert totals.value("reconciliation") == expect["final"]


@pytest.mark.parametrize("name", ["bpcia_2_negative", "bpcia_3_capped"])
def test_bpcia_limits(name):
    case = EXAMPLES[name]
    evaluation = bpci(
        total_target=case["total_target"],
        total_spending=case["total_target"] - case["raw"],
        composite_quality_score=case["cqs"],
    )
    assert evaluation.value("after_quality") == case["expect"]["after_quality"]
    assert evaluation.value("reconciliation") == case["expect"]["final"]


def test_bpcia_prices():
    case = EXAMPLES["bpcia_case_mix_hospital"]
    given = case["given"]
    evaluation = bpci_price(
        given_target_price=given["target_price"], baseline_case_mix=given["pcma_baseline"],
        performance_case_mix=given["pcma_performance"],
    )  # fmt: skip
    near(evaluation.value("final_target_price"), case["expect"])
    case = EXAMPLES["bpcia_case_mix_pgp"]
    given = case["given"]
    evaluation = bpci_price(
        is_physician_group=True, given_target_price=given["target_price"],
        group_case_mix=given["case_mix"], baseline_case_mix=given["hospital_pcma"],
        performance_case_mix=given["pgp_pcma_performance"],
    )  # fmt: skip
    near(evaluation.value("final_target_price"), case["expect"])
    case = EXAMPLES["bpcia_real_dollars"]
    given, expect = case["given"], case["expect"]
    evaluation = bpci_price(
        given_target_price=given["target_standardised"],
        target_price_real=given["target_real"], spending=given["mean_spend_standardised"],
    )  # fmt: skip
    near(evaluation.value("payment_ratio"), expect["ratio"], "0.0000000005")
    near(evaluation.value("settled_spending"), expect["spend_real"])
    difference = evaluation.value("settled_target") - evaluation.value("settled_spending")
    near(difference, expect["difference_real"])


def test_bpcia_natural_disaster():
    for case in EXAMPLES["bpcia_natural_disaster"]["cases"]:
        evaluation = bpci_price(
            model_year=3, given_target_price=case["target"], spending=case["spend"],
            in_disaster=True,
        )  # fmt: skip
        assert evaluation.value("settled_spending") == case["expect"]["spend"]
        assert evaluation.value("settled_target") == case["expect"]["target"]


def team(**given):
    base = {"performance_year": 2027, "hospital_type": "rural", "episodes": 1}
    return TEAM.evaluate({**base, **given}, load_rules("team"))


def test_team_1():
    case, expect = EXAMPLES["team_1"], EXAMPLES["team_1"]["expect"]
    rules = load_rules("team")
    assert [rules.get(f"baseline_weight_{n}").value for n in (1, 2, 3)] == case["baseline_weights"]
    assert rules.get("trend_cap").value == case["retrospective_cap"]
    priced = TEAM_PRICE.evaluate(
        {
            "performance_year": 2026,
            "episode_type": "lower extremity joint replacement",
            **{f"baseline_mean_{n}": mean for n, mean in enumerate(case["baseline_means"], 1)},
            "prospective_trend": case["trend"],
            "prospective_normalization": case["normalization"],
            "retrospective_trend_change": case["retrospective_trend"],
            "person_multiplier": [each["multiplier"] for each in case["episodes"]],
            "spending": [each["cost"] for each in case["episodes"]],
        },
        rules,
    )
    assert priced.value("discount") == case["discount"]
    assert priced.value("baseline_price") == expect["baseline"]
    assert priced.value("preliminary_target_price") == expect["preliminary"]
    target = sum(priced.column("settled_target"))
    near(target, expect["total_target"])
    evaluation = team(
        performance_year=2026, track=case["track"], total_target=target,
        total_spending=sum(priced.column("settled_spending")),
        composite_quality_score=case["cqs"],
    )  # fmt: skip
    near(evaluation.value("raw_amount"), expect["raw"])
    near(-evaluation.value("quality_adjustment"), expect["quality_removed"])
    near(evaluation.value("gain_limit"), expect["limit"])
    assert evaluation.value("reconciliation") == expect["final"]


def test_team_losses_and_post_episode():
    case = EXAMPLES["team_2_negative"]
    for track in (2, 3):
        evaluation = team(
            track=track, total_target=10**7, total_spending=10**7 - case["raw"],
            composite_quality_score=case["cqs"],
        )  # fmt: skip
        assert evaluation.value("reconciliation") == case["expect"][f"track_{track}"]
    given, expect = EXAMPLES["team_post_episode"]["given"], EXAMPLES["team_post_episode"]["expect"]
    evaluation = team(
        track=3, total_target=10**5, total_spending=2 * 10**5, composite_quality_score=0,
        post_episode_mean=given["hospital_mean"],
        post_episode_regional_mean=given["regional_mean"],
        post_episode_deviation=given["regional_sd"], post_episode_episodes=given["episodes"],
    )  # fmt: skip
    assert evaluation.value("post_episode_charge") == expect["charge"]
    assert evaluation.value("reconciliation") == -20000 - expect["charge"]


EOM_OVERLAY = """
baseline: eom
title: The percentages of the worked examples
discount:
  label: Discount
  unit: ratio
  by: [risk_arrangement]
  values:
    - {for: {risk_arrangement: RA1}, value: 0.04, cite: worked example, status: unverified}
    - {for: {risk_arrangement: RA2}, value: 0.03, cite: worked example, status: unverified}
stop_gain:
  label: Stop-gain
  unit: ratio
  by: [risk_arrangement]
  values:
    - {for: {risk_arrangement: RA1}, value: 0.04, cite: worked example, status: unverified}
    - {for: {risk_arrangement: RA2}, value: 0.12, cite: worked example, status: unverified}
stop_loss:
  label: Stop-loss
  unit: ratio
  by: [risk_arrangement]
  values:
    - {for: {risk_arrangement: RA1}, value: 0.02, cite: worked example, status: unverified}
    - {for: {risk_arrangement: RA2}, value: 0.06, cite: worked example, status: unverified}
payment_multiplier_by_quality:
  label: Multiplier of a payment
  unit: table
  values: [{value: [{from: 0, multiplier: 1}], cite: worked example, status: unverified}]
recoupment_multiplier_by_quality:
  label: Multiplier of a recoupment
  unit: table
  values: [{value: [{from: 0, multiplier: 1}], cite: worked example, status: unverified}]
"""


def test_eom_1(tmp_path):
    import datetime as dt

    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(EOM_OVERLAY)
    rules = load_rules("eom", (overlay,))
    example = EXAMPLES["eom_1"]
    assert len(example["cases"]) == 7
    for case in example["cases"]:
        share = case.get("threshold", example["threshold"])
        evaluation = EOM.evaluate(
            {
                "period_start": dt.date(2025 if share == 1 else 2024, 1, 1),
                "risk_arrangement": case["ra"],
                "episodes": 1,
                "benchmark": example["benchmark"],
                "total_spending": case["actual"],
                "aggregate_quality_score": 1,
            },
            rules,
        )
        assert evaluation.value("recoupment_threshold_share") == share
        assert evaluation.value("reconciliation") == case["expect"]


def quality(given, year=2022):
    return CJR_QUALITY.evaluate(
        {
            "performance_year": year,
            "complications_percentile": given["complications_percentile"],
            "hcahps_percentile": given["hcahps_percentile"],
            "complications_percentile_previous": given.get("complications_percentile_previous"),
            "hcahps_percentile_previous": given.get("hcahps_percentile_previous"),
            "pro_submitted": given["pro_submitted"],
        },
        load_rules("cjr"),
    )


@pytest.mark.parametrize("name", [name for name in EXAMPLES if "quality_points" in name])
def test_cjr_quality(name):
    case = EXAMPLES[name]
    evaluation, expect = quality(case["given"]), case["expect"]
    for line in ("complications_points", "hcahps_points", "pro_points"):
        if line in expect:
            assert evaluation.value(line) == expect[line]
    assert evaluation.value("composite_quality_score") == expect["score"]
    assert evaluation.value("quality_category") == expect["category"]
    if "effective_discount_py6_8" in expect:
        assert evaluation.value("effective_discount") == expect["effective_discount_py6_8"]
        early = quality(case["given"], 2019)
        assert early.value("effective_discount") == expect["effective_discount_py1_5"]


def test_cjr_boundaries():
    sheet = CJR_QUALITY.taking({"composite_quality_score": "given"}, ["quality_category"])
    for case in EXAMPLES["cjr_quality_boundaries"]["cases"]:
        evaluation = sheet.evaluate(
            {"performance_year": 2022, "pro_submitted": False,
             "composite_quality_score": case["score"]},
            load_rules("cjr"),
        )  # fmt: skip
        assert evaluation.value("quality_category") == case["expect"].replace("_", " ")


def test_cjr_py3_settlement():
    case = EXAMPLES["cjr_py3_settlement"]
    given, expect = case["given"], case["expect"]
    rules = load_rules("cjr")
    reduction = rules.get(
        "discount_reduction", performance_year=2018, quality_category=given["category"]
    ).value
    effective = rules.get("discount_for_gains", performance_year=2018).value - reduction
    applicable = rules.get("discount_for_losses", performance_year=2018).value - reduction
    assert (effective, applicable) == (
        expect["effective_discount"], expect["applicable_discount"],
    )  # fmt: skip
    priced = CJR_EPISODE.evaluate(
        {
            "performance_year": 2018,
            "hospital_mean": given["hospital_mean"],
            "regional_mean": given["regional_mean"],
            "effective_discount": effective,
            "applicable_discount": applicable,
            "episodes": given["episodes"],
            "spending": 0,
        },
        rules,
    )
    assert priced.value("target_before_discount") == expect["blended"]
    gains, losses = priced.value("target_for_gains"), priced.value("target_for_losses")
    assert gains == given["episodes"] * expect["target_for_payment"]
    assert losses == given["episodes"] * expect["target_for_repayment"]
    for each in case["cases"]:
        for rural in (False, True):
            evaluation = CJR.evaluate(
                {
                    "performance_year": 2018,
                    "lower_loss_limit": rural,
                    "quality_category": given["category"],
                    "episodes": given["episodes"],
                    "total_target_for_gains": gains,
                    "total_target_for_losses": losses,
                    "total_spending": each["actual_total"],
                },
                rules,
            )
            wanted = each["expect"]
            if "limit" in wanted:
                assert evaluation.value("gain_limit") == wanted["limit"]
            owed = wanted.get("repayment_rural" if rural else "repayment", 0)
            paid = wanted.get("reconciliation_payment", 0)
            assert evaluation.value("reconciliation") == paid - owed


def test_cjr_py6_target():
    case = EXAMPLES["cjr_py6_target"]
    given, expect = case["given"], case["expect"]
    rules = load_rules("cjr")
    for category in ("good", "excellent", "acceptable"):
        keys = {"performance_year": 2022, "quality_category": category}
        discount = (
            rules.get("discount_for_gains", **keys).value
            - rules.get("discount_reduction", **keys).value
        )
        evaluation = CJR_EPISODE.evaluate(
            {
                "performance_year": 2022,
                "regional_mean": given["regional_mean_cell"],
                **{name: given[name] for name in given if name != "regional_mean_cell"},
                "effective_discount": discount,
                "spending": 0,
            },
            rules,
        )
        assert evaluation.value("target_before_discount") == expect["before_discount"]
        near(evaluation.value("target_for_gains"), expect[category])


def test_cjr_post_episode_excess():
    given = EXAMPLES["cjr_post_episode_excess"]["given"]
    expect = EXAMPLES["cjr_post_episode_excess"]["expect"]
    evaluation = CJR.evaluate(
        {
            "performance_year": 2023,
            "lower_loss_limit": False,
            "quality_category": "good",
            "episodes": given["episodes"],
            "total_target_for_gains": 10**6,
            "total_target_for_losses": 10**6,
            "total_spending": 2 * 10**6,
            "post_episode_mean": given["hospital_mean"],
            "post_episode_regional_mean": given["regional_mean_30_day"],
            "post_episode_deviation": given["regional_sd"],
            "post_episode_episodes": given["episodes"],
        },
        load_rules("cjr"),
    )
    assert evaluation.value("post_episode_charge") == expect["charge"]
    assert expect["counted_in_stop_loss"] is False
    assert evaluation.value("reconciliation") == -200000 - expect["charge"]


@pytest.mark.parametrize("name", ["ocm_prediction_1", "ocm_prediction_2"])
def test_ocm_prediction(name):
    given, expect = EXAMPLES[name]["given"], EXAMPLES[name]["expect"]
    values = {"intercept": 1, **dict.fromkeys(given["terms"], 1)}
    values["hrr_relative_cost"] = given["hrr_relative_cost"]
    rules = load_rules("ocm")
    terms = OCM_TERM.evaluate(
        {
            "performance_period": given["performance_period"],
            "term": list(values),
            "term_value": list(values.values()),
        },
        rules,
    )
    evaluation = OCM_EPISODE.evaluate(
        {
            "performance_period": given["performance_period"],
            "sum_of_coefficients": sum(terms.column("contribution")),
            "experience_adjuster": given["experience_adjuster"],
            "trend_factor": 1,
            "spending": 0,
        },
        rules,
    )
    near(evaluation.value("sum_of_coefficients"), expect["linear"], "0.00000000005")
    near(evaluation.value("predicted_price"), expect["predicted"])
    near(evaluation.value("baseline_price"), expect["baseline_price"])


def ocm(**given):
    base = {
        "performance_period": "PP1", "risk_arrangement": "one-sided", "episodes": 1,
        "aggregate_quality_score": 1, "novel_therapy_spending": 0,
    }  # fmt: skip
    return OCM.evaluate({**base, **given}, load_rules("ocm"))


@pytest.mark.parametrize("name", ["ocm_novel_therapy_1", "ocm_novel_therapy_2_below_share"])
def test_ocm_novel_therapy(name):
    given, expect = EXAMPLES[name]["given"], EXAMPLES[name]["expect"]
    evaluation = ocm(
        performance_period=given["performance_period"],
        novel_therapy_spending=given["novel_therapy_spend"],
        total_spending=given["actual"], total_trended_price=given["baseline_times_trend"],
    )  # fmt: skip
    lines = {
        "share": ("novel_therapy_share", "0"), "excess_share": ("excess_share", "0"),
        "excess_dollars": ("excess_novel_therapy_spending", "0.005"),
        "adjustment_dollars": ("novel_therapy_adjustment", "0.005"),
        "factor": ("novel_therapy_factor", "0"), "benchmark": ("benchmark", "0.005"),
        "target_one_sided": ("target", "0.005"), "difference": ("target_less_spending", "0.005"),
        "limit": ("gain_limit", "0.005"),
    }  # fmt: skip
    for key, expected in expect.items():
        line, within = lines[key]
        near(evaluation.value(line), expected, within)


def test_ocm_limit():
    given, expect = EXAMPLES["ocm_limit"]["given"], EXAMPLES["ocm_limit"]["expect"]
    sheet = OCM.taking(
        {"benchmark": "given", "target": "given"}, ["limited_gain", "target_less_spending"]
    )
    evaluation = sheet.evaluate(
        {
            "performance_period": "PP1", "risk_arrangement": "one-sided", "episodes": 1,
            "benchmark": given["benchmark"], "target": given["target"],
            "total_spending": given["actual"],
        },
        load_rules("ocm"),
    )  # fmt: skip
    near(evaluation.value("target_less_spending"), expect["difference"])
    near(evaluation.value("limited_gain"), expect["limited"])


def test_ocm_monthly_services():
    eight, late = EXAMPLES["ocm_meos"]["cases"]
    claims = eight["given"]["g9678_claims_in_window"]
    evaluation = OCM_MONTHLY_SERVICE.evaluate(
        {"days_outside_episode": 90, "order_in_window": list(range(1, claims + 1))},
        load_rules("ocm"),
    )
    valid = list(evaluation.column("is_valid"))
    assert valid.count(True) == eight["expect"]["valid"]
    assert valid.count(False) == eight["expect"]["recoverable"]
    days = late["given"]["g9678_days_after_episode_end"]
    evaluation = OCM_MONTHLY_SERVICE.evaluate(
        {"days_outside_episode": days, "order_in_window": 1}, load_rules("ocm")
    )
    assert evaluation.value("is_valid") is late["expect"]["valid"]


def test_threshold_settlement():
    case = EXAMPLES["threshold_settlement"]
    given = case["given"]
    values = {
        "price_form": "threshold", "acceptable_cost": given["acceptable"],
        "commendable_cost": given["commendable"], "gain_limit_cost": given["gain_limit"],
        "savings_share": given["share"], "loss_share": given["share"],
    }  # fmt: skip
    contract = agreed(
        {
            "program": "episodes", "title": "Worked example", "contract": "X", "year": 2024,
            "agreement": "Worked example",
            "terms": {name: {"value": v, "clause": "1"} for name, v in values.items()},
        },
        "example", "",
    )  # fmt: skip
    assert len(case["cases"]) == 6
    for each in case["cases"]:
        evaluation = EPISODE_THRESHOLDS.evaluate(
            {
                "contract_year": 2024,
                "episodes": given["episodes"],
                "total_cost": given["episodes"] * each["mean_cost"],
                "quality_gates_failed": 0 if each["quality_pass"] else 1,
            },
            contract.rules,
        )
        assert evaluation.value("settlement") == each["expect"]
