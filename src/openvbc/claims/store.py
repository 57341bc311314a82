"""Build the claim store from the user's files::

    report = build_store(ClaimInputs(cclf=(Path("cclf"),)), Path("store"), buckets=4)

Readers stage typed rows by bucket of people; each bucket is then made into the store's tables:
repeats dropped, people under their current identifier, sorted by person and date. The report holds
the waterfall, control totals and gaps. The same inputs give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.code_forms import findings, odd_codes
from openvbc.claims.column_tally import FEWEST
from openvbc.claims.coverage_months import Months
from openvbc.claims.enrollment import dual_table, states_table
from openvbc.claims.found_files import FULL, all_regular, walk
from openvbc.claims.gaps import known_gaps
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.model import TABLES
from openvbc.claims.normal_form import NotUnderstood
from openvbc.claims.repeats import RECORDS, count_dropped, settle_waterfall
from openvbc.claims.report import REPORT_FILE, Finding, StoreReport, claim_store_folder
from openvbc.claims.staging import STAGED, Staging
from openvbc.claims.store_tables import sql_of, write_table
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.own_folder import remove
from openvbc.engine.private_files import private_folder
from openvbc.engine.scratch import scratch_folder, sweep
from openvbc.engine.table import SmallTable
from openvbc.errors import EmptyResult, EngineError, InputError, Place

Progress = Callable[[str, float | None], None]

_BYTES_A_BUCKET = 1 << 30
"""Unzipped deliveries a bucket: about three million lines, a few hundred megabytes of memory."""


def buckets_for(inputs: ClaimInputs) -> int:
    """As many buckets of people as keep each in a few hundred megabytes of memory."""
    size = sum(file.size for file in walk(tuple(inputs.paths()), "deliveries"))
    return min(999, 1 + size // _BYTES_A_BUCKET)


def build_store(
    inputs: ClaimInputs,
    folder: Path,
    *,
    buckets: int = 16,
    threads: int = 2,
    progress: Progress | None = None,
) -> StoreReport:
    """Read every feed given and write the store's tables into `folder`.

    A folder that already holds the store of exactly these inputs is returned as it is. The folder
    is readable by its owner only. Raises InputError for a file that cannot be used at all,
    EmptyResult where no row of any feed could be used.
    """
    say = progress or (lambda message, done: None)
    key = _inputs_key(inputs, buckets)
    claim_store_folder(folder)
    sweep(folder)
    if known := _known(folder, key):
        return known
    from openvbc.claims.feeds import read_feeds  # its readers take a while to load

    pyarrow()
    (folder / REPORT_FILE).unlink(missing_ok=True)
    for table in TABLES:
        remove(folder / table)
    report = StoreReport(folder=folder, buckets=buckets, inputs_key=key)
    try:
        with scratch_folder(folder) as scratch:
            staging = Staging(scratch, buckets)
            read_feeds(inputs, staging, report, threads, say)
            staging.close()
            with DuckDBEngine(threads=threads, scratch=scratch) as engine:
                _build(engine, staging, report, say)
    except OSError as error:
        if error.errno in FULL:
            raise _full(folder) from error
        raise
    except EngineError as error:
        if "No space left" in str(error):
            raise _full(folder) from error
        raise
    report.gaps += known_gaps(inputs, report)
    if inputs.paths() and not any(report.rows.values()):
        reasons = ", ".join(f"{n} {why}" for why, n in report.set_aside().most_common(3))
        raise EmptyResult(
            "no row of any file could be used",
            place=Place(file=str(folder)),
            rule=f"set aside: {reasons}" if reasons else "the files hold no rows",
            action="run: vbc check",
            code="VBC-6001",
        )
    report.save()
    return report


def _known(folder: Path, key: str) -> StoreReport | None:
    """The store in the folder if it is whole and of these inputs; else it is built anew."""
    try:
        known = StoreReport.load(folder)
    except InputError:
        return None
    return known if known.inputs_key == key and known.is_whole else None


def _inputs_key(inputs: ClaimInputs, buckets: int) -> str:
    """What the store depends on: the files' bytes and names, which input each is, this package.

    Where the files are does not matter: a project that is moved or copied keeps its store.
    """
    present = [path for path in inputs.paths() if path.exists()]
    all_regular(present)
    feeds = ClaimInputs.model_fields
    named = "|".join(
        f"{key[0]} {name}"
        for key, path in inputs.named_paths()
        if key[0] in feeds
        for name in _names(path)
    )
    here = Path(__file__).parent
    program = sorted(path for kind in ("py", "sql", "csv") for path in here.rglob(f"*.{kind}"))
    parts = (str(buckets), file_digest(present), named, file_digest(program))
    return sha256("|".join(parts).encode()).hexdigest()


def _names(path: Path) -> list[str]:
    """The name of a file, the names of all files in a folder: names say whose and of when."""
    if not path.is_dir():
        return [path.name]
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())


def _full(folder: Path) -> EngineError:
    return EngineError(
        "the disk is full",
        place=Place(file=str(folder)),
        action="free space (about the size of the unzipped deliveries) and run again",
        code="VBC-410",
    )


def _build(engine: DuckDBEngine, staging: Staging, report: StoreReport, say: Progress) -> None:
    engine.register_small(dual_table())
    engine.register_small(states_table())
    dropped: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in RECORDS}
    months = Months(engine, staging, report)
    codes = NotUnderstood(engine, report)
    odd: Counter[tuple[str, str]] = Counter()
    for table in TABLES.values():
        private_folder(report.folder / table.name)
        report.tables.append(table.name)
        report.rows[table.name] = 0
    for bucket in range(staging.buckets):
        say(f"building bucket {bucket + 1} of {staging.buckets}", bucket / staging.buckets)
        for name in STAGED:
            parts = [staging.path(name, bucket)]
            if name == "coverage_span":
                parts.append(staging.folder / f"snapshot_span_{bucket:03d}.parquet")
            prefix = "unsigned" if name == "institutional_line" else "staged"
            engine.register(f"{prefix}_{name}", parts)
        engine.rows(
            "create or replace view staged_institutional_line as "
            + sql_of("signed_institutional_line")
        )
        months.make()
        codes.count()
        odd += odd_codes(engine)
        _count_months(engine, report)
        for table in TABLES.values():
            if table.bucketed:
                path = report.folder / table.name / f"bucket_{bucket:03d}.parquet"
                staged = 0
                if table.name in RECORDS:
                    counted = engine.rows(f"select count(*) as n from staged_{table.name}")
                    staged = int(counted[0]["n"])
                is_empty = table.name in RECORDS and not staged
                rows = write_table(engine, table, path, is_empty)
                report.rows[table.name] += rows
                if rows < staged:
                    count_dropped(engine, table.name, dropped[table.name])
    months.tell()
    codes.tell()
    report.findings += findings(odd)
    _write_small(engine, staging, report)
    settle_waterfall(report, dropped)


def _count_months(engine: DuckDBEngine, report: StoreReport) -> None:
    """Add a bucket's professional lines by month of service and of loading, and people covered."""
    for name, date, counted, table in (
        ("service", "claim_line_end_date", "*", "staged_professional_line"),
        ("loaded", "load_date", "*", "staged_professional_line"),
        ("covered", "make_date(calendar_year, month, 1)", "distinct person_id", "coverage_month"),
    ):
        found = engine.rows(
            f"select strftime({date}, '%Y-%m') as month, count({counted}) as n from {table} "
            f"where {date} is not null group by 1 order by 1"
        )
        months = report.months.setdefault(name, {})
        for row in found:
            months[row["month"]] = months.get(row["month"], 0) + int(row["n"])


