"""A payer's own pay-for-performance contract: measures, provider, payment.

The terms (targets, tiers, gates, weights, money) are inputs, because they are the parties' own. A
measure is scored by points between a target's threshold and benchmark, with or without improvement
over the baseline, or by tiers; the provider's score is the weighted share of the points it could
reach; gates can close the payment; the score decides the share of the pool, or of the bonus for
each member, that is paid.
"""

from __future__ import annotations

from decimal import Decimal

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_in,
    is_missing,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    table_column,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.performance.points import oriented, performance_for_next_point, points_lines

CONTRACT = "the contract"


@line(unit="flag", cite=CONTRACT + ", minimum denominator")
def measure_counts(denominator: Column, minimum_denominator: Column) -> Column:
    """The denominator is at least the contract's minimum."""
    enough: Column = denominator >= minimum_denominator
    return enough


@line(unit="ratio", cite=CONTRACT + ", measures")
def performance(
    numerator: Column, denominator: Column, reported_rate: Column, measure_counts: Column
) -> Column:
    """Numerator / denominator, or the rate reported; missing if the measure does not count."""
    computed = ratio(numerator, denominator)
    return only_where(measure_counts, where(is_missing(computed), reported_rate, computed))


@line(unit="ratio", cite=CONTRACT + ", improvement")
def baseline(baseline_rate: Column, improvement_counts: Column) -> Column:
    """The provider's own earlier rate, if the contract pays for improvement."""
    return only_where(improvement_counts, baseline_rate)


@line(unit="points", cite=CONTRACT + ", tiers of the measure")
def tier_points(performance: Column, lower_is_better: Column, measure_tiers: Column) -> Column:
    """The points of the best tier whose bound the performance reaches; none below the first."""
    signed = oriented(performance, lower_is_better)
    direction = where(lower_is_better, performance * 0 - 1, performance * 0 + 1)
    reached = by_table(measure_tiers, signed, lambda tiers, x: x * 0)
    for number in range(_longest(measure_tiers)):
        bound = _tier(measure_tiers, number, "from", signed) * direction
        points = _tier(measure_tiers, number, "points", signed)
        reached = where((signed >= bound) & (points > reached), points, reached)
    return reached


def _longest(tables: Column) -> int:
    return max((len(table) for table in tables.ravel()), default=0)


def _tier(tables: Column, number: int, name: str, like: Column) -> Column:
    """A cell of the n-th tier; missing where a table is shorter."""

    def cell(table: Table, x: Column) -> Column:
        if number >= len(table):
            return x * Decimal("NaN") if x.dtype == object else x * float("nan")
        chosen: Column = x * 0 + table_column(table, name, x)[number]
        return chosen

    return by_table(tables, like, cell)


@line(unit="points", cite=CONTRACT + ", scoring")
def points(
    scored_by: Column, measure_score: Column, tier_points: Column, performance: Column
) -> Column:
    """Points between threshold and benchmark, or of the tier, as the contract says."""
    chosen = where(is_in(scored_by, "tiers"), tier_points, measure_score)
    return only_where(~is_missing(performance), chosen)


@line(unit="points", cite=CONTRACT + ", weights")
def weighted_points(weight: Column, points: Column) -> Column:
    """Weight x points; nothing for a measure that does not count."""
    return weight * otherwise(points, 0)


@line(unit="points", cite=CONTRACT + ", weights")
def weighted_possible(weight: Column, points_possible: Column, points: Column) -> Column:
    """Weight x the most points, for a measure that counts."""
    return where(is_missing(points), 0, weight * points_possible)


@line(unit="gates", cite=CONTRACT + ", gates")
def gate_failed(performance: Column, gate: Column, lower_is_better: Column) -> Column:
    """One if the measure has a gate and the performance is worse; too few cases do not fail it."""
    worse = oriented(performance, lower_is_better) < oriented(gate, lower_is_better)
    return where(worse, gate * 0 + 1, otherwise(gate * 0, 0))


MEASURE = Worksheet(
    "p4p_contract_measure",
    "Measures: performance and points",
    inputs=[
        Input("measure", "text", "Measure"),
        Input("numerator", "cases", "Numerator", optional=True),
        Input("denominator", "cases", "Denominator", optional=True),
        Input("reported_rate", "ratio", "Rate, where no numerator is given", optional=True),
        Input("baseline_rate", "ratio", "The provider's earlier rate", optional=True),
        Input("minimum_denominator", "cases", "Fewest cases for the measure to count"),
        Input("lower_is_better", "flag", "A lower rate is better", missing=False),
        Input("improvement_counts", "flag", "Improvement earns points", missing=False),
        Input("threshold", "ratio", "Threshold", optional=True),
        Input("benchmark", "ratio", "Benchmark", optional=True),
        Input("achievement_scale", "table", "Points between threshold and benchmark"),
        Input("improvement_scale", "table", "Points between baseline and benchmark"),
        Input("scored_by", "text", "Points or tiers"),
        Input("measure_tiers", "table", "Tiers of the measure"),
        Input("points_possible", "points", "Most points of the measure"),
        Input("weight", "weight", "Weight of the measure"),
        Input("gate", "ratio", "Gate", optional=True),
        Input("share_of_providers_worse", "ratio", "Share of providers that do worse",
              optional=True),
    ],
    parameters=[],
    lines=[
        measure_counts, performance, baseline,
        *points_lines(
            CONTRACT + ", attainment", CONTRACT + ", improvement", CONTRACT + ", scoring"
        ),
        tier_points, points, weighted_points, weighted_possible, gate_failed,
        performance_for_next_point,
    ],
)  # fmt: skip


