"""Medicare Advantage: a county's benchmark by bonus level, and what a plan is paid a month.

Social Security Act 1853 and 1854 (42 U.S.C. 1395w-23, 1395w-24). The benchmark is the county's base
amount times its applicable percentage plus the bonus points, at most the amount of before 2012; the
bonus is inside that limit. A bid below the benchmark is paid as bid, times risk, plus a rebate; one
at or above it is paid the benchmark, and the member pays the rest.

Grain: one row a county (or a plan) and payment year. USD a member and month; benchmarks and
payments to the cent.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    capped,
    is_in,
    is_missing,
    maximum,
    minimum,
    otherwise,
    ratio,
    reached,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"
BENCHMARK = "42 U.S.C. 1395w-23(n), (o)"
PAYMENT = "42 U.S.C. 1395w-23(a)(1)(B)"
REBATE = "42 U.S.C. 1395w-24(b)(1)(C)"
CENT = "half up to the cent"
NEW_PLAN = 7
"""Half stars that a new plan counts as for its rebate: three and a half stars."""


@line(unit=MONTHLY, cite=BENCHMARK)
def base_amount(
    base_amount_given: Column, benchmark_without_bonus: Column, applicable_percentage: Column
) -> Column:
    """The base amount given, else the benchmark without bonus over the applicable percentage."""
    recovered = ratio(benchmark_without_bonus, applicable_percentage)
    return where(is_missing(base_amount_given), recovered, base_amount_given)


@line(unit="ratio", cite=BENCHMARK)
def full_bonus(bonus_points: Column, double_bonus: Column) -> Column:
    """Bonus of plans of four stars and more, doubled in a county that qualifies."""
    return where(double_bonus, 2 * bonus_points, bonus_points)


@line(unit="ratio", cite=BENCHMARK)
def new_plan_bonus(new_plan_bonus_points: Column, double_bonus: Column) -> Column:
    """Bonus of new plans, doubled in a county that qualifies."""
    return where(double_bonus, 2 * new_plan_bonus_points, new_plan_bonus_points)


def _limited(amount: Column, most: Column, at_the_limit: Column) -> Column:
    """To the cent, at most the limit where there is one; the limit where it is known to hold."""
    rounded = round_half_up(amount, 2)
    return where(at_the_limit, most, capped(rounded, most))


@line(unit=MONTHLY, cite=BENCHMARK, rounding=CENT)
def benchmark_at_no_bonus(
    base_amount: Column,
    applicable_percentage: Column,
    amount_before_2012: Column,
    at_the_limit: Column,
) -> Column:
    """Base amount times the applicable percentage, at most the amount of before 2012."""
    return _limited(base_amount * applicable_percentage, amount_before_2012, at_the_limit)


@line(unit=MONTHLY, cite=BENCHMARK, rounding=CENT)
def benchmark_at_new_plan_bonus(
    base_amount: Column,
    applicable_percentage: Column,
    new_plan_bonus: Column,
    amount_before_2012: Column,
    at_the_limit: Column,
) -> Column:
    """Base amount times percentage plus the new plans' bonus, at most the amount of before 2012."""
    amount = base_amount * (applicable_percentage + new_plan_bonus)
    return _limited(amount, amount_before_2012, at_the_limit)


@line(unit=MONTHLY, cite=BENCHMARK, rounding=CENT)
def benchmark_at_full_bonus(
    base_amount: Column,
    applicable_percentage: Column,
    full_bonus: Column,
    amount_before_2012: Column,
    at_the_limit: Column,
) -> Column:
    """Base amount times percentage plus the full bonus, at most the amount of before 2012."""
    amount = base_amount * (applicable_percentage + full_bonus)
    return _limited(amount, amount_before_2012, at_the_limit)


