"""A payer's contract as a project runs it from claims: members by roster, spending, settlement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

from openvbc.claims.months import end_of_month
from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.errors import ContractError, EmptyResult, Place
from openvbc.programs.asked_person import person_of_run
from openvbc.programs.claims_program import (
    Elsewhere,
    Lacking,
    Measured,
    Outcome,
    PlainClaimsProgram,
    Workbench,
)
from openvbc.programs.elsewhere import without_months
from openvbc.programs.explanation import (
    EXACT_DOLLARS,
    Explanation,
    Field,
    Heading,
    Sentence,
    SmallGrid,
)
from openvbc.programs.last_claim import note_of_last_claim
from openvbc.programs.one_value_a_person import person_of_identifiers
from openvbc.programs.payer_contract.project import PayerProject, read_roster
from openvbc.programs.payer_contract.sheet import (
    PRESENTATION,
    needed,
    not_needed,
    notes_of,
    settled_sheet,
    wrong,
)
from openvbc.programs.settlement import ContractYear, Settlement
from openvbc.programs.terms.agreed import Agreed, agreed_in_project
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps import membership
from openvbc.steps.membership import RosterSpan

if TYPE_CHECKING:
    from openvbc.programs.drivers.account import Account
    from openvbc.run import Run

CONTRACT_YEAR = "CONTRACT_YEAR"


@dataclass(frozen=True)
class PayerGiven:
    """A contract and everything that is not claims: its members and the totals parties know."""

    agreed: Agreed
    roster: Sequence[RosterSpan]
    known: Mapping[str, Decimal | None]
    known_by: dt.date
    """Claims known later do not count."""

    @property
    def year_end(self) -> dt.date:
        """The last day of the contract year."""
        return dt.date(self.agreed.year, 12, 31)


@dataclass(frozen=True)
class PayerContractFromClaims(PlainClaimsProgram):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`."""

    project_file: type[ProjectFile] = PayerProject
    template: str = "programs/payer_contract/project_template.yaml"
    main_period: str = CONTRACT_YEAR

    @property
    def period_names(self) -> Mapping[str, str]:
        """The one contract year."""
        return {CONTRACT_YEAR: "Contract year"}

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> PayerGiven:
        """The contract, checked, with its roster and the totals the parties know."""
        asked = cast("PayerProject", project)
        terms = agreed_in_project(asked, place)
        refuse_what_claims_lack(terms, place)
        if asked.inputs.roster is None:
            raise ContractError(
                "inputs.roster is missing",
                place=place,
                rule="the contract's members are those of the payer's roster",
                action="give a CSV with member_id, first_day, last_day",
                code="VBC-238",
            )
        return PayerGiven(
            terms,
            read_roster(asked.inputs.roster),
            dict(asked.known),
            known_by(terms, asked.as_of, place),
        )

    def elsewhere(
        self, given: PayerGiven, bench: Workbench, months: Elsewhere
    ) -> tuple[PayerGiven, Workbench]:
        """The months are cut from the roster."""
        left = without_months(
            given.roster, months, person_of_identifiers(bench),
            lambda row: row[0], lambda row: row[1:], lambda row, *days: (row[0], *days),
        )  # fmt: skip
        return replace(given, roster=left), bench

    def measure(self, given: PayerGiven, bench: Workbench) -> Measured:
        """Member months, spending of each member, and the contract's totals."""
        small = membership.tables(
            given.roster,
            given.agreed.year,
            given.known_by,
            given.agreed.value("stop_loss_threshold"),
        )
        results = Pipeline(membership.steps()).run(
            bench.engine, bench.store, small, bench.folder, bench.progress
        )
        is_over = given.known_by > given.year_end
        late = note_of_last_claim(bench, given.year_end) if is_over else []
        return Measured(results, small, (), late)

    def settle(self, given: PayerGiven, engine: Engine, measured: Measured) -> Outcome:
        """The settlement of the contract, or what is lacking for it."""
        agreement = given.agreed
        engine.register("contract_total", measured.results["contract_total"].table.parts)
        sums = engine.rows("select * from contract_total")[0]
        title = f"{agreement.title}, {agreement.year}, from claims"
        notes = [*notes_of(agreement), *_of_population(agreement), *measured.notes]
        totals = {
            **given.known,
            **{n: Decimal(sums[n]) for n in ("member_months", "spending", "over_stop_loss")},
        }
        lacking = []
        if strangers := sums["members"] - sums["members_in_feeds"]:
            notes.append(
                f"Data warning: {strangers:,} of {sums['members']:,} members with months are in "
                "no feed; their months count, and no spending is known of them."
            )
        if not sums["members_in_feeds"]:
            lacking.append(
                Lacking(
                    "nobody of the roster is in the claims",
                    "members are found by the identifiers of the feeds",
                    "give the roster with the identifiers that stand in the claims",
                )
            )
        elif given.known_by <= given.year_end:
            lacking.append(
                Lacking(
                    f"the contract year is not over in the data (known by {given.known_by})",
                    "spending of a part of the year is not held against a whole year's benchmark",
                    "run again when the year and its run-out are over",
                )
            )
        elif problem := wrong(agreement, totals):
            lacking.append(Lacking(problem.reason, problem.detail, "give it below 'known:'"))
        if lacking:
            return Outcome(title, None, lacking, notes)
        who = ContractYear(agreement.contract, agreement.year, "", agreement.provider)
        settlement = Settlement(
            program="payer-contract",
            title=title,
            main=settled_sheet(agreement, [who], [totals]),
            presentation=PRESENTATION,
            rows_in=1,
            set_aside=(),
            notes=[
                *notes,
                *not_needed(agreement, [given.known]),
                f"Totals taken as the parties know them: {_known(given)}.",
            ],
        )
        return Outcome(title, settlement, (), settlement.notes)

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """People."""
        return {"person": explain_member}

    def track(self, run: Run) -> Explanation:
        """Members, months and spending so far."""
        row = run.table("contract_total").rows()[0]
        if not row["members"]:
            raise EmptyResult("nobody of the roster is in the claims", code="VBC-603")
        per_month = row["spending"] / row["member_months"]
        cells = [[row["members"], row["member_months"], row["spending"], round(per_month, 2)]]
        grid = SmallGrid("Contract year so far", _TOTALS, cells)
        return Explanation([grid], about_people=False)

    def accounts(self, run: Run) -> Sequence[Account]:
        """The contract year."""
        from openvbc.programs.payer_contract.account import account

        return [account(run)]

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented deliveries with a roster of everybody in them, and the contract of the book."""
        from openvbc.programs.payer_contract.sample import write_sample

        write_sample(folder, people, seed)


CLAIMS = PayerContractFromClaims()

_TOTALS = [
    Field("members", "count"), Field("member months", "count"),
    Field("spending", EXACT_DOLLARS), Field("a member and month", EXACT_DOLLARS),
]  # fmt: skip
_MEMBER = [
    Field("months", "count"), Field("spending", EXACT_DOLLARS),
    Field("over the stop-loss", EXACT_DOLLARS),
]  # fmt: skip


def explain_member(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """A member's months and spending in the contract year."""
    from openvbc.engine.reading import reading

    with reading() as engine:
        run.register(engine, "member_month", "member_spending")
        known = person_of_run(engine, run, identifier)
        rows = engine.rows(
            "select m.member_months, s.spending, s.over_stop_loss from member_month m "
            "left join member_spending s on s.person_id = m.person_id "
            f"where m.person_id in ({known})"
        )
    if not rows:
        return Explanation([Sentence("not a member in any month: not on the roster, or not alive")])
    cells = [[row["member_months"], row["spending"], row["over_stop_loss"]] for row in rows]
    return Explanation([Heading("Contract year"), SmallGrid("Membership", _MEMBER, cells)])


