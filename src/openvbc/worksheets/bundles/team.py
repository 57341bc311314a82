"""Transforming Episode Accountability Model: reconciliation of a hospital and performance year.

42 CFR 512.550 and summaries of it. Losses of categories of low volume are left out. Quality takes
a part of a gain and forgives a part of a loss; then stop-gain and stop-loss of the track limit the
result; spending after episodes is charged outside the limits. Grain: one row a hospital and
performance year. USD, the result to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.bundles.limits import post_episode_excess, within_limits
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    maximum,
    only_where,
    otherwise,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

RECONCILIATION = "42 CFR 512.550"
LOW_VOLUME = "CMS-1833-F, low volume of a category"


@line(unit="USD", cite=RECONCILIATION)
def raw_amount(total_target: Column, total_spending: Column, losses_left_out: Column) -> Column:
    """Reconciliation targets less spending, without the losses of categories of low volume."""
    return total_target - total_spending + losses_left_out


@line(unit="USD", cite=LOW_VOLUME, status="secondary")
def losses_left_out(losses_at_low_volume: Column) -> Column:
    """Losses of categories of low volume, which are not owed; zero where none are told."""
    return otherwise(losses_at_low_volume, 0)


@line(unit="USD", cite=RECONCILIATION, status="secondary")
def quality_adjustment(
    raw_amount: Column,
    composite_quality_score: Column,
    most_quality_adjustment_of_gain: Column,
    most_quality_adjustment_of_loss: Column,
) -> Column:
    """What quality takes of a gain (negative), or forgives of a loss (positive).

    The maximum of the track times one less the score, or times the score.
    """
    taken = raw_amount * most_quality_adjustment_of_gain * (1 - composite_quality_score / 100)
    forgiven = raw_amount * most_quality_adjustment_of_loss * composite_quality_score / 100
    return where(raw_amount >= 0, -taken, -forgiven)


@line(unit="USD", cite=RECONCILIATION)
def after_quality(raw_amount: Column, quality_adjustment: Column) -> Column:
    """Raw amount plus the quality adjustment."""
    return raw_amount + quality_adjustment


@line(unit="USD", cite=RECONCILIATION)
def gain_limit(total_target: Column, stop_gain: Column) -> Column:
    """Stop-gain of the track times the targets."""
    return total_target * stop_gain


@line(unit="USD", cite=RECONCILIATION)
def loss_limit(total_target: Column, stop_loss: Column) -> Column:
    """Stop-loss of the track times the targets."""
    return total_target * stop_loss


@line(unit="USD", cite=RECONCILIATION)
def limited_amount(
    after_quality: Column, total_target: Column, stop_gain: Column, stop_loss: Column
) -> Column:
    """The amount after quality, held between stop-loss and stop-gain."""
    return within_limits(after_quality, total_target, stop_gain, total_target, stop_loss)


@line(unit="USD", cite="42 CFR 512.550(f)", status="secondary")
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


@line(unit="USD", cite=RECONCILIATION, rounding="half up to the cent")
def reconciliation(
    limited_amount: Column,
    post_episode_charge: Column,
    track_is_open: Column,
    losses_are_owed: Column,
) -> Column:
    """The limited amount less the charge, and no less than zero in a track that owes nothing.

    None in a track that is not open to the hospital.
    """
    total = limited_amount - post_episode_charge
    owed = where(losses_are_owed, total, maximum(total, 0))
    return only_where(track_is_open, round_half_up(owed, 2))


@line(unit="USD", cite=RECONCILIATION, label="Due now (owed by the hospital negative)")
def due_now(reconciliation: Column, settled_before: Column) -> Column:
    """The reconciliation less what an earlier calculation settled."""
    return reconciliation - otherwise(settled_before, 0)


@line(unit="USD", cite="for the picture of the settlement")
def spending_deducted(total_spending: Column) -> Column:
    """Spending, as the step from the target to the raw amount."""
    return -total_spending


@line(unit="USD", cite="for the picture of the settlement")
def limited_away(limited_amount: Column, after_quality: Column) -> Column:
    """What the limits take, as a step."""
    return limited_amount - after_quality


@line(unit="USD", cite="for the picture of the settlement")
def charge_deducted(reconciliation: Column, limited_amount: Column) -> Column:
    """What the charge takes, as a step: all of it, or what the track lets it take."""
    return reconciliation - limited_amount


TEAM = Worksheet(
    "team",
    "TEAM: reconciliation",
    [
        Input("performance_year", "year", "Performance year"),
        Input("track", "count", "Track (1, 2 or 3)"),
        Input("hospital_type", "text", "What the choice of track rests on"),
        Input("episodes", "count", "Episodes"),
        Input("total_target", "USD", "Reconciliation targets"),
        Input("total_spending", "USD", "Spending"),
        Input(
            "losses_at_low_volume", "USD", "Losses of categories of low volume", optional=True
        ),
        Input("composite_quality_score", "score", "Composite quality score, 0 to 100"),
        Input("post_episode_mean", "USD", "Mean of 30 days after episodes", optional=True),
        Input("post_episode_regional_mean", "USD", "The same in the region", optional=True),
        Input("post_episode_deviation", "USD", "Its standard deviation", optional=True),
        Input("post_episode_episodes", "count", "Episodes of that mean", optional=True),
        Input("settled_before", "USD", "Settled before", optional=True),
    ],
    [
        "track_is_open", "losses_are_owed",
        "most_quality_adjustment_of_gain", "most_quality_adjustment_of_loss", "stop_gain",
        "stop_loss", "post_episode_deviations",
    ],
    [
        losses_left_out, raw_amount, quality_adjustment, after_quality, gain_limit, loss_limit,
        limited_amount, post_episode_charge, reconciliation, due_now, spending_deducted,
        limited_away, charge_deducted,
    ],
)  # fmt: skip
