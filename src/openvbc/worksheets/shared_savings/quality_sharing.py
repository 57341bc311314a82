"""How quality turns the maximum sharing rate of a Shared Savings contract into the final one.

Three rules have been in force, named by the parameter ``sharing_rate_basis``:

* ``score`` (to 2020): the maximum rate times the quality score; a pay-for-reporting year counts as
  a score of one; failing minimum attainment brings the rate to zero.
* ``standard`` (2021 and 2022): the maximum rate if the quality performance standard is met.
* ``standard or alternative`` (from 2023): as before, and the maximum rate times the score where
  only the alternative standard is met.

Scores and rates are ratios (0.7705 is 77.05 percent) and are not rounded.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    maximum,
    otherwise,
    where,
)
from openvbc.worksheets.kernel.line import line


@line(
    unit="ratio",
    label="Quality score, with the floor of extreme circumstances",
    cite="42 CFR 425.512(c)",
)
def quality_score_with_floor(
    quality_score: Column, quality_score_floor: Column, circumstances_floor_quality: Column
) -> Column:
    """The higher of the quality score and the floor, where extreme circumstances give one."""
    floored = maximum(otherwise(quality_score, quality_score_floor), quality_score_floor)
    has_floor = circumstances_floor_quality & ~is_missing(quality_score_floor)
    return where(has_floor, floored, quality_score)


@line(
    unit="flag",
    label="Quality score at or above the percentile",
    cite="42 CFR 425.512(a)(4)-(5)",
)
def quality_score_meets_threshold(
    quality_score_with_floor: Column, quality_score_threshold: Column
) -> Column:
    """Quality score at or above that of the percentile, both with two decimals of a percent."""
    met: Column = quality_score_with_floor >= quality_score_threshold
    return met


@line(
    unit="flag",
    label="Quality performance standard met",
    cite="42 CFR 425.500-425.502, 425.512(a)",
    status="empirical",
)
def quality_standard_met(
    sharing_rate_basis: Column,
    minimum_attainment_met: Column,
    quality_score_meets_threshold: Column,
    reporting_incentive_met: Column,
    first_year_standard_met: Column,
    quality_standard_reported_met: Column,
) -> Column:
    """Minimum attainment to 2020; from 2021 the percentile, the incentive or the first-year path.

    Where a results file says that the standard is met and names no path, that is taken as given.
    """
    any_path = (
        quality_score_meets_threshold
        | reporting_incentive_met
        | first_year_standard_met
        | quality_standard_reported_met
    )
    chosen: Column = where(sharing_rate_basis == "score", minimum_attainment_met, any_path)
    return chosen


@line(
    unit="flag",
    label="Only the alternative quality standard met",
    cite="42 CFR 425.512(a)(4)(ii), (a)(5)(ii)",
)
def only_alternative_standard_met(
    sharing_rate_basis: Column, alternative_standard_met: Column, quality_standard_met: Column
) -> Column:
    """The alternative standard is met, the quality performance standard is not."""
    in_force = sharing_rate_basis == "standard or alternative"
    only: Column = in_force & alternative_standard_met & ~quality_standard_met
    return only


@line(
    unit="ratio",
    label="Quality score that counts",
    cite="42 CFR 425.502(a)(1)",
)
def effective_quality_score(pay_for_reporting: Column, quality_score_with_floor: Column) -> Column:
    """The quality score; one in a pay-for-reporting year."""
    return where(pay_for_reporting, 1, quality_score_with_floor)


@line(
    unit="ratio",
    label="Share of the maximum rate earned by quality",
    cite="42 CFR 425.604(d), 425.605(d), 425.606(d), 425.610(d)",
    status="empirical",
)
def quality_sharing_factor(
    sharing_rate_basis: Column,
    quality_standard_met: Column,
    only_alternative_standard_met: Column,
    effective_quality_score: Column,
    quality_score_with_floor: Column,
) -> Column:
    """To 2020 the score if attainment is met; later one if the standard is met; else see below.

    With only the alternative standard met, the score; with neither, zero. Missing where the score
    is not known and would decide.
    """
    scaled = where(quality_standard_met, effective_quality_score, 0)
    score = quality_score_with_floor
    gated = where(only_alternative_standard_met, score, 0 * score)
    gated = where(quality_standard_met, 1, gated)
    return where(sharing_rate_basis == "score", scaled, gated)


@line(
    unit="flag",
    label="Shares savings below the minimum savings rate",
    cite="42 CFR 425.605(h)",
)
def shares_below_minimum_savings_rate(
    rate_share_below_minimum_savings_rate: Column,
    savings_rate: Column,
    minimum_savings_rate: Column,
    revenue_category: Column,
    assigned_beneficiaries: Column,
    minimum_assigned_beneficiaries: Column,
    quality_standard_met: Column,
    only_alternative_standard_met: Column,
) -> Column:
    """Savings short of the minimum rate of a low revenue contract that may share them all the same.

    It is in the BASIC track since 2024 or later, large enough, and meets a quality standard.
    """
    flags: Column = (
        ~is_missing(rate_share_below_minimum_savings_rate)
        & (savings_rate > 0)
        & (savings_rate < minimum_savings_rate)
        & (revenue_category == "low")
        & (assigned_beneficiaries >= minimum_assigned_beneficiaries)
        & (quality_standard_met | only_alternative_standard_met)
    )
    return flags


@line(
    unit="ratio",
    cite="42 CFR 425.604(d), 425.605(d), (h), 425.606(d), 425.610(d)",
)
def final_sharing_rate(
    maximum_sharing_rate: Column,
    quality_sharing_factor: Column,
    shares_below_minimum_savings_rate: Column,
    rate_share_below_minimum_savings_rate: Column,
) -> Column:
    """Maximum rate times the share earned by quality; half below the minimum savings rate."""
    full = maximum_sharing_rate * quality_sharing_factor
    reduced = full * rate_share_below_minimum_savings_rate
    return where(shares_below_minimum_savings_rate, reduced, full)
