"""The measures of a performance year, and the contents of its MVPs, from files the user downloads.

Read are CMS's JSON (``measures/YEAR/measures-data.json``, ``mvp/YEAR/mvp.json``) and tables of the
same facts as CSV, one a category, told by their columns. No titles or descriptions are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.input_file import LIST_LIMIT, content_of, rows_of_csv

QUALITY, ACTIVITY, COST, PROMOTING = "quality", "ia", "cost", "pi"
CLAIMS = "administrativeClaims"
"""The collection type of measures that CMS computes from claims."""
WEB, SURVEY = "cmsWebInterface", "certifiedSurveyVendor"
"""The collection types of the CMS Web Interface, and of the CAHPS survey."""
ELECTRONIC = "electronicHealthRecord"
"""The collection type of electronic clinical quality measures."""
SURVEY_MEASURE, SURVEY_PART = "321", "CAHPS_"
"""The CAHPS survey as a measure, and how the names of its summary measures begin."""
OUTCOMES = frozenset({
    "outcome", "intermediateOutcome", "patientReportedOutcome", "patientEngagementExperience",
})  # fmt: skip
"""Types of measures that are outcomes: one of them is required."""
_OF_CSV = (
    ("inverse", QUALITY), ("objective", PROMOTING), ("subcategory", ACTIVITY),
    ("allowed_programs", COST),
)  # fmt: skip
"""A column that only the table of one category has."""


@dataclass(frozen=True)
class Measure:
    """One measure of a year."""

    name: str
    category: str
    kind: str = ""
    """Quality: process, outcome ...; an activity: its weight."""
    high_priority: bool = False
    collection_types: frozenset[str] = frozenset()
    first_year: int | None = None
    limit_removed: frozenset[str] = frozenset()
    """Collection types for which the limit of topped-out measures is lifted."""
    is_proportion: bool = True
    """Whether its rate is a share, at most 100."""
    programs: frozenset[str] | None = None
    """Pathways it may be reported in: mips, app1, an MVP; None: the file does not say."""
    specialties: frozenset[str] | None = None
    """Specialty sets it is in; None: the file does not say."""

    @property
    def is_outcome(self) -> bool:
        """Whether it serves as the outcome that is required."""
        return self.kind in OUTCOMES


@dataclass(frozen=True)
class Mvp:
    """A MIPS Value Pathway: the measures one may choose in it."""

    name: str
    quality: frozenset[str]
    activities: frozenset[str]
    cost: frozenset[str]
    population: frozenset[str]
    """Population health measures: one of them is scored beside those that are chosen."""
    claims: frozenset[str] = frozenset()
    """Outcome measures from claims that may be chosen as one of those required."""


Inventory = Mapping[str, Measure]


def read_inventory(paths: Sequence[Path], year: int) -> Inventory:
    """The measures of a year by name, of one file or of one a category.

    Raises:
        InputError: a file is no inventory, or holds nothing of the year.
    """
    measures_by_name: dict[str, Measure] = {}
    for path in paths:
        is_json = path.suffix.lower() == ".json"
        measures = list(_of_json(path, year) if is_json else _of_csv(path, year))
        if not measures:
            raise InputError(
                f"the inventory holds no measure of {year}", place=Place(path.name),
                action="give the inventory of the year that is scored", code="VBC-1928",
            )  # fmt: skip
        measures_by_name |= {each.name: each for each in measures}
    return measures_by_name


def read_mvps(path: Path) -> dict[str, Mvp]:
    """The pathways of CMS's file by name.

    Raises:
        InputError: it is no file of pathways.
    """
    content = _json(path)
    if not content or not all("mvpId" in each for each in content):
        raise _no_inventory(path)
    return {
        str(each["mvpId"]): Mvp(
            str(each["mvpId"]), _names(each, "qualityMeasureIds"), _names(each, "iaMeasureIds"),
            _names(each, "costMeasureIds"), _names(each, "foundationQualityMeasureIds"),
            _names(each, "administrativeClaimsMeasureIds"),
        )
        for each in content
    }  # fmt: skip


def _names(each: Mapping[str, Any], field: str) -> frozenset[str]:
    given = each.get(field)
    return frozenset(str(name) for name in given) if isinstance(given, list) else frozenset()


def _json(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(content_of(path, LIST_LIMIT))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        raise _no_inventory(path)
    return content


def _no_inventory(path: Path) -> InputError:
    return InputError(
        "this is not an inventory", place=Place(path.name),
        rule="a JSON list with measureId (or mvpId), or a CSV table of one category",
        action="give measures-data.json or mvp.json as CMS publishes it", code="VBC-1929",
    )  # fmt: skip


def _of_json(path: Path, year: int) -> Iterator[Measure]:
    for each in _json(path):
        if "measureId" not in each:
            raise _no_inventory(path)
        first, last = (
            _year(each.get("firstPerformanceYear")),
            _year(each.get("lastPerformanceYear")),
        )
        if (first and first > year) or (last and last < year):
            continue
        category = str(each.get("category", ""))
        kind = each.get("measureType") if category == QUALITY else each.get("weight")
        yield Measure(
            str(each["measureId"]), PROMOTING if category == "aci" else category, str(kind or ""),
            bool(each.get("isHighPriority")), _names(each, "submissionMethods"), first,
            _names(each, "sevenPointCapRemoved"), _is_proportion(str(each.get("metricType", ""))),
            _names(each, "allowedPrograms") if "allowedPrograms" in each else None,
            _names(each, "measureSets") if "measureSets" in each else None,
        )  # fmt: skip


def _of_csv(path: Path, year: int) -> Iterator[Measure]:
    heads, rows = rows_of_csv(path)
    category = next((name for column, name in _OF_CSV if column in heads), None)
    if category is None or not {"year", "measure_id"} <= set(heads):
        raise _no_inventory(path)
    for _, row in rows:
        if row["year"] == str(year):
            yield Measure(
                row["measure_id"], category, row.get("measure_type") or row.get("weight") or "",
                row.get("high_priority") == "1", _split(row.get("collection_types")),
                _year(row.get("first_year")), _split(row.get("seven_point_cap_removed")),
                _is_proportion(row.get("metric_type", "")),
                _split(row["allowed_programs"]) if row.get("allowed_programs") else None,
            )  # fmt: skip


def _split(text: str | None) -> frozenset[str]:
    return frozenset(each for each in (text or "").split("|") if each)


def _year(value: Any) -> int | None:
    return int(value) if str(value or "").isdigit() else None


def _is_proportion(metric: str) -> bool:
    return metric.lower().endswith("performancerate")
