"""Write what a quality run hands over, in the form that is asked for.

Forms::

    qrda3              one document of counts for CMS (XML)
    qpp                one QPP submission (JSON)
    summary            summary MeasureReports, a bundle (JSON)
    individual         individual MeasureReports, one a line: about people
    gaps               gaps in care, one document bundle a person and line: about people
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.own_folder import claim
from openvbc.engine.private_files import writing, writing_bytes
from openvbc.errors import InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.programs.quality.handover.measure_reports import (
    Resource,
    gaps_bundle,
    individual_report,
    summary_report,
)
from openvbc.programs.quality.handover.people import PersonResult, people_of
from openvbc.programs.quality.handover.qpp_submission import submission
from openvbc.programs.quality.handover.qrda3 import Qrda3, Templates, qrda3
from openvbc.programs.quality.handover.submitter import Submitter
from openvbc.programs.quality.quality_run import StoredQuality, StoredRate, stored_quality
from openvbc.programs.quality.run_tables import register_charts
from openvbc.rules.load import load_rules
from openvbc.steps.quality import PROGRAM
from openvbc.steps.quality.definition import POPULATIONS, shipped_measures

FORMS = ("qrda3", "qpp", "summary", "individual", "gaps")
ABOUT_PEOPLE = ("individual", "gaps")
FILES = {
    "qrda3": "qrda3.xml",
    "qpp": "qpp_submission.json",
    "summary": "summary_measure_reports.json",
    "individual": "individual_measure_reports.ndjson",
    "gaps": "gaps_in_care.ndjson",
}


@dataclass(frozen=True)
class HandedOver:
    """The file that was written, and what its receiver must know."""

    path: Path
    resources: int
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class _Handing:
    run: Path
    stored: StoredQuality
    submitter: Submitter
    written: dt.datetime
    population_ids: Mapping[tuple[str, str], str] = field(default_factory=dict)


def hand_over(
    run: Path,
    form: str,
    folder: Path,
    submitter: Submitter,
    *,
    identifiers: Path | None = None,
    written: dt.datetime | None = None,
) -> HandedOver:
    """Write a form of a run into a folder.

    Args:
        run: folder of the quality run.
        form: one of ``FORMS``.
        folder: where it goes.
        submitter: whose results they are.
        identifiers: CSV (measure, population, identifier) of published population identifiers.
        written: the time it says it was written at; now.
    """
    handing = _Handing(
        run, stored_quality(run), submitter, written or dt.datetime.now(dt.UTC),
        read_identifiers(identifiers) if identifiers else {},
    )  # fmt: skip
    claim(folder, "handover", list(FILES.values()))
    writers: dict[str, Callable[[_Handing, Path], HandedOver]] = {
        "qrda3": _qrda3, "qpp": _qpp, "summary": _summary, "individual": _individual, "gaps": _gaps,
    }  # fmt: skip
    done = writers[form](handing, folder / FILES[form])
    return replace(done, notes=[*done.notes, *handing.stored.absences()])


def _qrda3(handing: _Handing, path: Path) -> HandedOver:
    stored = handing.stored
    templates = Templates.of(load_rules(PROGRAM), stored.year)
    document = Qrda3(
        stored.rates, stored.year, handing.submitter, templates, handing.written,
        handing.population_ids,
    )  # fmt: skip
    with writing_bytes(path) as file:
        file.write(qrda3(document))
    notes = []
    unnamed = [
        rate.number
        for rate in stored.rates
        if any((rate.number, name) not in handing.population_ids for name in rate.populations)
    ]
    if unnamed:
        notes.append(
            f"The populations of {', '.join(unnamed)} carry identifiers of our own: CMS compares "
            "them with those of its electronic specification; give them with --identifiers."
        )
    return HandedOver(path, len(stored.rates), notes)


def _qpp(handing: _Handing, path: Path) -> HandedOver:
    stored = handing.stored
    _write_json(path, submission(stored.rates, stored.year, handing.submitter))
    return HandedOver(path, len(stored.rates))


def _summary(handing: _Handing, path: Path) -> HandedOver:
    reports = [
        summary_report(rate, handing.stored.year, handing.submitter, handing.written)
        for rate in handing.stored.rates
    ]
    entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in reports]
    _write_json(path, {"resourceType": "Bundle", "type": "collection", "entry": entries})
    return HandedOver(path, len(reports))


def _individual(handing: _Handing, path: Path) -> HandedOver:
    count = 0
    with writing(path) as file:
        for _, _, report in _reports(handing):
            _write_line(file, report)
            count += 1
    return HandedOver(path, count, ["Individual reports name people: for whoever may see them."])


def _gaps(handing: _Handing, path: Path) -> HandedOver:
    by_person: defaultdict[str, list[tuple[StoredRate, Resource, bool]]] = defaultdict(list)
    for rate, person, report in _reports(handing):
        if person.is_eligible:
            is_open = person.passed["numerator"] is rate.is_inverse
            by_person[person.person].append((rate, report, is_open))
    with writing(path) as file:
        for name, reports in by_person.items():
            _write_line(file, gaps_bundle(name, reports, handing.submitter, handing.written))
    return HandedOver(path, len(by_person), ["Gaps name people: for whoever may see them."])


def _reports(handing: _Handing) -> Iterator[tuple[StoredRate, PersonResult, Resource]]:
    steps = {measure.number: measure.step.name for measure in shipped_measures()}
    with DuckDBEngine(threads=2, scratch=handing.run) as engine:
        register_charts(engine, handing.run)
        for rate in handing.stored.rates:
            if rate.number not in steps:
                raise InputError(
                    f"measure {rate.number} is one of your own",
                    rule="individual reports and gaps are written of measures that come with the "
                    "program",
                    code="VBC-19231",
                )
            for person in people_of(engine, handing.run, steps[rate.number]):
                yield rate, person, individual_report(
                    rate, person.person, person.passed, person.records, handing.stored.year,
                    handing.submitter, handing.written,
                )  # fmt: skip


def read_identifiers(path: Path) -> dict[tuple[str, str], str]:
    """Populations' identifiers by (measure, population), from CSV."""
    identifiers: dict[tuple[str, str], str] = {}
    for line, row in rows_of_csv(path)[1]:
        measure, population, identifier = (
            (row.get(name) or "").strip() for name in ("measure", "population", "identifier")
        )
        if not measure or population not in POPULATIONS or not identifier:
            raise InputError(
                "this row names no measure, population and identifier",
                place=Place(path.name, line),
                rule=f"measure, population, identifier; populations {', '.join(POPULATIONS)}",
                action="correct it",
                code="VBC-19232",
            )
        identifiers[measure, population] = identifier
    return identifiers


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    with writing(path) as file:
        json.dump(content, file, indent=1)
        file.write("\n")


def _write_line(file: TextIO, content: Mapping[str, Any]) -> None:
    json.dump(content, file, separators=(",", ":"))
    file.write("\n")
