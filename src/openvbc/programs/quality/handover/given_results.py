"""Results others computed: QRDA III, QPP submissions and FHIR MeasureReports, read as counts.

Each gives, for a measure, the people of its populations. What the file says of the rate is held
against its own counts; a file that contradicts itself is refused, as a rate of it would move money.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.errors import EmptyResult, InputError, Place
from openvbc.input_file import content_of
from openvbc.programs.quality.measuring import Counts
from openvbc.steps.quality.definition import shipped_measures

_NUMBER = re.compile(r"[0-9]{3}[A-Z]{0,3}")
_CMS = re.compile(r"(CMS[0-9]+)")
_MOMENT = re.compile(r"(?P<year>[0-9]{4})(?:-?(?P<month>[0-9]{2})(?:-?(?P<day>[0-9]{2}))?)?")
TOLERANCE = Decimal("0.00001")
"""A printed rate has six decimals; a percentage as a rule four."""


@dataclass(frozen=True)
class GivenResult:
    """A measure's counts as a file states them."""

    measure: str
    """QPP number, or the version-specific identifier where a file has only that."""
    counts: Counts
    stated_rate: Decimal | None
    year: int | None
    collection_type: str = "electronicHealthRecord"


def read_results(path: Path) -> list[GivenResult]:
    """Read a file of results, by its content.

    Raises:
        InputError: it is none of the forms, or contradicts itself.
        EmptyResult: it holds no measure.
    """
    from openvbc.programs.quality.handover.measure_reports import reports_in
    from openvbc.programs.quality.handover.qpp_submission import submission_results
    from openvbc.programs.quality.handover.qrda3_read import qrda3_results

    content = content_of(path)
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        measure_results = qrda3_results(content, path.name)
    elif start == b"{":
        measure_results = submission_results(content, path.name) or reports_in(content, path.name)
    else:
        raise InputError(
            "this is no file of results",
            place=Place(path.name),
            rule="QRDA category III (XML), a QPP submission or FHIR MeasureReports (JSON)",
            code="VBC-19211",
        )
    if not measure_results:
        raise EmptyResult(
            f"{path.name} holds no result of a measure",
            action="give QRDA category III, a QPP submission or summary MeasureReports",
            code="VBC-19212",
        )
    for result in measure_results:
        _check(result, path.name)
    return measure_results


def measure_number(name: str) -> str | None:
    """The QPP number of a measure named by number, version-specific identifier or CMS number."""
    if _NUMBER.fullmatch(name):
        return name
    cms = _CMS.match(name.upper())
    for measure in shipped_measures():
        if name.lower() == measure.version_specific_id.lower():
            return measure.number
        if cms and cms.group(1) == measure.cms_id.upper():
            return measure.number
    return None


def measured_year(start: str, end: str, name: str) -> int | None:
    """The calendar year a stated period is; None where the file states none.

    Args:
        start: its first moment, as FHIR (``2026-01-01``) or HL7 (``20260101``) write it; a day, a
            month or a year, with or without a time.
        end: its last moment.
        name: of the file.

    Raises:
        InputError: it is not one whole year: a rate of a part of it is no rate of the year.
    """
    if not start and not end:
        return None
    first, last = _MOMENT.match(start), _MOMENT.match(end)
    begins = first and (first["year"], first["month"] or "01", first["day"] or "01")
    ends = last and (last["year"], last["month"] or "12", last["day"] or "31")
    if begins and ends and begins[1:] == ("01", "01") and ends == (begins[0], "12", "31"):
        return int(begins[0])
    shown = (start[:10] or "no day", end[:10] or "no day")
    raise InputError(
        f"the results are of {shown[0]} to {shown[1]}: not of one whole year",
        place=Place(name),
        rule="a measure is scored by the calendar year, 1 January to 31 December",
        action="ask whoever made the file for the results of the year",
        code="VBC-1142",
    )


def _check(result: GivenResult, name: str) -> None:
    counts = result.counts
    sizes = (
        counts.initial_population, counts.denominator, counts.denominator_exclusion,
        counts.denominator_exception, counts.numerator,
    )  # fmt: skip
    if (
        min(sizes) < 0
        or counts.denominator > counts.initial_population
        or counts.eligible < 0
        or counts.numerator > counts.eligible
    ):
        raise _contradiction(
            result, name, "its populations do not fit into each other",
            "numerator <= denominator - exclusions - exceptions, denominator <= initial population",
        )  # fmt: skip
    stated, rate = result.stated_rate, counts.rate
    if stated is not None and (rate is None or abs(stated - rate) > TOLERANCE):
        raise _contradiction(
            result, name, "the rate it states is not that of its counts",
            "numerator / (denominator - exclusions - exceptions)",
        )  # fmt: skip


def _contradiction(result: GivenResult, name: str, what: str, rule: str) -> InputError:
    return InputError(
        f"measure {result.measure}: {what}",
        place=Place(name),
        rule=rule,
        action="ask whoever made the file; no rate is taken from it",
        code="VBC-19213",
    )
