"""Equipment (billed as lines, like Part B) and drugs (Part D events, of which only the patient's
share is known)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from openvbc.synth import published
from openvbc.synth.columns import Columns, take
from openvbc.synth.conditions import CONDITIONS, Illness
from openvbc.synth.network import Network
from openvbc.synth.people import Population, month_of
from openvbc.synth.professional import GROUPS, _covered, _lines, intensity
from openvbc.synth.services import OTHER
from openvbc.synth.settings import Settings, day_number

EQUIPMENT_LINES = 4.0
DRUG_EVENTS = 32.0
DRUGS = tuple(c.drug for c in CONDITIONS)


def equipment(
    rng: np.random.Generator, people: Population, network: Network, settings: Settings, year: int
) -> Columns:
    """Lines of durable medical equipment; one claim each."""
    at = year - settings.first_year
    level = intensity(people, slice(12 * at, 12 * at + 12))
    share = 0.3 if settings.light else 1.0
    person = np.repeat(np.arange(people.count), rng.poisson(level * EQUIPMENT_LINES * share))
    codes, weights = GROUPS["equipment"]
    code = rng.choice(codes, len(person), p=weights)
    provider = rng.choice(network.providers(OTHER), len(person)).astype(np.int32)
    mean = published.DOLLARS["equipment"] / EQUIPMENT_LINES / 62.0
    out = _covered(_lines(rng, person, year, code, provider, 0.4, mean / share), people, settings)
    out["claim"] = np.arange(len(out["person"]), dtype=np.int64)
    out["line"] = np.ones(len(out["person"]), np.int16)
    return out


def drugs(
    rng: np.random.Generator, people: Population, illness: Illness, settings: Settings, year: int
) -> Columns:
    """Fills of the drugs that go with each condition."""
    at = year - settings.first_year
    ill = illness.coded[:, at, :]
    rate = DRUG_EVENTS / 2.3 * (0.15 if settings.light else 1.0)
    who, which = np.nonzero(ill)
    fills = rng.poisson(rate, len(who))
    person, drug = np.repeat(who, fills), np.repeat(which, fills)
    count = len(person)
    out: dict[str, Any] = {
        "person": person.astype(np.int32),
        "drug": drug.astype(np.int16),
        "day": (day_number(date(year, 1, 1)) + rng.integers(0, 365, count)).astype(np.int32),
        "quantity": rng.choice([30, 60, 90], count, p=[0.6, 0.15, 0.25]).astype(np.int32),
        "patient_paid": (rng.gamma(1.2, 14.0, count) * 100).astype(np.int64),
    }
    keep = people.part_b[out["person"], month_of(out["day"], settings)]
    keep &= out["day"] <= people.death[out["person"]]
    return take(out, keep)
