"""What a Shared Savings contract could earn or owe, over a million scenarios.

Every scenario moves the settled contract's expenditures by a trend, its benchmark by a risk ratio
and its quality score, each drawn evenly from a range, and goes through the very worksheet of the
settlement, on floating-point columns. Elections of the minimum savings rate meet the same
scenarios, so that what differs between them is the election alone.

Relief for extreme circumstances is a share of the losses, and so it stays in every scenario,
however large the losses. Where it is not known whether the alternative quality standard would be
met, both answers are simulated.

A simulation shows spread and odds, not a payment: floats are not exact, and draws are independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.programs.mssp.settled_row import settled_row
from openvbc.programs.simulation import (
    CHUNK,
    Choices,
    Outcome,
    Scenarios,
    Simulated,
    WhichRow,
    check,
)
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import rows
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.shared_savings.contract_inputs import INPUTS
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

RESULT = "earned_savings_or_owed_losses"

BY_SIZE = "by size"
"""The election of the rate by number of assigned beneficiaries."""


def simulate(
    settled: Mapping[str, Any],
    scenarios: Scenarios,
    rules: RuleSet,
    elections: Mapping[str, float | None] | None = None,
) -> list[Outcome]:
    """Outcomes of a settled contract, one for each election.

    Args:
        settled: the contract's inputs of the settlement worksheet.
        scenarios: what varies, how often, and the seed of the draws.
        rules: the program's rules.
        elections: name to rate (None: by size); None takes the one settled.

    Raises:
        InputError: nothing varies, or a range is not one.
        ParameterMissing: the rules do not cover the contract.
    """
    check(scenarios)
    chosen = settled.get("minimum_savings_rate_election")
    rates = elections or {election_name(chosen): None if chosen is None else float(chosen)}
    base = _as_floats(settled)
    at_settlement = _evaluated(base, rules)
    base |= _relief_as_share(base, at_settlement)
    cases: dict[str, dict[str, Any]] = {
        f"{name}{words}": {"minimum_savings_rate_election": rate, **quality}
        for name, rate in rates.items()
        for words, quality in _alternatives(at_settlement, scenarios).items()
    }
    amounts: dict[str, list[Column]] = {name: [] for name in cases}
    bounds = dict.fromkeys(cases, False)
    for drawn in _draws(base, scenarios):
        for name, case in cases.items():
            evaluation = _evaluated({**base, **drawn, **case}, rules)
            amounts[name].append(evaluation.column(RESULT))
            bounds[name] |= bool(evaluation.column("owed_is_upper_bound").any())
    return [Outcome(n, np.concatenate(parts), bounds[n]) for n, parts in amounts.items()]


def _evaluated(given: Mapping[str, Any], rules: RuleSet) -> Evaluation:
    evaluation = SHARED_SAVINGS.evaluate(given, rules, numbers="float")
    if evaluation.refused:
        raise evaluation.refused[0]
    return evaluation


def _relief_as_share(base: Mapping[str, Any], settled: Evaluation) -> dict[str, Any]:
    """The relief for extreme circumstances as the share it is of the losses settled."""
    losses, relief = (
        settled.value(name) for name in ("limited_shared_losses", "extreme_circumstances_reduction")
    )
    if base.get("extreme_circumstances_amount", [None])[0] is None or not losses:
        return {}
    share = min((relief or 0.0) / losses, 1.0)
    return {"extreme_circumstances_amount": [None], "extreme_circumstances_fraction": [share]}


def _alternatives(settled: Evaluation, scenarios: Scenarios) -> dict[str, dict[str, Any]]:
    """What may be of the alternative quality standard: both answers where it is not known.

    CMS says whether it is met only of a contract that misses the quality performance standard.
    """
    span = scenarios.quality_score
    threshold = settled.value("quality_score_threshold")
    in_force = settled.value("sharing_rate_basis") == "standard or alternative"
    by_score = settled.value("quality_standard_met") and not any(
        settled.value(name) for name in ("reporting_incentive_met", "first_year_standard_met")
    )
    floor = settled.value("quality_score_floor")
    if span is None or not in_force or not by_score or threshold is None:
        return {"": {}}
    if max(span.low, floor or 0.0) >= threshold:
        return {"": {}}
    return {
        ", alternative standard failed": {"alternative_standard_met": False},
        ", alternative standard met": {"alternative_standard_met": True},
    }


def caveats(settled: Mapping[str, Any], outcomes: Sequence[Outcome]) -> list[str]:
    """What a reader of the outcomes must know, in words."""
    sentences = []
    if any(outcome.owed_is_upper_bound for outcome in outcomes):
        sentences.append(
            "Amounts owed are upper bounds: a limit by the participants' revenue exists, and the "
            "revenue is not known."
        )
    if any("alternative standard" in outcome.election for outcome in outcomes):
        sentences.append(
            "Whether the alternative quality standard would be met below the percentile is not "
            "known; both answers are shown."
        )
    if settled.get("quality_score_floor") is not None:
        sentences.append(
            "The contract was under extreme circumstances: its quality score is at least that of "
            "the percentile in every scenario."
        )
    if settled.get("extreme_circumstances_amount"):
        sentences.append(
            "Relief for extreme circumstances is kept as a share of the losses."
            if settled.get("limited_shared_losses")
            else "Relief for extreme circumstances was given without losses, as an amount."
        )
    return sentences


def elections_of(settled: Mapping[str, Any], rules: RuleSet) -> dict[str, float | None]:
    """Every minimum savings rate the contract's track may elect, by name."""
    choices = rules.get(
        "minimum_savings_rate_elections",
        track=settled["track"],
        agreement_start=settled.get("agreement_start"),
    ).value
    elections: dict[str, float | None] = {}
    for choice in rows(choices):
        rate = choice["rate"]
        elections[election_name(rate)] = None if rate is None else float(str(rate))
    return elections


