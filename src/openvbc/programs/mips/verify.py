"""MIPS: published final scores held against the categories they are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from openvbc.programs.mips.scores_file import GroupScores
from openvbc.programs.mips.weight_sets import WHOLE, final_ends, final_scores
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.settling import FileSettlement

TOLERANCE = "the interval that the printed rounding leaves"
DECIMALS = 2
"""Of a printed final score."""


def compared_lines(settlement: FileSettlement[GroupScores]) -> Sequence[ComparedLine]:
    """The final score with whole weights, where nothing tells of reweighting; and of all groups."""
    groups, main = settlement.printed, settlement.main
    assert settlement.year is not None
    rules = main.evaluation.rules
    zeroed = main.evaluation.column("zeroed")
    printed = column_of(main, "published_final_score")
    whole = final_ends(groups, settlement.year, WHOLE, rules)
    named = final_ends(groups, settlement.year, list(zeroed), rules)
    quality = [group.quality for group in groups]
    whole_score = final_scores(groups, settlement.year, WHOLE, quality, rules)

    def line(
        label: str, ends: tuple[Any, Any], applies: Callable[[int], bool], *, by_set: bool
    ) -> ComparedLine:
        def reason(row: int, computed: Any, published: Any) -> str:
            if by_set or zeroed[row] == WHOLE:
                return ""
            return f"explained by the year's weights without {zeroed[row]}"

        return ComparedLine(
            "final_score", label, Kind.RATE, main,
            column_of(main, "final_score") if by_set else lambda row: whole_score[row], printed,
            lambda row: groups[row].table.place(groups[row].number, "final"),
            "final_mips_score", applies=applies,
            ends=lambda row: (ends[0][row], ends[1][row]), decimals=lambda row: DECIMALS,
            tolerance=TOLERANCE, reason=reason,
        )  # fmt: skip

    def has_advancing_care(row: int) -> bool:
        return groups[row].promoting_interoperability > Decimal(0)

    return [
        line("final score by whole weights, groups with promoting interoperability (ACI) above 0",
             whole, has_advancing_care, by_set=False),
        line("final score by one of the year's weight sets, named", named, lambda row: True,
             by_set=True),
    ]  # fmt: skip
