"""The report of a run from raw claims, for the executive, the analyst and the data steward.

Built from the settlement, the store's report and the tables the steps left behind; nothing is
computed here but shares and totals for display.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.programs.settlement import Settlement
from openvbc.report import charts, run_analyst
from openvbc.report.format import in_words, show, show_count
from openvbc.report.html import summary_section, worksheet_section
from openvbc.report.page import Block, Card, Cards, Grid, Note, Page, Section, write
from openvbc.report.parameters import parameters_grid

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class RunReport:
    """What a run hands to its report.

    Attributes:
        title, subtitle: whose run, which year, the "as of" date.
        settlement: the settled contract.
        table: rows of a table of the run by name; an empty list where the run has none.
        waterfall: (feed file, records, used, set aside by reason) of the store.
        gaps: (name, detail, count) of what the feeds are known to leave out.
        control_totals: rows of control totals, with whether each agrees.
        shared: hide counts of 1 to 10 (a report meant for others).
        extra: sections of other areas (risk), shown after the analyst's.
    """

    title: str
    subtitle: str
    settlement: Settlement
    table: Callable[[str], Rows]
    waterfall: Sequence[tuple[str, int, int, Mapping[str, int]]] = ()
    gaps: Sequence[tuple[str, str, int | None]] = ()
    control_totals: Rows = ()
    shared: bool = True
    extra: Sequence[Section] = field(default_factory=tuple)


def write_run_html(report: RunReport, path: Path) -> Path:
    """Write the run's report as one self-contained HTML file."""
    return write(run_page(report), path)


def run_page(report: RunReport) -> Page:
    """Compose the page."""
    sheets = [report.settlement.main, *report.settlement.details.values()]
    sections = [
        _executive(report),
        *run_analyst.sections(report.table, report.shared),
        *report.extra,
        worksheet_section("Worksheet", report.settlement.main, report.settlement),
        *(
            worksheet_section(in_words(name), sheet, report.settlement)
            for name, sheet in report.settlement.details.items()
        ),
        _data_quality(report),
        Section("Parameters", parameters_grid(sheets)),
    ]
    digest = report.settlement.main.evaluation.rules.digest[:16]
    return Page(report.title, report.subtitle, sections, footer=[f"Rules version {digest}."])


def _executive(report: RunReport) -> Section:
    settled = summary_section(report.settlement)
    people = _people_cards(report)
    blocks: list[Block] = [Cards(people)] if people else []
    blocks += settled.blocks
    if trend := _against_benchmark(report):
        blocks.append(trend)
    if by_type := _by_type(report.table("per_capita_expenditure")):
        blocks.append(by_type)
    if churn := _churn(report.table("assignment"), report.shared):
        blocks.append(churn)
    return Section("Summary", blocks)


def _people_cards(report: RunReport) -> list[Card]:
    rows = [r for r in report.table("assignment") if r["is_assigned"]]
    by_period: dict[str, int] = {}
    for row in rows:
        by_period[row["period"]] = by_period.get(row["period"], 0) + 1
    labels = {
        "BY1": "Assigned, benchmark year 1",
        "BY2": "Assigned, benchmark year 2",
        "BY3": "Assigned, benchmark year 3",
        "PY": "Assigned, performance year",
    }
    return [
        Card(label, show_count(by_period[period], report.shared))
        for period, label in labels.items()
        if period in by_period
    ]


def _against_benchmark(report: RunReport) -> Block | None:
    """Spending per capita over the years, and the benchmark it is held against."""
    sums: dict[str, list[Decimal]] = {}
    for row in report.table("per_capita_expenditure"):
        if row["population"] == "ASSIGNED":
            total = sums.setdefault(row["period"], [Decimal(0), Decimal(0)])
            total[0] += Decimal(row["truncated_amount_times_12"])
            total[1] += row["person_months"]
    points: list[tuple[str, charts.Number, str]] = [
        (period, spent / months, "Spending") for period, (spent, months) in sums.items() if months
    ]
    benchmark = report.settlement.details.get("benchmark")
    if not points or benchmark is None:
        return None
    for line, period in (("historical_benchmark", "BY3"), ("updated_benchmark", "PY")):
        value = benchmark.evaluation.value(line)
        if value is not None:
            points.append((period, value, "Benchmark"))
    return charts.lines(
        sorted(points),
        "USD per capita",
        "Spending per capita against the benchmark: historical in benchmark year 3, updated in the "
        "performance year.",
    )


def _by_type(rows: Rows) -> Block | None:
    """Spending per capita by enrollment type over the benchmark years and the performance year."""
    points = [
        (row["period"], Decimal(row["truncated_amount_times_12"]) / row["person_months"],
         run_analyst.type_name(row["enrollment_type"]))
        for row in rows
        if row["population"] == "ASSIGNED" and row["person_months"]
    ]  # fmt: skip
    if not points:
        return None
    return charts.lines(
        sorted(points),
        "USD per capita",
        "Annualised, truncated spending per capita by enrollment type, benchmark years to "
        "performance year.",
    )


def _churn(rows: Rows, shared: bool) -> Block | None:
    """Who stayed, joined and left between benchmark year 3 and the performance year."""
    assigned: dict[str, set[str]] = {"BY3": set(), "PY": set()}
    for row in rows:
        if row["is_assigned"] and row["period"] in assigned:
            assigned[row["period"]].add(row["person_id"])
    before, now = assigned["BY3"], assigned["PY"]
    if not before or not now:
        return None
    counts = [
        ("Assigned in both years", len(before & now)),
        ("Joined: assigned in the performance year only", len(now - before)),
        ("Left: assigned in benchmark year 3 only", len(before - now)),
    ]
    return Grid(
        ["Assigned people, benchmark year 3 to performance year", "People"],
        [[label, show_count(count, shared)] for label, count in counts],
        numeric=frozenset({"People"}),
    )


def _data_quality(report: RunReport) -> Section:
    blocks: list[Block] = []
    if report.waterfall:
        rows = []
        for file, records, used, reasons in report.waterfall:
            why = "; ".join(f"{reason}: {count:,}" for reason, count in reasons.items())
            rows.append([file, f"{records:,}", f"{used:,}", f"{sum(reasons.values()):,}", why])
        columns = ["File", "Rows in", "Used", "Set aside", "Reasons"]
        caption = "Rows in = rows used + rows set aside, for every file."
        blocks.append(
            Grid(columns, rows, caption, frozenset(columns[1:4]), searchable=len(rows) > 12)
        )
    if report.gaps:
        listed = [
            [name, detail, "" if count is None else show_count(count, report.shared)]
            for name, detail, count in report.gaps
        ]
        blocks.append(Grid(["Known gap", "What it means", "Count"], listed))
    if report.control_totals:
        names = list(report.control_totals[0])
        cells = [[show(row[name]) for name in names] for row in report.control_totals]
        blocks.append(
            Grid([n.replace("_", " ").capitalize() for n in names], cells, "Control totals.")
        )
    if report.settlement.set_aside:
        blocks.append(Note(f"{len(report.settlement.set_aside):,} rows set aside.", "warning"))
    return Section(
        "Data quality", blocks, "What came in, what was used, what was set aside and why."
    )
