"""ACO REACH from claims: base years to the benchmark, expenditure and stop-loss to what is due.

Three sheets. `reach_base_year`, one row a base year and entitlement: spending restated to the
prices, risk 1 and trend of the performance year. `reach_category_benchmark`, one row an alignment
and entitlement: blend, risk score, months. `reach_from_claims`, one row the entity and year:
deductions, equity, expenditure with stop-loss, corridor, sequestration, payments made ahead.
Amounts per month are not rounded; totals to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.capitation import reach
from openvbc.worksheets.capitation.payment_ledger import expenditure
from openvbc.worksheets.capitation.reach import MONTHLY, historical_amount
from openvbc.worksheets.capitation.reach_payments import (
    advanced_payment_to_reconcile,
    base_primary_care_capitation,
    enhanced_primary_care_capitation,
    estimated_benchmark,
    mechanism_is_allowed,
    paid_ahead,
    taken_at_settlement,
    total_care_capitation,
    total_care_overpaid,
)
from openvbc.worksheets.capitation.risk_corridors import (
    GUIDE,
    benchmark_deductions,
    corridor_rate,
    cost_deducted,
    equity_adjustment,
    equity_amount_added,
    equity_amount_taken,
    gross_savings,
    kept_by_medicare,
    savings_rate,
    sequestration_withheld,
    settlement_benchmark,
    shared_rate,
    shared_savings,
    shared_savings_after_sequestration,
)
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_in,
    is_missing,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

CENT = "half up to the cent"
STATED = "secondary"


@line(unit=MONTHLY, cite=GUIDE)
def base_year_amount(
    base_amount_given: Column, base_spending: Column, base_months: Column
) -> Column:
    """The monthly amount CMS's report prints where it is given, else spending over months."""
    return where(
        is_missing(base_amount_given), ratio(base_spending, base_months), base_amount_given
    )


@line(unit=MONTHLY, cite=GUIDE)
def at_performance_year_prices(
    base_year_amount: Column, base_area_factor: Column, performance_area_factor: Column
) -> Column:
    """Amount over the area price factor of the base year, times that of the performance year."""
    return ratio(base_year_amount, base_area_factor) * performance_area_factor


@line(unit=MONTHLY, cite=GUIDE)
def at_risk_one(at_performance_year_prices: Column, base_risk_score: Column) -> Column:
    """Amount over the normalised risk score of the base year."""
    return ratio(at_performance_year_prices, base_risk_score)


@line(unit=MONTHLY, cite=GUIDE)
def trended_base_year(
    at_risk_one: Column, base_national_amount: Column, adjusted_national_amount: Column
) -> Column:
    """Amount times the adjusted national (USPCC) amount of the performance over the base year."""
    return at_risk_one * ratio(adjusted_national_amount, base_national_amount)


REACH_BASE_YEAR = Worksheet(
    "reach_base_year",
    "ACO REACH: base years, restated to the performance year",
    inputs=[
        Input("base_year", "year", "Base year"),
        Input("entitlement", "text", "Entitlement (AGED_DISABLED or ESRD)"),
        Input("base_amount_given", MONTHLY, "Monthly amount as CMS's report prints", optional=True),
        Input("base_spending", "USD", "Spending of the aligned in the base year", optional=True),
        Input("base_months", "months", "Their months", optional=True),
        Input("base_area_factor", "factor", "Area price factor, base year"),
        Input("performance_area_factor", "factor", "Area price factor, performance year"),
        Input("base_risk_score", "score", "Normalised risk score, base year"),
        Input("base_national_amount", MONTHLY, "Adjusted national amount, base year"),
        Input("adjusted_national_amount", MONTHLY, "Adjusted national amount, performance year"),
    ],
    parameters=[],
    lines=[base_year_amount, at_performance_year_prices, at_risk_one, trended_base_year],
)
"""Spending of a base year to an amount that can be blended."""


@line(unit=MONTHLY, cite=GUIDE)
def regional_rate(regional_amount: Column, aligned_months: Column) -> Column:
    """County rates of the aligned months, added up, over the months."""
    return ratio(regional_amount, aligned_months)


