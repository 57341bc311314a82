"""An oncology model as a project runs it from claims: six-month episodes, practices, settlement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from openvbc.engine.base import Engine
from openvbc.engine.step import Step
from openvbc.errors import ContractError, Place
from openvbc.programs.bundles.aco_overlap import refuse_alignments
from openvbc.programs.bundles.contract_terms import basis_of, period_of_contract
from openvbc.programs.bundles.from_claims import EpisodesFromClaims, EpisodesGiven
from openvbc.programs.bundles.given import read_given
from openvbc.programs.bundles.oncology_files import (
    KINDS_OF_DIAGNOSIS,
    LISTS_OF_ONCOLOGY,
    OncologyInputs,
    OncologyProject,
    read_lists,
)
from openvbc.programs.bundles.oncology_shown import (
    explain_oncology_episode,
    listings_of_oncology,
    notes_of_oncology,
)
from openvbc.programs.bundles.project import columns_of
from openvbc.programs.bundles.unread import refuse_unread
from openvbc.programs.claims_program import Lacking, Measured
from openvbc.programs.explanation import Explanation
from openvbc.programs.listing import Listing
from openvbc.programs.settlement import Settlement
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.rules.parameter import Parameter
from openvbc.steps import oncology
from openvbc.steps.episodes.medicare import MedicareModel
from openvbc.steps.episodes.tables import LISTS, a_list
from openvbc.steps.episodes.terms import Numbers, Terms
from openvbc.steps.oncology.tables import OncologyLists, OncologyNumbers
from openvbc.steps.oncology.tables import tables as tables_of_oncology
from openvbc.steps.rule_table import RuleTable, code_table, parameter_doubts
from openvbc.steps.stays import EVER

if TYPE_CHECKING:
    from openvbc.run import Run

NUMBERS = (
    "episode_months", "claim_lookback_days", "drug_digits", "visit_days_before",
    "visit_needs_oncology", "first_visit_decides", "least_visit_percent", "above_threshold_share",
)  # fmt: skip
ENGINE = Numbers(
    post_anchor_days=1, monitoring_days=0, lookback_days=0, days_before_anchor=0,
    maximum_anchor_days=0, transplant_days=0, fiscal_year_months=0,
    other_hospitals_by_mean_stay=True, home_health_by_days_of_service=False,
    settled_by_episode_end=False,
)  # fmt: skip
"""What the engine's anchors have and a therapy has not; the six months stand in its own numbers."""
NOT_OF_ONCOLOGY = (
    "excluded_stays", "excluded_lines", "excluded_diagnoses", "groups", "outpatient_ranks",
    "spending_limits", "drg_remap", "price_updates", "baseline_run",
)  # fmt: skip
"""Inputs of bundles of hospitals: no stay triggers, practices answer, and costs have no limits."""
Settle = Callable[["OncologyFromClaims", "OncologyGiven", Engine, Path], Settlement]
Bounds = tuple[dt.date, dt.date, Sequence[Parameter]]


@dataclass(frozen=True, kw_only=True)
class OncologyGiven(EpisodesGiven):
    """A contract of oncology and all that is not claims."""

    period: str
    """The performance period, as accounts and prices call it."""
    numbers: OncologyNumbers
    lists: OncologyLists


