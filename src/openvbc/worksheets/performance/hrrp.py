"""Hospital Readmissions Reduction Program: from excess readmission ratios to the payment factor.

A detail sheet, one row a hospital and condition, gives each condition's contribution; the main
sheet, one row a hospital, adds them, limits them and rounds the payment adjustment factor. A third
sheet says what one readmission fewer would have been worth.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    maximum,
    minimum,
    ratio,
    round_half_up,
    round_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

DEFINITIONS = "42 CFR 412.152"
ADJUSTMENT = "42 CFR 412.154(c)"


@line(unit="factor", cite=DEFINITIONS + ", aggregate payments for excess readmissions")
def ratio_compared_with(peer_group_median: Column, compares_with_peer_group: Column) -> Column:
    """The median ratio of the hospital's peer group; 1 in the years before peer groups."""
    return where(compares_with_peer_group, peer_group_median, 1)


@line(unit="flag", cite=DEFINITIONS + ", applicable hospital; applicable condition")
def condition_penalised(
    eligible_discharges: Column,
    minimum_discharges: Column,
    excess_readmission_ratio: Column,
    ratio_compared_with: Column,
    condition_in_program: Column,
) -> Column:
    """The condition is in the program, has enough discharges and a ratio above the comparison."""
    enough: Column = eligible_discharges >= minimum_discharges
    above: Column = excess_readmission_ratio > ratio_compared_with
    return enough & above & condition_in_program


@line(
    unit="factor",
    cite=DEFINITIONS,
)
def excess(
    condition_penalised: Column, excess_readmission_ratio: Column, ratio_compared_with: Column
) -> Column:
    """Excess readmission ratio less the ratio it is compared with, if penalised; else nothing."""
    return where(condition_penalised, excess_readmission_ratio - ratio_compared_with, 0)


@line(
    unit="ratio",
    cite=ADJUSTMENT,
    label="Contribution to the payment reduction",
)
def contribution(excess: Column, drg_payment_ratio: Column, neutrality_modifier: Column) -> Column:
    """Neutrality modifier x ratio of the condition's DRG payments to all x excess."""
    return where(excess == 0, 0, neutrality_modifier * drg_payment_ratio * excess)


CONDITION = Worksheet(
    "hrrp_condition",
    "Excess readmissions by condition",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("condition", "text", "Condition"),
        Input("eligible_discharges", "discharges", "Eligible discharges", optional=True),
        Input("excess_readmission_ratio", "factor", "Excess readmission ratio", optional=True),
        Input("peer_group_median", "factor", "Peer group's median ratio", optional=True),
        Input("drg_payment_ratio", "ratio", "DRG payments of the condition / all", optional=True),
        Input("neutrality_modifier", "factor", "Neutrality modifier", optional=True),
        Input("predicted_rate", "ratio", "Predicted readmission rate", optional=True),
        Input("expected_rate", "ratio", "Expected readmission rate", optional=True),
        Input("readmissions", "readmissions", "Readmissions counted", optional=True),
        Input("share_of_peers_lower", "ratio", "Share of the peer group with a lower ratio",
              optional=True),
        Input("published_penalty", "text", "Penalty indicator as published", optional=True),
    ],
    parameters=["compares_with_peer_group", "minimum_discharges", "condition_in_program"],
    lines=[ratio_compared_with, condition_penalised, excess, contribution],
)  # fmt: skip


@line(
    unit="ratio",
    cite=ADJUSTMENT + "(2)",
)
def payment_reduction(total_contribution: Column, maximum_payment_reduction: Column) -> Column:
    """The contributions of all conditions, at most the maximum reduction."""
    return minimum(total_contribution, maximum_payment_reduction)


@line(
    unit="factor",
    cite=ADJUSTMENT,
    status="empirical",
    rounding="half up to 4 decimals",
)
def payment_adjustment_factor(payment_reduction: Column) -> Column:
    """One less the payment reduction."""
    return round_half_up(1 - payment_reduction, 4)


@line(
    unit="factor",
    cite="rounding of the published inputs",
    status="empirical",
    rounding="half up to 4 decimals",
)
def lowest_payment_adjustment_factor(
    highest_total_contribution: Column, maximum_payment_reduction: Column
) -> Column:
    """The lowest factor that the rounding of the printed inputs leaves possible."""
    return round_half_up(1 - minimum(highest_total_contribution, maximum_payment_reduction), 4)


@line(
    unit="factor",
    cite="rounding of the published inputs",
    status="empirical",
    rounding="half up to 4 decimals",
)
def highest_payment_adjustment_factor(
    lowest_total_contribution: Column, maximum_payment_reduction: Column
) -> Column:
    """The highest factor that the rounding of the printed inputs leaves possible."""
    return round_half_up(1 - minimum(lowest_total_contribution, maximum_payment_reduction), 4)


@line(unit="ratio", cite=ADJUSTMENT)
def payment_reduction_percentage(payment_adjustment_factor: Column) -> Column:
    """One less the payment adjustment factor."""
    return 1 - payment_adjustment_factor


@line(
    unit="USD",
    cite="42 CFR 412.154(b)",
    rounding="half up to cents",
)
def payment_change(
    payment_adjustment_factor: Column, base_operating_drg_payments: Column
) -> Column:
    """(Payment adjustment factor - 1) x base operating DRG payments of the fiscal year."""
    return round_half_up((payment_adjustment_factor - 1) * base_operating_drg_payments, 2)


