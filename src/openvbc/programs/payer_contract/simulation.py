"""What a payer's contract could pay or owe: spending, risk and quality drawn from ranges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.errors import InputError, Place
from openvbc.programs.run_folder import MAIN
from openvbc.programs.simulation import (
    CHUNK,
    Choices,
    Outcome,
    Scenarios,
    Simulated,
    WhichRow,
    check,
)
from openvbc.programs.stored_run import StoredRun, describe
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.terms.payer_contract import PAYER_CONTRACT

AS_AGREED = "as agreed"


class PayerContractSimulation:
    """See :class:`openvbc.programs.simulation.Simulation`."""

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """The contract's own worksheet over the scenarios, by the terms the run was settled by."""
        if chosen.overlays:
            raise InputError(
                "the terms are in the contract; there is nothing to overlay", code="VBC-241"
            )
        check(scenarios)
        stored = StoredRun(folder)
        rows = stored.rows(MAIN, which.contract, which.year)
        if len(rows) != 1:
            raise InputError(
                "the run holds several providers",
                place=Place(str(folder)),
                rule=f"among them {describe(rows)}",
                action="say which: --contract PROVIDER",
                code="VBC-242",
            )
        row = rows[0]
        rules = stored.rules_in_force(row)
        amounts = [
            PAYER_CONTRACT.evaluate(drawn, rules, numbers="float").column("settlement")
            for drawn in _draws(row.values, scenarios)
        ]
        title = f"{row.values['contract']} · {row.values['year']} · {row.values['group']}"
        return Simulated(title, [Outcome(AS_AGREED, np.concatenate(amounts))])


SIMULATION = PayerContractSimulation()


def _draws(settled: Mapping[str, Any], scenarios: Scenarios) -> list[dict[str, Any]]:
    """The inputs of the worksheet, chunk by chunk; the same seed gives the same scenarios.

    Where the contract does not adjust its benchmark for risk, a risk ratio would change nothing:
    it is refused rather than ignored.
    """
    base = {
        name: None if settled[name] is None else float(settled[name])
        for name in PAYER_CONTRACT.inputs
    }
    if scenarios.risk_ratio and base["risk_ratio"] is None:
        raise InputError(
            "the contract does not adjust for risk; a risk ratio changes nothing", code="VBC-243"
        )
    if scenarios.quality_score and base["quality_score"] is None:
        raise InputError(
            "no term of the contract reads the quality score; it changes nothing", code="VBC-244"
        )
    generator = np.random.default_rng(scenarios.seed)
    found = []
    for start in range(0, scenarios.count, CHUNK):
        count = min(CHUNK, scenarios.count - start)
        drawn: dict[str, Any] = {name: _column(value) for name, value in base.items()}
        if scenarios.expenditure_trend:
            factor = scenarios.expenditure_trend.draw(generator, count)
            drawn["spending"] = drawn["spending"] * factor
        if scenarios.risk_ratio:
            factor = scenarios.risk_ratio.draw(generator, count)
            drawn["risk_ratio"] = drawn["risk_ratio"] * factor
        if scenarios.quality_score:
            drawn["quality_score"] = scenarios.quality_score.draw(generator, count)
        drawn["contract_year"] = drawn["contract_year"] + np.zeros(count)
        found.append(drawn)
    return found


def _column(value: float | None) -> Column:
    return np.array([np.nan if value is None else value])
