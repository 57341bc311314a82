"""A capitation contract and everything that is not claims, read and checked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from openvbc.claims.months import end_of_month
from openvbc.errors import ContractError, Place
from openvbc.programs.capitation.division import read_division, read_sub_capitation
from openvbc.programs.capitation.lists import (
    read_event_codes,
    read_lasers,
    read_payments,
    read_rates,
    read_roster,
)
from openvbc.programs.capitation.project import CapitationInputs, CapitationProject
from openvbc.programs.terms.agreed import Agreed, agreed_in_project
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Table, rows
from openvbc.steps import capitation
from openvbc.steps.capitation import Held, Kicks, RosterChange, Terms

PAIRS = (
    ("stop_loss_deductible", "stop_loss_share"),
    ("aggregate_attachment", "aggregate_share"),
    ("kick_payments", "kick_payment_days"),
)
"""Terms that are nothing one without the other."""
OF_PLAN_PAYMENT = "percent of plan payment"
NEEDED = ("roster", "rates", "division")
LISTED = {"lasers_are_agreed": "lasers", "kick_payments": "event_codes"}
"""Terms that need a list, and the input it is."""


@dataclass(frozen=True)
class CapitationGiven:
    """The contract with its roster, rates, division, sub-capitation and payments."""

    agreed: Agreed
    roster: Sequence[RosterChange]
    rates: Sequence[tuple[str, str, Decimal]]
    division: Sequence[Held]
    sub_capitation: Sequence[tuple[int, str, str, Decimal]]
    sub_capitation_of_other_months: Decimal
    """Dollars paid to others for months that are not settled."""
    payments: Sequence[tuple[str, int, Decimal, str | None]] | None
    payments_of_other_months: int
    lasers: Sequence[tuple[str, Decimal]]
    """Member and its own stop-loss deductible."""
    kicks: Kicks | None
    inputs: CapitationInputs
    known: Mapping[str, Decimal | None]
    known_by: dt.date
    """Claims and changes of the roster known later do not count."""
    last_known: dt.date
    """The end of the run-out."""
    months: int
    """Months of the year that are over by then."""

    @property
    def first_day(self) -> dt.date:
        """The first day of the contract year."""
        return dt.date(self.agreed.year, 1, 1)

    @property
    def last_day(self) -> dt.date | None:
        """The last day of the last month that is over; None where none is."""
        return end_of_month(self.agreed.year, self.months) if self.months else None

    @property
    def rules(self) -> RuleSet:
        """What the worksheet is evaluated by: the contract's terms."""
        return self.agreed.rules

    @property
    def beside_risk(self) -> Mapping[str, Decimal]:
        """By rate cell, what a month is paid that no risk score moves; nothing."""
        return {}

    @property
    def is_final(self) -> bool:
        """Whether the run-out is over."""
        return self.known_by >= self.last_known

    @property
    def runs(self) -> list[dt.date]:
        """The days of the capitation runs, the last one the day of knowledge."""
        days = capitation.run_days(self.first_day, max(self.months, 1), self.known_by)
        return days if days and days[-1] == self.known_by else [*days, self.known_by]

    def share_of(self, fund: str) -> Decimal:
        """The share of a fund that is at risk; none of the plan's."""
        if fund == "PLAN":
            return Decimal(0)
        return Decimal(self.agreed.value(f"{fund.lower()}_fund_share"))

    def terms(self) -> Terms:
        """What the steps need of the contract."""
        value = self.agreed.value
        return Terms(
            self.known_by, int(value("retroactive_months")), bool(value("risk_adjusted")),
            Decimal(value("carve_out_per_month") or 0),
            value("encounter_price") != "paid",
            self.share_of("GROUP"), self.share_of("HOSPITAL"), self.share_of("SHARED"),
            value("stop_loss_deductible"), value("stop_loss_share"),
        )  # fmt: skip


def read_given(project: ProjectFile, place: Place) -> CapitationGiven:
    """Read and check the contract and the lists that a project names.

    Raises:
        OpenvbcError: one of them is missing, or says something that cannot be.
    """
    asked = cast("CapitationProject", project)
    terms = read_terms(asked, place)
    if terms.value("capitation_form") == OF_PLAN_PAYMENT:
        raise ContractError(
            f"the capitation is a {OF_PLAN_PAYMENT}",
            place=place,
            rule="a plan's payment follows from its bid, the rate book and risk sweeps",
            action="make it a project of the program medicare-advantage",
            code="VBC-29093",
        )
    refuse_missing(asked, NEEDED, place)
    inputs = asked.inputs
    factor = Decimal(terms.value("trend_factor") or 1)
    if terms.value("capitation_form") == "percent of premium":
        factor *= Decimal(terms.value("premium_share"))
    assert inputs.rates is not None
    return with_lists(
        asked, terms, read_rates(inputs.rates, inputs.areas, terms.year, factor), place
    )


