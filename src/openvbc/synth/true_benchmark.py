"""The benchmark of the generated contract, in exact arithmetic of its own.

Follows the specification of agreements from 2019-07-01 on (42 CFR 425.601, 425.652 to 425.662),
written without the worksheets it is the truth for. Nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from openvbc.synth.factors import Factors
from openvbc.synth.published import ENROLLMENT_TYPES as TYPES
from openvbc.synth.settings import Settings
from openvbc.synth.true_region import Measured, exact, region_of, regional_risk_lift

ZERO = Fraction(0)
HISTORICAL = ("BY1", "BY2", "BY3")


Line = tuple[str, str, Fraction]
"""Name, enrollment type (empty over all types) and value."""


class Benchmark(NamedTuple):
    """The benchmark by type and in total, with its lines."""

    lines: list[Line]
    updated: Fraction
    """Per capita."""
    two_way: Fraction
    expenditure: Fraction
    """Per capita of the performance year."""
    person_years: Fraction


@dataclass
class _Working:
    """What every part of the benchmark needs, and the lines as they are worked out."""

    measured: Measured
    factors: Factors
    settings: Settings
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        measured = self.measured
        self.late = self.settings.agreement_start.year >= 2024
        """The rules of agreements from 2024 on."""
        self.years = dict(zip((*HISTORICAL, "PY"), self.settings.measured_years, strict=True))
        self.share: dict[tuple[str, str], Fraction] = {}
        for period in ("BY3", "PY"):
            total = sum(measured.months[period, k] for k in TYPES)
            for kind in TYPES:
                self.share[period, kind] = Fraction(measured.months[period, kind], total)
        self.region = {
            (p, k): region_of(measured, self.factors, p, self.years[p], k)
            for p in self.years
            for k in TYPES
        }
        self.national = {
            (p, k): exact(self.factors.national[self.years[p], k].per_capita)
            for p in self.years
            for k in TYPES
        }
        self.mean_national = self.over_types("BY3", {k: self.national["BY3", k] for k in TYPES})

    def note(self, name: str, kind: str, value: Fraction) -> Fraction:
        """Keep a line and hand its value on."""
        self.lines.append((name, kind, value))
        return value

    def over_types(self, period: str, values: Mapping[str, Fraction]) -> Fraction:
        """The mean over enrollment types, by their shares of the period's months."""
        return sum((values[k] * self.share[period, k] for k in TYPES), ZERO)


def benchmark(measured: Measured, factors: Factors, settings: Settings) -> Benchmark:
    """Historical benchmark, adjustment, risk and update: specification D.1 to D.7."""
    working = _Working(measured, factors, settings)
    base = _before_adjustment(working)
    history = _adjusted(working, base)
    two_way, three_way = _updated(working, history)
    person_years = Fraction(sum(measured.months["PY", k] for k in TYPES), 12)
    spent = working.over_types("PY", {k: measured.per_capita["PY", k] for k in TYPES})
    return Benchmark(working.lines, three_way, two_way, spent, person_years)


def _before_adjustment(working: _Working) -> dict[str, Fraction]:
    """The weighted benchmark years, trended and risk adjusted to the third (D.1)."""
    measured, region, national = working.measured, working.region, working.national
    weights = (10, 30, 60) if working.settings.agreement_number == 1 else (1, 1, 1)
    base: dict[str, Fraction] = {}
    for kind in TYPES:
        weighted = Fraction(0)
        for period, part_of in zip(HISTORICAL, weights, strict=True):
            # Both trends are blended by the share of the region in benchmark year 3.
            own, w = measured.per_capita[period, kind], region["BY3", kind][1]
            trend = w * national["BY3", kind] / national[period, kind]
            trend += (1 - w) * region["BY3", kind][0] / region[period, kind][0]
            ratio = measured.risk["BY3", kind] / measured.risk[period, kind]
            adjusted = working.note(f"adjusted_expenditure_{period}", kind, own * trend * ratio)
            weighted += part_of * adjusted
        base[kind] = working.note(
            "historical_benchmark_before_adjustment", kind, weighted / sum(weights)
        )
    return base


