"""Transforming Episode Accountability Model: categories in which a hospital has few episodes.

From the inpatient payment rule of fiscal year 2026, as summarised: a hospital does not answer for
losses in a category with fewer baseline episodes than the limit. Grain: one row a hospital,
performance year and category, over the episodes of it that are priced. USD, nothing rounded.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, maximum, where
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

LOW_VOLUME = "CMS-1833-F, low volume of a category"


@line(unit="USD", cite=LOW_VOLUME, status="secondary")
def category_loss(category_target: Column, category_spending: Column) -> Column:
    """Spending of the category above its targets; zero where it is below."""
    return maximum(category_spending - category_target, 0)


@line(unit="USD", cite=LOW_VOLUME, status="secondary")
def loss_at_low_volume(category_loss: Column, is_low_volume: Column) -> Column:
    """The loss of a category of low volume, which is not owed; zero of any other."""
    return where(is_low_volume, category_loss, 0)


TEAM_VOLUME = Worksheet(
    "team_volume",
    "TEAM: categories of low volume",
    [
        Input("is_low_volume", "flag", "Whether the category is of low volume"),
        Input("category_target", "USD", "Reconciliation targets of the category"),
        Input("category_spending", "USD", "Spending of the category"),
    ],
    [],
    [category_loss, loss_at_low_volume],
)
