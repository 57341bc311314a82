"""The benchmark and the settlement of the generated contract, in exact arithmetic of its own.

Follows the specification of agreements from 2019-07-01 on (42 CFR 425.601, 425.605, 425.610,
425.652 to 425.662), written without the worksheets it is the truth for. Money is rounded half up,
to cents, only where totals are struck.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from openvbc.synth.factors import Factors
from openvbc.synth.published import ENROLLMENT_TYPES as TYPES
from openvbc.synth.settings import Settings

QUALITY_SCORE = Decimal("0.8500")
"""Above the quality performance standard of every year generated."""
TWO_SIDED = ("BASIC_C", "BASIC_D", "BASIC_E", "ENHANCED")
_SAVINGS_RATE_BANDS = (
    (1, 499, "27.4", "12.2", 100), (500, 999, "12.2", "8.7", 500),
    (1000, 2999, "8.7", "5.0", 1000), (3000, 4999, "5.0", "3.9", 3000),
    (5000, 5999, "3.9", "3.6", 5000), (6000, 6999, "3.6", "3.4", 6000),
    (7000, 7999, "3.4", "3.2", 7000), (8000, 8999, "3.2", "3.1", 8000),
    (9000, 9999, "3.1", "3.0", 9000), (10000, 14999, "3.0", "2.7", 10000),
    (15000, 19999, "2.7", "2.5", 15000), (20000, 49999, "2.5", "2.2", 20000),
    (50000, 59999, "2.2", "2.0", 50000), (60000, 10**9, "2.0", "2.0", 60000),
)  # fmt: skip
_SHARING = {
    "BASIC_A": "0.40",
    "BASIC_B": "0.40",
    "BASIC_C": "0.50",
    "BASIC_D": "0.50",
    "BASIC_E": "0.50",
    "ENHANCED": "0.75",
}
_PAYMENT_LIMIT = {"ENHANCED": "0.20"}
_LOSS_LIMITS = {
    "BASIC_C": ("0.02", "0.01"),
    "BASIC_D": ("0.04", "0.02"),
    "BASIC_E": ("0.08", "0.04"),
}
ELECTION = {"BASIC_C": "0.01", "BASIC_D": "0.01", "BASIC_E": "0.01", "ENHANCED": "0.02"}


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


Line = tuple[str, str, Fraction]


def cents(value: Fraction) -> Decimal:
    """Half up to cents."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return whole.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _f(value: Decimal | str | int) -> Fraction:
    return Fraction(str(value))


