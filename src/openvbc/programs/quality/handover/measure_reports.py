"""FHIR MeasureReports (R4, profiles of DEQM): summary, individual and gaps of a quality run.

A summary states the counts of everybody, stratified by practice, and nobody's name. Individual
reports and gap bundles are about people: one resource a line, for whoever may see them.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openvbc.programs.quality.handover.given_results import GivenResult, measured_year
from openvbc.programs.quality.handover.qpp_submission import json_object
from openvbc.programs.quality.handover.submitter import Submitter
from openvbc.programs.quality.measuring import Counts
from openvbc.programs.quality.quality_run import StoredRate
from openvbc.steps.quality.definition import POPULATIONS

DEQM = "http://hl7.org/fhir/uv/deqm/StructureDefinition"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_POPULATION = f"{_TERMS}/measure-population"
_CODES = {name: name.replace("_", "-") for name in POPULATIONS}
_NAMES = {code: name for name, code in _CODES.items()}
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_PLACES = Decimal("0.000001")

Resource = dict[str, Any]


def summary_report(
    rate: StoredRate, year: int, submitter: Submitter, written: dt.datetime
) -> Resource:
    """The summary MeasureReport of a measure, with a stratum a practice."""
    report = _report(rate, year, submitter, written, "summary", "deqm-summarymeasurereport")
    group = _group(rate, rate.counts)
    if rate.by_practice:
        group["stratifier"] = [
            {
                "code": [{"text": "practice"}],
                "stratum": [
                    {"value": {"text": practice}, **_group(rate, counts)}
                    for practice, counts in rate.by_practice.items()
                ],
            }
        ]
    report["group"] = [group]
    return report


def individual_report(
    rate: StoredRate,
    person: str,
    passed: Mapping[str, bool],
    records: list[str],
    year: int,
    submitter: Submitter,
    written: dt.datetime,
) -> Resource:
    """The MeasureReport of a person in a measure.

    Args:
        rate: the measure.
        person: identifier of the person.
        passed: each population, and whether the person is in it.
        records: the records that decide, as ``Observation/id``.
        year: the year measured.
        submitter: who reports.
        written: when.
    """
    report = _report(rate, year, submitter, written, "individual", "deqm-individualmeasurereport")
    report["subject"] = subject(person)
    counts = Counts(**{name: int(passed.get(name, False)) for name in POPULATIONS})
    report["group"] = [_group(rate, counts)]
    if records:
        report["evaluatedResource"] = [{"reference": record} for record in records]
    return report


def gaps_bundle(
    person: str,
    reports: list[tuple[StoredRate, Resource, bool]],
    submitter: Submitter,
    written: dt.datetime,
) -> Resource:
    """A person's gaps as a document: composition, a report and an issue a measure.

    ``reports`` holds the measures the person is eligible for, each with the individual report and
    whether the gap is open.
    """
    issues = []
    sections = []
    for rate, report, is_open in reports:
        issue = _issue(person, report, is_open)
        issues.append(issue)
        sections.append(
            {
                "title": rate.title,
                "focus": {"reference": f"MeasureReport/{report['id']}"},
                "entry": [{"reference": f"DetectedIssue/{issue['id']}"}],
            }
        )
    composition: Resource = {
        "resourceType": "Composition",
        "id": str(uuid.uuid4()),
        "meta": {"profile": [f"{DEQM}/deqm-gapsincarecomposition"]},
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "96315-7"}]},
        "subject": subject(person),
        "date": _moment(written),
        "author": [_organization(submitter)],
        "title": "Gaps in care",
        "section": sections,
    }
    resources = [composition, *(report for _, report, _ in reports), *issues]
    return {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "meta": {"profile": [f"{DEQM}/deqm-gapsincarebundle"]},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.uuid4()}"},
        "type": "document",
        "timestamp": _moment(written),
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources],
    }


def subject(person: str) -> Resource:
    """A person as FHIR refers to one: by resource id where it can be one, else by identifier."""
    if _ID.fullmatch(person):
        return {"reference": f"Patient/{person}"}
    return {"identifier": {"value": person}}


def reports_in(content: bytes, name: str) -> list[GivenResult]:
    """The summary MeasureReports of a JSON file (one, or a bundle), as counts."""
    return [
        _given(report, name)
        for report in resources_in(json_object(content, name))
        if report.get("resourceType") == "MeasureReport" and report.get("type") == "summary"
    ]


def resources_in(document: Mapping[str, Any]) -> Iterator[Resource]:
    """A resource, or those of a bundle or of parameters, within each other too."""
    kind = document.get("resourceType")
    if kind in ("Bundle", "Parameters"):
        for part in document.get("entry" if kind == "Bundle" else "parameter") or ():
            if isinstance(part, dict) and isinstance(part.get("resource"), dict):
                yield from resources_in(part["resource"])
    elif kind:
        yield dict(document)


def _given(report: Resource, name: str) -> GivenResult:
    groups = report.get("group") or [{}]
    counts: dict[str, int] = {}
    for population in groups[0].get("population") or ():
        for coding in (population.get("code") or {}).get("coding") or ():
            if coding.get("code") in _NAMES and isinstance(population.get("count"), int):
                counts[_NAMES[coding["code"]]] = population["count"]
    score = (groups[0].get("measureScore") or {}).get("value")
    period = report.get("period") or {}
    start, end = (str(period.get(each) or "") for each in ("start", "end"))
    canonical = str(report.get("measure") or "").split("|")[0]
    measure = canonical.rsplit("/", 1)[-1].removeprefix("urn:uuid:")
    denominator = counts.get("denominator", 0)
    return GivenResult(
        measure,
        Counts(**{"initial_population": denominator, **counts}),
        None if score is None else Decimal(str(score)),
        measured_year(start, end, name),
    )


def _report(
    rate: StoredRate,
    year: int,
    submitter: Submitter,
    written: dt.datetime,
    kind: str,
    profile: str,
) -> Resource:
    extensions: list[Resource] = [
        {
            "url": f"{DEQM}/deqm-measureScoring",
            "valueCodeableConcept": {
                "coding": [{"system": f"{_TERMS}/measure-scoring", "code": "proportion"}]
            },
        }
    ]
    if submitter.certification:
        extensions.append(
            {
                "url": f"{DEQM}/deqm-certificationIdentifier",
                "valueIdentifier": {
                    "system": "urn:oid:2.16.840.1.113883.3.2074.1",
                    "value": submitter.certification,
                },
            }
        )
    return {
        "resourceType": "MeasureReport",
        "id": str(uuid.uuid4()),
        "meta": {"profile": [f"{DEQM}/{profile}"]},
        "extension": extensions,
        "status": "complete",
        "type": kind,
        "measure": f"urn:uuid:{rate.version_specific_id}",
        "date": _moment(written),
        "reporter": _organization(submitter),
        "period": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
        "improvementNotation": {
            "coding": [
                {
                    "system": f"{_TERMS}/measure-improvement-notation",
                    "code": "decrease" if rate.is_inverse else "increase",
                }
            ]
        },
    }


def _group(rate: StoredRate, counts: Counts) -> Resource:
    group: Resource = {
        "population": [
            {
                "code": {"coding": [{"system": _POPULATION, "code": _CODES[name]}]},
                "count": int(getattr(counts, name)),
            }
            for name in POPULATIONS
            if name in rate.populations
        ]
    }
    if counts.rate is not None:
        group["measureScore"] = {"value": float(counts.rate.quantize(_PLACES, ROUND_HALF_UP))}
    return group


def _issue(person: str, report: Resource, is_open: bool) -> Resource:
    status = "open-gap" if is_open else "closed-gap"
    system = "http://hl7.org/fhir/uv/deqm/CodeSystem/deqm-gaps-status"
    return {
        "resourceType": "DetectedIssue",
        "id": str(uuid.uuid4()),
        "meta": {"profile": [f"{DEQM}/deqm-gapsincaredetectedissue"]},
        "modifierExtension": [
            {
                "url": f"{DEQM}/deqm-gapStatus",
                "valueCodeableConcept": {"coding": [{"system": system, "code": status}]},
            }
        ],
        "status": "final",
        "code": {"coding": [{"system": f"{_TERMS}/v3-ActCode", "code": "CAREGAP"}]},
        "patient": subject(person),
        "evidence": [{"detail": [{"reference": f"MeasureReport/{report['id']}"}]}],
    }


def _organization(submitter: Submitter) -> Resource:
    identifier: Resource = {"value": submitter.identifier}
    if submitter.kind in ("individual", "group"):
        identifier["system"] = "urn:oid:2.16.840.1.113883.4.4"  # a taxpayer number
    return {"identifier": identifier, "display": submitter.name}


def _moment(written: dt.datetime) -> str:
    return written.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
