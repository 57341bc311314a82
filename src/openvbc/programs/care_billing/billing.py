"""What of care management may be billed, what was billed and should not have been, what never was.

::

    billing = bill(Path("store"), Path("logs"), dt.date(2025, 1, 1), dt.date(2025, 12, 1), folder)
    billing.listing("never_billed")

The folder holds tables/ (every step), the lists as Parquet, workbook and page, and manifest.json.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openvbc._version import __version__
from openvbc.claims.csv_values import Refused
from openvbc.claims.csv_values import tin as read_tin
from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.pipeline import Pipeline, Progress, StepResult
from openvbc.engine.table import SmallTable
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.programs.care_billing.coding_edits import PAIRS, looked_for
from openvbc.programs.care_billing.listings import listings_of, notes_of
from openvbc.programs.care_billing.log_files import AGREEMENT
from openvbc.programs.care_billing.read_logs import read_logs
from openvbc.programs.listing import Listing
from openvbc.programs.person_files import FilesRead
from openvbc.rules.load import load_rules
from openvbc.steps import care, care_billing, claims, stays
from openvbc.steps.care_billing.tables import (
    LOGS,
    Span,
    condition_tables,
    model_tables,
    next_month,
    practice_tables,
    rule_tables,
)

STORE_TABLES = (
    "person", "coverage", "enrollment", "institutional_claim", "institutional_line",
    "professional_line", "diagnosis",
)  # fmt: skip
RESULTS = ("billed_verdict", "care_opportunity")


@dataclass(frozen=True)
class Billing:
    """What was found: the lists, and what a reader must know about the data."""

    folder: Path
    span: Span
    listings: Sequence[Listing]
    notes: Sequence[str]
    set_aside: int
    """Rows of the logs that were not used; the notes say why."""

    def listing(self, name: str) -> Listing:
        """One of the lists, by name."""
        return next(each for each in self.listings if each.name == name)


def bill(
    store: Path,
    logs: Path,
    first_month: dt.date | None,
    last_month: dt.date | None,
    folder: Path,
    *,
    practices: Sequence[str] = (),
    threads: int = 2,
    progress: Callable[[Progress], None] | None = None,
) -> Billing:
    """Judge the care management of the months asked for, and write the run.

    Args:
        store: folder of a claim store.
        logs: folder of the practices' logs, see :mod:`openvbc.programs.care_billing.log_files`.
        first_month: first day of the first month; the eleven months before the last if None.
        last_month: first day of the last month; the last month with claims if None.
        folder: where the run goes.
        practices: taxpayer numbers of one's own practices; else the store's participants, else
            every practice in the claims.
        threads: of the engine.
        progress: told of each step.

    Raises:
        InputError: the store is damaged, or a log cannot be read.
        EmptyResult: nothing was billed, and nobody was eligible.
    """
    claim_run_folder(folder)
    rules = load_rules(care_billing.PROGRAM)
    report = StoreReport.load(store).checked()
    with DuckDBEngine(threads=threads, scratch=folder) as engine:
        span = _span(report, first_month, last_month)
        kept = read_logs(logs, engine, report)
        log_tables = {
            name: SmallTable(name, columns, [[r[c] for c in columns] for r in kept.rows[name]])
            for name, columns in LOGS.items()
        }
        small: list[SmallTable] = [
            *(each.table for each in condition_tables(span)),
            *(
                looked_for(each.table, kept.rows[PAIRS.table])
                if each.table.name == "billed_code"
                else each.table
                for each in rule_tables(rules, span)
            ),
            *log_tables.values(),
            *practice_tables(log_tables),
            *model_tables(kept.rows[AGREEMENT.table]),
            _own_practices(engine, report, practices),
            *(t.table for t in (stays.stay_types(), *stays.tables([stays.EVER]))),
        ]
        made = _run(engine, report, small, folder, progress)
        for name in RESULTS:
            engine.register(name, made[name].table.parts)
        _anything(engine)
        lists = listings_of(engine, folder)
        notes = [*notes_of(engine, kept, span), *_idle_practices(engine, practices)]
        version = engine.version
    _write_manifest(folder, span, kept, made, notes, version, rules.digest, report)
    return Billing(folder, span, lists, notes, kept.set_aside)


def _anything(engine: Engine) -> None:
    people = engine.rows(
        "select person_id from care_opportunity union all "
        "select person_id from billed_verdict where not is_payment limit 1"
    )
    if not people:
        raise EmptyResult(
            "no care management was billed, and nobody was eligible for any",
            action="look at the months asked for, and whether the store has coverage and visits",
            code="VBC-6999",
        )


def _run(
    engine: Engine,
    report: StoreReport,
    small: Sequence[SmallTable],
    folder: Path,
    progress: Callable[[Progress], None] | None,
) -> dict[str, StepResult]:
    pipeline = Pipeline([*claims.steps(), *stays.steps(), *care.steps(), *care_billing.steps()])
    needed = pipeline.needed_for(RESULTS)
    return needed.run(
        engine, report.sources(STORE_TABLES), small, folder / "tables", progress,
        report.derived(care.DERIVED), care.BYTES_AT_ONCE,
    )  # fmt: skip


def _span(report: StoreReport, first: dt.date | None, last: dt.date | None) -> Span:
    """The months asked for, within what the store's claims say."""
    known = sorted(month for month, lines in report.months.get("service", {}).items() if lines)
    if not known:
        raise EmptyResult(
            "the claim store holds no professional lines", code="VBC-6998",
            action="build it from deliveries that have them",
        )  # fmt: skip
    begins = dt.date.fromisoformat(f"{known[0]}-01")
    final = last or dt.date.fromisoformat(f"{known[-1]}-01")
    if first is None:
        first = next_month(final).replace(year=next_month(final).year - 1)
    return Span(first, final, begins)


