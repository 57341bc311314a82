"""Enhancing Oncology Model: payment or recoupment of a practice, and the monthly fee.

A gain is measured against the target, a loss against the threshold for recoupment; between them
nothing is paid. Both are limited by shares of the benchmark and multiplied by what quality allows.
Discounts and multipliers were not read anywhere: they come in an overlay, and a settlement without
them stops and names them. Grain: one row a practice and performance period, or a month's
fee. USD, the result to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.bundles.limits import episodes_counted
from openvbc.worksheets.bundles.ocm import multiplier_reached
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_missing,
    maximum,
    minimum,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MODEL = "summaries of the Enhancing Oncology Model"


@line(unit="USD", cite=MODEL, status="secondary")
def target(benchmark: Column, discount: Column) -> Column:
    """Benchmark less the discount of the risk arrangement."""
    kept: Column = 1 - discount
    return benchmark * kept


@line(unit="USD", cite=MODEL)
def recoupment_threshold(benchmark: Column, recoupment_threshold_share: Column) -> Column:
    """The share of the benchmark above which losses are recouped."""
    return benchmark * recoupment_threshold_share


@line(unit="USD", cite=MODEL, status="secondary")
def gain(target: Column, total_spending: Column) -> Column:
    """Target less spending, nothing where spending is higher."""
    return maximum(target - total_spending, 0)


@line(unit="USD", cite=MODEL, status="secondary")
def loss(recoupment_threshold: Column, total_spending: Column) -> Column:
    """Spending above the threshold, as a positive amount."""
    return maximum(total_spending - recoupment_threshold, 0)


@line(unit="USD", cite=MODEL, status="secondary")
def limited_gain(gain: Column, benchmark: Column, stop_gain: Column) -> Column:
    """The gain, at most stop-gain times the benchmark."""
    return minimum(gain, benchmark * stop_gain)


@line(unit="USD", cite=MODEL, status="secondary")
def limited_loss(loss: Column, benchmark: Column, stop_loss: Column) -> Column:
    """The loss, at most stop-loss times the benchmark."""
    return minimum(loss, benchmark * stop_loss)


@line(unit="ratio", cite=MODEL, status="secondary")
def payment_multiplier(
    aggregate_quality_score: Column, payment_multiplier_by_quality: Column
) -> Column:
    """The multiplier of payments that the aggregate quality score reaches."""
    return by_table(payment_multiplier_by_quality, aggregate_quality_score, multiplier_reached)


@line(unit="ratio", cite=MODEL, status="secondary")
def recoupment_multiplier(
    aggregate_quality_score: Column, recoupment_multiplier_by_quality: Column
) -> Column:
    """The multiplier of recoupments that the aggregate quality score reaches."""
    return by_table(recoupment_multiplier_by_quality, aggregate_quality_score, multiplier_reached)


@line(unit="USD", cite=MODEL, status="secondary", rounding="half up to the cent")
def reconciliation(
    limited_gain: Column,
    limited_loss: Column,
    payment_multiplier: Column,
    recoupment_multiplier: Column,
) -> Column:
    """The payment, or the recoupment as a negative amount, each times its multiplier."""
    paid, owed = limited_gain * payment_multiplier, limited_loss * recoupment_multiplier
    return round_half_up(paid - owed, 2)


@line(unit="USD", cite="for the picture of the settlement")
def spending_deducted(total_spending: Column) -> Column:
    """Spending, as the step from benchmark to difference."""
    return -total_spending


@line(unit="USD", cite="for the picture of the settlement")
def benchmark_less_spending(benchmark: Column, total_spending: Column) -> Column:
    """Benchmark less spending."""
    return benchmark - total_spending


@line(unit="USD", cite="for the picture of the settlement")
def taken_by_rules(reconciliation: Column, benchmark_less_spending: Column) -> Column:
    """What discount, threshold, limits and quality leave out."""
    return reconciliation - benchmark_less_spending


EOM = Worksheet(
    "eom",
    "EOM: payment or recoupment",
    [
        Input("period_start", "date", "First day of the performance period"),
        Input("risk_arrangement", "text", "Risk arrangement (RA1 or RA2)"),
        Input("episodes", "count", "Episodes"),
        Input("benchmark", "USD", "Benchmark"),
        Input("total_spending", "USD", "Spending"),
        Input("aggregate_quality_score", "ratio", "Aggregate quality score"),
    ],
    [
        "discount", "recoupment_threshold_share", "stop_gain", "stop_loss",
        "payment_multiplier_by_quality", "recoupment_multiplier_by_quality",
    ],
    [
        target, recoupment_threshold, gain, loss, limited_gain, limited_loss, payment_multiplier,
        recoupment_multiplier, reconciliation, spending_deducted, benchmark_less_spending,
        taken_by_rules,
    ],
)  # fmt: skip


@line(unit="USD", cite=MODEL, status="secondary")
def settled_benchmark(benchmark_price: Column, episodes_counted: Column) -> Column:
    """Benchmark price of an episode times the episodes of the row."""
    return benchmark_price * episodes_counted


@line(unit="USD", cite=MODEL, status="secondary")
def settled_spending(
    spending: Column,
    medicare_payments: Column,
    drug_payments: Column,
    counted_monthly_fees: Column,
    sequestration_divisor: Column,
) -> Column:
    """Spending as given; from claims, payments with sequestration undone, drugs, base fees."""
    undone: Column = ratio(medicare_payments, sequestration_divisor)
    whole: Column = undone + otherwise(drug_payments, 0) + otherwise(counted_monthly_fees, 0)
    return where(is_missing(spending), whole, spending)


EOM_EPISODE = Worksheet(
    "eom_episode",
    "EOM: benchmark price and spending of episodes",
    [
        Input("period_start", "date", "First day of the performance period"),
        Input("benchmark_price", "USD", "Benchmark price of an episode"),
        Input("episodes", "count", "Episodes of the row", optional=True),
        Input("spending", "USD", "Spending of the row's episodes", optional=True),
        Input("medicare_payments", "USD", "Payments of Part A and B, from claims", optional=True),
        Input("drug_payments", "USD", "Cost of Part D, from claims", optional=True),
        Input("counted_monthly_fees", "USD", "Base part of monthly fees", optional=True),
    ],
    ["sequestration_divisor"],
    [episodes_counted, settled_benchmark, settled_spending],
)
"""Prices are given: the prediction model of EOM was not read."""


@line(unit="USD", cite=MODEL)
def monthly_fees(monthly_services: Column, monthly_service_fee: Column) -> Column:
    """Services times the fee of the date, higher for a person with both programmes."""
    return monthly_services * monthly_service_fee


@line(unit="USD", cite=MODEL)
def fees_in_episode_spending(monthly_services: Column, monthly_service_fee_base: Column) -> Column:
    """Services times the base fee: what the fee is higher by does not count as spending."""
    return monthly_services * monthly_service_fee_base


EOM_MONTHLY_SERVICES = Worksheet(
    "eom_monthly_services",
    "EOM: monthly enhanced oncology services",
    [
        Input("service_date", "date", "Date of service"),
        Input("is_dual", "flag", "Medicare and Medicaid both"),
        Input("monthly_services", "count", "Services"),
    ],
    ["monthly_service_fee", "monthly_service_fee_base"],
    [monthly_fees, fees_in_episode_spending],
)
"""What is paid for monthly services, and how much of it is spending of the episode."""
