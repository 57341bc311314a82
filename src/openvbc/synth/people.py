"""The people: who they are, and for every simulated month what covers them and where they live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.network import FOREIGN, REGION
from openvbc.synth.published import AGE_BANDS, FEMALE
from openvbc.synth.settings import Settings, day_number

ESRD, DISABLED, AGED_DUAL, AGED_NON_DUAL = 1, 2, 3, 4
NEVER = 1_000_000
"""A day that does not come."""
_LETTERS = "ACDEFGHJKMNPQRTUVWXY"


@dataclass
class Population:
    """One shard of people; month arrays have a column a simulated month."""

    first: int
    """Number of the first person over all shards."""
    birth: NDArray[np.int32]
    death: NDArray[np.int32]
    sex: NDArray[np.int8]
    race: NDArray[np.int8]
    original_reason: NDArray[np.int8]
    frailty: NDArray[np.float64]
    part_a: NDArray[np.bool_]
    part_b: NDArray[np.bool_]
    advantage: NDArray[np.bool_]
    other_initiative: NDArray[np.bool_]
    kind: NDArray[np.int8]
    """Enrollment type of the month, 1 to 4, whether or not A and B are held."""
    dual: NDArray[np.bool_]
    county: NDArray[np.int8]
    mbi: NDArray[Any]
    """person, version: identifiers over time; the last is current."""
    mbi_changed: NDArray[np.int32]
    """person, change: day from which the next version holds; NEVER if it does not come."""
    opted_out: NDArray[np.bool_]
    quiet: NDArray[np.bool_]
    """Planted people: they have no services but what is planted."""

    @property
    def count(self) -> int:
        """Number of people in the shard."""
        return len(self.birth)

    @property
    def person_id(self) -> list[str]:
        """Current identifier of each person."""
        return [str(m) for m in self.mbi[:, -1]]

    @property
    def ever_covered(self) -> NDArray[np.bool_]:
        """Who has part A or B in some month; the others are in no file."""
        return np.asarray((self.part_a | self.part_b).any(axis=1))

    @property
    def fee_for_service(self) -> NDArray[np.bool_]:
        """Months with parts A and B and no Medicare Advantage."""
        return self.part_a & self.part_b & ~self.advantage

    def mbi_version(self, day: int) -> NDArray[np.int64]:
        """Which identifier each person has on a day."""
        to_come = (self.mbi_changed > day) & (self.mbi_changed < NEVER)
        return np.asarray(self.mbi.shape[1] - 1 - to_come.sum(axis=1))


def month_of(days: NDArray[Any], settings: Settings) -> NDArray[np.int64]:
    """Simulated month of day numbers."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months - (settings.first_year - 1970) * 12)


def identifiers(numbers: NDArray[np.int64], version: int) -> NDArray[Any]:
    """Invented identifiers with S in the second place, so that none can be a real one.

    Version 0 is current; other versions differ in the third place.
    """
    letters = np.frombuffer(_LETTERS.encode(), np.uint8)
    out = np.empty((len(numbers), 11), np.uint8)
    left = numbers.copy()
    for place, size in ((10, 10), (9, 10), (8, 20), (7, 20), (6, 10), (5, 20), (4, 10)):
        left, rest = np.divmod(left, size)
        out[:, place] = rest + 48 if size == 10 else letters[rest]
    out[:, 3] = letters[(numbers * 7 + 3) % 20]
    out[:, 2] = 48 + version
    out[:, 1] = ord("S")
    out[:, 0] = 49 + left % 9
    return out.view("S11").ravel().astype("U11")


def populate(rng: np.random.Generator, settings: Settings, first: int, count: int) -> Population:
    """Draw a shard of people."""
    months = settings.months
    month = np.arange(months)[None, :]
    age, band, disabled, entering = _ages(rng, settings, count)
    middle = settings.benchmark_years[2]
    birth = (day_number(date(middle, 12, 31)) - age * 365.25).astype(np.int32)
    aged_from = (
        (birth + np.int64(round(65 * 365.25))).astype("datetime64[D]").astype("datetime64[M]")
    ).astype(np.int64) - (settings.first_year - 1970) * 12
    aged = month >= aged_from[:, None]
    disabled |= (band > 0) & (rng.random(count) < 0.08)
    disabled &= ~entering
    entitled = aged | disabled[:, None]
    month_start = (
        np.datetime64(f"{settings.first_year}-01", "M") + np.arange(months + 1)
    ).astype("datetime64[D]").astype(np.int64)  # fmt: skip
    frailty, death, alive = _deaths(rng, age, month_start)
    kind, dual = _kinds(rng, band, aged)
    part_a, part_b, advantage = _coverage(rng, entitled & alive, aged, aged_from)
    county = _counties(rng, count, months)
    mbi, changed = _identifiers_held(rng, first, count, month_start)
    opted_out = rng.random(count) < 0.012
    changed[opted_out] = NEVER

    return Population(
        first=first,
        birth=birth,
        death=death,
        sex=np.where(rng.random(count) < FEMALE, 2, 1).astype(np.int8),
        race=rng.choice(
            [1, 2, 3, 4, 5, 6, 0], count, p=[0.80, 0.09, 0.02, 0.03, 0.04, 0.005, 0.015]
        ).astype(np.int8),
        original_reason=disabled.astype(np.int8),
        frailty=frailty,
        part_a=part_a,
        part_b=part_b,
        advantage=advantage,
        other_initiative=np.repeat((rng.random(count) < 0.006)[:, None], months, axis=1) & part_a,
        kind=kind,
        dual=dual & entitled & alive,
        county=county,
        mbi=mbi,
        mbi_changed=changed,
        opted_out=opted_out,
        quiet=np.zeros(count, bool),
    )