def _own_practices(engine: Engine, report: StoreReport, given: Sequence[str]) -> SmallTable:
    """Practices for which services are looked for."""
    tins = sorted({_taxpayer_number(each) for each in given})
    if not tins:
        engine.register("participant", report.parts("participant"))
        tin_rows = engine.rows("select distinct tin from participant where tin is not null")
        tins = sorted(row["tin"] for row in tin_rows)
    if not tins:
        engine.register("professional_line", report.parts("professional_line"))
        tin_rows = engine.rows(
            "select distinct rendering_tin as tin from professional_line "
            "where rendering_tin is not null"
        )
        tins = sorted(row["tin"] for row in tin_rows)
    return SmallTable("own_practice", {"tin": "string"}, [(tin,) for tin in tins])


_IDLE = """
select count(*) as practices
from own_practice p
where not exists (select 1 from professional_line l where l.rendering_tin = p.tin)
"""


def _idle_practices(engine: Engine, given: Sequence[str]) -> list[str]:
    """That practices asked for by number bill nothing: a wrong number finds nothing."""
    idle = int(engine.rows(_IDLE)[0]["practices"]) if given else 0
    return [f"{idle:,} of the practices asked for have no line in the claims."] if idle else []


def _taxpayer_number(text: str) -> str:
    try:
        return str(read_tin(text))
    except Refused as refused:
        raise InputError(
            f"a practice is named by something that is {refused}",
            place=Place(column="--practice", value=text),
            rule="the taxpayer number of a practice, nine digits, as claims bear it",
            code="VBC-19997",
        ) from None


def _write_manifest(
    folder: Path,
    span: Span,
    kept: FilesRead,
    made: dict[str, StepResult],
    notes: Sequence[str],
    version: str,
    digest: str,
    report: StoreReport,
) -> None:
    Manifest(
        openvbc=__version__,
        program=care_billing.PROGRAM,
        engine="duckdb",
        engine_version=version,
        rules={care_billing.PROGRAM: digest},
        project_sha256=report.inputs_key,
        inputs=[InputFile.of(path) for path in kept.paths],
        control_totals={
            entry.file: {
                "in": entry.records,
                "used": entry.used,
                "set_aside": entry.records - entry.used,
            }
            for entry in kept.files
        },
        steps=records(made),
        outputs={},
        settings={"first_month": str(span.first_month), "last_month": str(span.last_month)},
        notes=notes,
    ).write(folder)