def refuse_missing(asked: CapitationProject, needed: Sequence[str], place: Place) -> None:
    """Refuse a project that lacks a list it cannot do without."""
    lacking = [name for name in needed if getattr(asked.inputs, name) is None]
    if lacking:
        raise ContractError(
            f"inputs.{', inputs.'.join(lacking)} missing",
            place=place,
            rule="a capitation is paid by roster and rates, and its claims are divided by service",
            action=f"give the files; 'vbc init DIR --program {asked.program}' names their columns",
            code="VBC-2904",
        )


def with_lists(
    asked: CapitationProject,
    terms: Agreed,
    rates: Sequence[tuple[str, str, Decimal]],
    place: Place,
    *,
    roster_has_scores: bool = True,
) -> CapitationGiven:
    """The contract with its rates and every other list of the project."""
    inputs = asked.inputs
    _refuse_one_without_the_other(terms, inputs, place)
    last = end_of_month(terms.year + 1, int(terms.value("run_out_months")))
    known_by = min(last, asked.as_of) if asked.as_of else last
    every = capitation.months(dt.date(terms.year, 1, 1), 12)
    count = sum(1 for _, _, day in every if day <= known_by)
    numbers = {(first.year, first.month): n for n, first, _ in every[:count]}
    assert inputs.roster is not None
    assert inputs.division is not None
    cells, areas = {cell for cell, _, _ in rates}, {area for _, area, _ in rates}
    division = read_division(inputs.division)
    kinds: dict[str, set[str]] = defaultdict(set)
    for held in division:
        kinds[held.service].add(held.claim_kind)
    paid, others = (None, 0) if inputs.payments is None else read_payments(inputs.payments, numbers)
    no_sub_capitation: list[tuple[int, str, str, Decimal]] = []
    transfers, other_transfers = (
        (no_sub_capitation, Decimal(0)) if inputs.sub_capitation is None
        else read_sub_capitation(inputs.sub_capitation, kinds, numbers)
    )  # fmt: skip
    needs_scores = bool(terms.value("risk_adjusted")) and roster_has_scores
    return CapitationGiven(
        terms,
        read_roster(inputs.roster, cells, areas, needs_scores),
        rates,
        division,
        transfers,
        other_transfers,
        paid,
        others,
        [] if inputs.lasers is None else read_lasers(inputs.lasers),
        _kicks(terms, inputs),
        inputs,
        dict(asked.known),
        known_by,
        last,
        len(numbers),
    )  # fmt: skip


def _kicks(terms: Agreed, inputs: CapitationInputs) -> Kicks | None:
    if inputs.event_codes is None:
        return None
    amounts = [
        (str(row["event"]), Decimal(str(row["amount"])))
        for row in rows(terms.value("kick_payments"))
    ]
    codes = read_event_codes(inputs.event_codes, {event for event, _ in amounts})
    return Kicks(amounts, codes, int(terms.value("kick_payment_days")))


def _refuse_one_without_the_other(terms: Agreed, inputs: CapitationInputs, place: Place) -> None:
    """A list that no clause asks for, or a clause without its list."""
    for name, listed in LISTED.items():
        is_agreed, is_given = bool(terms.value(name)), getattr(inputs, listed) is not None
        if is_agreed != is_given:
            lacks, has = ("inputs." + listed, name) if is_agreed else (name, "inputs." + listed)
            raise ContractError(
                f"{has} is given without {lacks}",
                place=place,
                rule="the clause says that there are such payments or deductibles, the list which",
                action=f"give {lacks}, or take {has} out",
                code="VBC-29091",
            )
    if terms.value("lasers_are_agreed") and terms.value("stop_loss_share") is None:
        raise ContractError(
            "lasers are agreed, and no specific stop-loss",
            place=place,
            rule="a laser is a member's own deductible of specific stop-loss",
            action="add stop_loss_deductible and stop_loss_share with their clauses",
            code="VBC-29092",
        )


def read_terms(asked: CapitationProject, place: Place) -> Agreed:
    """The contract of a project, with what contradicts itself refused."""
    terms = agreed_in_project(asked, place)
    if terms.rules.program != "capitation":
        raise ContractError(
            f"the contract is of another program, {terms.rules.program}",
            place=place,
            rule="its contract is one of capitation (program: capitation)",
            action="name a contract of that program",
            code="VBC-2908",
        )
    for pair in PAIRS:
        said = [name for name in pair if terms.value(name) not in (None, Table())]
        if len(said) == 1:
            (lacks,) = set(pair) - set(said)
            raise ContractError(
                f"{lacks} is missing, and {said[0]} is agreed",
                place=place,
                action="add the term with its clause",
                code="VBC-2905",
            )
    if asked.known.prior_deficit and terms.value("deficit_is_carried") is None:
        raise ContractError(
            "known.prior_deficit is given, and the contract has no clause on deficits",
            place=place,
            rule="a deficit of earlier years counts only where the parties agreed that it does",
            action="add deficit_is_carried with its clause, or take the amount out",
            code="VBC-2906",
        )
    score = asked.known.quality_score
    if score is not None and not 0 <= score <= 1:
        raise ContractError(
            "known.quality_score lies outside 0 to 1",
            place=Place(place.file, place.line, "quality_score", str(score)),
            action="write a ratio, 0.72",
            code="VBC-2907",
        )
    return terms
