"""A payer's own bundle: one contract (YAML), its episodes (CSV), and quality where it counts.

``vbc settle --program episodes CONTRACT.yaml EPISODES.csv [PROVIDERS.csv] [METRICS.csv]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from openvbc.errors import ContractError, InputError, Place
from openvbc.programs.episodes.settled import BY_FORM
from openvbc.programs.published.compared_line import verification
from openvbc.programs.published.contract_file import contract_among
from openvbc.programs.published.options import read_options
from openvbc.programs.published.settling import FileSettlement
from openvbc.programs.published.totals_form import TotalsRow
from openvbc.programs.run_folder import MAIN
from openvbc.programs.settlement import Settlement, Verification
from openvbc.programs.simulation import Choices, Scenarios, Simulated, WhichRow
from openvbc.programs.stored_run import StoredRun
from openvbc.programs.terms.agreed import read_agreed
from openvbc.programs.worksheet_simulation import WorksheetSimulation


class Episodes:
    """See :class:`openvbc.programs.settlement.PublishedProgram`."""

    name = "episodes"
    title = "Payer's own bundle"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> FileSettlement[TotalsRow]:
        """Settle every provider of the episodes by the contract's price form.

        Raises:
            InputError: there is not one contract beside the episodes.
            ContractError: the contract is not valid, or of another program.
        """
        read_options(self.name, options or {}, ())
        if overlays:
            raise InputError(
                "the terms are in the contract; there is nothing to overlay", code="VBC-1997"
            )
        paths = [Path(file) for file in files]
        contract = contract_among(paths)
        if contract is None:
            raise InputError(
                "one contract (YAML) and its episodes (CSV) are needed",
                action="vbc settle --program episodes CONTRACT.yaml EPISODES.csv",
                code="VBC-1996",
            )
        agreed = read_agreed(contract)
        if agreed.rules.program != self.name:
            raise ContractError(
                f"the contract is of the program {agreed.rules.program}",
                place=Place(contract.name),
                rule="program: episodes",
                action=f"vbc settle --program {agreed.rules.program}",
                code="VBC-2999",
            )
        bundle = BY_FORM[agreed.value("price_form")](agreed)
        settled = bundle.settle([path for path in paths if path != contract])
        return replace(settled, sources=(contract, *settled.sources))

    def verify(self, settlement: Settlement) -> Verification:
        """Nothing: episodes print no outcome to hold it against."""
        return verification(settlement, [])


class EpisodesSimulation:
    """See :class:`openvbc.programs.simulation.Simulation`: by the form of the run."""

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """Total cost and quality score vary; the terms are those of the run."""
        named = StoredRun(folder).sheets[MAIN]["name"]
        bundle = next(each for each in BY_FORM.values() if each.worksheet.name == named)
        simulation = WorksheetSimulation(
            bundle.worksheet, bundle.presentation.result, ("total_cost",), quality="quality_score",
            label="as agreed", volume=tuple(bundle.totals),
        )  # fmt: skip
        return simulation.run(folder, which, scenarios, chosen)


PROGRAM = Episodes()
SIMULATION = EpisodesSimulation()
