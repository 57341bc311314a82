"""How a year will end, from the months known: a distribution, not a number.

Spending a person and month, on the log scale, is a level that wanders, a growth, a season for each
month of the year, and chance; one joint normal distribution over the months of four years. What is
known of the months is conditioned on, the months still open are drawn. How much the level wanders
and how large chance is is not assumed but weighted by how well each fits the months known. Recent
months are completed by the chain ladder, each with the error that earlier months of its age had.

A forecast cannot see a change of benefits, of the participant list or of who will be assigned, nor
a step that no month shows yet. Numbers here are floats: they show odds, never a payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MONTHS_A_YEAR = 12
WANDER = (0.0005, 0.0015, 0.003, 0.006, 0.012)
"""Standard deviations a month that the wandering of the level may have."""
CHANCE = (0.005, 0.01, 0.016, 0.025, 0.04, 0.06)
"""Standard deviations that the chance of a month may have."""
GROWTH, GROWTH_ERROR = 0.0035, 0.004
"""What the growth a month is taken to be before any month is seen, and how uncertain that is."""
SEASON_ERROR = 0.05
LEVEL_ERROR = 3.0
RECENT = 12
"""Months of each age that the chain ladder looks at: speed of payment drifts."""
DRAWS = 4000
BENCHMARK_ERROR = 0.012
"""Relative standard deviation of the final benchmark around the one known during the year, where
the user gives none: national and regional trends and risk scores are not final."""
COMPONENTS = ("months to come", "completion", "truncation", "benchmark")
"""What makes the interval wide."""


@dataclass(frozen=True)
class Known:
    """What is known of a year and of the years before it."""

    person_months: Array
    """By month, benchmark years first; of months to come what is expected."""
    paid: Array
    """Month by age: what became known at that age; NaN where that is still to come."""
    truncated_share: Array
    """Of each benchmark year: spending after truncation as a share of all of it."""
    benchmark: float
    """Per capita, as known now."""
    benchmark_error: float = BENCHMARK_ERROR
    time: Array | None = None
    """Months since the first, where the years do not follow each other."""


@dataclass(frozen=True)
class Forecast:
    """Draws of how the year ends."""

    per_capita: Array
    benchmark: Array
    person_years: Array
    width: Mapping[str, float]
    """Standard deviation of the savings rate that each component makes alone."""

    @property
    def savings_rate(self) -> Array:
        """One less spending as a share of the benchmark."""
        rate: Array = 1 - self.per_capita / self.benchmark
        return rate

    def interval(self, share: float = 0.8) -> tuple[float, float]:
        """The middle interval of the savings rate that holds `share` of the draws."""
        low, high = np.quantile(self.savings_rate, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)


def chain_ladder(paid: Array, recent: int = RECENT) -> Array:
    """By age: what a dollar paid by then becomes, as the latest months of each age ran out."""
    ages = paid.shape[1]
    by_age = np.cumsum(paid, axis=1)
    factors = np.ones(ages)
    for age in range(ages - 2, -1, -1):
        both = np.flatnonzero(np.isfinite(by_age[:, age + 1]))[-recent:]
        now, later = by_age[both, age].sum(), by_age[both, age + 1].sum()
        factors[age] = factors[age + 1] * (later / now if now > 0 else 1.0)
    return factors


def errors_of_completion(paid: Array) -> Array:
    """What the chain ladder got wrong in earlier months: second moments of the log error by age.

    At the end of each earlier month the months of every age are completed by what was known then,
    and held against what they became. A speed of payment that drifts errs alike at every age.
    """
    count, ages = paid.shape
    by_age = np.cumsum(paid, axis=1)
    known_at = np.add.outer(np.arange(count), np.arange(ages))
    last = int(np.isfinite(paid[:, 0]).sum()) - 1
    rows = []
    for at in range(ages + 3, last - ages + 2):
        factors = chain_ladder(np.where(known_at <= at, paid, np.nan)[: at + 1])
        months = at - np.arange(ages)
        rows.append(np.log(by_age[months, -1] / (by_age[months, np.arange(ages)] * factors)))
    if len(rows) < 3:
        return np.diag(np.linspace(0.1, 0.0, ages) ** 2)
    wrong = np.nan_to_num(np.asarray(rows))
    moments: Array = wrong.T @ wrong / len(rows)
    return moments * (1 + 1 / len(rows))


def lean_of_completion(factors: Array, moments: Array) -> Array:
    """By age: how far the log of a completed month lies below what it becomes, in the mean.

    The chain ladder is right in dollars, so it is low in logs by half the variance of a month's own
    luck. And payments that slow down leave more open than payments that speed up bring in: what is
    open is convex in the speed, by the spread of ages still to come. How much the speed moves is
    read off errors of different ages, which only it has in common; both from the triangle itself.
    """
    if not np.all(factors > 0):
        return np.zeros(factors.size)
    done = 1 / factors
    paid_at, age = np.diff(done, prepend=0.0), np.arange(factors.size)
    mean_age = np.cumsum(paid_at * age) / done
    spread = np.cumsum(paid_at * age**2) / done - mean_age**2
    slope, curve = mean_age - mean_age[-1], np.clip(spread[-1] - spread, 0, None)
    common = np.outer(slope, slope)
    np.fill_diagonal(common, 0.0)
    size = (common**2).sum()
    speed = max(float((moments * common).sum() / size), 0.0) if size > 0 else 0.0
    own = np.clip(np.diag(moments) - slope**2 * speed, 0, None)
    lean: Array = (own + curve * speed) / 2
    return lean


def forecast(known: Known, draws: int = DRAWS, seed: int = 1) -> Forecast:
    """Draw the end of the year.

    Args:
        known: four years of months, the last one partly to come.
        draws: how many.
        seed: the same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    months = _months_to_come(known, *_completed(known))
    every = _draw(known, months, draws, rng, set(COMPONENTS))
    width = {
        each: float(np.std(_draw(known, months, draws // 4, rng, {each}).savings_rate))
        for each in COMPONENTS
    }
    return replace(every, width=width)


def _draw(
    known: Known, months: Months, draws: int, rng: np.random.Generator, moving: set[str]
) -> Forecast:
    count = known.person_months.size
    logs = _paths(months, draws, rng, "months to come" in moving, "completion" in moving)
    year = slice(count - MONTHS_A_YEAR, count)
    weights = known.person_months[year]
    rate = np.exp(logs[:, year]) @ weights / weights.sum() * MONTHS_A_YEAR
    share = _share(known, draws, rng, "truncation" in moving)
    moved = rng.normal(0, known.benchmark_error, draws) if "benchmark" in moving else 0.0
    benchmark = np.full(draws, known.benchmark) * np.exp(moved)
    people = np.full(draws, weights.sum() / MONTHS_A_YEAR)
    return Forecast(rate * share, benchmark, people, {})


def _completed(known: Known) -> tuple[Array, Array]:
    """Log of the completed spending a person-month (NaN where nothing is known), and the
    covariance of its error."""
    factors, moments = chain_ladder(known.paid), errors_of_completion(known.paid)
    lean = lean_of_completion(factors, moments)
    count, ages = known.paid.shape
    observed, at = np.full(count, np.nan), np.full(count, ages - 1)
    for month in range(count):
        seen = np.flatnonzero(np.isfinite(known.paid[month]))
        if seen.size:
            at[month] = min(int(seen[-1]), ages - 1)
            amount = np.nansum(known.paid[month]) * factors[at[month]]
            if amount > 0 and known.person_months[month] > 0:
                observed[month] = np.log(amount / known.person_months[month]) + lean[at[month]]
    error = moments[np.ix_(at, at)]
    whole = at == ages - 1
    error[whole, :] = error[:, whole] = 0.0
    return observed, error


Parts = list[tuple[float, Array, Array]]
"""Of each pair of wander and chance: its weight, the mean and the covariance of all months."""


@dataclass(frozen=True)
class Months:
    """What is known of every month's true rate, as logs."""

    observed: Array
    error: Array
    """Covariance of the error of what was observed."""
    mean: Array
    parts: Parts
    """With a root of the covariance in the place of each covariance."""


def _months_to_come(known: Known, observed: Array, error: Array) -> Months:
    """The distribution of every month's true rate, given those observed."""
    count = observed.size
    seen = np.flatnonzero(np.isfinite(observed))
    time = np.arange(count, dtype=float) if known.time is None else known.time
    season = np.eye(MONTHS_A_YEAR)[np.arange(count) % MONTHS_A_YEAR]
    start = float(np.mean(observed[seen])) - GROWTH * float(np.mean(time[seen]))
    prior = start + GROWTH * time
    fixed = (
        LEVEL_ERROR**2
        + GROWTH_ERROR**2 * np.outer(time, time)
        + SEASON_ERROR**2 * season @ season.T
    )
    steps = np.minimum.outer(time, time)
    posteriors: list[tuple[float, Array, Array]] = []
    for wander in WANDER:
        for chance in CHANCE:
            whole = fixed + wander**2 * steps + chance**2 * np.eye(count)
            noisy = whole[np.ix_(seen, seen)] + error[np.ix_(seen, seen)]
            rest = observed[seen] - prior[seen]
            lower = np.linalg.cholesky(noisy + 1e-12 * np.eye(seen.size))
            solved = np.linalg.solve(lower, rest)
            gain = np.linalg.solve(lower, whole[seen])
            weight = -0.5 * solved @ solved - np.log(np.diag(lower)).sum()
            posteriors.append((weight, prior + gain.T @ solved, whole - gain.T @ gain))
    highest = max(weight for weight, _, _ in posteriors)
    odds = np.asarray([np.exp(weight - highest) for weight, _, _ in posteriors])
    odds /= odds.sum()
    parts = [(float(o), m, c) for o, (_, m, c) in zip(odds, posteriors, strict=True) if o > 0.002]
    mean = np.asarray(sum(o * m for o, m, _ in parts) / sum(o for o, _, _ in parts))
    return Months(observed, error, mean, [(o, m, _root(c)) for o, m, c in parts])


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    root: Array = vectors * np.sqrt(np.clip(values, 0, None))
    return root


def _paths(months: Months, draws: int, rng: np.random.Generator, spread: bool, late: bool) -> Array:
    """Draws of the log rate of every month; what does not move stays at its mean."""
    observed, error, mean, parts = months.observed, months.error, months.mean, months.parts
    open_months = ~np.isfinite(observed)
    logs = np.tile(mean, (draws, 1))
    odds = np.asarray([o for o, _, _ in parts])
    chosen = rng.choice(len(parts), draws, p=odds / odds.sum())
    for number, (_, centre, root) in enumerate(parts):
        mine = chosen == number
        if not mine.any():
            continue
        drawn = centre + rng.standard_normal((int(mine.sum()), mean.size)) @ root.T
        moves = (open_months & spread) | (~open_months & (np.diag(error) > 0) & late)
        logs[np.ix_(mine, moves)] = drawn[:, moves]
    settled = np.isfinite(observed) & (np.diag(error) == 0)
    logs[:, settled] = observed[settled]
    return logs


def _share(known: Known, draws: int, rng: np.random.Generator, moves: bool) -> Array:
    """What truncation leaves: the mean of the benchmark years, with the spread they had."""
    shares = known.truncated_share
    mean = float(np.mean(shares))
    if not moves or shares.size < 2:
        return np.full(draws, mean)
    spread = float(np.std(shares, ddof=1)) * np.sqrt(1 + 1 / shares.size)
    degrees = shares.size - 1
    drawn = rng.standard_t(max(degrees, 3), draws) * max(spread, 0.002)
    return np.asarray(np.clip(mean + drawn, 0.5, 1.0))
