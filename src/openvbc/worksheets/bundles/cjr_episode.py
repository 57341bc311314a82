"""Comprehensive Care for Joint Replacement: target and spending of one episode.

42 CFR 510.300, 510.301, 510.305(e). The price is of the performance year in which the anchor
begins, though the episode is settled in that in which it ends. Until performance year 5.2 the price
of a cell blends the hospital's own mean with its region's; from performance year 6 it is the
region's mean times the episode's multipliers, normalisation and market trend. The discount after
quality comes last. Grain: one row an episode, or several that are priced alike. USD, nothing
rounded.
"""

from __future__ import annotations

from openvbc.worksheets.bundles.limits import episodes_counted
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    capped,
    is_missing,
    minimum,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

PRICE = "42 CFR 510.300(b)"
RISK = "42 CFR 510.301"


@line(unit="flag", cite="42 CFR 510.300(b)(3)")
def is_low_volume(baseline_episodes: Column, low_volume_below: Column) -> Column:
    """Fewer baseline episodes than the limit; where they are not told, the volume is not low."""
    low: Column = baseline_episodes < low_volume_below
    return low


@line(unit="USD", cite=PRICE)
def price(
    hospital_mean: Column,
    regional_mean: Column,
    hospital_weight_in_thirds: Column,
    is_low_volume: Column,
) -> Column:
    """Thirds of the hospital's mean, the rest the region's; the region's alone at low volume."""
    own = hospital_weight_in_thirds
    blended = (own * hospital_mean + (3 - own) * regional_mean) / 3
    return where(is_low_volume | (own == 0), regional_mean, blended)


@line(unit="factor", cite=RISK)
def risk_multiplier(
    multiplier_hcc_count: Column,
    multiplier_age: Column,
    multiplier_dual: Column,
    price_is_risk_adjusted: Column,
) -> Column:
    """Multipliers of condition count, age and dual status; one where the year has none."""
    product = multiplier_hcc_count * multiplier_age * multiplier_dual
    return where(price_is_risk_adjusted, product, 1)


@line(unit="USD", cite=RISK)
def target_before_discount(
    given_target_before_discount: Column,
    price: Column,
    risk_multiplier: Column,
    normalization: Column,
    market_trend: Column,
    price_is_risk_adjusted: Column,
) -> Column:
    """The target given, else price times multiplier, normalisation and market trend."""
    adjusted = price * risk_multiplier * normalization * market_trend
    computed = where(price_is_risk_adjusted, adjusted, price)
    return where(is_missing(given_target_before_discount), computed, given_target_before_discount)


@line(unit="USD", cite="42 CFR 510.300(c)")
def target_for_gains(
    target_before_discount: Column, effective_discount: Column, episodes_counted: Column
) -> Column:
    """Target less the effective discount, times episodes."""
    kept: Column = 1 - effective_discount
    return target_before_discount * kept * episodes_counted


@line(unit="USD", cite="42 CFR 510.300(c)")
def target_for_losses(
    target_before_discount: Column, applicable_discount: Column, episodes_counted: Column
) -> Column:
    """Target less the discount of losses, times episodes; none where no loss is owed."""
    kept: Column = 1 - applicable_discount
    return target_before_discount * kept * episodes_counted


@line(unit="USD", cite=PRICE)
def capped_spending(spending: Column, spending_cap: Column) -> Column:
    """Spending, at most the cap of its price cell where one is given."""
    return capped(spending, spending_cap)


@line(unit="USD", cite="42 CFR 510.305(e)(1)(i) and (m)")
def settled_spending(
    capped_spending: Column, spending_capped_at_target: Column, target_for_gains: Column
) -> Column:
    """Capped spending, at most the target in an episode that the emergency rule covers."""
    return where(
        spending_capped_at_target, minimum(capped_spending, target_for_gains), capped_spending
    )


CJR_EPISODE = Worksheet(
    "cjr_episode",
    "CJR: target and spending of an episode",
    [
        Input("performance_year", "year", "Performance year of the price, by the year of its end"),
        Input("given_target_before_discount", "USD", "Target before discount", optional=True),
        Input("hospital_mean", "USD", "Hospital's mean of the price cell", optional=True),
        Input("regional_mean", "USD", "Region's mean of the price cell", optional=True),
        Input("baseline_episodes", "count", "Hospital's baseline episodes", optional=True),
        Input("multiplier_hcc_count", "factor", "Multiplier of condition count", optional=True),
        Input("multiplier_age", "factor", "Multiplier of age", optional=True),
        Input("multiplier_dual", "factor", "Multiplier of dual status", optional=True),
        Input("normalization", "factor", "Normalisation", optional=True),
        Input("market_trend", "factor", "Market trend", optional=True),
        Input("effective_discount", "ratio", "Discount on the target for gains"),
        Input("applicable_discount", "ratio", "Discount on the target for losses", optional=True),
        Input("episodes", "count", "Episodes of the row", optional=True),
        Input("spending", "USD", "Spending of the row's episodes"),
        Input("spending_cap", "USD", "Cap of the price cell", optional=True),
        Input(
            "spending_capped_at_target",
            "flag",
            "The emergency rule caps spending at the target",
            optional=True,
            missing=False,
        ),
    ],
    ["low_volume_below", "hospital_weight_in_thirds", "price_is_risk_adjusted"],
    [
        episodes_counted, is_low_volume, price, risk_multiplier,
        target_before_discount, target_for_gains,
        target_for_losses, capped_spending, settled_spending,
    ],
)  # fmt: skip
