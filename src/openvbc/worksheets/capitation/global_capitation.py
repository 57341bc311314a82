"""A capitation contract settled from totals: revenue by month, medical cost, loss ratio, surplus.

Every number is a term or a total of the parties; no law is in force here. Revenue a month is the
base rate times area, trend and risk, less what is carved out. Net medical cost is what was incurred
less stop-loss recoveries plus the premium paid for that cover; the surplus against the target loss
ratio goes through the contract's corridor, if it has one.

Grain: one row a contract and period. Totals in USD to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.corridor import corridor_share
from openvbc.worksheets.capitation.withhold import unearned
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    otherwise,
    ratio,
    round_half_up,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"
CONTRACT = "the contract's clause on "


@line(unit=MONTHLY, cite=CONTRACT + "the capitation rate")
def capitation_per_month(
    base_rate: Column,
    area_factor: Column,
    trend_factor: Column,
    risk_score: Column,
    carve_out_per_month: Column,
) -> Column:
    """Base rate times area, trend and risk, less the amount for services carved out."""
    factors = otherwise(area_factor, 1) * otherwise(trend_factor, 1) * risk_score
    amount: Column = base_rate * factors - otherwise(carve_out_per_month, 0)
    return amount


@line(unit="USD", cite=CONTRACT + "the capitation rate", rounding="half up to the cent")
def revenue(capitation_per_month: Column, member_months: Column) -> Column:
    """Member months times the amount a month: a month less lowers it by exactly its rate."""
    return round_half_up(capitation_per_month * member_months, 2)


@line(unit="USD", cite=CONTRACT + "the withhold", rounding="half up to the cent")
def withhold_not_earned(
    revenue: Column, contract_withhold: Column, quality_score: Column
) -> Column:
    """Revenue times the withhold that quality did not earn back; nothing where none is agreed."""
    kept = unearned(contract_withhold, otherwise(quality_score, 0))
    return round_half_up(revenue * otherwise(kept, 0), 2)


@line(unit="USD", cite=CONTRACT + "expense")
def net_medical_expense(
    incurred_medical_expense: Column,
    stop_loss_recoveries: Column,
    reinsurance_premium: Column,
) -> Column:
    """Incurred expense less stop-loss recoveries, plus the premium for the cover."""
    less = incurred_medical_expense - otherwise(stop_loss_recoveries, 0)
    return less + otherwise(reinsurance_premium, 0)


@line(unit="ratio", cite=CONTRACT + "the loss ratio")
def medical_loss_ratio(net_medical_expense: Column, revenue: Column) -> Column:
    """Net medical expense over revenue."""
    return ratio(net_medical_expense, revenue)


@line(
    unit="USD", cite=CONTRACT + "the target", label="Surplus against the target (deficit negative)"
)
def surplus(revenue: Column, target_loss_ratio: Column, net_medical_expense: Column) -> Column:
    """Revenue times the target loss ratio, less net medical expense."""
    return revenue * target_loss_ratio - net_medical_expense


@line(unit="USD", cite=CONTRACT + "the corridor", rounding="half up to the cent")
def provider_share_of_surplus(
    surplus: Column, revenue: Column, contract_corridor: Column
) -> Column:
    """Surplus over revenue through the contract's corridor, times revenue; deficits mirror it."""
    shared = by_table(contract_corridor, ratio(surplus, revenue), corridor_share)
    return round_half_up(shared * revenue, 2)


GLOBAL_CAPITATION = Worksheet(
    "global_capitation",
    "Capitation contract: revenue, expense and surplus",
    inputs=[
        Input("member_months", "months", "Member months"),
        Input("base_rate", MONTHLY, "Base rate"),
        Input("area_factor", "factor", "Area factor, one if none", optional=True),
        Input("trend_factor", "factor", "Trend factor, one if none", optional=True),
        Input("risk_score", "factor", "Mean risk score"),
        Input("carve_out_per_month", MONTHLY, "Services carved out", optional=True),
        Input("contract_withhold", "ratio", "Withhold, a share of revenue", optional=True),
        Input("quality_score", "ratio", "Quality score; none earns nothing back", optional=True),
        Input("incurred_medical_expense", "USD", "Incurred medical expense"),
        Input("stop_loss_recoveries", "USD", "Stop-loss recoveries", optional=True),
        Input("reinsurance_premium", "USD", "Premium for stop-loss cover", optional=True),
        Input("target_loss_ratio", "ratio", "Target: share of revenue for medical expense"),
        Input("contract_corridor", "table", "Corridor (from, to, share) of revenue"),
    ],
    parameters=[],
    lines=[
        capitation_per_month,
        revenue,
        withhold_not_earned,
        net_medical_expense,
        medical_loss_ratio,
        surplus,
        provider_share_of_surplus,
    ],
)
"""Member months and expense to the surplus shared."""
