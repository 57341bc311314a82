"""The files of an oncology project: therapies, diagnoses, practices, and what claims lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.own_files import OwnFile
from openvbc.errors import ContractError, InputError, Place
from openvbc.programs.bundles.exclusion_files import diagnosis
from openvbc.programs.bundles.project import EpisodeInputs, rows_of
from openvbc.project_file import ProjectFile
from openvbc.steps.oncology.tables import OncologyLists, OncologyNumbers

_FIRST_OF_ALL, _LAST_OF_ALL = dt.date(1965, 7, 30), dt.date(9999, 12, 31)
PACKAGE_DIGITS = 11
"""Digits of a drug code that names the package too."""
KINDS_OF_DIAGNOSIS = ("PRIMARY", "SECONDARY_MALIGNANCY", "HAEMATOLOGIC_ADDITION")

_SYSTEM = CsvColumn("code_system", read.one_of("HCPCS", "NDC"), "HCPCS or NDC", "HCPCS")
_CODE = CsvColumn("code", read.word, "the code; of an NDC nine or eleven digits", "J9271")
_SINCE = optional("first_day", read.date, "counts from this day")
_UNTIL = optional("last_day", read.date, "counts to this day")
_CANCER = CsvColumn("cancer_type", read.word, "the cancer, as prices and terms call it", "lung")

INITIATING_THERAPIES = OwnFile(
    "initiating_therapies.csv",
    "initiating_therapy",
    "Therapies that begin an episode (CMS's list of initiating therapies).",
    (_SYSTEM, _CODE, _SINCE, _UNTIL),
)
CANCER_DIAGNOSES = OwnFile(
    "cancer_diagnoses.csv",
    "cancer_diagnosis",
    "Included cancers: diagnoses with their cancer (CMS's list of diagnoses).",
    (
        CsvColumn("diagnosis_code", diagnosis, "ICD-10-CM code, as claims have it", "C3411"),
        _CANCER,
        optional(
            "kind", read.one_of(*KINDS_OF_DIAGNOSIS), " or ".join(KINDS_OF_DIAGNOSIS), "PRIMARY"
        ),
        optional("is_reconciled", read.flag, "whether episodes of it are reconciled; empty: yes"),
    ),
)
PRACTICES = OwnFile(
    "practices.csv",
    "practice_member",
    "Taxpayer numbers of practices and pools.",
    (
        CsvColumn("tin", read.tin, "taxpayer number", "012345678"),
        optional("practice", read.identifier, "practice or pool; empty: the number itself"),
        CsvColumn("is_oncology", read.flag, "whether it is an oncology practice", "yes"),
    ),
)
NOVEL_THERAPIES = OwnFile(
    "novel_therapies.csv",
    "novel_therapy",
    "Novel therapies by cancer and days (CMS's list).",
    (_SYSTEM, _CODE, _CANCER, _SINCE, _UNTIL),
)
PREDICTION_CODES = OwnFile(
    "prediction_codes.csv",
    "prediction_code",
    "Codes in an episode that its prediction asks for.",
    (
        CsvColumn("marker", read.word, "SURGERY, RADIATION, CLINICAL_TRIAL ...", "SURGERY"),
        CsvColumn("code_system", read.one_of("HCPCS", "ICD10PCS"), "HCPCS or ICD10PCS", "ICD10PCS"),
        CsvColumn("code", read.word, "the code", "0BTC0ZZ"),
        optional("cancer_type", read.word, "only of this cancer; empty: of all"),
    ),
)
DRUG_COSTS = OwnFile(
    "drug_costs.csv",
    "drug_cost",
    "What claims do not carry of Part D events.",
    (
        CsvColumn("claim_id", read.word, "the event", "60000000001"),
        CsvColumn("low_income_cost_sharing", read.money, "USD", "40.00"),
        CsvColumn("gross_cost_above_threshold", read.money, "USD", "1200.00"),
    ),
)
ENHANCED_SERVICES = OwnFile(
    "enhanced_services.csv",
    "enhanced_service",
    "What each practice has documented of the enhanced services.",
    (
        CsvColumn("practice", read.identifier, "practice or pool", "012345678"),
        CsvColumn("activity", read.word, "the activity, as the model's rules call it", "care plan"),
        optional("documented_on", read.date, "day of the document; empty: not documented"),
        optional("evidence", read.word, "where it stands"),
    ),
)


LISTS_OF_ONCOLOGY: Mapping[str, OwnFile] = {
    "initiating_therapies": INITIATING_THERAPIES,
    "cancer_diagnoses": CANCER_DIAGNOSES,
    "practices": PRACTICES,
}
"""Lists that a project names from the first, by input."""


class OncologyInputs(EpisodeInputs):
    """The files of an episode project, and those of oncology."""

    initiating_therapies: Path | None = None
    cancer_diagnoses: Path | None = None
    practices: Path | None = None
    novel_therapies: Path | None = None
    prediction_codes: Path | None = None
    drug_costs: Path | None = None
    enhanced_services: Path | None = None


class OncologyProject(ProjectFile):
    """A project of one oncology model and one performance period."""

    inputs: OncologyInputs = OncologyInputs()


def read_lists(
    inputs: OncologyInputs,
    counts_from: Callable[[str], dt.date | None],
    place: Place,
    numbers: OncologyNumbers,
    activities: Sequence[str],
) -> OncologyLists:
    """The user's lists, checked.

    Args:
        inputs: the files.
        counts_from: first day of episodes for which a kind of diagnosis counts; None for all.
        place: the project file, for errors.
        numbers: the model's numbers of the period.
        activities: the enhanced services of the model.

    Raises:
        ContractError: a list that is needed is not given.
        InputError: a file cannot be used.
    """
    _needed(inputs, numbers.visit_needs_oncology, place)
    digits = numbers.drug_digits
    return OncologyLists(
        [
            (*row[:2], *_days(row[2:]))
            for row in _coded(inputs.initiating_therapies, INITIATING_THERAPIES, digits)
        ],
        _diagnoses(inputs.cancer_diagnoses, counts_from),
        _practices(inputs.practices),
        [
            (*row[:3], *_days(row[3:]))
            for row in _coded(inputs.novel_therapies, NOVEL_THERAPIES, digits)
        ],
        [
            (marker.upper(), system, code.upper(), cancer)
            for marker, system, code, cancer in rows_of(inputs.prediction_codes, PREDICTION_CODES)[
                0
            ]
        ],
        rows_of(inputs.drug_costs, DRUG_COSTS)[0],
        _documented(inputs.enhanced_services, activities),
    )


def _needed(inputs: OncologyInputs, needs_oncology: bool, place: Place) -> None:
    wanted = {
        "initiating_therapies": "CMS publishes the therapies that begin an episode",
        "cancer_diagnoses": "CMS publishes the diagnoses of the included cancers",
    }
    if needs_oncology:
        wanted["practices"] = "only visits to oncology practices qualify in this period"
    for name, why in wanted.items():
        if getattr(inputs, name) is None:
            raise ContractError(
                f"inputs.{name} is missing",
                place=place,
                rule=f"{why}; no copy could be read, and nothing is invented in its place",
                action="give the list as a CSV (docs/programs/ocm.md has its columns)",
                code="VBC-2130",
            )


def _days(pair: Sequence[Any]) -> tuple[dt.date, dt.date]:
    return pair[0] or _FIRST_OF_ALL, pair[1] or _LAST_OF_ALL


def _coded(path: Path | None, form: OwnFile, digits: int) -> list[tuple[Any, ...]]:
    """Rows whose second column is a code; of a drug code the digits by which therapies are told."""
    rows, lines = rows_of(path, form)
    lengths = (digits, PACKAGE_DIGITS)
    code_rows = []
    for row, line in zip(rows, lines, strict=True):
        code = row[1].upper().replace("-", "")
        if row[0] == "NDC":
            if not (code.isascii() and code.isdigit() and len(code) in lengths):
                raise InputError(
                    f"a drug code that has neither {digits} nor {PACKAGE_DIGITS} digits",
                    place=Place(path.name if path else "", line, "code", row[1]),
                    rule="labeler and product, or with the package",
                    action="write its leading zeros",
                    code="VBC-1120",
                )
            code = code[:digits]
        code_rows.append((row[0], code, *row[2:]))
    return code_rows


def _diagnoses(
    path: Path | None, counts_from: Callable[[str], dt.date | None]
) -> list[tuple[Any, ...]]:
    rows, lines = rows_of(path, CANCER_DIAGNOSES)
    of_type: dict[str, bool] = {}
    diagnoses = []
    for (code, cancer, kind, reconciled), line in zip(rows, lines, strict=True):
        is_reconciled = True if reconciled is None else reconciled
        if of_type.setdefault(cancer, is_reconciled) != is_reconciled:
            raise InputError(
                f"{cancer} is reconciled in one row and not in another",
                place=Place(path.name if path else "", line, "is_reconciled"),
                rule="a cancer is reconciled or not",
                action="say the same in all its rows",
                code="VBC-1121",
            )
        since = counts_from(kind or KINDS_OF_DIAGNOSIS[0]) or _FIRST_OF_ALL
        diagnoses.append((code, cancer, since, is_reconciled))
    return diagnoses


def _practices(path: Path | None) -> list[tuple[Any, ...]]:
    rows = rows_of(path, PRACTICES)[0]
    return [(tin, practice or tin, is_oncology) for tin, practice, is_oncology in rows]


def _documented(path: Path | None, activities: Sequence[str]) -> list[tuple[Any, ...]]:
    """Practice, activity, day and evidence; an activity the model does not have is refused."""
    rows, lines = rows_of(path, ENHANCED_SERVICES)
    known = {activity.lower(): activity for activity in activities}
    documents = []
    for (practice, activity, day, evidence), line in zip(rows, lines, strict=True):
        if activity.lower() not in known:
            raise InputError(
                f"{activity} is no enhanced service of the model",
                place=Place(path.name if path else "", line, "activity", activity),
                rule="known: " + ", ".join(activities),
                action="correct its spelling",
                code="VBC-1123",
            )
        documents.append((practice, known[activity.lower()], day, evidence))
    return documents
