"""Improvement activities of participants, from submissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.programs.mips.submissions.inventory import ACTIVITY
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.mips.other_categories import IMPROVEMENT_ACTIVITIES


def score_activities(
    rows: Sequence[MeasureRow], people: Mapping[str, Mapping[str, Any]], rules: RuleSet, year: int
) -> tuple[list[str], Evaluation] | None:
    """The category of everyone who attested an activity, one row each; None where nobody did."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: {"medium": 0, "high": 0})
    for row in by_category(rows, ACTIVITY):
        if row.answer:
            counted[row.who]["high" if row.measure.kind == "high" else "medium"] += 1
    if not counted:
        return None
    who = list(counted)
    given = {
        "performance_year": year,
        "pathway": [people[each]["pathway"] for each in who],
        "less_burden": [
            bool(people[each]["less_burden"] or people[each]["small_practice"]) for each in who
        ],
        "medical_home": [bool(people[each]["medical_home"]) for each in who],
        "medium_activities": [counted[each]["medium"] for each in who],
        "high_activities": [counted[each]["high"] for each in who],
    }
    return who, IMPROVEMENT_ACTIVITIES.evaluate(given, rules)
