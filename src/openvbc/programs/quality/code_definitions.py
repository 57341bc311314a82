"""CMS's machine-readable definitions of measures reported by quality-data codes on claims.

The user gives ``measures-data.json`` of the year (CMSgov/qpp-measures-data, ``measures/YEAR``), or
a file of the same form by year. Nothing of it is shipped: it holds licensed codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.engine.table import SmallTable, Value
from openvbc.errors import EmptyResult, InputError, Place
from openvbc.input_file import content_of, unpacked
from openvbc.programs.quality.handover.qpp_submission import json_value
from openvbc.steps.quality import PROGRAM
from openvbc.steps.rule_table import RuleTable, code_table, rows_in_force

STATUS = {
    "eligiblePopulationExclusion": "exclusion", "eligiblePopulationException": "exception",
    "performanceMet": "met", "performanceNotMet": "not met",
}  # fmt: skip
_OLDEST = 150
_LIMIT = 64 * 2**20
_SEX = {"F": "female", "M": "male"}


@dataclass(frozen=True)
class CodeMeasure:
    """A measure as CMS defines its quality-data codes."""

    number: str
    title: str
    is_inverse: bool
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Definitions:
    """The measures that can be computed, and why others cannot."""

    measures: Sequence[CodeMeasure]
    not_computed: Mapping[str, str]


def read_definitions(path: Path, year: int, numbers: Sequence[str] = ()) -> Definitions:
    """The definitions of a year.

    Raises:
        InputError: the file is not in the form, or lacks the year or a measure that is asked for.
        EmptyResult: none of its measures can be computed.
    """
    content = content_of(path)
    if path.name.endswith(".gz"):
        content = unpacked(content, path.name, _LIMIT)
    document = json_value(content, path.name)
    entries = document.get(str(year)) if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise InputError(
            f"the definitions have no measures of {year}",
            place=Place(path.name),
            rule="a list of measures, or lists by year",
            action="give measures-data.json of the year, as CMS publishes it",
            code="VBC-19271",
        )
    known = {str(m.get("measureId")): m for m in entries if isinstance(m, dict)}
    if absent := [number for number in numbers if number not in known]:
        raise InputError(
            f"the definitions of {year} have no measure {', '.join(absent)}",
            place=Place(path.name),
            rule=f"they have {', '.join(sorted(known)[:40])}",
            code="VBC-19272",
        )
    units = {row["measure"] for row in rows_in_force(PROGRAM, "quality_code_unit")}
    code_measures, aside = [], {}
    for number in numbers or sorted(known):
        measure = known[number]
        if not measure.get("eligibilityOptions") or not measure.get("performanceOptions"):
            continue  # not reported by quality-data codes
        if why := _why_not(number, measure, units):
            aside[number] = why
        else:
            title, inverse = str(measure.get("title", "")), bool(measure.get("isInverse"))
            code_measures.append(CodeMeasure(number, title, inverse, measure))
    if not code_measures:
        raise EmptyResult(
            "no measure of the definitions can be computed",
            rule="; ".join(f"{number}: {why}" for number, why in list(aside.items())[:5]) or None,
            code="VBC-19273",
        )
    return Definitions(code_measures, aside)


def _why_not(number: str, measure: Mapping[str, Any], units: set[str]) -> str:
    eligibility = measure["eligibilityOptions"]
    if number not in units:
        return "whether its unit is the patient, the visit or the procedure is not in the rules"
    if len(eligibility) != 1 or any(
        option.get("additionalProcedureCodes") for option in eligibility
    ):
        return "it has several kinds of eligible visits"
    unknown = {option.get("optionType") for option in measure["performanceOptions"]} - set(STATUS)
    return f"its option {unknown} is not understood" if unknown else ""


def code_tables(definitions: Definitions, year: int) -> list[RuleTable]:
    """The definitions as small tables of the steps."""
    named = (
        code_table(PROGRAM, "quality_code_modifier", "code_modifier", {"modifier": "string"}),
        code_table(
            PROGRAM, "quality_code_status", "code_status",
            {"result": "string", "rank_over_days": "int", "rank_of_day": "int"},
        ),
    )  # fmt: skip
    return [*named, *(RuleTable(table, ()) for table in _defined(definitions, year))]


_COLUMNS = {
    "code_measure": {
        "measure": "string", "youngest_months": "int", "too_old_months": "int", "sex": "string",
        "needs_diagnosis": "boolean", "is_latest": "boolean", "first_day": "date",
        "last_day": "date",
    },
    "code_visit": {"measure": "string", "hcpcs_code": "string", "without_place": "string"},
    "code_diagnosis": {"measure": "string", "diagnosis_code": "string", "is_excluded": "boolean"},
    "code_option": {
        "measure": "string", "option_number": "int", "status": "string", "hcpcs_code": "string",
        "modifier": "string", "codes": "int",
    },
}  # fmt: skip


def _defined(definitions: Definitions, year: int) -> Iterator[SmallTable]:
    """Measures, their visits, diagnoses and options."""
    latest = {
        row["measure"]: row["decided_by"] == "latest"
        for row in rows_in_force(PROGRAM, "quality_code_unit")
    }
    measures: list[tuple[Value, ...]] = []
    visits: list[tuple[Value, ...]] = []
    diagnoses: list[tuple[Value, ...]] = []
    options: list[tuple[Value, ...]] = []
    for measure in definitions.measures:
        (eligible,) = measure.content["eligibilityOptions"]
        number = measure.number
        measures.append(
            (
                number, 12 * int(eligible.get("minAge") or 0),
                12 * (int(eligible.get("maxAge") or _OLDEST) + 1),
                _SEX.get(str(eligible.get("sexCode") or "")),
                bool(eligible.get("diagnosisCodes")), latest[number],
                dt.date(year, 1, 1), dt.date(year, 12, 31),
            )
        )  # fmt: skip
        for code in eligible.get("procedureCodes") or ():
            places = [str(place) for place in code.get("placesOfServiceExclusions") or ()]
            visits.append((number, code["code"], f"|{'|'.join(places)}|" if places else None))
        for name, excluded in (("diagnosisCodes", False), ("diagnosisExclusionCodes", True)):
            for code in eligible.get(name) or ():
                diagnoses.append((number, str(code).replace(".", ""), excluded))
        for place, option in enumerate(measure.content["performanceOptions"], 1):
            codes = option["qualityCodes"]
            for code in codes:
                for modifier in code.get("modifiers") or [""]:
                    options.append(
                        (number, place, STATUS[option["optionType"]], code["code"], modifier,
                         len({each["code"] for each in codes}))
                    )  # fmt: skip
    rows = (measures, visits, diagnoses, options)
    for name, table_rows in zip(_COLUMNS, rows, strict=True):
        yield SmallTable(name, _COLUMNS[name], table_rows)
