"""QRDA category III as others write it, read as counts of a measure's populations."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.programs.quality.handover.cda import CDA
from openvbc.programs.quality.handover.given_results import GivenResult, measured_year
from openvbc.programs.quality.handover.qrda3 import MEASURE_VERSION, POPULATION_CODES
from openvbc.programs.quality.measuring import Counts
from openvbc.xml_document import NotReadable, xml_document

_NS = {"c": CDA}
_ROOT = "2.16.840.1.113883.10.20.27"
_BY_CODE = {code: name for name, code in POPULATION_CODES.items()} | {
    "IPP": "initial_population",
    "IPPOP": "initial_population",
}


def qrda3_results(content: bytes, name: str) -> list[GivenResult]:
    """The measures of a document.

    A measure with several strata or rates (several populations of one kind) is refused by name:
    which of them is scored differs by measure.
    """
    document = _parsed(content, name)
    if document.tag != f"{{{CDA}}}ClinicalDocument" or not _has(document, "1.1"):
        raise InputError(
            "this XML is no QRDA category III report",
            place=Place(name),
            rule=f"a ClinicalDocument with the template {_ROOT}.1.1",
            code="VBC-19214",
        )
    year = _measured_year(document, name)
    return [
        _result(organizer, year, name)
        for organizer in document.iter(f"{{{CDA}}}organizer")
        if _has(organizer, "3.1")
    ]


def _parsed(content: bytes, name: str) -> Any:
    try:
        return xml_document(content, "reading QRDA")
    except NotReadable as error:
        if not error.declares:
            raise InputError(
                "this is not well-formed XML", place=Place(name, error.line), code="VBC-19215"
            ) from None
        raise InputError(
            "this XML declares entities or a document type, which are not read",
            place=Place(name),
            action="write it without a DOCTYPE",
            code="VBC-19216",
        ) from None


def _has(element: Any, template: str) -> bool:
    return any(
        each.get("root") == f"{_ROOT}.{template}" for each in element.findall("c:templateId", _NS)
    )


def _result(organizer: Any, year: int | None, name: str) -> GivenResult:
    measure = next(
        (
            each.get("extension", "")
            for each in organizer.findall("c:reference/c:externalDocument/c:id", _NS)
            if each.get("root") == MEASURE_VERSION
        ),
        "",
    )
    counts: dict[str, int] = {}
    stated = None
    for observation in organizer.findall("c:component/c:observation", _NS):
        if _has(observation, "3.5"):
            population = _BY_CODE.get(_attribute(observation, "c:value", "code"))
            if population is None:
                continue  # a population of a measure that is no proportion
            if population in counts:
                raise _several(measure, name)
            counts[population] = _people(observation, measure, name)
        elif _has(observation, "3.14"):
            stated = _number(_attribute(observation, "c:value", "value"))
    denominator = counts.get("denominator", 0)
    return GivenResult(
        measure, Counts(**{"initial_population": denominator, **counts}), stated, year
    )


def _people(observation: Any, measure: str, name: str) -> int:
    for entry in observation.findall("c:entryRelationship", _NS):
        counted = entry.find("c:observation", _NS)
        if entry.get("typeCode") == "SUBJ" and counted is not None and _has(counted, "3.3"):
            text = _attribute(counted, "c:value", "value")
            if text.isdecimal():
                return int(text)
    raise InputError(
        f"measure {measure}: a population has no whole number of people",
        place=Place(name),
        rule="an aggregate count in each measure data observation",
        action="ask whoever made the file",
        code="VBC-19217",
    )


def _several(measure: str, name: str) -> InputError:
    return InputError(
        f"measure {measure} has several rates or strata",
        place=Place(name),
        rule="which of them is scored differs by measure; only a single rate is read",
        action="give the rate in a list: --rates with measure, collection_type, rate",
        code="VBC-19218",
    )


def _measured_year(document: Any, name: str) -> int | None:
    """The year of the reporting parameters; none where they are of several years."""
    years = {measured_year(low, high, name) for low, high in _periods(document)}
    return next(iter(years)) if len(years) == 1 else None


def _periods(document: Any) -> Iterator[tuple[str, str]]:
    for act in document.iter(f"{{{CDA}}}act"):
        if any(
            each.get("root") == "2.16.840.1.113883.10.20.17.3.8"
            for each in act.findall("c:templateId", _NS)
        ):
            low, high = (
                _attribute(act, f"c:effectiveTime/c:{end}", "value") for end in ("low", "high")
            )
            yield low, high


def _attribute(element: Any, path: str, name: str) -> str:
    child = element.find(path, _NS)
    return "" if child is None else str(child.get(name) or "")


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
