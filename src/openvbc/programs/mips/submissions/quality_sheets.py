"""Sheets of the quality category: each measure with its points, each participant with the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from openvbc.programs.mips.submissions.inventory import QUALITY
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.programs.mips.submissions.quality import (
    NONE,
    BenchmarkTable,
    QualityRows,
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
) -> dict[str, Sheet]:
    """Score the quality of the participants of one pathway; their score goes to `people`."""
    chosen = [r for r in by_category(rows, QUALITY) if people[r.who]["pathway"] == pathway]
    if not chosen:
        return {}
    who = list(dict.fromkeys(row.who for row in chosen))
    columns = quality_rows(chosen, {name: n for n, name in enumerate(who)}, table, rules, year)
    required = None
    if pathway != "APP":
        needed = int(rules.get("measures_required", performance_year=year, pathway=pathway).value)  # type: ignore[arg-type]
        applicable = [people[name]["measures_applicable"] for name in who]
        required = np.array([min(needed, int(a)) if a else needed for a in applicable])
    scored = score_quality(
        columns, table, len(who), pathway, rules, year, "decimal",
        small_practice=np.array([bool(people[name]["small_practice"]) for name in who]),
        required=required, prior=[people[name]["prior_achievement"] for name in who],
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
               or row.collection_type == "cmsWebInterface" for row in rows]),
        flags([row.measure.is_outcome for row in rows]),
        flags([row.measure.high_priority for row in rows]),
        flags([row.collection_type == "administrativeClaims" for row in rows]),
    )  # fmt: skip


def _years_in_use(row: MeasureRow, year: int) -> int:
    first = row.measure.first_year
    return 9 if first is None else year - first + 1
