"""Which weights a published final score was made with: files do not say what was reweighted.

A category with a score above zero was scored; one with a zero may have been reweighted. Of the
weight sets of the year that this leaves, the first (whole weights first, then in the order of the
rule file) is named whose final score, over the interval that the printed rounding of quality
leaves, holds the printed one. A group that none explains keeps the whole weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from openvbc.programs.mips.scores_file import FULL_ACTIVITIES, GroupScores
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

WHOLE = "none"
HALF_PRINTED = Decimal("0.005")
"""Final scores are printed with two decimals."""
_FINAL = MIPS_FINAL_SCORE.taking({}, ["final_score"])


def weight_sets(rules: RuleSet, year: int) -> list[str]:
    """Names of the year's weight sets of traditional MIPS, the whole weights first."""
    asked = {"performance_year": year, "pathway": "traditional"}
    names: list[str] = []
    for entry in rules.history("quality_weight"):
        if "performance_year" not in entry.applies:
            continue
        if all(c.matches(asked[k]) for k, c in entry.applies.items() if k in asked):
            names.extend(str(value) for value in entry.applies["zeroed"].values or ())
    return list(dict.fromkeys(sorted(names, key=lambda name: name != WHOLE)))


def columns_of(
    groups: Sequence[GroupScores],
    year: int,
    zeroed: str | Sequence[str],
    quality: Sequence[Decimal],
) -> dict[str, object]:
    """Inputs of the final score of groups, with quality in percent and what is not scored."""
    return {
        "performance_year": year,
        "pathway": "traditional",
        "small_practice": False,
        "zeroed": zeroed,
        "quality_score": [value / 100 for value in quality],
        "improvement_activities_score": [g.activities / FULL_ACTIVITIES for g in groups],
        "promoting_interoperability_score": [g.promoting_interoperability / 100 for g in groups],
    }


def final_scores(
    groups: Sequence[GroupScores],
    year: int,
    zeroed: str | Sequence[str],
    quality: Sequence[Decimal],
    rules: RuleSet,
) -> Column:
    """The final score of each group, by a weight set and with a quality score in percent."""
    return _FINAL.evaluate(columns_of(groups, year, zeroed, quality), rules).column("final_score")


def final_ends(
    groups: Sequence[GroupScores], year: int, zeroed: str | Sequence[str], rules: RuleSet
) -> tuple[Column, Column]:
    """Lowest and highest final score that the printed quality allows, by group."""
    ends = [group.quality_ends() for group in groups]
    low, high = [low for low, _ in ends], [high for _, high in ends]
    return (
        final_scores(groups, year, zeroed, low, rules),
        final_scores(groups, year, zeroed, high, rules),
    )


def named_sets(groups: Sequence[GroupScores], year: int, rules: RuleSet) -> list[str]:
    """For each group the weight set that explains its final score; empty where none does."""
    named = [""] * len(groups)
    printed = np.array([group.final for group in groups], dtype=object)
    for zeroed in weight_sets(rules, year):
        low, high = final_ends(groups, year, zeroed, rules)
        holds = (low - HALF_PRINTED <= printed) & (printed <= high + HALF_PRINTED)
        for row in map(int, np.flatnonzero(holds)):
            if not named[row] and _may_be(zeroed, groups[row]):
                named[row] = zeroed
    return named


def _may_be(zeroed: str, group: GroupScores) -> bool:
    scores = {
        "quality": group.quality,
        "pi": group.promoting_interoperability,
        "ia": group.activities,
    }
    return all(not scores.get(category) for category in zeroed.split("+"))
