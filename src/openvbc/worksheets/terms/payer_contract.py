"""A payer's own contract: benchmark, corridor, gate, split, caps, withhold and pool, in one sheet.

Every parameter is a term the parties agreed on; a term the contract does not name is missing and
its piece changes nothing: no corridor, no gate, no cap. Nothing of the law of another program is in
force here. Only the last line is rounded.

Source of the pieces: the structure of public value-based contract forms; each number is cited to
the contract's clause.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_in,
    is_missing,
    maximum,
    minimum,
    otherwise,
    ratio,
    reached,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

CONTRACT = "the contract's clause on "


@line(unit="USD", cite=CONTRACT + "the benchmark")
def benchmark(
    benchmark_form: Column,
    given_benchmark: Column,
    target_per_member_per_month: Column,
    prior_year_per_member_per_month: Column,
    trend_rate: Column,
    target_loss_ratio: Column,
    premium: Column,
    member_months: Column,
    risk_ratio: Column,
    risk_adjusted: Column,
) -> Column:
    """By the form agreed, times the risk ratio where the contract adjusts for risk.

    A total that was given; member months times the target; member months times the prior year's
    spending a month, trended once; or the agreed share of the premium.
    """
    trended = prior_year_per_member_per_month * (1 + trend_rate) * member_months
    amount = where(
        is_in(benchmark_form, "given total"),
        given_benchmark,
        where(
            is_in(benchmark_form, "target per member per month"),
            target_per_member_per_month * member_months,
            where(
                is_in(benchmark_form, "prior year trended"), trended, target_loss_ratio * premium
            ),
        ),
    )
    return where(risk_adjusted, amount * risk_ratio, amount)


@line(unit="USD", cite=CONTRACT + "stop-loss")
def spending_over_stop_loss(
    spending: Column, stop_loss_threshold: Column, over_stop_loss: Column
) -> Column:
    """Spending of single members above the threshold; nothing where no stop-loss was agreed."""
    return where(is_missing(stop_loss_threshold), spending * 0, over_stop_loss)


@line(unit="USD", cite=CONTRACT + "what counts as spending")
def settled_spending(
    spending: Column,
    spending_over_stop_loss: Column,
    fees_count: Column,
    care_management_fees: Column,
) -> Column:
    """Spending less what lies over the stop-loss, plus care management fees where they count."""
    less = spending - spending_over_stop_loss
    return where(fees_count, less + care_management_fees, less)


@line(unit="USD", cite=CONTRACT + "savings and losses")
def gross_savings_or_losses(benchmark: Column, settled_spending: Column) -> Column:
    """Benchmark less settled spending; negative is a loss."""
    return benchmark - settled_spending


@line(unit="ratio", cite=CONTRACT + "savings and losses", label="Savings rate (losses negative)")
def savings_rate(gross_savings_or_losses: Column, benchmark: Column) -> Column:
    """Gross savings over the benchmark."""
    return ratio(gross_savings_or_losses, benchmark)


@line(unit="flag", cite=CONTRACT + "the minimum savings and loss rate")
def minimum_rate_is_met(
    savings_rate: Column, minimum_savings_rate: Column, minimum_loss_rate: Column
) -> Column:
    """The rate is at or beyond the least rate of its side; where none was agreed it is met."""
    as_loss = savings_rate * -1
    savings = is_missing(minimum_savings_rate) | (savings_rate >= minimum_savings_rate)
    losses = is_missing(minimum_loss_rate) | (as_loss >= minimum_loss_rate)
    met: Column = where(savings_rate >= 0, savings, losses)
    return met


@line(unit="USD", cite=CONTRACT + "the corridor")
def amount_in_corridor(benchmark: Column, corridor: Column) -> Column:
    """The benchmark times the corridor; nothing where none was agreed."""
    return benchmark * otherwise(corridor, 0)


@line(unit="USD", cite=CONTRACT + "the corridor")
def savings_that_count(
    gross_savings_or_losses: Column, amount_in_corridor: Column, minimum_rate_is_met: Column
) -> Column:
    """Savings beyond the corridor, where the minimum rate is met."""
    beyond = maximum(gross_savings_or_losses - amount_in_corridor, 0)
    return where(minimum_rate_is_met, beyond, beyond * 0)


@line(unit="USD", cite=CONTRACT + "the corridor")
def losses_that_count(
    gross_savings_or_losses: Column, amount_in_corridor: Column, minimum_rate_is_met: Column
) -> Column:
    """Losses beyond the corridor, as a positive amount, where the minimum rate is met."""
    beyond = maximum(gross_savings_or_losses * -1 - amount_in_corridor, 0)
    return where(minimum_rate_is_met, beyond, beyond * 0)


@line(unit="flag", cite=CONTRACT + "the quality gate")
def quality_gate_is_open(quality_score: Column, quality_gate: Column) -> Column:
    """The quality score is at or above the gate; without a gate it is open."""
    is_open: Column = is_missing(quality_gate) | (quality_score >= quality_gate)
    return is_open


@line(unit="ratio", cite=CONTRACT + "the quality tiers")
def part_by_quality(quality_score: Column, quality_tiers: Column) -> Column:
    """The part of the highest tier the score reaches; the whole where no tiers were agreed."""
    return by_table(quality_tiers, quality_score, _part_reached)


def _part_reached(table: Table, score: Column) -> Column:
    if not table:
        return otherwise(score * 0, 0) + 1
    return reached(table, score, "part")


@line(unit="USD", cite=CONTRACT + "the split of savings")
def shared_savings(
    savings_that_count: Column,
    savings_share: Column,
    part_by_quality: Column,
    quality_gate_is_open: Column,
) -> Column:
    """Savings that count, times the share and the part by quality; nothing with a closed gate."""
    amount = savings_that_count * otherwise(savings_share, 0) * part_by_quality
    return where(quality_gate_is_open, amount, amount * 0)


@line(unit="USD", cite=CONTRACT + "the cap on savings")
def savings_paid(shared_savings: Column, benchmark: Column, savings_cap: Column) -> Column:
    """Shared savings, at most the cap times the benchmark where one was agreed."""
    capped = minimum(shared_savings, benchmark * savings_cap)
    return where(is_missing(savings_cap), shared_savings, capped)


@line(unit="USD", cite=CONTRACT + "the split of losses")
def shared_losses(losses_that_count: Column, loss_share: Column) -> Column:
    """Losses that count, times the share; nothing in a one-sided contract."""
    return losses_that_count * otherwise(loss_share, 0)


@line(unit="USD", cite=CONTRACT + "the cap on losses")
def losses_owed(shared_losses: Column, benchmark: Column, loss_cap: Column) -> Column:
    """Shared losses, at most the cap times the benchmark where one was agreed."""
    capped = minimum(shared_losses, benchmark * loss_cap)
    return where(is_missing(loss_cap), shared_losses, capped)


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


@line(
    unit="USD",
    cite=CONTRACT + "the settlement",
    label="Settlement (owed by the provider negative)",
    rounding="cents, half up",
)
def settlement(
    savings_paid: Column, losses_owed: Column, withhold_released: Column, quality_pool_paid: Column
) -> Column:
    """Savings paid less losses owed, plus the withhold released and the quality pool paid."""
    total = savings_paid - losses_owed + withhold_released + quality_pool_paid
    return round_half_up(total, 2)


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
    Input("risk_ratio", "ratio", "Risk score over that of the base year", optional=True),
    Input("over_stop_loss", "USD", "Spending of members above the stop-loss", optional=True),
    Input("care_management_fees", "USD", "Care management fees paid", optional=True),
    Input("quality_score", "ratio", "Quality score", optional=True),
)
TERMS = (
    "benchmark_form", "target_per_member_per_month", "prior_year_per_member_per_month",
    "trend_rate", "target_loss_ratio", "risk_adjusted", "stop_loss_threshold", "fees_count",
    "savings_share", "loss_share", "minimum_savings_rate", "minimum_loss_rate", "corridor",
    "quality_gate", "quality_tiers", "savings_cap", "loss_cap", "withhold_rate",
    "quality_pool_per_member_per_month",
)  # fmt: skip
PAYER_CONTRACT = Worksheet(
    "payer_contract",
    "Payer's contract",
    INPUTS,
    TERMS,
    [
        benchmark, spending_over_stop_loss, settled_spending, gross_savings_or_losses,
        savings_rate, minimum_rate_is_met, amount_in_corridor, savings_that_count,
        losses_that_count, quality_gate_is_open, part_by_quality, shared_savings, savings_paid,
        shared_losses, losses_owed, withhold_released, quality_pool_paid, settlement,
        spending_deducted, not_shared,
    ],
)  # fmt: skip
