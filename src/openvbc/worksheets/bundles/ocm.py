"""Oncology Care Model: the performance-based payment of a practice and performance period.

CMS's performance-based payment methodology. The benchmark is what episodes were predicted to cost,
times the novel therapy adjustment; target and spending differ within limits; quality multiplies a
payment. The alternative arrangement neither pays nor asks for spending between target and
benchmark. Grain: one row a practice and performance period. USD, the result to the cent; the
adjustment factor to twelve decimals.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
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

METHOD = "CMS OCM performance-based payment methodology"


def multiplier_reached(table: Table, score: Column) -> Column:
    """The multiplier of the highest bound the score reaches."""
    return reached(table, score, "multiplier")


@line(unit="ratio", cite=METHOD, status="secondary")
def novel_therapy_share(novel_therapy_spending: Column, total_spending: Column) -> Column:
    """Spending on novel therapies over all spending; zero where there is no spending."""
    return where(total_spending == 0, 0, ratio(novel_therapy_spending, total_spending))


@line(unit="ratio", cite=METHOD, status="secondary")
def excess_share(novel_therapy_share: Column, novel_therapy_share_elsewhere: Column) -> Column:
    """The share above that of practices outside the model, nothing where it is below."""
    return maximum(novel_therapy_share - novel_therapy_share_elsewhere, 0)


@line(unit="USD", cite=METHOD, status="secondary")
def excess_novel_therapy_spending(excess_share: Column, total_spending: Column) -> Column:
    """Excess share times spending."""
    return excess_share * total_spending


@line(unit="USD", cite=METHOD, status="secondary")
def novel_therapy_adjustment(
    excess_novel_therapy_spending: Column, novel_therapy_part: Column
) -> Column:
    """The part of the excess that the benchmark takes up."""
    return excess_novel_therapy_spending * novel_therapy_part


@line(unit="factor", cite=METHOD, status="secondary", rounding="half up to 12 decimals")
def novel_therapy_factor(novel_therapy_adjustment: Column, total_trended_price: Column) -> Column:
    """One plus the adjustment over the trended prices."""
    return round_half_up(1 + ratio(novel_therapy_adjustment, total_trended_price), 12)


@line(unit="USD", cite=METHOD, status="secondary")
def benchmark(total_trended_price: Column, novel_therapy_factor: Column) -> Column:
    """Trended prices times the novel therapy factor."""
    return total_trended_price * novel_therapy_factor


@line(unit="USD", cite=METHOD)
def target(benchmark: Column, discount: Column) -> Column:
    """Benchmark less the discount of the risk arrangement."""
    kept: Column = 1 - discount
    return benchmark * kept


@line(unit="USD", cite=METHOD, status="secondary")
def target_less_spending(target: Column, total_spending: Column) -> Column:
    """Target less spending; negative is a loss."""
    return target - total_spending


@line(unit="USD", cite=METHOD, status="secondary")
def base_of_limits(
    benchmark: Column, practice_revenue: Column, limits_are_of_revenue: Column
) -> Column:
    """Revenue of the practice in the alternative arrangement, the benchmark in the others."""
    return where(limits_are_of_revenue, practice_revenue, benchmark)


@line(unit="USD", cite=METHOD, status="secondary")
def gain_limit(base_of_limits: Column, stop_gain: Column) -> Column:
    """Stop-gain times its base."""
    return base_of_limits * stop_gain


@line(unit="USD", cite=METHOD, status="secondary")
def loss_limit(base_of_limits: Column, stop_loss: Column) -> Column:
    """Stop-loss times its base."""
    return base_of_limits * stop_loss


@line(unit="USD", cite=METHOD, status="secondary")
def limited_gain(target_less_spending: Column, gain_limit: Column) -> Column:
    """Target less spending where positive, at most its limit."""
    return minimum(maximum(target_less_spending, 0), gain_limit)


@line(unit="USD", cite=METHOD, status="secondary")
def loss_threshold(target: Column, benchmark: Column, losses_begin_at_benchmark: Column) -> Column:
    """Spending above which losses are owed: the target, in the alternative the benchmark."""
    return where(losses_begin_at_benchmark, benchmark, target)


@line(unit="USD", cite=METHOD, status="secondary")
def limited_loss(
    total_spending: Column, loss_threshold: Column, loss_limit: Column, losses_are_owed: Column
) -> Column:
    """Spending above the threshold, at most its limit; nothing in a one-sided arrangement."""
    owed = minimum(maximum(total_spending - loss_threshold, 0), loss_limit)
    return where(losses_are_owed, owed, 0)


@line(unit="ratio", cite=METHOD, status="unverified")
def performance_multiplier(
    aggregate_quality_score: Column, performance_multiplier_by_quality: Column
) -> Column:
    """The multiplier of the highest bound that the aggregate quality score reaches."""
    return by_table(performance_multiplier_by_quality, aggregate_quality_score, multiplier_reached)


@line(unit="USD", cite=METHOD, status="unverified", rounding="half up to the cent")
def performance_based_payment(limited_gain: Column, performance_multiplier: Column) -> Column:
    """Limited gain times the performance multiplier."""
    return round_half_up(limited_gain * performance_multiplier, 2)


@line(unit="USD", cite=METHOD, status="secondary", label="Reconciliation (owed negative)",
      rounding="half up to the cent")  # fmt: skip
def reconciliation(performance_based_payment: Column, limited_loss: Column) -> Column:
    """The payment, or the loss as a negative amount."""
    return performance_based_payment - round_half_up(limited_loss, 2)


@line(unit="USD", cite=METHOD, status="secondary", label="Due with monthly fees given back")
def due_with_monthly_services(
    reconciliation: Column, monthly_services_to_recover: Column
) -> Column:
    """The reconciliation less monthly fees that do not stand."""
    return reconciliation - otherwise(monthly_services_to_recover, 0)


@line(unit="USD", cite="for the picture of the settlement")
def spending_deducted(total_spending: Column) -> Column:
    """Spending, as the step from target to difference."""
    return -total_spending


@line(unit="USD", cite="for the picture of the settlement")
def taken_by_rules(reconciliation: Column, target_less_spending: Column) -> Column:
    """What limits, quality and the arrangement leave out."""
    return reconciliation - target_less_spending


OCM = Worksheet(
    "ocm",
    "OCM: performance-based payment",
    [
        Input("performance_period", "text", "Performance period"),
        Input("risk_arrangement", "text", "One-sided, two-sided original or alternative"),
        Input("episodes", "count", "Episodes"),
        Input("total_trended_price", "USD", "Baseline prices times trend"),
        Input("total_spending", "USD", "Spending"),
        Input("novel_therapy_spending", "USD", "Spending on novel therapies"),
        Input("practice_revenue", "USD", "Revenue of the practice", optional=True),
        Input("aggregate_quality_score", "ratio", "Aggregate quality score"),
        Input("monthly_services_to_recover", "USD", "Monthly fees to give back", optional=True),
    ],
    [
        "novel_therapy_share_elsewhere", "novel_therapy_part", "discount", "limits_are_of_revenue",
        "stop_gain", "stop_loss", "losses_are_owed", "losses_begin_at_benchmark",
        "performance_multiplier_by_quality",
    ],
    [
        novel_therapy_share, excess_share, excess_novel_therapy_spending,
        novel_therapy_adjustment, novel_therapy_factor, benchmark, target, target_less_spending,
        base_of_limits, gain_limit, loss_limit, limited_gain, loss_threshold, limited_loss,
        performance_multiplier, performance_based_payment, reconciliation,
        due_with_monthly_services, spending_deducted,
        taken_by_rules,
    ],
)  # fmt: skip
