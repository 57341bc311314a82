"""Primary care paid by population: an amount a month by risk tier, a flat fee a visit, leakage.

One engine for CPC+, Primary Care First, Making Care Primary and ACO PC Flex: what differs is in the
rules, and what the rules do not know must be given. The codes that the flat fee stands for are paid
nothing; their claims are encounters.

Grain: one row a practice, model and year. USD, to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    only_where,
    otherwise,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"
MODEL = "the model's payment methodology"
CENT = "half up to the cent"


@line(unit=MONTHLY, cite=MODEL, status="unverified")
def monthly_amount(monthly_amount_given: Column, monthly_amount_of_tier: Column) -> Column:
    """The amount given; where none is, that of the practice's risk tier."""
    return where(is_missing(monthly_amount_given), monthly_amount_of_tier, monthly_amount_given)


@line(unit="USD", cite=MODEL, rounding=CENT)
def population_payment(attributed_months: Column, monthly_amount: Column) -> Column:
    """Attributed months times the amount a month."""
    return round_half_up(attributed_months * monthly_amount, 2)


@line(unit="USD", cite=MODEL, rounding=CENT)
def leakage_deduction(population_payment: Column, outside_visit_share: Column) -> Column:
    """Population payment times the share of primary care visits that were made elsewhere."""
    return round_half_up(population_payment * otherwise(outside_visit_share, 0), 2)


@line(unit="USD", cite=MODEL, rounding=CENT)
def visit_fees(visits: Column, visit_fee_given: Column, flat_visit_fee: Column) -> Column:
    """Visits times the flat fee, given or the model's; nothing where no visits are counted."""
    fee = where(is_missing(visit_fee_given), flat_visit_fee, visit_fee_given)
    paid = round_half_up(visits * fee, 2)
    return where(otherwise(visits, 0) == 0, otherwise(visits, 0), paid)


@line(unit="USD", cite=MODEL)
def payment_before_performance(
    population_payment: Column, leakage_deduction: Column, visit_fees: Column
) -> Column:
    """Population payment less leakage plus visit fees."""
    return population_payment - leakage_deduction + visit_fees


@line(unit="ratio", cite=MODEL)
def performance_adjustment_applied(
    performance_adjustment: Column,
    least_performance_adjustment: Column,
    most_performance_adjustment: Column,
) -> Column:
    """The adjustment, within the model's limits; zero where none is given."""
    held = clamp(performance_adjustment, least_performance_adjustment, most_performance_adjustment)
    return where(is_missing(performance_adjustment), otherwise(performance_adjustment, 0), held)


@line(unit="USD", cite=MODEL, rounding=CENT)
def performance_amount(
    payment_before_performance: Column, performance_adjustment_applied: Column
) -> Column:
    """Payment before performance times the adjustment."""
    return round_half_up(payment_before_performance * performance_adjustment_applied, 2)


@line(unit="USD", cite=MODEL, status="unverified", rounding=CENT)
def incentive_paid_ahead(attributed_months: Column, incentive_amount: Column) -> Column:
    """Attributed months times the performance-based incentive of the model; zero where it has none.

    CPC+ pays it before the year and takes back what quality and utilisation did not earn.
    """
    return round_half_up(attributed_months * otherwise(incentive_amount, 0), 2)


@line(unit="USD", cite=MODEL, status="unverified", rounding=CENT)
def incentive_kept(incentive_paid_ahead: Column, incentive_share_kept: Column) -> Column:
    """The share of the incentive that was earned; zero where no share is given."""
    return round_half_up(incentive_paid_ahead * otherwise(incentive_share_kept, 0), 2)


@line(unit="USD", cite=MODEL, status="unverified")
def incentive_taken_back(
    incentive_paid_ahead: Column, incentive_kept: Column, incentive_share_kept: Column
) -> Column:
    """What was paid ahead and not earned; missing where no share is given."""
    return only_where(~is_missing(incentive_share_kept), incentive_paid_ahead - incentive_kept)


@line(unit="USD", cite=MODEL)
def primary_care_payment(
    payment_before_performance: Column,
    performance_amount: Column,
    incentive_kept: Column,
    one_time_advance: Column,
) -> Column:
    """Payment before performance, performance amount, incentive kept, a one-time advance if given.

    All of them added up.
    """
    earned = payment_before_performance + performance_amount + incentive_kept
    return earned + otherwise(one_time_advance, 0)


@line(unit="USD", cite=MODEL)
def advance_over_limit(one_time_advance: Column, most_one_time_advance: Column) -> Column:
    """What a one-time advance exceeds the model's amount by; missing where none is given."""
    return only_where(one_time_advance > 0, one_time_advance - most_one_time_advance)


PRIMARY_CARE = Worksheet(
    "primary_care",
    "Primary care capitation: population payment, visits and performance",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("model", "text", "Model"),
        Input("risk_tier", "count", "Risk tier or group of the practice, from 1"),
        Input("attributed_months", "months", "Attributed member months"),
        Input("monthly_amount_given", MONTHLY, "Amount a month, as given", optional=True),
        Input("outside_visit_share", "ratio", "Share of visits made elsewhere", optional=True),
        Input("visits", "count", "Visits paid by the flat fee", optional=True),
        Input("visit_fee_given", "USD", "Flat visit fee, as given", optional=True),
        Input("performance_adjustment", "ratio", "Performance adjustment", optional=True),
        Input(
            "incentive_share_kept",
            "ratio",
            "Share of the performance-based incentive that was earned",
            optional=True,
        ),
        Input("one_time_advance", "USD", "One-time advance", optional=True),
    ],
    parameters=[
        "monthly_amount_of_tier", "flat_visit_fee", "least_performance_adjustment",
        "most_performance_adjustment", "incentive_amount", "most_one_time_advance",
    ],
    lines=[
        monthly_amount, population_payment, leakage_deduction, visit_fees,
        payment_before_performance, performance_adjustment_applied, performance_amount,
        incentive_paid_ahead, incentive_kept, incentive_taken_back, primary_care_payment,
        advance_over_limit,
    ],
)  # fmt: skip
"""Months, visits and leakage to what a practice is paid."""
