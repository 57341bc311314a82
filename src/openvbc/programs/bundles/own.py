"""A payer's own bundle as a project runs it from claims: its definition is a file of the payer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from openvbc.errors import ContractError, Place
from openvbc.programs.bundles.aco_overlap import refuse_alignments
from openvbc.programs.bundles.contract_terms import basis_of
from openvbc.programs.bundles.definition import read_definition
from openvbc.programs.bundles.exclusion_files import LISTS_OF_EXCLUSIONS
from openvbc.programs.bundles.from_claims import EpisodesFromClaims, EpisodesGiven
from openvbc.programs.bundles.given import read_given
from openvbc.programs.bundles.handed_over import Handover
from openvbc.programs.bundles.project import EpisodeProject
from openvbc.programs.bundles.unread import refuse_unread
from openvbc.programs.terms.agreed import read_agreed
from openvbc.project_file import ProjectFile
from openvbc.rules.load import RuleSet
from openvbc.steps.episodes.medicare import MedicareModel
from openvbc.steps.episodes.terms import Terms
from openvbc.steps.stays import EVER

_KEYS = ("definition", "amounts", "year", "period", "terms")


@dataclass(frozen=True)
class OwnEpisodes(EpisodesFromClaims):
    """The engine under a payer's definition; nothing of another model is in force."""

    def prepare(self, project: ProjectFile, rules: RuleSet, place: Place) -> EpisodesGiven:
        """The definition, the period and the user's lists, checked."""
        asked = cast("EpisodeProject", project)
        contract = dict(asked.contract)
        unknown = sorted(set(contract) - set(_KEYS))
        if unknown or "definition" not in contract:
            what = f"contract.{unknown[0]} is not known" if unknown else "no contract.definition"
            raise ContractError(
                what,
                place=place,
                rule="known: " + ", ".join(_KEYS),
                action="name the file of the bundle's definition, for example bundle.yaml",
                code="VBC-2120",
            )
        base = Path(place.file or ".").parent
        numbers, lists = read_definition(base / str(contract["definition"]))
        year = self.whole(contract, place)
        first, last = self.period_of(contract, (dt.date(year, 1, 1), dt.date(year, 12, 31)), place)
        refuse_alignments(asked.inputs.aco_alignments, "a payer's own bundle", place)
        terms = Terms(
            numbers,
            lists,
            basis_of(contract.get("amounts"), place),
            first,
            last,
            asked.as_of or EVER,
            read_given(asked.inputs, first, last),
        )
        refuse_unread(asked.inputs, terms, self.not_read, place)
        return EpisodesGiven(
            f"{self.title}, {year}", year, terms, asked.inputs, asked.overlays,
            self._agreed(contract, base, year),
        )  # fmt: skip

    @property
    def not_read(self) -> Mapping[str, str]:
        """Lists of what is not grouped, which the definition says, and an own baseline."""
        why = "left_out of the definition says what is not grouped"
        priced = "the terms agreed say what is paid"
        return {**dict.fromkeys(LISTS_OF_EXCLUSIONS, why), "baseline_run": priced}

    def _agreed(self, contract: Mapping[str, object], base: Path, year: int) -> tuple[Path, ...]:
        """The file of the terms agreed, which the settlement reads beside the tables."""
        if "terms" not in contract:
            return ()
        path = base / str(contract["terms"])
        agreed = read_agreed(path)
        if agreed.year != year:
            raise ContractError(
                f"the terms are of {agreed.year}",
                place=Place(path.name),
                rule=f"contract.year is {year}",
                action="give the terms of that year",
                code="VBC-99010",
            )
        return (path,)


OWN = OwnEpisodes(
    "Payer's own episodes",
    MedicareModel("episodes", "year", (), owns_exclusions=True),
    Handover("episodes", {"tier": "price_cell"}, spending="cost", is_of_terms=True),
    "programs/episodes/project_template.yaml",
)
