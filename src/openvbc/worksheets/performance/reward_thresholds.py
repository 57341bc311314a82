"""The percentiles that decide the reward factor: CMS's, and those of the contracts at hand."""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@line(
    unit="stars", cite="42 CFR 422.166(f)(1); percentiles by SAS definition 5", status="empirical"
)
def official_less_computed(official_threshold: Column, computed_threshold: Column) -> Column:
    """CMS's percentile less that of the public tables, which lack terminated contracts."""
    return official_threshold - computed_threshold


THRESHOLDS = Worksheet(
    "stars_reward_thresholds",
    "Reward factor thresholds",
    inputs=[
        Input("official_threshold", "stars", "Percentile as published (used)"),
        Input("computed_threshold", "stars", "Percentile of the tables' contracts", optional=True),
        Input("contracts", "contracts", "Contracts in the percentile"),
    ],
    parameters=[],
    lines=[official_less_computed],
)
