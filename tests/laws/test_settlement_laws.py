"""What must hold of every settlement, whatever the numbers."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from openvbc.rules.load import load_rules
from openvbc.rules.parameter import rows
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

RULES = load_rules("mssp")
TRACKS = {
    2014: ["TRACK_1", "TRACK_2"],
    2018: ["TRACK_1", "TRACK_1_PLUS", "TRACK_2", "TRACK_3"],
    2020: ["TRACK_1", "BASIC_A", "BASIC_C", "BASIC_E", "ENHANCED"],
    2022: ["BASIC_A", "BASIC_B", "BASIC_C", "BASIC_D", "BASIC_E", "ENHANCED"],
    2024: ["BASIC_A", "BASIC_B", "BASIC_C", "BASIC_D", "BASIC_E", "ENHANCED"],
}
DOLLARS = st.integers(1_000_000, 2_000_000_000)
SCORES = st.integers(0, 10_000).map(lambda points: Decimal(points) / 10_000)


@st.composite
def contracts(draw):
    year = draw(st.sampled_from(sorted(TRACKS)))
    track = draw(st.sampled_from(TRACKS[year]))
    start = {2014: "2014-01-01", 2018: "2018-01-01"}.get(year, "2019-07-01")
    if year == 2024:
        start = draw(st.sampled_from(["2019-07-01", "2024-01-01"]))
    benchmark = draw(DOLLARS)
    share = draw(st.integers(7_000, 13_000))
    election = draw(st.sampled_from([None, "0", "0.005", "0.01", "0.015", "0.02"]))
    return {
        "performance_year": year,
        "track": track,
        "agreement_start": dt.date.fromisoformat(start),
        "agreement_performance_year": draw(st.integers(1, 5)),
        "performance_year_months": 12,
        "assigned_beneficiaries": draw(st.integers(100, 200_000)),
        "revenue_category": draw(st.sampled_from(["low", "high"])),
        "minimum_savings_rate_election": election,
        "updated_benchmark_expenditures": benchmark,
        "performance_year_expenditures": benchmark * share // 10_000,
        "quality_score": draw(SCORES),
        "minimum_attainment_met": draw(st.booleans()),
        "reporting_incentive_met": draw(st.booleans()),
        "alternative_standard_met": draw(st.booleans()),
        "participant_revenue": draw(st.one_of(st.none(), DOLLARS)),
        "extreme_circumstances_fraction": draw(SCORES),
    }


def result(contract, **changes):
    return SHARED_SAVINGS.evaluate(contract | changes, RULES)


def test_the_minimum_savings_rate_never_rises_and_bands_meet():
    bands = [
        band for part in RULES.history("minimum_savings_rate_table") for band in rows(part.value)
    ]
    for band, following in pairwise(bands):
        assert following["first"] == band["last"] + 1
        assert following["rate_at_first"] == band["rate_at_last"]
        assert band["rate_at_last"] < band["rate_at_first"]


@settings(deadline=None)
@given(contracts(), st.integers(100, 100_000))
def test_more_people_never_raise_the_minimum_savings_rate(contract, people):
    given = contract | {"minimum_savings_rate_election": None}
    fewer = result(given, assigned_beneficiaries=people).value("minimum_savings_rate")
    more = result(given, assigned_beneficiaries=people + 1).value("minimum_savings_rate")
    assert more <= fewer


@settings(deadline=None)
@given(contracts(), st.integers(0, 50_000_000))
def test_spending_more_never_pays_more(contract, more):
    spent = contract["performance_year_expenditures"]
    line = "earned_savings_or_owed_losses"
    assert result(contract, performance_year_expenditures=spent + more).value(line) <= result(
        contract
    ).value(line)


@settings(deadline=None)
@given(contracts())
def test_payments_and_losses_stay_under_their_limits(contract):
    settlement = result(contract)
    benchmark = settlement.value("benchmark_expenditures")
    assert 0 <= settlement.value("earned_shared_savings") <= settlement.value("payment_limit")
    assert settlement.value("shared_losses_owed") >= 0
    assert settlement.value("earned_shared_savings") * settlement.value("shared_losses_owed") == 0
    limit = settlement.value("loss_limit")
    assert settlement.value("shared_losses_owed") <= (benchmark if limit is None else limit)


@settings(deadline=None)
@given(contracts(), SCORES)
def test_a_better_score_never_costs(contract, other):
    low, high = sorted([contract["quality_score"], other])
    line = "earned_savings_or_owed_losses"
    worse, better = (result(contract, quality_score=score).value(line) for score in (low, high))
    assert worse <= better


@settings(deadline=None)
@given(contracts())
def test_the_waterfall_adds_up(contract):
    settlement = result(contract)
    steps = (
        "benchmark_expenditures",
        "expenditures_deducted",
        "savings_or_losses_not_counted",
        "part_kept_by_medicare",
        "sequestration_withheld",
        "limit_and_relief",
    )
    total = sum(settlement.value(step) for step in steps)
    assert total == settlement.value("earned_savings_or_owed_losses")


@settings(deadline=None)
@given(st.lists(contracts(), min_size=2, max_size=12))
def test_rows_do_not_touch_each_other_and_floats_follow(many):
    columns = {name: [contract[name] for contract in many] for name in many[0]}
    together = SHARED_SAVINGS.evaluate(columns, RULES)
    loose = SHARED_SAVINGS.evaluate(columns, RULES, numbers="float")
    for row, contract in enumerate(many):
        alone = result(contract).value("net_payment")
        assert together.value("net_payment", row) == alone
        assert abs(loose.value("net_payment", row) - float(alone)) <= 1e-6 * max(
            1, abs(float(contract["updated_benchmark_expenditures"]))
        )