def _leads_to_nobody(engine: DuckDBEngine, report: StoreReport) -> None:
    """A cross-reference most of whose current identifiers no other file bears is damaged."""
    found = engine.rows(
        "select count(distinct r.person_id) as every, "
        "count(distinct r.person_id) filter (p.person_id is null) as unknown "
        "from replaced r left join person p on p.person_id = r.person_id"
    )[0]
    if int(found["every"]) >= FEWEST and 2 * int(found["unknown"]) > int(found["every"]):
        report.findings.append(
            Finding(
                "a cross-reference of identifiers that leads to nobody",
                "error",
                "CCLF9: most of its current identifiers are in no other file",
                int(found["unknown"]),
                "identifiers of CCLF9",
            )
        )


def _write_small(engine: DuckDBEngine, staging: Staging, report: StoreReport) -> None:
    """Tables that are not bucketed: participants, and every identifier a person had."""
    engine.register(
        "staged_participant", [staging.path("participant", b) for b in range(staging.buckets)]
    )
    engine.register("person", [report.folder / "person"])
    engine.register_small(
        SmallTable(
            "replaced",
            {"member_id": "string", "person_id": "string"},
            sorted(report.replaced.items()),
        )
    )
    _leads_to_nobody(engine, report)
    engine.drop("staged_person_identifier")
    engine.rows(
        "create or replace table staged_person_identifier as "
        "select member_id, person_id from replaced union select person_id, person_id from person"
    )
    for name in ("participant", "person_identifier"):
        path = report.folder / name / "bucket_000.parquet"
        report.rows[name] = write_table(engine, TABLES[name], path)