COUNTY_BENCHMARK = Worksheet(
    "medicare_advantage_county",
    "Medicare Advantage: county benchmark by bonus level",
    inputs=[
        Input("payment_year", "year", "Payment year"),
        Input("base_amount_given", MONTHLY, "Base amount, as given", optional=True),
        Input("benchmark_without_bonus", MONTHLY, "Benchmark without bonus", optional=True),
        Input("applicable_percentage", "ratio", "Applicable percentage", optional=True),
        Input("double_bonus", "flag", "The county doubles the bonus", optional=True, missing=False),
        Input(
            "at_the_limit", "flag", "The limit holds at every bonus", optional=True, missing=False
        ),
        Input("amount_before_2012", MONTHLY, "Applicable amount of before 2012", optional=True),
    ],
    parameters=["bonus_points", "new_plan_bonus_points"],
    lines=[
        base_amount,
        full_bonus,
        new_plan_bonus,
        benchmark_at_no_bonus,
        benchmark_at_new_plan_bonus,
        benchmark_at_full_bonus,
    ],
)
"""Base amount, percentage and bonus of a county to its three benchmarks."""


@line(unit="ratio", cite=REBATE)
def rebate_share(stars: Column, plan_kind: Column, rebate_shares: Column) -> Column:
    """The share of the highest stars reached; a new plan as 3.5 stars, one not rated as below.

    A rated plan without stars has no share.
    """
    counted = where(is_in(plan_kind, "not reported"), 0, stars)
    return by_table(
        rebate_shares, where(is_in(plan_kind, "new"), NEW_PLAN, counted * 2), _share_reached
    )


def _share_reached(table: Table, half_stars: Column) -> Column:
    return reached(table, half_stars / 2, "share")


@line(unit="score", cite="42 U.S.C. 1395w-23(a)(1)(C)(ii)")
def risk_score_paid(
    payment_risk_score: Column,
    raw_risk_score: Column,
    normalization_factor: Column,
    least_coding_adjustment: Column,
) -> Column:
    """The score given, else raw over normalisation factor, times one less the coding adjustment.

    The adjustment is the least that the law allows.
    """
    kept = 1 - least_coding_adjustment
    own = ratio(raw_risk_score, normalization_factor) * kept
    return where(is_missing(payment_risk_score), own, payment_risk_score)


@line(unit=MONTHLY, cite=REBATE, rounding=CENT)
def rebate(
    benchmark: Column, bid: Column, rebate_share: Column, rebate_risk_score: Column
) -> Column:
    """Share of what the bid is below the benchmark, both times the plan's projected risk."""
    below = maximum(benchmark - bid, 0) * otherwise(rebate_risk_score, 1)
    return round_half_up(below * rebate_share, 2)


@line(unit=MONTHLY, cite=PAYMENT, rounding=CENT)
def payment_per_month(
    benchmark: Column, bid: Column, risk_score_paid: Column, rebate: Column
) -> Column:
    """Bid times risk plus rebate; with a bid at or above the benchmark, benchmark times risk."""
    paid = minimum(bid, benchmark) * risk_score_paid
    return round_half_up(where(bid < benchmark, paid + rebate, paid), 2)


@line(unit=MONTHLY, cite="42 U.S.C. 1395w-24(b)(2)")
def member_premium(benchmark: Column, bid: Column) -> Column:
    """What the bid is above the benchmark."""
    return maximum(bid - benchmark, 0)


@line(
    unit=MONTHLY, cite="Budget Control Act of 2011, as amended", status="unverified", rounding=CENT
)
def payment_after_sequestration(payment_per_month: Column, sequestration_rate: Column) -> Column:
    """Payment less sequestration."""
    return round_half_up(payment_per_month * (1 - sequestration_rate), 2)


PLAN_PAYMENT = Worksheet(
    "medicare_advantage_plan",
    "Medicare Advantage: payment of a plan a member and month",
    inputs=[
        Input("payment_year", "year", "Payment year"),
        Input("benchmark", MONTHLY, "Benchmark"),
        Input("bid", MONTHLY, "Bid"),
        Input("stars", "stars", "Star rating", optional=True),
        Input("plan_kind", "text", "rated, new, or not reported"),
        Input("payment_risk_score", "score", "Payment risk score", optional=True),
        Input("raw_risk_score", "score", "Raw risk score, if that is given", optional=True),
        Input("normalization_factor", "factor", "Normalisation factor", optional=True),
        Input(
            "rebate_risk_score", "score", "Projected risk of the plan; one if none", optional=True
        ),
    ],
    parameters=["rebate_shares", "least_coding_adjustment", "sequestration_rate"],
    lines=[
        rebate_share,
        risk_score_paid,
        rebate,
        payment_per_month,
        member_premium,
        payment_after_sequestration,
    ],
)
"""Benchmark, bid and risk to the payment a member and month."""
