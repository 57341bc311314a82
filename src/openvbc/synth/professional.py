"""Part B: visits, tests, drugs and transport of a shard, as lines billed by clinicians.

Visits follow a person's usual clinicians from year to year, so that most people have a clear
plurality, some change, and some split their care.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth import published
from openvbc.synth.columns import PROFESSIONAL, Columns, empty, rows, stack, take
from openvbc.synth.network import OWN, Network
from openvbc.synth.people import Population, month_of
from openvbc.synth.services import (
    NURSE,
    OTHER,
    PLACES,
    PRIMARY_CARE,
    SERVICES,
    SPECIALIST,
)
from openvbc.synth.settings import Settings, day_number

EVALUATION = {
    PRIMARY_CARE: {"office": 0.66, "wellness": 0.11, "management": 0.05, "planning": 0.01,
                   "telephone": 0.02, "home": 0.01, "nursing": 0.03, "hospital": 0.11},
    NURSE: {"office": 0.70, "wellness": 0.07, "management": 0.04, "home": 0.03, "nursing": 0.06,
            "hospital": 0.10},
    SPECIALIST: {"office": 0.74, "hospital": 0.18, "emergency": 0.08},
}  # fmt: skip
ANCILLARY = {
    "laboratory": 24.0, "imaging": 4.5, "drug": 4.4, "procedure": 6.4, "therapy": 8.6,
    "computed_tomography": published.IMAGING["computed_tomography"],
    "magnetic_resonance": published.IMAGING["magnetic_resonance"], "ambulance": 0.54,
}  # fmt: skip
"""Lines per person-year; imaging as published, the rest invented to fill the published dollars."""
LIGHT = 0.22
"""Share of ancillary lines kept in a light set; each kept line stands for several."""
LIGHT_PRICE = 1 / LIGHT
PAID_SHARE = 0.775
"""Medicare's part of the allowed charge after cost sharing, on average."""
MEAN_FACTOR = {"ESRD": 4.8, "DISABLED": 0.95, "AGED_DUAL": 1.58, "AGED_NON_DUAL": 0.955}


class Ties(NamedTuple):
    """Who a person usually goes to."""

    usual: NDArray[np.int32]
    """person, year: the usual primary care physician."""
    specialists: NDArray[np.int32]
    """person, three of them."""
    primary_rate: NDArray[np.float64]
    nurse_rate: NDArray[np.float64]
    clinic_user: NDArray[np.bool_]
    """Goes to a health centre or rural clinic instead of a physician's office."""
    rural: NDArray[np.bool_]
    """Sees physicians billed by a critical access hospital."""


def tie(rng: np.random.Generator, people: Population, network: Network, settings: Settings) -> Ties:
    """Choose usual clinicians; one in sixteen people changes physician in a year."""
    count, years = people.count, len(settings.years)
    own = network.providers(PRIMARY_CARE, OWN)
    every = network.providers(PRIMARY_CARE)

    def choose() -> NDArray[Any]:
        mine = rng.random(count) < 0.82
        return np.where(mine, rng.choice(own, count), rng.choice(every, count))

    pick = choose()
    usual = np.empty((count, years), np.int32)
    for year in range(years):
        leaves = rng.random(count) < 0.06
        pick = np.where(leaves, choose(), pick)
        usual[:, year] = pick
    own_specialists = network.providers(SPECIALIST, OWN)
    all_specialists = network.providers(SPECIALIST)
    mine = rng.random((count, 3)) < 0.5
    specialists = np.where(
        mine, rng.choice(own_specialists, (count, 3)), rng.choice(all_specialists, (count, 3))
    ).astype(np.int32)
    habit = rng.random(count)
    clinic_user = rng.random(count) < 0.115
    primary = np.where(habit < 0.05, 0.0, np.where(habit < 0.09, 0.15, 1.08))
    nurse = np.where(habit < 0.04, 0.0, 1.04)
    primary = np.where(clinic_user, primary * 0.35, primary * 1.05)
    return Ties(usual, specialists, primary, nurse, clinic_user, rng.random(count) < 0.02)


def intensity(people: Population, year_month: slice) -> NDArray[np.float64]:
    """How much care a person uses relative to the mean, by frailty and enrollment type.

    Planted people use none, so that their spending is what is planted.
    """
    factors = np.array([1.0, *(MEAN_FACTOR[t] for t in published.ENROLLMENT_TYPES)])
    kind = people.kind[:, year_month][:, 6]
    out = factors[kind] * (0.30 + 0.70 * people.frailty)
    return np.where(people.quiet, 0.0, out)


def price_level(year: int) -> float:
    """Prices of a year relative to the calibration year."""
    return float(published.TREND ** (year - published.TREND_YEAR))


def _groups() -> dict[str, tuple[NDArray[np.int16], NDArray[np.float64]]]:
    out: dict[str, tuple[list[int], list[float]]] = {}
    for n, service in enumerate(SERVICES):
        if service.weight > 0:
            codes, weights = out.setdefault(service.group, ([], []))
            codes.append(n)
            weights.append(service.weight)
    return {g: (np.array(c, np.int16), np.array(w) / np.sum(w)) for g, (c, w) in out.items()}


GROUPS = _groups()
PRICES = np.array([s.price for s in SERVICES])
PLACE_OF = np.array([PLACES.index(s.place) for s in SERVICES], np.int8)


