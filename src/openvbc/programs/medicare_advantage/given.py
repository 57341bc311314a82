"""A contract with a plan: bids, county benchmarks and sweeps beside what a capitation has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from openvbc.errors import ContractError, InputError, Place
from openvbc.programs.capitation.given import (
    OF_PLAN_PAYMENT,
    CapitationGiven,
    read_terms,
    refuse_missing,
    with_lists,
)
from openvbc.programs.medicare_advantage.files import County
from openvbc.programs.medicare_advantage.lists import (
    Plan,
    SweepScore,
    by_person,
    read_benchmarks,
    read_plans,
    read_sweeps,
)
from openvbc.programs.medicare_advantage.project import MedicareAdvantageProject
from openvbc.programs.unread_inputs import refuse_unread_inputs
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps.capitation import RosterChange
from openvbc.steps.medicare_advantage import SWEEPS
from openvbc.worksheets.capitation.plan_contract import PLAN_RATE
from openvbc.worksheets.kernel.evaluation import Evaluation

NOT_READ = dict.fromkeys(
    ("rates", "areas"), "a plan's rates follow from its bid and the rate book (plans, rate_book)"
)
NEEDED = ("roster", "plans", "rate_book", "sweeps", "division")


@dataclass(frozen=True, kw_only=True)
class PlanContractGiven(CapitationGiven):
    """A capitation whose rates follow from bids, and whose scores come in sweeps."""

    in_force: RuleSet
    """The contract's terms and the law."""
    rate_sheet: Evaluation
    rate_items: Sequence[str]
    """Plan and county of each row of the rate sheet."""
    rebates: Mapping[str, Decimal]
    scores: Sequence[SweepScore]
    """Those reported by the day of knowledge."""
    sweeps_file: str

    @property
    def rules(self) -> RuleSet:
        """The contract's terms and the law."""
        return self.in_force

    @property
    def beside_risk(self) -> Mapping[str, Decimal]:
        """By plan, the group's part of the rebate."""
        return self.rebates

    @property
    def known_sweeps(self) -> list[str]:
        """The sweeps that were reported, in order."""
        told = {each.sweep for each in self.scores}
        return [sweep for sweep in SWEEPS if sweep in told]

    @property
    def is_final(self) -> bool:
        """Whether the run-out is over and the final sweep is known."""
        return super().is_final and SWEEPS[-1] in self.known_sweeps

    def scored(self, person_of: Mapping[str, str]) -> tuple[CapitationGiven, dict[Any, Decimal]]:
        """The same with the initial scores on the roster, and every score by person and sweep.

        Raises:
            InputError: a member has neither an initial score nor one on the roster.
        """
        scores = by_person(self.scores, self.sweeps_file, person_of)

        def with_score(change: RosterChange) -> RosterChange:
            person = person_of.get(change.member_id, change.member_id)
            score = scores.get((person, SWEEPS[0]))
            if score is None and change.is_addition and not change.has_score:
                raise InputError(
                    "a member without initial risk score",
                    place=Place(self.inputs.roster_name, change.line, "risk_score"),
                    rule="a month is paid by the member's score, at first the initial one",
                    action="add it to the sweeps, or to the roster",
                    code="VBC-11986",
                )
            return change if score is None else replace(change, risk_score=score)

        return replace(self, roster=[with_score(change) for change in self.roster]), scores


def read_given(project: ProjectFile, law: RuleSet, place: Place) -> PlanContractGiven:
    """Read and check the contract, the plans, the rate book and the lists of a project.

    Raises:
        OpenvbcError: one of them is missing, or says something that cannot be.
    """
    asked = cast("MedicareAdvantageProject", project)
    terms = read_terms(asked, place)
    refuse_other_forms(terms.rules, Path(place.file or ""))
    refuse_missing(asked, NEEDED, place)
    refuse_unread_inputs(asked.inputs, NOT_READ, place)
    inputs, year = asked.inputs, terms.year
    assert inputs.plans is not None
    assert inputs.rate_book is not None
    assert inputs.sweeps is not None
    rules = terms_and_law(terms.rules, law)
    plans, counties = read_plans(inputs.plans, year), read_benchmarks(inputs.rate_book, year)
    pairs = [(plan, county) for plan in plans for county in counties.values()]
    for plan in plans:
        if plan.benchmark is None and len(counties) > 1:
            raise InputError(
                "a plan without its benchmark, and the rate book has several counties",
                place=Place(inputs.plans.name, plan.line, "benchmark"),
                rule="a county's rate moves with its benchmark over that of the plan",
                action="give the plan's benchmark, the mean over its projected members",
                code="VBC-11987",
            )
    sheet = _rates(pairs, year, rules)
    rates = [
        (plan.name, county.code, Decimal(sheet.value("rate_at_average_risk", row)))
        for row, (plan, county) in enumerate(pairs)
    ]
    base = with_lists(asked, terms, rates, place, roster_has_scores=False)
    scores = read_sweeps(inputs.sweeps, year, asked.known.normalization_factor, rules)
    known = [each for each in scores if asked.as_of is None or each.received_on <= asked.as_of]
    return PlanContractGiven(
        **vars(base),
        in_force=rules,
        rate_sheet=sheet,
        rate_items=[f"{plan.name}, {county.code}" for plan, county in pairs],
        rebates={
            plan.name: Decimal(sheet.value("rebate_of_group", row))
            for row, (plan, _) in enumerate(pairs)
        },
        scores=known,
        sweeps_file=inputs.sweeps.name,
    )


def refuse_other_forms(terms: RuleSet, contract: Path) -> None:
    """Refuse terms that are not those of a share of a plan's payment."""
    form = terms.get("capitation_form").value
    wrong = ""
    if form != OF_PLAN_PAYMENT:
        wrong = f"capitation_form is {form}"
    elif not terms.get("risk_adjusted").value:
        wrong = "risk_adjusted is not agreed"
    elif terms.get("trend_factor").value is not None:
        wrong = "trend_factor is agreed, and a plan's payment has none"
    if wrong:
        raise ContractError(
            wrong,
            place=Place(contract.name),
            rule=f"a contract with a plan is a {OF_PLAN_PAYMENT}, which moves with risk alone",
            action="correct the term, or make it a contract of the program capitation",
            code="VBC-29094",
        )


def terms_and_law(terms: RuleSet, law: RuleSet) -> RuleSet:
    """One set of rules of what the parties agreed and what the law says."""
    both = (terms, law)
    return RuleSet(
        law.program,
        {name: each.history(name) for each in both for name in each.names},
        {name: each.keys_of(name) for each in both for name in each.names},
        f"{terms.digest} {law.digest}",
    )


def _rates(pairs: Sequence[tuple[Plan, County]], year: int, rules: RuleSet) -> Evaluation:
    return PLAN_RATE.evaluate(
        {
            "payment_year": year,
            "benchmark": [plan.benchmark or plan.of_county(county) for plan, county in pairs],
            "bid": [plan.bid for plan, _ in pairs],
            "county_benchmark": [plan.of_county(county) for plan, county in pairs],
            "stars": [plan.stars for plan, _ in pairs],
            "plan_kind": [plan.kind for plan, _ in pairs],
            "rebate_risk_score": [plan.rebate_risk_score for plan, _ in pairs],
        },
        rules,
    )
