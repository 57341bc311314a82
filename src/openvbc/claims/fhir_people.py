"""Patient and Coverage of bulk FHIR to rows of the claim store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openvbc.claims.fhir_days import day, last_day
from openvbc.clinical.elements import Resource, Unusable

Person = Callable[[str], str]
SOURCE = "claims feed"


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
    if not patient.get("birthDate"):
        raise Unusable("patient without a birth date")
    gender = patient.get("gender")
    return {
        "person_id": person(str(patient["id"])),
        "birth_date": day(patient["birthDate"]),
        "death_date": last_day(patient.get("deceasedDateTime")),
        "states_deaths": True,
        "sex": gender if gender in ("female", "male") else "unknown",
    }


def coverage_row(coverage: Resource, person: Person) -> dict[str, Any]:
    """A row of the staged table coverage_span: months of one part of Medicare."""
    reference = (coverage.get("beneficiary") or {}).get("reference")
    if not reference:
        raise Unusable("coverage without a patient")
    start = day((coverage.get("period") or {}).get("start"))
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
    for each in coverage.get("extension") or ():
        name = str(each.get("url", "")).rsplit("/", 1)[-1].lower().replace("-", "_")
        if name in ("ms_cd", "bene_mdcr_stus_cd"):
            code = (each.get("valueCoding") or {}).get("code")
            return {"11": "ESRD", "21": "ESRD", "31": "ESRD", "20": "DISABLED"}.get(str(code))
    return None
