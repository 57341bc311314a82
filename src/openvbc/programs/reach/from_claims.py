"""ACO REACH as a project runs it: alignment, months, spending, benchmark, settlement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.quoting import literal
from openvbc.engine.table import SmallTable
from openvbc.errors import EmptyResult, Place
from openvbc.format import in_words
from openvbc.programs.claims_program import (
    Elsewhere,
    Measured,
    Outcome,
    PlainClaimsProgram,
    Workbench,
)
from openvbc.programs.elsewhere import in_another_initiative
from openvbc.programs.explanation import EXACT_DOLLARS, Explanation, Field, SmallGrid
from openvbc.programs.one_value_a_person import refuse_two_values
from openvbc.programs.reach.given import ReachGiven, read_given
from openvbc.programs.reach.needs import lacking, lacking_before
from openvbc.programs.reach.project import EQUITY, MEMBER_SCORES, ReachProject
from openvbc.programs.reach.settling import settlement
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps import alignment, claims
from openvbc.steps.expenditure import claim_services
from openvbc.steps.rule_table import parameter_doubts

if TYPE_CHECKING:
    from openvbc.claims.completeness import Expected
    from openvbc.claims.report import Finding
    from openvbc.programs.drivers.account import Account
    from openvbc.run import Run

_SO_FAR = [
    Field("period"), Field("alignment"), Field("entitlement"), Field("people", "count"),
    Field("months", "count"), Field("expenditure", EXACT_DOLLARS),
]  # fmt: skip


@dataclass(frozen=True)
class ReachFromClaims(PlainClaimsProgram):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`."""

    project_file: type[ProjectFile] = ReachProject
    template: str = "programs/reach/project_template.yaml"
    main_period: str = alignment.PERFORMANCE_YEAR

    @property
    def period_names(self) -> Mapping[str, str]:
        """The performance year, and the base years where they are measured."""
        return {
            "PY": "Performance year", "PY_2021": "January to March 2021",
            "BY1": "Base year 1", "BY2": "Base year 2",
            "BY3": "Base year 3",
        }  # fmt: skip

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> ReachGiven:
        """The contract, checked, with its lists."""
        return read_given(project, rules, place)

    def expected_data(
        self, project: ProjectFile, given: Any
    ) -> tuple[Expected | None, list[Finding]]:
        """What the settlement will lack whoever is aligned."""
        from openvbc.claims.report import Finding

        lacks = lacking_before(cast("ReachGiven", given))
        return None, [Finding("needed for the settlement", "warning", str(each)) for each in lacks]

    def elsewhere(
        self, given: ReachGiven, bench: Workbench, months: Elsewhere
    ) -> tuple[ReachGiven, Workbench]:
        """Months in another initiative keep people out, as its own rules on coverage say."""
        return given, in_another_initiative(bench, months)

    def measure(self, given: ReachGiven, bench: Workbench) -> Measured:
        """Alignment, months, spending and totals of every measured year."""
        start = alignment.starts(given.main, given.contract.quarterly_alignment)
        services = claim_services()
        small = [
            *alignment.tables(given.periods, given.term, given.lists, start),
            services.table,
        ]
        _refuse_contradictions(given, bench, small)
        steps = Pipeline([*claims.steps(), *alignment.steps()]).needed_for(["alignment_total"])
        results = steps.run(bench.engine, bench.store, small, bench.folder, bench.progress)
        doubts = [*parameter_doubts(given.parameters), *services.doubts]
        return Measured(results, small, doubts, _facilities(given, bench))

    def settle(self, given: ReachGiven, engine: Engine, measured: Measured) -> Outcome:
        """The settlement of the year, or everything that is lacking for it."""
        for name, result in measured.results.items():
            engine.register(name, result.table.parts)
        totals = engine.rows(
            "select * from alignment_total order by period, alignment, entitlement"
        )
        contract = given.contract
        title = f"ACO REACH {contract.entity_id}, {contract.performance_year}, from claims"
        notes = [*measured.notes, *_notes(given, engine), *measured.not_confirmed()]
        if lacks := lacking(given, totals):
            return Outcome(title, None, lacks, notes)
        people = engine.rows("select count(distinct person_id) as n from aligned_person"
                             f" where period = {literal(given.main.period)}")[0]["n"]  # fmt: skip
        return Outcome(title, settlement(given, totals, int(people), title, notes), (), notes)

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """People."""
        from openvbc.programs.reach.explain_person import explain_person

        return {"person": explain_person}

    def track(self, run: Run) -> Explanation:
        """People, months and spending so far."""
        rows = run.table("alignment_total").rows()
        if not rows:
            raise EmptyResult("nobody is aligned", code="VBC-6030")
        names = ("period", "alignment", "entitlement", "people", "months", "amount")
        cells = sorted(
            ([_plain(row[name]) for name in names] for row in rows),
            key=lambda row: [str(cell) for cell in row[:3]],
        )
        grid = SmallGrid("So far", _SO_FAR, cells)
        return Explanation([grid], about_people=False)

    def accounts(self, run: Run) -> Sequence[Account]:
        """The base years that were measured, and the performance year."""
        from openvbc.programs.reach.account import accounts

        return accounts(run)

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented people with planted alignments, their claims, the lists and the truth."""
        from openvbc.programs.reach.sample import write_sample

        write_sample(folder, people, seed)


CLAIMS = ReachFromClaims()


def _refuse_contradictions(
    given: ReachGiven, bench: Workbench, small: Sequence[SmallTable]
) -> None:
    """One score and one equity group a person, also where two identifiers are one person."""
    lists = (
        ("scored_member", "risk_score", given.inputs.member_scores, MEMBER_SCORES),
        ("equity_member", "equity_group", given.inputs.equity, EQUITY),
    )
    for name, column, path, form in lists:
        if path is not None:
            table = next(each for each in small if each.name == name)
            refuse_two_values(bench, table, column, path, form)


def _plain(value: object) -> object:
    return in_words(value) if isinstance(value, str) and len(value) > 3 else value


def _facilities(given: ReachGiven, bench: Workbench) -> list[str]:
    """A note of the facilities on the participant list: their claims align nobody."""
    for table in bench.store:
        if table.name == "participant":
            bench.engine.register("participant", table.parts)
            total = bench.engine.rows(
                "select count(*) as n from participant where ccn is not null and tin is null"
                f" and performance_year = {given.contract.performance_year}"
            )[0]["n"]
            if total:
                return [f"Data warning: {total:,} facilities of the participant list align nobody."]
    return []


def _notes(given: ReachGiven, engine: Engine) -> list[str]:
    """What a reader must know: what was set aside, which services count, what is provisional."""
    notes = [
        "Only professional lines align: how clinics' and hospitals' claims count was not read.",
    ]
    if not given.is_final:
        notes.append(
            f"Provisional: claims known by {given.main.known_by}; final when those of "
            f"{given.last_known} are known."
        )
    aside = engine.rows(
        "select set_aside, sum(records) as records, sum(paid_amount) as paid from aligned_payment"
        f" where set_aside is not null and period = {literal(given.main.period)}"
        " group by set_aside order by set_aside"
    )
    notes += [
        f"Not expenditure of the performance year, {in_words(row['set_aside'], begins=False)}: "
        f"{row['records']:,} payments, ${row['paid']:,.2f}."
        for row in aside
    ]
    ties = engine.rows(
        "select count(*) as n from alignment where tie = 'UNRESOLVED' and alignment = 'CLAIMS'"
    )[0]["n"]
    if ties:
        notes.append(
            f"{ties:,} alignments by claims rest on equal charges with equal last service, which "
            "the rule does not decide; the name of the provider did."
        )
    return notes
