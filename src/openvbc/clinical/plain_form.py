"""Which lines of NDJSON are in the plain form of FHIR R4, so that they are taken as a set.

A line's *shape* is its names and the kinds of their values. Each shape is judged once: it is plain
where every element that `flatten.py` reads is of its definition's kind, and it has none that needs
more than reading (an age as onset, an extension that says something was not done). What is not
plain is left to `flatten.py`, line by line, so the rows and the reasons are the same either way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from openvbc.clinical.elements import value_kind

TEXT, NUMBER, YES_OR_NO = "VARCHAR", "DOUBLE", "BOOLEAN"
_NUMBERS = ("UBIGINT", "BIGINT", "HUGEINT", "DOUBLE")

_CODEABLE: dict[str, Any] = {"coding": [{"system": TEXT, "code": TEXT}]}
_REFERENCE = {"reference": TEXT}
_PERIOD = {"start": TEXT, "end": TEXT}
_QUANTITY = {"value": NUMBER, "unit": TEXT, "code": TEXT}
_ALL: dict[str, Any] = {"resourceType": TEXT, "id": TEXT, "subject": _REFERENCE}
_CATEGORY = {"category": [{"coding": [{"code": TEXT}]}]}

FORMS: dict[str, dict[str, Any]] = {
    "Encounter": _ALL
    | {
        "status": TEXT,
        "class": {"code": TEXT},
        "period": _PERIOD,
        "type": [_CODEABLE],
        "hospitalization": {"dischargeDisposition": _CODEABLE},
    },
    "Condition": _ALL
    | _CATEGORY
    | {
        "clinicalStatus": _CODEABLE,
        "verificationStatus": _CODEABLE,
        "onsetDateTime": TEXT,
        "onsetPeriod": _PERIOD,
        "abatementDateTime": TEXT,
        "abatementPeriod": _PERIOD,
        "encounter": _REFERENCE,
        "code": _CODEABLE,
        "bodySite": [_CODEABLE],
    },
    "Observation": _ALL
    | _CATEGORY
    | {
        "status": TEXT,
        "effectiveDateTime": TEXT,
        "effectiveInstant": TEXT,
        "effectivePeriod": _PERIOD,
        "issued": TEXT,
        "valueQuantity": _QUANTITY,
        "valueCodeableConcept": _CODEABLE,
        "encounter": _REFERENCE,
        "code": _CODEABLE,
        "component": [{"valueQuantity": _QUANTITY, "code": _CODEABLE}],
    },
    "Procedure": _ALL
    | {
        "status": TEXT,
        "performedDateTime": TEXT,
        "performedInstant": TEXT,
        "performedPeriod": _PERIOD,
        "encounter": _REFERENCE,
        "code": _CODEABLE,
    },
    "ServiceRequest": _ALL
    | {
        "status": TEXT,
        "intent": TEXT,
        "doNotPerform": YES_OR_NO,
        "authoredOn": TEXT,
        "code": _CODEABLE,
    },
}
"""The elements read of each resource type that is taken as a set, and their kinds."""

_READ_ONE_BY_ONE: dict[str, frozenset[str]] = {
    "Encounter": frozenset({"actualPeriod"}),
    "Condition": frozenset({"onsetAge", "onsetRange", "abatementAge", "abatementRange"}),
    "Observation": frozenset({"extension", "modifierExtension"}),
    "Procedure": frozenset({"occurrenceDateTime", "notDone"}),
    "ServiceRequest": frozenset({"extension", "modifierExtension"}),
}

STRUCTURE = json.dumps(
    {
        name: "JSON" if name == "category" else form
        for each in FORMS.values()
        for name, form in each.items()
    }
)
"""The elements of all types together, as the engine is told to read them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a plain shape says beyond its values."""

    names: int
    """Names at its top: a line with more of them has one twice."""
    value_kind: str | None
    """Kind of an observation's value where it has one: quantity, coded or other."""


def plain_shape(kind: str, text: str) -> Shape | None:
    """The shape, where lines of it can be taken as a set; None: one by one."""
    form = FORMS.get(kind)
    try:
        shape = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if form is None or not isinstance(shape, dict) or _READ_ONE_BY_ONE[kind] & shape.keys():
        return None
    needed = "id" in shape and isinstance(shape.get("subject"), dict)
    if not needed or "reference" not in shape["subject"] or not _fits(shape, form):
        return None
    return Shape(len(shape), value_kind(shape))


def is_resource(text: str) -> bool:
    """Whether lines of the shape say of which type of resource they are."""
    try:
        shape = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(shape, dict) and shape.get("resourceType") == TEXT


def _fits(shape: Any, form: Any) -> bool:
    """Whether every element of the form that the shape has is of the form's kind."""
    if isinstance(form, dict):
        return isinstance(shape, dict) and all(
            _fits(shape[name], inner) for name, inner in form.items() if name in shape
        )
    if isinstance(form, list):
        return isinstance(shape, list) and len(shape) == 1 and _fits(shape[0], form[0])
    return shape in _NUMBERS if form == NUMBER else bool(shape == form)
