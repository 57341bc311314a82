"""The regional adjustment: part of the difference between the ACO and its region.

Grain: one row a contract; lines by enrollment type are named so; USD per capita, not rounded.
The region's amount is risk-standardised (expenditure over risk score, by county, weighted by where
the assigned people live), then brought to the ACO's risk. An ACO below its region gets the weight
for lower spending, one above it the weight for higher spending.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_missing,
    maximum,
    minimum,
    ratio,
    where,
)
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.shared_savings.enrollment_types import Expanded, for_each, sum_of_types

CITE = "42 CFR 425.601(f); 425.603(c)(8)-(9); 425.656"
PER_CAPITA = "USD per capita"

PARAMETERS = [
    "regional_adjustment_weight_lower_spending",
    "regional_adjustment_weight_higher_spending",
    "regional_adjustment_cap_positive",
    "regional_adjustment_cap_negative",
    "regional_adjustment_offset",
    "negative_regional_adjustment_applied",
]


@line(unit=PER_CAPITA, cite=CITE)
def regional_expenditure_at_aco_risk(
    regional_expenditure_benchmark_year_3: Column, risk_score_benchmark_year_3: Column
) -> Column:
    """Risk-standardised regional expenditure of benchmark year 3 times the ACO's risk score."""
    return regional_expenditure_benchmark_year_3 * risk_score_benchmark_year_3


@line(unit=PER_CAPITA, cite=CITE)
def regional_difference(
    regional_expenditure_at_aco_risk: Column, historical_benchmark_before_adjustment: Column
) -> Column:
    """The region's expenditure at the ACO's risk less the historical benchmark."""
    return regional_expenditure_at_aco_risk - historical_benchmark_before_adjustment


@line(unit="ratio", cite=CITE)
def regional_adjustment_weight(
    regional_difference: Column,
    regional_adjustment_weight_lower_spending: Column,
    regional_adjustment_weight_higher_spending: Column,
) -> Column:
    """The weight for an ACO that spends less than its region, else the one for more.

    Less means that the difference, weighted over enrollment types, is zero or positive.
    """
    return where(
        regional_difference >= 0,
        regional_adjustment_weight_lower_spending,
        regional_adjustment_weight_higher_spending,
    )


@line(unit=PER_CAPITA, cite=CITE)
def regional_adjustment_before_cap(
    regional_adjustment_weight: Column, regional_difference: Column
) -> Column:
    """Weight times difference, for the enrollment type."""
    return regional_adjustment_weight * regional_difference


@line(unit=PER_CAPITA, cite=CITE)
def regional_adjustment_capped(
    regional_adjustment_before_cap: Column,
    regional_adjustment_cap_positive: Column,
    regional_adjustment_cap_negative: Column,
    national_expenditure_benchmark_year_3: Column,
) -> Column:
    """Held between the caps, which are shares of national expenditure of benchmark year 3.

    Agreements that start before July 2019 have no caps.
    """
    amount = regional_adjustment_before_cap
    high = regional_adjustment_cap_positive * national_expenditure_benchmark_year_3
    low = regional_adjustment_cap_negative * national_expenditure_benchmark_year_3
    amount = where(is_missing(high), amount, minimum(amount, high))
    return where(is_missing(low), amount, maximum(amount, low))


@line(unit=PER_CAPITA, cite="42 CFR 425.656(c)(4)-(5)")
def expenditure_dollars_benchmark_year_3(
    expenditure_benchmark_year_3: Column, person_years_benchmark_year_3: Column
) -> Column:
    """Total expenditure of the enrollment type in benchmark year 3, the weight of its score."""
    return expenditure_benchmark_year_3 * person_years_benchmark_year_3


DOLLARS_OF_TYPES = sum_of_types(
    "expenditure_dollars_benchmark_year_3", "Expenditure of benchmark year 3", "USD",
    "42 CFR 425.656(c)(4)-(5)", "expenditure_dollars_benchmark_year_3",
)  # fmt: skip
RISK_DOLLARS_OF_TYPES = sum_of_types(
    "risk_weighted_dollars_benchmark_year_3", "Expenditure of benchmark year 3 times risk score",
    "USD", "42 CFR 425.656(c)(4)-(5)", "expenditure_dollars_benchmark_year_3",
    "risk_score_benchmark_year_3",
)  # fmt: skip


@line(unit="score", cite="42 CFR 425.656(c)(4)-(5)")
def dollar_weighted_risk_score(
    risk_weighted_dollars_benchmark_year_3: Column, expenditure_dollars_benchmark_year_3: Column
) -> Column:
    """Mean risk score of benchmark year 3, each enrollment type weighted by its dollars."""
    return ratio(risk_weighted_dollars_benchmark_year_3, expenditure_dollars_benchmark_year_3)


@line(unit="ratio", cite="42 CFR 425.656(c)(4)-(5)")
def dual_share(
    dual_person_years_benchmark_year_3: Column, total_person_years_benchmark_year_3: Column
) -> Column:
    """Person-years in dual status, of every enrollment type, over all person-years."""
    return ratio(dual_person_years_benchmark_year_3, total_person_years_benchmark_year_3)


@line(unit="ratio", cite="42 CFR 425.656(c)(4)-(5)")
def offset_factor(dual_share: Column, dollar_weighted_risk_score: Column) -> Column:
    """Dual share plus dollar-weighted risk score less one, held between zero and one."""
    return clamp(dual_share + dollar_weighted_risk_score - 1, 0, 1)


@line(unit=PER_CAPITA, cite=CITE)
def regional_adjustment_of_type(
    regional_adjustment_capped: Column, regional_adjustment_offset: Column, offset_factor: Column
) -> Column:
    """The capped amount; a negative one is reduced by the offset factor where that applies."""
    reduced = (regional_adjustment_capped < 0) & regional_adjustment_offset
    lessened = regional_adjustment_capped * (1 - offset_factor)
    return where(reduced, lessened, regional_adjustment_capped)


REGIONAL_DIFFERENCE = sum_of_types(
    "regional_difference", "Difference to the region, per capita", PER_CAPITA, CITE,
    "regional_difference", "share_benchmark_year_3",
)  # fmt: skip
REGIONAL_ADJUSTMENT = sum_of_types(
    "regional_adjustment", "Regional adjustment, per capita", PER_CAPITA, CITE,
    "regional_adjustment_of_type", "share_benchmark_year_3",
)  # fmt: skip

INPUTS: list[Input | Expanded] = [
    Input(
        "dual_person_years_benchmark_year_3",
        "person-years",
        "Person-years in dual status, benchmark year 3, all enrollment types",
        optional=True,
    )
]

LINES: list[Line | Expanded] = [
    *for_each([regional_expenditure_at_aco_risk, regional_difference]),
    REGIONAL_DIFFERENCE,
    regional_adjustment_weight,
    *for_each([regional_adjustment_before_cap, regional_adjustment_capped]),
    *for_each([expenditure_dollars_benchmark_year_3]),
    DOLLARS_OF_TYPES,
    RISK_DOLLARS_OF_TYPES,
    dollar_weighted_risk_score,
    dual_share,
    offset_factor,
    *for_each([regional_adjustment_of_type]),
    REGIONAL_ADJUSTMENT,
]
