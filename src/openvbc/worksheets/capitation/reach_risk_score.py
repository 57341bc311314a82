"""ACO REACH risk score cascade: raw model scores to the score that the benchmark is multiplied by.

Order matters. Raw mean scores of the two models are blended first, the blend is then divided by the
normalisation factor of its year; growth since the reference year is held within the cap, which for
the Aged and Disabled lies around the growth of the demographic score; the capped score is divided
by the coding intensity factor, itself limited. In 2026 the score of a Standard entity may then not
exceed that of base year 3 (2019) by more than a cap of its own. Nothing is rounded in between.

Grain: one row an entity, performance year and entitlement category.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_in,
    is_missing,
    minimum,
    otherwise,
    ratio,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

PAPER = "ACO REACH and KCC Models, PY2025 risk adjustment, Rev. 1.1"
UPDATE = "CMS, ACO REACH PY2026 model update, quick reference"
SECONDARY = "secondary"


@line(unit="score", cite=PAPER, status=SECONDARY)
def blended_reference_score(
    raw_score_v24_reference: Column, raw_score_v28_reference: Column, weight_of_v24: Column
) -> Column:
    """Raw scores of the reference year, each by its model's weight."""
    return _blend(raw_score_v24_reference, raw_score_v28_reference, weight_of_v24)


@line(unit="score", cite=PAPER, status=SECONDARY)
def blended_performance_score(
    raw_score_v24_performance: Column, raw_score_v28_performance: Column, weight_of_v24: Column
) -> Column:
    """Raw scores of the performance year, each by its model's weight."""
    return _blend(raw_score_v24_performance, raw_score_v28_performance, weight_of_v24)


def _blend(v24: Column, v28: Column, weight: Column) -> Column:
    """A model of weight zero or of the whole weight needs no score of the other."""
    one = where(weight == 0, 0, weight * v24)
    other = where(weight == 1, 0, (1 - weight) * v28)
    blended: Column = one + other
    return blended


@line(unit="score", cite=PAPER, status=SECONDARY)
def normalized_reference_score(
    blended_reference_score: Column, normalization_reference: Column
) -> Column:
    """Blended score of the reference year over that year's factor."""
    return ratio(blended_reference_score, normalization_reference)


@line(unit="score", cite=PAPER, status=SECONDARY)
def normalized_performance_score(
    blended_performance_score: Column, normalization_performance: Column
) -> Column:
    """Blended score of the performance year over that year's factor."""
    return ratio(blended_performance_score, normalization_performance)


@line(unit="ratio", cite=PAPER, status=SECONDARY)
def demographic_growth(
    demographic_score_reference: Column,
    demographic_score_performance: Column,
    cap_lies_around_demographic_growth: Column,
) -> Column:
    """Growth of the demographic score; zero where the cap does not lie around it."""
    growth = ratio(demographic_score_performance, demographic_score_reference) - 1
    return where(cap_lies_around_demographic_growth, growth, 0)


@line(unit="ratio", cite=PAPER, status=SECONDARY)
def risk_growth(normalized_performance_score: Column, normalized_reference_score: Column) -> Column:
    """Normalised score of the performance year over that of the reference year, less one."""
    return ratio(normalized_performance_score, normalized_reference_score) - 1


@line(unit="flag", cite=PAPER + "; ACO REACH, PY2026 risk adjustment update", status=SECONDARY)
def growth_is_capped(
    entitlement: Column,
    people_reference: Column,
    people_performance: Column,
    fewest_people_for_cap: Column,
    cap_population_multiple: Column,
) -> Column:
    """Enough people, and fewer than the multiple of the reference year's.

    Aged and Disabled need the number in the reference year, ESRD in both years.
    """
    enough = people_reference >= fewest_people_for_cap
    both = is_in(entitlement, "AGED_DISABLED") | (people_performance >= fewest_people_for_cap)
    grown = people_performance >= cap_population_multiple * people_reference
    capped: Column = enough & both & ~grown
    return capped


@line(unit="ratio", cite=PAPER, status=SECONDARY)
def limited_growth(
    risk_growth: Column,
    demographic_growth: Column,
    risk_score_growth_cap: Column,
    growth_is_capped: Column,
) -> Column:
    """Growth held within the cap either way of the demographic growth, where it is capped."""
    low, high = (
        demographic_growth - risk_score_growth_cap,
        demographic_growth + risk_score_growth_cap,
    )
    return where(growth_is_capped, clamp(risk_growth, low, high), risk_growth)


