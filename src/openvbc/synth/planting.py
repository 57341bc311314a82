"""The tools for planting people: a plain person, and lines and claims written one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from openvbc.synth.columns import INSTITUTIONAL, PROFESSIONAL, Columns, empty
from openvbc.synth.corrections import Numbers
from openvbc.synth.institutional import BILL, DRGS, HOSPITAL, NO_CODE, OUTPATIENT, REVENUE_OF
from openvbc.synth.network import OTHERS, OWN, Network
from openvbc.synth.people import AGED_NON_DUAL, NEVER, Population
from openvbc.synth.professional import PLACE_OF
from openvbc.synth.services import NURSE, OTHER, PLACES, POSITION, PRIMARY_CARE, SPECIALIST
from openvbc.synth.settings import Period, Settings, day_number


class Trap(NamedTuple):
    """A person planted to be difficult, and what a correct computation does."""

    label: str
    person: int
    period: str
    what_must_happen: str


Plant = Callable[["Planter", int], str]
TRAPS: dict[str, Plant] = {}
"""Every trap by its label."""


def trap(plant: Plant) -> Plant:
    """Register a trap under the name of its function."""
    TRAPS[plant.__name__] = plant
    return plant


class Alignment(NamedTuple):
    """A designation of a primary clinician."""

    person: int
    year: int
    provider: int


class Payment(NamedTuple):
    """A payment outside claims, in cents."""

    person: int
    day: int
    cents: int


class Planter:
    """Collects what is planted in one shard."""

    def __init__(
        self, people: Population, network: Network, settings: Settings, numbers: Numbers
    ) -> None:
        self.people, self.network, self.settings = people, network, settings
        self.numbers = numbers
        self.period: Period = settings.periods[3]
        self.year_start = day_number(date(settings.performance_year, 1, 1))
        self.lines: list[dict[str, Any]] = []
        self.equipment: list[dict[str, Any]] = []
        self.claims: list[dict[str, Any]] = []
        self.traps: list[Trap] = []
        self.alignments: list[Alignment] = []
        self.payments: list[Payment] = []
        self.own_physician = int(network.providers(PRIMARY_CARE, OWN)[0])
        self.own_nurse = int(network.providers(NURSE, OWN)[0])
        self.own_specialist = int(network.providers(SPECIALIST, OWN)[0])
        self.rival_physician = int(network.providers(PRIMARY_CARE, OTHERS[0])[0])
        self.rival_specialist = int(network.providers(SPECIALIST, OTHERS[0])[0])
        self.outside_physician = int(network.providers(PRIMARY_CARE, None)[0])
        self.outside_nurse = int(network.providers(NURSE, None)[0])
        shared = [n for n, t in enumerate(network.provider_tin) if len(network.tin_aco[t]) > 1]
        self.shared_physician = next(n for n in shared if network.role[n] == PRIMARY_CARE)
        self.supplier = int(network.providers(OTHER)[0])

    def facility(self, kind: str, n: int = 0) -> int:
        """Position of the n-th facility of a kind; the first of a clinic kind is the ACO's own."""
        return int(self.network.facilities(kind)[n])

    def day(self, after: int) -> int:
        """A day of the performance year's assignment window."""
        return self.period.window_start + after

    def month(self, number: int) -> int:
        """Simulated month of the performance year, January 1."""
        return self.settings.months - 12 + number - 1

    def plain(self, who: int) -> None:
        """Make a person aged 72 with A and B throughout, no dual status, at home in the region."""
        people = self.people
        people.quiet[who] = True
        people.birth[who] = day_number(date(self.settings.benchmark_years[0] - 72, 6, 15))
        people.death[who] = NEVER
        people.frailty[who] = 0.6
        people.original_reason[who] = 0
        people.opted_out[who] = False
        for months in (people.part_a, people.part_b):
            months[who] = True
        for months in (people.advantage, people.other_initiative, people.dual):
            months[who] = False
        people.kind[who] = AGED_NON_DUAL
        people.county[who] = 0
        people.mbi[who] = people.mbi[who, -1]
        people.mbi_changed[who] = NEVER

    def visit(
        self, who: int, day: int, provider: int, code: str, dollars: float, *,
        place: str | None = None, load: int | None = None, denied: int = 0,
        withheld: bool = False, table: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A line by itself on a claim; paid is four fifths of the allowed charge."""
        number = int(self.numbers.take(1)[0])
        cents = round(dollars * 100)
        row = {
            "claim": number, "line": 1, "person": who, "day": day, "provider": provider,
            "code": POSITION[code], "allowed": cents, "paid": cents * 4 // 5, "units": 1,
            "place": PLACE_OF[POSITION[code]] if place is None else PLACES.index(place),
            "denied": denied, "cancels": False, "effective": day + 20,
            "load": day + 25 if load is None else load, "control": number,
            "withheld": withheld, "repeat": False, "visit": 0, "withdrawn": NEVER,
        }  # fmt: skip
        (self.lines if table is None else table).append(row)
        return row

    def claim(
        self, who: int, kind: int, bill: str, facility: int, first: int, last: int, dollars: float,
        *, revenue: str = "0120", code: str | None = None, lines: int = 2, **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """A Part A claim."""
        number = int(self.numbers.take(1)[0])
        cents = round(dollars * 100)
        row = dict.fromkeys(INSTITUTIONAL, 0) | {
            "claim": number, "person": who, "type": kind, "bill": BILL[bill],
            "facility": facility, "from_day": first, "thru_day": last, "status": 1,
            "drg": 0 if kind == HOSPITAL else len(DRGS), "paid": cents, "charge": cents * 3,
            "provider": self.own_physician, "effective": last + 20, "load": last + 25,
            "control": number, "withdrawn": NEVER, "lines": lines,
            "line_revenue": REVENUE_OF[revenue],
            "line_code": NO_CODE if code is None else POSITION[code],
        } | more  # fmt: skip
        self.claims.append(row)
        return row

    def outpatient(
        self, who: int, day: int, kind: str, dollars: float, n: int = 0, **more: Any
    ) -> dict[str, Any]:
        """A one-day facility claim of one line."""
        bill = {"health_center": "771", "rural_clinic": "711", "critical_access": "851"}.get(
            kind, "131"
        )
        return self.claim(
            who, OUTPATIENT, bill, self.facility(kind, n), day, day, dollars, lines=1, **more
        )

    def cancel(self, row: dict[str, Any], load: int, replace: dict[str, Any] | None = None) -> None:
        """Cancel a line or claim; `replace` are the columns of a replacement that differ."""
        table = self.lines if "cancels" in row else self.claims
        row["withdrawn"] = load
        marks = {"cancels": True} if "cancels" in row else {"adjustment": 1}
        copy = row | {"withdrawn": NEVER, "effective": load - 3, "load": load}
        table.append(copy | marks | {"claim": int(self.numbers.take(1)[0])})
        if replace is not None:
            marks = {} if "cancels" in row else {"adjustment": 2}
            table.append(copy | marks | replace | {"claim": int(self.numbers.take(1)[0])})

    def anchor(self, who: int) -> None:
        """Two visits to the organisation's physician in every period's window."""
        for period in self.settings.periods:
            for after in (15, 75):
                self.visit(who, period.window_start + after, self.own_physician, "99213", 100.0)

    def columns(self) -> tuple[Columns, Columns, Columns]:
        """What was planted: lines, equipment lines, Part A claims."""
        death = self.people.death
        return (
            _columns([r for r in self.lines if r["day"] <= death[r["person"]]], PROFESSIONAL),
            _columns(self.equipment, PROFESSIONAL),
            _columns(self.claims, INSTITUTIONAL),
        )


def _columns(planted: list[dict[str, Any]], kinds: dict[str, type]) -> Columns:
    out = empty(kinds, len(planted))
    for name, kind in kinds.items():
        out[name] = np.array([row[name] for row in planted], kind)
    return out
