"""Measures reported by quality-data codes, from an organization's claims: an early estimate.

::

    run = rates_from_codes(store, definitions, 2025, folder)
    run.listings      # rates; people for whom nothing was reported

A practice that bills no such codes reports nothing: the share reported stands beside every rate,
and no rate is CMS's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.pipeline import Pipeline, Progress
from openvbc.errors import EmptyResult
from openvbc.programs.listing import Field, Listing, write_csvs
from openvbc.programs.quality.code_definitions import Definitions, code_tables, read_definitions
from openvbc.programs.quality.intervals import wilson
from openvbc.rules.load import load_rules
from openvbc.steps import claims, quality_codes
from openvbc.steps.quality import PROGRAM

TABLES = ("person", "institutional_claim", "professional_line", "diagnosis")
_BY_MEASURE = """
select
  measure,
  count(*) as eligible,
  cast(sum(case when status = 'exclusion' then 1 else 0 end) as bigint) as exclusions,
  cast(sum(case when status = 'exception' then 1 else 0 end) as bigint) as exceptions,
  cast(sum(case when status = 'met' then 1 else 0 end) as bigint) as met,
  cast(sum(case when status = 'not met' then 1 else 0 end) as bigint) as not_met,
  cast(sum(case when status = 'nothing reported' then 1 else 0 end) as bigint) as unreported
from quality_code_person
group by measure
order by measure
"""
_NOTHING = """
select person_id, measure, visits, last_visit
from quality_code_person
where status = 'nothing reported'
order by person_id, measure
"""
_RATE_FIELDS = (
    Field("Measure", role="who"),
    Field("Title"),
    Field("Better"),
    Field("Eligible", "count"),
    Field("Left out", "count"),
    Field("Excepted", "count"),
    Field("Met", "count"),
    Field("Not met", "count"),
    Field("Nothing reported", "count"),
    Field("Share reported", "rate"),
    Field("Rate", "rate"),
    Field("Low", "rate"),
    Field("High", "rate"),
)
_NOTES = (
    "Rates count what practices billed as quality-data codes; people for whom nothing was billed "
    "are not in them. They are estimates for gap lists, not CMS's rates.",
    "How the codes of several visits come together (the latest, or the best) was read in CMS's "
    "public calculator, not in a rule of law: unverified.",
)


@dataclass(frozen=True)
class CodeRun:
    """What was found."""

    folder: Path
    listings: Sequence[Listing]
    notes: Sequence[str]


def rates_from_codes(
    store: Path,
    definitions: Path,
    year: int,
    folder: Path,
    *,
    numbers: Sequence[str] = (),
    threads: int = 2,
    progress: Callable[[Progress], None] | None = None,
) -> CodeRun:
    """Compute the measures of a claim store and write a folder.

    Args:
        store: folder of the claim store.
        definitions: CMS's machine-readable measures of the year.
        year: calendar year measured.
        folder: where the run goes.
        numbers: only these measures; all that can be computed where none is named.
        threads: of the engine.
        progress: told of each step.

    Raises:
        EmptyResult: nobody is eligible for a measure.
    """
    known = read_definitions(definitions, year, numbers)
    claim_run_folder(folder)
    sources = StoreReport.load(store).checked().sources(TABLES)
    small = [each.table for each in code_tables(known, year)]
    pipeline = Pipeline([*claims.steps(), *quality_codes.steps()])
    with DuckDBEngine(threads=threads, scratch=folder) as engine:
        made = pipeline.needed_for(["quality_code_person"]).run(
            engine, sources, small, folder / "tables", progress
        )
        engine.register("quality_code_person", made["quality_code_person"].table.parts)
        rates = engine.rows(_BY_MEASURE)
        if not rates:
            raise EmptyResult(
                f"nobody has an eligible visit of {year}",
                action="see whether the store holds professional claims of the year",
                code="VBC-19274",
            )
        listings = (_rates(rates, known, year), _nothing(engine, year))
        version = engine.version
    notes = [
        *_NOTES,
        *(
            f"Measure {number} is not computed: {why}."
            for number, why in known.not_computed.items()
        ),
    ]
    outputs = {file.name: file_digest([file]) for file in write_csvs(listings, folder)}
    Manifest(
        openvbc=__version__,
        program=PROGRAM,
        engine="duckdb",
        engine_version=version,
        rules={PROGRAM: load_rules(PROGRAM).digest},
        project_sha256="",
        inputs=[InputFile.of(definitions)],
        control_totals={},
        steps=records(made),
        outputs=outputs,
        settings={"year": str(year)},
        notes=notes,
    ).write(folder)
    return CodeRun(folder, listings, notes)


def _rates(rows: Sequence[Mapping[str, Any]], known: Definitions, year: int) -> Listing:
    measures = {measure.number: measure for measure in known.measures}
    cells = []
    for row in rows:
        measure = measures[row["measure"]]
        counted = int(row["met"]) + int(row["not_met"])
        low, high = wilson(int(row["met"]), counted)
        reported = int(row["eligible"]) - int(row["unreported"])
        cells.append(
            [
                measure.number, measure.title, "lower" if measure.is_inverse else "higher",
                row["eligible"], row["exclusions"], row["exceptions"], row["met"], row["not_met"],
                row["unreported"], reported / row["eligible"],
                int(row["met"]) / counted if counted else None, low, high,
            ]
        )  # fmt: skip
    lead = "A rate is met over met and not met; its interval is Wilson's, 95 percent."
    title = f"Measures by quality-data codes {year}"
    return Listing("code_rates", title, _RATE_FIELDS, cells, lead, "small counts")


def _nothing(engine: Engine, year: int) -> Listing:
    fields = (
        Field("Person", role="who"),
        Field("Measure"),
        Field("Eligible visits", "count"),
        Field("Last visit", "date", "evidence"),
    )
    rows = [
        [row["person_id"], row["measure"], row["visits"], row["last_visit"]]
        for row in engine.rows(_NOTHING)
    ]
    lead = "Eligible people for whom no quality-data code was billed: ask the practice."
    return Listing("nothing_reported", f"Nothing reported {year}", fields, rows, lead)
