"""Transforming Episode Accountability Model: the target price of an episode.

42 CFR 512.540 and 512.545. The preliminary price of a cell is the weighted baseline mean times
trend, normalisation and one less the discount; the reconciliation target multiplies it by the
person's and the hospital's factors and moves normalisation and trend to what came, within caps.
Grain: one row an episode, or several that are priced alike. USD, nothing rounded.
"""

from __future__ import annotations

from openvbc.worksheets.bundles.limits import episodes_counted
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    capped,
    clamp,
    is_missing,
    otherwise,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

PRICE = "42 CFR 512.540"
ADJUSTMENT = "42 CFR 512.545"


@line(unit="USD", cite=PRICE)
def baseline_price(
    baseline_mean_1: Column,
    baseline_mean_2: Column,
    baseline_mean_3: Column,
    baseline_weight_1: Column,
    baseline_weight_2: Column,
    baseline_weight_3: Column,
) -> Column:
    """Mean spending of three baseline years, oldest first, by their weights."""
    older = baseline_weight_1 * baseline_mean_1 + baseline_weight_2 * baseline_mean_2
    weighted: Column = older + baseline_weight_3 * baseline_mean_3
    return weighted


@line(unit="USD", cite=PRICE)
def preliminary_target_price(
    given_preliminary_price: Column,
    baseline_price: Column,
    prospective_trend: Column,
    prospective_normalization: Column,
    discount: Column,
) -> Column:
    """The price of CMS's file, else baseline price, trend, normalisation and discount."""
    computed = baseline_price * prospective_trend * prospective_normalization * (1 - discount)
    return where(is_missing(given_preliminary_price), computed, given_preliminary_price)


@line(unit="factor", cite=ADJUSTMENT + "(e)(1)(ii)")
def normalization_change(
    final_normalization: Column, prospective_normalization: Column, normalization_cap: Column
) -> Column:
    """Final over prospective normalisation, at most the cap from one; one where none is given."""
    change = otherwise(final_normalization / prospective_normalization, 1)
    return clamp(change, 1 - normalization_cap, 1 + normalization_cap)


@line(unit="factor", cite=ADJUSTMENT + "(f)(1)")
def trend_change(retrospective_trend_change: Column, trend_cap: Column) -> Column:
    """Realised over prospective trend, at most the cap from one; one where none is given."""
    return clamp(otherwise(retrospective_trend_change, 1), 1 - trend_cap, 1 + trend_cap)


@line(unit="USD", cite=ADJUSTMENT + "(a)")
def reconciliation_target_price(
    preliminary_target_price: Column,
    person_multiplier: Column,
    hospital_multiplier: Column,
    normalization_change: Column,
    trend_change: Column,
) -> Column:
    """Preliminary price times the person's and hospital's factors and the capped changes."""
    adjusted = preliminary_target_price * person_multiplier * otherwise(hospital_multiplier, 1)
    return adjusted * normalization_change * trend_change


@line(unit="USD", cite=ADJUSTMENT + "(a)")
def settled_target(reconciliation_target_price: Column, episodes_counted: Column) -> Column:
    """Reconciliation target price times episodes."""
    return reconciliation_target_price * episodes_counted


@line(unit="USD", cite=PRICE)
def settled_spending(spending: Column, spending_cap: Column) -> Column:
    """Spending, at most the high-cost cap of cell and region where it is given."""
    return capped(spending, spending_cap)


@line(unit="flag", cite="CMS-1833-F, low volume of a category", status="secondary")
def is_low_volume(baseline_episodes: Column, low_volume_below: Column) -> Column:
    """Fewer baseline episodes than the limit; where they are not told, the volume is not low."""
    low: Column = baseline_episodes < low_volume_below
    return low


TEAM_PRICE = Worksheet(
    "team_price",
    "TEAM: target price of an episode",
    [
        Input("performance_year", "year", "Performance year"),
        Input("episode_type", "text", "Episode type"),
        Input("given_preliminary_price", "USD", "Preliminary target price", optional=True),
        Input("baseline_mean_1", "USD", "Mean of baseline year 1", optional=True),
        Input("baseline_mean_2", "USD", "Mean of baseline year 2", optional=True),
        Input("baseline_mean_3", "USD", "Mean of baseline year 3", optional=True),
        Input("prospective_trend", "factor", "Prospective trend", optional=True),
        Input("prospective_normalization", "factor", "Prospective normalisation", optional=True),
        Input("final_normalization", "factor", "Final normalisation", optional=True),
        Input(
            "retrospective_trend_change", "factor", "Realised over prospective trend", optional=True
        ),
        Input("person_multiplier", "factor", "Product of the person's factors"),
        Input("hospital_multiplier", "factor", "Product of the hospital's factors", optional=True),
        Input("episodes", "count", "Episodes of the row", optional=True),
        Input("spending", "USD", "Spending of the row's episodes"),
        Input("spending_cap", "USD", "High-cost cap of cell and region", optional=True),
        Input(
            "baseline_episodes", "count", "The hospital's baseline episodes of the type",
            optional=True,
        ),
    ],
    [
        "baseline_weight_1", "baseline_weight_2", "baseline_weight_3", "discount",
        "normalization_cap", "trend_cap", "low_volume_below",
    ],
    [
        episodes_counted, baseline_price, preliminary_target_price, normalization_change,
        trend_change,
        reconciliation_target_price, settled_target, settled_spending, is_low_volume,
    ],
)  # fmt: skip
