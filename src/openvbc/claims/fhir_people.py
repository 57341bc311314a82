"""Patient and Coverage of bulk FHIR to rows of the claim store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from openvbc.claims.fhir_days import day, last_day
from openvbc.claims.fhir_elements import extension_code
from openvbc.claims.null_dates import MEDICARE_BEGAN
from openvbc.clinical.elements import Resource, Unusable

Person = Callable[[str], str]
SOURCE = "claims feed"
GENDERS = ("female", "male", "other", "unknown")
STATUS_CODES = {
    "10": None, "11": "ESRD", "20": "DISABLED", "21": "ESRD", "31": "ESRD",
}  # fmt: skip
"""Medicare status (BENE_MDCR_STUS_CD) to enrollment type; of the aged it needs the dual status."""


def current_identifier(patient: Resource) -> str | None:
    """The Medicare identifier in force: the one whose period has not ended, else the last."""
    found = []
    for each in patient.get("identifier") or ():
        if str(each.get("system", "")).endswith("us-mbi") and each.get("value"):
            ended = (each.get("period") or {}).get("end")
            found.append((ended is None, str(ended or ""), str(each["value"])))
    return max(found)[2] if found else None


def patient_row(patient: Resource, person: Person) -> dict[str, Any]:
    """A row of the staged table person."""
    birth = day(patient.get("birthDate"))
    if birth is None:
        raise Unusable("patient without a birth date")
    gender = patient.get("gender")
    return {
        "person_id": person(str(patient["id"])),
        "birth_date": birth,
        "death_date": last_day(patient.get("deceasedDateTime")),
        "states_deaths": True,
        "sex": gender if gender in ("female", "male") else "unknown",
    }


def patient_lacks(patient: Resource) -> Iterator[str]:
    """What a person's resource leaves open and moves people, in words."""
    died = patient.get("deceasedDateTime")
    if patient.get("deceasedBoolean") is True or (died is not None and last_day(died) is None):
        yield "people who died on a day that is not told: they count as living"
    if patient.get("gender") not in GENDERS:
        yield "people whose gender is none of FHIR's codes: of unknown sex"


def coverage_lacks(coverage: Resource) -> Iterator[str]:
    """What a period of coverage leaves open and moves people, in words."""
    if _status(coverage) not in STATUS_CODES:
        yield "coverage without a Medicare status that is known: it tells no enrollment type"


def coverage_row(coverage: Resource, person: Person) -> dict[str, Any]:
    """A row of the staged table coverage_span: months of one part of Medicare."""
    reference = (coverage.get("beneficiary") or {}).get("reference")
    if not reference:
        raise Unusable("coverage without a patient")
    begins = (coverage.get("period") or {}).get("start")
    start = day(begins)
    if begins is not None and (start is None or start < MEDICARE_BEGAN):
        start = MEDICARE_BEGAN
    if start is None:
        raise Unusable("coverage without a period (version 1 gives a year only)")
    part = _part(coverage)
    if part not in ("A", "B", "C"):
        raise Unusable("coverage of no part of Medicare that is counted")
    return {
        "person_id": person(str(reference).rsplit("/", 1)[-1]),
        "start_date": start,
        "end_date": day((coverage.get("period") or {}).get("end")),
        "part_a": part == "A",
        "part_b": part == "B",
        "medicare_advantage": part == "C",
        "enrollment_type": _type(coverage),
        "source": SOURCE,
    }


def _part(coverage: Resource) -> str:
    """A, B, C or D: of the type, the class or the identifier."""
    texts = [coding.get("code") for coding in (coverage.get("type") or {}).get("coding") or ()]
    texts += [each.get("value") for each in coverage.get("class") or ()]
    texts.append((coverage.get("grouping") or {}).get("subPlan"))
    texts.append(str(coverage.get("id", "")).rsplit("-", 1)[0].replace("-", " "))
    for text in texts:
        words = str(text or "").upper().split()
        if len(words) == 2 and words[0] == "PART":
            return words[1]
    return ""


def _type(coverage: Resource) -> str | None:
    """Enrollment type by the Medicare status; of the aged it needs the dual status."""
    return STATUS_CODES.get(_status(coverage) or "")


def _status(coverage: Resource) -> str | None:
    return extension_code(coverage, "ms_cd", "bene_mdcr_stus_cd")
