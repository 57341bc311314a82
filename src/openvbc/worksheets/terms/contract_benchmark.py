"""The benchmark of a payer's contract, by the form the parties agreed on.

A total that was given; a target a member and month; the prior year, trended once; the weighted mean
of several years, each trended to the contract year; the peers' spending times a factor; or a share
of the premium (a percentage of premium and a target loss ratio are the same form). Then the risk
ratio, where the contract adjusts for risk. Nothing is rounded.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import Column, by_table, is_in, ratio, table_column, where
from openvbc.worksheets.kernel.line import line

CONTRACT = "the contract's clause on "


def _weighted_mean(years: Table, like: Column) -> Column:
    """Spending of each year times its trend, by weight; zero where no years were agreed."""
    nothing = like - like
    total, weights = nothing, nothing
    amounts = table_column(years, "per_member_per_month", like)
    trends = table_column(years, "trend_factor", like)
    for amount, trend, weight in zip(
        amounts, trends, table_column(years, "weight", like), strict=True
    ):
        total = total + amount * trend * weight
        weights = weights + weight
    return total if not years else ratio(total, weights)


@line(unit="USD per month", cite=CONTRACT + "the benchmark")
def historical_per_member_per_month(historical_years: Column, member_months: Column) -> Column:
    """The years' spending a member and month, each times its trend, as their weighted mean.

    Zero where no years were agreed.
    """
    return by_table(historical_years, member_months, _weighted_mean)


@line(unit="USD", cite=CONTRACT + "the benchmark")
def benchmark(
    benchmark_form: Column,
    given_benchmark: Column,
    target_per_member_per_month: Column,
    prior_year_per_member_per_month: Column,
    trend_rate: Column,
    historical_per_member_per_month: Column,
    peer_per_member_per_month: Column,
    peer_factor: Column,
    target_loss_ratio: Column,
    premium: Column,
    member_months: Column,
    risk_ratio: Column,
    risk_adjusted: Column,
) -> Column:
    """By the form agreed, times the risk ratio where the contract adjusts for risk.

    A total that was given; member months times the target, the prior year's spending a month
    trended once, the weighted mean of several years, or the peers' spending times its factor; or
    the agreed share of the premium.
    """
    trended = prior_year_per_member_per_month * (1 + trend_rate) * member_months
    historical = historical_per_member_per_month * member_months
    of_peers = peer_per_member_per_month * peer_factor * member_months
    by_members = where(
        is_in(benchmark_form, "prior year trended"),
        trended,
        where(
            is_in(benchmark_form, "historical average"),
            historical,
            where(
                is_in(benchmark_form, "peer group"), of_peers,
                target_per_member_per_month * member_months,
            ),
        ),
    )  # fmt: skip
    amount = where(
        is_in(benchmark_form, "given total"),
        given_benchmark,
        where(is_in(benchmark_form, "share of premium"), target_loss_ratio * premium, by_members),
    )
    return where(risk_adjusted, amount * risk_ratio, amount)
