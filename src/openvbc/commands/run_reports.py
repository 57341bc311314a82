"""Write the page and the workbook of a run from raw claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openvbc.programs.claims_program import Outcome
    from openvbc.programs.explanation import Explanation
    from openvbc.programs.listing import Listing
    from openvbc.programs.risk.review import RiskReview
    from openvbc.programs.settlement import Settlement
    from openvbc.run import Run

NAMES = {False: ("report.html", "report.xlsx"), True: ("report-shared.html", "report-shared.xlsx")}
"""Page and workbook; those for sharing are files of their own, which no other command writes."""


def claim_reports(folder: Path) -> None:
    """Take the folder of a run, or one without files of these names that somebody else wrote.

    Asked before the work begins, too: nobody waits for a report that cannot be put there.
    """
    from openvbc.engine.own_folder import claim, is_ours

    if not is_ours(folder, "run"):
        claim(folder, "reports", [name for names in NAMES.values() for name in names], beside=True)


def write_run_reports(
    run: Run, folder: Path, *, shared: bool, risk: RiskReview | None = None
) -> str:
    """Write the page and the workbook (:data:`NAMES`); what to say if a package is missing.

    Args:
        run: a run that was just made or resumed, with its settlement.
        folder: where the reports go.
        shared: hide counts of 1 to 10 people, for a report that leaves the house.
        risk: the run's risk review, where it was made; it becomes sections of the page.
    """
    from openvbc.errors import ExtraMissing
    from openvbc.lineage import lineage_of
    from openvbc.programs.registry import program
    from openvbc.report.lineage_section import lineage_section
    from openvbc.report.listings import listing_sections
    from openvbc.report.risk_page import risk_sections
    from openvbc.report.run_counts import run_counts
    from openvbc.report.run_listings import analyst_listings, data_quality_listing
    from openvbc.report.run_page import RunReport, write_run_html
    from openvbc.report.sharing import FOR_SHARING, PRIVATE

    outcome = run.outcome
    assert outcome is not None
    runs = program(run.manifest.program).claims_program()
    known = set(run.tables)

    @cache
    def rows(name: str) -> Sequence[Mapping[str, Any]]:
        return run.table(name).rows() if name in known else []

    listings = [*runs.listings(run), *(risk.listings() if risk else ())]
    settlement, lacking, notes, listings = _for_readers(outcome, listings, shared)
    claim_reports(folder)
    page, workbook = (folder / name for name in NAMES[shared])
    mark = FOR_SHARING if shared else PRIVATE
    feeds = _feeds(run)
    try:
        shown = run_counts(
            rows, list(run.period_names), risk, feeds.get("waterfall", ()), feeds.get("gaps", ()),
            shared,
        )  # fmt: skip
        report = RunReport(
            title=settlement.title if settlement else outcome.title,
            subtitle=_subtitle(run),
            settlement=settlement,
            lacking=lacking,
            notes=() if settlement else notes,
            periods=run.period_names, periods_over=run.periods_over, main_period=run.main_period,
            tracking=_tracking(run),
            forecast=forecast_of(run),
            sections=runs.report_sections,
            table=rows,
            shown=shown,
            mark=mark,
            extra=[*(risk_sections(risk, shown) if risk else ()), *listing_sections(listings)],
            origins=[each] if (each := lineage_section(lineage_of(run))) else [],
            **feeds,
        )  # fmt: skip
        write_run_html(report, page)
        analyst = []
        if not shared:
            over = report.measured_periods
            analyst = analyst_listings(rows, run.period_names, over, runs.input_shown)
            analyst += data_quality_listing(feeds.get("waterfall", ()))
        _write_workbook(settlement, workbook, mark, [*analyst, *listings])
    except ExtraMissing as missing:
        return f"no report: {missing.what}; {missing.action}"
    return ""


def _for_readers(
    outcome: Outcome, listings: Sequence[Listing], shared: bool
) -> tuple[Settlement | None, list[str], list[str], list[Listing]]:
    """Settlement, what is lacking, notes and listings: all of them, or what others may see."""
    from openvbc.report.sharing import LEFT_OUT, for_sharing, sentences_for_sharing

    settlement, listings = outcome.settlement, list(listings)
    lacking, notes = [str(each) for each in outcome.lacking], list(outcome.notes)
    if not shared:
        return settlement, lacking, notes, listings
    listings = [listing for listing in listings if listing.about == "safe"]
    lacking, notes = sentences_for_sharing(lacking), sentences_for_sharing(notes)
    if settlement is not None:
        settlement = for_sharing(settlement)
        if settlement is None:
            notes = [LEFT_OUT, *notes]
    return settlement, lacking, notes, listings


def _write_workbook(
    settlement: Settlement | None, path: Path, mark: str, listings: Sequence[Any]
) -> None:
    """The workbook of a settlement; without one, an earlier run's would tell a wrong story."""
    from openvbc.report.excel import write_excel

    if settlement is not None:
        write_excel(settlement, path, mark, listings)
    else:
        path.unlink(missing_ok=True)


def _tracking(run: Run) -> Explanation | None:
    """How the period that is settled is going; None where nothing of it is known."""
    from openvbc.errors import EmptyResult
    from openvbc.programs.registry import program

    try:
        return program(run.manifest.program).claims_program().track(run)
    except EmptyResult:
        return None


def forecast_of(run: Run) -> Explanation | None:
    """How a year that is not over may end; None where it is over, or nothing can be said."""
    from openvbc.errors import EmptyResult
    from openvbc.programs.registry import program

    if run.settlement is None or run.settlement.is_final:
        return None
    try:
        return program(run.manifest.program).claims_program().forecast(run, None, 1)
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
