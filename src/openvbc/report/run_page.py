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

from openvbc.enrollment_type import type_name
from openvbc.format import in_words, show
from openvbc.programs.explanation import Explanation
from openvbc.programs.report_sections import ReportSection
from openvbc.programs.settlement import Settlement
from openvbc.report import charts, run_analyst
from openvbc.report.disclosure import Disclosure
from openvbc.report.html import (
    WORKSHEET,
    contracts_section,
    in_force_sections,
    notes_blocks,
    summary_section,
    worksheet_section,
)
from openvbc.report.page import Block, Card, Cards, Grid, Note, Page, Section, write
from openvbc.report.parameters import parameters_grid
from openvbc.report.rows_section import rows_grid

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class RunReport:
    """What a run hands to its report.

    Attributes:
        title, subtitle: whose run, which year, the "as of" date.
        settlement: the settled contract; None where data or rules lack.
        lacking: why there is no settlement, each with what would supply it.
        notes: what a reader must know where there is no settlement to carry it.
        periods: the measured periods in order, with the name a reader sees; periods_over: those
            whose last day is known, all where None; main_period: the one that is settled.
        table: rows of a table of the run by name; an empty list where the run has none.
        waterfall: (feed file, records, used, set aside by reason) of the store.
        gaps: (name, detail, count) of what the feeds are known to leave out.
        control_totals: rows of control totals, with whether each agrees.
        shown: which counts the report shows: all of them, or what may be told to others.
        mark: who may see it, said in the report itself.
        forecast: how a year that is not over may end; it stands where a payment would.
        sections: which sections over tables of shared steps the program declares.
        extra: sections of other areas (risk), shown after the analyst's.
        origins: which tables each table was made from, shown last.
    """

    title: str
    subtitle: str
    settlement: Settlement | None
    table: Callable[[str], Rows]
    waterfall: Sequence[tuple[str, int, int, Mapping[str, int]]] = ()
    gaps: Sequence[tuple[str, str, int | None]] = ()
    control_totals: Rows = ()
    shown: Disclosure = field(default_factory=lambda: Disclosure(shared=True))
    mark: str = ""
    lacking: Sequence[str] = ()
    notes: Sequence[str] = ()
    periods: Mapping[str, str] = field(default_factory=dict)
    periods_over: Mapping[str, str] | None = None
    main_period: str = ""
    tracking: Explanation | None = None
    forecast: Explanation | None = None
    sections: Sequence[ReportSection] = ()
    extra: Sequence[Section] = field(default_factory=tuple)
    origins: Sequence[Section] = field(default_factory=tuple)

    @property
    def measured_periods(self) -> dict[str, str]:
        """The periods that can be held against each other: one that is not over cannot."""
        is_final = self.settlement is None or self.settlement.is_final
        over = self.periods if self.periods_over is None else self.periods_over
        return {p: name for p, name in over.items() if is_final or p != self.main_period}


def write_run_html(report: RunReport, path: Path) -> Path:
    """Write the run's report as one self-contained HTML file."""
    return write(run_page(report), path)


def run_page(report: RunReport) -> Page:
    """Compose the page."""
    settlement = report.settlement
    sections = [
        _executive(report),
        *_contracts(report),
        *run_analyst.sections(report.sections, report.table, report.shown, report.measured_periods),
        *run_analyst.tracking(report.tracking, report.table, report.main_period, report.shown),
        *report.extra,
    ]
    footer: list[str] = []
    if settlement is not None:
        sections += in_force_sections(settlement)
        sections.append(worksheet_section(WORKSHEET, settlement.main, settlement))
        sections += [
            worksheet_section(in_words(name), sheet, settlement)
            for name, sheet in settlement.details.items()
        ]
        footer = [f"Rules version {settlement.main.evaluation.rules.digest[:16]}."]
    sections.append(_data_quality(report))
    if settlement is not None:
        sheets = [settlement.main, *settlement.details.values()]
        sections.append(Section("Parameters", parameters_grid(sheets), in_print=False))
    sections += report.origins
    return Page(report.title, report.subtitle, sections, footer, report.mark)


def _contracts(report: RunReport) -> list[Section]:
    """Each contract (hospital, practice) where a run settles several; counts stay private."""
    settled = report.settlement
    if settled is None or len(settled.main.contracts) < 2 or report.shown.shared:
        return []
    return [contracts_section(settled)]


def _executive(report: RunReport) -> Section:
    people = _people_cards(report)
    blocks: list[Block] = []
    if report.settlement is not None:
        blocks += _with_people(summary_section(report.settlement).blocks, people)
        if report.forecast is not None and not report.shown.shared:
            # Where a payment would stand: how the year may end.
            blocks += run_analyst.explained_blocks(report.forecast)
    else:
        blocks += [Cards(people)] if people else []
        blocks += [Note(f"Lacking for a settlement: {text}", "warning") for text in report.lacking]
        blocks += notes_blocks(report.notes)
    if trend := _against_benchmark(report):
        blocks.append(trend)
    if by_type := _by_type(report):
        blocks.append(by_type)
    if churn := _churn(report):
        blocks.append(churn)
    return Section("Summary", blocks)


