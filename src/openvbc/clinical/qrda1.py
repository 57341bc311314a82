"""QRDA category I: one patient's chart as a clinical document, given as resources of FHIR R4.

An entry is known by the template of its QDM data type and becomes the resource that HL7's mapping
from QDM to QI-Core names for it, so that what reads FHIR reads it. An entry whose template is not
known, or which says that a whole value set was not done, is set aside with the reason. Systolic and
diastolic pressure of one time, which QDM keeps apart, become one reading with two components.

Templates: HL7 CDA R2 Implementation Guide, QRDA I, US Realm, editions 2017-08-01 to 2021-08-01.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openvbc.clinical.qrda1_elements import NS, Element, attribute, has_template, moment
from openvbc.clinical.qrda1_entries import QRDA, Found, resource_of
from openvbc.xml_document import NotReadable, xml_document

_REPORT, _EDITION, _DATA = f"{QRDA}.1.1", f"{QRDA}.1.2", f"{QRDA}.2.1"
FIRST_EDITION, LAST_EDITION = "2017-08-01", "2021-08-01"
_MEDICARE = "2.16.840.1.113883.4.927"

NOT_XML = "not well-formed XML"
DECLARES = "XML that declares a document type or entities, which are not read"
NOT_QRDA = "XML that is no QRDA category I document"
OTHER_EDITION = f"QRDA category I of another edition ({FIRST_EDITION} to {LAST_EDITION} are read)"
NO_ROLE = "QRDA category I document without a patient"
NO_DATA = "QRDA category I document without a section of patient data"

_GENDER = {"F": ("female", "248152002"), "M": ("male", "248153007")}
"""Administrative gender of HL7 version 3 as FHIR's and as the SNOMED CT code of sex."""
_LOINC = "http://loinc.org"
_PRESSURE, _PARTS = "85354-9", ("8480-6", "8462-4")
"""LOINC of a blood pressure panel, of its systolic and diastolic part."""


def qrda1_resources(content: bytes) -> Iterator[Found]:
    """The patient of a document, then a resource, or a reason, for every entry."""
    try:
        document = xml_document(content, "reading QRDA")
    except NotReadable as error:
        yield None, DECLARES if error.declares else NOT_XML
        return
    problem = _problem(document)
    if problem:
        yield None, problem
        return
    entries = [child for entry in _entries(document) for child in entry]
    patient = _patient(document, entries)
    if patient is None:
        yield None, NO_ROLE
        return
    yield patient, ""
    if not _sections(document):
        yield None, NO_DATA
    reference = {"reference": f"Patient/{patient['id']}"}
    pressures: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for element in entries:
        if has_template(element, f"{QRDA}.3.54"):
            continue  # the death, which stands with the patient
        resource, reason = resource_of(element)
        if resource is None:
            yield None, reason
            continue
        resource["beneficiary" if resource["resourceType"] == "Coverage" else "subject"] = reference
        part = _pressure_part(resource)
        if part:
            pressures.setdefault(str(sorted(_when(resource).items())), []).append((part, resource))
            continue
        yield resource, ""
    for parts in pressures.values():
        yield from _readings(parts)


def _problem(document: Element) -> str:
    if document.tag != f"{{{NS['c']}}}ClinicalDocument" or not has_template(document, _REPORT):
        return NOT_QRDA
    editions = [
        str(each.get("extension") or "")
        for each in document.findall("c:templateId", NS)
        if each.get("root") == _EDITION
    ]
    read = any(FIRST_EDITION <= edition <= LAST_EDITION for edition in editions)
    return "" if read else OTHER_EDITION


def _sections(document: Element) -> list[Element]:
    """The sections with the patient's data."""
    sections = document.iterfind("c:component/c:structuredBody/c:component/c:section", NS)
    return [section for section in sections if has_template(section, _DATA)]


def _entries(document: Element) -> Iterator[Element]:
    for section in _sections(document):
        yield from section.findall("c:entry", NS)


def _patient(document: Element, entries: list[Element]) -> dict[str, Any] | None:
    role = document.find("c:recordTarget/c:patientRole", NS)
    if role is None:
        return None
    identifiers = role.findall("c:id", NS)
    named = next((each.get("extension") for each in identifiers if each.get("extension")), None)
    said = role.find("c:patient", NS)
    if named is None or said is None:
        return None
    gender, sex = _GENDER.get(attribute(said, "c:administrativeGenderCode", "code"), (None, None))
    core = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
    extensions: list[dict[str, Any]] = [{"url": f"{core}sex", "valueCode": sex}] if sex else []
    for name, path in (("race", "c:raceCode"), ("ethnicity", "c:ethnicGroupCode")):
        if code := attribute(said, path, "code"):
            part = {"url": "ombCategory", "valueCoding": {"code": code}}
            extensions.append({"url": f"{core}{name}", "extension": [part]})
    names = [said.find(f"c:name/c:{part}", NS) for part in ("family", "given")]
    family, given = ((each.text or "").strip() if each is not None else "" for each in names)
    died = next(
        (moment(attribute(each, "c:effectiveTime/c:low", "value") or
                attribute(each, "c:effectiveTime", "value"))
         for each in entries if has_template(each, f"{QRDA}.3.54")), None,
    )  # fmt: skip
    return {
        "resourceType": "Patient",
        "id": named,
        "birthDate": (moment(attribute(said, "c:birthTime", "value")) or "")[:10] or None,
        "gender": gender,
        "extension": extensions,
        "name": [{"family": family, "given": [given]}],
        "identifier": [
            {"system": "http://hl7.org/fhir/sid/us-mbi", "value": each.get("extension")}
            for each in identifiers
            if each.get("root") == _MEDICARE and each.get("extension")
        ],
        **({"deceasedDateTime": died} if died else {}),
    }


def _when(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {name: resource[name] for name in resource if name.startswith("effective")}


def _pressure_part(resource: Mapping[str, Any]) -> str:
    """Systolic or diastolic, where the resource is one half of a blood pressure."""
    if resource["resourceType"] != "Observation" or resource["status"] != "final":
        return ""
    codes = [each for each in resource["code"]["coding"] if each["system"] == _LOINC]
    return next((each["code"] for each in codes if each["code"] in _PARTS), "")


def _readings(parts: list[tuple[str, dict[str, Any]]]) -> Iterator[Found]:
    """One reading of what was measured at one time."""
    first = {name: each for name, each in parts[0][1].items() if not name.startswith("value")}
    components = [
        {name: half[name] for name in half if name in ("code", "valueQuantity", "valueString")}
        for _, half in parts
    ]
    panel = {"coding": [{"system": _LOINC, "code": _PRESSURE}]}
    yield {**first, "code": panel, "component": components}, ""
