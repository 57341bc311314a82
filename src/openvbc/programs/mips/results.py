"""Merit-based Incentive Payment System: settle the groups of a published file of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openvbc.errors import InputError, SetAside
from openvbc.programs.mips.scores_file import GroupScores, read_groups
from openvbc.programs.mips.verify import compared_lines
from openvbc.programs.mips.weight_sets import WHOLE, columns_of, named_sets
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.options import year_asked
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

PRESENTATION = Presentation(
    headline=("zeroed", "least_payment_adjustment", "most_payment_adjustment", "final_score"),
    result="final_score",
    distribution="final_score",
)  # fmt: skip
NOTES = (
    "A published zero stands for zero and for 'not scored' alike: which categories were reweighted"
    " is read back from the final score (input 'zeroed').",
    "Where the year's scaling factors are not known, the payment adjustment is given as the range"
    " that the law leaves.",
)
SCORES_YEARS = (2017,)
"""Years whose public files print every part of the final score."""


class Mips(FileProgram[GroupScores]):
    """The program as the commands know it."""

    name = "mips"
    title = "Merit-based Incentive Payment System"
    rules_name = "mips"
    presentation = PRESENTATION
    notes = NOTES
    unit = "group"

    def titled(self, year: int | None) -> str:
        """The title of a settlement."""
        return f"{self.title}, performance year {year}"

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[GroupScores]:
        """Groups of the files, and the year asked for: the files do not state it."""
        year = _year(asked)
        set_aside: list[SetAside] = []
        return Reading(read_groups(files, set_aside), set_aside, year, more={"rules": rules})

    def evaluate(self, reading: Reading[GroupScores], rules: RuleSet) -> Settled[GroupScores]:
        """The weight set of each group, then its final score and adjustment."""
        assert reading.year is not None
        groups, year = reading.rows, reading.year
        zeroed = [named or WHOLE for named in named_sets(groups, year, rules)]
        given = columns_of(groups, year, zeroed, [group.quality for group in groups])
        main = MIPS_FINAL_SCORE.evaluate(
            {**given, "published_final_score": [group.final for group in groups]}, rules
        )
        contracts = [ContractYear(group.identifier, year) for group in groups]
        return Settled(groups, Sheet(contracts, main))

    def lines(self, settlement: FileSettlement[GroupScores]) -> Sequence[ComparedLine]:
        """Final scores with the whole weights and with the weight set named."""
        return compared_lines(settlement)


PROGRAM = Mips()


def _year(asked: Mapping[str, str]) -> int:
    year = year_asked(asked)
    if year is None:
        raise InputError(
            "a file of MIPS scores does not say its performance year",
            action="give --year, for example --year 2017",
            code="VBC-700",
        )
    if year not in SCORES_YEARS:
        raise InputError(
            f"scores of performance year {year} cannot be settled from a published file: the final"
            " score has parts that the file of groups does not print",
            rule="from 2018 cost and the complex patient bonus are parts of the final score",
            action="the years understood: " + ", ".join(map(str, SCORES_YEARS)),
            code="VBC-701",
        )
    return year
