"""Hospital-Acquired Condition Reduction Program: z-scores, total score, payment reduction."""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    only_where,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

SCORING = "42 CFR 412.172(e)"


@line(unit="score", cite=SCORING + "(2)", status="empirical", rounding="half up to 4 decimals")
def computed_z_score(
    measure_value: Column,
    national_mean: Column,
    national_standard_deviation: Column,
    lower_limit: Column,
    upper_limit: Column,
) -> Column:
    """(Value limited to the national 5th and 95th percentile - national mean) / standard deviation.

    Missing where the national constants of the year are not known.
    """
    limited = clamp(measure_value, lower_limit, upper_limit)
    return round_half_up(ratio(limited - national_mean, national_standard_deviation), 4)


@line(unit="score", cite=SCORING + "(2)")
def z_score(published_z_score: Column, computed_z_score: Column) -> Column:
    """The published Winsorised z-score; the computed one where none is published."""
    return where(is_missing(published_z_score), computed_z_score, published_z_score)


MEASURE = Worksheet(
    "hac_measure",
    "Measures: Winsorised z-scores",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("measure", "text", "Measure"),
        Input("measure_value", "as measured", "Composite value or standardised infection ratio",
              optional=True),
        Input("published_z_score", "score", "Winsorised z-score as published", optional=True),
        Input("share_of_hospitals_worse", "ratio", "Share of hospitals that do worse",
              optional=True),
    ],
    parameters=[
        "national_mean", "national_standard_deviation", "lower_limit", "upper_limit",
    ],
    lines=[computed_z_score, z_score],
)  # fmt: skip


@line(
    unit="score",
    cite=SCORING + "(3)",
    status="empirical",
    rounding="half up to 4 decimals",
)
def total_score(sum_of_z_scores: Column, measures_scored: Column) -> Column:
    """The plain mean of the available z-scores."""
    return round_half_up(ratio(sum_of_z_scores, measures_scored), 4)


@line(unit="flag", cite="42 CFR 412.172(b)")
def exempt(state: Column, exempt_state: Column) -> Column:
    """The hospital is in a state whose hospitals are scored and not reduced."""
    same: Column = state.astype(str) == exempt_state.astype(str)
    return same


@line(unit="ratio", cite=SCORING + "; 42 U.S.C. 1395ww(p)(1)")
def payment_reduction(
    total_score: Column, cut_off: Column, exempt: Column, payment_reduction_rate: Column
) -> Column:
    """The reduction rate if the total score is above the cut-off and the hospital not exempt.

    A hospital without a score is not reduced. Missing where the cut-off is not known.
    """
    reduced = (total_score > cut_off) & ~exempt
    rate = where(reduced, payment_reduction_rate, 0)
    return only_where(~is_missing(cut_off), rate)


@line(unit="ratio", cite=SCORING + "; cut-off estimated from the file", status="unverified")
def estimated_payment_reduction(
    total_score: Column,
    estimated_cut_off: Column,
    exempt: Column,
    payment_reduction_rate: Column,
) -> Column:
    """The same with our own percentile of the file's total scores: an estimate."""
    return where((total_score > estimated_cut_off) & ~exempt, payment_reduction_rate, 0)


@line(unit="USD", cite="42 U.S.C. 1395ww(p)(1)", rounding="half up to cents")
def payment_change(payment_reduction: Column, inpatient_payments: Column) -> Column:
    """Less the reduction x all inpatient payments, after the other programs' adjustments."""
    return round_half_up(-payment_reduction * inpatient_payments, 2)


@line(unit="score", cite=SCORING)
def score_above_cut_off(total_score: Column, cut_off: Column, estimated_cut_off: Column) -> Column:
    """Total score less the cut-off (the estimated one where the official is not known)."""
    above: Column = total_score - where(is_missing(cut_off), estimated_cut_off, cut_off)
    return above


HOSPITAL = Worksheet(
    "hac_hospital",
    "Hospital-Acquired Condition Reduction Program: total score and payment reduction",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("state", "text", "State"),
        Input("sum_of_z_scores", "score", "Sum of the z-scores"),
        Input("measures_scored", "measures", "Measures with a z-score"),
        Input("estimated_cut_off", "score", "75th percentile of the file's total scores",
              optional=True),
        Input("inpatient_payments", "USD", "All inpatient payments of the fiscal year",
              optional=True),
        Input("published_total_score", "score", "Total score as published", optional=True),
        Input("published_payment_reduction", "text", "Payment reduction as published"),
    ],
    parameters=["exempt_state", "cut_off", "payment_reduction_rate"],
    lines=[
        total_score, exempt, payment_reduction, estimated_payment_reduction, payment_change,
        score_above_cut_off,
    ],
)  # fmt: skip


@line(unit="score", cite=SCORING)
def z_score_to_the_cut_off(
    z_score: Column, hospital_score_above_cut_off: Column, hospital_measures_scored: Column
) -> Column:
    """The z-score at which this measure alone would bring the total score to the cut-off."""
    needed: Column = z_score - hospital_score_above_cut_off * hospital_measures_scored
    return needed


@line(unit="as measured", cite=SCORING, status="empirical")
def value_to_the_cut_off(
    z_score_to_the_cut_off: Column,
    national_mean: Column,
    national_standard_deviation: Column,
    lower_limit: Column,
) -> Column:
    """The measure value of that z-score; missing where no value is low enough."""
    value: Column = national_mean + national_standard_deviation * z_score_to_the_cut_off
    return only_where(value >= lower_limit, value)


TO_THE_CUT_OFF = Worksheet(
    "hac_to_the_cut_off",
    "What each measure alone would have to be at the cut-off",
    inputs=[
        Input("fiscal_year", "year", "Fiscal year of payment"),
        Input("measure", "text", "Measure"),
        Input("z_score", "score", "Winsorised z-score", optional=True),
        Input("hospital_score_above_cut_off", "score", "Total score above the cut-off",
              optional=True),
        Input("hospital_measures_scored", "measures", "Measures with a z-score"),
    ],
    parameters=["national_mean", "national_standard_deviation", "lower_limit"],
    lines=[z_score_to_the_cut_off, value_to_the_cut_off],
)  # fmt: skip
