"""What bundle models share: episodes of a row, limits, spending after episodes above the usual."""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    maximum,
    otherwise,
)
from openvbc.worksheets.kernel.line import line


@line(unit="count", cite="how the row is given")
def episodes_counted(episodes: Column) -> Column:
    """Episodes of the row, one where it does not tell."""
    return otherwise(episodes, 1)


def within_limits(
    amount: Column, gain_base: Column, stop_gain: Column, loss_base: Column, stop_loss: Column
) -> Column:
    """`amount`, at most stop-gain times its base, at least minus stop-loss times its base."""
    return clamp(amount, -(stop_loss * loss_base), stop_gain * gain_base)


def post_episode_excess(
    mean: Column, regional_mean: Column, deviation: Column, deviations: Column, episodes: Column
) -> Column:
    """Mean above regional mean plus so many deviations, times episodes; zero where not given."""
    above = maximum(mean - (regional_mean + deviations * deviation), 0)
    return otherwise(above * episodes, 0)
