"""National and county factors of the invented world, as CMS would publish them.

Levels follow the published means; the rest is invented and depends only on the seed, so that the
factors are known before the first person is drawn.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np

from openvbc.synth.network import COUNTIES
from openvbc.synth.published import ENROLLMENT_TYPES, PER_CAPITA, TREND_YEAR, TYPE_SHARES
from openvbc.synth.settings import Settings

_THRESHOLD = {"ESRD": 420_000, "DISABLED": 135_000, "AGED_DUAL": 150_000, "AGED_NON_DUAL": 110_000}
_NATIONAL_TREND = {"ESRD": 1.022, "DISABLED": 1.034, "AGED_DUAL": 1.031, "AGED_NON_DUAL": 1.037}
_PERSON_YEARS = 28_000_000
_COUNTY_PERSON_YEARS = (9_000, 4_000, 5_000, 3_500, 4_200, 3_000, 60_000, 90_000)
_FLAT_DOLLAR_GROWTH = {"ESRD": 0.041, "DISABLED": 0.048, "AGED_DUAL": 0.048, "AGED_NON_DUAL": 0.048}
"""Yearly growth behind the Accountable Care Prospective Trend."""


class National(NamedTuple):
    """National factors of a calendar year and enrollment type."""

    per_capita: Decimal
    threshold: Decimal
    completion: Decimal
    person_years: int


class County(NamedTuple):
    """County factors of a calendar year and enrollment type."""

    per_capita: Decimal
    risk_score: Decimal
    demographic_score: Decimal
    person_years: Decimal


class PriorYear(NamedTuple):
    """A reconciled performance year of the agreement before."""

    updated_benchmark: Decimal
    expenditures: Decimal
    person_years: Decimal


class Factors(NamedTuple):
    """All factors, keyed by year and type (and county)."""

    national: dict[tuple[int, str], National]
    county: dict[tuple[int, str, str], County]
    flat_dollar: dict[str, Decimal]
    prior: dict[int, PriorYear]


def _cents(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")


def build_factors(settings: Settings) -> Factors:
    """Factors of every measured year."""
    rng = np.random.default_rng([settings.seed, 13])
    national: dict[tuple[int, str], National] = {}
    county: dict[tuple[int, str, str], County] = {}
    level = rng.normal(1.0, 0.04, len(COUNTIES))
    risk = rng.normal(1.0, 0.03, len(COUNTIES))
    lives = [count * scale(settings) for count in _COUNTY_PERSON_YEARS]
    # Drawn apart, so that the factors drawn before them stay as they were.
    ages = np.random.default_rng([settings.seed, 17])
    # Some seeds are years in which the nation grew more slowly than the organisation: losses.
    fortune = (0.0, 0.02, -0.14)[settings.seed % 3]
    for year in settings.measured_years:
        lift = 1.0 + (fortune if year == settings.performance_year else 0.0)
        after = year - TREND_YEAR
        for kind in ENROLLMENT_TYPES:
            growth = _NATIONAL_TREND[kind] ** after * rng.normal(1.0, 0.004) * lift
            national[year, kind] = National(
                _cents(PER_CAPITA[kind] * growth * 1.01),
                _cents(_THRESHOLD[kind] * growth),
                Decimal("1.0130") if year == settings.performance_year else Decimal("1.0125"),
                round(_PERSON_YEARS * TYPE_SHARES[kind]),
            )
            for n, code in enumerate(COUNTIES):
                county[year, code, kind] = County(
                    _cents(PER_CAPITA[kind] * growth * level[n] * rng.normal(1.02, 0.01)),
                    Decimal(f"{risk[n] * rng.normal(1.0, 0.005):.4f}"),
                    Decimal(f"{ages.normal(1.0, 0.004):.4f}"),
                    Decimal(f"{lives[n] * TYPE_SHARES[kind] * rng.normal(1, 0.03):.2f}"),
                )
    last = settings.benchmark_years[2]
    flat = {
        kind: _cents(
            float(national[last, kind].per_capita)
            * ((1 + _FLAT_DOLLAR_GROWTH[kind]) ** (settings.performance_year - last) - 1)
        )
        for kind in ENROLLMENT_TYPES
    }
    prior: dict[int, PriorYear] = {}
    if settings.agreement_number > 1:
        for year in settings.benchmark_years:
            people = settings.people * 0.7
            benchmark = people * rng.normal(11_500, 300)
            prior[year] = PriorYear(
                _cents(benchmark), _cents(benchmark * rng.normal(0.985, 0.015)), _cents(people)
            )
    return Factors(national, county, flat, prior)


def scale(settings: Settings) -> float:
    """The region grows with the population, so that the organisation never exceeds it."""
    return max(1.0, settings.people / 10_000)