def _region(
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
        amount += part * _f(factor.per_capita) / _f(factor.risk_score)
        share += part * Fraction(month, 12) / _f(factor.person_years)
    return amount, min(share, Fraction(1))


def _regional_risk_lift(
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
        found = Fraction(0)
        for county, month in months.items():
            factor = factors.county[years[period], county, kind]
            score = factor.demographic_score if demographic else factor.risk_score
            found += _f(score) * Fraction(month, sum(months.values()))
        return found

    sick = {k: mean("PY", k, False) / mean("BY3", k, False) for k in TYPES}
    aged = {k: mean("PY", k, True) / mean("BY3", k, True) for k in TYPES}
    dollars = {k: history[k] * measured.months["PY", k] for k in TYPES}
    whole = sum(dollars.values())
    sick_all = sum((sick[k] * dollars[k] for k in TYPES), Fraction(0)) / whole
    aged_all = sum((aged[k] * dollars[k] for k in TYPES), Fraction(0)) / whole
    own_share = sum(
        (_region(measured, factors, "PY", years["PY"], k)[1] * share["PY", k] for k in TYPES),
        Fraction(0),
    )
    free = aged_all + Fraction(3, 100)
    most = free + own_share * max(sick_all - free, Fraction(0))
    if sick_all <= most:
        return dict.fromkeys(TYPES, Fraction(1))
    return {k: max(sick[k] / most, Fraction(1)) for k in TYPES}


class Benchmark(NamedTuple):
    """The benchmark by type and in total, with its lines."""

    lines: list[Line]
    updated: Fraction
    """Per capita."""
    two_way: Fraction
    expenditure: Fraction
    """Per capita of the performance year."""
    person_years: Fraction


def benchmark(measured: Measured, factors: Factors, settings: Settings) -> Benchmark:
    """Historical benchmark, adjustment, risk and update: specification D.1 to D.7."""
    late = settings.agreement_start.year >= 2024
    years = dict(zip(("BY1", "BY2", "BY3", "PY"), settings.measured_years, strict=True))
    lines: list[Line] = []

    def note(name: str, kind: str, value: Fraction) -> Fraction:
        lines.append((name, kind, value))
        return value

    share = {}
    for period in ("BY3", "PY"):
        total = sum(measured.months[period, k] for k in TYPES)
        for kind in TYPES:
            share[period, kind] = Fraction(measured.months[period, kind], total)
    region = {(p, k): _region(measured, factors, p, years[p], k) for p in years for k in TYPES}
    national = {(p, k): _f(factors.national[years[p], k].per_capita) for p in years for k in TYPES}
    weights = (10, 30, 60) if settings.agreement_number == 1 else (1, 1, 1)
    base: dict[str, Fraction] = {}
    spent_by_3: dict[str, Fraction] = {}
    for kind in TYPES:
        weighted = Fraction(0)
        for period, part_of in zip(("BY1", "BY2", "BY3"), weights, strict=True):
            # Both trends are blended by the share of the region in benchmark year 3.
            own, w = measured.per_capita[period, kind], region["BY3", kind][1]
            trend = w * national["BY3", kind] / national[period, kind]
            trend += (1 - w) * region["BY3", kind][0] / region[period, kind][0]
            ratio = measured.risk["BY3", kind] / measured.risk[period, kind]
            adjusted = note(f"adjusted_expenditure_{period}", kind, own * trend * ratio)
            weighted += part_of * adjusted
        base[kind] = note("historical_benchmark_before_adjustment", kind, weighted / sum(weights))
        spent_by_3[kind] = measured.per_capita["BY3", kind]

    # Regional adjustment (D.2), first application.
    gap = {k: region["BY3", k][0] * measured.risk["BY3", k] - base[k] for k in TYPES}
    overall = sum((gap[k] * share["BY3", k] for k in TYPES), Fraction(0))
    weight = Fraction(35, 100) if overall >= 0 else Fraction(15, 100)
    low = Fraction(-15, 1000) if late else Fraction(-5, 100)
    dollars = {k: spent_by_3[k] * measured.months["BY3", k] for k in TYPES}
    dollar_risk = sum((dollars[k] * measured.risk["BY3", k] for k in TYPES), Fraction(0)) / sum(
        dollars.values()
    )
    dual_share = Fraction(measured.dual_months, sum(measured.months["BY3", k] for k in TYPES))
    offset = (
        max(Fraction(0), min(Fraction(1), dual_share + dollar_risk - 1)) if late else Fraction(0)
    )
    by_type: dict[str, Fraction] = {}
    for kind in TYPES:
        capped = max(
            low * national["BY3", kind],
            min(weight * gap[kind], Fraction(5, 100) * national["BY3", kind]),
        )
        by_type[kind] = note(
            "regional_adjustment", kind, capped if capped >= 0 else capped * (1 - offset)
        )
    regional = note(
        "regional_adjustment", "", sum((by_type[k] * share["BY3", k] for k in TYPES), Fraction(0))
    )
    mean_national = sum((national["BY3", k] * share["BY3", k] for k in TYPES), Fraction(0))

    # Prior savings (D.3) and population adjustment (D.4); exactly one adjustment applies (D.5).
    prior = Fraction(0)
    if late and factors.prior:
        rates = [
            _f(p.updated_benchmark - p.expenditures) / _f(p.person_years)
            for p in factors.prior.values()
        ]
        average = sum(rates, Fraction(0)) / 3
        before = sum((_f(p.person_years) for p in factors.prior.values()), Fraction(0)) / 3
        in_years = sum(
            (Fraction(measured.months[p, k], 12) for p in ("BY1", "BY2", "BY3") for k in TYPES),
            Fraction(0),
        ) / 3  # fmt: skip
        if average > 0:
            prior = min(average * min(Fraction(1), before / in_years) / 2, mean_national / 20)
    note("prior_savings_adjustment", "", prior)
    population = Fraction(0)
    if settings.agreement_start.year >= 2025:
        poor = Fraction(measured.dual_people, measured.assigned)
        if poor >= Fraction(15, 100):
            population = max(
                Fraction(0), (mean_national / 20 - max(regional, prior, Fraction(0))) * poor
            )
    note("population_adjustment", "", population)
    flat = max(prior, population)
    if late and regional <= 0 and flat <= 0:
        applied = dict.fromkeys(TYPES, Fraction(0))
    elif not late or regional >= flat:
        applied = by_type
    else:
        applied = dict.fromkeys(TYPES, flat)
    history = {k: note("historical_benchmark", k, base[k] + applied[k]) for k in TYPES}
    note(
        "historical_benchmark", "", sum((history[k] * share["BY3", k] for k in TYPES), Fraction(0))
    )

    # Risk (D.6) and update (D.7).
    growth = {k: measured.risk["PY", k] / measured.risk["BY3", k] for k in TYPES}
    limit: Fraction | None = Fraction(103, 100)
    if late:
        part = {k: measured.months["PY", k] * history[k] for k in TYPES}
        whole = sum(part.values())
        aged = {k: measured.demographic["PY", k] / measured.demographic["BY3", k] for k in TYPES}
        demographic = sum((part[k] * aged[k] for k in TYPES), Fraction(0)) / whole
        risk = sum((part[k] * growth[k] for k in TYPES), Fraction(0)) / whole
        note("aggregate_demographic_growth", "", demographic)
        note("aggregate_risk_growth", "", risk)
        limit = demographic + Fraction(3, 100) if risk > demographic + Fraction(3, 100) else None
    lift = dict.fromkeys(TYPES, Fraction(1))
    if late:
        lift = _regional_risk_lift(measured, factors, years, history, share)
    two_way = three_way = Fraction(0)
    for kind in TYPES:
        ratio = note(
            "risk_adjustment", kind, growth[kind] if limit is None else min(growth[kind], limit)
        )
        w = region["PY", kind][1]
        two = w * national["PY", kind] / national["BY3", kind]
        grown = region["PY", kind][0] / region["BY3", kind][0]
        two += (1 - w) * grown * note("regional_risk_cap_factor", kind, lift[kind])
        note("two_way_update", kind, two)
        prospective = 1 + _f(factors.flat_dollar[kind]) * measured.risk["BY3", kind] / history[kind]
        update = two * Fraction(2, 3) + prospective / 3 if late else two
        note("update", kind, update)
        two_way += history[kind] * ratio * two * share["PY", kind]
        three_way += history[kind] * ratio * update * share["PY", kind]
    person_years = Fraction(sum(measured.months["PY", k] for k in TYPES), 12)
    spent = sum((measured.per_capita["PY", k] * share["PY", k] for k in TYPES), Fraction(0))
    return Benchmark(lines, three_way, two_way, spent, person_years)


def minimum_savings_rate(assigned: int, track: str) -> Fraction:
    """Elected by two-sided tracks of 5,000 or more, else by number of beneficiaries (E.1, E.2)."""
    if track in ELECTION and assigned >= 5000:
        return _f(ELECTION[track])
    for low, high, at_low, at_high, first in _SAVINGS_RATE_BANDS:
        if low <= assigned <= high:
            if high == 10**9:
                return _f(at_low) / 100
            part = Fraction(max(assigned, first) - first, high - first)
            return (_f(at_low) + part * (_f(at_high) - _f(at_low))) / 100
    raise ValueError("nobody is assigned")


def settlement(
    measured: Measured, found: Benchmark, settings: Settings, revenue: Decimal
) -> list[tuple[str, Decimal | str]]:
    """Gross to payment: specification E.4; quality standard met, low revenue, no events."""
    track = settings.track
    rate = minimum_savings_rate(measured.assigned, track)
    spent = cents(found.expenditure * found.person_years)
    late = settings.agreement_start.year >= 2024
    updated, guarded = found.updated, False
    if late and track in TWO_SIDED:
        loss = (found.updated - found.expenditure) / found.updated
        if loss < 0 and -loss >= rate and found.two_way > found.updated:
            updated, guarded = found.two_way, True
    total = cents(updated * found.person_years)
    gross = total - spent
    savings_rate = _f(gross) / _f(total)
    sharing = _f(_SHARING[track])
    earned = owed = Fraction(0)
    if gross > 0 and not guarded:
        if savings_rate >= rate:
            shared = _f(gross) * sharing
        elif late and track.startswith("BASIC") and measured.assigned >= 5000:
            shared = _f(gross) * sharing / 2
        else:
            shared = Fraction(0)
        paid = shared * Fraction(98, 100)
        earned = min(paid, _f(_PAYMENT_LIMIT.get(track, "0.10")) * _f(total))
    if gross < 0 and track in TWO_SIDED and -savings_rate >= rate:
        if track == "ENHANCED":
            loss_rate = max(
                Fraction(40, 100), min(Fraction(75, 100), 1 - Fraction(75, 100) * _f(QUALITY_SCORE))
            )
            limit = Fraction(15, 100) * _f(total)
        else:
            by_revenue, by_benchmark = _LOSS_LIMITS[track]
            loss_rate = Fraction(30, 100)
            limit = min(_f(by_revenue) * _f(revenue), _f(by_benchmark) * _f(total))
        owed = min(-_f(gross) * loss_rate, limit)
    return [
        ("assigned_beneficiaries", str(measured.assigned)),
        ("updated_benchmark_per_capita", _ten(updated)),
        ("performance_year_expenditure_per_capita", _ten(found.expenditure)),
        ("person_years", _ten(found.person_years)),
        ("total_benchmark", total),
        ("total_expenditures", spent),
        ("gross_savings", gross),
        ("savings_rate", _ten(savings_rate)),
        ("minimum_savings_rate", _ten(rate)),
        ("guardrail_applied", "1" if guarded else "0"),
        ("earned_shared_savings", cents(earned)),
        ("shared_losses_owed", cents(owed)),
        ("earned_savings_or_owed_losses", cents(earned - owed)),
    ]


def _ten(value: Fraction) -> Decimal:
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return whole.quantize(Decimal("0.0000000001"), ROUND_HALF_UP)
