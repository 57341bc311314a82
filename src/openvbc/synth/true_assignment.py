"""Who is assigned, worked out from the simulation itself for every period.

Written from the specification (42 CFR 425.400 to 425.404), in plain arrays over the simulated
services; nothing here knows the engine. What a claim is known to be on a day comes from the
simulation: a record counts if it was loaded by then and not withdrawn by then.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.network import FOREIGN, OWN, Network
from openvbc.synth.people import Population, month_of
from openvbc.synth.planting import Alignment
from openvbc.synth.services import (
    NURSE,
    PRIMARY_CARE,
    SPECIALIST,
)  # fmt: skip
from openvbc.synth.settings import Period, Settings, day_number
from openvbc.synth.true_care import Care, Entities, Stays

REASONS = (
    "", "DIED_BEFORE_YEAR", "NO_MONTH_WITH_PART_A_AND_B", "MONTH_WITH_ONE_PART_ONLY",
    "MEDICARE_ADVANTAGE_MONTH", "OTHER_INITIATIVE", "OUTSIDE_UNITED_STATES",
    "VOLUNTARY_ALIGNMENT_ELSEWHERE", "NO_PRIMARY_CARE_SERVICE", "NO_ACO_PHYSICIAN_SERVICE",
    "STEP_1_PLURALITY_ELSEWHERE", "STEP_1_TIE_LOST", "STEP_2_BLOCKED",
    "STEP_2_PLURALITY_ELSEWHERE", "STEP_2_TIE_LOST", "STEP_3_PLURALITY_ELSEWHERE",
    "STEP_3_TIE_LOST",
)  # fmt: skip
REASON = {name: n for n, name in enumerate(REASONS)}
STEPS = ("", "STEP_1", "STEP_2", "STEP_3", "VOLUNTARY_ALIGNMENT")
VOLUNTARY = 4


class Outcome(NamedTuple):
    """One value a person of the shard."""

    step: NDArray[np.int8]
    reason: NDArray[np.int8]
    tied: NDArray[np.bool_]
    """Equal charges and equal last dates: no rule decides; the first entity by name was taken."""

    @property
    def assigned(self) -> NDArray[np.bool_]:
        """Whether the person is assigned to the organisation."""
        return self.step > 0


def _inside(
    care: Care, mark: NDArray[Any], stays: Stays, skilled: bool, known_by: int
) -> NDArray[np.bool_]:
    """Which marked services fall in a stay of the kind that is known."""
    out = np.zeros(len(mark), bool)
    use = (stays.skilled == skilled) & (stays.load <= known_by) & (known_by < stays.withdrawn)
    spans: dict[int, list[tuple[int, int]]] = {}
    for person, first, last in zip(
        stays.person[use], stays.first[use], stays.last[use], strict=True
    ):
        spans.setdefault(int(person), []).append((int(first), int(last)))
    for row in np.flatnonzero(mark):
        for first, last in spans.get(int(care.person[row]), ()):
            if first <= care.day[row] <= last:
                out[row] = True
    return out


class Plurality(NamedTuple):
    """For each person: the entity with most charges (-1: nobody), and how ties went."""

    entity: NDArray[np.int64]
    second: NDArray[np.int64]
    tied: NDArray[np.bool_]
    unresolved: NDArray[np.bool_]


def plurality(care: Care, use: NDArray[np.bool_], people: int, entities: int) -> Plurality:
    """Who has more charges than every other single entity; ties go to the most recent service."""
    key = care.person[use].astype(np.int64) * entities + care.entity[use]
    found, position = np.unique(key, return_inverse=True)
    charge = np.zeros(len(found), np.int64)
    np.add.at(charge, position, care.charge[use])
    last = np.full(len(found), -(10**6))
    np.maximum.at(last, position, care.day[use])
    person, entity = found // entities, found % entities
    order = np.lexsort((entity, -last, -charge, person))
    first = np.searchsorted(person[order], np.arange(people))
    has = np.searchsorted(person[order], np.arange(people), "right") > first
    best = np.full(people, -1)
    second = np.full(people, -1)
    tied = np.zeros(people, bool)
    unresolved = np.zeros(people, bool)
    best[has] = entity[order][first[has]]
    two = has & (np.searchsorted(person[order], np.arange(people), "right") > first + 1)
    a, b = order[first[two]], order[first[two] + 1]
    tied[two] = charge[a] == charge[b]
    unresolved[two] = tied[two] & (last[a] == last[b])
    second[two] = entity[b]
    return Plurality(best, second, tied, unresolved)


def _months(first: int, last: int, settings: Settings) -> slice:
    ends = month_of(np.array([first, last]), settings)
    return slice(max(0, int(ends[0])), int(ends[1]) + 1)


def _residence(people: Population, until: int) -> NDArray[np.int8]:
    """County of the last covered month before month `until`; -1 if never covered by then."""
    covered = (people.part_a | people.part_b)[:, :until]
    last = until - 1 - np.argmax(covered[:, ::-1], axis=1)
    county = people.county[np.arange(people.count), last]
    return np.where(covered.any(axis=1), county, -1)


def eligibility_reason(people: Population, period: Period, settings: Settings) -> NDArray[np.int8]:
    """First failed test of A to D (425.401), 0 if none; prospective: window and year are tested."""
    january = (period.year - settings.first_year) * 12
    year = slice(january, january + 12)
    window = _months(period.window_start, period.window_end, settings)
    spans = [window] if settings.assignment_method == "retrospective" else [window, year]
    year_start = day_number(date(period.year, 1, 1))
    checks = [("DIED_BEFORE_YEAR", people.death < year_start)]

    def any_span(name: str, test: Any) -> None:
        failed = np.zeros(people.count, bool)
        for span in spans:
            failed |= test(span)
        checks.append((name, failed))

    both = people.part_a & people.part_b
    any_span("NO_MONTH_WITH_PART_A_AND_B", lambda s: ~both[:, s].any(axis=1))
    any_span(
        "MONTH_WITH_ONE_PART_ONLY", lambda s: (people.part_a ^ people.part_b)[:, s].any(axis=1)
    )
    any_span("MEDICARE_ADVANTAGE_MONTH", lambda s: people.advantage[:, s].any(axis=1))
    any_span("OTHER_INITIATIVE", lambda s: people.other_initiative[:, s].any(axis=1))
    any_span("OUTSIDE_UNITED_STATES", lambda s: _residence(people, s.stop) == FOREIGN)
    out = np.zeros(people.count, np.int8)
    for name, failed in reversed(checks):
        out[failed] = REASON[name]
    return out


def assign(
    care: Care, stays: Stays, alignments: list[Alignment], people: Population, network: Network,
    entities: Entities, period: Period, settings: Settings,
) -> Outcome:  # fmt: skip
    """Voluntary alignment, then steps 1, 2 and (from 2025) 3 for every person of a shard."""
    count, size, own = people.count, len(entities.names), entities.own
    known = (care.load <= period.assignment_known_by) & (
        period.assignment_known_by < care.withdrawn
    )
    known &= ~care.emergency | period.has_emergency_month
    known &= ~_inside(care, care.nursing & known, stays, True, period.assignment_known_by)
    known &= ~_inside(care, care.planning & known, stays, False, period.assignment_known_by)
    year = known & (care.day >= period.window_start) & (care.day <= period.window_end)
    physician = (care.role == PRIMARY_CARE) | (care.role == SPECIALIST)
    seen = np.zeros((count, size), bool)
    seen[care.person[year & physician], care.entity[year & physician]] = True
    seen &= entities.is_aco
    identified = seen.any(axis=1)
    any_care = np.zeros(count, bool)
    any_care[care.person[year]] = True

    first_step = year & ((care.role == PRIMARY_CARE) | (care.role == NURSE))
    one = plurality(care, first_step, count, size)
    two = plurality(care, year & (care.role == SPECIALIST), count, size)
    step = np.zeros(count, np.int8)
    reason = np.full(count, REASON["NO_ACO_PHYSICIAN_SERVICE"], np.int8)
    reason[~any_care] = REASON["NO_PRIMARY_CARE_SERVICE"]
    mine = seen[:, own]
    in_one = identified & (one.entity >= 0)
    in_two = identified & (one.entity < 0)
    tied = (in_one & one.unresolved) | (in_two & two.unresolved)

    def lost(chosen: Plurality, here: NDArray[np.bool_], number: int) -> None:
        away = here & mine & (chosen.entity != own)
        reason[away] = REASON[f"STEP_{number}_PLURALITY_ELSEWHERE"]
        reason[away & chosen.tied & (chosen.second == own)] = REASON[f"STEP_{number}_TIE_LOST"]

    lost(one, in_one, 1)
    gave_first = np.zeros(count, bool)
    own_rows = first_step & (care.entity == own)
    gave_first[care.person[own_rows]] = True
    reason[in_one & mine & ~gave_first] = REASON["STEP_2_BLOCKED"]
    lost(two, in_two, 2)
    step[in_one & mine & (one.entity == own)] = 1
    step[in_two & mine & (two.entity == own)] = 2
    if period.expanded_start is not None:
        long = known & (care.day >= period.expanded_start) & (care.day <= period.window_end)
        leg_nurse = np.zeros((count, size), bool)
        rows = year & (care.role == NURSE)
        leg_nurse[care.person[rows], care.entity[rows]] = True
        leg_physician = np.zeros((count, size), bool)
        rows = long & physician
        leg_physician[care.person[rows], care.entity[rows]] = True
        both = (leg_nurse & leg_physician)[:, own] & ~identified
        three = plurality(care, long, count, size)
        away = both & (three.entity != own)
        reason[away] = REASON["STEP_3_PLURALITY_ELSEWHERE"]
        reason[away & three.tied & (three.second == own)] = REASON["STEP_3_TIE_LOST"]
        step[both & (three.entity == own)] = 3
        tied |= both & three.unresolved

    for alignment in alignments:
        if alignment.year == period.year:
            acos = network.tin_aco[network.provider_tin[alignment.provider]]
            if acos == (OWN,):
                step[alignment.person] = VOLUNTARY
            elif OWN not in acos:
                step[alignment.person] = 0
                reason[alignment.person] = REASON["VOLUNTARY_ALIGNMENT_ELSEWHERE"]
    failed = eligibility_reason(people, period, settings)
    step[failed > 0] = 0
    reason = np.where(failed > 0, failed, np.where(step > 0, 0, reason)).astype(np.int8)
    return Outcome(step, reason, tied)
