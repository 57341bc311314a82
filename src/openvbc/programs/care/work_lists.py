"""Make the work lists of a day: panel, transitions, emergency visits, cohorts.

The output folder holds a folder a day::

    2024-12-31/
      lists/panel.parquet ...    every list, every row
      work-lists.xlsx            the same for a nurse, a sheet a list
      manager.html               counts for a manager, small ones hidden
      tables/                    tables of the steps, kept for the next run
      manifest.json              sources, rules, steps, notes
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.own_folder import claim, remove
from openvbc.engine.pipeline import Pipeline, Progress, StepResult
from openvbc.engine.table import Table
from openvbc.errors import EmptyResult
from openvbc.programs.care.care_file import CareFile
from openvbc.programs.care.changes import (
    CHANGES,
    LIST_FOLDER,
    change_listing,
    previous_day,
)
from openvbc.programs.care.known_people import KnownPeople, hold_against
from openvbc.programs.care.listings import CAPACITY_LISTS, LISTS, WorkList, listing
from openvbc.programs.care.planned_care import PlannedCare
from openvbc.programs.care.rates import (
    STEPS,
    back_test_listing,
    rate_listing,
    readmission_listing,
)
from openvbc.programs.care.user_files import UserFiles, read_user_files
from openvbc.programs.listing import Listing
from openvbc.rules.load import RuleSet, load_rules
from openvbc.steps import care, claims, stays
from openvbc.steps.care.tables import tables
from openvbc.steps.rule_table import Doubt

TABLES = (
    "person", "person_identifier", "coverage", "institutional_claim", "institutional_line",
    "professional_line", "diagnosis", "procedure", "risk_score",
)  # fmt: skip


@dataclass(frozen=True)
class CareRun:
    """The lists of a day."""

    folder: Path
    file: CareFile
    listings: Sequence[Listing]
    counts: Mapping[str, Sequence[Mapping[str, Any]]]
    """Counts for the manager's page: by tier, by owner, by state."""
    people: int
    names: Mapping[str, str]
    """Names of people, by person; for the workbook alone."""
    set_aside: Mapping[str, int]
    notes: Sequence[str]


def make_work_lists(
    file: CareFile,
    digest: str,
    *,
    threads: int = 2,
    progress: Callable[[Progress], None] | None = None,
) -> CareRun:
    """Make every list of a day and write the lists as Parquet, with a manifest.

    Raises:
        InputError: a list of the user, a message or the store cannot be used.
        EmptyResult: nobody is alive and covered on the day of the lists.
    """
    folder = claim_run_folder(file.output / file.as_of.isoformat())
    rules = load_rules(care.PROGRAM, file.overlays)
    given = read_user_files(file)
    if file.inputs.paths():
        build_store(file.inputs, file.store, buckets=1, threads=threads)
    report = StoreReport.load(file.store).checked()
    store = report.sources(TABLES)
    planned = PlannedCare.of(file.planned, file.as_of)
    pipeline = Pipeline([*claims.steps(), *stays.steps(), *care.steps(), *planned.steps])
    given.files += planned.files
    wanted = pipeline.needed_for([*(each.table for each in _lists(file)), *STEPS])
    with DuckDBEngine(threads=threads, scratch=folder) as engine:
        for table in store:
            engine.register(table.name, table.parts)
        hold_against(KnownPeople.of(engine), given, file.as_of)
        made = tables(rules, file.as_of, given=given.rows, tier_rules=given.tier_rules)
        small = {t.name: t for t in (*(each.table for each in made), *planned.tables)}
        results = wanted.run(
            engine, store, small.values(), folder / "tables", progress,
            report.derived(care.DERIVED), care.BYTES_AT_ONCE,
        )  # fmt: skip
        run = _read(engine, file, given, results, store, folder)
        doubts = [doubt for each in made for doubt in each.doubts]
        outputs = _write_lists(engine, folder, _lists(file))
        _manifest(run, digest, rules, results, outputs, doubts, engine.version, given)
    return run


def store_tables(store: Path) -> list[Table]:
    """The tables of a claim store that the steps read."""
    return StoreReport.load(store).checked().sources(TABLES)


_BY_TIER = "select tier, tier_name, count(*) as people from panel group by tier, tier_name"
_BY_OWNER = """
select
  owner,
  count(*) as people,
  cast(sum(case when tier >= 4 then 1 else 0 end) as bigint) as high,
  cast(sum(floor(365.0 / cadence_days) * minutes) as bigint) as minutes
from panel
group by owner
"""
_BY_STATE = "select state, count(*) as discharges from transition group by state"
_EMERGENCY = "select state, count(*) as visits from emergency_follow_up group by state"
_UNKNOWN = """
select
  (select count(*) from hospital_episode e join care_date d on d.as_of = e.as_of and d.is_today
   where not e.is_type_known) as admission_types,
  (select count(*) from diagnosis where code_version is null or code_version not in ('0', '9'))
    as code_versions
"""


