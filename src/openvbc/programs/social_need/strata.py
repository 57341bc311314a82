"""Results by strata: rates, differences, intervals; who is known at all.

Statistics only: what may be shown of small strata is decided where it is shown
(:mod:`openvbc.report.strata`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import erfc, sqrt
from typing import Any

from openvbc.programs.quality.intervals import Z, wilson

SCREENED, OPEN_NEED, PAYMENTS = (
    "screened whole", "an open need, of those screened", "payments of the year",
)  # fmt: skip
"""The measures the store itself gives, as the step person_result names them."""
LEVEL = 0.05
"""Below this a difference of two rates is called one."""


@dataclass(frozen=True)
class Stratum:
    """A stratum of a division, for one measure."""

    measure: str
    division: str
    stratum: str
    people: int
    numerator: int = 0
    denominator: int = 0
    amount: Decimal | None = None
    """Sum over people, where the measure is a cost (USD)."""
    squares: float = 0.0
    """Sum of the squared amounts of people."""
    standardized: Decimal | None = None
    """Rate standardised directly to age and sex of everybody in the measure."""

    @property
    def rate(self) -> Decimal | None:
        """Numerator over denominator, or amount a person."""
        if self.amount is not None:
            return _quotient(self.amount, self.people)
        return _quotient(Decimal(self.numerator), self.denominator)

    @property
    def interval(self) -> tuple[Decimal | None, Decimal | None]:
        """95 percent: Wilson's of a rate, the normal one of a mean."""
        if self.amount is None:
            return wilson(self.numerator, self.denominator)
        if self.people < 2:
            return None, None
        mean = float(self.amount) / self.people
        reach = Z * sqrt(self.variance / self.people)
        return _six(mean - reach), _six(mean + reach)

    @property
    def variance(self) -> float:
        """Of the amounts of people."""
        mean = float(self.amount or 0) / self.people
        spread = self.squares - self.people * mean * mean
        return max(spread, 0.0) / max(self.people - 1, 1)


@dataclass(frozen=True)
class Compared:
    """A stratum beside the reference stratum and everybody."""

    stratum: Stratum
    is_reference: bool
    difference: Decimal | None
    """Rate less that of the reference."""
    ratio: Decimal | None
    """Rate over that of the reference."""
    from_total: Decimal | None
    p_value: Decimal | None
    """Of no difference to the reference: two proportions, or two means."""

    @property
    def differs(self) -> bool:
        """Whether a difference may be stated."""
        return self.p_value is not None and float(self.p_value) < LEVEL


@dataclass(frozen=True)
class Division:
    """A measure divided: all its strata, the total over them, and who has no known value."""

    measure: str
    division: str
    strata: Sequence[Compared]
    total: Stratum
    unknown: Stratum
    """People of the measure who are in no stratum."""


def divide(
    rows: Iterable[Mapping[str, Any]], references: Mapping[str, str] | None = None
) -> list[Division]:
    """Compare the strata of every measure and division.

    Args:
        rows: measure, division, stratum (null: not known), people, numerator, denominator,
            amount, squares; with `cell`, one row a cell of age and sex.
        references: division to its reference; else the stratum with most people.
    """
    groups: dict[tuple[str, str], dict[str | None, list[Mapping[str, Any]]]] = {}
    for row in rows:
        strata = groups.setdefault((row["measure"], row["division"]), {})
        strata.setdefault(row["stratum"], []).append(row)
    return [
        _division(measure, division, strata, (references or {}).get(division))
        for (measure, division), strata in sorted(groups.items())
    ]


def _division(
    measure: str,
    division: str,
    rows: Mapping[str | None, Sequence[Mapping[str, Any]]],
    reference: str | None,
) -> Division:
    every = [row for of in rows.values() for row in of]
    weights = _weights(every)
    known = [
        replace(_sum(measure, division, name, of), standardized=_standardized(of, weights))
        for name, of in sorted(rows.items(), key=lambda pair: str(pair[0]))
        if name is not None
    ]
    total = _sum(measure, division, "total", every)
    unknown = _sum(measure, division, "not known", rows.get(None, ()))
    base = next((s for s in known if s.stratum == reference), None)
    base = base or max(known, key=lambda s: (s.people, s.stratum), default=None)
    compared = [_compared(each, base, total) for each in known if base is not None]
    return Division(measure, division, compared, total, unknown)


def _sum(measure: str, division: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Stratum:
    amounts = [Decimal(row["amount"]) for row in rows if row["amount"] is not None]
    return Stratum(
        measure, division, name,
        sum(int(row["people"]) for row in rows),
        sum(int(row["numerator"] or 0) for row in rows),
        sum(int(row["denominator"] or 0) for row in rows),
        sum(amounts, Decimal(0)) if amounts else None,
        sum(float(row.get("squares") or 0) for row in rows),
    )  # fmt: skip


def _compared(each: Stratum, base: Stratum, total: Stratum) -> Compared:
    rate, other, whole = each.rate, base.rate, total.rate
    if each is base:
        return Compared(each, True, None, None, _less(rate, whole), None)
    ratio = _quotient(rate, other) if rate is not None and other else None
    return Compared(
        each, False, _less(rate, other), ratio, _less(rate, whole), _p_value(each, base)
    )


def _p_value(one: Stratum, other: Stratum) -> Decimal | None:
    """Two-sided, normal: two proportions pooled, or two means with their own variances."""
    if one.amount is not None:
        if min(one.people, other.people) < 2:
            return None
        spread = sqrt(one.variance / one.people + other.variance / other.people)
        apart = float(one.rate or 0) - float(other.rate or 0)
    else:
        if not one.denominator or not other.denominator:
            return None
        together = (one.numerator + other.numerator) / (one.denominator + other.denominator)
        spread = sqrt(together * (1 - together) * (1 / one.denominator + 1 / other.denominator))
        apart = one.numerator / one.denominator - other.numerator / other.denominator
    return None if not spread else _six(erfc(abs(apart) / spread / sqrt(2)))


def _weights(rows: Sequence[Mapping[str, Any]]) -> dict[Any, float]:
    """Share of everybody in each cell of age and sex; they sum to 1."""
    size: dict[Any, int] = {}
    for row in rows:
        if row.get("cell") is not None:
            size[row["cell"]] = size.get(row["cell"], 0) + _base_of(row)
    whole = sum(size.values())
    return {cell: count / whole for cell, count in size.items()} if whole else {}


def _base_of(row: Mapping[str, Any]) -> int:
    return int(row["people"] if row["amount"] is not None else row["denominator"] or 0)


def _standardized(
    rows: Sequence[Mapping[str, Any]], weights: Mapping[Any, float]
) -> Decimal | None:
    """Directly, to everybody's age and sex; none where a cell of weight has nobody."""
    rates = {
        row["cell"]: float(row["amount"] if row["amount"] is not None else row["numerator"] or 0)
        / _base_of(row)
        for row in rows
        if row.get("cell") is not None and _base_of(row)
    }
    if not weights or set(weights) - set(rates):
        return None
    return _six(sum(weight * rates[cell] for cell, weight in weights.items()))


def _quotient(over: Decimal, under: int | Decimal) -> Decimal | None:
    return round(over / under, 6) if under else None


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def _six(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))