def election_name(rate: Any) -> str:
    """How an election is called: ``0.5%``, ``by size``."""
    return BY_SIZE if rate is None else f"{float(rate):.1%}"


def _as_floats(settled: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs a settlement was given, numbers as floats; what is not an input is left out."""
    words = {"text", "flag", "date"}
    return {
        item.name: [
            settled[item.name]
            if item.unit in words or settled[item.name] is None
            else float(settled[item.name])
        ]
        for item in INPUTS
        if item.name in settled
    }


def _draws(base: Mapping[str, Any], scenarios: Scenarios) -> Iterator[dict[str, Column]]:
    """The varying columns, chunk by chunk; the same seed gives the same scenarios."""
    generator = np.random.default_rng(scenarios.seed)
    left = scenarios.count
    while left:
        count = min(left, CHUNK)
        left -= count
        drawn: dict[str, Column] = {}
        if scenarios.expenditure_trend:
            factor = scenarios.expenditure_trend.draw(generator, count)
            drawn["performance_year_expenditures"] = (
                base["performance_year_expenditures"][0] * factor
            )
        if scenarios.risk_ratio:
            factor = scenarios.risk_ratio.draw(generator, count)
            drawn["updated_benchmark_expenditures"] = (
                base["updated_benchmark_expenditures"][0] * factor
            )
        if scenarios.quality_score:
            drawn["quality_score"] = scenarios.quality_score.draw(generator, count)
        yield drawn


class SharedSavingsSimulation:
    """See :class:`openvbc.programs.simulation.Simulation`."""

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """Every election of the minimum savings rate over the same scenarios."""
        rules = load_rules("mssp", chosen.overlays)
        settled = settled_row(folder, which.contract, which.year, which.item)
        rate = settled.get("minimum_savings_rate_election")
        compared = {election_name(rate): None if rate is None else float(rate)}
        if chosen.elections:
            compared |= elections_of(settled, rules)
        title = f"{settled['contract']} · {settled['year']} · {settled['group']}"
        outcomes = simulate(settled, scenarios, rules, compared)
        return Simulated(title, outcomes, caveats(settled, outcomes), "Minimum savings rate")


SIMULATION = SharedSavingsSimulation()
