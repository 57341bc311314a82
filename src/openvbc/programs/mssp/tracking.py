"""How the year is going: spending against the benchmark by month, enrollment type and category.

Recent months are completed by how earlier months ran out
(:mod:`openvbc.steps.expenditure.completion`). Spending here is what was paid, completed but not cut
off at the truncation threshold, which is known for a whole year only; so it runs above what the
settlement counts where a few people are very expensive.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from openvbc.errors import EmptyResult
from openvbc.steps.expenditure.completion import Development, develop
from openvbc.worksheets.kernel.worksheet import EXACT

Row = Mapping[str, Any]
TABLES = ("monthly_tracking", "monthly_person_months", "completion_triangle")
"""Tables of the run that are read."""


@dataclass(frozen=True)
class Tracked:
    """A month, an enrollment type or a service category of the year so far; USD, not rounded."""

    name: str
    person_months: int
    paid: Decimal
    completed: Decimal
    """Paid, times what months of that age have still grown by."""
    benchmark: Decimal | None
    """Updated benchmark of these person-months; None for a category, which has none."""

    @property
    def per_capita(self) -> Decimal | None:
        """Completed spending a person-year."""
        return self._a_year(self.completed)

    @property
    def benchmark_per_capita(self) -> Decimal | None:
        """Benchmark a person-year."""
        return None if self.benchmark is None else self._a_year(self.benchmark)

    def _a_year(self, amount: Decimal) -> Decimal | None:
        with localcontext(EXACT):
            return amount * 12 / self.person_months if self.person_months else None


@dataclass(frozen=True)
class Tracking:
    """The performance year as known on a day."""

    as_of: dt.date
    """Last day of the last month in which a payment became known."""
    months: Sequence[Tracked]
    enrollment_types: Sequence[Tracked]
    categories: Sequence[Tracked]
    total: Tracked


def track(
    tables: Mapping[str, Sequence[Row]],
    benchmark: Mapping[str, Decimal],
    known_by: dt.date,
) -> Tracking:
    """Follow the performance year.

    Args:
        tables: rows of :data:`TABLES`.
        benchmark: updated benchmark per capita by enrollment type, USD.
        known_by: cut-off of the run; what was known later is not in its tables.

    Raises:
        EmptyResult: no payment of the performance year is known.
    """
    triangle = tables["completion_triangle"]
    as_of = min(known_by, _last_known(triangle))
    development = {row.age: row for row in develop(triangle, as_of)}
    spent = [
        row
        for row in tables["monthly_tracking"]
        if row["period"] == "PY" and _end(row["incurred_month"]) <= as_of
    ]
    if not spent:
        raise EmptyResult(
            f"no payment of the performance year is known by {as_of}",
            action="give deliveries of the performance year",
        )
    months = sorted({row["incurred_month"] for row in spent})
    people = _person_months(tables["monthly_person_months"], months)
    with localcontext(EXACT):
        paid: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for row in spent:
            whole = row["amount"] * _growth(development, row["incurred_month"], as_of)
            keys = (
                ("month", f"{row['incurred_month']:%Y-%m}"),
                ("type", row["enrollment_type"]),
                ("category", row["service_category"]),
                ("total", ""),
            )
            for key in keys:
                paid[key][0] += row["amount"]
                paid[key][1] += whole

        def tracked(kind: str, name: str, of: Iterable[tuple[dt.date, str]] | None) -> Tracked:
            cells = list(people if of is None else of)
            expected = sum((benchmark[t] * people[m, t] / 12 for m, t in cells), Decimal(0))
            count = sum(people[cell] for cell in cells)
            amount, whole = paid[kind, name]
            return Tracked(name, count, amount, whole, None if kind == "category" else expected)

        return Tracking(
            as_of,
            [
                tracked("month", f"{month:%Y-%m}", [c for c in people if c[0] == month])
                for month in months
            ],
            [tracked("type", t, [c for c in people if c[1] == t]) for t in benchmark],
            [
                tracked("category", name, None)
                for name in sorted({row["service_category"] for row in spent})
            ],
            tracked("total", "", None),
        )


def _person_months(
    rows: Iterable[Row], months: Sequence[dt.date]
) -> dict[tuple[dt.date, str], int]:
    year = months[0].year
    found = {
        (dt.date(year, row["month"], 1), str(row["enrollment_type"])): int(row["person_months"])
        for row in rows
        if row["period"] == "PY"
    }
    return {cell: count for cell, count in found.items() if cell[0] in months}


def _growth(development: Mapping[int, Development], month: dt.date, as_of: dt.date) -> Decimal:
    after = as_of + dt.timedelta(days=1)
    age = 12 * (after.year - month.year) + after.month - month.month - 1
    known = development.get(age)
    return known.to_ultimate if known else Decimal(1)


def _last_known(triangle: Iterable[Row]) -> dt.date:
    known = [(row["incurred_month"], row["age"]) for row in triangle]
    last = max((12 * month.year + month.month - 1 + age for month, age in known), default=0)
    return _end(dt.date(max(last // 12, 1), last % 12 + 1, 1))


def _end(month: dt.date) -> dt.date:
    """The last day of a month given by its first."""
    following = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
