"""Lists and numbers of a REACH project that are given and count for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from openvbc.programs.reach.given import ReachGiven
from openvbc.programs.reach.project import ReachKnown
from openvbc.worksheets.capitation.reach_from_claims import REACH_FROM_CLAIMS
from openvbc.worksheets.kernel.idle_input import idle_inputs, note_of_idle

RESULTS = ("shared_savings_after_sequestration", "settlement_due")
SHARES_SPENT = ("0.60", "0.93", "1.00", "1.07", "1.40")
"""Shares of the benchmark spent over which a number is tried; shown nowhere."""


def idle_facts(given: ReachGiven, year: Mapping[str, Any], benchmark: Decimal) -> list[str]:
    """What is given and moves nothing, in a sentence; or nothing.

    Args:
        given: the contract, its lists and what CMS told.
        year: the inputs of the worksheet of the settlement, as it was settled.
        benchmark: what spending is held against (USD), for scenarios of spending.
    """
    numbers = idle_inputs(
        REACH_FROM_CLAIMS,
        given.rules,
        year,
        {**dict.fromkeys(ReachKnown.model_fields), "takes_enhanced": False},
        {"claim_payments": [benchmark * Decimal(share) for share in SHARES_SPENT]},
        RESULTS,
    )
    facts = [
        f"{'known' if name in ReachKnown.model_fields else 'contract'}.{name}" for name in numbers
    ]
    facts += idle_lists(given)
    return note_of_idle(facts, str(given.contract.performance_year), "this contract")


def idle_lists(given: ReachGiven) -> Iterator[str]:
    """Inputs, and facts about base years, that this contract does not ask for."""
    inputs, contract, known = given.inputs, given.contract, given.known
    if inputs.high_needs is not None and contract.entity_type != "HIGH_NEEDS":
        yield "inputs.high_needs"
    if inputs.stop_loss_bands is not None and not contract.stop_loss:
        yield "inputs.stop_loss_bands"
    predicted = contract.stop_loss and given.term.stop_loss_is_against_prediction
    if inputs.member_scores is not None and not predicted:
        yield "inputs.member_scores"
    idle_equity = not given.equity_in_force or known.equity_adjustment_up is not None
    if inputs.equity is not None and idle_equity:
        yield "inputs.equity"
    weighs = given.history_weighs("CLAIMS") or given.history_weighs("VOLUNTARY")
    if inputs.base_years is not None and not weighs:
        yield "inputs.base_years"
    if contract.base_years is not None and not weighs:
        yield "contract.base_years"
