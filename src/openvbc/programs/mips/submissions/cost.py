"""Cost of participants: measures that CMS computed, by the year's benchmarks and case minimums.

42 CFR 414.1350(c), 414.1380(b)(2). A measure without a benchmark or cases is not scored; who has
none that is scored has no cost score, and the weight of the category is moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.errors import ParameterMissing, SetAside
from openvbc.programs.mips.submissions.inventory import CLAIMS, COST
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.programs.mips.submissions.quality import BenchmarkTable
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.worksheets.performance.mips.cost import COST_CATEGORY, COST_MEASURE_BY_BENCHMARK
from openvbc.worksheets.performance.mips.quality import BOUNDARIES

BY_MEASURES = "cost_by_measures"
"""Of a participant: whether its cost is scored by measures, each group's for its subgroups too."""


def cost_sheets(
    rows: Sequence[MeasureRow],
    people: dict[str, dict[str, Any]],
    table: BenchmarkTable,
    rules: RuleSet,
    year: int,
    aside: list[SetAside],
) -> dict[str, Sheet]:
    """Score the cost measures of everyone without a cost score; it goes to `people`."""
    kinds = {row["measure"]: row["kind"] for row in load_code_table("mips", "cost_measure_kind")}
    chosen: list[tuple[MeasureRow, Decimal]] = []
    for row in by_category(rows, COST):
        if people[row.who]["cost_score"] is not None:
            aside.append(SetAside("a cost measure of whom the list gives the score", row.place))
            continue
        try:
            least = rules.get(
                "cost_case_minimum", performance_year=year,
                cost_measure_kind=kinds.get(row.measure.name, "not known"),
            ).value  # fmt: skip
        except ParameterMissing:
            reason = "a cost measure whose case minimum is not known"
            aside.append(SetAside(reason, row.place, "give cost_score in the list of participants"))
            continue
        chosen.append((row, Decimal(str(least))))
    if not chosen:
        return {}
    for row, _ in chosen:
        people[row.who][BY_MEASURES] = True
    evaluation = COST_MEASURE_BY_BENCHMARK.evaluate(_inputs(chosen, table), rules)
    earned: dict[str, list[Decimal]] = {row.who: [] for row, _ in chosen}
    for number, (row, _) in enumerate(chosen):
        points = evaluation.value("scored_cost_points", number)
        if points is not None:
            earned[row.who].append(points)
    sheet = Sheet([ContractYear(row.who, year, people[row.who]["pathway"]) for row, _ in chosen],
                  evaluation, [row.measure.name for row, _ in chosen])  # fmt: skip
    scored = [who for who, points in earned.items() if points]
    if not scored:
        return {"cost_measures": sheet}
    category = COST_CATEGORY.evaluate(
        {
            "performance_year": year,
            "achievement_points": [sum(earned[who]) for who in scored],
            "available_points": [10 * len(earned[who]) for who in scored],
            "prior_cost_score": [people[who]["prior_cost_score"] for who in scored],
        },
        rules,
    )
    for number, who in enumerate(scored):
        people[who]["cost_score"] = category.value("cost_category_score", number)
    whose = [ContractYear(who, year, people[who]["pathway"]) for who in scored]
    return {"cost_measures": sheet, "cost": Sheet(whose, category)}


def _inputs(chosen: Sequence[tuple[MeasureRow, Decimal]], table: BenchmarkTable) -> dict[str, Any]:
    numbers = [table.number.get((row.measure.name, CLAIMS)) for row, _ in chosen]
    at = [len(table.measures) if number is None else number for number in numbers]
    given: Mapping[str, Any] = {
        name: list(table.boundaries[decile][at]) for decile, name in enumerate(BOUNDARIES)
    }
    return {
        **given,
        "performance_rate": [row.rate for row, _ in chosen],
        "lower_is_better": True,
        "has_benchmark": [number is not None for number in numbers],
        "cases": [row.cases for row, _ in chosen],
        "case_minimum": [least for _, least in chosen],
    }
