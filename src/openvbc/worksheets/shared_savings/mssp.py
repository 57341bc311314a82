"""The settlement worksheet of the Medicare Shared Savings Program: every track, every year.

One row is one contract and performance year. Given are the benchmark and expenditure totals of the
whole calendar year (a six-month performance year of 2019 takes 6/12 of both), the number of
assigned beneficiaries, the quality result and what the contract elected. The rules follow the
performance year, the track and, from 2024, the start of the agreement period.

Order: gross savings, minimum savings rate, generated savings or losses, sharing rate, payment after
sequestration held under the payment limit (the limit is compared after sequestration), recoupment
of advances. Losses: :mod:`openvbc.worksheets.shared_savings.shared_losses`. No line is rounded; CMS
prints whole dollars, so a comparison with its files allows one dollar.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    maximum,
    minimum,
    ratio,
    where,
)
from openvbc.worksheets.kernel.line import line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.shared_savings import minimum_savings_rate as rate_lines
from openvbc.worksheets.shared_savings import quality_sharing as quality_lines
from openvbc.worksheets.shared_savings import shared_losses as loss_lines
from openvbc.worksheets.shared_savings.advance_payments import (
    advance_investment_balance_carried,
    advance_investment_recoupment,
    net_payment,
    prepaid_balance_carried,
    prepaid_balance_due,
    prepaid_savings_recoupment,
)
from openvbc.worksheets.shared_savings.contract_inputs import INPUTS
from openvbc.worksheets.shared_savings.savings_waterfall import (
    expenditures_deducted,
    limit_and_relief,
    part_kept_by_medicare,
    savings_or_losses_not_counted,
    sequestration_withheld,
)


@line(
    unit="USD",
    label="Benchmark expenditures",
    cite="42 CFR 425.605(a), 425.609(b)-(c)",
)
def benchmark_expenditures(
    updated_benchmark_expenditures: Column, performance_year_months: Column
) -> Column:
    """Updated benchmark per capita times person-years of the whole year, times months / 12."""
    return updated_benchmark_expenditures * performance_year_months / 12


@line(
    unit="USD",
    label="Expenditures",
    cite="42 CFR 425.605(a), 425.609(b)-(c)",
)
def total_expenditures(
    performance_year_expenditures: Column, performance_year_months: Column
) -> Column:
    """Expenditures per capita times person-years of the whole year, times months / 12."""
    return performance_year_expenditures * performance_year_months / 12


@line(
    unit="USD",
    label="Gross savings (losses negative)",
    cite="42 CFR 425.605(c), 425.610(c)",
)
def gross_savings(benchmark_expenditures: Column, total_expenditures: Column) -> Column:
    """Benchmark expenditures less expenditures."""
    return benchmark_expenditures - total_expenditures


@line(
    unit="ratio",
    cite="42 CFR 425.605(b)-(c)",
)
def savings_rate(gross_savings: Column, benchmark_expenditures: Column) -> Column:
    """Gross savings over benchmark expenditures, not rounded before it is compared."""
    return ratio(gross_savings, benchmark_expenditures)


@line(
    unit="flag",
    cite="42 CFR 425.604(c), 425.605(c), 425.606(c), 425.610(c)",
    status="empirical",
)
def meets_minimum_savings_rate(savings_rate: Column, minimum_savings_rate: Column) -> Column:
    """Savings rate above zero and at or above the minimum savings rate, both unrounded."""
    flags: Column = (savings_rate >= minimum_savings_rate) & (savings_rate > 0)
    return flags


@line(
    unit="flag",
    cite="42 CFR 425.605(c), 425.606(c), 425.610(c)",
)
def meets_minimum_loss_rate(
    risk_model: Column, savings_rate: Column, minimum_savings_rate: Column
) -> Column:
    """Two-sided, and the loss rate above zero and at or above the minimum loss rate."""
    beyond = (-savings_rate >= minimum_savings_rate) & (savings_rate < 0)
    flags: Column = (risk_model == "two-sided") & beyond
    return flags


@line(
    unit="USD",
    cite="42 CFR 425.604(c), 425.605(c), (h), 425.652(b)",
)
def generated_savings(
    minimum_savings_rate: Column,
    guardrail_applied: Column,
    meets_minimum_savings_rate: Column,
    shares_below_minimum_savings_rate: Column,
    gross_savings: Column,
) -> Column:
    """Gross savings that count: the minimum savings rate is met or excused, the guardrail not used.

    A contract whose benchmark was raised by the guardrail cannot earn savings. Missing where no
    minimum savings rate is known.
    """
    counts = (meets_minimum_savings_rate | shares_below_minimum_savings_rate) & ~guardrail_applied
    counted = where(counts, gross_savings, 0)
    return where(is_missing(minimum_savings_rate), minimum_savings_rate, counted)


@line(
    unit="USD",
    label="Generated savings or losses",
    cite="42 CFR 425.604(c), 425.605(c), 425.606(c), 425.610(c)",
    status="empirical",
)
def generated_savings_or_losses(
    meets_minimum_loss_rate: Column,
    one_sided_generated_losses_shown: Column,
    savings_rate: Column,
    minimum_savings_rate: Column,
    gross_savings: Column,
    generated_savings: Column,
) -> Column:
    """Generated savings; gross losses (negative) if they reach the minimum loss rate.

    The results files of some years also show such losses of one-sided contracts, which owe nothing.
    """
    beyond = (-savings_rate >= minimum_savings_rate) & (savings_rate < 0)
    shown = meets_minimum_loss_rate | (one_sided_generated_losses_shown & beyond)
    return where(shown, gross_savings, generated_savings)


@line(
    unit="USD",
    label="Shared savings before sequestration",
    cite="42 CFR 425.604(d), 425.605(d), 425.606(d), 425.610(d)",
)
def shared_savings(generated_savings: Column, final_sharing_rate: Column) -> Column:
    """Generated savings, from the first dollar, times the final sharing rate."""
    shared = where(generated_savings > 0, generated_savings * final_sharing_rate, 0)
    return where(is_missing(generated_savings), generated_savings, shared)


@line(
    unit="USD",
    cite="Budget Control Act of 2011, as amended",
)
def shared_savings_after_sequestration(
    shared_savings: Column, sequestration_rate: Column
) -> Column:
    """Shared savings less sequestration."""
    reduced: Column = shared_savings * (1 - sequestration_rate)
    return reduced


@line(
    unit="USD",
    cite="42 CFR 425.604(e)(2), 425.605(e)(2), 425.606(e)(2), 425.610(e)(2)",
)
def payment_limit(payment_limit_rate: Column, benchmark_expenditures: Column) -> Column:
    """Share of the benchmark expenditures of the performance year that may be paid."""
    return payment_limit_rate * benchmark_expenditures


@line(
    unit="USD",
    cite="42 CFR 425.604(e), 425.605(e), 425.606(e), 425.610(e)",
    status="empirical",
)
def earned_shared_savings(
    shared_savings_after_sequestration: Column, payment_limit: Column
) -> Column:
    """The lower of shared savings after sequestration and the payment limit."""
    return minimum(shared_savings_after_sequestration, maximum(payment_limit, 0))


@line(
    unit="USD",
    label="Earned savings (owed losses negative)",
    cite="42 CFR 425.604, 425.605, 425.606, 425.610",
)
def earned_savings_or_owed_losses(
    earned_shared_savings: Column, shared_losses_owed: Column
) -> Column:
    """Earned shared savings less shared losses owed; one of them is zero."""
    return earned_shared_savings - shared_losses_owed


SHARED_SAVINGS = Worksheet(
    "mssp_shared_savings",
    "Medicare Shared Savings Program: settlement of a performance year",
    inputs=INPUTS,
    parameters=(
        "risk_model",
        "minimum_savings_rate_table",
        "minimum_assigned_beneficiaries",
        "one_sided_generated_losses_shown",
        "sharing_rate_basis",
        "quality_score_threshold",
        "circumstances_floor_quality",
        "rate_share_below_minimum_savings_rate",
        "maximum_sharing_rate",
        "sequestration_rate",
        "payment_limit_rate",
        "shared_loss_rate_minimum",
        "shared_loss_rate_maximum",
        "loss_limit_share_of_benchmark",
        "loss_limit_share_of_revenue",
        "losses_are_relieved",
        "agreement_performance_years",
    ),
    lines=(
        benchmark_expenditures,
        total_expenditures,
        gross_savings,
        savings_rate,
        rate_lines.minimum_savings_rate_by_size,
        rate_lines.minimum_savings_rate,
        meets_minimum_savings_rate,
        meets_minimum_loss_rate,
        quality_lines.quality_score_with_floor,
        quality_lines.quality_score_meets_threshold,
        quality_lines.quality_standard_met,
        quality_lines.only_alternative_standard_met,
        quality_lines.effective_quality_score,
        quality_lines.quality_sharing_factor,
        quality_lines.shares_below_minimum_savings_rate,
        generated_savings,
        generated_savings_or_losses,
        quality_lines.final_sharing_rate,
        shared_savings,
        shared_savings_after_sequestration,
        payment_limit,
        earned_shared_savings,
        loss_lines.loss_rate_by_quality,
        loss_lines.final_loss_rate,
        loss_lines.shared_losses_before_limit,
        loss_lines.benchmark_loss_limit,
        loss_lines.revenue_loss_limit,
        loss_lines.loss_limit,
        loss_lines.owed_is_upper_bound,
        loss_lines.limited_shared_losses,
        loss_lines.extreme_circumstances_reduction,
        loss_lines.shared_losses_owed,
        earned_savings_or_owed_losses,
        advance_investment_recoupment,
        advance_investment_balance_carried,
        prepaid_savings_recoupment,
        prepaid_balance_carried,
        prepaid_balance_due,
        net_payment,
        expenditures_deducted,
        savings_or_losses_not_counted,
        part_kept_by_medicare,
        sequestration_withheld,
        limit_and_relief,
    ),
)
