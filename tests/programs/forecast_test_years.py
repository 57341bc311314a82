"""Invented ACO-years as a forecast knows them at the end of a month, and how well it does on them.

::

    PYTHONPATH=src:tests python -m programs.forecast_test_years FIRST COUNT

prints the rows of docs/forecast.md for the years of seeds FIRST to FIRST + COUNT.
"""

import sys
from dataclasses import dataclass

import numpy as np

from openvbc.programs.forecast import Known, forecast
from openvbc.synth.aco_years import AGES, MONTHS, aco_year

SEEN = (4, 6, 9, 12)


def known_at(year, months):
    """What of a year is known when `months` of the performance year are over."""
    known_in = np.add.outer(np.arange(MONTHS), np.arange(AGES))
    last = MONTHS - 12 + months - 1
    paid = np.where(known_in <= last, year.paid, np.nan)
    return Known(year.person_months, paid, year.truncated_share[:3], year.benchmark)


def naive(year, months):
    """The savings rate of the year to date, as paid, held against the benchmark."""
    so_far = slice(MONTHS - 12, MONTHS - 12 + months)
    paid = np.nansum(known_at(year, months).paid[so_far])
    return 1 - paid / year.person_months[so_far].sum() * 12 / year.benchmark


def naive_complete(year, months):
    """The same of spending that is complete and truncated, which nobody knows at that time."""
    so_far = slice(MONTHS - 12, MONTHS - 12 + months)
    spent = year.spending[so_far].sum() * year.truncated_share[3]
    return 1 - spent / year.person_months[so_far].sum() * 12 / year.benchmark


def years(count, first=0):
    return (aco_year(seed) for seed in range(first, first + count))


@dataclass
class HowWell:
    """Forecasts of many years against their ends; rates are shares, not points."""

    inside: float
    bias: float
    bias_error: float
    """Standard error of the bias: what chance alone moves it by."""
    absolute: float
    naive: float
    naive_complete: float
    width: float


def how_well(months, count, first=0, draws=2000):
    rows = []
    for seed, year in enumerate(years(count, first), first):
        found = forecast(known_at(year, months), draws, seed)
        low, high = found.interval()
        true = year.savings_rate
        rows.append(
            (
                low <= true <= high,
                found.savings_rate.mean() - true,
                abs(np.median(found.savings_rate) - true),
                abs(naive(year, months) - true),
                abs(naive_complete(year, months) - true),
                high - low,
            )
        )
    table = np.asarray(rows, dtype=float)
    inside, bias, *others = table.mean(axis=0)
    return HowWell(inside, bias, table[:, 1].std() / len(rows) ** 0.5, *others)


if __name__ == "__main__":
    first, count = int(sys.argv[1]), int(sys.argv[2])
    for months in SEEN:
        found = how_well(months, count, first)
        points = [f"{100 * v:+.2f}" for v in (found.bias, found.bias_error)]
        points += [f"{100 * v:.2f}" for v in (found.absolute, found.naive, found.naive_complete)]
        print(months, f"{found.inside:.1%}", *points, f"{100 * found.width:.1f}", flush=True)