def known_by(terms: Agreed, as_of: dt.date | None, place: Place) -> dt.date:
    """The day by which a claim must be known: the end of the run-out, or `as_of` before it.

    Raises:
        ContractError: the contract says no run-out.
    """
    run_out = terms.value("run_out_months")
    if run_out is None:
        raise ContractError(
            "run_out_months is missing",
            place=place,
            rule="claims that become known after the run-out do not count",
            action="add the term with its clause",
            code="VBC-239",
        )
    last = end_of_month(terms.year + 1, int(run_out))
    return min(last, as_of) if as_of else last


def refuse_what_claims_lack(terms: Agreed, place: Place) -> None:
    """Terms that need amounts the claim store does not carry."""
    lacks = {
        "spending_amount": ("allowed", "facility claims carry no allowed amount"),
        "includes_pharmacy": (True, "pharmacy claims carry no payment of the plan"),
    }
    for name, (value, why) in lacks.items():
        if terms.value(name) == value:
            raise ContractError(
                f"{name}: {value} cannot be measured from the claim store: {why}",
                place=place,
                action="settle the contract from totals (vbc settle --program payer-contract)",
                code="VBC-240",
            )


def _of_population(agreement: Agreed) -> list[str]:
    """The roster stands for what care would decide."""
    population = agreement.value("population")
    if population in (None, "roster"):
        return []
    return [
        f"The contract says who is in it by {population}; here its members are those of the "
        "roster. A book of contracts (vbc book) decides by care."
    ]


def _known(given: PayerGiven) -> str:
    wanted = [name for name in needed(given.agreed) if given.known.get(name) is not None]
    return ", ".join(f"{name.replace('_', ' ')} {given.known[name]}" for name in wanted) or "none"
