"""A bundle contract as a project runs it from claims: episodes, then prices and reconciliation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.private_files import private_folder
from openvbc.engine.step import Step
from openvbc.errors import ContractError, EmptyResult, InputError, Place
from openvbc.programs.bundles.contract_terms import (
    basis_of,
    period_of_contract,
    refuse_no_exclusions,
    refuse_what_lacks,
)
from openvbc.programs.bundles.exclusion_files import LISTS_OF_EXCLUSIONS
from openvbc.programs.bundles.explained import explain_episode, explain_person
from openvbc.programs.bundles.given import claim_additions, read_exclusions, read_given
from openvbc.programs.bundles.handed_over import Handover, settled
from openvbc.programs.bundles.notes import notes_of, notes_of_stays
from openvbc.programs.bundles.own_baseline import TREND, OwnBaseline, read_own_baseline
from openvbc.programs.bundles.project import (
    LISTS_OF_EPISODES,
    EpisodeInputs,
    EpisodeProject,
    columns_of,
)
from openvbc.programs.bundles.shown import funnel, listings_of
from openvbc.programs.bundles.unread import (
    note_of_late_episodes,
    notes_of_strangers,
    notes_of_unread,
    refuse_unread,
)
from openvbc.programs.claims_program import (
    Lacking,
    Measured,
    Outcome,
    PlainClaimsProgram,
    Workbench,
)
from openvbc.programs.explanation import Explanation
from openvbc.programs.last_claim import register_claims
from openvbc.programs.listing import Listing
from openvbc.programs.registry import program
from openvbc.programs.settlement import Settlement
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps import episodes
from openvbc.steps.episodes.medicare import MedicareModel, read_lists, read_numbers, read_period
from openvbc.steps.episodes.tables import addition, tables
from openvbc.steps.episodes.terms import Terms
from openvbc.steps.rule_table import Doubt, RuleTable
from openvbc.steps.stays import EVER

if TYPE_CHECKING:
    from openvbc.programs.drivers.account import Account
    from openvbc.run import Run

PERIOD = "PERIOD"


@dataclass(frozen=True)
class EpisodesGiven:
    """A contract and all that is not claims."""

    title: str
    year: int
    terms: Terms
    inputs: EpisodeInputs
    overlays: Sequence[Path]
    agreed: Sequence[Path] = ()
    """The parties' terms, where a file of them is part of the settlement."""
    doubts: Sequence[Doubt] = ()
    """What is not sure of the rules the contract was read with, beside those of the steps."""
    baseline: OwnBaseline | None = None
    """The own baseline that prices the episodes, where there is no price file."""


