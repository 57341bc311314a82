"""Reading single elements of FHIR R4 resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Resource = Mapping[str, Any]
NOT_IN_FORM = (TypeError, AttributeError, KeyError, IndexError, ValueError, ArithmeticError)
"""What reading a resource raises where an element is of another form than its definition's."""


class Unusable(Exception):
    """Why a resource is set aside; the text is the reason."""


def reference_tail(reference: object) -> str | None:
    """The identifier a reference or canonical ends in."""
    if not isinstance(reference, str) or not reference:
        return None
    return reference.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def extension(resource: Resource, name: str) -> Mapping[str, Any]:
    """The extension whose address ends in `name`, under whatever guide it stands."""
    for kind in ("extension", "modifierExtension"):
        for each in resource.get(kind) or ():
            if str(each.get("url", "")).endswith(name):
                fhir_extension: Mapping[str, Any] = each
                return fhir_extension
    return {}


def first_code(codeable: Any) -> str | None:
    """The first code of a CodeableConcept."""
    for coding in (codeable or {}).get("coding") or ():
        if coding.get("code"):
            return str(coding["code"])
    return None


def categories(resource: Resource) -> set[str]:
    """The codes of every category."""
    codes = set()
    for category in resource.get("category") or ():
        for coding in category.get("coding") or ():
            codes.add(coding.get("code"))
    return codes


def category_of(resource: Resource, name: str) -> Any:
    """The first category of the race or ethnicity extension of a patient."""
    codes = [
        (part.get("valueCoding") or {}).get("code")
        for part in extension(resource, name).get("extension") or ()
        if part.get("url") == "ombCategory"
    ]
    return codes[0] if codes else None


def months_of_age(age: Mapping[str, Any] | None) -> int | None:
    """An age in whole months; None where there is none."""
    if not age or age.get("value") is None:
        return None
    unit = str(age.get("code") or age.get("unit") or "a")
    if unit in ("a", "year", "years"):
        return int(float(age["value"]) * 12)
    if unit in ("mo", "month", "months"):
        return int(age["value"])
    raise ValueError("an age is in years or months")


def quantity(element: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """Number and unit (the UCUM code if it is given) of a value."""
    given = element.get("valueQuantity") or {}
    value = given.get("value")
    unit = given.get("code") or given.get("unit")
    return (None if value is None else float(value)), unit


def value_kind(resource: Resource) -> str | None:
    """What kind of value an observation has: quantity, coded, other; None: it has none."""
    given = resource.get("valueQuantity")
    if given is not None:
        return "quantity" if given.get("value") is not None else "other"
    if resource.get("valueCodeableConcept") is not None:
        return "coded"
    return "other" if any(name.startswith("value") for name in resource) else None


def not_to_be_done(resource: Resource) -> bool:
    """Whether an order says not to do it."""
    said = resource.get("doNotPerform")
    if said is None:
        said = extension(resource, "doNotPerform").get("valueBoolean")
    return bool(said)
