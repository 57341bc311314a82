"""A quality run: read the charts, compute the measures, write a folder that can be asked.

The folder holds::

    clinical/       the clinical store
    tables/         the tables of the steps: who passes which test, by which record
    rates.csv       each measure: populations, rate, interval, gaps
    practices.csv, completeness.csv, gaps.csv, left_out.csv
    quality.json    the rates, for scores and what is handed over
    manifest.json   sources, rules, counts
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.clinical.fhir_files import other_files
from openvbc.clinical.load import build_clinical_store, practices_of
from openvbc.clinical.staging import Staged
from openvbc.clinical.store import ClinicalStore
from openvbc.clinical.value_sets import ValueSets, read_value_sets
from openvbc.engine.base import Engine
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.pipeline import Progress
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import InputError, ParameterMissing, Place
from openvbc.programs.listing import Listing, write_csvs
from openvbc.programs.quality import RATES
from openvbc.programs.quality.claims_charts import stage_claims
from openvbc.programs.quality.listings import (
    completeness_listing,
    doubts,
    gap_listing,
    left_out_listing,
    practice_listing,
    practices_of_people,
    rate_listing,
)
from openvbc.programs.quality.measuring import Counts, Measured, measure, small_table
from openvbc.programs.quality.supplemental import Supplement
from openvbc.rules.load import load_rules
from openvbc.steps.quality import PROGRAM, tables
from openvbc.steps.quality.definition import POPULATIONS, Measure, measures_in, shipped_measures

CHARTS = "clinical"


@dataclass(frozen=True)
class QualityRun:
    """What a run found: the listings, and what a reader must know about the data."""

    folder: Path
    measured: Measured
    store: ClinicalStore
    listings: Sequence[Listing]
    notes: Sequence[str]

    def listing(self, name: str) -> Listing:
        """One of the listings, by name."""
        return next(each for each in self.listings if each.name == name)


@dataclass(frozen=True)
class StoredRate:
    """The rate of a measure as a run's folder keeps it."""

    number: str
    cms_id: str
    title: str
    is_inverse: bool
    is_outcome: bool
    version_specific_id: str
    counts: Counts
    by_practice: dict[str, Counts]
    populations: Sequence[str]
    """Populations the measure has, of those a proportion can have."""
    supplement: Supplement
    """The populations by sex, race, ethnicity and payer."""


