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
from openvbc.programs.explanation import Explanation, Field, Part, Sentence, SmallGrid
from openvbc.programs.mssp.periods import PERFORMANCE_YEAR
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run
from openvbc.steps.expenditure.completion import Development, develop
from openvbc.worksheets.kernel.worksheet import EXACT
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES

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
    benchmark: Mapping[str, Decimal | None],
    known_by: dt.date,
) -> Tracking:
    """Follow the performance year.

    Args:
        tables: rows of :data:`TABLES`.
        benchmark: updated benchmark per capita by enrollment type, USD; None where the run could
            not compute it.
        known_by: cut-off of the run; what was known later is not in its tables.

    Raises:
        EmptyResult: no payment of the performance year is known.
    """
    triangle = tables["completion_triangle"]
    if not triangle:
        raise EmptyResult(
            "no payment of an assigned person is known: there is no year to follow",
            rule="the year is followed by the spending of the people who are assigned",
            action="the run's report says what is lacking; give it and run again",
            code="VBC-6028",
        )
    as_of = min(known_by, _last_known(triangle))
    development = {row.age: row for row in develop(triangle, as_of)}
    spent = [
        row
        for row in tables["monthly_tracking"]
        if row["period"] == PERFORMANCE_YEAR and _end(row["incurred_month"]) <= as_of
    ]
    if not spent:
        raise EmptyResult(
            f"no payment of the performance year is known by {as_of}",
            action="give deliveries of the performance year",
            code="VBC-6007",
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
            expected = _expected(benchmark, people, cells)
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


def _expected(
    benchmark: Mapping[str, Decimal | None],
    people: Mapping[tuple[dt.date, str], int],
    cells: Iterable[tuple[dt.date, str]],
) -> Decimal | None:
    """The benchmark of these person-months; None where that of a type among them is not known."""
    total = Decimal(0)
    for month, kind in cells:
        per_capita = benchmark[kind]
        if per_capita is None:
            return None
        total += per_capita * people[month, kind] / 12
    return total


def _person_months(
    rows: Iterable[Row], months: Sequence[dt.date]
) -> dict[tuple[dt.date, str], int]:
    year = months[0].year
    counts_by_cell = {
        (dt.date(year, row["month"], 1), str(row["enrollment_type"])): int(row["person_months"])
        for row in rows
        if row["period"] == PERFORMANCE_YEAR
    }
    return {cell: count for cell, count in counts_by_cell.items() if cell[0] in months}


def _growth(development: Mapping[int, Development], month: dt.date, as_of: dt.date) -> Decimal:
    after = as_of + dt.timedelta(days=1)
    age = 12 * (after.year - month.year) + after.month - month.month - 1
    known = development.get(age)
    return known.to_ultimate if known else Decimal(1)


def _last_known(triangle: Iterable[Row]) -> dt.date:
    known = [(row["incurred_month"], row["age"]) for row in triangle]
    last = max(12 * month.year + month.month - 1 + age for month, age in known)
    return _end(dt.date(last // 12, last % 12 + 1, 1))


def _end(month: dt.date) -> dt.date:
    """The last day of a month given by its first."""
    following = dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


CAPTION = (
    "months: person-months. growth: what payments of that age have still grown by. a year: "
    "spending a person-year after that growth. below: benchmark less spending. Nothing is cut off "
    "at the truncation threshold, which needs the whole year."
)


def track_run(run: Run) -> Explanation:
    """The performance year of a run so far, against its benchmark where the run has one.

    Raises:
        EmptyResult: no payment of the performance year is known.
    """
    known_by = next(p["known_by"] for p in run.periods if p["period"] == PERFORMANCE_YEAR)
    tables = {name: run.table(name).rows() for name in TABLES}
    tracking = track(tables, _benchmark_of(run), known_by)
    parts: list[Part] = [
        Sentence(f"As of {tracking.as_of}"),
        _grid("By month", [*tracking.months, tracking.total]),
        _grid("By enrollment type", tracking.enrollment_types),
        _grid("By service category", tracking.categories),
        Sentence(CAPTION),
    ]
    if tracking.total.benchmark is None:
        parts.insert(
            1, Sentence("The run has no benchmark: what it lacks for one is in its report.")
        )
    return Explanation(parts, about_people=False)


def _benchmark_of(run: Run) -> dict[str, Decimal | None]:
    kinds = [kind.upper() for kind in ENROLLMENT_TYPES]
    if not run.is_settled:
        return dict.fromkeys(kinds)
    stored = StoredRun(run.folder)
    sheet = next(name for name, w in stored.sheets.items() if w["name"] == BENCHMARK.name)
    (row,) = stored.rows(sheet, None, None)
    return {kind: row.values[f"updated_benchmark_{kind.lower()}"] for kind in kinds}


def _grid(title: str, rows: Sequence[Tracked]) -> SmallGrid:
    fields = [
        Field("", whole=True), Field("months", "count"), Field("paid", "USD", True),
        Field("growth"), Field("a year", "USD", True),
    ]  # fmt: skip
    has_benchmark = rows[0].benchmark is not None
    if has_benchmark:
        fields += [Field("benchmark", "USD", True), Field("below", "USD", True)]
    cells = []
    for row in rows:
        expected, actual = row.benchmark_per_capita, row.per_capita
        name = row.name.lower().replace("_", " ") or "all"
        growth = f"{row.completed / row.paid:.3f}" if row.paid else ""
        line: list[Any] = [name, row.person_months, row.paid, growth, actual]
        if has_benchmark:
            below = None if expected is None or actual is None else expected - actual
            line += [expected, below]
        cells.append(line)
    return SmallGrid(title, fields, cells, has_total=rows[-1].name == "")