@line(unit="score", cite=PAPER, status=SECONDARY)
def capped_score(normalized_reference_score: Column, limited_growth: Column) -> Column:
    """Normalised score of the reference year times one plus the growth allowed."""
    capped: Column = normalized_reference_score * (1 + limited_growth)
    return capped


@line(unit="factor", cite=PAPER, status=SECONDARY)
def coding_factor_applied(coding_intensity_factor: Column, coding_factor_ceiling: Column) -> Column:
    """The coding intensity factor, at most its ceiling."""
    return minimum(coding_intensity_factor, coding_factor_ceiling)


@line(unit="score", cite=PAPER, status=SECONDARY)
def score_after_coding(capped_score: Column, coding_factor_applied: Column) -> Column:
    """Capped score divided by the coding factor: coding that rose everywhere lowers everyone."""
    return ratio(capped_score, coding_factor_applied)


@line(unit="score", cite=UPDATE)
def most_score_since_base_year_3(
    score_base_year_3: Column, growth_cap_since_base_year_3: Column
) -> Column:
    """Normalised score of base year 3 times one plus the growth allowed since."""
    most: Column = score_base_year_3 * (1 + growth_cap_since_base_year_3)
    return most


@line(unit="score", cite=UPDATE)
def final_risk_score(
    score_after_coding: Column,
    most_score_since_base_year_3: Column,
    growth_cap_since_base_year_3: Column,
) -> Column:
    """The score after coding, at most what growth since base year 3 allows where that is capped.

    Missing where it is capped and the score of base year 3 is not told.
    """
    limited = minimum(score_after_coding, most_score_since_base_year_3)
    return where(is_missing(growth_cap_since_base_year_3), score_after_coding, limited)


@line(unit="score", cite=PAPER, status=SECONDARY)
def population_risk_score(
    final_risk_score: Column,
    aligned_months: Column,
    newly_voluntary_months: Column,
    newly_voluntary_score: Column,
) -> Column:
    """Mean by months with those in their first year of voluntary alignment, who have no cap."""
    newly = otherwise(newly_voluntary_months, 0)
    added = where(newly == 0, 0, newly * newly_voluntary_score)
    months = aligned_months + newly
    return where(
        newly == 0, final_risk_score, ratio(final_risk_score * aligned_months + added, months)
    )


REACH_RISK_SCORE = Worksheet(
    "reach_risk_score",
    "ACO REACH: risk score cascade",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("entity_type", "text", "Entity type (STANDARD, NEW_ENTRANT)"),
        Input("entitlement", "text", "Entitlement (AGED_DISABLED or ESRD)"),
        Input("raw_score_v24_reference", "score", "Raw V24 score, reference year"),
        Input("raw_score_v28_reference", "score", "Raw V28 score, reference year", optional=True),
        Input("raw_score_v24_performance", "score", "Raw V24 score, performance year"),
        Input(
            "raw_score_v28_performance", "score", "Raw V28 score, performance year", optional=True
        ),
        Input("normalization_reference", "factor", "Normalisation factor, reference year"),
        Input("normalization_performance", "factor", "Normalisation factor, performance year"),
        Input(
            "demographic_score_reference",
            "score",
            "Demographic score, reference year",
            optional=True,
        ),
        Input(
            "demographic_score_performance",
            "score",
            "Demographic score, performance year",
            optional=True,
        ),
        Input("people_reference", "people", "Aligned people, reference year"),
        Input("people_performance", "people", "Aligned people, performance year"),
        Input(
            "coding_intensity_factor", "factor", "Coding intensity factor, above one if coding rose"
        ),
        Input("score_base_year_3", "score", "Normalised score, base year 3 (2019)", optional=True),
        Input("aligned_months", "months", "Months of people under the cap", optional=True),
        Input(
            "newly_voluntary_months",
            "months",
            "Months of first-year voluntary people",
            optional=True,
        ),
        Input("newly_voluntary_score", "score", "Their normalised score", optional=True),
    ],
    parameters=[
        "weight_of_v24",
        "risk_score_growth_cap",
        "cap_lies_around_demographic_growth",
        "fewest_people_for_cap",
        "cap_population_multiple",
        "coding_factor_ceiling",
        "growth_cap_since_base_year_3",
    ],
    lines=[
        blended_reference_score,
        blended_performance_score,
        normalized_reference_score,
        normalized_performance_score,
        demographic_growth,
        risk_growth,
        growth_is_capped,
        limited_growth,
        capped_score,
        coding_factor_applied,
        score_after_coding,
        most_score_since_base_year_3,
        final_risk_score,
        population_risk_score,
    ],
)
"""Raw scores of two models and two years to the score that counts."""
