"""The analyst's tables of a claims run as lists: what a workbook shows beside the settlement.

The same numbers as the sections of the page (:mod:`openvbc.report.run_analyst`), not rounded, in
a form that is filtered and charted in Excel. They count people: none is in a workbook for others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.enrollment_type import type_name
from openvbc.format import in_words
from openvbc.programs.listing import Field, Listing
from openvbc.programs.settlement import About
from openvbc.report.run_counts import outcome_of

Rows = Sequence[Mapping[str, Any]]
InputShown = Callable[[str, str, str], str]
PER_CAPITA = "USD per capita"
SMALL: About = "small counts"


def analyst_listings(
    table: Callable[[str], Rows],
    periods: Mapping[str, str],
    over: Mapping[str, str],
    input_shown: InputShown,
) -> list[Listing]:
    """Assignment, per capita, categories, utilisation, months: those whose tables the run has.

    `periods` are the measured ones in order, with their names; sums of a year are told of those
    that are `over`, months of all. `input_shown` tells which input of the settlement a cell of the
    per capita table is, by period, enrollment type and column.
    """
    made = [
        _assignment(table("assignment"), over),
        _per_capita(table("per_capita_expenditure"), over, input_shown),
        _categories(table("category_expenditure"), table("per_capita_expenditure"), over),
        _utilisation(table("utilization"), table("per_capita_expenditure"), over),
        _months(table("monthly_tracking"), table("monthly_person_months"), periods),
    ]
    return [listing for listing in made if listing.rows]


def data_quality_listing(
    waterfall: Sequence[tuple[str, int, int, Mapping[str, int]]],
) -> list[Listing]:
    """A row a file of the feeds: rows in = rows used + rows set aside, and why; none of no file."""
    fields = [
        Field("File", role="who"), Field("Rows in", "count"), Field("Used", "count"),
        Field("Set aside", "count"), Field("Reasons", role="evidence"),
    ]  # fmt: skip
    body = [
        [file, records, used, sum(reasons.values()),
         "; ".join(f"{reason}: {count:,}" for reason, count in reasons.items())]
        for file, records, used, reasons in waterfall
    ]  # fmt: skip
    lead = "Rows in = rows used + rows set aside, for every file; 'vbc check' lists the rows."
    return [Listing("data_quality", "Data quality", fields, body, lead, SMALL)] if body else []


def _assignment(rows: Rows, periods: Mapping[str, str]) -> Listing:
    counts = Counter((outcome_of(row), row["period"]) for row in rows)
    body = []
    for outcome in sorted({outcome for outcome, _ in counts}):
        group, label = outcome.split(": ")
        cells = [counts[outcome, period] for period in periods]
        body.append([group, in_words(label), *cells])
    heads = [Field("Outcome", role="who"), Field("How, or why not", role="who")]
    fields = [*heads, *(Field(name, "people") for name in periods.values())]
    lead = "Everyone in the feeds, and why assigned or not."
    return Listing("assignment", "Assignment", fields, body, lead, SMALL)


def _per_capita(rows: Rows, periods: Mapping[str, str], input_shown: InputShown) -> Listing:
    fields = [
        Field("Year", role="who"), Field("Enrollment type", role="who"), Field("People", "people"),
        Field("Person-years", "person-years"), Field("Spending", "USD"),
        Field("After completion", "USD"), Field("After cut-off", "USD"),
        Field("Truncation threshold", "USD"), Field("People cut off", "people"),
        Field("Per capita", PER_CAPITA),
    ]  # fmt: skip
    shown = [
        row
        for row in sorted(_assigned(rows, periods), key=lambda r: _key(r, periods))
        if row["person_months"]
    ]
    body = [
        [periods[row["period"]], type_name(row["enrollment_type"]), row["persons"],
         Decimal(row["person_months"]) / 12, row["amount"], row["completed_amount"],
         row["truncated_amount_times_12"] / 12, row["truncation_threshold"],
         row["truncated_persons"], row["truncated_amount_times_12"] / row["person_months"]]
        for row in shown
    ]  # fmt: skip
    feeds = {
        (down, at): name
        for down, row in enumerate(shown)
        for at, head in enumerate(fields)
        if (name := input_shown(row["period"], row["enrollment_type"], head.label))
    }
    lead = "Annualised, cut off at the truncation threshold, weighted by person-years."
    return Listing("per_capita", "Per capita", fields, body, lead, SMALL, feeds=feeds)


def _categories(rows: Rows, per_capita: Rows, periods: Mapping[str, str]) -> Listing:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in _assigned(rows, periods):
        sums[row["service_category"], row["period"]] += row["amount"]
    lead = "USD a person-year, before completion and cut-off."
    return _by_period(
        ("service_categories", "Service categories", "Service category"), sums, per_capita,
        periods, Decimal(1), PER_CAPITA, lead,
    )  # fmt: skip


def _utilisation(rows: Rows, per_capita: Rows, periods: Mapping[str, str]) -> Listing:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in _assigned(rows, periods):
        sums[row["measure"], row["period"]] += int(row["events"])
    lead = "Events per 1,000 person-years."
    return _by_period(
        ("utilisation", "Utilisation", "Measure"), sums, per_capita, periods, Decimal(1000),
        "events", lead,
    )  # fmt: skip


def _by_period(
    names: tuple[str, str, str],
    sums: Mapping[tuple[str, str], Decimal],
    per_capita: Rows,
    periods: Mapping[str, str],
    times: Decimal,
    unit: str,
    lead: str,
) -> Listing:
    name, title, head = names
    years: dict[str, Decimal] = defaultdict(Decimal)
    for row in _assigned(per_capita, periods):
        years[row["period"]] += Decimal(row["person_months"]) / 12
    body = [
        [in_words(each), *(sums.get((each, p), Decimal(0)) * times / years[p] if years[p] else None
                           for p in periods)]
        for each in sorted({each for each, _ in sums})
    ]  # fmt: skip
    fields = [Field(head, role="who"), *(Field(period, unit) for period in periods.values())]
    return Listing(name, title, fields, body, lead, SMALL)


def _months(spent: Rows, people: Rows, periods: Mapping[str, str]) -> Listing:
    fields = [
        Field("Year", role="who"), Field("Month", role="who"), Field("Person-months", "people"),
        Field("Paid", "USD"), Field("A person-month", PER_CAPITA),
    ]  # fmt: skip
    paid: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in spent:
        if row["period"] in periods:
            paid[row["period"], str(row["incurred_month"])[:7]] += row["amount"]
    months: dict[tuple[str, int], int] = defaultdict(int)
    for row in people:
        months[row["period"], int(row["month"])] += int(row["person_months"])
    order = list(periods)
    body = []
    for (period, month), amount in sorted(paid.items(), key=lambda x: (order.index(x[0][0]), x[0])):
        count = months[period, int(month[5:])]
        per_month = amount / count if count else None
        body.append([periods[period], month, count, amount, per_month])
    lead = "Spending by month incurred, as paid so far."
    return Listing("months", "Months", fields, body, lead, SMALL)


def _assigned(rows: Rows, periods: Mapping[str, str]) -> Rows:
    return [r for r in rows if r["population"] == "ASSIGNED" and r["period"] in periods]


def _key(row: Mapping[str, Any], periods: Mapping[str, str]) -> tuple[int, str]:
    return list(periods).index(row["period"]), str(row["enrollment_type"])
