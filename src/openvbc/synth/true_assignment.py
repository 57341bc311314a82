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
    pairs, position = np.unique(key, return_inverse=True)
    charge = np.zeros(len(pairs), np.int64)
    np.add.at(charge, position, care.charge[use])
    last = np.full(len(pairs), -(10**6))
    np.maximum.at(last, position, care.day[use])
    person, entity = pairs // entities, pairs % entities
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
    known = _known(care, stays, period)
    year = known & (care.day >= period.window_start) & (care.day <= period.window_end)
    working = _Steps(care, people.count, entities, year)
    working.first_two_steps()
    if period.expanded_start is not None:
        long = known & (care.day >= period.expanded_start) & (care.day <= period.window_end)
        working.third_step(long)
    step, reason = working.step, working.reason
    _align(alignments, network, period, step, reason)
    failed = eligibility_reason(people, period, settings)
    step[failed > 0] = 0
    reason = np.where(failed > 0, failed, np.where(step > 0, 0, reason)).astype(np.int8)
    return Outcome(step, reason, working.tied)


def _known(care: Care, stays: Stays, period: Period) -> NDArray[np.bool_]:
    """Services that count by the day the assignment is made."""
    day = period.assignment_known_by
    known = (care.load <= day) & (day < care.withdrawn)
    known &= ~care.emergency | period.has_emergency_month
    known &= ~_inside(care, care.nursing & known, stays, True, day)
    known &= ~_inside(care, care.planning & known, stays, False, day)
    return known


class _Steps:
    """The steps by claims: where each person is assigned, and why not where they are not."""

    def __init__(self, care: Care, count: int, entities: Entities, year: NDArray[np.bool_]) -> None:
        self.care, self.count, self.year = care, count, year
        self.size, self.own = len(entities.names), entities.own
        self.physician = (care.role == PRIMARY_CARE) | (care.role == SPECIALIST)
        seen = self._served(year & self.physician) & entities.is_aco
        self.identified = seen.any(axis=1)
        """Seen by a physician of some organisation."""
        self.mine = seen[:, self.own]
        any_care = np.zeros(count, bool)
        any_care[care.person[year]] = True
        self.step = np.zeros(count, np.int8)
        self.reason = np.full(count, REASON["NO_ACO_PHYSICIAN_SERVICE"], np.int8)
        self.reason[~any_care] = REASON["NO_PRIMARY_CARE_SERVICE"]
        self.tied = np.zeros(count, bool)

    def _served(self, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """person, entity: who has one of these services from whom."""
        out = np.zeros((self.count, self.size), bool)
        out[self.care.person[rows], self.care.entity[rows]] = True
        return out

    def first_two_steps(self) -> None:
        """Primary care physicians and practitioners; where there are none, specialists."""
        care, own = self.care, self.own
        first_step = self.year & ((care.role == PRIMARY_CARE) | (care.role == NURSE))
        one = plurality(care, first_step, self.count, self.size)
        two = plurality(care, self.year & (care.role == SPECIALIST), self.count, self.size)
        in_one = self.identified & (one.entity >= 0)
        in_two = self.identified & (one.entity < 0)
        self.tied = (in_one & one.unresolved) | (in_two & two.unresolved)
        self._lost(one, in_one & self.mine, 1)
        gave_first = self._served(first_step)[:, own]
        self.reason[in_one & self.mine & ~gave_first] = REASON["STEP_2_BLOCKED"]
        self._lost(two, in_two & self.mine, 2)
        self.step[in_one & self.mine & (one.entity == own)] = 1
        self.step[in_two & self.mine & (two.entity == own)] = 2

    def third_step(self, long: NDArray[np.bool_]) -> None:
        """Over the longer window, for those whom a practitioner saw in the year itself."""
        nurse = self._served(self.year & (self.care.role == NURSE))
        physician = self._served(long & self.physician)
        both = (nurse & physician)[:, self.own] & ~self.identified
        three = plurality(self.care, long, self.count, self.size)
        self._lost(three, both, 3)
        self.step[both & (three.entity == self.own)] = 3
        self.tied |= both & three.unresolved

    def _lost(self, chosen: Plurality, here: NDArray[np.bool_], number: int) -> None:
        away = here & (chosen.entity != self.own)
        tie_lost = away & chosen.tied & (chosen.second == self.own)
        self.reason[away] = REASON[f"STEP_{number}_PLURALITY_ELSEWHERE"]
        self.reason[tie_lost] = REASON[f"STEP_{number}_TIE_LOST"]


def _align(
    alignments: list[Alignment], network: Network, period: Period, step: NDArray[np.int8],
    reason: NDArray[np.int8],
) -> None:  # fmt: skip
    """A designation decides before any step: for the organisation, or against it."""
    for alignment in alignments:
        if alignment.year != period.year:
            continue
        acos = network.tin_aco[network.provider_tin[alignment.provider]]
        if acos == (OWN,):
            step[alignment.person] = VOLUNTARY
        elif OWN not in acos:
            step[alignment.person] = 0
            reason[alignment.person] = REASON["VOLUNTARY_ALIGNMENT_ELSEWHERE"]