@line(unit="ratio", cite=GUIDE, status=STATED)
def weight_of_history(
    alignment: Column, historical_weight: Column, voluntary_historical_weight: Column
) -> Column:
    """The weight of voluntary alignment, or that of the entity type."""
    return where(is_in(alignment, "VOLUNTARY"), voluntary_historical_weight, historical_weight)


@line(unit=MONTHLY, cite=GUIDE)
def blend_change(
    historical_amount: Column,
    regional_rate: Column,
    weight_of_history: Column,
    regional_floor: Column,
    regional_ceiling: Column,
    adjusted_national_amount: Column,
) -> Column:
    """What blending adds to history, held between floor and ceiling; none where history has none.

    Both are shares of the adjusted national (USPCC) amount.
    """
    held = reach.regional_blend_change(
        historical_amount, regional_rate, weight_of_history, regional_floor, regional_ceiling,
        adjusted_national_amount,
    )  # fmt: skip
    return where(weight_of_history == 0, 0, held)


@line(unit=MONTHLY, cite=GUIDE)
def blended_with_region(
    historical_amount: Column,
    blend_change: Column,
    weight_of_history: Column,
    regional_rate: Column,
) -> Column:
    """History plus what blending adds; the regional rate alone where history has no weight."""
    return where(weight_of_history == 0, regional_rate, historical_amount + blend_change)


@line(unit=MONTHLY, cite=GUIDE)
def monthly_benchmark(blended_with_region: Column, risk_score_applied: Column) -> Column:
    """Blended amount times the capped, normalised risk score."""
    return blended_with_region * risk_score_applied


@line(unit="USD", cite=GUIDE, rounding=CENT)
def category_benchmark(monthly_benchmark: Column, aligned_months: Column) -> Column:
    """Monthly benchmark times aligned months."""
    return round_half_up(monthly_benchmark * aligned_months, 2)


REACH_CATEGORY_BENCHMARK = Worksheet(
    "reach_category_benchmark",
    "ACO REACH: benchmark by alignment and entitlement",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("entity_type", "text", "Entity type (STANDARD, NEW_ENTRANT, HIGH_NEEDS)"),
        Input("alignment", "text", "Alignment (CLAIMS or VOLUNTARY)"),
        Input("entitlement", "text", "Entitlement (AGED_DISABLED or ESRD)"),
        Input("base_year_1", MONTHLY, "Base year 1, restated", optional=True),
        Input("base_year_2", MONTHLY, "Base year 2, restated", optional=True),
        Input("base_year_3", MONTHLY, "Base year 3, restated", optional=True),
        Input("regional_amount", "USD", "County rates of the aligned months, added up"),
        Input("aligned_months", "months", "Aligned beneficiary months"),
        Input("adjusted_national_amount", MONTHLY, "Adjusted national amount (USPCC)"),
        Input("risk_score_applied", "score", "Capped, normalised risk score"),
    ],
    parameters=[
        "base_year_weight_1", "base_year_weight_2", "base_year_weight_3", "historical_weight",
        "voluntary_historical_weight", "regional_floor", "regional_ceiling",
    ],
    lines=[
        historical_amount, regional_rate, weight_of_history, blend_change, blended_with_region,
        monthly_benchmark, category_benchmark,
    ],
)  # fmt: skip
"""Base years, county rates and risk score to the benchmark of one category."""


@line(unit="USD", cite=GUIDE, status="empirical", rounding=CENT)
def final_benchmark(
    unadjusted_benchmark: Column,
    retrospective_trend_factor: Column,
    benchmark_deductions: Column,
    high_performers_pool: Column,
) -> Column:
    """Unadjusted benchmark times trend times one less the deductions, plus the performers' pool."""
    kept = reach.final_benchmark(
        unadjusted_benchmark, retrospective_trend_factor, benchmark_deductions
    )
    return kept + otherwise(high_performers_pool, 0)


@line(unit="USD", cite=GUIDE, rounding=CENT)
def completed_expenditure(expenditure: Column, completion_factor: Column) -> Column:
    """Expenditure known by the end of the run-out times the completion factor."""
    return round_half_up(expenditure * completion_factor, 2)


@line(unit="USD", cite=GUIDE, status=STATED, rounding=CENT)
def stop_loss_payout(stop_loss_in_bands: Column, stop_loss_neutrality_factor: Column) -> Column:
    """What the bands give over all people, times the factor that makes the charge neutral."""
    given = round_half_up(stop_loss_in_bands * stop_loss_neutrality_factor, 2)
    return where(stop_loss_in_bands == 0, 0, given)


