"""A group's contract with a Medicare Advantage plan as a project runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from openvbc.engine.base import Engine
from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable
from openvbc.errors import Place
from openvbc.format import in_words
from openvbc.programs.capitation.from_claims import CapitationFromClaims
from openvbc.programs.capitation.given import CapitationGiven
from openvbc.programs.capitation.notes import of_no_member
from openvbc.programs.capitation.simulation import CapitationSimulation
from openvbc.programs.medicare_advantage.given import PlanContractGiven, read_given
from openvbc.programs.medicare_advantage.project import MedicareAdvantageProject
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps import medicare_advantage
from openvbc.worksheets.capitation.plan_contract import PLAN_CONTRACT_MEASURED
from openvbc.worksheets.kernel.worksheet import Worksheet

SIMULATION = CapitationSimulation(
    PLAN_CONTRACT_MEASURED, "settlement", ("incurred_medical_expense",),
    ("revenue_at_initial", "revenue_at_mid_year", "revenue_at_final"), "quality_score",
    label="as agreed",
)  # fmt: skip


@dataclass(frozen=True)
class MedicareAdvantageFromClaims(CapitationFromClaims):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`."""

    project_file: type[ProjectFile] = MedicareAdvantageProject
    template: str = "programs/medicare_advantage/project_template.yaml"
    name: str = "medicare-advantage"
    sheet: Worksheet = PLAN_CONTRACT_MEASURED

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> PlanContractGiven:
        """The contract, checked, with plans, rate book, sweeps and lists."""
        return read_given(project, rules, place)

    def small_tables(
        self, given: CapitationGiven, person_of: Mapping[str, str]
    ) -> list[SmallTable]:
        """As of a capitation at the initial scores, and the scores of the later sweeps."""
        plan = cast("PlanContractGiven", given)
        at_first, scores = plan.scored(person_of)
        return [
            *super().small_tables(at_first, person_of),
            *medicare_advantage.tables(
                [(who, sweep, score) for (who, sweep), score in scores.items()], plan.known_sweeps
            ),
        ]

    def of_lists(self, given: CapitationGiven, person_of: Mapping[str, str]) -> list[str]:
        """As of a capitation, and scores of nobody on the roster."""
        scored = [each.member_id for each in cast("PlanContractGiven", given).scores]
        more = of_no_member("sweeps", scored, given, person_of)
        return [*super().of_lists(given, person_of), *more]

    def steps(self, given: CapitationGiven) -> list[Step]:
        """Those of a capitation, and the months at each sweep."""
        return [*super().steps(given), *medicare_advantage.steps()]

    def revenue(
        self, given: CapitationGiven, engine: Engine, sums: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Revenue at each sweep that is known."""
        swept = {row["sweep"]: row["revenue"] for row in engine.rows("select * from sweep_revenue")}
        return {
            "payment_year": given.agreed.year,
            "revenue_at_initial": sums["revenue"],
            "revenue_at_mid_year": swept.get("MID_YEAR"),
            "revenue_at_final": swept.get("FINAL"),
        }

    def details(self, given: CapitationGiven, who: ContractYear) -> dict[str, Sheet]:
        """What a member and month brings, by plan and county."""
        plan = cast("PlanContractGiven", given)
        sheet = plan.rate_sheet
        rows = [who] * len(plan.rate_items)
        return {sheet.worksheet.name: Sheet(rows, sheet, list(plan.rate_items), about="safe")}

    def more_notes(self, given: CapitationGiven, engine: Engine) -> list[str]:
        """Which sweeps are known, and whom they do not score."""
        notes = [
            "Parts A and B alone: Part D, supplemental benefits and premiums are in no rate.",
            "A county's rate is the bid times its benchmark over the plan's; that was not read.",
        ]
        for row in engine.rows("select * from sweep_revenue order by sweep_number"):
            lacking = row["member_months"] - row["scored_months"]
            sweep = in_words(row["sweep"])
            notes.append(f"{sweep} sweep: {row['member_months']:,} months, ${row['revenue']:,.2f}.")
            if lacking:
                notes.append(
                    f"{lacking:,} months are of members whom the {sweep.lower()} sweep does not "
                    "score: they keep the score before."
                )
        return notes

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented deliveries of a capitation, with plans, a rate book and sweeps beside them."""
        from openvbc.programs.medicare_advantage.sample import write_sample

        write_sample(folder, people, seed)


CLAIMS = MedicareAdvantageFromClaims()
