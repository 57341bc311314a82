"""A capitation contract: revenue, medical expense, loss ratio, surplus, settlement.

Every parameter is a term the parties agreed on; a term the contract does not name is missing and
its piece changes nothing. No law is in force here. Net medical cost is what was incurred less
stop-loss recoveries plus the premium paid for that cover; the surplus against the target loss ratio
goes through the contract's corridor, then aggregate stop-loss, then the least and most loss ratio,
then deficits of earlier years, then the withhold is released.

Grain: one row a contract and period. Totals in USD to the cent.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.capitation.corridor import corridor_share
from openvbc.worksheets.capitation.stop_loss import aggregate_recovery
from openvbc.worksheets.capitation.withhold import unearned
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_missing,
    maximum,
    minimum,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"
CONTRACT = "the contract's clause on "
CENT = "half up to the cent"


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


@line(unit="USD", cite=CONTRACT + "the capitation rate", rounding=CENT)
def capitation_revenue(capitation_per_month: Column, member_months: Column) -> Column:
    """Member months times the amount a month: a month less lowers it by exactly its rate."""
    return round_half_up(capitation_per_month * member_months, 2)


@line(unit="USD", cite=CONTRACT + "revenue")
def revenue(capitation_revenue: Column, kick_payments_due: Column) -> Column:
    """Capitation, plus what is paid for events; nothing where no such payment is agreed."""
    return capitation_revenue + otherwise(kick_payments_due, 0)


@line(unit="USD", cite=CONTRACT + "the withhold", rounding=CENT)
def withhold(revenue: Column, contract_withhold: Column) -> Column:
    """Revenue times the share withheld; nothing where none is agreed."""
    return round_half_up(revenue * otherwise(contract_withhold, 0), 2)


@line(unit="USD", cite=CONTRACT + "the withhold", rounding=CENT)
def withhold_not_earned(withhold: Column, quality_score: Column, quality_gate: Column) -> Column:
    """The part of the withhold that quality did not earn back; all of it below the gate."""
    score = otherwise(quality_score, 0)
    is_open = is_missing(quality_gate) | (score >= quality_gate)
    return round_half_up(unearned(withhold, where(is_open, score, score * 0)), 2)


@line(unit="USD", cite=CONTRACT + "the withhold")
def withhold_released(withhold: Column, withhold_not_earned: Column) -> Column:
    """The withhold less what was not earned."""
    return withhold - withhold_not_earned


@line(unit="USD", cite=CONTRACT + "stop-loss", rounding=CENT)
def reinsurance_premium(reinsurance_premium_per_month: Column, member_months: Column) -> Column:
    """Premium a member and month times member months; nothing where no cover is agreed."""
    return round_half_up(otherwise(reinsurance_premium_per_month, 0) * member_months, 2)


@line(unit="USD", cite=CONTRACT + "expense")
def net_medical_expense(
    incurred_medical_expense: Column,
    stop_loss_recoveries: Column,
    reinsurance_premium: Column,
) -> Column:
    """Incurred expense less specific stop-loss recoveries, plus the premium for the cover."""
    less = incurred_medical_expense - otherwise(stop_loss_recoveries, 0)
    return less + reinsurance_premium


@line(unit="ratio", cite=CONTRACT + "the loss ratio")
def medical_loss_ratio(
    net_medical_expense: Column,
    quality_improvement: Column,
    revenue: Column,
    taxes_and_fees: Column,
) -> Column:
    """Net medical expense plus quality improvement, over revenue less taxes and fees."""
    numerator = net_medical_expense + otherwise(quality_improvement, 0)
    return ratio(numerator, revenue - otherwise(taxes_and_fees, 0))


@line(
    unit="USD", cite=CONTRACT + "the target", label="Surplus against the target (deficit negative)"
)
def surplus(revenue: Column, target_loss_ratio: Column, net_medical_expense: Column) -> Column:
    """Revenue times the target loss ratio, less net medical expense."""
    return revenue * target_loss_ratio - net_medical_expense


def _through(bands: Table, rate: Column) -> Column:
    """A rate through the corridor; all of it where the contract has none."""
    return corridor_share(bands, rate) if bands else rate


@line(unit="USD", cite=CONTRACT + "the corridor", rounding=CENT)
def provider_share_of_surplus(
    surplus: Column, revenue: Column, contract_corridor: Column
) -> Column:
    """Surplus over revenue through the contract's corridor, times revenue; deficits mirror it.

    Without a corridor all of it is the provider's.
    """
    shared = by_table(contract_corridor, ratio(surplus, revenue), _through)
    return round_half_up(shared * revenue, 2)


@line(unit="USD", cite=CONTRACT + "aggregate stop-loss")
def aggregate_recovered(provider_share_of_surplus: Column, aggregate_recovery: Column) -> Column:
    """What aggregate stop-loss gives, at most the deficit that is the provider's."""
    return minimum(aggregate_recovery, maximum(-provider_share_of_surplus, 0))


@line(unit="USD", cite=CONTRACT + "the least loss ratio", rounding=CENT)
def returned_below_minimum(
    medical_loss_ratio: Column,
    minimum_loss_ratio: Column,
    revenue: Column,
    taxes_and_fees: Column,
    provider_share_of_surplus: Column,
) -> Column:
    """What the loss ratio falls short of the least by, times its base; at most the surplus.

    The base is that of the ratio: revenue less taxes and fees (as the remittance of 42 CFR 438.8).
    """
    base = revenue - otherwise(taxes_and_fees, 0)
    short = maximum(otherwise(minimum_loss_ratio, 0) - medical_loss_ratio, 0) * base
    return round_half_up(minimum(short, maximum(provider_share_of_surplus, 0)), 2)


