"""Invented ACO-years as a forecast knows them at the end of a month."""

import numpy as np

from openvbc.programs.forecast import Known
from openvbc.synth.aco_years import AGES, MONTHS, aco_year


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


def years(count):
    return (aco_year(seed) for seed in range(count))
