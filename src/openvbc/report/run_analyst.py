"""The analyst's sections of a run's report: assignment, per capita, categories, utilisation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.enrollment_type import TYPE_NAMES, type_name
from openvbc.format import HIDDEN, capitalised, in_words, show
from openvbc.programs.explanation import (
    WORDS,
    Explanation,
    Heading,
    SmallGrid,
    shown_cell,
)
from openvbc.programs.report_sections import ReportSection
from openvbc.report import charts
from openvbc.report.disclosure import Disclosure
from openvbc.report.page import Block, Grid, Note, Section
from openvbc.report.run_counts import outcome_of

Rows = Sequence[Mapping[str, Any]]
Periods = Mapping[str, str]


def sections(
    asked: Sequence[ReportSection],
    table: Callable[[str], Rows],
    shown: Disclosure,
    periods: Periods,
) -> list[Section]:
    """The sections that the program declares and for which the run left its table.

    `periods` are the measured periods in order, with the name a reader sees; `shown` says which
    counts, and figures over them, the report shows.
    """

    def made(section: ReportSection) -> Section | None:
        per_capita = table("per_capita_expenditure")
        match section:
            case ReportSection.ASSIGNMENT:
                return _assignment(table("assignment"), shown, periods)
            case ReportSection.PER_CAPITA:
                return _per_capita(per_capita, shown, periods)
            case ReportSection.SERVICE_CATEGORIES:
                return _categories(table("category_expenditure"), per_capita, shown, periods)
            case ReportSection.UTILISATION:
                return _utilisation(table("utilization"), per_capita, shown, periods)

    return [section for each in asked if (section := made(each)) is not None]


def _assignment(rows: Rows, shown: Disclosure, periods: Periods) -> Section | None:
    if not rows:
        return None
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[outcome_of(row), row["period"]] += row.get("people", 1)
    body = []
    for outcome in sorted({outcome for outcome, _ in counts}):
        group, label = outcome.split(": ")
        cells = [
            shown.show(("outcome", p, outcome), counts[outcome, p]) if counts[outcome, p] else "0"
            for p in periods
        ]
        body.append([f"{group}: {in_words(label, begins=False)}", *cells])
    heads = ["Outcome", *periods.values()]
    grid = Grid(heads, body, numeric=frozenset(heads[1:]))
    return Section("Assignment", [grid], "Everyone in the feeds, and why assigned or not.")


def _assigned(rows: Rows) -> Rows:
    return [row for row in rows if row["population"] == "ASSIGNED"]


def _per_capita(rows: Rows, shown: Disclosure, periods: Periods) -> Section | None:
    rows = [row for row in _assigned(rows) if row["period"] in periods]
    if not rows:
        return None
    heads = (
        "Year", "Enrollment type", "People", "Person-years", "Spending", "After completion",
        "Truncation threshold", "People truncated", "Per capita",
    )  # fmt: skip
    body = []
    order = list(TYPE_NAMES)
    for row in sorted(rows, key=lambda r: (r["period"], order.index(r["enrollment_type"]))):
        months = Decimal(row["person_months"])
        per_capita = Decimal(row["truncated_amount_times_12"]) / months if months else None
        whose = [periods[row["period"]], type_name(row["enrollment_type"])]
        truncated = ("truncated", row["period"], row["enrollment_type"])
        cells = [
            f"{row['persons']:,}",
            show(months / 12, "person-years"),
            show(row["amount"], "USD"),
            show(row["completed_amount"], "USD"),
            show(row["truncation_threshold"], "USD"),
            shown.show(truncated, row["truncated_persons"]),
            show(per_capita, "USD per capita"),
        ]
        of_type = ("type", row["enrollment_type"])
        body.append([*whose, *(shown.figure(of_type, cell) for cell in cells)])
    grid = Grid(heads, body, numeric=frozenset(heads[2:]))
    return Section(
        "Per capita",
        [grid],
        "Annualised, truncated at the 99th percentile by type, weighted by person-years.",
    )


def _person_years(per_capita: Rows) -> dict[str, Decimal]:
    years: dict[str, Decimal] = defaultdict(Decimal)
    for row in _assigned(per_capita):
        years[row["period"]] += Decimal(row["person_months"]) / 12
    return years


def _categories(
    rows: Rows, per_capita: Rows, shown: Disclosure, periods: Periods
) -> Section | None:
    years = _person_years(per_capita)
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in _assigned(rows):
        sums[row["service_category"], row["period"]] += Decimal(row["amount"])
    if not sums or not years:
        return None
    latest = next((p for p in reversed(list(periods)) if p in years), "")
    names = sorted({name for name, _ in sums}, key=lambda n: (-sums[n, latest], n))
    body, points = [], []
    for name in names:
        cells = []
        for period in periods:
            value = sums[name, period] / years[period] if years.get(period) else None
            key = ("category", period, name)
            hidden = (name, period) in sums and shown.hides(key)
            cells.append(HIDDEN if hidden else show(value, "USD per capita"))
            if value is not None and not hidden:
                points.append((in_words(name), value, periods[period]))
        body.append([in_words(name), *cells])
    heads = ["Service category", *periods.values()]
    blocks: list[Block] = [
        charts.bars(points, "USD per person-year", "Spending per person-year by category."),
        Grid(heads, body, "USD per person-year, before truncation.", frozenset(heads[1:])),
    ]
    return Section("Service categories", blocks)


def _utilisation(
    rows: Rows, per_capita: Rows, shown: Disclosure, periods: Periods
) -> Section | None:
    years = _person_years(per_capita)
    events: dict[tuple[str, str], int] = defaultdict(int)
    for row in _assigned(rows):
        events[row["measure"], row["period"]] += int(row["events"])
    if not events or not years:
        return None
    body = []
    for name in sorted({measure for measure, _ in events}):
        rates = [
            shown.figure(("events", p, name), f"{Decimal(n) * 1000 / years[p]:,.1f}")
            if years.get(p) and (n := events.get((name, p)))
            else "0.0"
            if years.get(p)
            else "–"
            for p in periods
        ]
        body.append([in_words(name), *rates])
    heads = ["Per 1,000 person-years", *periods.values()]
    return Section("Utilisation", [Grid(heads, body, numeric=frozenset(heads[1:]))])


def tracking(
    explained: Explanation | None,
    table: Callable[[str], Rows],
    main_period: str,
    shown: Disclosure,
) -> list[Section]:
    """How the period that is settled is going: spending by month, with completion and benchmark."""
    if explained is None:
        return []
    blocks: list[Block] = []
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for row in table("monthly_tracking"):
        if row["period"] == main_period:
            spent[str(row["incurred_month"])[:7]] += Decimal(row["amount"])
    months: dict[str, int] = defaultdict(int)
    year = min(spent, default="")[:4]
    for row in table("monthly_person_months"):
        if row["period"] == main_period:
            months[f"{year}-{row['month']:02d}"] += row["person_months"]
    points: list[tuple[str, charts.Number, str]] = [
        (month, spent[month] / months[month], "Paid so far")
        for month in sorted(spent)
        if months[month] and not shown.hides(("month", main_period, int(month[5:])))
    ]
    if points:
        caption = "Spending by month incurred, an assigned person and month."
        if not shown.shared:
            points += _expected(explained, {month: paid for month, paid, _ in points})
        blocks.append(charts.lines(points, "USD per person-month", caption))
    if not shown.shared:  # the tables by type and category are about groups nobody registered
        blocks += explained_blocks(explained)
    return [Section("Monthly tracking", blocks)]


EXPECTED = {"a year": "With what is still expected", "benchmark": "Benchmark"}
"""Columns of the months that are a year's, and what their twelfth part is called."""
APART = Decimal("0.01")
"""Lines nearer than this share cannot be told apart in a picture."""