def _read(
    engine: DuckDBEngine,
    file: CareFile,
    given: UserFiles,
    results: Mapping[str, StepResult],
    store: Sequence[Table],
    folder: Path,
) -> CareRun:
    for table in (*store, *(result.table for result in results.values())):
        engine.register(table.name, table.parts)
    people = int(engine.rows("select count(*) as people from panel")[0]["people"])
    if not people:
        raise EmptyResult(
            "nobody is alive and covered on the day of the lists",
            rule="a list is for people with Parts A and B, not managed, in the month of the day",
            action="give another day (as_of), or name the people (people: people.csv)",
            code="VBC-60901",
        )
    counts = {
        "tiers": engine.rows(f"{_BY_TIER} order by tier desc"),
        "owners": engine.rows(f"{_BY_OWNER} order by people desc, owner"),
        "transitions": engine.rows(f"{_BY_STATE} order by state"),
        "emergency visits": engine.rows(f"{_EMERGENCY} order by state"),
    }
    listings = [
        *(listing(each, engine, file.as_of) for each in _lists(file)),
        rate_listing(engine, file.as_of),
        readmission_listing(engine, file.as_of),
        back_test_listing(engine, file.as_of),
    ]
    previous, changes = previous_day(file), _list_folder(folder) / CHANGES
    remove(changes)
    if previous is not None:
        listings.insert(0, change_listing(engine, previous / LIST_FOLDER, previous.name, changes))
    names = _names(engine, given)
    return CareRun(
        folder, file, listings, counts, people, names, given.set_aside,
        _notes(engine, given),
    )  # fmt: skip


def _names(engine: DuckDBEngine, given: UserFiles) -> dict[str, str]:
    if not given.names:
        return {}
    of = engine.rows("select member_id, person_id from person_identifier")
    return {
        row["person_id"]: given.names[row["member_id"]]
        for row in of
        if row["member_id"] in given.names
    }


def _notes(engine: DuckDBEngine, given: UserFiles) -> list[str]:
    unknown = engine.rows(_UNKNOWN)[0]
    notes = [
        f"{count:,} rows set aside: {reason}." for reason, count in sorted(given.set_aside.items())
    ]
    notes += [
        f"{count:,} passed by: {reason}." for reason, count in sorted(given.passed_by.items())
    ]
    if unknown["admission_types"]:
        notes.append(
            f"{unknown['admission_types']:,} hospital stays do not say how the person was "
            "admitted; they count as unplanned."
        )
    if unknown["code_versions"]:
        notes.append(
            f"{unknown['code_versions']:,} diagnoses have an unknown code version; they count for "
            "no condition."
        )
    return notes


def _list_folder(folder: Path) -> Path:
    names = [CHANGES, *(f"{each.table}.parquet" for each in (*LISTS, *CAPACITY_LISTS))]
    return claim(folder / LIST_FOLDER, "work lists", names)


def _lists(file: CareFile) -> Sequence[WorkList]:
    """The lists that are made, in their order."""
    return (*LISTS, *CAPACITY_LISTS) if file.capacity else LISTS


def _write_lists(engine: DuckDBEngine, folder: Path, lists: Sequence[WorkList]) -> dict[str, str]:
    place = _list_folder(folder)
    outputs = {}
    for each in CAPACITY_LISTS:
        remove(place / f"{each.table}.parquet")
    for each in lists:
        path = place / f"{each.table}.parquet"
        engine.materialise(f"select * from {each.table}", path)
        outputs[f"{LIST_FOLDER}/{path.name}"] = file_digest([path])
    if (place / CHANGES).is_file():
        outputs[f"{LIST_FOLDER}/{CHANGES}"] = file_digest([place / CHANGES])
    return outputs


def _manifest(
    run: CareRun,
    digest: str,
    rules: RuleSet,
    results: Mapping[str, StepResult],
    outputs: Mapping[str, str],
    doubts: Sequence[Doubt],
    version: str,
    given: UserFiles,
) -> None:
    doubtful = Counter(f"{doubt.name} {doubt.status}" for doubt in doubts)
    Manifest(
        openvbc=__version__,
        program=care.PROGRAM,
        engine="duckdb",
        engine_version=version,
        rules={care.PROGRAM: rules.digest},
        project_sha256=digest,
        inputs=[InputFile.of(path) for path in given.files],
        control_totals={
            "panel": {"people": run.people},
            "set_aside": dict(sorted(run.set_aside.items())),
        },
        steps=records(results),
        outputs=outputs,
        settings={"as_of": run.file.as_of.isoformat()},
        notes=[*run.notes, *(f"Not confirmed: {name}." for name in sorted(doubtful))],
    ).write(run.folder)


__all__ = ["CareRun", "WorkList", "make_work_lists", "store_tables"]
