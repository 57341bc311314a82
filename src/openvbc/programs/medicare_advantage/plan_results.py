"""A group's contract with a plan settled from totals: a row a contract of months, bid and scores.

``vbc settle --program medicare-advantage CONTRACT.yaml TOTALS.csv``. The columns are the inputs of
the worksheet: ``contract, payment year, member months, benchmark, bid, stars, plan kind``, a score
for each sweep that is known (payment score, or raw score with the normalisation factor), ``incurred
medical expense`` and, where known, what else it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from openvbc.programs.capitation.from_claims import PRESENTATION
from openvbc.programs.capitation.given import OF_PLAN_PAYMENT
from openvbc.programs.capitation.results import CapitationTotals
from openvbc.programs.medicare_advantage.given import refuse_other_forms, terms_and_law
from openvbc.programs.medicare_advantage.project import KINDS
from openvbc.programs.published.totals_form import ANY
from openvbc.programs.settlement import Presentation
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.capitation.plan_contract import PLAN_CONTRACT


class PlanContractTotals(CapitationTotals):
    """The contract with a plan over totals."""

    name = "medicare-advantage"
    title = "Contract with a Medicare Advantage plan"
    rules_name = "medicare-advantage"
    worksheet = PLAN_CONTRACT
    year_of = "payment_year"
    choices: ClassVar = {"plan_kind": tuple(KINDS.values())}
    bounds: ClassVar = {"settled_before": ANY}
    forms = (OF_PLAN_PAYMENT,)
    presentation: ClassVar[Presentation] = PRESENTATION
    notes = ("Parts A and B alone: Part D, supplemental benefits and premiums are in no rate.",)

    def rules(self, files: Sequence[Path], overlays: Sequence[Path]) -> RuleSet:
        """The contract's terms, and the law with the overlays."""
        terms = super().rules(files, ())
        refuse_other_forms(terms, self.contract_of(files))
        return terms_and_law(terms, load_rules(self.rules_name, tuple(overlays)))


PLAN_CONTRACTS = PlanContractTotals()
