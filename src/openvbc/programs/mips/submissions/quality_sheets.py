"""Sheets of the quality category: each measure with its points, each participant with the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from openvbc.programs.mips.submissions.inventory import CLAIMS, QUALITY, Inventory
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.programs.mips.submissions.quality import (
    NONE,
    BenchmarkTable,
    QualityRows,
    measures_required,
    score_quality,
)
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet


def quality_sheets(
    rows: Sequence[MeasureRow],
    people: dict[str, dict[str, Any]],
    table: BenchmarkTable,
    pathway: str,
    rules: RuleSet,
    year: int,
    inventory: Inventory,
) -> dict[str, Sheet]:
    """Score the quality of the participants of one pathway; their score goes to `people`."""
    chosen = [r for r in by_category(rows, QUALITY) if people[r.who]["pathway"] == pathway]
    if not chosen:
        return {}
    who = list(dict.fromkeys(row.who for row in chosen))
    columns = quality_rows(chosen, {name: n for n, name in enumerate(who)}, table, rules, year)
    required, set_size = None, np.array([0] * len(who))
    if pathway == "APP":
        sets = _set_sizes(rules, year, inventory)
        by_web = {row.who for row in chosen if row.collection_type == WEB}
        kinds = (WEB_SET if name in by_web else ELECTRONIC_SET for name in who)
        set_size = np.array([sets[kind] for kind in kinds])
    else:
        needed = measures_required(pathway, rules, year)
        applicable = [people[name]["measures_applicable"] for name in who]
        required = np.array([min(needed, int(a)) if a else needed for a in applicable])
    scored = score_quality(
        columns, table, len(who), pathway, rules, year, "decimal",
        small_practice=np.array([bool(people[name]["small_practice"]) for name in who]),
        required=required, set_size=set_size,
        prior=[people[name]["prior_achievement"] for name in who],
    )  # fmt: skip
    for number, name in enumerate(who):
        people[name]["quality_score"] = scored.category.value("quality_score", number)
    items = [
        f"{row.measure.name} {row.collection_type}{'' if counts else ', not counted'}"
        for row, counts in zip(chosen, scored.counts, strict=True)
    ]
    measures = [ContractYear(row.who, year, pathway) for row in chosen]
    whose = [ContractYear(name, year, pathway) for name in who]
    named = pathway.lower()
    return {
        f"quality_measures_{named}": Sheet(measures, scored.points, items),
        f"quality_{named}": Sheet(whose, scored.category),
    }


WEB = "cmsWebInterface"
WEB_SET, ELECTRONIC_SET = "web interface", "electronic"
"""The sets of the APM Performance Pathway, by how an entity reports."""


def _set_sizes(rules: RuleSet, year: int, inventory: Inventory) -> dict[str, int]:
    """How many measures of each set are the participant's to report: all but those from claims."""
    sizes = {WEB_SET: 0, ELECTRONIC_SET: 0}
    for entry in rules.history("pathway_measures"):
        if entry.applies["performance_year"].matches(year):
            names = [inventory[name] for name in str(entry.value).split() if name in inventory]
            reported = [each for each in names if each.collection_types != {CLAIMS}]
            for collection in sizes:
                if entry.applies["collection"].matches(collection):
                    sizes[collection] = len(reported)
    return sizes


def quality_rows(
    rows: Sequence[MeasureRow],
    number: Mapping[str, int],
    table: BenchmarkTable,
    rules: RuleSet,
    year: int,
) -> QualityRows:
    """Rows as columns, in Decimal."""
    needed = rules.get("reported_share_needed", performance_year=year).value
    names = {name: n for n, name in enumerate(dict.fromkeys(row.measure.name for row in rows))}

    def flags(values: list[bool]) -> np.ndarray:
        return np.array(values, dtype=bool)

    def exact(values: list[Any]) -> np.ndarray:
        column = np.empty(len(values), dtype=object)
        column[:] = values
        return column

    return QualityRows(
        np.array([number[row.who] for row in rows]),
        np.array([names[row.measure.name] for row in rows]),
        np.array([table.number.get((r.measure.name, r.collection_type), NONE) for r in rows]),
        exact([row.rate for row in rows]),
        exact([row.cases if row.cases is not None else Decimal(0) for row in rows]),
        flags([row.reported_share is None or row.reported_share >= needed for row in rows]),  # type: ignore[operator]
        exact([_years_in_use(row, year) for row in rows]),
        flags([row.collection_type in row.measure.limit_removed
               or row.collection_type == WEB for row in rows]),
        flags([row.measure.is_outcome for row in rows]),
        flags([row.measure.high_priority for row in rows]),
        flags([row.collection_type == CLAIMS for row in rows]),
        flags([row.end_to_end for row in rows]),
    )  # fmt: skip


def _years_in_use(row: MeasureRow, year: int) -> int:
    first = row.measure.first_year
    return 9 if first is None else year - first + 1
