"""A payer's pay-for-performance contract as a project runs it: rates from codes on claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from openvbc.claims.own_rows import rows_of
from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.errors import ContractError, InputError, Place
from openvbc.input_file import content_of
from openvbc.programs.claims_program import (
    Lacking,
    Measured,
    Outcome,
    PlainClaimsProgram,
    Workbench,
)
from openvbc.programs.explanation import Explanation, Field, Sentence, SmallGrid
from openvbc.programs.last_claim import note_of_last_claim
from openvbc.programs.p4p_contract.files import Provider, Result
from openvbc.programs.p4p_contract.project import BASELINES, MEASURE_CODES, ROSTER, P4pProject
from openvbc.programs.p4p_contract.results import PRESENTATION, settle_providers
from openvbc.programs.p4p_contract.terms import Terms, read_terms
from openvbc.programs.settlement import Settlement
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps import claims, measure_codes

if TYPE_CHECKING:
    from openvbc.run import Run

CONTRACT_YEAR = "CONTRACT_YEAR"
NEEDED = ("roster", "measure_codes")


@dataclass(frozen=True)
class P4pGiven:
    """The contract with its members, the codes of its measures, and rates of the year before."""

    terms: Terms
    digest: str
    members: Sequence[tuple[str, str]]
    codes: Sequence[tuple[str, str, str, str]]
    baselines: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class P4pFromClaims(PlainClaimsProgram):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`."""

    project_file: type[ProjectFile] = P4pProject
    template: str = "programs/p4p_contract/project_template.yaml"
    main_period: str = CONTRACT_YEAR

    @property
    def period_names(self) -> Mapping[str, str]:
        """The one contract year."""
        return {CONTRACT_YEAR: "Contract year"}

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> P4pGiven:
        """The contract, checked, with its lists."""
        asked = cast("P4pProject", project)
        _refuse(asked, place)
        inputs = asked.inputs
        path = Path(place.file or ".").parent / str(asked.contract["file"])
        terms = read_terms(path)
        assert inputs.roster is not None
        assert inputs.measure_codes is not None
        return P4pGiven(
            terms,
            sha256(content_of(path)).hexdigest(),
            _members(inputs.roster),
            _codes(inputs.measure_codes, terms),
            {} if inputs.baselines is None else _baselines(inputs.baselines, terms),
        )

    def measure(self, given: P4pGiven, bench: Workbench) -> Measured:
        """Who counts in which measure, and rates by provider."""
        small = measure_codes.tables(given.members, given.codes, given.terms.contract_year)
        steps = Pipeline([*claims.steps(), *measure_codes.steps()])
        results = steps.needed_for(["measure_result"]).run(
            bench.engine, bench.store, small, bench.folder, bench.progress
        )
        late = note_of_last_claim(bench, dt.date(given.terms.contract_year, 12, 31))
        return Measured(results, small, (), late)

    def settle(self, given: P4pGiven, engine: Engine, measured: Measured) -> Outcome:
        """The settlement over the rates that were measured."""
        for name, result in measured.results.items():
            engine.register(name, result.table.parts)
        terms = given.terms
        title = f"{terms.title}, {terms.contract_year}, from claims"
        known = engine.rows(
            "select count(*) as n, count(case when is_in_feeds then 1 end) as known"
            " from provider_member"
        )[0]
        notes = ["Rates count codes on claims of the year; what is not billed is not met."]
        notes += measured.notes
        if known["known"] < known["n"]:
            notes.append(
                f"Data warning: {known['n'] - known['known']:,} of {known['n']:,} members are in no"
                " feed: they meet no measure."
            )
        if not known["known"]:
            lacks = Lacking(
                "nobody of the roster is in the claims",
                "members are found by the identifiers of the feeds",
                "give the roster with the identifiers that stand in the claims",
            )
            return Outcome(title, None, [lacks], notes)
        providers = _providers(given, engine.rows("select * from measure_result"))
        rules = RuleSet("p4p-contract", {}, {}, given.digest)
        main, measures = settle_providers(providers, terms, rules)
        settlement = Settlement(
            "p4p-contract", title, main, PRESENTATION, len(providers), (), {"measures": measures},
            notes=notes,
        )  # fmt: skip
        return Outcome(title, settlement, (), notes)

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """People."""
        return {"person": _explain}

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented members of three providers, their claims, lists and truth."""
        from openvbc.programs.p4p_contract.sample import write_sample

        write_sample(folder, people, seed)


CLAIMS = P4pFromClaims()


def _refuse(asked: P4pProject, place: Place) -> None:
    wrong = ""
    if set(asked.contract) != {"file"}:
        wrong = "contract: does not name the file of the contract"
    lacking = [name for name in NEEDED if getattr(asked.inputs, name) is None]
    if lacking:
        wrong = f"inputs.{', inputs.'.join(lacking)} missing"
    if asked.as_of is not None:
        wrong = "as_of is given, and rates from codes are of all that is known"
    if wrong:
        raise ContractError(
            wrong,
            place=place,
            rule="contract: {file: contract.yaml}, and the lists of members and codes",
            action="correct the project file; docs/programs/p4p-contract.md",
            code="VBC-29095",
        )


def _members(path: Path) -> list[tuple[str, str]]:
    provider_by_member: dict[str, str] = {}
    for line, row in rows_of(path, ROSTER):
        if provider_by_member.setdefault(row["member_id"], row["provider"]) != row["provider"]:
            raise InputError(
                "a member of two providers",
                place=Place(path.name, line, "provider", row["provider"]),
                rule="a member counts once: pools and bonuses are by members",
                action="leave the row that is meant",
                code="VBC-11971",
            )
    return [(provider, member) for member, provider in provider_by_member.items()]


def _codes(path: Path, terms: Terms) -> list[tuple[str, str, str, str]]:
    named = {measure.measure for measure in terms.measures}
    code_rows: dict[tuple[str, str, str, str], None] = {}
    for line, row in rows_of(path, MEASURE_CODES):
        if row["measure"] not in named:
            raise InputError(
                "a measure that is not in the contract",
                place=Place(path.name, line, "measure", row["measure"]),
                rule=f"measures of the contract: {', '.join(sorted(named))}",
                action="correct its name",
                code="VBC-11972",
            )
        code = row["code"].upper().replace(".", "")
        code = code.zfill(3) if row["code_kind"] == "MS_DRG" else code
        code_rows[row["measure"], row["role"], row["code_kind"], code] = None
    met = {measure for measure, role, _, _ in code_rows if role == "NUMERATOR"}
    if lacking := sorted(named - met):
        raise InputError(
            f"no code says when {lacking[0]} is met",
            place=Place(path.name, None, "measure", lacking[0]),
            rule="each measure of the contract has its codes, the numerator's at least",
            action="add them, or settle the contract from results (vbc settle)",
            code="VBC-11973",
        )
    return list(code_rows)


def _baselines(path: Path, terms: Terms) -> dict[tuple[str, str], Decimal]:
    """Rates of the year before, by provider and measure.

    Raises:
        InputError: one is given twice, of a measure that pays no improvement, or cannot be meant.
    """
    improved = {each.measure: each.range() for each in terms.measures if each.improvement}
    rates: dict[tuple[str, str], Decimal] = {}
    for line, row in rows_of(path, BASELINES):
        key, rate = (row["provider"], row["measure"]), row["baseline_rate"]
        span = improved.get(row["measure"])
        if span is None:
            wrong = "a rate of a measure for which the contract pays no improvement"
        elif key in rates:
            wrong = "a provider and measure that stand before"
        elif not span.least <= rate <= span.most:
            wrong = f"a rate outside {span.least} to {span.most}"
        else:
            rates[key] = rate
            continue
        raise InputError(
            wrong,
            place=Place(path.name, line, "measure", row["measure"]),
            rule="one rate a provider and measure, in the unit of the measure's targets",
            action="correct the row, or take it out",
            code="VBC-99101",
        )
    return rates


def _providers(given: P4pGiven, rows: Sequence[Mapping[str, Any]]) -> list[Provider]:
    providers: dict[str, Provider] = {}
    for row in sorted(rows, key=lambda each: (each["provider"], each["measure"])):
        name, measure = row["provider"], row["measure"]
        provider = providers.setdefault(name, Provider(name, "", Decimal(row["members"])))
        provider.results[measure] = Result(
            Decimal(row["numerator"]), Decimal(row["denominator"]), None,
            given.baselines.get((name, measure)),
        )  # fmt: skip
    return list(providers.values())


def _explain(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """What the claims say of one member in each measure."""
    from openvbc.engine.reading import reading
    from openvbc.programs.asked_person import person_of_run

    with reading() as engine:
        run.register(engine, "measure_person")
        known = person_of_run(engine, run, identifier.strip().upper().replace("-", ""))
        rows = engine.rows(
            "select provider, measure, counts, is_left_out, is_met from measure_person"
            f" where person_id in ({known}) order by measure"
        )
    if not rows:
        return Explanation([Sentence("not a member of any provider of the contract")])
    fields = [Field(name) for name in ("provider", "measure", "counts", "left out", "met")]
    cells = [
        [row["provider"], row["measure"], *("yes" if row[name] else "no" for name in (
            "counts", "is_left_out", "is_met"))]
        for row in rows
    ]  # fmt: skip
    return Explanation([SmallGrid("Measures of the contract", fields, cells)])
