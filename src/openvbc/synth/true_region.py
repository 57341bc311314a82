"""What the simulation measured, and the region it is compared with, in exact arithmetic.

Written from the specification (42 CFR 425.654, 425.655) without the worksheets it is the truth for.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from openvbc.synth.factors import Factors
from openvbc.synth.published import ENROLLMENT_TYPES as TYPES


class Measured(NamedTuple):
    """What the simulation measured, by (period, type): exact."""

    per_capita: Mapping[tuple[str, str], Fraction]
    months: Mapping[tuple[str, str], int]
    risk: Mapping[tuple[str, str], Fraction]
    demographic: Mapping[tuple[str, str], Fraction]
    county_months: Mapping[tuple[str, str, str], int]
    """By (period, county, type)."""
    assigned: int
    dual_months: int
    """Of benchmark year 3, over all types."""
    dual_people: int
    """Assigned in the performance year with dual status in some month."""


def exact(value: Decimal | str | int) -> Fraction:
    """As a fraction of whole numbers."""
    return Fraction(str(value))


def region_of(
    measured: Measured, factors: Factors, period: str, year: int, kind: str
) -> tuple[Fraction, Fraction]:
    """Risk-standardised regional amount and the organisation's share of the region."""
    months = {
        c: m for (p, c, k), m in measured.county_months.items() if p == period and k == kind and m
    }
    total = sum(months.values())
    amount = share = Fraction(0)
    for county, month in months.items():
        factor = factors.county[year, county, kind]
        part = Fraction(month, total)
        amount += part * exact(factor.per_capita) / exact(factor.risk_score)
        share += part * Fraction(month, 12) / exact(factor.person_years)
    return amount, min(share, Fraction(1))


def regional_risk_lift(
    measured: Measured,
    factors: Factors,
    years: Mapping[str, int],
    history: Mapping[str, Fraction],
    share: Mapping[tuple[str, str], Fraction],
) -> dict[str, Fraction]:
    """By how much the cap on the region's risk growth lifts its growth (D.6, 42 CFR 425.655)."""

    def mean(period: str, kind: str, demographic: bool) -> Fraction:
        months = {
            c: m
            for (p, c, k), m in measured.county_months.items()
            if p == period and k == kind and m
        }
        score_of_region = Fraction(0)
        for county, month in months.items():
            factor = factors.county[years[period], county, kind]
            score = factor.demographic_score if demographic else factor.risk_score
            score_of_region += exact(score) * Fraction(month, sum(months.values()))
        return score_of_region

    sick = {k: mean("PY", k, False) / mean("BY3", k, False) for k in TYPES}
    aged = {k: mean("PY", k, True) / mean("BY3", k, True) for k in TYPES}
    dollars = {k: history[k] * measured.months["PY", k] for k in TYPES}
    whole = sum(dollars.values())
    sick_all = sum((sick[k] * dollars[k] for k in TYPES), Fraction(0)) / whole
    aged_all = sum((aged[k] * dollars[k] for k in TYPES), Fraction(0)) / whole
    own_share = sum(
        (region_of(measured, factors, "PY", years["PY"], k)[1] * share["PY", k] for k in TYPES),
        Fraction(0),
    )
    free = aged_all + Fraction(3, 100)
    most = free + own_share * max(sick_all - free, Fraction(0))
    if sick_all <= most:
        return dict.fromkeys(TYPES, Fraction(1))
    return {k: max(sick[k] / most, Fraction(1)) for k in TYPES}
