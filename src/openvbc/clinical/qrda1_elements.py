"""Reading single elements of a clinical document (CDA) as FHIR R4 writes them."""

from __future__ import annotations

import re
from typing import Any

from openvbc.clinical.code_systems import code_system

NS = {"c": "urn:hl7-org:v3", "s": "urn:hl7-org:sdtc"}
Element = Any
_STAMP = re.compile(
    r"(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?(\.\d+)?)?(?:([+-]\d\d):?(\d\d))?"
)


def has_template(element: Element, root: str) -> bool:
    """Whether an element says it conforms to a template."""
    return any(each.get("root") == root for each in element.findall("c:templateId", NS))


def attribute(element: Element, path: str, name: str) -> str:
    """An attribute of the first element at a path; empty where there is none."""
    first_element = element.find(path, NS)
    return "" if first_element is None else str(first_element.get(name) or "").strip()


def moment(text: str) -> str | None:
    """A time stamp of HL7 version 3 as FHIR writes it; what is none stays, to be set aside."""
    if not text:
        return None
    match = _STAMP.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, part, zone, zone_minutes = match.groups()
    date = "-".join(each for each in (year, month, day) if each)
    if hour is None or day is None:
        return date
    zone_text = f"{zone}:{zone_minutes}" if zone else ""
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}{part or ''}{zone_text}"


def span(element: Element) -> tuple[str | None, str | None]:
    """Start and end of an element's effective time; a moment is both."""
    at = moment(attribute(element, "c:effectiveTime", "value"))
    if at:
        return at, at
    center = moment(attribute(element, "c:effectiveTime/c:center", "value"))
    low = moment(attribute(element, "c:effectiveTime/c:low", "value"))
    high = moment(attribute(element, "c:effectiveTime/c:high", "value"))
    return low or center, high or center


def codeable(element: Element) -> dict[str, Any] | None:
    """The code of an element and its translations; None where it has none."""
    if element is None:
        return None
    given = [
        {"system": code_system(each.get("codeSystem")), "code": each.get("code")}
        for each in (element, *element.findall("c:translation", NS))
        if each.get("code")
    ]
    return {"coding": given} if given else None


def value_of(element: Element) -> dict[str, Any]:
    """The result of an observation: its own value, or that of the observation it refers to."""
    value = element.find("c:value", NS)
    if value is None:
        value = element.find("c:entryRelationship[@typeCode='REFR']/c:observation/c:value", NS)
    if value is None or value.get("nullFlavor"):
        return {}
    if (code := codeable(value)) is not None:
        return {"valueCodeableConcept": code}
    try:
        number = float(str(value.get("value") or ""))
    except ValueError:
        return {"valueString": ""}
    return {"valueQuantity": {"value": number, "code": value.get("unit") or "1"}}
