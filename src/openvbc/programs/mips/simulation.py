"""What a scored participant of MIPS could come to: over a range of quality, and by its choices."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.manifest import Manifest
from openvbc.errors import InputError, Place
from openvbc.programs.listing import Field, Listing
from openvbc.programs.mips.submissions.choices import choices
from openvbc.programs.mips.submissions.files_of_run import files_of_run
from openvbc.programs.simulation import Choices, Outcome, Scenarios, Simulated, WhichRow
from openvbc.programs.stored_run import StoredRun
from openvbc.programs.worksheet_simulation import WorksheetSimulation, title_of
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

ENDS = {
    "least_payment_change": "at the least scaling factor",
    "most_payment_change": "at the most scaling factor",
}
"""Lines in dollars; where the year's factor is known both are the same."""
USD, POINTS = "USD", "points"


class MipsSimulation:
    """See :class:`openvbc.programs.simulation.Simulation` and ``Chooses``."""

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """The payment adjustment in dollars over a range of the quality category's score."""
        title, outcomes = "", []
        for line, label in ENDS.items():
            simulation = WorksheetSimulation(
                MIPS_FINAL_SCORE, line, (), quality="quality_score", label=label
            )
            row = simulation.settled_row(folder, which, scenarios, chosen)
            if row.values.get("covered_professional_services") is None:
                raise InputError(
                    "the services paid of this participant are not known, so nothing is in dollars",
                    place=Place(str(folder), column="covered_professional_services"),
                    rule="the adjustment is a percentage of what Part B pays in the payment year",
                    action="give the column in the list of participants and score again; without a "
                    "range 'vbc simulate' tells choices in points",
                    code="VBC-99053",
                )
            rules = StoredRun(folder).rules_in_force(row)
            outcomes.append(Outcome(label, simulation.amounts(row.values, rules, scenarios)))
            title = title_of(row)
        caveat = "The quality score is that of the category; other categories stay as scored."
        return Simulated(title, outcomes, (caveat,))

    def choices(self, folder: Path, which: WhichRow, chosen: Choices) -> Listing:
        """What one decile more of each measure, or another pathway, is worth."""
        files, year, overlays = files_of_run(folder)
        if chosen.overlays:
            raise InputError(
                "the parameters are those of the run; nothing can be laid over them",
                code="VBC-241",
            )
        made, given = choices(files, year, overlays)
        if given.rules.digest != Manifest.read(folder).rules.get("mips"):
            raise InputError(
                "the rules are not those that this run was scored by",
                place=Place(str(folder)),
                action="score again: vbc qpp submissions",
                code="VBC-99054",
            )
        wanted = (which.contract or "").lower()
        rows = [
            [each.who, each.change, each.final_score, each.points_gained, each.least_gained,
             each.most_gained]
            for each in made
            if not wanted or each.who.lower() == wanted
        ]  # fmt: skip
        if not rows:
            raise InputError(
                "nobody of that identifier has a choice in this run",
                place=Place(str(folder), column="contract"),
                action="leave --contract out to see everybody",
                code="VBC-99055",
            )
        fields = [
            Field("Participant", role="who"), Field("Choice", role="who"),
            Field("Final score", POINTS), Field("Points gained", POINTS),
            Field("Dollars gained, least", USD), Field("Dollars gained, most", USD),
        ]  # fmt: skip
        return Listing(
            "choices", f"What each choice is worth, {year}", fields, rows,
            "Each choice is scored whole, as a submission of its own: which measures count is "
            "decided anew. Whether a pathway is open to somebody is not judged.", "safe",
        )  # fmt: skip


SIMULATION = MipsSimulation()
