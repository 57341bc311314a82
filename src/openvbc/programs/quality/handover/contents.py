"""What reports of value-based care in FHIR say, as rows: nothing of a resource is left out.

For MeasureReports of Da Vinci VBPR, DEQM and Risk Adjustment, and attribution lists: each value
of a resource is a row with its place, so that a payer's report can be read, filtered and compared
in a spreadsheet without knowing its profile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openvbc.errors import EmptyResult, InputError, Place
from openvbc.input_file import content_of
from openvbc.programs.listing import Field, Listing
from openvbc.programs.quality.handover.measure_reports import resources_in
from openvbc.programs.quality.handover.qpp_submission import json_object

_DEEPEST = 60
_FIELDS = (
    Field("Resource"),
    Field("Kind"),
    Field("Part"),
    Field("Element", role="fact"),
    Field("Value", role="evidence"),
)


def report_listing(path: Path) -> Listing:
    """Every value of the resources of a file.

    Raises:
        InputError: it is no FHIR JSON.
        EmptyResult: it holds no resource.
    """
    document = json_object(content_of(path), path.name)
    rows = rows_of(document, path.name) if document.get("resourceType") else []
    if not rows:
        raise EmptyResult(f"{path.name} holds no FHIR resource", code="VBC-19251")
    lead = "Each row is one value; the part is the group, member or other element it belongs to."
    return Listing("fhir_report", f"What {path.name} says", _FIELDS, rows, lead)


def rows_of(document: dict[str, Any], name: str) -> list[list[Any]]:
    """Every value of a document, in the order it stands, under the resource it is of."""
    rows: list[list[Any]] = []
    for label, kind, path, value in leaves(document, name):
        part, _, element = path.partition(".")
        rows.append([label, kind, part, element or part, value])
    return rows


def leaves(
    value: Any, name: str, resource: tuple[str, str] = ("", ""), path: str = "", depth: int = 0
) -> Iterator[tuple[str, str, str, Any]]:
    """Every plain value with its resource, that resource's type, and its place, lists from 1."""
    if depth > _DEEPEST:
        raise InputError(
            "the JSON is nested too deep",
            place=Place(name),
            rule=f"at most {_DEEPEST} levels",
            code="VBC-19252",
        )
    if isinstance(value, dict):
        if kind := value.get("resourceType"):
            resource = f"{kind}/{value.get('id', '')}", str(value.get("type") or "")
            path = ""
        for key, each in value.items():
            place = f"{path}.{key}" if path else str(key)
            yield from leaves(each, name, resource, place, depth + 1)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from leaves(each, name, resource, f"{path}[{number}]", depth + 1)
    else:
        yield (*resource, path, value)


_METRIC_FIELDS = (
    Field("Report"),
    Field("Metric"),
    Field("Value", role="evidence"),
    Field("Unit"),
    Field("Payment stream"),
    Field("Baseline"),
    Field("From", "date"),
    Field("To", "date"),
)


def metric_listing(path: Path) -> Listing:
    """The metrics of the MeasureReports of a file: score, unit, payment stream, baseline.

    Raises:
        EmptyResult: no MeasureReport in it has a group.
    """
    document = json_object(content_of(path), path.name)
    rows: list[list[Any]] = []
    for report in resources_in(document):
        if report.get("resourceType") == "MeasureReport":
            period = report.get("period") or {}
            for group in report.get("group") or ():
                rows.append([str(report.get("id", "")), *_metric(group), *_days(period)])
    if not rows:
        raise EmptyResult(
            f"{path.name} holds no MeasureReport with a group",
            rule="performance and quality reports of Da Vinci VBPR, DEQM or Risk Adjustment",
            code="VBC-19253",
        )
    lead = "What another's report states; every other value of it is in the whole list."
    return Listing("metrics", f"Metrics of {path.name}", _METRIC_FIELDS, rows, lead, "safe")


def _metric(group: dict[str, Any]) -> list[str]:
    code = group.get("code") or {}
    codings = [str(each.get("code") or "") for each in code.get("coding") or ()]
    score = group.get("measureScore") or {}
    own = group.get("extension") or []
    other = _plain(_first_value({"extension": score.get("extension")}))
    return [
        " ".join(codings) or str(code.get("text") or group.get("id") or ""),
        str(score.get("value", "")) or other,
        str(score.get("unit") or score.get("code") or ""),
        _plain(_named(own, "payment-stream")),
        _plain(_named(own, "baseline")),
    ]


def _named(extensions: list[Any], name: str) -> Any:
    """The first value of the extension of a name."""
    for each in extensions:
        if str(each.get("url") or "").rsplit("/", 1)[-1] == name:
            return _first_value(each)
    return None


def _first_value(extension: dict[str, Any]) -> Any:
    for key, value in extension.items():
        if key.startswith("value"):
            return value
    inner = (_first_value(each) for each in extension.get("extension") or ())
    return next((value for value in inner if value is not None), None)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        codings = value.get("coding") or ()
        texts = [str(each.get("code") or "") for each in codings] or [
            str(value[key]) for key in ("value", "currency", "unit", "code") if key in value
        ]
        return " ".join(texts)
    return "" if value is None else str(value)


def _days(period: dict[str, Any]) -> list[Any]:
    days: list[dt.date | None] = []
    for end in ("start", "end"):
        try:
            days.append(dt.date.fromisoformat(str(period.get(end) or "")[:10]))
        except ValueError:
            days.append(None)
    return days
