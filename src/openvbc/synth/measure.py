"""What is measured of a shard's assigned people, added up over shards in exact numbers.

Two bases are kept: ``feed`` is what the delivered files hold; ``cms`` adds the people who opted out
of sharing and the claims withheld for substance use, which CMS counts and the organisation cannot
see.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.columns import take
from openvbc.synth.conditions import CONDITIONS
from openvbc.synth.factors import Factors
from openvbc.synth.network import COUNTIES, Network
from openvbc.synth.people import NEVER, Population
from openvbc.synth.published import ENROLLMENT_TYPES as TYPES
from openvbc.synth.settings import Settings, day_number
from openvbc.synth.simulate import Shard
from openvbc.synth.true_assignment import Outcome, assign
from openvbc.synth.true_care import Entities, care_of, stays_of
from openvbc.synth.true_region import Measured
from openvbc.synth.true_spending import (
    counted_months,
    episode_months,
    flow_of,
    spending,
)

BASES = ("feed", "cms")
_WEIGHTS = np.array([round(c.weight * 10_000) for c in CONDITIONS])
_TYPE_LEVEL = np.array([0, 9000, 9500, 10500, 8800])


class Scores(NamedTuple):
    """Risk and demographic scores in ten-thousandths: person, measured year, type 0 to 4."""

    risk: NDArray[np.int64]
    demographic: NDArray[np.int64]


def scores_of(shard: Shard, settings: Settings) -> Scores:
    """Invented renormalised scores that rise with age and with the conditions of the year."""
    people = shard.people
    count, years = people.count, settings.measured_years
    risk = np.zeros((count, len(years), 5), np.int64)
    demographic = np.zeros_like(risk)
    for n, year in enumerate(years):
        age = (day_of_year(year) - people.birth) / 365.25
        base = (6500 + np.clip(age - 65, -10, 30) * 130 + 200 * (people.sex == 1)).astype(np.int64)
        burden = (shard.illness.coded[:, year - settings.first_year, :] * _WEIGHTS).sum(axis=1)
        for kind in range(1, 5):
            demographic[:, n, kind] = base * _TYPE_LEVEL[kind] // 7800
            risk[:, n, kind] = (base * 6 // 10 + burden * 6 // 10) * _TYPE_LEVEL[kind] // 8300
    return Scores(risk, demographic)


def day_of_year(year: int) -> int:
    """1 February of a year, the day ages are counted."""
    return day_number(date(year, 2, 1))


class Result(NamedTuple):
    """What holds for a period: outcome, months and cents by person; kinds are person, month."""

    outcome: Outcome
    kinds: NDArray[np.int8]
    cents: NDArray[np.int64]

    def months(self) -> NDArray[np.int64]:
        """Person-months by person and type 0 to 4; type 0 is months that do not count."""
        out = np.zeros((len(self.kinds), 5), np.int64)
        for kind in range(5):
            out[:, kind] = (self.kinds == kind).sum(axis=1)
        return out


def known_deaths(shard: Shard, cms: dict[str, Result], settings: Settings) -> NDArray[np.int32]:
    """Death dates as far as the files tell them.

    A person who opted out is in no claim file; the death is known from an assignment list report if
    the person was on the list of the year of death.
    """
    people = shard.people
    known = ~people.opted_out
    for period in settings.periods:
        first, last = (day_number(date(period.year, *day)) for day in ((1, 1), (12, 31)))
        died = (people.death >= first) & (people.death <= last)
        known |= cms[period.name].outcome.assigned & died
    return np.where(known, people.death, NEVER).astype(np.int32)


def results(
    shard: Shard, network: Network, entities: Entities, settings: Settings, basis: str,
    deaths: NDArray[np.int32] | None = None,
) -> dict[str, Result]:  # fmt: skip
    """Assignment and spending of every period on a basis."""
    people = shard.people if deaths is None else replace(shard.people, death=deaths)
    lines, claims, gear = shard.lines, shard.claims, shard.equipment
    if basis == "feed":
        lines, claims, gear = (
            take(t, ~t["withheld"] & ~people.opted_out[t["person"]]) for t in (lines, claims, gear)
        )
    care = care_of(lines, claims, network, entities, settings)
    stays = stays_of(claims)
    flow = flow_of(lines, gear, claims, shard.payments)
    every = np.ones(len(flow.person), bool)
    out = {}
    for period in settings.periods:
        outcome = assign(care, stays, shard.alignments, people, network, entities, period, settings)
        episodes = episode_months(claims, people, period, settings)
        kinds = counted_months(people, episodes, period, settings)
        out[period.name] = Result(outcome, kinds, spending(flow, every, kinds, period, settings))
    return out


class Totals:
    """Sums over shards for one basis."""

    def __init__(self, settings: Settings, factors: Factors) -> None:
        self.settings, self.factors = settings, factors
        self.persons: Counter[tuple[str, str]] = Counter()
        self.months: Counter[tuple[str, str]] = Counter()
        self.cents: Counter[tuple[str, str]] = Counter()
        self.truncated: Counter[tuple[str, str]] = Counter()
        self.numerator: dict[tuple[str, str], Fraction] = {}
        self.risk: Counter[tuple[str, str]] = Counter()
        self.demographic: Counter[tuple[str, str]] = Counter()
        self.county: Counter[tuple[str, str, str]] = Counter()
        self.assigned: Counter[str] = Counter()
        self.dual_months = 0
        self.dual_people = 0

    def add(self, results_by_period: dict[str, Result], scores: Scores, people: Population) -> None:
        """Add a shard."""
        for n, period in enumerate(self.settings.periods):
            result = results_by_period[period.name]
            who = result.outcome.assigned
            self.assigned[period.name] += int(who.sum())
            months = result.months()
            january = (period.year - self.settings.first_year) * 12
            year = slice(january, january + 12)
            dual = np.array(people.dual[who, year] & (result.kinds[who] > 0))
            if period.name == "BY3":
                self.dual_months += int(dual.sum())
            if period.name == "PY":
                self.dual_people += int(dual.any(axis=1).sum())
            for code, kind in enumerate(TYPES, 1):
                m = months[who, code]
                x = result.cents[who, code]
                key = (period.name, kind)
                self.persons[key] += int((m > 0).sum())
                self.months[key] += int(m.sum())
                self.cents[key] += int(x[m > 0].sum())
                self._truncate(key, period.year, kind, x[m > 0], m[m > 0])
                self.risk[key] += int((scores.risk[who, n, code] * m).sum())
                self.demographic[key] += int((scores.demographic[who, n, code] * m).sum())
                here: NDArray[np.bool_] = (result.kinds == code) & who[:, None]
                lived = np.bincount(people.county[:, year][here], minlength=len(COUNTIES) + 1)
                for place, count in enumerate(lived):
                    if count:
                        name = COUNTIES[place] if place < len(COUNTIES) else "FOREIGN"
                        self.county[period.name, name, kind] += int(count)

    def _truncate(
        self, key: tuple[str, str], year: int, kind: str, cents: NDArray[Any], months: NDArray[Any]
    ) -> None:
        """Add dollars after completion, annualising and truncation, weighted back by months/12."""
        factor = self.factors.national[year, kind]
        completion = int(factor.completion * 10_000)
        threshold = int(factor.threshold * 100)
        completed = cents * completion * 12
        limit = threshold * 10_000 * months
        self.truncated[key] += int((completed > limit).sum())
        total = sum(np.minimum(completed, limit).tolist())
        self.numerator[key] = self.numerator.get(key, Fraction(0)) + Fraction(total, 12 * 10**6)

    def per_capita(self, key: tuple[str, str]) -> Fraction:
        """Weighted mean of truncated annual spending; 0 where nobody has the type."""
        months = self.months[key]
        return self.numerator[key] * 12 / months if months else Fraction(0)

    def measured(self) -> Measured:
        """The sums as the settlement needs them."""
        keys = [(p.name, k) for p in self.settings.periods for k in TYPES]

        def mean(total: Counter[tuple[str, str]], key: tuple[str, str]) -> Fraction:
            months = self.months[key]
            return Fraction(total[key], 10_000 * months) if months else Fraction(1)

        return Measured(
            {k: self.per_capita(k) for k in keys},
            dict(self.months),
            {k: mean(self.risk, k) for k in keys},
            {k: mean(self.demographic, k) for k in keys},
            dict(self.county),
            self.assigned["PY"],
            self.dual_months,
            self.dual_people,
        )