@line(unit="ratio", cite=CONTRACT + ", score", rounding="half up to 4 decimals")
def score(sum_of_weighted_points: Column, sum_of_weighted_possible: Column) -> Column:
    """Weighted points / weighted points possible, over the measures that count."""
    return round_half_up(ratio(sum_of_weighted_points, sum_of_weighted_possible), 4)


@line(unit="flag", cite=CONTRACT + ", gates")
def gates_passed(
    gates_failed: Column,
    members: Column,
    minimum_members: Column,
    measures_counted: Column,
    minimum_measures: Column,
) -> Column:
    """No gate failed, enough members, enough measures that count."""
    enough = (members >= minimum_members) & (measures_counted >= minimum_measures)
    passed: Column = enough & (gates_failed == 0)
    return passed


@line(unit="ratio", cite=CONTRACT + ", payout")
def payout_share(score: Column, gates_passed: Column, payout_tiers: Column) -> Column:
    """The share of the best payout tier that the score reaches; the score itself where the contract
    pays in proportion (no tiers); nothing if a gate is closed.
    """
    reached = score * 0
    for number in range(_longest(payout_tiers)):
        bound = _tier(payout_tiers, number, "from", score)
        share = _tier(payout_tiers, number, "share", score)
        reached = where((score >= bound) & (share > reached), share, reached)
    in_proportion = _no_tiers(payout_tiers)
    share = where(in_proportion, score, reached)
    return where(gates_passed & ~is_missing(share), share, 0)


def _no_tiers(tables: Column) -> Column:
    import numpy as np

    return np.array([len(table) == 0 for table in tables.ravel()], dtype=bool)


@line(unit="USD", cite=CONTRACT + ", payment", rounding="half up to cents, parts add up")
def most_payable(
    payment_kind: Column,
    pool: Column,
    bonus_per_member: Column,
    members: Column,
    all_members: Column,
    cents_of_pool: Column,
) -> Column:
    """The provider's part of the pool by members, or the bonus for each member x members.

    Parts of a pool are rounded so that they add up to it (largest remainder).
    """
    part = round_half_up(pool * ratio(members, all_members), 2) + cents_of_pool
    bonus = round_half_up(bonus_per_member * members, 2)
    return where(is_in(payment_kind, "pool"), part, bonus)


@line(unit="USD", cite=CONTRACT + ", payment", rounding="half up to cents, parts add up")
def part_of_shared_pool(
    pool: Column,
    members: Column,
    payout_share_counted: Column,
    all_members_by_payout: Column,
    cents_of_shared_pool: Column,
) -> Column:
    """The pool split by members x payout share; parts add up to it (largest remainder)."""
    part = pool * ratio(members * payout_share_counted, all_members_by_payout)
    return round_half_up(otherwise(part, 0), 2) + cents_of_shared_pool


@line(unit="ratio", cite=CONTRACT + ", payout")
def payout_share_counted(payout_share: Column, in_doubt: Column) -> Column:
    """The payout share; the whole for a provider in doubt, so that others get no more than theirs
    for sure.
    """
    return where(in_doubt, 1, payout_share)


@line(unit="USD", cite=CONTRACT + ", payment", rounding="half up to cents")
def payment(
    most_payable: Column,
    payout_share: Column,
    part_of_shared_pool: Column,
    unearned_is_shared: Column,
    in_doubt: Column,
) -> Column:
    """Most payable x payout share; where the unearned part of a pool is shared, the part of the
    pool instead. Missing while rows of the provider are set aside.
    """
    own = round_half_up(most_payable * payout_share, 2)
    return only_where(~in_doubt, where(unearned_is_shared, part_of_shared_pool, own))


@line(unit="USD", cite=CONTRACT + ", payment")
def held_back(
    most_payable: Column,
    part_of_shared_pool: Column,
    unearned_is_shared: Column,
    in_doubt: Column,
) -> Column:
    """The most that a provider in doubt can get; it is paid to nobody else."""
    return where(in_doubt, where(unearned_is_shared, part_of_shared_pool, most_payable), 0)


PROVIDER = Worksheet(
    "p4p_contract_provider",
    "Pay-for-performance contract: score and payment",
    inputs=[
        Input("contract_year", "year", "Contract year"),
        Input("members", "members", "Members attributed to the provider"),
        Input("sum_of_weighted_points", "points", "Weighted points"),
        Input("sum_of_weighted_possible", "points", "Weighted points possible"),
        Input("measures_counted", "measures", "Measures that count"),
        Input("gates_failed", "gates", "Gates failed"),
        Input("minimum_members", "members", "Fewest members"),
        Input("minimum_measures", "measures", "Fewest measures that count"),
        Input("payout_tiers", "table", "Payout tiers; none: in proportion to the score"),
        Input("payment_kind", "text", "pool or per_member"),
        Input("pool", "USD", "Pool", optional=True),
        Input("bonus_per_member", "USD per member", "Bonus for each member", optional=True),
        Input("all_members", "members", "Members of all providers"),
        Input("all_members_by_payout", "members", "Members x payout share, all providers",
              optional=True),
        Input("unearned_is_shared", "flag", "The unearned part of the pool is shared",
              missing=False),
        Input("in_doubt", "flag", "Rows of the provider are set aside", missing=False),
        Input("cents_of_pool", "USD", "Cents that make the parts add up to the pool"),
        Input("cents_of_shared_pool", "USD", "The same for the shared pool"),
    ],
    parameters=[],
    lines=[
        score, gates_passed, payout_share, payout_share_counted, most_payable,
        part_of_shared_pool, payment, held_back,
    ],
)  # fmt: skip
