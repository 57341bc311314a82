"""The register of Medicare's and Medicaid's value-based programs and models, and their state on any
date. Its facts stand in ``rules/registry/models.csv`` and ``events.csv``; no network is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from openvbc.errors import InputError
from openvbc.policy.partial_date import Span, first_day, last_day, year_of
from openvbc.rules.load import load_code_table, load_rules
from openvbc.rules.parameter import Status

REGISTRY = "registry"


class State(StrEnum):
    """Where a program stands on a date."""

    NOT_BEGUN = "not begun"
    ANNOUNCED = "announced, not begun"
    IMPLEMENTATION = "implementation period"
    ACTIVE = "active"
    ENDED = "ended"
    NEVER_BEGAN = "never began"


@dataclass(frozen=True)
class Event:
    """Something dated that happened to a program."""

    program: str
    kind: str
    begins: str
    """A day, month or year."""
    ends: str
    what: str
    cite: str
    status: Status

    @property
    def span(self) -> Span:
        """Its days; an event without an end is its first day, month or year."""
        return Span(first_day(self.begins), last_day(self.ends or self.begins))


@dataclass(frozen=True)
class Registered:
    """One program or model of the register."""

    program: str
    name: str
    facts: Mapping[str, str]
    """The row of the register, by column."""
    span: Span
    events: tuple[Event, ...]

    @property
    def begins_status(self) -> Status:
        """How far its first day is to be trusted."""
        return Status(self.facts["begins_status"])

    @property
    def ends_status(self) -> Status:
        """How far its last day, or that it has none yet, is to be trusted."""
        return Status(self.facts["ends_status"])

    @property
    def unverified(self) -> bool:
        """Whether one of its dates is known and was not checked."""
        return Status.UNVERIFIED in (self.begins_status, self.ends_status)

    @property
    def dates(self) -> str:
        """Its first and last day, each with ``?`` where it is not verified."""
        if self.facts["never_began"]:
            return self.facts["never_began"]
        begins, ends = self.facts["begins"], self.facts["ends"]
        marks = ["?" if s is Status.UNVERIFIED else "" for s in
                 (self.begins_status, self.ends_status)]  # fmt: skip
        to = f" to {ends}{marks[1]}" if ends else ""
        return f"{'' if to else 'from '}{begins}{marks[0]}{to}"

    @property
    def known_from(self) -> dt.date | None:
        """The first day on which the register knows of it; None where no day is recorded."""
        days = [event.span.begins for event in self.events] + [self.span.begins]
        return min((day for day in days if day), default=None)


@dataclass(frozen=True)
class Standing:
    """The state of a program on a date, and how far that is to be trusted."""

    state: State
    status: Status
    words: str
    """For example ``active since 2023-01-01, to 2026-12-31``."""


@cache
def registered() -> Mapping[str, Registered]:
    """Every program and model of the register, by its short name, in the register's order."""
    events = [
        Event(
            row["program"], row["kind"], row["from"], row["to"], row["what"],
            row["cite"] or "no source read", Status(row["status"]),
        )
        for row in load_code_table(REGISTRY, "events")
    ]  # fmt: skip
    return {
        row["program"]: Registered(
            row["program"],
            row["name"],
            row,
            Span(first_day(row["begins"]), last_day(row["ends"])),
            tuple(event for event in events if event.program == row["program"]),
        )
        for row in load_code_table(REGISTRY, "models")
    }


def registered_program(name: str) -> Registered:
    """The program called `name`: its short name, its full name, or the name of openvbc's program.

    Raises:
        InputError: there is none, or several.
    """
    asked = name.strip().lower()
    known = registered()
    if asked in known:
        return known[asked]
    matches = [
        each
        for each in known.values()
        if asked in (each.name.lower(), each.facts["settled_by"])
        or asked in each.facts["also_known_as"].lower().split("; ")
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        among = ", ".join(each.program for each in matches)
        raise InputError(
            f"{len(matches)} programs are settled as {name!r}", action=f"name one of: {among}",
            code="VBC-1095",
        )  # fmt: skip
    near = [each.program for each in known.values() if asked in each.name.lower()][:6]
    raise InputError(
        f"the register has no program named {name!r}",
        action=f"did you mean: {', '.join(near)}" if near else "'vbc programs' lists all",
        code="VBC-1096",
    )


def standing(entry: Registered, day: dt.date) -> Standing:
    """The state of a program on a day.

    A program that never began has no state but that, whatever the day. Before the first day it is
    in its implementation period, announced, or not begun, as its events say; a last day is in it.
    """
    span, never = entry.span, entry.facts["never_began"]
    if never:
        return Standing(State.NEVER_BEGAN, entry.ends_status, never)
    if span.begins is not None and day < span.begins:
        for event in entry.events:
            if event.kind == State.IMPLEMENTATION and event.span.holds(day):
                words = f"{event.kind} {event.span}; begins {span.begins}"
                return Standing(State.IMPLEMENTATION, event.status, words)
        announced = entry.known_from is not None and entry.known_from <= day
        state = State.ANNOUNCED if announced else State.NOT_BEGUN
        return Standing(state, entry.begins_status, f"begins {span.begins}")
    if span.ends is not None and span.ends < day:
        return Standing(State.ENDED, entry.ends_status, f"ended {span.ends}")
    to = f", to {span.ends}" if span.ends else ""
    status = Status.UNVERIFIED if entry.unverified else entry.begins_status
    return Standing(State.ACTIVE, status, f"active since {span.begins}{to}")


def advanced_apm(entry: Registered, year: int) -> str:
    """Whether taking part in the program's performance of `year` is taking part in an Advanced APM.

    ``yes``, ``no``, ``in part`` with the part, ``expected`` or ``not known``; ``none`` with the
    reason where the year lies outside the program's, or before Advanced APMs began.
    """
    first = min(
        parameter.applies["performance_year"].low
        for parameter in load_rules("mips").history("qp_payment_threshold")
        if parameter.applies["performance_year"].low is not None
    )
    if year < first:
        return f"none: Advanced APMs begin with {first}"
    if entry.facts["never_began"] or not entry.span.meets(year_of(year)):
        return f"none: not in force in {year}"
    answer, detail = entry.facts["advanced_apm"], entry.facts["advanced_apm_detail"]
    return f"{answer}: {detail}" if detail else answer