def _adjusted(working: _Working, base: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The historical benchmark with the one adjustment that applies (D.2 to D.5)."""
    by_type = _regional_adjustment(working, base)
    regional = working.note("regional_adjustment", "", working.over_types("BY3", by_type))
    prior = working.note("prior_savings_adjustment", "", _prior_savings(working))
    population = working.note(
        "population_adjustment", "", _population_adjustment(working, max(regional, prior, ZERO))
    )
    flat = max(prior, population)
    if working.late and regional <= 0 and flat <= 0:
        applied = dict.fromkeys(TYPES, ZERO)
    elif not working.late or regional >= flat:
        applied = by_type
    else:
        applied = dict.fromkeys(TYPES, flat)
    history = {k: working.note("historical_benchmark", k, base[k] + applied[k]) for k in TYPES}
    working.note("historical_benchmark", "", working.over_types("BY3", history))
    return history


def _regional_adjustment(working: _Working, base: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """By type, first application (D.2)."""
    measured, late, national = working.measured, working.late, working.national
    gap = {k: working.region["BY3", k][0] * measured.risk["BY3", k] - base[k] for k in TYPES}
    overall = working.over_types("BY3", gap)
    weight = Fraction(35, 100) if overall >= 0 else Fraction(15, 100)
    low = Fraction(-15, 1000) if late else Fraction(-5, 100)
    dollars = {k: measured.per_capita["BY3", k] * measured.months["BY3", k] for k in TYPES}
    dollar_risk = sum((dollars[k] * measured.risk["BY3", k] for k in TYPES), ZERO) / sum(
        dollars.values()
    )
    dual_share = Fraction(measured.dual_months, sum(measured.months["BY3", k] for k in TYPES))
    offset = max(ZERO, min(Fraction(1), dual_share + dollar_risk - 1)) if late else ZERO
    by_type: dict[str, Fraction] = {}
    for kind in TYPES:
        capped = max(
            low * national["BY3", kind],
            min(weight * gap[kind], Fraction(5, 100) * national["BY3", kind]),
        )
        by_type[kind] = working.note(
            "regional_adjustment", kind, capped if capped >= 0 else capped * (1 - offset)
        )
    return by_type


def _prior_savings(working: _Working) -> Fraction:
    """Half of the mean savings of the three years before, prorated and capped (D.3)."""
    earlier = working.factors.prior.values()
    if not (working.late and earlier):
        return ZERO
    rates = [exact(p.updated_benchmark - p.expenditures) / exact(p.person_years) for p in earlier]
    average = sum(rates, ZERO) / 3
    before = sum((exact(p.person_years) for p in earlier), ZERO) / 3
    months = working.measured.months
    in_years = sum((Fraction(months[p, k], 12) for p in HISTORICAL for k in TYPES), ZERO) / 3
    if average <= 0:
        return ZERO
    return min(average * min(Fraction(1), before / in_years) / 2, working.mean_national / 20)


def _population_adjustment(working: _Working, already: Fraction) -> Fraction:
    """For a population with many dually eligible people, less what is adjusted already (D.4)."""
    measured = working.measured
    if working.settings.agreement_start.year < 2025:
        return ZERO
    poor = Fraction(measured.dual_people, measured.assigned)
    if poor < Fraction(15, 100):
        return ZERO
    return max(ZERO, (working.mean_national / 20 - already) * poor)


def _limit_of_risk_growth(
    working: _Working, history: Mapping[str, Fraction], growth: Mapping[str, Fraction]
) -> Fraction | None:
    """The cap on the growth of risk scores; none where the growth over all types is below (D.6)."""
    if not working.late:
        return Fraction(103, 100)
    measured = working.measured
    part = {k: measured.months["PY", k] * history[k] for k in TYPES}
    whole = sum(part.values())
    aged = {k: measured.demographic["PY", k] / measured.demographic["BY3", k] for k in TYPES}
    demographic = sum((part[k] * aged[k] for k in TYPES), ZERO) / whole
    risk = sum((part[k] * growth[k] for k in TYPES), ZERO) / whole
    working.note("aggregate_demographic_growth", "", demographic)
    working.note("aggregate_risk_growth", "", risk)
    limit = demographic + Fraction(3, 100)
    return limit if risk > limit else None


def _updated(working: _Working, history: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
    """The benchmark risk adjusted and updated, with the two-way and the three-way blend (D.7)."""
    measured, region, national = working.measured, working.region, working.national
    growth = {k: measured.risk["PY", k] / measured.risk["BY3", k] for k in TYPES}
    limit = _limit_of_risk_growth(working, history, growth)
    lift = dict.fromkeys(TYPES, Fraction(1))
    if working.late:
        lift = regional_risk_lift(measured, working.factors, working.years, history, working.share)
    note = working.note
    two_way = three_way = ZERO
    for kind in TYPES:
        ratio = note(
            "risk_adjustment", kind, growth[kind] if limit is None else min(growth[kind], limit)
        )
        w = region["PY", kind][1]
        two = w * national["PY", kind] / national["BY3", kind]
        grown = region["PY", kind][0] / region["BY3", kind][0]
        two += (1 - w) * grown * note("regional_risk_cap_factor", kind, lift[kind])
        note("two_way_update", kind, two)
        flat_dollar = exact(working.factors.flat_dollar[kind])
        prospective = 1 + flat_dollar * measured.risk["BY3", kind] / history[kind]
        update = two * Fraction(2, 3) + prospective / 3 if working.late else two
        note("update", kind, update)
        share = working.share["PY", kind]
        two_way += history[kind] * ratio * two * share
        three_way += history[kind] * ratio * update * share
    return two_way, three_way
