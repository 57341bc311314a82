"""The region of an ACO: every county where an assigned person lives, weighted by who lives there.

Grain: one row a period, county and enrollment type. A county's per capita expenditure over its risk
score is its risk-standardised amount; the region's amount is the mean of its counties, weighted by
assigned person-years. The national weight of a blend is the ACO's share of the assignable people of
its region, weighted the same way. The regulation weighs by the number of assigned beneficiaries of
the type; whether that means people or person-years is not said. Not rounded.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, ratio
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

CITE = "42 CFR 425.601(c)-(d); 425.654"
PER_CAPITA = "USD per capita"


@line(unit="ratio", cite=CITE, status="secondary")
def county_weight(assigned_person_years: Column, assigned_person_years_of_region: Column) -> Column:
    """Assigned person-years of the county over those of all counties, same enrollment type."""
    return ratio(assigned_person_years, assigned_person_years_of_region)


@line(unit=PER_CAPITA, cite=CITE)
def risk_standardised_expenditure(county_expenditure: Column, county_risk_score: Column) -> Column:
    """The county's per capita expenditure over its mean risk score."""
    return ratio(county_expenditure, county_risk_score)


@line(unit=PER_CAPITA, cite=CITE)
def part_of_regional_expenditure(
    county_weight: Column, risk_standardised_expenditure: Column
) -> Column:
    """County weight times risk-standardised expenditure; the region is the sum over counties."""
    return county_weight * risk_standardised_expenditure


@line(unit="ratio", cite=CITE, status="secondary")
def assigned_share_of_county(
    assigned_person_years: Column, assignable_person_years: Column
) -> Column:
    """The ACO's assigned person-years over all assignable person-years of the county."""
    return ratio(assigned_person_years, assignable_person_years)


@line(unit="ratio", cite=CITE)
def part_of_national_weight(county_weight: Column, assigned_share_of_county: Column) -> Column:
    """County weight times assigned share; the national weight is the sum over counties."""
    return county_weight * assigned_share_of_county


@line(unit="score", cite="42 CFR 425.655")
def part_of_regional_risk_score(county_weight: Column, county_risk_score: Column) -> Column:
    """County weight times risk score of assignable people; the region is the sum over counties."""
    return county_weight * county_risk_score


@line(unit="score", cite="42 CFR 425.655")
def part_of_regional_demographic_score(
    county_weight: Column, county_demographic_score: Column
) -> Column:
    """County weight times demographic score; the region is the sum over counties."""
    return county_weight * county_demographic_score


REGIONAL_EXPENDITURE = Worksheet(
    "mssp_regional_expenditure",
    "Shared Savings Program: the ACO's region",
    inputs=[
        Input("county_expenditure", PER_CAPITA, "Per capita expenditure of assignable people"),
        Input("county_risk_score", "score", "Mean risk score of assignable people, renormalised"),
        Input(
            "county_demographic_score",
            "score",
            "Mean demographic score, renormalised",
            optional=True,
            cite="42 CFR 425.655",
        ),
        Input("assignable_person_years", "person-years", "Assignable person-years of the county"),
        Input("assigned_person_years", "person-years", "Assigned person-years in the county"),
        Input(
            "assigned_person_years_of_region", "person-years", "Assigned person-years, all counties"
        ),
    ],
    parameters=[],
    lines=[
        county_weight,
        risk_standardised_expenditure,
        part_of_regional_expenditure,
        assigned_share_of_county,
        part_of_national_weight,
        part_of_regional_risk_score,
        part_of_regional_demographic_score,
    ],
)
"""County amounts to the region's amount and the national weight, one row a county and type."""
