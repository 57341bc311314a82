"""Worked examples of capitation kept outside the package, through the worksheets."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.programs.terms.agreed import agreed
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.capitation.capitation import CAPITATION
from openvbc.worksheets.capitation.medicare_advantage import COUNTY_BENCHMARK, PLAN_PAYMENT
from openvbc.worksheets.capitation.next_generation import NEXT_GENERATION
from openvbc.worksheets.capitation.reach import REACH_BENCHMARK
from openvbc.worksheets.capitation.reach_risk_score import REACH_RISK_SCORE
from openvbc.worksheets.capitation.risk_corridors import REACH_SETTLEMENT
from openvbc.worksheets.capitation.stop_loss import SPECIFIC_STOP_LOSS
from own_yaml import exact_yaml

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
FILE = SHARED / "spec/params/examples/capitation.yaml"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the worked examples are not here")
EXAMPLES = exact_yaml(FILE) if FILE.is_file() else {}
REACH = load_rules("reach")
NEXT = load_rules("next-generation")
NO_LAW = RuleSet("capitation", {}, {}, "")


def near(figure, printed, places):
    """Equal when rounded to what is printed."""
    assert abs(figure - Decimal(str(printed))) <= Decimal(5).scaleb(-places - 1)


@pytest.mark.parametrize(
    ("name", "arrangement"),
    [("corridor_global_2025", "GLOBAL"), ("corridor_professional", "PROFESSIONAL")],
)
def test_corridors(name, arrangement):
    cases = EXAMPLES[name]["cases"]
    rates = REACH_SETTLEMENT.evaluate(
        {
            "performance_year": 2025,
            "risk_arrangement": arrangement,
            "final_benchmark": 1,
            "equity_adjustment_up": 0,
            "equity_adjustment_down": 0,
            "claim_payments": [1 - Decimal(str(rate)) for rate in cases],
            "capitation_payments": 0,
            "stop_loss_settlement": 0,
        },
        REACH,
    )
    assert len(cases) == 8
    assert list(rates.column("shared_rate")) == [Decimal(str(share)) for share in cases.values()]


def test_reach_standard():
    case = EXAMPLES["reach_standard_1"]
    base, expect = case["base_year_pbpm"], case["expect"]
    evaluation = REACH_BENCHMARK.evaluate(
        {
            "performance_year": 2024,
            "entity_type": "STANDARD",
            "risk_arrangement": "GLOBAL",
            **{f"base_year_{n}": base[year] for n, year in enumerate(sorted(base), 1)},
            "trend_to_performance_year": case["trend_to_py"],
            "regional_rate": case["regional_pbpm"],
            "adjusted_national_amount": case["uspcc_adjusted_ffs"],
            "risk_score_growth": case["risk_growth"],
            "quality_score": case["quality_score"],
            "retrospective_trend_factor": 1,
            "aligned_months": case["aligned_months"],
        },
        REACH,
    )
    for line, name in {
        "historical_amount": "historical", "trended_amount": "trended",
        "blended_amount": "blended", "regional_blend_change": "regional_adjustment",
        "risk_adjusted_amount": "after_risk",
        "unadjusted_benchmark": "benchmark_before_deductions",
    }.items():  # fmt: skip
        assert evaluation.value(line) == expect[name], line
    final = evaluation.value("final_benchmark")
    near(final, expect["benchmark_after_discount_and_withhold"], 2)
    near((final - expect["expenditure"]) / final, expect["pct"], 7)


def test_commercial_capitation():
    case = EXAMPLES["commercial_capitation_1"]
    cover, expect = case["individual_stop_loss"], case["expect"]
    members = SPECIFIC_STOP_LOSS.evaluate(
        {
            "member_claims": case["large_claims"],
            "stop_loss_deductible": cover["deductible"],
            "stop_loss_share": cover["plan_share_above"],
        },
        NO_LAW,
    )
    recoveries = sum(members.column("stop_loss_recovery"))
    assert recoveries == expect["recoveries"]
    terms = {
        "capitation_form": "rate cells", "run_out_months": 3, "retroactive_months": 3,
        "risk_adjusted": True, "group_fund_share": 1, "hospital_fund_share": 1,
        "shared_fund_share": 1, "encounter_price": "paid", "completion": "none",
        "carve_out_per_month": case["carve_out_pmpm"], "target_loss_ratio": case["target_mlr"],
    }  # fmt: skip
    form = {"program": "capitation", "title": "T", "contract": "C", "year": 2025, "agreement": "A"}
    said = {name: {"value": value, "clause": "1"} for name, value in terms.items()}
    evaluation = CAPITATION.evaluate(
        {
            "contract_year": 2025,
            "member_months": case["member_months"],
            "base_rate": case["base_pmpm"],
            "risk_score": case["risk_score"],
            "incurred_medical_expense": case["medical_pmpm"] * case["member_months"],
            "stop_loss_recoveries": recoveries,
        },
        agreed({**form, "terms": said}, "example", "").rules,
    )
    assert evaluation.value("incurred_medical_expense") == expect["gross_medical"]
    assert evaluation.value("capitation_per_month") == expect["pmpm"]
    assert evaluation.value("revenue") == expect["revenue"]
    assert evaluation.value("net_medical_expense") == expect["net_medical"]
    near(evaluation.value("medical_loss_ratio"), expect["mlr"], 6)
    assert evaluation.value("surplus") == expect["surplus_vs_target"]


@pytest.mark.parametrize("kind", ["ad", "esrd"])
def test_risk_cascade(kind):
    case = EXAMPLES[f"reach_risk_cascade_py2025_{kind}"]
    told, expect = case["given"], case["expect"]
    evaluation = REACH_RISK_SCORE.evaluate(
        {
            "performance_year": 2025,
            "entity_type": "STANDARD",
            "entitlement": {"ad": "AGED_DISABLED", "esrd": "ESRD"}[kind],
            "raw_score_v24_reference": told["v24_ry"],
            "raw_score_v28_reference": told.get("v28_ry"),
            "raw_score_v24_performance": told["v24_py"],
            "raw_score_v28_performance": told.get("v28_py"),
            "normalization_reference": told["normalization_ry"],
            "normalization_performance": told["normalization_py"],
            "demographic_score_reference": told.get("demographic_ry"),
            "demographic_score_performance": told.get("demographic_py"),
            "people_reference": 5000,
            "people_performance": 5000,
            "coding_intensity_factor": told["cif"],
        },
        REACH,
    )
    lines = {
        "blended_ry": ("blended_reference_score", 4),
        "blended_py": ("blended_performance_score", 4),
        "normalized_ry": ("normalized_reference_score", 4),
        "normalized_py": ("normalized_performance_score", 4),
        "demographic_growth": ("demographic_growth", 6),
        "growth": ("risk_growth", 6),
        "capped": ("capped_score", 4),
        "final": ("final_risk_score", 4),
    }
    for name, printed in expect.items():
        line, places = lines[name]
        near(evaluation.value(line), printed, places)


def test_reach_final_benchmark():
    case = EXAMPLES["reach_final_benchmark"]
    told, expect = case["given"], case["expect"]
    sheet = REACH_BENCHMARK.taking(
        {"unadjusted_benchmark": "the example"}, ["benchmark_with_equity_adjustment"]
    )
    evaluation = sheet.evaluate(
        {
            "performance_year": 2023,
            "entity_type": "STANDARD",
            "risk_arrangement": "GLOBAL",
            "unadjusted_benchmark": told["unadjusted_benchmark"],
            "retrospective_trend_factor": told["retrospective_trend_factor"],
            "quality_score": told["quality_score"],
            "retention_withhold": told["retention_withhold"],
            "equity_months_added": told["heba_top_months"],
            "equity_months_taken": told["heba_bottom_months"],
        },
        REACH,
    )
    assert evaluation.value("final_benchmark") == expect["benchmark_before_heba"]
    added, taken = evaluation.value("equity_amount_added"), evaluation.value("equity_amount_taken")
    assert added + taken == expect["heba"]
    benchmark = evaluation.value("benchmark_with_equity_adjustment")
    assert benchmark - told["net_cost"] == expect["gross"]
    near((benchmark - told["net_cost"]) / benchmark, expect["rate"], 6)


def test_reach_published_row():
    case = EXAMPLES["reach_published_row"]
    told, expect = case["given"], case["expect"]
    evaluation = REACH_SETTLEMENT.evaluate(
        {
            "performance_year": told["py"],
            "risk_arrangement": "GLOBAL",
            "final_benchmark": told["final_benchmark"],
            "unadjusted_benchmark": told["unadj_benchmark"],
            "net_cost_given": told["tot_cost_care_net"],
            "equity_months_added": told["heba_up_months"],
            "equity_months_taken": told["heba_down_months"],
            "stop_loss_settlement": 0,
            "quality_score": told["quality_score"],
            "retention_withhold": told["retention_withhold"],
        },
        REACH,
    )
    assert evaluation.value("equity_amount_added") == expect["heba_up"]
    assert evaluation.value("equity_amount_taken") == expect["heba_down"]
    assert evaluation.value("gross_savings") == expect["gross"]
    near(evaluation.value("implied_trend_factor"), expect["implied_trend_factor"], 5)
    assert evaluation.value("shared_savings_after_sequestration") == expect["sequestered"]


ADVANTAGE = load_rules("medicare-advantage")
COUNTY_LINES = {
    "bonus_0": "benchmark_at_no_bonus",
    "bonus_3_5": "benchmark_at_new_plan_bonus",
    "bonus_5": "benchmark_at_full_bonus",
    "rate_3_5": "benchmark_at_new_plan_bonus",
    "rate_5": "benchmark_at_full_bonus",
}


def counties():
    yield from EXAMPLES.get("ma_benchmark_counties", {}).get("cases", ())
    if "ma_published_row" in EXAMPLES:
        yield EXAMPLES["ma_published_row"]


@pytest.mark.parametrize("case", list(counties()))
def test_county_benchmarks(case):
    told = case["given"]
    evaluation = COUNTY_BENCHMARK.evaluate(
        {
            "payment_year": 2026,
            "base_amount_given": told.get("base"),
            "benchmark_without_bonus": told.get("rate_0"),
            "applicable_percentage": told["applicable_percent"],
            "double_bonus": told["double_bonus"],
        },
        ADVANTAGE,
    )
    within = Decimal(0) if "base" in told else Decimal("0.02")
    for name, printed in case["expect"].items():
        assert abs(evaluation.value(COUNTY_LINES[name]) - printed) <= within


def plan(**given):
    inputs = {"payment_year": 2026, "plan_kind": "rated", "stars": 4, **given}
    return PLAN_PAYMENT.evaluate({"payment_risk_score": 1, **inputs}, ADVANTAGE)


def test_plan_payments():
    below, above = EXAMPLES["ma_payment"], EXAMPLES["ma_payment_bid_above"]
    for case in (below, above):
        told = dict(case["given"])
        evaluation = plan(payment_risk_score=told.pop("risk"), **told)
        assert evaluation.value("payment_per_month") == case["expect"]["payment"]
        assert evaluation.value("rebate") == case["expect"].get("rebate", 0)
        assert evaluation.value("member_premium") == case["expect"].get("member_premium", 0)


def test_rebate_shares():
    cases = EXAMPLES["ma_rebate_share"]["cases"]
    assert len(cases) == 6
    for case in cases:
        stars = case["stars"]
        kind = {"plan_kind": "new", "stars": None} if stars == "new" else {"stars": stars}
        assert plan(benchmark=1100, bid=1000, **kind).value("rebate_share") == case["expect"]


def test_next_generation_caps_before_it_shares():
    example = EXAMPLES["ngaco_cap_then_rate"]
    told, cases = example["given"], example["cases"]
    assert len(cases) == 3
    for case in cases:
        amounts = NEXT_GENERATION.evaluate(
            {
                "performance_year": 2017,
                "risk_arrangement": "A",
                "savings_cap": told["cap"],
                "benchmark_given": told["benchmark"],
                "claim_payments": told["benchmark"] - case["savings"],
            },
            NEXT,
        )
        expect = case["expect"]
        assert amounts.value("capped_savings") == expect["capped"]
        assert amounts.value("shared_savings") == expect["shared"]
        assert amounts.value("shared_savings_after_sequestration") == expect["after_sequestration"]