HOSPITAL = Worksheet(
    "hrrp_hospital",
    "Hospital Readmissions Reduction Program: payment adjustment factor",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("peer_group", "text", "Peer group (1 lowest dual proportion)", optional=True),
        Input("dual_proportion", "ratio", "Dual proportion", optional=True),
        Input("total_contribution", "ratio", "Sum of the conditions' contributions"),
        Input("lowest_total_contribution", "ratio", "The same, lowest the rounding allows"),
        Input("highest_total_contribution", "ratio", "The same, highest the rounding allows"),
        Input("base_operating_drg_payments", "USD",
              "Base operating DRG payments of the fiscal year", optional=True),
        Input("published_payment_adjustment_factor", "factor",
              "Payment adjustment factor as published", optional=True),
        Input("published_payment_reduction_percentage", "ratio",
              "Payment reduction percentage as published", optional=True),
    ],
    parameters=["maximum_payment_reduction"],
    lines=[
        payment_reduction, payment_adjustment_factor, lowest_payment_adjustment_factor,
        highest_payment_adjustment_factor, payment_reduction_percentage, payment_change,
    ],
)  # fmt: skip


@line(
    unit="ratio",
    cite="first-order solution of the hierarchical logistic model",
    status="unverified",
)
def shrinkage(
    eligible_discharges: Column, expected_rate: Column, between_hospital_variance: Column
) -> Column:
    """How far the predicted rate follows the observed: v / (1 + v), v = discharges x expected rate
    x (1 - expected rate) x variance of the hospital effects.
    """
    information = eligible_discharges * expected_rate * (1 - expected_rate)
    weight = information * between_hospital_variance
    return ratio(weight, 1 + weight)


@line(unit="factor", cite=DEFINITIONS + ", excess readmission ratio", status="unverified")
def ratio_with_one_fewer(
    excess_readmission_ratio: Column,
    eligible_discharges: Column,
    expected_rate: Column,
    shrinkage: Column,
) -> Column:
    """Excess readmission ratio less shrinkage / (discharges x expected rate)."""
    return excess_readmission_ratio - ratio(shrinkage, eligible_discharges * expected_rate)


@line(unit="ratio", cite=ADJUSTMENT, status="unverified")
def contribution_with_one_fewer(
    contribution: Column,
    ratio_with_one_fewer: Column,
    ratio_compared_with: Column,
    drg_payment_ratio: Column,
    neutrality_modifier: Column,
) -> Column:
    """The contribution with the lower ratio, never below zero; nothing if there was none."""
    left = neutrality_modifier * drg_payment_ratio * (ratio_with_one_fewer - ratio_compared_with)
    return where(contribution == 0, 0, maximum(left, 0))


@line(unit="ratio", cite=ADJUSTMENT + "(2)", status="unverified")
def reduction_saved_by_one_fewer(
    contribution: Column,
    contribution_with_one_fewer: Column,
    hospital_total_contribution: Column,
    maximum_payment_reduction: Column,
) -> Column:
    """Payment reduction less the payment reduction with one readmission fewer, before rounding."""
    lower = hospital_total_contribution - contribution + contribution_with_one_fewer
    now = minimum(hospital_total_contribution, maximum_payment_reduction)
    return now - minimum(lower, maximum_payment_reduction)


@line(unit="USD", cite=ADJUSTMENT, status="unverified", rounding="half up to cents")
def value_of_one_fewer_readmission(
    reduction_saved_by_one_fewer: Column, base_operating_drg_payments: Column
) -> Column:
    """Payment reduction saved x base operating DRG payments of the fiscal year."""
    return round_half_up(reduction_saved_by_one_fewer * base_operating_drg_payments, 2)


@line(unit="readmissions", cite=DEFINITIONS, status="unverified", rounding="up to whole")
def readmissions_to_no_penalty(
    excess: Column, eligible_discharges: Column, expected_rate: Column, shrinkage: Column
) -> Column:
    """Whole readmissions fewer that would bring the ratio down to the comparison."""
    each = ratio(shrinkage, eligible_discharges * expected_rate)
    return round_up(where(excess == 0, 0, ratio(excess, each)))


ONE_FEWER = Worksheet(
    "hrrp_one_readmission_fewer",
    "What one readmission fewer would have been worth",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("condition", "text", "Condition"),
        Input("eligible_discharges", "discharges", "Eligible discharges", optional=True),
        Input("expected_rate", "ratio", "Expected readmission rate", optional=True),
        Input("excess_readmission_ratio", "factor", "Excess readmission ratio", optional=True),
        Input("ratio_compared_with", "factor", "Ratio compared with", optional=True),
        Input("excess", "factor", "Excess"),
        Input("contribution", "ratio", "Contribution to the payment reduction"),
        Input("drg_payment_ratio", "ratio", "DRG payments of the condition / all", optional=True),
        Input("neutrality_modifier", "factor", "Neutrality modifier", optional=True),
        Input("between_hospital_variance", "ratio",
              "Variance of hospital effects, estimated from the file", optional=True),
        Input("hospital_total_contribution", "ratio", "Sum of the hospital's contributions"),
        Input("base_operating_drg_payments", "USD",
              "Base operating DRG payments of the fiscal year", optional=True),
    ],
    parameters=["maximum_payment_reduction"],
    lines=[
        shrinkage, ratio_with_one_fewer, contribution_with_one_fewer, reduction_saved_by_one_fewer,
        value_of_one_fewer_readmission, readmissions_to_no_penalty,
    ],
)  # fmt: skip
