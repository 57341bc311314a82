"""Next Generation ACO (2016 to 2021): benchmark with discount, cap, share, and its payments.

The baseline year is trended, adjusted by the capped risk ratio and discounted. Savings and losses
are limited by the cap the ACO chose, and only then shared at the rate of its arrangement. An ACO
paid by all-inclusive population-based payments gets a monthly amount; the claims of its providers
are reduced. Expenditure is what would have been paid: the way of paying changes no savings.

Grain: one row an ACO and performance year. Totals in USD; benchmark and payments to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.payment_ledger import (
    expenditure,
    expenditure_deducted,
    monthly_payment_due,
    payment_to_be_returned,
)
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    maximum,
    minimum,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"
AGREEMENT = "Next Generation ACO Model, participation agreement"
METHOD = "Next Generation ACO Model, benchmarking methodology"
RELIEF = "CMS Innovation Center, COVID-19 flexibilities of June 2020"


@line(unit="ratio", cite=METHOD, status="secondary")
def discount_by_parts(
    base_discount: Column,
    least_discount: Column,
    most_discount: Column,
    quality_reduction: Column,
    regional_efficiency_reduction: Column,
    national_efficiency_reduction: Column,
) -> Column:
    """Base discount less the reductions for quality and for regional and national efficiency.

    A negative reduction raises the discount. Missing where the year has no base discount.
    """
    less = base_discount - quality_reduction - regional_efficiency_reduction
    return clamp(less - national_efficiency_reduction, least_discount, most_discount)


@line(unit="ratio", cite=METHOD, status="secondary")
def discount(discount_given: Column, discount_by_parts: Column, flat_discount: Column) -> Column:
    """The discount given, else by its parts, else the flat one of the arrangement from 2019."""
    own = where(is_missing(discount_by_parts), flat_discount, discount_by_parts)
    return where(is_missing(discount_given), own, discount_given)


@line(unit="ratio", cite=METHOD, status="unverified")
def capped_risk_ratio(risk_ratio: Column, risk_ratio_cap: Column) -> Column:
    """Risk of the performance year over that of the baseline, held within the cap either way."""
    return clamp(risk_ratio, 1 - risk_ratio_cap, 1 + risk_ratio_cap)


@line(unit="USD", cite=METHOD, status="unverified", rounding="half up to the cent")
def benchmark_by_parts(
    baseline_amount: Column,
    trend: Column,
    capped_risk_ratio: Column,
    discount: Column,
    aligned_months: Column,
) -> Column:
    """Baseline amount times trend, capped risk ratio, one less the discount, and months."""
    kept: Column = 1 - discount
    amount = baseline_amount * trend * capped_risk_ratio * kept * aligned_months
    return round_half_up(amount, 2)


@line(unit="USD", cite=METHOD)
def benchmark(benchmark_given: Column, benchmark_by_parts: Column) -> Column:
    """The discounted benchmark as given; where none is, by its parts."""
    return where(is_missing(benchmark_given), benchmark_by_parts, benchmark_given)


@line(unit="USD", cite=AGREEMENT)
def gross_savings(benchmark: Column, expenditure: Column, other_adjustments: Column) -> Column:
    """Benchmark less expenditure, plus other adjustments; losses are negative."""
    return benchmark - expenditure + otherwise(other_adjustments, 0)


@line(unit="ratio", cite=AGREEMENT)
def savings_rate(gross_savings: Column, benchmark: Column) -> Column:
    """Gross savings over the benchmark."""
    return ratio(gross_savings, benchmark)


@line(unit="USD", cite=AGREEMENT)
def capped_savings(
    gross_savings: Column, benchmark: Column, savings_cap: Column, gross_savings_limit: Column
) -> Column:
    """Gross savings or losses held within the cap times the benchmark, before anything is shared.

    In 2020 gross savings are held below the limit of that year as well.
    """
    most = minimum(savings_cap, otherwise(gross_savings_limit, 1))
    return clamp(gross_savings, -(savings_cap * benchmark), most * benchmark)


@line(unit="USD", cite=AGREEMENT)
def shared_savings(capped_savings: Column, sharing_rate: Column) -> Column:
    """Capped savings or losses times the sharing rate of the arrangement."""
    return capped_savings * sharing_rate


@line(unit="USD", cite=RELIEF, status="secondary")
def losses_relieved(
    shared_savings: Column, emergency_share: Column, losses_are_relieved: Column
) -> Column:
    """Shared losses times the share of months in the emergency; only in 2020, else nothing."""
    part = maximum(-shared_savings, 0) * otherwise(emergency_share, 0)
    return where(losses_are_relieved, part, part * 0)


@line(unit="USD", cite=AGREEMENT)
def sequestration_withheld(shared_savings: Column, sequestration_rate: Column) -> Column:
    """Sequestration of savings, as a negative step; losses are owed in full."""
    withheld: Column = -(maximum(shared_savings, 0) * sequestration_rate)
    return withheld


@line(
    unit="USD",
    cite=AGREEMENT,
    label="Shared savings after sequestration (losses negative)",
    rounding="half up to the cent",
)
def shared_savings_after_sequestration(
    shared_savings: Column, sequestration_withheld: Column, losses_relieved: Column
) -> Column:
    """Shared savings less sequestration; shared losses less what was relieved."""
    return round_half_up(shared_savings + sequestration_withheld + losses_relieved, 2)


@line(unit="USD", cite="for the picture of the settlement")
def not_shared(shared_savings: Column, gross_savings: Column, losses_relieved: Column) -> Column:
    """What cap, sharing rate and relief leave between gross and shared savings."""
    return shared_savings + losses_relieved - gross_savings


@line(unit=MONTHLY, cite=AGREEMENT, status="unverified")
def infrastructure_payment_over_limit(
    infrastructure_payment: Column, infrastructure_payment_limit: Column
) -> Column:
    """What an infrastructure payment exceeds its limit by; missing where none is paid."""
    over = maximum(infrastructure_payment - infrastructure_payment_limit, 0)
    return only_where(infrastructure_payment >= 0, over)


NEXT_GENERATION = Worksheet(
    "next_generation",
    "Next Generation ACO: benchmark, settlement and payments",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("risk_arrangement", "text", "Risk arrangement: A (80 percent) or B (100 percent)"),
        Input("savings_cap", "ratio", "Cap on savings and losses that the ACO chose"),
        Input("benchmark_given", "USD", "Benchmark after discount", optional=True),
        Input("baseline_amount", MONTHLY, "Baseline expenditure", optional=True),
        Input("trend", "factor", "Trend to the performance year", optional=True),
        Input("risk_ratio", "factor", "Risk ratio to the baseline", optional=True),
        Input("aligned_months", "months", "Aligned beneficiary months", optional=True),
        Input("discount_given", "ratio", "Discount, as given", optional=True),
        Input("quality_reduction", "ratio", "Discount reduced for quality", optional=True),
        Input(
            "regional_efficiency_reduction", "ratio", "Discount reduced for regional efficiency",
            optional=True,
        ),
        Input(
            "national_efficiency_reduction", "ratio", "Discount reduced for national efficiency",
            optional=True,
        ),
        Input("claim_payments", "USD", "Claims paid"),
        Input("claim_reductions", "USD", "Claims reduced for monthly payments", optional=True),
        Input("other_adjustments", "USD", "Other adjustments", optional=True),
        Input("monthly_payments", "USD", "Monthly payments made", optional=True),
        Input("estimated_amount", MONTHLY, "Estimated expenditure", optional=True),
        Input("held_back_amount", MONTHLY, "Held back for providers outside", optional=True),
        Input("infrastructure_payment", MONTHLY, "Infrastructure payment", optional=True),
        Input("emergency_share", "ratio", "Share of months in the emergency", optional=True),
    ],
    parameters=[
        "base_discount", "least_discount", "most_discount", "flat_discount", "risk_ratio_cap",
        "gross_savings_limit", "losses_are_relieved", "sharing_rate", "sequestration_rate",
        "infrastructure_payment_limit",
    ],
    lines=[
        discount_by_parts, discount, capped_risk_ratio, benchmark_by_parts, benchmark,
        expenditure, expenditure_deducted, gross_savings, savings_rate, capped_savings,
        shared_savings, losses_relieved, sequestration_withheld,
        shared_savings_after_sequestration, not_shared, monthly_payment_due,
        payment_to_be_returned, infrastructure_payment_over_limit,
    ],
)  # fmt: skip
"""Baseline or benchmark and what was paid, to the amount shared; and the payment ledger."""