@dataclass(frozen=True, kw_only=True)
class OncologyFromClaims(EpisodesFromClaims):
    """See :class:`openvbc.programs.claims_program.ClaimsProgram`; what differs of OCM and EOM is
    how a period is called, when it is, and how its episodes are handed to the settlement."""

    period_bounds: Callable[[RuleSet, str, Place], Bounds]
    settle_with: Settle
    fees_are_left_out: bool = False
    """Whether monthly fees of claims are left out, because the settlement adds their base part."""

    @property
    def project_file(self) -> type[ProjectFile]:  # type: ignore[override]
        """Oncology has files of its own."""
        return OncologyProject

    @property
    def list_templates(self) -> Mapping[str, Sequence[str]]:  # type: ignore[override]
        """The lists that move money and that a template names."""
        return columns_of(LISTS_OF_ONCOLOGY)

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> OncologyGiven:
        """The terms of the period and the user's lists, checked."""
        asked = cast("OncologyProject", project)
        contract = dict(asked.contract)
        key = self.model.year_key
        unknown = sorted(set(contract) - {key, "amounts", "period"})
        if unknown or not contract.get(key):
            raise ContractError(
                f"contract.{unknown[0]} is not known" if unknown else f"contract.{key} is missing",
                place=place,
                rule=f"known: {key}, amounts, period",
                action=f"say which {key.replace('_', ' ')} is settled",
                code="VBC-2131",
            )
        period = str(contract[key]).strip().upper()
        basis = basis_of(contract.get("amounts"), place)
        first, last, used = self.period_bounds(rules, period, place)
        if "period" in contract:
            first, last = period_of_contract(contract["period"], place)
        refuse_alignments(
            asked.inputs.aco_alignments, f"{self.title} as its rules stand here", place
        )
        numbers, more = numbers_of(rules, key, period)
        lists = read_lists(
            asked.inputs,
            lambda kind: _counts_from(rules, kind),
            place,
            numbers,
            [r["activity"] for r in load_code_table(self.model.rules_name, "enhanced_service")],
        )
        terms = Terms(
            ENGINE, self.lists(), basis, first, last, asked.as_of or EVER,
            read_given(asked.inputs, first, last),
        )  # fmt: skip
        refuse_unread(asked.inputs, terms, self.not_read, place)
        kinds = [rules.get("diagnosis_counts_from", diagnosis_kind=k) for k in KINDS_OF_DIAGNOSIS]
        return OncologyGiven(
            f"{self.title}, {period}", first.year, terms, asked.inputs, asked.overlays,
            doubts=parameter_doubts([*used, *more, *kinds]), period=period, numbers=numbers,
            lists=lists,
        )  # fmt: skip

    def lists(self) -> dict[str, RuleTable]:
        """The lists of the engine: tests, and what is not grouped."""
        tables = {name: a_list(name, ()) for name in LISTS}
        tables["episode_test"] = code_table(
            self.model.rules_name, "episode_test", "episode_test", LISTS["episode_test"]
        )
        if self.fees_are_left_out:
            codes = load_code_table(self.model.rules_name, "monthly_service_code")
            rows = [
                ("ONCOLOGY_CARE_FEE", None, row["hcpcs_code"], None, None, None, None, None)
                for row in codes
            ]
            tables["excluded_line"] = a_list("excluded_line", rows)
        return tables

    @property
    def not_read(self) -> Mapping[str, str]:
        """Lists of stays, of hospitals' bundles and of their prices."""
        return dict.fromkeys(NOT_OF_ONCOLOGY, "episodes of cancer care have nothing of it")

    def steps(self) -> list[Step]:
        """The steps from the claim store to episodes of cancer care."""
        return oncology.steps()

    def small_tables(self, given: EpisodesGiven, terms: Terms) -> list[RuleTable]:
        """The small tables of the steps."""
        mine = cast("OncologyGiven", given)
        return tables_of_oncology(terms, mine.numbers, mine.lists, self.model.rules_name)

    def notes(self, given: EpisodesGiven, terms: Terms) -> list[str]:
        """What a reader must know of what was given and what was not."""
        return notes_of_oncology(terms, cast("OncologyInputs", given.inputs))

    def notes_on_stays(self, given: EpisodesGiven, engine: Engine, measured: Measured) -> list[str]:
        """Nothing: no stay begins an episode of cancer care."""
        return []

    @property
    def settled_from(self) -> Sequence[str]:
        """Tables of the steps that the settlement reads."""
        return (
            "episode", "episode_initiator", "oncology_spending", "episode_marker",
            "monthly_service",
        )  # fmt: skip

    @property
    def nothing_begins(self) -> Lacking:
        """What is said where no therapy begins an episode."""
        return Lacking(
            "no claim begins an episode",
            "an initiating therapy with an included cancer on its claim begins one",
            "look whether the codes of both lists are those of the claims",
        )

    def refuse_too_many(self, engine: Engine) -> None:
        """Therapies of a person are many, the six-month episodes that stand are few."""

    def handed_over(
        self, given: EpisodesGiven, engine: Engine, folder: Path
    ) -> tuple[Settlement | None, list[Lacking]]:
        """The settlement of the episodes, or what it lacks."""
        if not given.inputs.accounts:
            return None, [
                Lacking(
                    "inputs.accounts is not given",
                    "practices settle with their risk arrangement and quality; episodes are built "
                    "without them",
                    f"give accounts.csv, and prices.csv (docs/programs/{self.handover.program}.md)",
                )
            ]
        return self.settle_with(self, cast("OncologyGiven", given), engine, folder), []

    def subjects(self) -> Mapping[str, Callable[[Run, str, str | None], Explanation]]:
        """Episodes, with what practice and cost they come to, and people."""
        return {**super().subjects(), "episode": explain_oncology_episode}

    def own_listings(self, run: Run) -> Sequence[Listing]:
        """The funnel, spending by kind of care, practices, monthly and enhanced services."""
        return listings_of_oncology(run, self.model.rules_name)

    def generate(self, folder: Path, people: int, seed: int) -> None:
        """Invented deliveries with planted episodes of cancer care."""
        from openvbc.programs.bundles.oncology_sample import write_oncology_sample

        write_oncology_sample(folder, people, seed, self.model.rules_name)


def numbers_of(rules: RuleSet, key: str, period: str) -> tuple[OncologyNumbers, list[Parameter]]:
    """The numbers of a performance period, and the rules they are of."""
    used = {}
    for name in NUMBERS:
        keys = {key: period} if key in rules.keys_of(name) else {}
        used[name] = rules.get(name, **keys)
    values: dict[str, Any] = {
        name: each.value if isinstance(each.value, bool) else Decimal(str(each.value))
        for name, each in used.items()
    }
    for name, value in values.items():
        if isinstance(value, Decimal) and name != "above_threshold_share":
            values[name] = int(value)
    return OncologyNumbers(**values), list(used.values())


def _counts_from(rules: RuleSet, kind: str) -> dt.date | None:
    value = rules.get("diagnosis_counts_from", diagnosis_kind=kind).value
    return None if value is None else dt.date.fromisoformat(str(value))


def model_of(rules_name: str, key: str) -> MedicareModel:
    """How the rules call a period."""
    return MedicareModel(rules_name, key, (), owns_exclusions=True)
