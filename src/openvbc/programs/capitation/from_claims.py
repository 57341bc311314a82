"""A capitation contract as a project runs it: roster, runs, division of claims, settlement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.reading import reading
from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable
from openvbc.errors import EmptyResult, Place
from openvbc.programs.capitation.given import CapitationGiven, read_given
from openvbc.programs.capitation.not_yet_known import growth_by_month
from openvbc.programs.capitation.notes import notes_of, of_no_member
from openvbc.programs.capitation.project import LASERS, CapitationProject
from openvbc.programs.capitation.roster_contradictions import (
    refuse_contradictions,
    refuse_unknown_terminations,
)
from openvbc.programs.capitation.roster_without import roster_without
from openvbc.programs.capitation.shown import MONTHS, MONTHS_LEAD, listings_of, month_rows
from openvbc.programs.capitation.simulation import CapitationSimulation
from openvbc.programs.claims_program import (
    Elsewhere,
    Lacking,
    Measured,
    Outcome,
    PlainClaimsProgram,
    Workbench,
)
from openvbc.programs.explanation import EXACT_DOLLARS, Explanation, Field, Sentence, SmallGrid
from openvbc.programs.last_claim import note_of_last_claim
from openvbc.programs.listing import Listing
from openvbc.programs.one_value_a_person import person_of_identifiers, refuse_two_values
from openvbc.programs.published.idle_columns import notes_of_idle_columns, results_of
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps import capitation
from openvbc.worksheets.capitation.capitation import CAPITATION
from openvbc.worksheets.kernel.worksheet import Worksheet

if TYPE_CHECKING:
    from openvbc.programs.drivers.account import Account
    from openvbc.run import Run

CONTRACT_YEAR = "CONTRACT_YEAR"
CENT = Decimal("0.01")
SHEET = CAPITATION.taking(
    {"capitation_revenue": "the lines of all capitation runs"},
    [name for name in CAPITATION.lines if name not in {"capitation_per_month"}],
)
"""The worksheet of a run: capitation is what the capitation runs paid."""
PRESENTATION = Presentation(
    headline=(
        "member_months", "revenue", "net_medical_expense", "medical_loss_ratio", "surplus",
        "settlement", "due_now",
    ),
    result="due_now",
    totals=("member_months", "revenue", "net_medical_expense", "surplus", "settlement", "due_now"),
    waterfall=(
        ("revenue", "total"), ("kept_for_target", "step"), ("expense_deducted", "step"),
        ("surplus", "total"), ("sharing_and_withhold", "step"), ("settlement", "total"),
    ),
)  # fmt: skip
SIMULATION = CapitationSimulation(
    SHEET, "settlement", ("incurred_medical_expense",), ("capitation_revenue",), "quality_score",
    label="as agreed",
)  # fmt: skip


@dataclass(frozen=True)
class CapitationFromClaims(PlainClaimsProgram):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`."""

    project_file: type[ProjectFile] = CapitationProject
    template: str = "programs/capitation/project_template.yaml"
    main_period: str = CONTRACT_YEAR
    name: str = "capitation"
    sheet: Worksheet = SHEET

    @property
    def period_names(self) -> Mapping[str, str]:
        """The one contract year."""
        return {CONTRACT_YEAR: "Contract year"}

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> CapitationGiven:
        """The contract, checked, with its lists."""
        return read_given(project, place)

    def elsewhere(
        self, given: CapitationGiven, bench: Workbench, months: Elsewhere
    ) -> tuple[CapitationGiven, Workbench]:
        """The months are cut from the roster."""
        left = roster_without(given.roster, months, person_of_identifiers(bench))
        return replace(given, roster=left), bench

    def measure(self, given: CapitationGiven, bench: Workbench) -> Measured:
        """Capitation runs, claim lines by fund, member expense, exceptions and totals."""
        person_of = person_of_identifiers(bench)
        if any(change.member_id in person_of for change in given.roster):
            # Two identifiers of one person show only here; the list itself was held before.
            refuse_contradictions(given.roster, given.inputs.roster_name, person_of)
        refuse_unknown_terminations(given.roster, given.inputs.roster_name, person_of)
        small = self.small_tables(given, person_of)
        if given.inputs.lasers is not None:
            laser = next(each for each in small if each.name == "laser")
            refuse_two_values(bench, laser, "deductible", given.inputs.lasers, LASERS)
        results = Pipeline(self.steps(given)).run(
            bench.engine, bench.store, small, bench.folder, bench.progress
        )
        late = note_of_last_claim(bench, given.last_day) if given.last_day else []
        return Measured(results, small, (), [*self.of_lists(given, person_of), *late])

    def of_lists(self, given: CapitationGiven, person_of: Mapping[str, str]) -> list[str]:
        """Rows of the lists that are of no member, and so move nothing."""
        return [*of_no_member("lasers", [m for m, _ in given.lasers], given, person_of)]

    def small_tables(
        self, given: CapitationGiven, person_of: Mapping[str, str]
    ) -> list[SmallTable]:
        """What the steps are given; `person_of` tells the person of a former identifier."""
        return [
            *capitation.tables(
                given.roster, given.rates, given.division,
                [each[:3] for each in given.sub_capitation], given.payments or (), given.terms(),
                given.first_day, given.months, given.runs, given.beside_risk,
            ),
            capitation.laser_table(given.lasers),
            *capitation.kick_tables(given.kicks),
        ]  # fmt: skip

    def steps(self, given: CapitationGiven) -> list[Step]:
        """The steps that have something to do."""
        idle = {
            "payment_exception" if given.payments is None else "",
            "kick_event" if given.kicks is None else "",
        }
        return [step for step in capitation.steps() if step.name not in idle]

    def settle(self, given: CapitationGiven, engine: Engine, measured: Measured) -> Outcome:
        """The settlement of the contract, interim or final, or what is lacking for it."""
        for name, result in measured.results.items():
            engine.register(name, result.table.parts)
        sums = engine.rows("select * from capitation_total")[0]
        contract = given.agreed
        title = f"{contract.title}, {contract.year}, from claims"
        estimated = not_yet_known(given, engine)
        notes = [
            *measured.notes,
            *notes_of(given, engine, sums, estimated),
            *self.more_notes(given, engine),
        ]
        if lacking := _lacking(given, engine, sums):
            return Outcome(title, None, lacking, notes)
        who = ContractYear(contract.contract, contract.year, "", contract.provider)
        totals = {
            **given.known,
            "member_months": Decimal(sums["member_months"]),
            "kick_payments_due": None if given.kicks is None else sums["kick_payments"],
            "incurred_medical_expense": incurred(given, sums, estimated),
            "stop_loss_recoveries": sums["stop_loss_recovery"],
            **self.revenue(given, engine, sums),
        }
        sheet = Sheet([who], self.sheet.evaluate(totals, given.rules), about="safe")
        notes += notes_of_idle_columns(
            sheet, [given.known], results_of(PRESENTATION), where="known."
        )
        settlement = Settlement(
            self.name, title, sheet, PRESENTATION, 1, (), self.details(given, who), notes=notes,
            is_final=given.is_final,
        )  # fmt: skip
        return Outcome(title, settlement, (), notes)

    def revenue(
        self, given: CapitationGiven, engine: Engine, sums: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The year, and what the months brought, as the worksheet takes it."""
        return {"contract_year": given.agreed.year, "capitation_revenue": sums["revenue"]}

    def details(self, given: CapitationGiven, who: ContractYear) -> dict[str, Sheet]:
        """Sheets below the settlement; none."""
        return {}

    def more_notes(self, given: CapitationGiven, engine: Engine) -> list[str]:
        """What else a reader must know; nothing."""
        return []

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """People."""
        from openvbc.programs.capitation.explain_member import explain_member

        return {"person": explain_member}

    def track(self, run: Run) -> Explanation:
        """Members, months, revenue and expense so far."""
        row = run.table("capitation_total").rows()[0]
        if not row["members"]:
            raise EmptyResult("nobody of the roster has a month", code="VBC-6014")
        names = ("members", "member_months", "revenue", "at_risk", "stop_loss_recovery")
        fields = [
            Field(name.replace("_", " "), "count" if n < 2 else EXACT_DOLLARS)
            for n, name in enumerate(names)
        ]
        with reading() as engine:
            months = month_rows(run, engine)
        parts: list[SmallGrid | Sentence] = [
            SmallGrid("Contract year so far", fields, [[row[name] for name in names]]),
            SmallGrid("By month", [Field(f.label, f.unit) for f in MONTHS], months),
            Sentence(MONTHS_LEAD),
        ]
        return Explanation(parts, about_people=False)

    def own_listings(self, run: Run) -> Sequence[Listing]:
        """Rate cells, funds, stop-loss and payments."""
        return listings_of(run)

    def accounts(self, run: Run) -> Sequence[Account]:
        """The contract year."""
        from openvbc.programs.capitation.account import account

        return [account(run)]

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented deliveries with a roster that changes, rates, a division and payments."""
        from openvbc.programs.capitation.sample import write_sample

        write_sample(folder, people, seed)


CLAIMS = CapitationFromClaims()


def incurred(given: CapitationGiven, sums: Mapping[str, Any], estimated: Decimal) -> Decimal:
    """Expense at risk, with what is estimated as not yet known, and the sub-capitation at risk."""
    transfers = sum(
        (amount * given.share_of(_fund(given, service))
         for _, _, service, amount in given.sub_capitation),
        Decimal(0),
    )  # fmt: skip
    expense: Decimal = sums["at_risk"] + transfers + estimated
    return expense.quantize(CENT, ROUND_HALF_UP)


def not_yet_known(given: CapitationGiven, engine: Engine) -> Decimal:
    """What the months' expense will still grow by; zero where the contract estimates nothing."""
    if given.agreed.value("completion") != "chain ladder":
        return Decimal(0)
    triangle = engine.rows("select incurred_month, age, amount from expense_triangle")
    growth = growth_by_month(triangle, given.known_by)
    return sum(growth.values(), Decimal(0)).quantize(CENT, ROUND_HALF_UP)


def _fund(given: CapitationGiven, service: str) -> str:
    return next(held.fund for held in given.division if held.service == service)


def _lacking(given: CapitationGiven, engine: Engine, sums: Mapping[str, Any]) -> list[Lacking]:
    if not given.months:
        return [
            Lacking(
                f"no month of the contract year is over in the data (known by {given.known_by})",
                "a month is settled when it is over",
                "run again when one is",
            )
        ]
    if not sums["members_in_feeds"]:
        return [
            Lacking(
                "nobody of the roster is in the claims",
                "members are found by the identifiers of the feeds",
                "give the roster with the identifiers that stand in the claims",
            )
        ]
    undivided = engine.rows(
        "select fund, claim_kind, claim_type_code, count(*) as claim_lines from fund_line"
        " where fund in ('UNASSIGNED', 'ASSIGNED_TWICE')"
        " group by fund, claim_kind, claim_type_code order by all"
    )
    return [
        Lacking(
            f"{row['claim_lines']:,} {row['claim_kind']} lines of type {row['claim_type_code']} are"
            f" {'in no fund' if row['fund'] == 'UNASSIGNED' else 'in the division twice'}",
            "every claim line is in exactly one fund",
            "add a row to the division, or give one of two a higher priority number",
        )
        for row in undivided
    ]
