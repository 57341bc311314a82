"""One shard of the simulated truth: people, illness, and all that was billed for them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.columns import INSTITUTIONAL, Columns, empty, rows, stack, take
from openvbc.synth.conditions import Illness, fall_ill
from openvbc.synth.corrections import (
    Numbers,
    last_load_day,
    process_institutional,
    process_professional,
)
from openvbc.synth.institutional import BILL, NO_CODE, claims_of_year
from openvbc.synth.network import OTHERS, Network
from openvbc.synth.people import Population, populate
from openvbc.synth.planting import Alignment, Payment, Planter, Trap
from openvbc.synth.professional import ancillary, tie, visits
from openvbc.synth.services import PRIMARY_CARE
from openvbc.synth.settings import Settings, day_number
from openvbc.synth.supplies import drugs, equipment
from openvbc.synth.traps import plant_traps

RANDOM_LABELS = ("", "random cancelled", "random replaced", "random denied claim",
                 "random late claim", "random cancelled after run-out", "random denied line",
                 "random changed through date", "random twin claim")  # fmt: skip


class Shard(NamedTuple):
    """Everything that is true of a shard; rows that no delivery ever holds are gone."""

    people: Population
    illness: Illness
    lines: Columns
    equipment: Columns
    claims: Columns
    drugs: Columns
    alignments: list[Alignment]
    payments: list[Payment]
    traps: list[Trap]


def copies_of_traps(people: int) -> int:
    """How often each trap is planted: more in larger populations, all of them in any."""
    return min(25, max(people // 2500, min(3, people // 400), 1))


def simulate(settings: Settings, network: Network, shard: int) -> Shard:
    """Draw one shard; the same settings and shard number give the same shard."""
    rng = np.random.default_rng([settings.seed, 11, shard])
    first = shard * settings.shard_size
    count = min(settings.shard_size, settings.people - first)
    people = populate(rng, settings, first, count)
    numbers = Numbers(shard)
    planter = Planter(people, network, settings, numbers)
    if shard == 0:
        plant_traps(planter, copies_of_traps(settings.people))
    ties = tie(rng, people, network, settings)
    illness = fall_ill(rng, people, settings)

    seen, tests, supplies, stays, fills = [], [], [], [], []
    for year in settings.years:
        full = year >= settings.benchmark_years[0]
        seen.append(visits(rng, people, network, ties, settings, year))
        stays.append(claims_of_year(rng, people, network, ties, settings, year, full=full))
        if full:
            tests.append(ancillary(rng, people, network, settings, year))
            supplies.append(equipment(rng, people, network, settings, year))
            fills.append(drugs(rng, people, illness, settings, year))
    stays.append(_encounters(rng, people, settings))
    planted_lines, planted_equipment, planted_claims = planter.columns()
    traps = list(planter.traps)

    evaluation = _joined(seen)
    evaluation["visit"] = _ordinal(evaluation["person"], evaluation["day"])
    lines, fate = process_professional(rng, _behind(evaluation, _joined(tests)), numbers)
    _name_random(traps, lines, fate)
    gear, _ = process_professional(rng, _joined(supplies), numbers)
    claims = stack(stays)
    claims["visit"] = _ordinal(claims["person"], claims["from_day"])
    claims, fate = process_institutional(rng, claims, numbers)
    _name_random(traps, claims, fate)
    events = stack(fills)
    events["claim"] = numbers.take(rows(events))
    events["load"] = events["day"] + 18
    events["repeat"] = np.zeros(rows(events), bool)

    end = last_load_day(settings)
    lines, gear, claims = (
        take(t, t["load"] <= end)
        for t in (
            stack([planted_lines, lines]),
            stack([planted_equipment, gear]),
            stack([planted_claims, claims]),
        )
    )
    alignments = planter.alignments + _aligned(rng, people, network, settings)
    return Shard(people, illness, lines, gear, claims, events, alignments, planter.payments, traps)


def _joined(parts: list[Columns]) -> Columns:
    """Years under one another, their claims numbered apart."""
    above = 0
    for part in parts:
        part["claim"] += above
        above += int(part["claim"].max(initial=-1)) + 1
    return stack(parts)


def _behind(first: Columns, second: Columns) -> Columns:
    second["claim"] += int(first["claim"].max(initial=-1)) + 1
    return stack([first, second])


def _ordinal(person: NDArray[Any], day: NDArray[Any]) -> NDArray[np.int32]:
    """Which claim of its person and year each row is, from 0."""
    year = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    key = person.astype(np.int64) * 1000 + year
    order = np.lexsort((day, key))
    ranked = key[order]
    begins = np.r_[True, ranked[1:] != ranked[:-1]] if len(ranked) else np.zeros(0, bool)
    start = np.maximum.accumulate(np.where(begins, np.arange(len(ranked)), 0))
    out = np.empty(len(ranked), np.int32)
    out[order] = np.arange(len(ranked)) - start
    return out


def _name_random(traps: list[Trap], table: Columns, fate: NDArray[Any], most: int = 10) -> None:
    """Label the first few people to whom each correction happened by chance."""
    for number, label in enumerate(RANDOM_LABELS):
        if label:
            for person in np.unique(table["person"][fate == number])[:most]:
                traps.append(Trap(label, int(person), "", "the records net as the truth files say"))


def _encounters(rng: np.random.Generator, people: Population, settings: Settings) -> Columns:
    """Encounter records (type 61) in months of Medicare Advantage."""
    who, month = np.nonzero(people.advantage & (rng.random(people.advantage.shape) < 0.02))
    out = empty(INSTITUTIONAL, len(who))
    start = (np.datetime64(f"{settings.first_year}-01", "M") + month).astype("datetime64[D]")
    out["person"] = who.astype(np.int32)
    out["type"][:] = 61
    out["bill"][:] = BILL["111"]
    out["from_day"] = (start.astype(np.int64) + 3).astype(np.int32)
    out["thru_day"] = out["from_day"] + 3
    out["paid"] = rng.integers(500_000, 2_000_000, len(who))
    out["line_code"][:] = NO_CODE
    out["lines"][:] = 1
    keep = out["thru_day"] <= np.minimum(people.death[who], day_number(_last_day(settings)))
    return take(out, keep)


def _last_day(settings: Settings) -> date:
    return date(settings.performance_year, 12, 31)


def _aligned(
    rng: np.random.Generator, people: Population, network: Network, settings: Settings
) -> list[Alignment]:
    """A few people who named their clinician, mostly one of the organisation."""
    out: list[Alignment] = []
    free = np.flatnonzero(~people.quiet & people.ever_covered)
    every = network.providers(PRIMARY_CARE)
    usable = [int(p) for p in every if len(network.tin_aco[network.provider_tin[p]]) < 2]
    own = [
        p
        for p in usable
        if network.tin_aco[network.provider_tin[p]] not in ((), (OTHERS[0],), (OTHERS[1],))
    ]
    chosen = (
        rng.choice(free, min(len(free), max(1, len(free) // 180)), replace=False)
        if len(free)
        else free
    )
    for person in np.sort(chosen):
        provider = int(rng.choice(own if rng.random() < 0.75 else usable))
        begins = int(rng.choice(settings.measured_years))
        out.extend(
            Alignment(int(person), year, provider)
            for year in settings.measured_years
            if year >= begins
        )
    return out
