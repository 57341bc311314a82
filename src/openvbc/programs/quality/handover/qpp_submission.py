"""QPP submission JSON: a quality run as one submission, and the rates of others' submissions.

The field model is that of CMS's public submissions documentation: a submission of an entity and a
year with measurement sets; a measurement of a single rate states performance met and not met, the
eligible population, exclusions and exceptions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.programs.quality.handover.given_results import GivenResult, measured_year
from openvbc.programs.quality.handover.submitter import Submitter
from openvbc.programs.quality.measuring import Counts
from openvbc.programs.quality.quality_run import StoredRate

_ENTITY_TYPE = {
    "individual": "individual", "group": "group", "virtual-group": "virtualGroup",
    "subgroup": "subgroup", "apm-entity": "apm",
}  # fmt: skip
_PROGRAM = {"mips": "mips", "app": "app1", "app-plus": "appPlus"}
_COLLECTION = {
    "electronicHealthRecord": "electronicHealthRecord", "registry": "registry", "claims": "claims",
    "cmsWebInterface": "cmsWebInterface",
}  # fmt: skip


def submission(rates: Sequence[StoredRate], year: int, submitter: Submitter) -> dict[str, Any]:
    """The submission of electronic measures, as its JSON object.

    Raises:
        InputError: an electronic submission without the certification identifier CMS asks for.
    """
    taxed = submitter.kind in ("individual", "group")
    return {
        "submission": {
            "performanceYear": year,
            "entityType": _ENTITY_TYPE[submitter.kind],
            "entityId": None if taxed else submitter.identifier,
            "taxpayerIdentificationNumber": submitter.identifier if taxed else None,
            "nationalProviderIdentifier": submitter.npi or None,
            "measurementSets": [
                {
                    "category": "quality",
                    "submissionMethod": "electronicHealthRecord",
                    "programName": _PROGRAM[submitter.pathway],
                    "performanceStart": f"{year}-01-01",
                    "performanceEnd": f"{year}-12-31",
                    "cehrtId": submitter.certified(),
                    "measurements": [
                        {"measureId": rate.number, "value": _value(rate.counts)} for rate in rates
                    ],
                }
            ],
        }
    }


def _value(counts: Counts) -> dict[str, Any]:
    return {
        "isEndToEndReported": True,
        "performanceMet": counts.numerator,
        "performanceNotMet": counts.eligible - counts.numerator,
        "eligiblePopulation": counts.denominator,
        "eligiblePopulationExclusion": counts.denominator_exclusion,
        "eligiblePopulationException": counts.denominator_exception,
    }


def submission_results(content: bytes, name: str) -> list[GivenResult]:
    """The single rates of a submission; empty where the JSON is none.

    Measurement sets of other categories than quality are not read here, and a measurement that is
    no single rate is refused by name.
    """
    document = json_object(content, name)
    data = document.get("data", document)
    submitted = data.get("submission", data) if isinstance(data, Mapping) else {}
    sets = submitted.get("measurementSets") if isinstance(submitted, Mapping) else None
    if not isinstance(sets, list):
        return []
    year = submitted.get("performanceYear")
    results = []
    for each in sets:
        if not isinstance(each, Mapping) or each.get("category") != "quality":
            continue
        method = str(each.get("submissionMethod") or "")
        start, end = (str(each.get(day) or "") for day in ("performanceStart", "performanceEnd"))
        stated = measured_year(start, end, name)
        if None not in (stated, year) and stated != year:
            raise InputError(
                f"the submission is of {year} and its measures are of {stated}",
                place=Place(name),
                action="ask whoever made the file",
                code="VBC-1143",
            )
        for measurement in each.get("measurements") or []:
            results.append(_result(measurement, method, stated or year, name))
    return results


def _result(measurement: Any, method: str, year: Any, name: str) -> GivenResult:
    number = str(measurement.get("measureId") if isinstance(measurement, Mapping) else "")
    value = measurement.get("value") if isinstance(measurement, Mapping) else None
    fields = (
        "performanceMet", "performanceNotMet", "eligiblePopulation", "eligiblePopulationExclusion",
        "eligiblePopulationException",
    )  # fmt: skip
    if not isinstance(value, Mapping) or "performanceMet" not in value:
        raise _unread(number, name, "it is no single performance rate", ", ".join(fields))
    counts = {field: value.get(field) or 0 for field in fields}
    wrong = [field for field, n in counts.items() if not isinstance(n, int) or n < 0]
    if wrong or isinstance(year, bool) or not isinstance(year, int | None):
        what = ", ".join(wrong) or "performanceYear"
        raise _unread(number, name, f"{what} is no whole number", "whole numbers, not below zero")
    if method not in _COLLECTION:
        raise _unread(
            number, name, "its submission method is not known", ", ".join(sorted(_COLLECTION))
        )
    met, missed, population, exclusions, exceptions = counts.values()
    # What was not reported of the population is not in the rate, and lowers completeness only.
    reported = Counts(
        population, met + missed + exclusions + exceptions, exclusions, exceptions, met
    )
    stated = value.get("performanceRate")
    return GivenResult(
        number, reported, None if stated is None else Decimal(str(stated)) / 100, year, method
    )


def json_object(content: bytes, name: str) -> dict[str, Any]:
    """A JSON file's object, numbers exact; empty where it holds something else."""
    document = json_value(content, name)
    return document if isinstance(document, dict) else {}


def json_value(content: bytes, name: str) -> Any:
    """What a JSON file holds, numbers exact.

    Raises:
        InputError: it is not valid JSON.
    """
    try:
        return json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise InputError("this is not valid JSON", place=Place(name), code="VBC-19222") from None


def _unread(number: str, name: str, what: str, rule: str) -> InputError:
    return InputError(
        f"measure {number} cannot be read: {what}",
        place=Place(name),
        rule=rule,
        action="ask whoever made the file, or give the rate in a list",
        code="VBC-19223",
    )