@dataclass(frozen=True)
class StoredQuality:
    """The rates a run's folder holds."""

    year: int
    rates: Sequence[StoredRate]
    not_computed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Measures that were asked for and not computed, and the value sets each lacks."""

    def absences(self) -> list[str]:
        """A sentence a measure that was not computed, or has nobody it could count."""
        return [
            *(
                f"Measure {number} was not computed: the run lacks {', '.join(missing)}."
                for number, missing in self.not_computed.items()
            ),
            *(
                f"Measure {rate.number} has no rate: nobody is in its denominator after exclusions "
                "and exceptions; a score takes it as not reported."
                for rate in self.rates
                if rate.counts.rate is None
            ),
        ]


def run_quality(
    charts: Path,
    value_sets: Sequence[Path],
    year: int,
    folder: Path,
    *,
    numbers: Sequence[str] = (),
    own_measures: Path | None = None,
    claims: Path | None = None,
    join: bool = True,
    buckets: int = 4,
    threads: int = 2,
    say: Callable[[str], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> QualityRun:
    """Compute measures of a folder of charts and write the run.

    Args:
        charts: folder of FHIR files; each folder in it is a practice, named by its tax number.
        value_sets: files and folders of the user's value sets.
        year: calendar year that is measured.
        folder: where the run goes.
        numbers: only these measures; all where none is named.
        own_measures: a folder of the user's own measures, beside those shipped.
        claims: a claim store whose diagnoses, visits and procedures count beside the charts.
        join: whether patients of different practices who match become one person.
        buckets: parts of people the store is split into.
        threads: of the engine.
        say: told what is read.
        progress: told of each step.
    """
    claim_run_folder(folder)
    measures = _wanted(numbers, own_measures)
    _of_the_year(measures, year)
    sets = read_value_sets(value_sets)
    practices = practices_of(charts)
    said: list[str] = []
    if others := other_files(charts):
        said.append(f"{len(others):,} files of the folder are of no kind that is read; not used.")

    def beside(staged: Staged, engine: Engine) -> None:
        assert claims is not None
        said.extend(stage_claims(claims, staged, engine, folder / "tables"))

    store = build_clinical_store(
        practices, folder / CHARTS, buckets=buckets, threads=threads, join=join,
        more=beside if claims else None, progress=say,
    )  # fmt: skip
    with DuckDBEngine(threads=threads, scratch=folder) as engine:
        year_rates = measure(store, measures, year, sets, folder / "tables", engine, progress)
        for name in ("encounter", "observation", "component"):
            engine.register(name, store.tables((name,))[0].parts)
        engine.register_small(small_table(year_rates, "measurement_year"))
        where = practices_of_people(engine)
        listings = (
            rate_listing(year_rates),
            practice_listing(year_rates),
            completeness_listing(engine, year),
            gap_listing(engine, year_rates, where),
            left_out_listing(engine, year_rates, where),
        )
        said += doubts(engine, year_rates)
        version = engine.version
    run = QualityRun(folder, year_rates, store, listings, [*said, *_notes(store, sets, year_rates)])
    outputs = _write(run)
    files = [file for paths in practices.values() for file in paths]
    records_in = sum(rows.records for rows in store.waterfall)
    used = sum(rows.used for rows in store.waterfall)
    Manifest(
        openvbc=__version__,
        program=PROGRAM,
        engine="duckdb",
        engine_version=version,
        rules={PROGRAM: load_rules(PROGRAM).digest},
        project_sha256="",
        inputs=[InputFile.of(path) for path in (*files, *sets.files)],
        control_totals={
            "resources": {"in": records_in, "used": used, "set_aside": records_in - used},
            "people": {"patients": store.patients, "persons": store.persons},
        },
        steps=records(year_rates.results),
        outputs=outputs,
        settings={"year": str(year)},
        notes=run.notes,
    ).write(folder)
    return run


def _wanted(numbers: Sequence[str], own: Path | None) -> list[Measure]:
    measures = [*shipped_measures(), *(measures_in(own) if own else [])]
    known = {each.number: each for each in measures}
    for number in numbers:
        if number not in known:
            raise InputError(
                f"there is no measure {number}",
                rule=f"measures: {', '.join(sorted(known))}",
                code="VBC-1906",
            )
    return [known[number] for number in (numbers or sorted(known))]


def _of_the_year(measures: Sequence[Measure], year: int) -> None:
    """Refuse a year for which a measure is not known, before anything is read."""
    try:
        tables(measures, load_rules(PROGRAM), year, {})
    except ParameterMissing as error:
        versions = ", ".join(f"{each.number} ({each.cms_id})" for each in measures)
        raise InputError(
            f"the measures {versions} are not known as they are in {year}",
            rule=f"a measure changes every year; {error.rule}",
            action="ask for a year that is known; or, of a small population, give that year's CQL "
            "package (--cql); or write that year's version as your own measure (--own-measures: "
            "its populations, value sets and numbers by the published specification of the year)",
            code="VBC-90361",
        ) from error


def _notes(store: ClinicalStore, sets: ValueSets, year_rates: Measured) -> list[str]:
    aside = [f"{n:,} resources set aside: {why}." for why, n in sorted(store.set_aside().items())]
    used = {oid: name for rate in year_rates.rates for name, oid in rate.measure.value_sets.items()}
    capped = [name for oid, name in used.items() if oid in sets.truncated]
    said = [f"The value set {name} says it has more codes than were given." for name in capped]
    notices = {rate.measure.notice: rate.measure.number for rate in year_rates.rates}
    return [*store.notes(), *aside, *said, *(f"{notice}" for notice in notices)]


def _write(run: QualityRun) -> dict[str, str]:
    written = [file.name for file in write_csvs(run.listings, run.folder)]
    rates = [
        {
            "number": rate.measure.number,
            "cms_id": rate.measure.cms_id,
            "title": rate.measure.title,
            "is_inverse": rate.measure.is_inverse,
            "is_outcome": rate.measure.is_outcome,
            "version_specific_id": rate.measure.version_specific_id,
            "counts": asdict(rate.counts),
            "by_practice": {name: asdict(each) for name, each in rate.by_practice.items()},
            "populations": [name for name in POPULATIONS if name in rate.measure.populations],
            "supplement": rate.supplement,
        }
        for rate in run.measured.rates
    ]
    absent = {each.measure.number: list(each.missing) for each in run.measured.not_computed}
    content = {"year": run.measured.year, "rates": rates, "not_computed": absent}
    write_sealed(run.folder / RATES, content)
    return {name: file_digest([run.folder / name]) for name in (*written, RATES)}


def stored_quality(folder: Path) -> StoredQuality:
    """The rates of a run written before.

    Raises:
        InputError: the folder holds no quality run, or its rates are damaged.
    """
    try:
        content: dict[str, Any] = read_sealed(folder / RATES)
        rates = [_stored(entry) for entry in content["rates"]]
        return StoredQuality(content["year"], rates, content.get("not_computed") or {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "this folder holds no finished quality run",
            place=Place(str(folder)),
            action="make one: vbc quality",
            code="VBC-1907",
        ) from error


def _stored(entry: dict[str, Any]) -> StoredRate:
    by_practice = {name: Counts(**counts) for name, counts in entry["by_practice"].items()}
    return StoredRate(**{**entry, "counts": Counts(**entry["counts"]), "by_practice": by_practice})
