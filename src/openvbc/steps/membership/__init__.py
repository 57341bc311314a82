"""Members of a contract by a roster: their months, and what was spent on them in these months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable

RosterSpan = tuple[str, dt.date, dt.date]
"""Member identifier as the payer writes it, first and last day of membership."""


def steps() -> list[Step]:
    """The steps `member_month`, `member_spending` and `contract_total`."""
    return steps_in(resources.files(__name__))


def tables(
    roster: Iterable[RosterSpan],
    year: int,
    known_by: dt.date,
    stop_loss_threshold: Decimal | None,
) -> list[SmallTable]:
    """What the steps are given: the roster, the contract year and its months."""
    months = [
        (dt.date(year, month, 1), _last(year, month), 1 << (month - 1)) for month in range(1, 13)
    ]
    return [
        SmallTable(
            "roster_span",
            {"member_id": "string", "first_day": "date", "last_day": "date"},
            list(roster),
        ),
        SmallTable(
            "contract_year",
            {"calendar_year": "int", "known_by": "date", "stop_loss_threshold": "decimal(18,2)"},
            [(year, known_by, stop_loss_threshold)],
        ),
        SmallTable(
            "contract_month",
            {"first_day": "date", "last_day": "date", "bit": "int"},
            months,
        ),
    ]


def _last(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
