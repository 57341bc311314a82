"""FHIR Encounters as announced stays, read as charts are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openvbc.claims.fhir_days import day
from openvbc.clinical.elements import first_code, reference_tail
from openvbc.clinical.fhir_files import resources_of
from openvbc.programs.care.announced import Announced, AnnouncedStay

Resource = Mapping[str, Any]
_SETTINGS = {
    "IMP": "INPATIENT", "ACUTE": "INPATIENT", "NONAC": "INPATIENT", "OBSENC": "OBSERVATION",
    "EMER": "EMERGENCY", "SNF": "SKILLED_NURSING",
}  # fmt: skip
_NOT = ("cancelled", "entered-in-error", "planned")
_DISPOSITIONS = {
    "home": "01", "alt-home": "01", "exp": "20", "hosp": "51", "long": "63", "aadvice": "07",
    "rehab": "62", "psy": "65", "snf": "03", "other-hcf": "02",
}  # fmt: skip
"""HL7's codes of discharge disposition to the discharge status of a claim."""


def read_encounters(path: Path, feed: Announced) -> None:
    """Add the stays of a file of FHIR resources; other resources are passed by."""
    for read in resources_of(path):
        if read.resource is None:
            feed.set_aside[f"messages: {read.problem}"] += 1
        elif read.resource.get("resourceType") == "Encounter":
            feed.read += 1
            try:
                _add(read.resource, feed)
            except ValueError:
                feed.set_aside["messages: a day of an encounter that cannot be read"] += 1


def _add(encounter: Resource, feed: Announced) -> None:
    setting = _SETTINGS.get(str(_coding(encounter.get("class")).get("code", "")).upper())
    if encounter.get("status") in _NOT:
        feed.passed_by[f"messages: an encounter that is {encounter['status']}"] += 1
        return
    if setting is None:
        feed.passed_by["messages: no stay and no emergency visit (class of the encounter)"] += 1
        return
    subject = encounter.get("subject") or {}
    identifier = (subject.get("identifier") or {}).get("value")
    member = identifier or reference_tail(subject.get("reference"))
    period = encounter.get("period") or {}
    known = day((encounter.get("meta") or {}).get("lastUpdated"))
    known = known or day(period.get("end")) or day(period.get("start"))
    if not member or known is None:
        feed.set_aside["messages: no identifier of a person or no time"] += 1
        return
    feed.stays.append(
        AnnouncedStay(
            str(member).upper().replace("-", ""), setting, day(period.get("start")),
            day(period.get("end")), _facility(encounter), _disposition(encounter), None,
            str(encounter.get("id") or "Encounter"), known,
        )
    )  # fmt: skip


def _coding(value: Any) -> Resource:
    """The class of an Encounter: a coding in R4, a list of concepts in R5."""
    if isinstance(value, list):
        value = value[0] if value else {}
    if isinstance(value, Mapping) and value.get("coding"):
        value = value["coding"][0]
    return value if isinstance(value, Mapping) else {}


def _facility(encounter: Resource) -> str | None:
    provider = encounter.get("serviceProvider") or {}
    identifier = (provider.get("identifier") or {}).get("value")
    return identifier or provider.get("display") or reference_tail(provider.get("reference"))


def _disposition(encounter: Resource) -> str | None:
    stay = encounter.get("hospitalization") or encounter.get("admission") or {}
    code = first_code(stay.get("dischargeDisposition"))
    return _DISPOSITIONS.get(code or "", code)
