"""What must hold for any numbers: corridors, benchmark caps, exact against floating point."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvbc.rules.load import load_rules
from openvbc.worksheets.capitation.corridor import corridor_share
from openvbc.worksheets.capitation.risk_corridors import REACH_SETTLEMENT
from openvbc.worksheets.kernel.worksheet import EXACT
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES

REACH, MSSP = load_rules("reach"), load_rules("mssp")
ARRANGEMENTS = ("GLOBAL", "PROFESSIONAL")

rates = st.decimals("-2", "2", places=6)


def shared(arrangement, *values):
    bands = REACH.get("risk_corridor", performance_year=2025, risk_arrangement=arrangement).value
    column = np.empty(len(values), dtype=object)
    column[:] = values
    with localcontext(EXACT):
        return list(corridor_share(bands, column))


@given(st.sampled_from(ARRANGEMENTS), rates)
def test_a_loss_owes_what_an_equal_saving_earns(arrangement, rate):
    gained, lost = shared(arrangement, rate, -rate)
    assert gained == -lost


@given(st.sampled_from(ARRANGEMENTS), rates, st.decimals("0", "0.01", places=8))
def test_a_corridor_rises_without_a_jump_and_never_by_more_than_was_saved(arrangement, rate, more):
    before, after = shared(arrangement, rate, rate + more)
    assert 0 <= after - before <= more


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_a_band_edge_is_reached_from_both_sides(arrangement):
    bands = REACH.get("risk_corridor", performance_year=2025, risk_arrangement=arrangement).value
    tiny = Decimal("1e-12")
    for band in bands:
        below, above = shared(
            arrangement, Decimal(band["from"]) - tiny, Decimal(band["from"]) + tiny
        )
        assert abs(above - below) <= 2 * tiny


@settings(deadline=None)
@given(st.sampled_from(ARRANGEMENTS), st.decimals("1e6", "1e9", places=2), rates, rates)
def test_how_care_is_paid_never_changes_what_is_shared(arrangement, benchmark, rate, capitated):
    cost = benchmark * (1 - rate)
    capitation = abs(cost * capitated) / 2
    inputs = {
        "performance_year": 2025,
        "risk_arrangement": arrangement,
        "final_benchmark": benchmark,
        "capitation_payments": [0, capitation],
        "claim_payments": [cost, cost - capitation],
        "stop_loss_settlement": 0,
    }
    evaluation = REACH_SETTLEMENT.evaluate(inputs, REACH)
    line = "shared_savings_after_sequestration"
    assert evaluation.value(line, 0) == evaluation.value(line, 1)


STARTS = (
    (dt.date(2019, 7, 1), 1),
    (dt.date(2022, 1, 1), 2),
    (dt.date(2024, 1, 1), 2),
    (dt.date(2025, 1, 1), 1),
)
PERIODS = ("benchmark_year_1", "benchmark_year_2", "benchmark_year_3", "performance_year")


@st.composite
def benchmarks(draw):
    """A contract of any era; hundreds of amounts come from one drawn seed, to stay fast."""
    start, number = draw(st.sampled_from(STARTS))
    chance = random.Random(draw(st.integers(0, 10**9)))

    def between(low, high, places=2):
        return Decimal(f"{chance.uniform(low, high):.{places}f}")

    inputs = {
        "performance_year": start.year,
        "agreement_start": start,
        "agreement_number": number,
        "times_regional_adjustment_applied": draw(st.integers(1, 5)),
        "two_sided": draw(st.booleans()),
        "minimum_loss_rate": Decimal("0.02"),
        "dual_person_years_benchmark_year_3": between(0, 5000),
        "low_income_or_dual_share_performance_year": between(0, 1, 3),
    }
    for kind in ENROLLMENT_TYPES:
        level = chance.uniform(8000, 100000)
        for period in PERIODS:
            for name in ("expenditure", "national_expenditure", "regional_expenditure"):
                inputs[f"{name}_{period}_{kind}"] = between(0.5 * level, 1.5 * level)
            inputs[f"risk_score_{period}_{kind}"] = between(0.7, 1.4, 3)
            for name in ("regional_risk_score", "regional_demographic_score"):
                inputs[f"{name}_{period}_{kind}"] = between(0.9, 1.1, 3)
            inputs[f"demographic_score_{period}_{kind}"] = between(0.8, 1.2, 3)
            inputs[f"person_years_{period}_{kind}"] = between(1, 9000)
            inputs[f"national_weight_{period}_{kind}"] = between(0, 1, 3)
        trend = f"accountable_care_prospective_trend_amount_{kind}"
        inputs[trend] = between(-0.05 * level, 0.2 * level)
    for period in PERIODS[:3]:
        inputs[f"prior_updated_benchmark_{period}"] = between(1e8, 2e8)
        inputs[f"prior_expenditures_{period}"] = between(1e8, 2e8)
        inputs[f"prior_person_years_{period}"] = between(1000, 20000)
    return {name: value for name, value in inputs.items() if name in BENCHMARK.inputs}


@settings(deadline=None)
@given(benchmarks())
def test_adjustments_stay_within_their_caps_and_floats_agree(inputs):
    exact = BENCHMARK.evaluate(inputs, MSSP)
    assert not exact.refused
    national = exact.value("national_expenditure_at_aco_mix")
    tiny = Decimal("1e-20") * national
    highest = Decimal("0.05") * national + tiny
    since_2024 = inputs["agreement_start"].year >= 2024
    lowest = Decimal("-0.015" if since_2024 else "-0.05") * national - tiny
    assert lowest <= exact.value("regional_adjustment") <= highest
    added = exact.value("historical_benchmark") - exact.value(
        "historical_benchmark_before_adjustment"
    )
    if since_2024:
        assert -tiny <= added <= highest
        assert exact.value("prior_savings_adjustment") <= highest
    for kind in ENROLLMENT_TYPES:
        growth = exact.value(f"risk_growth_{kind}")
        limit = exact.value("aggregate_growth_limit") if since_2024 else Decimal("1.03")
        adjusted = exact.value(f"risk_adjustment_{kind}")
        assert adjusted <= growth
        if not since_2024 or exact.value("aggregate_risk_growth") > limit:
            assert adjusted <= limit
    loose = BENCHMARK.evaluate(inputs, MSSP, numbers="float")
    for line in ("historical_benchmark", "updated_benchmark", "total_benchmark"):
        assert loose.value(line) == pytest.approx(float(exact.value(line)), rel=1e-6)


@settings(deadline=None)
@given(benchmarks())
def test_the_guardrail_never_lowers_a_benchmark(inputs):
    evaluation = BENCHMARK.evaluate(inputs, MSSP)
    before = evaluation.value("updated_benchmark_before_guardrail")
    assert evaluation.value("updated_benchmark") >= before
    if not inputs["two_sided"]:
        assert evaluation.value("updated_benchmark") == before
