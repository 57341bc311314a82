"""MIPS: points of a cost measure, improvement activities, and the bonus for complex patients.

42 CFR 414.1380(b)(2), (b)(3), (c)(3). Promoting interoperability enters the final score as given.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    clamp,
    is_in,
    is_missing,
    only_where,
    ratio,
    table_column,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@line(unit="deviations", cite="42 CFR 414.1380(b)(2)", status="empirical")
def deviations_from_median(cost: Column, median_cost: Column, standard_deviation: Column) -> Column:
    """(Cost - median) / standard deviation of the measure in the performance year."""
    return ratio(cost - median_cost, standard_deviation)


@line(unit="points", cite="42 CFR 414.1380(b)(2)", status="empirical")
def cost_measure_points(deviations_from_median: Column, cost_points_segments: Column) -> Column:
    """Ten, less one point for each segment passed, in proportion within one; one at least."""
    return by_table(cost_points_segments, deviations_from_median, _cost_points)


def _cost_points(segments: Table, deviations: Column) -> Column:
    low, high = table_column(segments, "from", deviations), table_column(segments, "to", deviations)
    points = 10 + deviations * 0
    for start, end in zip(low, high, strict=True):
        points = points - clamp((deviations - start) / (end - start), 0, 1)
    return points


COST_MEASURE = Worksheet(
    "mips_cost_measure",
    "MIPS cost: points of a measure",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("cost", "USD", "Cost of an episode or patient"),
        Input("median_cost", "USD", "Median of the measure"),
        Input("standard_deviation", "USD", "Standard deviation of the measure"),
    ],
    parameters=["cost_points_segments"],
    lines=[deviations_from_median, cost_measure_points],
)


@line(unit="points", cite="42 CFR 414.1380(b)(3)")
def activity_points(
    medium_activities: Column,
    high_activities: Column,
    medical_home: Column,
    apm_participant: Column,
    medium_activity_points: Column,
    high_activity_points: Column,
    full_activity_points: Column,
) -> Column:
    """Points of the activities, the whole category at most; of a medical home the whole.

    Of who takes part in an APM half of the category at least.
    """
    points = medium_activities * medium_activity_points + high_activities * high_activity_points
    least = where(apm_participant, full_activity_points / 2, 0)
    held = clamp(points, least, full_activity_points)
    return where(medical_home, full_activity_points, held)


@line(unit="ratio", cite="42 CFR 414.1380(b)(3)")
def improvement_activities_score(activity_points: Column, full_activity_points: Column) -> Column:
    """Points over those of the whole category."""
    return ratio(activity_points, full_activity_points)


IMPROVEMENT_ACTIVITIES = Worksheet(
    "mips_improvement_activities",
    "MIPS improvement activities",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("pathway", "text", "Pathway: traditional, MVP or APP"),
        Input("less_burden", "flag", "Small, rural, shortage area or non-patient-facing",
              missing=False),
        Input("medical_home", "flag", "Patient-centered medical home", missing=False,
              optional=True),
        Input("apm_participant", "flag", "Takes part in an APM and has the credit of it",
              missing=False, optional=True),
        Input("medium_activities", "activities", "Activities of medium weight"),
        Input("high_activities", "activities", "Activities of high weight"),
    ],
    parameters=["medium_activity_points", "high_activity_points", "full_activity_points"],
    lines=[activity_points, improvement_activities_score],
)  # fmt: skip


@line(unit="points", cite="42 CFR 414.1380(c)(3)(v)-(viii)")
def medical_component(
    risk_score: Column, risk_median: Column, risk_mean: Column, risk_deviation: Column
) -> Column:
    """1.5 + 4 x (mean risk score - mean)/standard deviation, where at or above the median."""
    return _component(risk_score, risk_median, risk_mean, risk_deviation)


@line(unit="points", cite="42 CFR 414.1380(c)(3)(v)-(viii)")
def social_component(
    dual_ratio: Column, dual_median: Column, dual_mean: Column, dual_deviation: Column
) -> Column:
    """1.5 + 4 x (dual ratio - mean)/standard deviation, where at or above the median."""
    return _component(dual_ratio, dual_median, dual_mean, dual_deviation)


def _component(value: Column, median: Column, mean: Column, deviation: Column) -> Column:
    """1.5 + 4 standard scores, as one ratio; missing where the median is."""
    component = ratio(3 * deviation + 8 * (value - mean), 2 * deviation)
    counted = where(value >= median, component, 0)
    return only_where(~is_missing(median), counted)


@line(unit="points", cite="42 CFR 414.1380(c)(3)")
def complex_patient_bonus(
    complex_patient_formula: Column,
    medical_component: Column,
    social_component: Column,
    risk_score: Column,
    dual_ratio: Column,
    complex_patient_multiplier: Column,
    complex_patient_limit: Column,
) -> Column:
    """By the year's formula: the means, or the two components; none to the limit."""
    means = complex_patient_multiplier * (risk_score + 5 * dual_ratio)
    components = only_where(
        is_in(complex_patient_formula, "components"), medical_component + social_component
    )
    points = where(is_in(complex_patient_formula, "means", "none"), means, components)
    return clamp(points, 0, complex_patient_limit)


COMPLEX_PATIENTS = Worksheet(
    "mips_complex_patients",
    "MIPS: bonus for complex patients",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("risk_score", "score", "Mean HCC risk score of the patients"),
        Input("dual_ratio", "ratio", "Share of patients with Medicare and Medicaid"),
        *(Input(f"{kind}_{name}", unit, f"{label}, {name} of those with a final score before",
                optional=True)
          for kind, unit, label in (("risk", "score", "Mean risk score"),
                                    ("dual", "ratio", "Dual ratio"))
          for name in ("median", "mean", "deviation")),
    ],
    parameters=["complex_patient_formula", "complex_patient_limit", "complex_patient_multiplier"],
    lines=[medical_component, social_component, complex_patient_bonus],
)  # fmt: skip