@line(unit="USD", cite=CONTRACT + "the most loss ratio", rounding=CENT)
def borne_above_maximum(
    medical_loss_ratio: Column,
    maximum_loss_ratio: Column,
    revenue: Column,
    taxes_and_fees: Column,
    provider_share_of_surplus: Column,
    aggregate_recovered: Column,
) -> Column:
    """What the loss ratio is over the most by, times its base, the payer bears.

    The base is revenue less taxes and fees; at most the deficit that is left.
    """
    over = maximum(medical_loss_ratio - maximum_loss_ratio, 0) * (
        revenue - otherwise(taxes_and_fees, 0)
    )
    left = maximum(-provider_share_of_surplus, 0) - aggregate_recovered
    return round_half_up(otherwise(only_where(over > 0, minimum(over, left)), 0), 2)


@line(unit="USD", cite=CONTRACT + "the settlement", label="Result of the year (deficit negative)")
def result_of_year(
    provider_share_of_surplus: Column,
    aggregate_recovered: Column,
    returned_below_minimum: Column,
    borne_above_maximum: Column,
) -> Column:
    """Share of surplus, plus what cover and payer bear, less what is returned."""
    more = aggregate_recovered + borne_above_maximum
    result: Column = provider_share_of_surplus + more - returned_below_minimum
    return result


@line(unit="USD", cite=CONTRACT + "deficits of earlier years")
def prior_deficit_recovered(result_of_year: Column, prior_deficit: Column) -> Column:
    """The deficit of earlier years, as far as the year has a surplus."""
    return minimum(maximum(result_of_year, 0), otherwise(prior_deficit, 0))


@line(unit="USD", cite=CONTRACT + "deficits of earlier years")
def deficit_carried(
    result_of_year: Column,
    prior_deficit: Column,
    prior_deficit_recovered: Column,
    deficit_is_carried: Column,
) -> Column:
    """What goes into the next year: the year's deficit where it is carried, and what is open."""
    own = where(deficit_is_carried, maximum(-result_of_year, 0), result_of_year * 0)
    return own + otherwise(prior_deficit, 0) - prior_deficit_recovered


@line(
    unit="USD",
    cite=CONTRACT + "the settlement",
    label="Settlement (owed by the provider negative)",
)
def settlement(
    result_of_year: Column,
    deficit_is_carried: Column,
    prior_deficit_recovered: Column,
    withhold_released: Column,
) -> Column:
    """Result of the year (a deficit carried is none) less earlier deficits, plus the withhold."""
    due = where(deficit_is_carried, maximum(result_of_year, 0), result_of_year)
    return due - prior_deficit_recovered + withhold_released


@line(unit="USD", cite=CONTRACT + "the settlement")
def due_now(settlement: Column, settled_before: Column) -> Column:
    """Settlement less what earlier settlements of the same year came to."""
    return settlement - otherwise(settled_before, 0)


@line(unit="USD", cite="for the picture of the settlement")
def expense_deducted(net_medical_expense: Column) -> Column:
    """Net medical expense, as a step from revenue to surplus."""
    return -net_medical_expense


@line(unit="USD", cite="for the picture of the settlement")
def kept_for_target(revenue: Column, target_loss_ratio: Column) -> Column:
    """The part of revenue that is not for care, as a step."""
    return revenue * target_loss_ratio - revenue


@line(unit="USD", cite="for the picture of the settlement")
def sharing_and_withhold(settlement: Column, surplus: Column) -> Column:
    """What corridor, cover, limits, earlier deficits and withhold make of the surplus."""
    return settlement - surplus


INPUTS = (
    Input("contract_year", "year", "Contract year"),
    Input("member_months", "months", "Member months"),
    Input("base_rate", MONTHLY, "Base rate", optional=True),
    Input("area_factor", "factor", "Area factor, one if none", optional=True),
    Input("risk_score", "factor", "Mean risk score", optional=True),
    Input("kick_payments_due", "USD", "Kick payments, one an event", optional=True),
    Input("quality_score", "ratio", "Quality score; none earns nothing back", optional=True),
    Input("incurred_medical_expense", "USD", "Incurred medical expense"),
    Input("stop_loss_recoveries", "USD", "Specific stop-loss recoveries", optional=True),
    Input("quality_improvement", "USD", "Spent to improve quality", optional=True),
    Input("taxes_and_fees", "USD", "Taxes and fees", optional=True),
    Input("prior_deficit", "USD", "Deficit of earlier years, still open", optional=True),
    Input("settled_before", "USD", "Earlier settlements of the year", optional=True),
)
TERMS = (
    "trend_factor", "carve_out_per_month", "contract_withhold", "quality_gate",
    "reinsurance_premium_per_month", "target_loss_ratio", "contract_corridor",
    "aggregate_attachment", "aggregate_share", "aggregate_limit", "minimum_loss_ratio",
    "maximum_loss_ratio", "deficit_is_carried",
)  # fmt: skip
CAPITATION = Worksheet(
    "capitation",
    "Capitation contract: revenue, expense, surplus and settlement",
    INPUTS,
    TERMS,
    [
        capitation_per_month, capitation_revenue, revenue, withhold, withhold_not_earned,
        withhold_released,
        reinsurance_premium, net_medical_expense, medical_loss_ratio, surplus,
        provider_share_of_surplus, aggregate_recovery, aggregate_recovered,
        returned_below_minimum, borne_above_maximum, result_of_year, prior_deficit_recovered,
        deficit_carried, settlement, due_now, kept_for_target, expense_deducted,
        sharing_and_withhold,
    ],
)  # fmt: skip
"""Member months and expense to the settlement of the year."""
