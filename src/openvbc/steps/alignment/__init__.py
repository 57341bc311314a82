"""Alignment of Direct Contracting and ACO REACH: who is aligned, which months count, their cost.

Steps, in order: alignment_line, alignment_charges, alignment_eligibility, designated_entity,
alignment, aligned_month, aligned_payment, aligned_person, alignment_total.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable

PERFORMANCE_YEAR = "PY"
ENTITLEMENTS = ("AGED_DISABLED", "ESRD")
LAST_DAY = dt.date(9999, 12, 31)


@dataclass(frozen=True)
class AlignmentPeriod:
    """One measured year. Dates are inclusive."""

    period: str
    calendar_year: int
    first_month: int
    """The first month that counts; 4 in 2021."""
    older_first_day: dt.date
    recent_first_day: dt.date
    alignment_last_day: dt.date
    alignment_known_by: dt.date
    """Services known later do not align."""
    known_by: dt.date
    """Claims known later do not count as expenditure."""
    last_month: int = 12
    """The last month that counts."""
    continues: str = ""
    """The period whose alignment goes on in it, where it has none of its own."""

    @property
    def is_performance_year(self) -> bool:
        """Whether it is the year that is settled."""
        return self.period == PERFORMANCE_YEAR

    @property
    def year_start(self) -> dt.date:
        """The first day that counts."""
        return dt.date(self.calendar_year, self.first_month, 1)


@dataclass(frozen=True)
class AlignmentTerm:
    """What the steps need of the contract and of the rules."""

    entity_id: str
    performance_year: int
    older_year_parts: int
    recent_year_parts: int
    least_primary_care_share: Decimal
    needs_high_needs: bool
    stop_loss_is_against_prediction: bool


@dataclass(frozen=True)
class Designation:
    """A person named a clinician as the main source of care."""

    member_id: str
    designated_on: dt.date
    tin: str | None
    npi: str | None


@dataclass(frozen=True)
class AlignmentLists:
    """The lists of the user that the steps read."""

    codes: Sequence[tuple[str, dt.date, dt.date]]
    """Code, first and last day on which it counts."""
    specialties: Sequence[tuple[str, str]]
    designations: Sequence[Designation] = ()
    high_needs: Sequence[tuple[str, dt.date]] = ()
    """Member and the day from which a criterion of High Needs is met."""
    rates: Sequence[tuple[str, str, Decimal, Decimal | None]] = ()
    """County, entitlement, rate, charge for stop-loss."""
    equity: Sequence[tuple[str, str]] = ()
    scores: Sequence[tuple[str, Decimal]] = ()
    bands: Sequence[tuple[str, Decimal, Decimal | None, Decimal]] = ()
    """Entitlement, from, to, share: the bands of stop-loss."""


def steps() -> list[Step]:
    """The alignment steps; they read `cancelled_chain` of :mod:`openvbc.steps.claims`."""
    return steps_in(resources.files(__name__))


def starts(period: AlignmentPeriod, by_quarter: bool) -> list[int]:
    """Months from which alignment may start: the first one, and each quarter's where allowed."""
    later = [month for month in (1, 4, 7, 10) if month > period.first_month]
    return [period.first_month, *(later if by_quarter else [])]


def tables(
    periods: Sequence[AlignmentPeriod],
    term: AlignmentTerm,
    lists: AlignmentLists,
    start_months: Iterable[int],
) -> list[SmallTable]:
    """What the steps are given."""
    return [*_calendar(periods, start_months), _term_table(term), *_lists(lists)]


def _calendar(periods: Sequence[AlignmentPeriod], start_months: Iterable[int]) -> list[SmallTable]:
    main = next(period for period in periods if period.is_performance_year)
    return [
        SmallTable(
            "alignment_period",
            {
                "period": "string", "calendar_year": "int", "is_performance_year": "boolean",
                "first_month": "int", "first_bit": "int", "year_start": "date",
                "older_first_day": "date", "recent_first_day": "date",
                "alignment_last_day": "date", "alignment_known_by": "date", "known_by": "date",
                "continues": "string",
            },
            [
                (
                    p.period, p.calendar_year, p.is_performance_year, p.first_month,
                    1 << (p.first_month - 1), p.year_start, p.older_first_day,
                    p.recent_first_day, p.alignment_last_day, p.alignment_known_by, p.known_by,
                    p.continues or None,
                )
                for p in periods
            ],
        ),
        SmallTable(
            "alignment_month",
            {"period": "string", "month_number": "int", "bit": "int", "first_day": "date"},
            [
                (p.period, month, 1 << (month - 1), dt.date(p.calendar_year, month, 1))
                for p in periods
                for month in range(p.first_month, p.last_month + 1)
            ],
        ),
        SmallTable(
            "alignment_start",
            {"month_number": "int", "bit": "int", "first_day": "date"},
            [
                (month, 1 << (month - 1), dt.date(main.calendar_year, month, 1))
                for month in start_months
            ],
        ),
    ]  # fmt: skip


def _term_table(term: AlignmentTerm) -> SmallTable:
    columns = {
        "entity_id": "string", "performance_year": "int", "older_year_parts": "int",
        "recent_year_parts": "int", "least_primary_care_share": "decimal(9,6)",
        "needs_high_needs": "boolean", "stop_loss_is_against_prediction": "boolean",
    }  # fmt: skip
    return SmallTable("alignment_term", columns, [tuple(vars(term).values())])


def _lists(lists: AlignmentLists) -> list[SmallTable]:
    return [
        SmallTable(
            "alignment_code",
            {"hcpcs_code": "string", "first_day": "date", "last_day": "date"},
            list(lists.codes),
        ),
        SmallTable(
            "alignment_specialty",
            {"specialty_code": "string", "role": "string"},
            list(lists.specialties),
        ),
        SmallTable(
            "designation",
            {
                "row_number": "int", "member_id": "string", "designated_on": "date",
                "tin": "string", "npi": "string",
            },
            [
                (n, d.member_id, d.designated_on, d.tin, d.npi)
                for n, d in enumerate(lists.designations, start=1)
            ],
        ),
        SmallTable(
            "high_needs_member", {"member_id": "string", "first_day": "date"},
            list(lists.high_needs),
        ),
        SmallTable(
            "rate_book",
            {
                "county": "string", "entitlement": "string", "rate": "decimal(12,2)",
                "stop_loss_charge": "decimal(12,2)",
            },
            list(lists.rates),
        ),
        SmallTable(
            "equity_member", {"member_id": "string", "equity_group": "string"}, list(lists.equity)
        ),
        SmallTable(
            "scored_member", {"member_id": "string", "risk_score": "decimal(9,6)"},
            list(lists.scores),
        ),
        SmallTable(
            "stop_loss_band",
            {
                "entitlement": "string", "band_from": "decimal(18,2)", "band_to": "decimal(18,2)",
                "share": "decimal(9,6)",
            },
            list(lists.bands),
        ),
    ]  # fmt: skip
