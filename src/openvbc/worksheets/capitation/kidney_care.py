"""Kidney Care Choices: payments by month and quarter, transplant bonus, and what is shared.

Benchmarks come from the model's rate book and are given; the risk score cascade is that of ACO
REACH. Options whose corridors are not known are refused by the name of the parameter.

Grain: one row an entity and performance year. USD, to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.payment_ledger import expenditure, expenditure_deducted
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    maximum,
    minimum,
    otherwise,
    ratio,
    round_half_up,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MODEL = "Kidney Care Choices Model, payment methodology"
CENT = "half up to the cent"


@line(unit="USD", cite=MODEL, status="unverified", rounding=CENT)
def quarterly_capitation(chronic_kidney_months: Column, quarterly_amount: Column) -> Column:
    """Months of people in stage 4 or 5 times a third of the quarter's amount."""
    return round_half_up(otherwise(chronic_kidney_months * quarterly_amount / 3, 0), 2)


@line(unit="USD", cite=MODEL, status="unverified", rounding=CENT)
def monthly_capitation(dialysis_months: Column, monthly_amount: Column) -> Column:
    """Months on dialysis times the adjusted monthly capitation payment."""
    return round_half_up(otherwise(dialysis_months * monthly_amount, 0), 2)


@line(unit="USD", cite=MODEL, status="unverified")
def transplant_bonus(
    transplants_in_good_health: Column, bonus_of_transplants: Column, most_transplant_bonus: Column
) -> Column:
    """The bonus given for transplants that last, at most the model's amount for each."""
    most = otherwise(transplants_in_good_health, 0) * most_transplant_bonus
    return minimum(otherwise(bonus_of_transplants, 0), most)


@line(unit="USD", cite=MODEL, status="unverified")
def gross_savings(benchmark: Column, expenditure: Column) -> Column:
    """Benchmark less expenditure; losses are negative."""
    return benchmark - expenditure


@line(unit="ratio", cite=MODEL, status="unverified")
def savings_rate(gross_savings: Column, benchmark: Column) -> Column:
    """Gross savings over the benchmark."""
    return ratio(gross_savings, benchmark)


@line(unit="USD", cite=MODEL, status="unverified", rounding=CENT)
def shared_savings(gross_savings: Column, one_sided_share: Column) -> Column:
    """Savings times the share of the one-sided level; its losses are not shared."""
    return round_half_up(maximum(gross_savings, 0) * one_sided_share, 2)


@line(unit="USD", cite=MODEL, status="unverified")
def kidney_payment(
    shared_savings: Column,
    quarterly_capitation: Column,
    monthly_capitation: Column,
    transplant_bonus: Column,
) -> Column:
    """Shared savings, capitation payments and transplant bonus."""
    return shared_savings + quarterly_capitation + monthly_capitation + transplant_bonus


KIDNEY_CARE = Worksheet(
    "kidney_care",
    "Kidney Care Choices: payments and shared savings",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("option", "text", "Option"),
        Input("benchmark", "USD", "Benchmark"),
        Input("claim_payments", "USD", "Claims paid"),
        Input("claim_reductions", "USD", "Claims reduced for capitation", optional=True),
        Input("chronic_kidney_months", "months", "Months in stage 4 or 5", optional=True),
        Input("quarterly_amount", "USD", "Quarterly capitation a person", optional=True),
        Input("dialysis_months", "months", "Months on dialysis", optional=True),
        Input("monthly_amount", "USD", "Adjusted monthly capitation", optional=True),
        Input("transplants_in_good_health", "count", "Transplants that last", optional=True),
        Input("bonus_of_transplants", "USD", "Transplant bonus, as given", optional=True),
    ],
    parameters=["one_sided_share", "most_transplant_bonus"],
    lines=[
        quarterly_capitation, monthly_capitation, transplant_bonus, expenditure,
        expenditure_deducted, gross_savings, savings_rate, shared_savings, kidney_payment,
    ],
)  # fmt: skip
"""Benchmark, claims and months to what an entity is paid."""