def _with_people(summary: Sequence[Block], people: Sequence[Card]) -> list[Block]:
    """The summary with the people of each period ahead of its own cards."""
    return [
        Cards([*people, *block.cards]) if isinstance(block, Cards) else block for block in summary
    ]


def _people_cards(report: RunReport) -> list[Card]:
    """How many are assigned in each period; the settlement's own card tells of the settled one."""
    rows = [r for r in report.table("assignment") if r["is_assigned"]]
    settled = report.settlement
    if settled is not None and any(
        settled.main.labelled(name)[1] == "people" for name in settled.presentation.headline
    ):
        rows = [row for row in rows if row["period"] != report.main_period]
    by_period: dict[str, int] = {}
    for row in rows:
        by_period[row["period"]] = by_period.get(row["period"], 0) + 1
    return [
        Card(
            f"Assigned, {name[0].lower()}{name[1:]}",
            report.shown.show(("assigned", period), by_period[period]),
        )
        for period, name in report.periods.items()
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
    if not points or report.settlement is None:
        return None
    points = [point for point in points if point[0] in report.measured_periods]
    periods = list(report.periods)
    marks = {"historical_benchmark": periods[-2:-1], "updated_benchmark": [report.main_period]}
    for sheet in (report.settlement.main, *report.settlement.details.values()):
        for line, wanted in marks.items():
            if line in sheet.evaluation.worksheet.lines and len(sheet.contracts) == 1:
                value = sheet.evaluation.value(line)
                points += [(p, value, "Benchmark") for p in wanted if value is not None]
    return charts.lines(
        sorted(points),
        "USD per capita",
        "Spending per capita against the benchmark: historical in benchmark year 3, updated in the "
        "performance year.",
    )


def _by_type(report: RunReport) -> Block | None:
    """Spending per capita by enrollment type over the benchmark years and the performance year."""
    points = [
        (row["period"], Decimal(row["truncated_amount_times_12"]) / row["person_months"],
         type_name(row["enrollment_type"]))
        for row in report.table("per_capita_expenditure")
        if row["population"] == "ASSIGNED" and row["person_months"]
        and row["period"] in report.measured_periods
        and not report.shown.hides(("type", row["enrollment_type"]))
    ]  # fmt: skip
    if not points:
        return None
    return charts.lines(
        sorted(points),
        "USD per capita",
        "Annualised, truncated spending per capita by enrollment type, benchmark years to "
        "performance year.",
    )


def _churn(report: RunReport) -> Block | None:
    """Who stayed, joined and left between the period before and the one that is settled."""
    periods = list(report.periods)
    if len(periods) < 2:
        return None
    last, main = periods[-2], report.main_period
    assigned: dict[str, set[str]] = {last: set(), main: set()}
    for row in report.table("assignment"):
        if row["is_assigned"] and row["period"] in assigned:
            assigned[row["period"]].add(row["person_id"])
    before, now = assigned[last], assigned[main]
    earlier, later = (report.periods[p][0].lower() + report.periods[p][1:] for p in (last, main))
    if not before or not now:
        return None
    counts = [
        ("Assigned in both years", "both", len(before & now)),
        (f"Joined: assigned in the {later} only", "joined", len(now - before)),
        (f"Left: assigned in {earlier} only", "left", len(before - now)),
    ]
    return Grid(
        [f"Assigned people, {earlier} to {later}", "People"],
        [[label, report.shown.show(key, count)] for label, key, count in counts],
        numeric=frozenset({"People"}),
    )


def _data_quality(report: RunReport) -> Section:
    blocks: list[Block] = []
    shown = report.shown
    if report.waterfall:
        rows = []
        for file, records, used, reasons in report.waterfall:
            why = "; ".join(f"{reason}: {count:,}" for reason, count in reasons.items())
            cells = [f"{records:,}", f"{used:,}", f"{sum(reasons.values()):,}", why]
            rows.append([file, *[shown.figure(("file", file), cell) for cell in cells]])
        columns = ["File", "Rows in", "Used", "Set aside", "Reasons"]
        caption = "Rows in = rows used + rows set aside, for every file."
        blocks.append(
            Grid(columns, rows, caption, frozenset(columns[1:4]), searchable=len(rows) > 12)
        )
    if report.gaps:
        listed = [
            [
                name,
                # What is told of a gap in words may hold counts that nobody registered.
                "" if shown.shared and any(c.isdigit() for c in detail) else detail,
                "" if count is None else shown.show(("known gap", name), count),
            ]
            for name, detail, count in report.gaps
        ]
        blocks.append(Grid(["Known gap", "What it means", "Count"], listed))
    if report.control_totals and shown.shared:
        wrong = sum(bool(row["problem"]) for row in report.control_totals)
        agree = "do not all agree" if wrong else "agree"
        blocks.append(Note(f"Control totals of the files {agree} with what the files hold."))
    elif report.control_totals:
        names = list(report.control_totals[0])
        body = [[show(row[name]) for name in names] for row in report.control_totals]
        blocks.append(
            Grid([n.replace("_", " ").capitalize() for n in names], body, "Control totals.")
        )
    if report.settlement is not None and report.settlement.set_aside and not shown.shared:
        blocks.append(rows_grid(report.settlement, "What the settlement read."))
    return Section(
        "Data quality", blocks, "What came in, what was used, what was set aside and why."
    )
