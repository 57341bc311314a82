"""Write the page and the workbook of a run from raw claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openvbc.programs.explanation import Explanation
    from openvbc.programs.risk.review import RiskReview
    from openvbc.programs.settlement import Settlement
    from openvbc.run import Run

PAGE = "report.html"
WORKBOOK = "report.xlsx"


def write_run_reports(
    run: Run, folder: Path, *, shared: bool, risk: RiskReview | None = None
) -> str:
    """Write ``report.html`` and ``report.xlsx``; what to say if a package is missing.

    Args:
        run: a run that was just made or resumed, with its settlement.
        folder: where the reports go.
        shared: hide counts of 1 to 10 people, for a report that leaves the house.
        risk: the run's risk review, where it was made; it becomes sections of the page.
    """
    from openvbc.errors import ExtraMissing
    from openvbc.report.excel import write_excel
    from openvbc.report.risk_page import risk_sections
    from openvbc.report.run_page import RunReport, write_run_html

    outcome = run.outcome
    assert outcome is not None
    known = set(run.tables)

    def rows(name: str) -> Sequence[Mapping[str, Any]]:
        return run.table(name).rows() if name in known else []

    settlement = outcome.settlement
    if shared and settlement is not None:
        settlement = for_sharing(settlement)
    try:
        report = RunReport(
            title=settlement.title if settlement else outcome.title,
            subtitle=_subtitle(run),
            settlement=settlement,
            lacking=[str(each) for each in outcome.lacking],
            notes=() if settlement else outcome.notes,
            periods=run.period_names,
            main_period=run.main_period,
            tracking=_tracking(run),
            table=rows,
            shared=shared,
            extra=risk_sections(risk, shared) if risk else (),
            **_feeds(run),
        )
        write_run_html(report, folder / PAGE)
        if settlement is not None:
            write_excel(settlement, folder / WORKBOOK)
        else:
            (folder / WORKBOOK).unlink(missing_ok=True)
    except ExtraMissing as missing:
        return f"no report: {missing.what}; {missing.action}"
    return ""


def _tracking(run: Run) -> Explanation | None:
    """How the period that is settled is going; None where nothing of it is known."""
    from openvbc.errors import EmptyResult
    from openvbc.programs.registry import program

    try:
        return program(run.manifest.program).claims_program().track(run)
    except EmptyResult:
        return None


def _subtitle(run: Run) -> str:
    """By when claims had to be known, and in the first line that a year is not over."""
    periods = [p for p in run.periods if p["period"] == run.main_period]
    known = f"Claims known by {periods[0]['known_by']}. " if periods else ""
    settlement = run.settlement
    if settlement is None:
        return f"{known}Not settled: the data do not suffice, see below."
    if not settlement.is_final:
        return f"{known}The year is not over: no savings, no payment yet."
    return known.strip()


def for_sharing(settlement: Settlement) -> Settlement:
    """The settlement without sheets that tell of few people: counties, and small types.

    The sheet of the counties always goes; the benchmark's goes, and with it every way down into
    it, where a year of an enrollment type has fewer person-years than a count that may be shown.
    """
    from copy import copy
    from dataclasses import replace

    from openvbc.format import SMALLEST_SHOWN_COUNT

    details = {name: sheet for name, sheet in settlement.details.items() if name != "counties"}
    evaluation = copy(settlement.main.evaluation)
    evaluation.links = {}
    benchmark = details.get("benchmark")
    if benchmark is not None:
        inputs = benchmark.evaluation.worksheet.inputs
        few = [
            name
            for name in inputs
            if name.startswith("person_years_")
            and (benchmark.evaluation.value(name) or SMALLEST_SHOWN_COUNT) < SMALLEST_SHOWN_COUNT
        ]
        if few:
            del details["benchmark"]
        else:
            shown = copy(benchmark.evaluation)
            shown.links = {}
            details["benchmark"] = replace(benchmark, evaluation=shown)
    note = "Sheets that would tell of few people are left out, because this report is for sharing."
    return replace(
        settlement,
        main=replace(settlement.main, evaluation=evaluation),
        details=details,
        set_aside=[],
        notes=[note, *settlement.notes],
    )


def _feeds(run: Run) -> dict[str, Any]:
    """What the store's report says of the deliveries."""
    from dataclasses import asdict

    from openvbc.claims.report import StoreReport

    if run.store is None:
        return {}
    store = StoreReport.load(run.store)
    return {
        "waterfall": [(f.file, f.records, f.used, f.set_aside) for f in store.waterfall],
        "gaps": [(gap.name, gap.detail, gap.count) for gap in store.gaps],
        "control_totals": [asdict(total) for total in store.control_totals],
    }
