"""Merit-based Incentive Payment System: settle published files of scores.

In 2017 those of groups, from 2018 those of clinicians; and submissions, with the year's benchmarks
and measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, SetAside
from openvbc.programs.mips.clinician_lines import NOTES as CLINICIAN_NOTES
from openvbc.programs.mips.clinician_lines import clinician_lines, evaluate_clinicians
from openvbc.programs.mips.clinician_scores import ClinicianScores, read_clinicians
from openvbc.programs.mips.scores_file import GroupScores, read_groups
from openvbc.programs.mips.submissions.settle import SubmittedFiles, settle_submissions
from openvbc.programs.mips.verify import compared_lines
from openvbc.programs.mips.weight_sets import WHOLE, columns_of, named_sets
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.facility_files import check_year
from openvbc.programs.published.options import read_options, year_asked
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
    "Which categories were reweighted is read back from the final score (input 'zeroed').",
    "Where the year's scaling factors are not known, the payment adjustment is given as the range"
    " that the law leaves.",
)
GROUPS_YEAR = 2017
"""The year whose file of groups prints every part of the final score."""
GROUP_NOTES = ("A published zero stands for zero and for 'not scored' alike.",)
SUBMITTED = ("benchmarks", "inventory", "participants", "mvps")
"""Options that make the file one of submissions; `inventory` may name several, with commas."""
Row = GroupScores | ClinicianScores


class Mips(FileProgram[Row]):
    """The program as the commands know it."""

    name = "mips"
    title = "Merit-based Incentive Payment System"
    rules_name = "mips"
    presentation = PRESENTATION
    notes = NOTES
    unit = "group or clinician"
    options = ("year", *SUBMITTED)

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> FileSettlement[Row]:
        """Settle published scores; with `benchmarks` and `inventory` what was submitted.

        Raises:
            InputError, EmptyResult: as settling of either says.
        """
        asked = read_options(self.name, options or {}, self.options)
        if not set(asked) & set(SUBMITTED):
            return super().settle(files, overlays, asked)
        settlement = settle_submissions(_submitted(files, asked), _year(asked), tuple(overlays))
        held = {each.name: getattr(settlement, each.name) for each in fields(settlement)}
        return FileSettlement(**held, year=_year(asked), asked=asked)

    def titled(self, year: int | None) -> str:
        """The title of a settlement."""
        return f"{self.title}, performance year {year}"

    def read(self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]) -> Reading[Row]:
        """Groups or clinicians of the files, and the year asked for: the files do not state it."""
        year = _year(asked)
        check_year(rules, ("performance_threshold", "quality_weight"), year, "performance_year")
        set_aside: list[SetAside] = []
        rows: list[Row] = []
        if year == GROUPS_YEAR:
            rows += read_groups(files, set_aside)
        else:
            rows += read_clinicians(files, set_aside)
        notes = GROUP_NOTES if year == GROUPS_YEAR else CLINICIAN_NOTES
        return Reading(rows, set_aside, year, notes=notes, more={"rules": rules})

    def evaluate(self, reading: Reading[Row], rules: RuleSet) -> Settled[Row]:
        """The weight set of each row, then its final score and adjustment."""
        assert reading.year is not None
        if reading.year != GROUPS_YEAR:
            return evaluate_clinicians(reading, rules)
        groups: Sequence[Any] = reading.rows
        year = reading.year
        zeroed = [named or WHOLE for named in named_sets(groups, year, rules)]
        given = columns_of(groups, year, zeroed, [group.quality for group in groups])
        main = MIPS_FINAL_SCORE.evaluate(
            {**given, "published_final_score": [group.final for group in groups]}, rules
        )
        contracts = [ContractYear(group.identifier, year) for group in groups]
        return Settled(groups, Sheet(contracts, main))

    def lines(self, settlement: FileSettlement[Any]) -> Sequence[ComparedLine]:
        """Final scores with the weight set named; those of groups with the whole weights too."""
        if not settlement.printed:
            raise InputError(
                "what was submitted prints no score to hold ours against",
                action="give a public file of scores, without benchmarks and inventory",
                code="VBC-1129",
            )
        of_groups = settlement.year == GROUPS_YEAR
        return compared_lines(settlement) if of_groups else clinician_lines(settlement)


PROGRAM = Mips()


def _submitted(files: Sequence[Path], asked: Mapping[str, str]) -> SubmittedFiles:
    """The files of a settlement of submissions, from the options."""
    lacking = [name for name in ("benchmarks", "inventory") if name not in asked]
    if lacking or len(files) != 1:
        raise InputError(
            "submissions are one file, scored by the year's benchmarks and measures",
            rule=f"not given: {', '.join(lacking)}" if lacking else f"{len(files)} files are given",
            action="vbc settle --program mips MEASURES.csv --year 2024 --option "
            "benchmarks=benchmarks.json --option inventory=measures-data.json",
            code="VBC-1130",
        )
    inventory = [Path(name) for name in asked["inventory"].split(",")]
    people, mvps = (Path(asked[n]) if n in asked else None for n in ("participants", "mvps"))
    return SubmittedFiles(Path(files[0]), Path(asked["benchmarks"]), inventory, people, mvps)


def _year(asked: Mapping[str, str]) -> int:
    year = year_asked(asked)
    if year is None:
        raise InputError(
            "a file of MIPS scores does not say its performance year",
            action="give --year, for example --year 2017",
            code="VBC-700",
        )
    return year