def _expected(
    explained: Explanation, paid: Mapping[str, charts.Number]
) -> Iterator[tuple[str, charts.Number, str]]:
    """What the months come to once all of them is paid, and what they are held against.

    The first is left out where it is within a hundredth of what is paid in every month: it would
    only cover it.
    """
    grids = [part for part in explained.parts if isinstance(part, SmallGrid)]
    headings = [field.heading for field in grids[0].fields] if grids else []
    for heading, name in EXPECTED.items():
        if heading not in headings:
            continue
        at = headings.index(heading)
        amounts = {
            row[0]: Decimal(row[at]) / 12
            for row in grids[0].rows
            if row[0] in paid and row[at] is not None
        }
        covers = all(
            abs(value - Decimal(paid[month])) <= APART * abs(Decimal(paid[month]))
            for month, value in amounts.items()
        )
        if heading == "benchmark" or not covers:
            yield from ((month, value, name) for month, value in amounts.items())


def explained_blocks(explained: Explanation) -> list[Block]:
    """The parts of an explanation as blocks of a page, without its headings."""
    return [block for section in explained_sections(explained) for block in section.blocks]


def explained_sections(explained: Explanation) -> list[Section]:
    """An explanation as sections of a page, one a heading."""
    parts: list[tuple[str, str, list[Block]]] = []
    for part in explained.parts:
        if isinstance(part, Heading):
            parts.append((part.name, part.text, []))
            continue
        if not parts:
            parts.append(("Overview", "", []))
        block = explained_grid(part) if isinstance(part, SmallGrid) else Note(part.text)
        parts[-1][2].append(block)
    return [Section(name, blocks, lead) for name, lead, blocks in parts]


def explained_grid(part: SmallGrid) -> Grid:
    """A small table of an explanation as a block of a page."""
    body = [
        [shown_cell(cell, each.unit) for cell, each in zip(row, part.fields, strict=True)]
        for row in part.rows
    ]
    heads = [capitalised(each.heading) for each in part.fields]
    numeric = frozenset(
        head for head, each in zip(heads, part.fields, strict=True) if each.unit not in WORDS
    )
    total = body.pop() if part.has_total else None
    return Grid(heads, body, part.title, numeric, total)
