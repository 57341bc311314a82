"""Claims as bulk FHIR: ExplanationOfBenefit, Coverage and Patient of BCDA, AB2D and DPC.

Read are version 1 (STU3), 2 (R4) and 3 (R4, CARIN BB 2.2.0): NDJSON, bundles and single resources.
A final claim is an original of its own; one that is not final (partially adjudicated) is set aside.
People are named by their current Medicare identifier where a Patient says it, else as in the feed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openvbc.claims.fhir_claim import ClaimRows, benefit_rows
from openvbc.claims.fhir_people import (
    coverage_lacks,
    coverage_rows,
    current_identifier,
    patient_lacks,
    patient_row,
)
from openvbc.claims.found_files import NOT_KNOWN
from openvbc.claims.report import FileRows, Finding, StoreReport
from openvbc.claims.staging import Staging
from openvbc.clinical.elements import NOT_IN_FORM, Unusable
from openvbc.clinical.fhir_files import Read, fhir_files, other_files, resources_of
from openvbc.errors import InputError, Place

BATCH = 20_000
NOT_FORM = "not in the form of a FHIR claim"
GAPS = (
    "FHIR claims are final actions: corrections and cancellations are not shown as such, so that "
    "what was known on an earlier day cannot be told."
)


def read_fhir(path: Path, staging: Staging, report: StoreReport) -> None:
    """Stage every claim, coverage and person of a file or folder.

    Raises:
        InputError: no file there may hold FHIR.
    """
    files = fhir_files(path) if path.exists() else []
    if not files:
        raise InputError(
            "no file of FHIR claims is there",
            place=Place(file=str(path)),
            rule="files end in .ndjson, .jsonl or .json, with or without .gz",
            action="correct the path in the project file",
            code="VBC-1916",
        )
    reader = _Reader(staging, _names(files))
    for file in files:
        report.waterfall.append(reader.read(file))
    reader.flush()
    report.findings += reader.findings()
    for other in other_files(path):
        detail = f"{other.name}: no file of FHIR by its name"
        report.findings.append(Finding(NOT_KNOWN, "error", detail, subject=other.name))


def _names(files: list[Path]) -> dict[str, str]:
    """The Medicare identifier of each patient of the feed, from the files that hold Patients."""
    names: dict[str, str] = {}
    for file in files:
        for number, read in enumerate(resources_of(file)):
            resource = read.resource or {}
            kind = resource.get("resourceType")
            if kind == "Patient" and isinstance(resource.get("id"), str):
                current = current_identifier(resource)
                if current:
                    names[resource["id"]] = current
            elif number == 0 and "ndjson" in file.name:
                break
    return names


class _Reader:
    """Collects rows by table and sends them on in batches."""

    def __init__(self, staging: Staging, names: Mapping[str, str]) -> None:
        self._staging, self._names = staging, names
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._unnamed: set[str] = set()
        self._lacking: Counter[str] = Counter()

    def read(self, file: Path) -> FileRows:
        entry = FileRows(file.name, "fhir claims")
        for read in resources_of(file):
            entry.records += 1
            reason = self._take(read, file.name)
            if reason:
                entry.put_aside(reason, 1, [read.line])
            else:
                entry.used += 1
        return entry

    def _take(self, read: Read, name: str) -> str:
        resource = read.resource
        if resource is None:
            return read.problem
        kind = resource["resourceType"]
        place = {"source_file": name, "source_line": read.line}
        try:
            for table, row in self._rows_of(kind, resource):
                self._rows[table].append({**row, **place})
                if len(self._rows[table]) >= BATCH:
                    self._write(table)
        except Unusable as reason:
            return str(reason)
        except NOT_IN_FORM:
            return NOT_FORM
        return ""

    def _rows_of(self, kind: str, resource: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        if kind == "ExplanationOfBenefit":
            made: ClaimRows = benefit_rows(resource, self._person)
            self._lacking.update(made.lacking)
            return made.rows
        if kind == "Coverage":
            made_rows = coverage_rows(resource, self._person)
            self._lacking.update(coverage_lacks(resource))
            return [("coverage_span", row) for row in made_rows]
        if kind == "Patient":
            row = patient_row(resource, self._person)
            self._lacking.update(patient_lacks(resource))
            return [("person", row)]
        raise Unusable("resource type not used for claims")

    def _person(self, identifier: str) -> str:
        if identifier not in self._names:
            self._unnamed.add(identifier)
        return self._names.get(identifier, identifier)

    def _write(self, table: str) -> None:
        rows = self._rows.pop(table, [])
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            self._staging.write_rows(table, {n: [row.get(n) for row in rows] for n in names})

    def flush(self) -> None:
        """Send what is left."""
        for table in list(self._rows):
            self._write(table)

    def findings(self) -> Iterator[Finding]:
        """What the feed does not say, counted."""
        yield Finding("claims as FHIR", "note", GAPS)
        if self._unnamed:
            yield Finding(
                "people named as in the FHIR feed",
                "warning",
                "no Patient says the Medicare identifier; people are not joined with other feeds",
                len(self._unnamed),
            )
        for what, count in sorted(self._lacking.items()):
            yield Finding(what, "warning", "claims, coverage and people as FHIR", count)