@line(unit="USD", cite=GUIDE, status=STATED)
def stop_loss_settlement(stop_loss_charge: Column, stop_loss_payout: Column) -> Column:
    """Charge less payout."""
    return stop_loss_charge - stop_loss_payout


@line(unit="USD", cite=GUIDE)
def net_cost_of_care(completed_expenditure: Column, stop_loss_settlement: Column) -> Column:
    """Completed expenditure plus the stop-loss settlement."""
    return completed_expenditure + stop_loss_settlement


@line(unit="USD", cite=GUIDE, label="Due at settlement (owed by the entity negative)")
def settlement_due(
    shared_savings_after_sequestration: Column, taken_at_settlement: Column
) -> Column:
    """Shared savings after sequestration less what was paid ahead and is taken back."""
    return shared_savings_after_sequestration - taken_at_settlement


REACH_FROM_CLAIMS = Worksheet(
    "reach_from_claims",
    "ACO REACH: settlement from claims",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("risk_arrangement", "text", "Risk arrangement (GLOBAL or PROFESSIONAL)"),
        Input("payment_mechanism", "text", "Payment mechanism (TCC or PCC)"),
        Input("aligned_beneficiaries", "people", "Aligned beneficiaries"),
        Input("aligned_months", "months", "Aligned beneficiary months"),
        Input("unadjusted_benchmark", "USD", "Benchmarks of the categories, added up"),
        Input("retrospective_trend_factor", "factor", "Retrospective trend factor, one if none"),
        Input("quality_score", "ratio", "Quality score"),
        Input("retention_withhold", "ratio", "Retention withhold, zero if none"),
        Input("high_performers_pool", "USD", "Share of the high performers pool", optional=True),
        Input("equity_months_added", "months", "Months with an equity addition", optional=True),
        Input("equity_months_taken", "months", "Months with an equity deduction", optional=True),
        Input("equity_adjustment_up", "USD", "Health equity adjustment, added", optional=True),
        Input("equity_adjustment_down", "USD", "Health equity adjustment, taken", optional=True),
        Input("claim_payments", "USD", "Claims paid, less what does not count"),
        Input("claim_reductions", "USD", "What the model took off the claims"),
        Input("completion_factor", "factor", "Completion factor, one if claims are complete"),
        Input("stop_loss_in_bands", "USD", "What the bands of stop-loss give"),
        Input(
            "stop_loss_neutrality_factor", "factor", "Neutrality factor of stop-loss", optional=True
        ),
        Input("stop_loss_charge", "USD", "County charges for stop-loss"),
        Input("estimated_amount", MONTHLY, "Estimated benchmark for payments"),
        Input("outside_withhold", "ratio", "Share held back for care outside", optional=True),
        Input("primary_care_share", "ratio", "Share that primary care claims were", optional=True),
        Input("takes_enhanced", "flag", "Enhanced capitation taken", optional=True, missing=False),
        Input("advanced_payment", "USD", "Advanced payments made", optional=True),
        Input("advanced_reductions", "USD", "Claims reduced for them", optional=True),
    ],
    parameters=[
        "discount", "quality_withhold", "equity_adjustment_in_force", "equity_rate_added",
        "equity_rate_taken", "risk_corridor", "sequestration_rate", "total_care_is_allowed",
        "most_primary_care_share",
    ],
    lines=[
        benchmark_deductions, final_benchmark, equity_amount_added, equity_amount_taken,
        equity_adjustment, settlement_benchmark, expenditure, completed_expenditure,
        stop_loss_payout, stop_loss_settlement, net_cost_of_care, cost_deducted, gross_savings,
        savings_rate, corridor_rate, shared_rate, shared_savings, kept_by_medicare,
        sequestration_withheld, shared_savings_after_sequestration, mechanism_is_allowed,
        estimated_benchmark, total_care_capitation, base_primary_care_capitation,
        enhanced_primary_care_capitation, paid_ahead, advanced_payment_to_reconcile,
        total_care_overpaid, taken_at_settlement, settlement_due,
    ],
)  # fmt: skip
"""Benchmark, expenditure and payments to what is due for the year."""
