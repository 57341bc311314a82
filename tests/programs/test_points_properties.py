"""What must hold for any threshold, benchmark, baseline and performance."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from openvbc.rules.load import load_rules
from openvbc.worksheets.performance.hrrp import CONDITION, HOSPITAL
from openvbc.worksheets.performance.hvbp import MEASURE
from openvbc.worksheets.shared_savings.population import groups, median, percentile

RATES = st.decimals(min_value=0, max_value=1, places=4)
RATIOS = st.decimals(min_value="0.5", max_value="2", places=4)
CONDITIONS = ("AMI", "COPD", "HF", "PN", "CABG", "THA/TKA")


def _scores(measure, threshold, benchmark, baseline, performances):
    evaluation = MEASURE.evaluate(
        {
            "fiscal_year": 2024,
            "measure": measure,
            "threshold": threshold,
            "benchmark": benchmark,
            "baseline": baseline,
            "performance": list(performances),
        },
        load_rules("hvbp"),
    )
    return list(evaluation.column("measure_score"))


@given(RATES, RATES, RATES, st.lists(RATES, min_size=2, max_size=8))
def test_better_performance_never_scores_less(first, second, baseline, performances):
    threshold, benchmark = min(first, second), max(first, second) + Decimal("0.0001")
    ordered = sorted(performances)
    scores = _scores("MORT-30-AMI", threshold, benchmark, baseline, ordered)
    assert scores == sorted(scores)
    assert all(0 <= score <= 10 and score == int(score) for score in scores)
    turned = _scores("HAI-1", benchmark, threshold, baseline, ordered)
    assert turned == sorted(turned, reverse=True)


@given(RATES, RATES, RATES, RATES)
def test_the_next_point_is_where_it_is_said_to_be(first, second, baseline, performance):
    threshold, benchmark = min(first, second), max(first, second) + Decimal("0.0001")
    given = {
        "fiscal_year": 2024,
        "measure": "MORT-30-AMI",
        "threshold": threshold,
        "benchmark": benchmark,
        "baseline": baseline,
    }
    rules = load_rules("hvbp")
    now = MEASURE.evaluate({**given, "performance": performance}, rules)
    wanted = now.value("performance_for_next_point")
    if wanted is None:
        assert now.value("measure_score") == 10
        return
    # The inverse is rounded in its fiftieth digit: step a hair to the good side.
    there = MEASURE.evaluate({**given, "performance": wanted + Decimal("1e-25")}, rules)
    assert there.value("measure_score") > now.value("measure_score")
    before = MEASURE.evaluate({**given, "performance": wanted - Decimal("1e-20")}, rules)
    assert before.value("measure_score") <= now.value("measure_score")


@given(
    st.lists(RATIOS, min_size=6, max_size=6),
    st.lists(RATIOS, min_size=6, max_size=6),
    st.lists(st.decimals(0, "0.2", places=4), min_size=6, max_size=6),
    st.lists(st.integers(0, 60), min_size=6, max_size=6),
    st.integers(0, 5),
    st.decimals(0, "0.5", places=4),
    st.sampled_from([2013, 2016, 2018, 2019, 2023, 2025, 2027]),
)
def test_factor_stays_in_its_bounds_and_a_better_ratio_never_lowers_it(
    ratios, medians, drg_ratios, discharges, better, by, year
):
    def factor(each):
        conditions = CONDITION.evaluate(
            {
                "fiscal_year": year,
                "condition": list(CONDITIONS),
                "eligible_discharges": discharges,
                "excess_readmission_ratio": each,
                "peer_group_median": medians,
                "drg_payment_ratio": drg_ratios,
                "neutrality_modifier": "0.96",
            },
            load_rules("hrrp"),
        )
        total = sum(conditions.column("contribution"), Decimal(0))
        given = dict.fromkeys(
            ("total_contribution", "lowest_total_contribution", "highest_total_contribution"), total
        )
        main = HOSPITAL.evaluate({"fiscal_year": year, **given}, load_rules("hrrp"))
        return main.value("payment_adjustment_factor")

    before = factor(ratios)
    improved = [r - by if i == better else r for i, r in enumerate(ratios)]
    assert Decimal("0.97") <= before <= 1
    assert factor(improved) >= before


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=60))
def test_population_statistics(values):
    assert percentile(values, 0) == min(values)
    assert percentile(values, 100) == max(values)
    assert abs(float(median(values)) - float(np.median([float(v) for v in values]))) < 1e-9
    quintiles = groups(values, 5)
    assert set(quintiles) <= {1, 2, 3, 4, 5}
    for group, value in zip(quintiles, values, strict=True):
        assert all(g <= group for g, v in zip(quintiles, values, strict=True) if v <= value)


def test_percentile_by_sas_definition_5():
    """n x p whole: the mean of two; otherwise the next value. 4 values: p25 = (1 + 2) / 2."""
    values = [Decimal(v) for v in (4, 1, 3, 2)]
    assert percentile(values, 25) == Decimal("1.5")
    assert percentile(values, 30) == 2
    assert percentile(values, 50) == Decimal("2.5")
    assert percentile(values, 99) == 4
