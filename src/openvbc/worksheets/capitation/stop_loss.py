"""Specific (individual) stop-loss: what a member's claims above the deductible give back.

Grain: one row a member and contract period. USD, to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, maximum, round_half_up
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

CONTRACT = "the contract's clause on stop-loss"


def recovery_above(claims: Column, deductible: Column, share_recovered: Column) -> Column:
    """The part of claims above the deductible, at the share that is recovered."""
    recovered: Column = maximum(claims - deductible, 0) * share_recovered
    return recovered


@line(unit="USD", cite=CONTRACT)
def claims_above_deductible(member_claims: Column, stop_loss_deductible: Column) -> Column:
    """Claims less the deductible, nothing where they are below it."""
    return maximum(member_claims - stop_loss_deductible, 0)


@line(unit="USD", cite=CONTRACT, rounding="half up to the cent")
def stop_loss_recovery(
    member_claims: Column, stop_loss_deductible: Column, stop_loss_share: Column
) -> Column:
    """Claims above the deductible times the share that the cover pays."""
    return round_half_up(recovery_above(member_claims, stop_loss_deductible, stop_loss_share), 2)


SPECIFIC_STOP_LOSS = Worksheet(
    "specific_stop_loss",
    "Specific stop-loss: recovery by member",
    inputs=[
        Input("member_claims", "USD", "Claims of the member in the period"),
        Input("stop_loss_deductible", "USD", "Deductible of the member"),
        Input("stop_loss_share", "ratio", "Share of claims above the deductible that is recovered"),
    ],
    parameters=[],
    lines=[claims_above_deductible, stop_loss_recovery],
)
"""Claims of large members to what stop-loss gives back."""
