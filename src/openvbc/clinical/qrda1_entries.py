"""The entries of a QRDA category I document, each as a resource of FHIR R4."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openvbc.clinical.qrda1_elements import (
    NS,
    Element,
    attribute,
    codeable,
    has_template,
    moment,
    span,
    value_of,
)

QRDA = "2.16.840.1.113883.10.20.24"
"""Root of the templates of QRDA category I."""
_TEMPLATE = re.compile(r"[0-9.]{5,80}")
NOT_KNOWN = "QRDA entry of a template that is not read"
WHOLE_SET = "QRDA entry that says a whole value set was not done"
NO_CODE = "QRDA entry without a code"
_CODED = ("code", "codeCodeableConcept", "medicationCodeableConcept", "type")

Found = tuple[dict[str, Any] | None, str]
"""A resource, or why there is none."""


def resource_of(element: Element) -> Found:
    """The resource of an entry."""
    for inner in (element, *element.findall("c:entryRelationship/*", NS)):
        for number, read in _READERS.items():
            if has_template(inner, f"{QRDA}.3.{number}"):
                return _coded(inner, read(inner))
    roots = [str(each.get("root")) for each in element.findall("c:templateId", NS)]
    known = [root for root in roots if root.startswith(QRDA) and _TEMPLATE.fullmatch(root)]
    return None, f"{NOT_KNOWN}: {known[-1] if known else 'none of QRDA'}"


def _coded(element: Element, resource: dict[str, Any]) -> Found:
    """The resource with its identifier, where it has a code."""
    named = attribute(element, "c:id", "extension") or attribute(element, "c:id", "root")
    resource["id"] = named or None
    if any(resource.get(name) for name in _CODED):
        return resource, ""
    return None, WHOLE_SET if element.get("negationInd") == "true" else NO_CODE


def _done(element: Element, done: str, not_done: str) -> str:
    return not_done if element.get("negationInd") == "true" else done


def _authored(element: Element) -> str | None:
    return moment(attribute(element, "c:author/c:time", "value"))


def _encounter(element: Element) -> dict[str, Any]:
    low, high = span(element)
    discharge = codeable(element.find("s:dischargeDispositionCode", NS))
    kind = codeable(element.find("c:code", NS))
    return {
        "resourceType": "Encounter",
        "status": _done(element, "finished", "cancelled"),
        "type": [kind] if kind else [],
        "period": {"start": low, "end": high},
        **({"hospitalization": {"dischargeDisposition": discharge}} if discharge else {}),
    }


def _diagnosis(element: Element) -> dict[str, Any]:
    low, high = span(element)
    site = codeable(element.find("c:targetSiteCode", NS))
    state = {"coding": [{"code": "resolved" if high else "active"}]}
    kinds = [{"coding": [{"code": each}]} for each in ("encounter-diagnosis", "problem-list-item")]
    return {
        "resourceType": "Condition",
        "clinicalStatus": state,
        "category": kinds,
        "code": codeable(element.find("c:value", NS)),
        "bodySite": [site] if site else [],
        "onsetPeriod": {"start": low},
        "abatementPeriod": {"end": high},
    }


def _observed(category: str) -> Callable[[Element], dict[str, Any]]:
    def read(element: Element) -> dict[str, Any]:
        reason = codeable(
            element.find("c:entryRelationship[@typeCode='RSON']/c:observation/c:value", NS)
        )
        not_done = element.get("negationInd") == "true"
        return {
            "resourceType": "Observation",
            "status": _done(element, "final", "cancelled"),
            "category": [{"coding": [{"code": category}]}],
            "code": codeable(element.find("c:code", NS)),
            "issued": _authored(element),
            **_when_of(element, not_done),
            **({} if not_done else value_of(element)),
            "component": [_component(each) for each in _components(element)],
            **(
                {"extension": [{"url": "notDoneReason", "valueCodeableConcept": reason}]}
                if not_done and reason
                else {}
            ),
        }

    return read


def _when_of(element: Element, not_done: bool) -> dict[str, Any]:
    low, high = span(element)
    at = attribute(element, "c:effectiveTime", "value")
    if at or (low is None and high is None):
        given = low or (None if not_done else _authored(element))
        return {"effectiveDateTime": given} if given else {}
    return {"effectivePeriod": {"start": low, "end": high}}


def _components(element: Element) -> Iterator[Element]:
    for each in element.iterfind("c:entryRelationship/c:observation", NS):
        if has_template(each, f"{QRDA}.3.149"):
            yield each


def _component(element: Element) -> dict[str, Any]:
    return {"code": codeable(element.find("c:code", NS)), **value_of(element)}


def _symptom(element: Element) -> dict[str, Any]:
    low, high = span(element)
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": codeable(element.find("c:value", NS)),
        "effectivePeriod": {"start": low, "end": high},
    }


def _procedure(element: Element) -> dict[str, Any]:
    when = _when_of(element, False)
    return {
        "resourceType": "Procedure",
        "status": _done(element, "completed", "not-done"),
        "code": codeable(element.find("c:code", NS)),
        **{name.replace("effective", "performed"): each for name, each in when.items()},
    }


def _order(element: Element) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "doNotPerform": element.get("negationInd") == "true",
        "authoredOn": _authored(element),
        "code": codeable(element.find("c:code", NS)),
    }


def _device_order(element: Element) -> dict[str, Any]:
    device = element.find("c:participant/c:participantRole/c:playingDevice/c:code", NS)
    order = _order(element) | {"resourceType": "DeviceRequest"}
    return order | {"code": None, "codeCodeableConcept": codeable(device)}


def _medication(element: Element) -> dict[str, Any]:
    low, high = span(element)
    code = element.find("c:consumable/c:manufacturedProduct/c:manufacturedMaterial/c:code", NS)
    bounds = {"start": low, "end": high}
    return _order(element) | {
        "resourceType": "MedicationRequest",
        "code": None,
        "medicationCodeableConcept": codeable(code),
        "dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": bounds}}}] if low else [],
    }


def _payer(element: Element) -> dict[str, Any]:
    return {"resourceType": "Coverage", "type": codeable(element.find("c:value", NS))}


_READERS: Mapping[int, Callable[[Element], dict[str, Any]]] = {
    23: _encounter, 135: _diagnosis, 136: _symptom, 38: _observed("laboratory"),
    59: _observed("exam"), 144: _observed("survey"), 18: _observed("imaging"), 64: _procedure,
    32: _procedure, 31: _order, 63: _order, 37: _order, 17: _order, 22: _order, 158: _order,
    9: _device_order, 47: _medication, 41: _medication, 55: _payer,
}  # fmt: skip
"""How the entry of a QDM data type is read, by the last number of its template."""
