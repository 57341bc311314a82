"""A payer's own contract: benchmark, corridor, gate, split, caps, withhold and pool, in one sheet.

Every parameter is a term the parties agreed on; a term the contract does not name is missing and
its piece changes nothing: no corridor, no gate, no cap. Nothing of the law of another program is in
force here. Only the last line is rounded.

Source of the pieces: the structure of public value-based contract forms; each number is cited to
the contract's clause.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    minimum,
    otherwise,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.terms.contract_benchmark import (
    CONTRACT,
    benchmark,
    historical_per_member_per_month,
)
from openvbc.worksheets.terms.sharing import (
    amount_in_corridor,
    gross_savings_or_losses,
    losses_owed,
    losses_that_count,
    minimum_rate_is_met,
    part_by_quality,
    quality_gate_is_open,
    savings_before_quality,
    savings_paid,
    savings_rate,
    savings_that_count,
    shared_losses,
    shared_savings,
)


@line(unit="USD", cite=CONTRACT + "stop-loss")
def spending_over_stop_loss(
    spending: Column, stop_loss_threshold: Column, over_stop_loss: Column
) -> Column:
    """Spending of single members above the threshold; nothing where no stop-loss was agreed."""
    return where(is_missing(stop_loss_threshold), spending * 0, over_stop_loss)


@line(unit="USD", cite=CONTRACT + "care management fees")
def care_management_fees_paid(
    care_management_fees: Column,
    member_months: Column,
    care_management_fee_per_member_per_month: Column,
) -> Column:
    """Member months times the fee agreed; where none was agreed, the fees given."""
    by_rate = member_months * care_management_fee_per_member_per_month
    given = otherwise(care_management_fees, 0)
    return where(is_missing(care_management_fee_per_member_per_month), given, by_rate)


@line(unit="USD", cite=CONTRACT + "what counts as spending")
def settled_spending(
    spending: Column,
    spending_over_stop_loss: Column,
    fees_count: Column,
    care_management_fees_paid: Column,
) -> Column:
    """Spending less what lies over the stop-loss, plus care management fees where they count."""
    less = spending - spending_over_stop_loss
    return where(fees_count, less + care_management_fees_paid, less)


@line(unit="flag", cite=CONTRACT + "the least membership")
def members_suffice(member_months: Column, minimum_member_months: Column) -> Column:
    """Member months are at or above the least agreed; where none was agreed they suffice."""
    enough: Column = is_missing(minimum_member_months) | (member_months >= minimum_member_months)
    return enough


@line(unit="USD", cite=CONTRACT + "the withhold")
def withhold_released(
    spending: Column, withhold_rate: Column, quality_gate_is_open: Column, part_by_quality: Column
) -> Column:
    """The withhold on spending, times the part by quality; nothing with a closed gate."""
    held = spending * otherwise(withhold_rate, 0) * part_by_quality
    return where(quality_gate_is_open, held, held * 0)


@line(unit="USD", cite=CONTRACT + "the quality pool")
def quality_pool_paid(
    member_months: Column,
    quality_pool_per_member_per_month: Column,
    quality_gate_is_open: Column,
    part_by_quality: Column,
) -> Column:
    """Member months times the pool's rate, times the part by quality; nothing if closed."""
    pool = member_months * otherwise(quality_pool_per_member_per_month, 0) * part_by_quality
    return where(quality_gate_is_open, pool, pool * 0)


@line(unit="USD", cite=CONTRACT + "advances")
def advances_paid(member_months: Column, advance_per_member_per_month: Column) -> Column:
    """Member months times the advance agreed; nothing where none was agreed."""
    return member_months * otherwise(advance_per_member_per_month, 0)


@line(unit="USD", cite=CONTRACT + "advances")
def advances_recouped(
    advances_paid: Column,
    savings_paid: Column,
    members_suffice: Column,
    advance_is_owed_back: Column,
) -> Column:
    """Advances, all of them where they are owed back, else at most the savings paid."""
    savings = where(members_suffice, savings_paid, savings_paid * 0)
    return where(advance_is_owed_back, advances_paid, minimum(advances_paid, savings))


@line(
    unit="USD",
    cite=CONTRACT + "the settlement",
    label="Settlement (owed by the provider negative)",
    rounding="cents, half up",
)
def settlement(
    savings_paid: Column,
    losses_owed: Column,
    withhold_released: Column,
    quality_pool_paid: Column,
    advances_recouped: Column,
    members_suffice: Column,
) -> Column:
    """Savings paid less losses owed where members suffice, plus withhold released and quality pool,
    less advances.
    """
    shared = savings_paid - losses_owed
    total = where(members_suffice, shared, shared * 0) + withhold_released + quality_pool_paid
    return round_half_up(total - advances_recouped, 2)


@line(unit="USD", cite="for the picture of the settlement")
def spending_deducted(settled_spending: Column) -> Column:
    """Settled spending, as the step from the benchmark to savings."""
    deducted: Column = settled_spending * -1
    return deducted


@line(unit="USD", cite="for the picture of the settlement")
def not_shared(settlement: Column, gross_savings_or_losses: Column) -> Column:
    """What corridor, gate, split, caps, withhold and pool leave between savings and settlement."""
    return settlement - gross_savings_or_losses


INPUTS = (
    Input("contract_year", "year", "Contract year"),
    Input("member_months", "count", "Member months"),
    Input("spending", "USD", "Spending"),
    Input("given_benchmark", "USD", "Benchmark, as a total given", optional=True),
    Input("premium", "USD", "Premium", optional=True),
    Input(
        "peer_per_member_per_month",
        "USD per month",
        "Peers' spending a member and month",
        optional=True,
    ),
    Input("risk_ratio", "ratio", "Risk score over that of the base year", optional=True),
    Input("over_stop_loss", "USD", "Spending of members above the stop-loss", optional=True),
    Input("care_management_fees", "USD", "Care management fees paid", optional=True),
    Input("quality_score", "ratio", "Quality score", optional=True),
)
TERMS = (
    "benchmark_form", "target_per_member_per_month", "prior_year_per_member_per_month",
    "trend_rate", "historical_years", "peer_factor", "target_loss_ratio", "risk_adjusted",
    "stop_loss_threshold", "fees_count",
    "care_management_fee_per_member_per_month", "minimum_member_months", "savings_share",
    "savings_ladder", "loss_share", "loss_ladder", "minimum_savings_rate", "minimum_loss_rate",
    "corridor",
    "quality_gate", "quality_tiers", "savings_cap", "loss_cap", "withhold_rate",
    "quality_pool_per_member_per_month", "advance_per_member_per_month", "advance_is_owed_back",
)  # fmt: skip
PAYER_CONTRACT = Worksheet(
    "payer_contract",
    "Payer's contract",
    INPUTS,
    TERMS,
    [
        historical_per_member_per_month, benchmark, spending_over_stop_loss,
        care_management_fees_paid, settled_spending, gross_savings_or_losses,
        savings_rate, minimum_rate_is_met, members_suffice, amount_in_corridor, savings_that_count,
        losses_that_count, quality_gate_is_open, part_by_quality, savings_before_quality,
        shared_savings, savings_paid,
        shared_losses, losses_owed, withhold_released, quality_pool_paid, advances_paid,
        advances_recouped, settlement,
        spending_deducted, not_shared,
    ],
)  # fmt: skip
