"""Read what is new of the feeds, and make what it touches of the store: cells, then people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from openvbc.claims.cell_repeats import Dropped
from openvbc.claims.code_forms import findings
from openvbc.claims.column_tally import FEWEST
from openvbc.claims.coverage_months import Months
from openvbc.claims.demographics import Demographics
from openvbc.claims.enrollment import dual_table, states_table
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.model import TABLES
from openvbc.claims.normal_form import NotUnderstood
from openvbc.claims.repeats import RECORDS, settle_waterfall
from openvbc.claims.report import Finding, StoreReport
from openvbc.claims.staged_rows import StagedRows
from openvbc.claims.staging import Staging
from openvbc.claims.store_cells import Cell, Cells
from openvbc.claims.store_people import PeopleTables
from openvbc.claims.store_tables import write_table
from openvbc.claims.taken import Taken
from openvbc.claims.taken_lists import LISTS
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.private_files import private_folder
from openvbc.engine.table import SmallTable

Progress = Callable[[str, float | None], None]
MEMORY = "1GB"
"""Of the engine that makes the store; what needs more goes through the scratch folder."""


def grow(
    inputs: ClaimInputs,
    report: StoreReport,
    program: str,
    scratch: Path,
    threads: int,
    say: Progress,
) -> None:
    """Read what is new and make what it touches."""
    from openvbc.claims.feeds import read_feeds  # its readers take a while to load

    taken = Taken(report.folder, report.buckets, program)
    read_feeds(inputs, Staging(scratch / "unused", report.buckets), report, threads, say, taken)
    with DuckDBEngine(threads, MEMORY, scratch) as engine:
        cells = _build(engine, StagedRows(taken, scratch), report, program, scratch, say)
    taken.close()
    read = [name for name in taken.read if name != LISTS]
    before = len(taken.held) - 1 - len(read)
    if before:
        report.work.append(f"claim files taken in: {len(read):,}; not read again: {before:,}")
    if cells.kept or before:
        report.work.append(
            f"parts of the claim store made: {len(cells.made):,}; as they were: {len(cells.kept):,}"
        )


def _build(
    engine: DuckDBEngine,
    staged: StagedRows,
    report: StoreReport,
    program: str,
    scratch: Path,
    say: Progress,
) -> Cells:
    for small in (dual_table(), states_table(), _renamed(report)):
        engine.register_small(small)
    for table in TABLES.values():
        private_folder(report.folder / table.name)
        report.tables.append(table.name)
        report.rows[table.name] = 0
    dropped: dict[str, Dropped] = {name: Counter() for name in RECORDS}
    codes = NotUnderstood(engine, report)
    cells = Cells(engine, staged, report.folder, program, report.renamed)
    made: list[Cell] = []
    for bucket in range(staged.buckets):
        say(f"building bucket {bucket + 1} of {staged.buckets}", bucket / staged.buckets)
        made += cells.of_bucket(bucket)
    cells.remove_others(made)
    years = _add_up(made, report, codes, dropped)
    demographics = Demographics(engine, staged, program)
    months = Months(engine, staged, demographics, scratch, report)
    months.begin(years)
    people = PeopleTables(engine, staged, cells, months, report, dropped)
    for bucket in range(staged.buckets):
        say(f"people of bucket {bucket + 1} of {staged.buckets}", bucket / staged.buckets)
        people.make(bucket, codes)
    months.tell()
    codes.tell()
    report.findings += findings(people.odd)
    _write_small(engine, staged, report)
    settle_waterfall(report, dropped)
    return cells


def _renamed(report: StoreReport) -> SmallTable:
    columns = {"first_id": "string", "current_id": "string"}
    return SmallTable("renamed", columns, sorted(report.renamed.items()))


def _add_up(
    cells: list[Cell],
    report: StoreReport,
    codes: NotUnderstood,
    dropped: dict[str, Dropped],
) -> dict[int, int]:
    """Put together what was counted in the cells; claims and lines by year."""
    years: Counter[int] = Counter()
    odd: Counter[tuple[str, str]] = Counter()
    report.months = {"service": {}, "loaded": {}}
    for cell in cells:
        codes.add(cell.codes)
        odd.update({(table, name): n for table, name, n in cell.odd})
        years.update({int(year): n for year, n in cell.years.items()})
        for table, n in cell.rows.items():
            report.rows[table] += n
        for table, file, reason, n in cell.dropped:
            dropped[table][(file, reason)] += n
        for name, month_counts in cell.months.items():
            months = report.months[name]
            for month, n in month_counts.items():
                months[month] = months.get(month, 0) + n
    report.findings += findings(dict(sorted(odd.items())))
    return years


def _leads_to_nobody(engine: DuckDBEngine, report: StoreReport) -> None:
    """A cross-reference most of whose current identifiers no other file bears is damaged."""
    if len(report.replaced) < FEWEST:
        return
    counts = engine.rows(
        "select count(distinct r.person_id) as every, "
        "count(distinct r.person_id) filter (p.person_id is null) as unknown "
        "from replaced r left join person p on p.person_id = r.person_id"
    )[0]
    if int(counts["every"]) >= FEWEST and 2 * int(counts["unknown"]) > int(counts["every"]):
        report.findings.append(
            Finding(
                "a cross-reference of identifiers that leads to nobody",
                "error",
                "CCLF9: most of its current identifiers are in no other file",
                int(counts["unknown"]),
                "identifiers of CCLF9",
            )
        )


def _write_small(engine: DuckDBEngine, staged: StagedRows, report: StoreReport) -> None:
    """Tables that are not bucketed: participants, and every identifier a person had."""
    engine.rows(f"create or replace table staged_participant as {staged.every('participant')}")
    engine.register("person", [report.folder / "person"])
    engine.register_small(
        SmallTable(
            "replaced",
            {"member_id": "string", "person_id": "string"},
            sorted(report.replaced.items()),
        )
    )
    _leads_to_nobody(engine, report)
    engine.rows(
        "create or replace table staged_person_identifier as "
        "select member_id, person_id from replaced union select person_id, person_id from person"
    )
    for name in ("participant", "person_identifier"):
        path = report.folder / name / "bucket_000.parquet"
        report.rows[name] = write_table(engine, TABLES[name], path)
