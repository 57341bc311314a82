"""Capitation: a roster and its changes, what each run pays, who answers for each claim line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable

LAST_DAY = dt.date(9999, 12, 31)
FUNDS = ("GROUP", "HOSPITAL", "SHARED", "PLAN")


@dataclass(frozen=True)
class RosterChange:
    """One row of the roster: a member added (or changed) for a span, or terminated after a day."""

    member_id: str
    is_addition: bool
    first_day: dt.date | None
    last_day: dt.date
    rate_cell: str
    area: str
    risk_score: Decimal
    received_on: dt.date
    plan: str = ""
    line: int = 0
    """Where it stands in the user's file."""
    has_score: bool = True


@dataclass(frozen=True)
class Held:
    """One row of the division of financial responsibility: which lines of which service."""

    service: str
    fund: str
    priority: int
    claim_kind: str
    claim_type_code: str | None = None
    hcpcs_low: str | None = None
    hcpcs_high: str | None = None
    specialty_code: str | None = None
    provider: str | None = None


@dataclass(frozen=True)
class Kicks:
    """Payments for events: what each is paid, by which codes claims are of it."""

    amounts: Sequence[tuple[str, Decimal]]
    """Event and dollars."""
    codes: Sequence[tuple[str, str, str]]
    """Event, kind of code, code."""
    days: int
    """Claims at most so many days after the one before are of one event."""


@dataclass(frozen=True)
class Terms:
    """What the steps need of the contract."""

    known_by: dt.date
    retroactive_months: int
    is_risk_adjusted: bool
    carve_out_per_month: Decimal
    counts_equivalent: bool
    group_fund_share: Decimal
    hospital_fund_share: Decimal
    shared_fund_share: Decimal
    stop_loss_deductible: Decimal | None
    stop_loss_share: Decimal | None


def steps() -> list[Step]:
    """Every step of a capitation contract."""
    return steps_in(resources.files(__name__))


def kick_tables(kicks: Kicks | None) -> list[SmallTable]:
    """What `kick_event` is given; without kick payments the step does not run, and it is empty."""
    if kicks is None:
        columns = {"person_id": "string", "event": "string", "event_number": "int",
                   "month_number": "int", "first_day": "date", "claims": "int",
                   "amount": "decimal(18,2)"}  # fmt: skip
        return [SmallTable("kick_event", columns, [])]
    return [
        SmallTable(
            "kick_payment", {"event": "string", "amount": "decimal(18,2)", "days": "int"},
            [(event, amount, kicks.days) for event, amount in kicks.amounts],
        ),
        SmallTable(
            "kick_code", {"event": "string", "code_kind": "string", "code": "string"},
            list(kicks.codes),
        ),
    ]  # fmt: skip


def laser_table(lasers: Sequence[tuple[str, Decimal]]) -> SmallTable:
    """Members with a stop-loss deductible of their own."""
    return SmallTable("laser", {"member_id": "string", "deductible": "decimal(18,2)"}, list(lasers))


def months(first: dt.date, count: int) -> list[tuple[int, dt.date, dt.date]]:
    """Number, first and last day of `count` months from the one that begins on `first`."""
    month_spans = []
    for number in range(1, count + 1):
        index = first.year * 12 + first.month - 1 + number - 1
        day = dt.date(index // 12, index % 12 + 1, 1)
        following = dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1)
        month_spans.append((number, day, following - dt.timedelta(days=1)))
    return month_spans


def run_days(first: dt.date, count: int, last: dt.date) -> list[dt.date]:
    """The day of each capitation run: the first of each month, to the last one by `last`.

    Runs after the last month pay nothing but adjustments.
    """
    days: list[dt.date] = []
    number = count
    while not days or days[-1] <= last:
        days = [day for _, day, _ in months(first, number)]
        number += 1
    return [day for day in days if day <= last]


def tables(
    roster: Sequence[RosterChange],
    rates: Iterable[tuple[str, str, Decimal]],
    division: Iterable[Held],
    sub_capitation: Iterable[tuple[int, str, str]],
    payments: Iterable[tuple[str, int, Decimal, str | None]],
    terms: Terms,
    first: dt.date,
    count: int,
    runs: Sequence[dt.date],
    beside_risk: Mapping[str, Decimal] | None = None,
) -> list[SmallTable]:
    """What the steps are given. A change counts in the first run on or after it was received.

    `rates` are rate cell, area and the rate with area and trend; `sub_capitation` month, provider
    and service; `payments` member, month, amount and rate cell; `beside_risk` by rate cell what a
    month is paid that no risk score moves. A change received after the last
    run is no part of what is settled: it is left out.
    """
    changes = []
    ordered = sorted(enumerate(roster), key=lambda each: (each[1].received_on, each[0]))
    for number, (_, change) in enumerate(ordered, start=1):
        run = next((n for n, day in enumerate(runs, start=1) if change.received_on <= day), None)
        if run is not None:
            changes.append(
                (
                    number, change.member_id, change.is_addition, change.first_day,
                    change.last_day, change.rate_cell, change.area, change.risk_score, change.plan,
                    run,
                )
            )  # fmt: skip
    return [
        SmallTable(
            "roster_change",
            {
                "change_number": "bigint", "member_id": "string", "is_addition": "boolean",
                "first_day": "date", "last_day": "date", "rate_cell": "string",
                "area": "string", "risk_score": "decimal(9,6)", "plan": "string",
                "first_run": "int",
            },
            changes,
        ),
        SmallTable(
            "capitation_month",
            {"month_number": "int", "first_day": "date", "last_day": "date"},
            months(first, count),
        ),
        _rate_table(rates, beside_risk or {}),
        SmallTable(
            "responsibility",
            {
                "service": "string", "fund": "string", "priority": "int",
                "claim_kind": "string", "claim_type_code": "string", "hcpcs_low": "string",
                "hcpcs_high": "string", "specialty_code": "string", "provider": "string",
            },
            [tuple(vars(held).values()) for held in division],
        ),
        SmallTable(
            "sub_capitation",
            {"month_number": "int", "provider": "string", "service": "string"},
            sorted(set(sub_capitation)),
        ),
        SmallTable(
            "capitation_payment",
            {
                "member_id": "string", "month_number": "int", "amount": "decimal(18,2)",
                "rate_cell": "string",
            },
            list(payments),
        ),
        _term_table(terms),
    ]  # fmt: skip


def _term_table(terms: Terms) -> SmallTable:
    return SmallTable(
        "capitation_term",
        {
            "known_by": "date", "retroactive_months": "int", "is_risk_adjusted": "boolean",
            "carve_out_per_month": "decimal(18,2)", "counts_equivalent": "boolean",
            "group_fund_share": "decimal(9,6)", "hospital_fund_share": "decimal(9,6)",
            "shared_fund_share": "decimal(9,6)", "stop_loss_deductible": "decimal(18,2)",
            "stop_loss_share": "decimal(9,6)",
        },
        [tuple(vars(terms).values())],
    )  # fmt: skip


def _rate_table(
    rates: Iterable[tuple[str, str, Decimal]], beside_risk: Mapping[str, Decimal]
) -> SmallTable:
    return SmallTable(
        "capitation_rate",
        {
            "rate_cell": "string", "area": "string", "rate": "decimal(24,14)",
            "beside_risk": "decimal(24,14)",
        },
        [(cell, area, rate, beside_risk.get(cell, Decimal(0))) for cell, area, rate in rates],
    )  # fmt: skip