@dataclass(frozen=True)
class EpisodesFromClaims(PlainClaimsProgram):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`; a model of Medicare is data."""

    title: str
    model: MedicareModel
    handover: Handover
    template: str
    main_period: str = PERIOD
    leaves_out_diagnoses: bool = False
    """Whether the model leaves out claims of Part B by their principal diagnosis."""

    @property
    def project_file(self) -> type[ProjectFile]:  # type: ignore[override]
        """Bundles have files of their own."""
        return EpisodeProject

    @property
    def period_names(self) -> Mapping[str, str]:
        """The one period that is settled."""
        return {PERIOD: "Performance period"}

    @property
    def list_templates(self) -> Mapping[str, Sequence[str]]:  # type: ignore[override]
        """The lists that move money and that a template names."""
        return columns_of(LISTS_OF_EPISODES)

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> EpisodesGiven:
        """The terms of the model's year and the user's lists, checked."""
        asked = cast("EpisodeProject", project)
        contract = dict(asked.contract)
        year = self.whole(contract, place)
        basis = basis_of(contract.get("amounts"), place)
        first, last = self.period_of(contract, read_period(self.model, rules, year)[:2], place)
        known = (self.model.year_key, "amounts", "period", TREND)
        unknown = sorted(set(contract) - set(known))
        if unknown:
            raise ContractError(
                f"contract.{unknown[0]} is not known",
                place=place,
                rule="known: " + ", ".join(known),
                action="correct its spelling or take it out",
                code="VBC-2101",
            )
        exclusions = read_exclusions(asked.inputs)
        if not self.model.owns_exclusions:
            refuse_no_exclusions(asked.inputs, self.title, place)
        numbers, doubts = read_numbers(self.model, rules, year)
        terms = Terms(
            numbers,
            read_lists(self.model, year, exclusions),
            basis,
            first,
            last,
            asked.as_of or EVER,
            read_given(asked.inputs, first, last),
            doubts,
        )
        refuse_unread(asked.inputs, terms, self.not_read, place)
        baseline = read_own_baseline(
            asked.inputs, contract, self.model.rules_name, self.handover.alike, terms, place
        )
        name = f"{self.title}, {self.model.year_key.replace('_', ' ')} {year}"
        return EpisodesGiven(name, year, terms, asked.inputs, asked.overlays, baseline=baseline)

    @property
    def not_read(self) -> Mapping[str, str]:
        """Inputs that the model has no use for, and why."""
        if not self.model.owns_exclusions:
            return {}
        why = f"what {self.title} does not group stands in its rules"
        return dict.fromkeys(LISTS_OF_EXCLUSIONS, why)

    def whole(self, contract: Mapping[str, Any], place: Place) -> int:
        """The year the contract names."""
        name = self.model.year_key
        try:
            return int(str(contract.get(name)))
        except ValueError:
            raise ContractError(
                f"contract.{name} is missing or no whole number",
                place=place,
                action=f"say for example {name}: {8 if name == 'model_year' else 2025}",
                code="VBC-2103",
            ) from None

    def period_of(
        self, contract: Mapping[str, Any], usual: tuple[dt.date, dt.date], place: Place
    ) -> tuple[dt.date, dt.date]:
        """The days in which anchors end: the contract's, else the usual ones."""
        return period_of_contract(contract["period"], place) if "period" in contract else usual

    def measure(self, given: EpisodesGiven, bench: Workbench) -> Measured:
        """Every candidate, line and episode."""
        added = claim_additions(given.inputs.claim_additions, bench.folder.parent / "given")
        terms = replace(given.terms, given=replace(given.terms.given, claim_addition=added))
        refuse_what_lacks(terms, given.inputs)
        built = self.small_tables(given, terms)
        small = [table.table for table in built]
        made = Pipeline(self.steps()).run(
            bench.engine, [*bench.store, *addition(terms)], small, bench.folder, bench.progress
        )
        doubts = [*given.doubts, *(doubt for table in built for doubt in table.doubts)]
        notes = [*self.notes(given, terms), *notes_of_unread(terms), *self._of_data(bench, terms)]
        return Measured(made, small, tuple(dict.fromkeys(doubts)), notes)

    def _of_data(self, bench: Workbench, terms: Terms) -> list[str]:
        """Rows of lists of people that no delivery has; the store stays readable."""
        register_claims(bench, "person_identifier")
        return notes_of_strangers(bench.engine, terms)

    def steps(self) -> list[Step]:
        """The steps from the claim store to episodes."""
        return episodes.steps()

    def small_tables(self, given: EpisodesGiven, terms: Terms) -> list[RuleTable]:
        """The small tables of the steps."""
        return tables(terms)

    def notes(self, given: EpisodesGiven, terms: Terms) -> list[str]:
        """What a reader must know of what was given and what was not."""
        return notes_of(terms, self.leaves_out_diagnoses and not given.inputs.excluded_diagnoses)

    def notes_on_stays(self, given: EpisodesGiven, engine: Engine, measured: Measured) -> list[str]:
        """What is lacking of the MS-DRGs of stays."""
        engine.register("inpatient_stay", measured.results["inpatient_stay"].table.parts)
        return notes_of_stays(engine, given.terms)

    def settle(self, given: EpisodesGiven, engine: Engine, measured: Measured) -> Outcome:
        """Prices and reconciliation, where a price file is given; else what is lacking."""
        for name in self.settled_from:
            engine.register(name, measured.results[name].table.parts)
        self.refuse_too_many(engine)
        counted = funnel(engine)
        stays = self.notes_on_stays(given, engine, measured)
        late = note_of_late_episodes(engine)
        notes = [*measured.notes, *late, *stays, *counted.sentences(), *measured.not_confirmed()]
        if not counted.candidates:
            return Outcome(given.title, None, [self.nothing_begins], notes)
        place = measured.results["episode"].table.parts[0].parents[2] / "given"
        settlement, lacking = self.handed_over(given, engine, private_folder(place))
        if settlement is not None:
            own = [given.baseline.note] if given.baseline else []
            against = ", against an own baseline" if own else ""
            settlement = replace(
                settlement,
                title=f"{given.title}, from claims{against}",
                notes=[*own, *notes, *settlement.notes],
            )
        return Outcome(given.title, settlement, lacking, notes)

    @property
    def settled_from(self) -> Sequence[str]:
        """Tables of the steps that the settlement reads."""
        return self.handover.tables

    @property
    def nothing_begins(self) -> Lacking:
        """What is said where no claim begins an episode."""
        return Lacking(
            "no claim begins an episode",
            "triggers are MS-DRGs of stays and procedures of outpatient claims",
            "look with 'vbc check' whether stays carry MS-DRGs",
        )

    def refuse_too_many(self, engine: Engine) -> None:
        """Stop where one person has more candidates than overlap can be followed through.

        Raises:
            InputError: there are more.
        """
        most = engine.rows("select coalesce(max(position), 0) as n from overlap_order")[0]["n"]
        if most > episodes.MOST_CANDIDATES:
            raise InputError(
                f"one person has {most} candidate episodes",
                rule=f"overlap is followed through {episodes.MOST_CANDIDATES} of a person",
                action="look whether claims stand in the deliveries more than once",
                code="VBC-1109",
            )

    def handed_over(
        self, given: EpisodesGiven, engine: Engine, folder: Path
    ) -> tuple[Settlement | None, list[Lacking]]:
        """The settlement of the episodes, or what it lacks."""
        return settled(self.handover, self.model.year_key, given, engine, folder)

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """Episodes and people."""
        return {"episode": explain_episode, "person": explain_person}

    def own_listings(self, run: Run) -> Sequence[Listing]:
        """The funnel, spending by phase, and the spread between providers."""
        return listings_of(run)

    def accounts(self, run: Run) -> Sequence[Account]:
        """The episodes of the period, where they are settled one by one."""
        from openvbc.programs.bundles.account import account

        settling = program(self.handover.program).published_program()
        lines = tuple(getattr(settling, "must_come_out_of_episodes", ("settled_cost",)))
        return [account(run, lines, "the period")]

    def track(self, run: Run) -> Explanation:
        """Nothing beyond the report."""
        raise EmptyResult(
            "episodes are settled when they are over",
            action="'vbc drivers RUN' tells what was spent on what",
            code="VBC-6101",
        )

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented deliveries with planted episodes."""
        from openvbc.programs.bundles.sample import write_sample

        write_sample(folder, people, seed, self.model.rules_name)