def _ages(
    rng: np.random.Generator, settings: Settings, count: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Age at the end of benchmark year 3, its band, who is disabled, who turns 65 later on."""
    shares = np.array([share for _, _, share in AGE_BANDS])
    band = rng.choice(len(AGE_BANDS), count, p=shares / shares.sum())
    low = np.array([b[0] for b in AGE_BANDS])[band]
    high = np.array([b[1] for b in AGE_BANDS])[band]
    age = low + (rng.random(count) ** np.where(band == 3, 2.0, 1.0)) * (high + 1 - low)
    # People who turn 65 during the years replace those who die or leave.
    disabled = (band == 0) & (rng.random(count) < 0.74)
    entering = (rng.random(count) < 0.075) | ((band == 0) & ~disabled)
    youngest = 65.0 - (settings.performance_year - settings.benchmark_years[2])
    age = np.where(entering, youngest + (68.0 - youngest) * rng.random(count), age)
    return age, band, disabled, entering


def _deaths(
    rng: np.random.Generator, age: NDArray[np.float64], month_start: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.bool_]]:
    """Frailty, day of death and the months alive; the frail die sooner."""
    count, months = len(age), len(month_start) - 1
    frailty = rng.gamma(0.9, 1 / 0.9, count)
    failing = np.select([age < 65, age < 75, age < 85], [0.012, 0.012, 0.035], 0.11)
    hazard = failing / 12 * (0.3 + 0.7 * np.minimum(frailty, 4))
    dies_in = rng.geometric(np.clip(hazard, 1e-6, 0.2)) - 1
    dying = dies_in < months
    death = np.full(count, NEVER, np.int32)
    at = np.minimum(dies_in, months - 1)
    span = month_start[at + 1] - month_start[at]
    death[dying] = (month_start[at] + (rng.random(count) * span).astype(np.int64))[dying]
    alive = np.arange(months)[None, :] <= np.where(dying, dies_in, months)[:, None]
    return frailty, death, np.asarray(alive)


def _kinds(
    rng: np.random.Generator, band: NDArray[np.int64], aged: NDArray[np.bool_]
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Enrollment type and dual status of every month."""
    count, months = len(aged), int(aged.shape[1])
    dual_chance = np.where(band == 0, 0.42, 0.040)
    dual_year = np.repeat(rng.random((count, months // 12)) < 0.03, 12, axis=1)
    dual = (rng.random(count) < dual_chance)[:, None] ^ dual_year
    failed = rng.random(count) < 0.0065
    onset = np.where(rng.random(count) < 0.6, 0, rng.integers(0, months, count))
    esrd = failed[:, None] & (np.arange(months)[None, :] >= onset[:, None])
    kind = np.where(aged, np.where(dual, AGED_DUAL, AGED_NON_DUAL), DISABLED).astype(np.int8)
    kind[esrd] = ESRD
    return kind, dual


def _coverage(
    rng: np.random.Generator, covered: NDArray[np.bool_], aged: NDArray[np.bool_],
    aged_from: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:  # fmt: skip
    """Months with part A, with part B and with Medicare Advantage."""
    count, months = len(covered), int(covered.shape[1])
    month = np.arange(months)[None, :]
    part_a = covered
    part_b = part_a.copy()
    late = (rng.random(count) < 0.01)[:, None] & (month < aged_from[:, None] + 3)
    part_b &= ~late
    drops = rng.random(count) < 0.006
    gap = rng.integers(0, months, count)[:, None]
    part_a &= ~(drops[:, None] & (month >= gap) & (month < gap + 2) & aged)
    january = 12 * rng.integers(0, months // 12, count)
    joins = np.where(
        rng.random(count) < 0.03,
        january,
        np.where(rng.random(count) < 0.006, rng.integers(0, months, count), months),
    )
    return part_a, part_b, (month >= joins[:, None]) & part_a & part_b


def _counties(rng: np.random.Generator, count: int, months: int) -> NDArray[np.int8]:
    """Where each person lives every month: a few move, a very few leave the country."""
    month = np.arange(months)[None, :]
    home = np.where(
        rng.random(count) < 0.97,
        rng.choice(REGION, count, p=[0.34, 0.14, 0.16, 0.12, 0.14, 0.10]),
        rng.integers(REGION, FOREIGN, count),
    )
    county = np.repeat(home[:, None], months, axis=1).astype(np.int8)
    moves = rng.random(count) < 0.03
    moved = moves[:, None] & (month >= rng.integers(0, months, count)[:, None])
    county = np.where(moved, ((home + 1) % REGION)[:, None], county).astype(np.int8)
    leaves = rng.random(count) < 0.002
    county[leaves[:, None] & (month >= rng.integers(0, months, count)[:, None])] = FOREIGN
    return county


def _identifiers_held(
    rng: np.random.Generator, first: int, count: int, month_start: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The identifiers of each person over time, and the days on which they change."""
    numbers = np.arange(first, first + count, dtype=np.int64) * 7919 + 104_729
    mbi = np.stack([identifiers(numbers, v) for v in (1, 2, 0)], axis=1)
    days = np.sort(rng.integers(month_start[0] + 200, month_start[-1] - 60, (count, 2)), axis=1)
    changes = rng.random(count)
    changed = np.full((count, 2), NEVER, np.int32)
    once, twice = changes < 0.02, changes < 0.004
    changed[once, 1] = days[once, 1]
    changed[twice, 0] = days[twice, 0]
    return mbi, changed
