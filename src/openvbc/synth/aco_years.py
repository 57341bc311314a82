"""Invented ACO-years as monthly totals: what a forecast is tested against, cheap for hundreds.

Three benchmark years and a performance year, month by month: people, what their care cost, and what
of it had been paid so many months later. Costs are sums over people, not a curve with noise:
frequent small services, and a few admissions each of very different cost; a level that wanders,
steps when something changes, seasons, a payment pattern that differs from month to month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MONTHS = 48
"""Three benchmark years, then the performance year."""
AGES = 13
"""Months until all of a month is paid."""
PATTERN = (0.34, 0.33, 0.14, 0.07, 0.04, 0.025, 0.018, 0.012, 0.009, 0.006, 0.004, 0.004, 0.002)
"""Share of a month's payments by age, in the mean."""
BENCHMARK_ERROR = 0.012
"""Relative standard deviation of the final benchmark around the one known during the year."""


@dataclass(frozen=True)
class AcoYear:
    """One invented organisation; amounts in USD."""

    person_months: Array
    spending: Array
    """Incurred by month, all of it."""
    paid: Array
    """Month by age: what became known at that age (not added up)."""
    truncated_share: Array
    """Spending after truncation by year, as a share of all of it."""
    benchmark: float
    """Per capita benchmark as known during the year."""
    final_benchmark: float
    """As settled."""

    @property
    def savings_rate(self) -> float:
        """What the year came to."""
        year = slice(MONTHS - 12, MONTHS)
        spent = self.spending[year].sum() * self.truncated_share[3] * 12
        return float(1 - spent / self.person_months[year].sum() / self.final_benchmark)


def aco_year(seed: int) -> AcoYear:
    """Draw one; the same seed gives the same."""
    rng = np.random.default_rng([seed, 4711])
    people = rng.integers(5_000, 40_000)
    months = np.arange(MONTHS)
    person_months = people * np.exp(0.001 * months) * (1 - 0.004 * (months % 12))
    level = _level(rng)
    spending = _spending(rng, person_months, level)
    share = np.clip(rng.normal(0.955, 0.006) + rng.normal(0, 0.004, 4), 0.9, 1)
    third = slice(24, 36)
    before = spending[third].sum() * share[2] * 12 / person_months[third].sum()
    benchmark = before * np.exp(rng.normal(0.045, 0.025))
    return AcoYear(
        person_months=person_months,
        spending=spending,
        paid=spending[:, None] * _payment(rng),
        truncated_share=share,
        benchmark=float(benchmark),
        final_benchmark=float(benchmark * np.exp(rng.normal(0, BENCHMARK_ERROR))),
    )


def _level(rng: np.random.Generator) -> Array:
    """USD a person and month: growth, a wandering level, seasons, now and then a step."""
    months = np.arange(MONTHS)
    growth = rng.normal(0.042, 0.02) / 12
    wander = np.cumsum(rng.normal(0, rng.uniform(0.001, 0.006), MONTHS))
    phase, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.01, 0.05)
    seasons = (
        height * np.cos(2 * np.pi * months / 12 + phase) + rng.normal(0, 0.012, 12)[months % 12]
    )
    step = np.where(months >= rng.integers(6, MONTHS), rng.normal(0, 0.015), 0.0)
    level: Array = rng.uniform(750, 1150) * np.exp(growth * months + wander + seasons + step)
    return level


def _spending(rng: np.random.Generator, person_months: Array, level: Array) -> Array:
    """Half of it frequent services, half admissions of very different cost."""
    small = level * person_months * 0.5 * np.exp(rng.normal(0, 0.004, MONTHS))
    cost = level * 24  # of an admission, about two in a hundred people a month
    count = rng.poisson(person_months * 0.5 / 24)
    sizes = [rng.lognormal(-0.5, 1.0, n).sum() for n in count]
    spending: Array = small + np.asarray(sizes) * cost
    return spending


def _payment(rng: np.random.Generator) -> Array:
    """Shares of each month by age; the pattern drifts, and a month has its own luck."""
    base = np.asarray(PATTERN)
    own = rng.gamma(base * 400, 1.0, (MONTHS, AGES))
    speed = np.exp(np.cumsum(rng.normal(0, 0.01, MONTHS)))[:, None] ** -np.arange(AGES)
    shares = own * speed
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
