"""Capitation contracts settled from totals: a row a contract of members, rate and expense.

``vbc settle --program capitation CONTRACT.yaml TOTALS.csv``. The columns are the inputs of the
worksheet: ``contract year, member months, base rate, risk score, incurred medical expense`` and,
where known, what else it takes. From claims (``vbc run``) revenue is what the capitation runs paid;
here it is member months times the rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from openvbc.errors import ContractError, InputError, Place, SetAside
from openvbc.programs.capitation.from_claims import PRESENTATION
from openvbc.programs.capitation.given import OF_PLAN_PAYMENT
from openvbc.programs.published.contract_file import contract_among
from openvbc.programs.published.settling import Reading
from openvbc.programs.published.totals import TotalsProgram
from openvbc.programs.published.totals_form import ANY, TotalsRow
from openvbc.programs.settlement import Presentation
from openvbc.programs.terms.agreed import read_agreed
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Table
from openvbc.worksheets.capitation.capitation import CAPITATION

NEEDS_CLAUSE = {"prior_deficit": "deficit_is_carried", "kick_payments_due": "kick_payments"}
"""Totals that count only where the parties agreed on them, and the term that says so."""


class CapitationTotals(TotalsProgram):
    """The program as the commands know it, over totals."""

    name = "capitation"
    title = "Capitation contract"
    rules_name = "capitation"
    worksheet = CAPITATION
    year_of = "contract_year"
    bounds: ClassVar = {"settled_before": ANY}
    must_come_out = ("due_now",)
    forms: ClassVar[tuple[str, ...]] = ("rate cells", "percent of premium")
    """The forms of capitation that are settled so."""
    presentation: ClassVar[Presentation] = PRESENTATION
    notes = ("Settled by the terms of the contract; no law of another program is in force.",)

    def rules(self, files: Sequence[Path], overlays: Sequence[Path]) -> RuleSet:
        """The contract's own terms, and nothing else."""
        if overlays:
            raise InputError(
                "the terms are in the contract; there is nothing to overlay", code="VBC-9046"
            )
        contract = self.contract_of(files)
        agreed = read_agreed(contract)
        form = agreed.value("capitation_form") if agreed.rules.program == "capitation" else ""
        if form not in self.forms:
            of = agreed.rules.program
            if form:
                of = "medicare-advantage" if form == OF_PLAN_PAYMENT else "capitation"
            raise ContractError(
                f"the contract is of the program {of}",
                place=Place(contract.name),
                rule=f"program: capitation, capitation_form: {' or '.join(self.forms)}",
                action=f"vbc settle --program {of}",
                code="VBC-9047",
            )
        return agreed.rules

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """The rows of every file beside the contract."""
        contract = self.contract_of(files)
        reading = super().read([path for path in files if path != contract], rules, asked)
        kept = []
        for row in reading.rows:
            problem = next((n for n in NEEDS_CLAUSE if _lacks_clause(row, n, rules)), "")
            if problem:
                clause = NEEDS_CLAUSE[problem]
                said = f"the contract has no clause on it ({clause}): add it, or empty the cell"
                reading.set_aside.append(
                    SetAside("an amount that nobody agreed on", row.printed_at(problem), said)
                )
            else:
                kept.append(row)
        withheld = rules.get("contract_withhold").value
        unscored = sum(row.values.get("quality_score") is None for row in kept)
        said = f"{unscored:,} rows have no quality score: nothing of their withhold is released."
        notes = [*reading.notes, said] if withheld and unscored else reading.notes
        return replace(reading, rows=kept, notes=notes)

    def contract_of(self, files: Sequence[Path]) -> Path:
        """The contract among the files.

        Raises:
            InputError: there is none, or nothing beside it.
        """
        contract = contract_among(files)
        if contract is None:
            raise InputError(
                "one capitation contract (YAML) and its totals (CSV) are needed",
                action=f"vbc settle --program {self.name} CONTRACT.yaml TOTALS.csv",
                code="VBC-9048",
            )
        return contract


def _lacks_clause(row: TotalsRow, name: str, rules: RuleSet) -> bool:
    agreed = rules.get(NEEDS_CLAUSE[name]).value
    return bool(row.values.get(name)) and agreed in (None, Table())


PROGRAM = CapitationTotals()
