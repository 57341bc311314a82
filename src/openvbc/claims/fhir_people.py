"""Patient and Coverage of bulk FHIR to rows of the claim store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from openvbc.claims.fhir_days import day, last_day
from openvbc.claims.fhir_elements import extension_code, plain_name
from openvbc.claims.null_dates import MEDICARE_BEGAN
from openvbc.claims.people_codes import known_codes
from openvbc.clinical.elements import Resource, Unusable

Person = Callable[[str], str]
SOURCE = "claims feed"
_DUAL = "BENE_DUAL_STUS_CD"
_MONTHS = tuple(f"dual_{month:02d}" for month in range(1, 13))
_PLAN_MONTHS = tuple(f"hmo_ind_{month:02d}" for month in range(1, 13))
IN_A_PLAN, IN_NO_PLAN = frozenset("12ABC"), frozenset("04")
"""Managed care by month (ResDAC, HMO_IND): 1, 2, A, B and C are of a plan; 0 is of none, and 4 is
fee-for-service under a demonstration."""
_LAST = 2100
GENDERS = ("female", "male", "other", "unknown")
STATUS_CODES = {
    "10": "AGED", "11": "ESRD", "20": "DISABLED", "21": "ESRD", "31": "ESRD",
}  # fmt: skip
"""Medicare status (BENE_MDCR_STUS_CD) to enrollment type; of the aged it needs the dual status,
which other spans tell."""


def current_identifier(patient: Resource) -> str | None:
    """The Medicare identifier in force: the one whose period has not ended, else the last."""
    identifiers = []
    for each in patient.get("identifier") or ():
        if str(each.get("system", "")).endswith("us-mbi") and each.get("value"):
            ended = (each.get("period") or {}).get("end")
            identifiers.append((ended is None, str(ended or ""), str(each["value"])))
    return max(identifiers)[2] if identifiers else None


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
    if not _tells_dual(coverage):
        if _status(coverage) not in STATUS_CODES:
            yield "coverage without a Medicare status that is known: it tells no enrollment type"
        if _dual_of_all(coverage) is not None:
            yield "coverage of a part of Medicare with one dual status for all months: not used"
    codes = [extension_code(coverage, name) for name in _MONTHS]
    if any(codes) and _year(coverage) is None:
        yield "coverage whose dual status by month names no year: it is not used"
    in_plan = [extension_code(coverage, name) for name in _PLAN_MONTHS]
    if any(code is not None and code not in IN_A_PLAN | IN_NO_PLAN for code in in_plan):
        yield "coverage with a managed care code that is none: those months count as in no plan"
    if any(code is not None and not known_codes(_DUAL)(code) for code in codes):
        yield "coverage with a dual status that is no code: those months tell none"


def coverage_rows(coverage: Resource, person: Person) -> list[dict[str, Any]]:
    """Rows of the staged table coverage_span: months of one part of Medicare, months in a plan
    (version 2 gives these by month of its reference year, and no period), and months of a dual
    status (version 2: by month; version 3: a coverage of its own)."""
    reference = (coverage.get("beneficiary") or {}).get("reference")
    if not reference:
        raise Unusable("coverage without a patient")
    begins = (coverage.get("period") or {}).get("start")
    start = day(begins)
    if begins is not None and (start is None or start < MEDICARE_BEGAN):
        start = MEDICARE_BEGAN
    part = _part(coverage)
    in_plan = list(_months_in_a_plan(coverage)) if part == "C" and start is None else []
    if start is None and not in_plan:
        raise Unusable(_why_no_months(coverage))
    dual = _dual_of_all(coverage) if _tells_dual(coverage) else None
    if dual is not None and not known_codes(_DUAL)(dual):
        raise Unusable("coverage with a dual status that is no code")
    if part not in ("A", "B", "C") and dual is None:
        if _dual_of_all(coverage) is not None:
            raise Unusable("coverage of Part D, with a dual status that is not used")
        raise Unusable("coverage of no part of Medicare that is counted")
    row = {
        "person_id": person(str(reference).rsplit("/", 1)[-1]),
        "start_date": start,
        "end_date": day((coverage.get("period") or {}).get("end")),
        "part_a": part == "A",
        "part_b": part == "B",
        "medicare_advantage": part == "C",
        "enrollment_type": STATUS_CODES.get(_status(coverage) or ""),
        "dual_status_code": dual,
        "source": SOURCE,
    }
    if start is None:
        return [{**row, "start_date": first, "end_date": last} for first, last in in_plan]
    return [row, *_months_of_dual(coverage, row)]


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    """Its first and last day."""
    next_first = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, 1), next_first - dt.timedelta(days=1)


def _months_in_a_plan(coverage: Resource) -> Iterator[tuple[dt.date, dt.date]]:
    """Months of the reference year that version 2 says to be in managed care, beside no period."""
    year = _year(coverage)
    for month, name in enumerate(_PLAN_MONTHS, start=1):
        if year is not None and extension_code(coverage, name) in IN_A_PLAN:
            yield _month(year, month)


def _why_no_months(coverage: Resource) -> str:
    """Why a coverage without a period tells no month in a plan."""
    codes = {extension_code(coverage, name) for name in _PLAN_MONTHS} - {None}
    if not codes:
        return "coverage without a period (version 1 gives a year only)"
    if _year(coverage) is None:
        return "coverage whose managed care by month names no year"
    if not codes <= IN_NO_PLAN:
        return "coverage with a managed care code that is none"
    return "coverage of a plan without a month in one"


def _months_of_dual(coverage: Resource, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The span again for each month within it that has a dual status."""
    year = _year(coverage)
    if year is None:
        return
    for month, name in enumerate(_MONTHS, start=1):
        code = extension_code(coverage, name)
        first, last = _month(year, month)
        covered = row["start_date"] <= last and (row["end_date"] or last) >= first
        if code is not None and known_codes(_DUAL)(code) and covered:
            yield {**row, "start_date": first, "end_date": last, "dual_status_code": code}


def _year(coverage: Resource) -> int | None:
    """The year of statuses by month; None where it is not told or none of Medicare's."""
    for each in coverage.get("extension") or ():
        if plain_name(each.get("url")) == "rfrnc_yr":
            text = str(each.get("valueDate") or "")[:4]
            known = text.isascii() and text.isdigit() and MEDICARE_BEGAN.year <= int(text) < _LAST
            return int(text) if known else None
    return None


def _tells_dual(coverage: Resource) -> bool:
    return _part(coverage) not in tuple("ABCD") and _dual_of_all(coverage) is not None


def _dual_of_all(coverage: Resource) -> str | None:
    return extension_code(coverage, "bene_dual_stus_cd")


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


def _status(coverage: Resource) -> str | None:
    return extension_code(coverage, "ms_cd", "bene_mdcr_stus_cd")
