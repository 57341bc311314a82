"""How payers' contracts share: minimum rates, corridor, gate, tiers, shares or ladders, caps.

The lines of a settlement between a benchmark and what was spent, the same for a population and for
bundles. A term the contract does not name is missing and its piece changes nothing.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.capitation.corridor import corridor_share
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_missing,
    maximum,
    minimum,
    otherwise,
    ratio,
    reached,
    where,
)
from openvbc.worksheets.kernel.line import line
from openvbc.worksheets.terms.contract_benchmark import CONTRACT


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


def _through(ladder: Table, rate: Column) -> Column:
    """The share of the benchmark by the steps of a ladder; none where no ladder was agreed."""
    return corridor_share(ladder, rate) if ladder else rate - rate


@line(unit="USD", cite=CONTRACT + "the split of savings")
def savings_before_quality(
    savings_that_count: Column, benchmark: Column, savings_share: Column, savings_ladder: Column
) -> Column:
    """Savings that count times the share; without a share, step by step through the ladder.

    Each step of the ladder shares what lies within it, as a rate of the benchmark.
    """
    stepwise = by_table(savings_ladder, ratio(savings_that_count, benchmark), _through) * benchmark
    flat = savings_that_count * otherwise(savings_share, 0)
    return where(is_missing(savings_share), stepwise, flat)


@line(unit="USD", cite=CONTRACT + "the split of savings")
def shared_savings(
    savings_before_quality: Column, part_by_quality: Column, quality_gate_is_open: Column
) -> Column:
    """The provider's savings times the part by quality; nothing with a closed gate."""
    amount = savings_before_quality * part_by_quality
    return where(quality_gate_is_open, amount, amount * 0)


@line(unit="USD", cite=CONTRACT + "the cap on savings")
def savings_paid(shared_savings: Column, benchmark: Column, savings_cap: Column) -> Column:
    """Shared savings, at most the cap times the benchmark where one was agreed."""
    capped = minimum(shared_savings, benchmark * savings_cap)
    return where(is_missing(savings_cap), shared_savings, capped)


@line(unit="USD", cite=CONTRACT + "the split of losses")
def shared_losses(
    losses_that_count: Column, benchmark: Column, loss_share: Column, loss_ladder: Column
) -> Column:
    """Losses that count times the share, or through the ladder; none in a one-sided contract."""
    stepwise = by_table(loss_ladder, ratio(losses_that_count, benchmark), _through) * benchmark
    flat = losses_that_count * otherwise(loss_share, 0)
    return where(is_missing(loss_share), stepwise, flat)


@line(unit="USD", cite=CONTRACT + "the cap on losses")
def losses_owed(shared_losses: Column, benchmark: Column, loss_cap: Column) -> Column:
    """Shared losses, at most the cap times the benchmark where one was agreed."""
    capped = minimum(shared_losses, benchmark * loss_cap)
    return where(is_missing(loss_cap), shared_losses, capped)
