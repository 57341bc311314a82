"""Comprehensive Care for Joint Replacement: reconciliation of a hospital and performance year.

42 CFR 510.305. A gain is measured against the target for gains, a loss against that for losses;
between the two nothing is paid or owed. Both are limited; overlap with an ACO (to performance year
5.2) and high spending after episodes stand outside the limits; what is then left is paid if quality
allows it. Grain: one row a hospital and performance year. USD, the result to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.bundles.limits import post_episode_excess
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    maximum,
    minimum,
    otherwise,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

RECONCILIATION = "42 CFR 510.305(e)"


@line(unit="USD", cite=RECONCILIATION)
def gain(total_target_for_gains: Column, total_spending: Column) -> Column:
    """Target for gains less spending, nothing where spending is higher."""
    return maximum(total_target_for_gains - total_spending, 0)


@line(unit="USD", cite=RECONCILIATION)
def loss(
    total_target_for_losses: Column, total_spending: Column, losses_are_owed: Column
) -> Column:
    """Spending less the target for losses as a positive amount; none where no loss is owed."""
    above = maximum(total_spending - total_target_for_losses, 0)
    return where(losses_are_owed, above, 0)


@line(unit="USD", cite=RECONCILIATION)
def gain_limit(total_target_for_gains: Column, stop_gain: Column) -> Column:
    """Stop-gain times the target for gains."""
    return total_target_for_gains * stop_gain


@line(unit="USD", cite=RECONCILIATION, status="unverified")
def loss_limit(
    total_target_for_losses: Column, stop_loss: Column, losses_are_owed: Column
) -> Column:
    """Stop-loss times the target for losses; that this target is the base is a reading."""
    return where(losses_are_owed, total_target_for_losses * stop_loss, 0)


@line(unit="USD", cite=RECONCILIATION)
def limited_gain(gain: Column, gain_limit: Column) -> Column:
    """The gain, at most its limit."""
    return minimum(gain, gain_limit)


@line(unit="USD", cite=RECONCILIATION)
def limited_loss(loss: Column, loss_limit: Column) -> Column:
    """The loss, at most its limit."""
    return minimum(loss, loss_limit)


@line(unit="USD", cite=RECONCILIATION, label="Net payment reconciliation amount")
def net_payment_reconciliation_amount(limited_gain: Column, limited_loss: Column) -> Column:
    """Limited gain less limited loss; negative is owed by the hospital."""
    return limited_gain - limited_loss


@line(unit="USD", cite="42 CFR 510.305(j) and (m)")
def post_episode_charge(
    post_episode_mean: Column,
    post_episode_regional_mean: Column,
    post_episode_deviation: Column,
    post_episode_deviations: Column,
    post_episode_episodes: Column,
) -> Column:
    """Mean of 30 days after episodes above regional mean and deviations, times episodes."""
    return post_episode_excess(
        post_episode_mean,
        post_episode_regional_mean,
        post_episode_deviation,
        post_episode_deviations,
        post_episode_episodes,
    )


@line(unit="USD", cite="42 CFR 510.305(j)(1)")
def aco_overlap_taken_back(aco_overlap_amount: Column, aco_overlap_is_taken_back: Column) -> Column:
    """What an ACO was paid of the discount, in the years that take it back."""
    return where(aco_overlap_is_taken_back, otherwise(aco_overlap_amount, 0), 0)


@line(unit="USD", cite="42 CFR 510.305(f)(2), (3), (i) to (m)", rounding="half up to the cent")
def reconciliation(
    net_payment_reconciliation_amount: Column,
    aco_overlap_taken_back: Column,
    post_episode_charge: Column,
    eligible_for_payment: Column,
) -> Column:
    """The net amount less what is taken back and the charge after episodes.

    What remains above zero is paid where quality allows it; what is below zero is owed.
    """
    total = net_payment_reconciliation_amount - aco_overlap_taken_back - post_episode_charge
    return round_half_up(where(eligible_for_payment, total, minimum(total, 0)), 2)


@line(unit="USD", cite="42 CFR 510.305(i)", label="Due now (owed by the hospital negative)")
def due_now(reconciliation: Column, settled_before: Column) -> Column:
    """The reconciliation of both calculations together less what the first one settled."""
    return reconciliation - otherwise(settled_before, 0)


@line(unit="USD", cite="for the picture of the settlement")
def spending_deducted(total_spending: Column) -> Column:
    """Spending, as the step from the target to what was saved."""
    return -total_spending


@line(unit="USD", cite="for the picture of the settlement")
def target_less_spending(total_target_for_gains: Column, total_spending: Column) -> Column:
    """Target for gains less spending."""
    return total_target_for_gains - total_spending


@line(unit="USD", cite="for the picture of the settlement")
def taken_by_rules(reconciliation: Column, target_less_spending: Column) -> Column:
    """What limits, quality, the two targets, overlap and the charge leave out."""
    return reconciliation - target_less_spending


CJR = Worksheet(
    "cjr",
    "CJR: reconciliation",
    [
        Input("performance_year", "year", "Calendar year in which the performance year ends"),
        Input(
            "lower_loss_limit",
            "flag",
            "Rural, sole community, Medicare-dependent or rural referral hospital",
        ),
        Input("quality_category", "text", "Quality category"),
        Input("episodes", "count", "Episodes"),
        Input("total_target_for_gains", "USD", "Target for gains"),
        Input("total_target_for_losses", "USD", "Target for losses", optional=True),
        Input("total_spending", "USD", "Spending"),
        Input("aco_overlap_amount", "USD", "Discount paid to an ACO", optional=True),
        Input("post_episode_mean", "USD", "Mean of 30 days after episodes", optional=True),
        Input("post_episode_regional_mean", "USD", "The same in the region", optional=True),
        Input("post_episode_deviation", "USD", "Its standard deviation", optional=True),
        Input("post_episode_episodes", "count", "Episodes of that mean", optional=True),
        Input("settled_before", "USD", "Settled by the first calculation", optional=True),
    ],
    ["losses_are_owed", "stop_gain", "stop_loss", "eligible_for_payment",
     "aco_overlap_is_taken_back", "post_episode_deviations"],
    [
        gain, loss, gain_limit, loss_limit, limited_gain, limited_loss,
        net_payment_reconciliation_amount, aco_overlap_taken_back, post_episode_charge,
        reconciliation, due_now,
        spending_deducted, target_less_spending, taken_by_rules,
    ],
)  # fmt: skip