def _lines(
    rng: np.random.Generator, person: NDArray[np.int64], year: int, code: NDArray[np.int16],
    provider: NDArray[np.int32], spread: float, price: float,
) -> Columns:  # fmt: skip
    count = len(person)
    out = empty(PROFESSIONAL, count)
    first = day_number(date(year, 1, 1))
    out["person"] = person.astype(np.int32)
    out["day"] = (first + rng.integers(0, 365, count)).astype(np.int32)
    out["code"] = code
    out["place"] = PLACE_OF[code]
    out["provider"] = provider
    noise = rng.lognormal(-spread * spread / 2, spread, count)
    out["allowed"] = np.maximum(
        100, np.rint(PRICES[code] * noise * price * price_level(year) * 100)
    ).astype(np.int64)
    out["paid"] = np.rint(out["allowed"] * PAID_SHARE).astype(np.int64)
    out["units"] = np.ones(count, np.int16)
    return out


def visits(
    rng: np.random.Generator, people: Population, network: Network, ties: Ties, settings: Settings,
    year: int,
) -> Columns:  # fmt: skip
    """Evaluation and management lines of a year; one claim each."""
    at = year - settings.first_year
    level = intensity(people, slice(12 * at, 12 * at + 12)) ** 0.5
    level = level / 0.93
    parts = []
    rates = published.EVALUATION_VISITS
    start, size = network.colleagues(NURSE)
    nurses = network.by_tin(NURSE)
    for role, rate, habit in (
        (PRIMARY_CARE, rates["primary_care"], ties.primary_rate),
        (NURSE, rates["nurse_practitioner"], ties.nurse_rate),
        (SPECIALIST, rates["specialist"], np.ones(people.count)),
    ):
        mean = rate * level * habit
        person = np.repeat(np.arange(people.count), rng.poisson(mean))
        count = len(person)
        usual = ties.usual[person, at]
        if role == PRIMARY_CARE:
            other = rng.choice(network.providers(PRIMARY_CARE), count)
            provider = np.where(rng.random(count) < 0.85, usual, other)
        elif role == NURSE:
            near = nurses[start[usual] + rng.integers(0, 1 << 30, count) % size[usual]]
            other = rng.choice(nurses, count)
            provider = np.where(rng.random(count) < 0.8, near, other)
        else:
            known = ties.specialists[person, rng.integers(0, 3, count)]
            other = rng.choice(network.providers(SPECIALIST), count)
            provider = np.where(rng.random(count) < 0.85, known, other)
        code = np.zeros(count, np.int16)
        groups = list(EVALUATION[role])
        kind = rng.choice(len(groups), count, p=np.array(list(EVALUATION[role].values())))
        for n, group in enumerate(groups):
            here = np.flatnonzero(kind == n)
            codes, weights = GROUPS[group]
            code[here] = rng.choice(codes, len(here), p=weights)
        parts.append(_lines(rng, person, year, code, provider.astype(np.int32), 0.16, 1.0))
    out = _covered(stack(parts), people, settings)
    out["claim"] = np.arange(rows(out), dtype=np.int64)
    out["line"] = np.ones(rows(out), np.int16)
    return out


def ancillary(
    rng: np.random.Generator, people: Population, network: Network, settings: Settings, year: int,
) -> Columns:  # fmt: skip
    """Tests, drugs, procedures, therapy and ambulance lines of a year; several a claim."""
    at = year - settings.first_year
    level = intensity(people, slice(12 * at, 12 * at + 12))
    share, price = (LIGHT, LIGHT_PRICE) if settings.light else (1.0, 1.0)
    pool = np.concatenate([network.providers(OTHER), network.providers(SPECIALIST)])
    parts = []
    for group, rate in ANCILLARY.items():
        keep = 1.0 if group in ("computed_tomography", "magnetic_resonance", "ambulance") else share
        drug = group == "drug"
        mean = level * rate * keep * (np.sqrt(people.frailty) if drug else 1.0)
        person = np.repeat(np.arange(people.count), rng.poisson(mean))
        codes, weights = GROUPS[group]
        code = rng.choice(codes, len(person), p=weights)
        provider = rng.choice(pool, len(person)).astype(np.int32)
        scale = price if keep < 1.0 else 1.0
        parts.append(_lines(rng, person, year, code, provider, 0.45, scale))
    out = _covered(stack(parts), people, settings)
    # Lines of one person on nearby days share a claim and its day, three or so at a time.
    order = np.lexsort((out["day"], out["person"]))
    out = take(out, order)
    count = rows(out)
    breaks = rng.random(count) < 0.36
    new_person = np.ones(count, bool)
    new_person[1:] = out["person"][1:] != out["person"][:-1]
    begins = breaks | new_person
    first = np.maximum.accumulate(np.where(begins, np.arange(count), 0))
    out["claim"] = np.cumsum(begins).astype(np.int64) - 1
    out["line"] = (np.arange(count) - first + 1).astype(np.int16)
    out["day"] = out["day"][first]
    out["provider"] = out["provider"][first]
    return _covered(out, people, settings)


def _covered(lines: Columns, people: Population, settings: Settings) -> Columns:
    """Lines of months with fee-for-service Part B, on days before death."""
    month = month_of(lines["day"], settings)
    person = lines["person"]
    keep = people.part_b[person, month] & ~people.advantage[person, month]
    keep &= lines["day"] <= people.death[person]
    return take(lines, keep)
