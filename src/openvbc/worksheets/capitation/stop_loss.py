"""Stop-loss, specific and aggregate: what claims above a deductible or attachment give back.

Grain: specific, one row a member and contract period; aggregate, one a contract and period. USD, to
the cent.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    capped,
    is_missing,
    maximum,
    round_half_up,
    where,
)
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


@line(
    unit="USD", cite="the contract's clause on aggregate stop-loss", rounding="half up to the cent"
)
def aggregate_recovery(
    net_medical_expense: Column,
    revenue: Column,
    aggregate_attachment: Column,
    aggregate_share: Column,
    aggregate_limit: Column,
) -> Column:
    """Expense after specific recoveries above the attachment times revenue, times the share.

    At most the limit; nothing where no attachment is agreed.
    """
    above = recovery_above(net_medical_expense, aggregate_attachment * revenue, aggregate_share)
    limited = capped(above, aggregate_limit)
    return round_half_up(where(is_missing(aggregate_attachment), revenue * 0, limited), 2)


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
