"""A run against CMS's reports: line by line, list by list, and the causes of the gap in dollars."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from openvbc.engine.reading import reading
from openvbc.errors import EmptyResult
from openvbc.format import in_words
from openvbc.programs.listing import Field, Listing
from openvbc.programs.mssp.tie_out.assignment_lists import (
    ListTable,
    is_assignment_list,
    list_tables,
)
from openvbc.programs.mssp.tie_out.gaps import Gap, gap_of
from openvbc.programs.mssp.tie_out.own_lines import Own, known_later, own_lines
from openvbc.programs.mssp.tie_out.reports import ReportedLine, Reports, read_reports
from openvbc.run import Run
from openvbc.worksheets.kernel.worksheet import EXACT

CENT = Decimal("0.01")
SET_ASIDE = "Rows set aside"
UNKNOWN = "tie_out_unknown"


def tie_out_listings(
    run: Run, paths: Sequence[Path], known_by: dt.date | None = None
) -> list[Listing]:
    """Lines, causes of the gap, lists of people, and rows that were not understood.

    `known_by` is the day by which claims were known to CMS's report; None: to the run's cut-off.

    Raises:
        InputError: a file is no report that is known.
        EmptyResult: none of the files is about a year of the run.
    """
    lists = [path for path in paths if is_assignment_list(path)]
    reports = read_reports([path for path in paths if path not in lists])
    with reading() as engine, localcontext(EXACT):
        own = own_lines(run, engine)
        tables = list_tables(run, engine, lists)
        matched = _matched(run, reports, own)
        if not matched and not tables:
            raise EmptyResult(
                "none of the reports is about a year of this run",
                rule=", ".join(f"{p['period']} is {p['calendar_year']}" for p in run.periods),
                code="VBC-9906",
            )
        listings = [_lines(matched)]
        gaps = [
            gap_of(period, cms, (own[period, "person_years", ""], own[period, "per_capita", ""]),
                   _opted_out(period, tables, matched), known_later(engine, period, known_by))
            for period, cms in _totals(matched).items()
        ]  # fmt: skip
    if gaps:
        listings.append(_causes(gaps))
    if tables:
        listings.append(_lists(tables))
    if reports.unknown:
        listings.append(_unknown(reports))
    return listings


Matched = list[tuple[str, ReportedLine, Decimal | None]]


def _matched(run: Run, reports: Reports, own: Own) -> Matched:
    """Each line of a year of the run with the run's own number, None where it has none."""
    years = {str(p["calendar_year"]): p["period"] for p in run.periods}
    named = set(run.period_names)
    report_lines: Matched = []
    for line in reports.lines:
        period = line.period if line.period in named else years.get(line.period)
        if period is not None:
            report_lines.append((period, line, own.get((period, line.measure, line.of))))
    return report_lines


def _totals(matched: Matched) -> dict[str, tuple[Decimal, Decimal]]:
    """Person-years and per capita in all, of periods for which a report has both."""
    by_period: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for period, line, ours in matched:
        if not line.of and ours is not None:
            by_period[period].setdefault(line.measure, line.value)
    return {
        period: (measures["person_years"], measures["per_capita"])
        for period, measures in by_period.items()
        if {"person_years", "per_capita"} <= measures.keys()
    }


def _opted_out(period: str, tables: Sequence[ListTable], matched: Matched) -> Decimal:
    """Person-years of people on CMS's list without claims; else of the number CMS says declined."""
    listed = [t for t in tables if t.period == period and t.only_ours is not None]
    if listed:
        return listed[-1].months_without_claims / 12
    of = {line.measure: line.value for p, line, _ in matched if p == period and not line.of}
    if "declined" in of and of.get("persons"):
        return of["declined"] * of["person_years"] / of["persons"]
    return Decimal(0)


def _lines(matched: Matched) -> Listing:
    fields = [
        Field("Year", role="who"), Field("Line", role="who"), Field("Of"), Field("CMS", "factor"),
        Field("Own", "factor"), Field("Difference", "factor"), Field("Part", "ratio"),
        Field("Unit"), Field("Report"), Field("Row", "count"),
    ]  # fmt: skip
    rows: list[Sequence[Any]] = []
    for period, line, ours in matched:
        gap = None if ours is None else line.value - ours
        rows.append(
            [period, in_words(line.measure), in_words(line.of), line.value, ours, gap,
             None if gap is None or not line.value else gap / line.value, line.unit, line.source,
             line.row]
        )  # fmt: skip
    return Listing(
        "tie_out", "Line by line", fields, rows,
        "CMS less own. A line without an own number is one this run does not compute.",
        "small counts",
    )  # fmt: skip


def _causes(gaps: Sequence[Gap]) -> Listing:
    usd = "USD"
    fields = [
        Field("Year", role="who"), Field("CMS", usd), Field("Own", usd), Field("Gap", usd),
        Field("Opt-outs", usd), Field("Person-years", usd), Field("Run-out", usd),
        Field("Left", usd), Field("Left, of CMS", "ratio"),
    ]  # fmt: skip
    rows = []
    for gap in gaps:
        parts = [gap.cms, gap.own, gap.gap, gap.opt_outs, gap.person_years, gap.run_out, gap.left]
        rows.append(
            [gap.period, *(part.quantize(CENT) for part in parts), gap.left / gap.cms if gap.cms
             else None]
        )  # fmt: skip
    return Listing(
        "tie_out_causes", "Why the dollars differ", fields, rows,
        "Gap = opt-outs + person-years + run-out + left. Opt-outs: people on CMS's list of whom no "
        "claim was delivered, at our per capita; run-out: known after the run's cut-off and by "
        "--known-by. Claims suppressed for substance use are in what is left: no delivered file "
        "tells them.",
        "small counts",
    )  # fmt: skip


def _lists(tables: Sequence[ListTable]) -> Listing:
    count = "count"
    fields = [
        Field("Year", role="who"), Field("Table", role="who"), Field("People", count),
        Field("Also assigned here", count), Field("Listed, not assigned here", count),
        Field("Of them without claims", count), Field("Assigned here, not listed", count),
        Field(SET_ASIDE, count), Field("File"),
    ]  # fmt: skip
    rows = [
        [t.period, t.table, t.people, t.also_ours, t.people - t.also_ours, t.without_claims,
         t.only_ours, t.set_aside, t.source]
        for t in tables
    ]  # fmt: skip
    return Listing(
        "tie_out_lists", "Assignment lists", fields, rows,
        "People of each table against the run's own assignment.", "small counts",
    )  # fmt: skip


def _unknown(reports: Reports) -> Listing:
    fields = [Field("Report", role="who"), Field("Row", "count"), Field("Label")]
    return Listing(
        UNKNOWN, "Rows not understood", fields, list(reports.unknown),
        "Rows with a number below a known section that no rule knows; they are not compared.",
        "safe",
    )  # fmt: skip


def has_set_aside(listings: Sequence[Listing]) -> bool:
    """Whether rows of the reports were not understood, or rows of the lists not usable."""
    return any(
        listing.name == UNKNOWN
        or any(
            row[at]
            for at, field in enumerate(listing.fields)
            if field.label == SET_ASIDE
            for row in listing.rows
        )
        for listing in listings
    )
