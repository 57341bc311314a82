"""Bundled Payments for Care Improvement Advanced: target prices and spending of episodes.

The arithmetic of CMS's target price and reconciliation workbooks. A hospital's benchmark price is
its standardised baseline spending times case mix and peer trend; the target price is less the
discount; at reconciliation case mix becomes that of the period and, from model year 4, trend the
realised one within a cap. Real dollars are standardised ones times one ratio, for target and
spending alike. Grain: one row an episode, or several that are priced alike. USD, nothing rounded.
"""

from __future__ import annotations

from openvbc.worksheets.bundles.limits import episodes_counted
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    clamp,
    is_in,
    is_missing,
    otherwise,
    ratio,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

WORKBOOK = "CMS target price and reconciliation workbooks, model years 1 to 3"
RELIEF = "CMS Innovation Center, COVID-19 flexibilities of June 2020"


@line(unit="USD", cite=WORKBOOK, status="secondary")
def hospital_benchmark_price(
    given_benchmark_price: Column,
    standardized_baseline_spending: Column,
    baseline_case_mix: Column,
    peer_adjusted_trend: Column,
    historical_trend_adjustment: Column,
) -> Column:
    """The price given, else baseline spending, case mix, trend and the historical adjustment."""
    computed = standardized_baseline_spending * baseline_case_mix * peer_adjusted_trend
    computed = computed * otherwise(historical_trend_adjustment, 1)
    return where(is_missing(given_benchmark_price), computed, given_benchmark_price)


@line(unit="USD", cite=WORKBOOK, status="secondary")
def target_price(
    given_target_price: Column,
    hospital_benchmark_price: Column,
    discount: Column,
    is_physician_group: Column,
) -> Column:
    """The price given, else benchmark price less the discount; a physician group's is given."""
    computed = where(
        is_physician_group,
        given_target_price,
        hospital_benchmark_price * (1 - discount),
    )
    return where(is_missing(given_target_price), computed, given_target_price)


@line(unit="USD", cite=WORKBOOK, status="secondary", label="Discount in the target price")
def discount_amount(target_price: Column, discount: Column) -> Column:
    """Target price over one less the discount, times the discount."""
    before: Column = target_price / (1 - discount)
    return before * discount


@line(unit="USD", cite=WORKBOOK, status="secondary", label="Part of the price by the group offset")
def part_of_group_offset(
    target_price: Column, discount: Column, group_offset: Column, group_offset_limited: Column
) -> Column:
    """Price before discount times one less the offset over the offset after its limit."""
    moved: Column = 1 - ratio(group_offset, group_offset_limited)
    before: Column = target_price / (1 - discount) * moved
    return before


@line(unit="USD", cite=WORKBOOK, status="secondary")
def price_at_case_mix(
    target_price: Column,
    baseline_case_mix: Column,
    performance_case_mix: Column,
    group_case_mix: Column,
    is_physician_group: Column,
) -> Column:
    """Target price with the case mix of the period; as it is where that is not given.

    A hospital's over its baseline case mix times that of the period; a physician group's over its
    relative case mix at the hospital, times its case mix of the period over the hospital's.
    """
    hospital = target_price / baseline_case_mix * performance_case_mix
    group = target_price / group_case_mix * (performance_case_mix / baseline_case_mix)
    restated = where(is_physician_group, group, hospital)
    return where(is_missing(performance_case_mix), target_price, restated)


@line(unit="factor", cite="summaries of the model years' changes", status="secondary")
def trend_change(
    peer_adjusted_trend: Column, realized_trend: Column, realized_trend_cap: Column
) -> Column:
    """Realised over projected trend within the year's cap; one where the year has no cap.

    One, too, where the realised trend is not given: the price is then preliminary.
    """
    change = clamp(
        realized_trend / peer_adjusted_trend, 1 - realized_trend_cap, 1 + realized_trend_cap
    )
    return where(is_missing(realized_trend_cap), 1, otherwise(change, 1))


@line(unit="USD", cite=WORKBOOK, status="secondary")
def part_of_trend_change(target_price: Column, discount: Column, trend_change: Column) -> Column:
    """Price before discount times one less the change of the trend."""
    moved: Column = 1 - trend_change
    before: Column = target_price / (1 - discount) * moved
    return before


@line(unit="USD", cite=WORKBOOK, status="secondary")
def final_target_price(price_at_case_mix: Column, trend_change: Column) -> Column:
    """Price at the period's case mix times the change of the trend."""
    return price_at_case_mix * trend_change


@line(unit="factor", cite=WORKBOOK, status="secondary")
def payment_ratio(target_price_real: Column, target_price: Column) -> Column:
    """Target price in real dollars over the standardised one; one where it is not given."""
    return otherwise(ratio(target_price_real, target_price), 1)


@line(unit="USD", cite=WORKBOOK, status="secondary")
def target_in_real_dollars(
    final_target_price: Column, payment_ratio: Column, episodes_counted: Column
) -> Column:
    """Final target price times the payment ratio and episodes."""
    return final_target_price * payment_ratio * episodes_counted


@line(unit="USD", cite=WORKBOOK, status="secondary")
def spending_in_real_dollars(spending: Column, payment_ratio: Column) -> Column:
    """Winsorised standardised spending times the payment ratio."""
    return spending * payment_ratio


@line(unit="flag", cite=RELIEF, status="secondary")
def leaves_for_covid_19(covid_19_diagnosis: Column, covid_19_episodes: Column) -> Column:
    """COVID-19 was diagnosed in the episode, in a model year that leaves such episodes out."""
    leaves: Column = covid_19_diagnosis & is_in(covid_19_episodes, "left out")
    return leaves


@line(unit="flag", cite=RELIEF, status="secondary")
def is_marked_for_covid_19(covid_19_diagnosis: Column, covid_19_episodes: Column) -> Column:
    """COVID-19 was diagnosed in the episode, in a model year that marks it for its price."""
    marked: Column = covid_19_diagnosis & is_in(covid_19_episodes, "marked")
    return marked


@line(unit="flag", cite=WORKBOOK, status="secondary")
def is_taken_out(
    in_disaster: Column,
    disaster_rule: Column,
    spending_in_real_dollars: Column,
    target_in_real_dollars: Column,
    leaves_for_covid_19: Column,
) -> Column:
    """Touched by a listed disaster, with spending above target, in a year that has the rule; or an
    episode that leaves for COVID-19.
    """
    out: Column = in_disaster & disaster_rule & (spending_in_real_dollars > target_in_real_dollars)
    return out | leaves_for_covid_19


@line(unit="USD", cite=WORKBOOK, status="secondary")
def settled_target(target_in_real_dollars: Column, is_taken_out: Column) -> Column:
    """The target, zero where the row is taken out."""
    return where(is_taken_out, 0, target_in_real_dollars)


@line(unit="USD", cite=WORKBOOK, status="secondary")
def settled_spending(spending_in_real_dollars: Column, is_taken_out: Column) -> Column:
    """Spending, zero where the row is taken out."""
    return where(is_taken_out, 0, spending_in_real_dollars)


BPCI_ADVANCED_PRICE = Worksheet(
    "bpci_advanced_price",
    "BPCI Advanced: target price and spending",
    [
        Input("model_year", "year", "Model year (1 to 8)"),
        Input("period", "text", "Performance period", optional=True),
        Input("episode_type", "text", "Surgical or medical"),
        Input(
            "is_physician_group",
            "flag",
            "The initiator is a physician group",
            optional=True,
            missing=False,
        ),
        Input("given_benchmark_price", "USD", "Benchmark price given (HBP)", optional=True),
        Input("standardized_baseline_spending", "USD", "Baseline spending (SBS)", optional=True),
        Input("baseline_case_mix", "factor", "Hospital's baseline case mix (PCMA)", optional=True),
        Input("peer_adjusted_trend", "factor", "Projected trend (PAT)", optional=True),
        Input("historical_trend_adjustment", "factor", "Historical adjustment", optional=True),
        Input("given_target_price", "USD", "Target price given", optional=True),
        Input("group_offset", "factor", "Physician group offset", optional=True),
        Input("group_offset_limited", "factor", "The offset after its limit", optional=True),
        Input("group_case_mix", "factor", "Group's relative case mix (CASE_MIX)", optional=True),
        Input("performance_case_mix", "factor", "Case mix of the period", optional=True),
        Input("realized_trend", "factor", "Realised trend", optional=True),
        Input("target_price_real", "USD", "Target price in real dollars", optional=True),
        Input("episodes", "count", "Episodes of the row", optional=True),
        Input("spending", "USD", "Winsorised standardised spending of the row's episodes"),
        Input(
            "in_disaster", "flag", "Touched by a listed disaster", optional=True, missing=False
        ),
        Input(
            "covid_19_diagnosis", "flag", "COVID-19 diagnosed in the episode", optional=True,
            missing=False,
        ),
    ],
    ["discount", "realized_trend_cap", "disaster_rule", "covid_19_episodes"],
    [
        episodes_counted, hospital_benchmark_price, target_price, discount_amount,
        part_of_group_offset,
        price_at_case_mix, trend_change, part_of_trend_change, final_target_price, payment_ratio,
        target_in_real_dollars, spending_in_real_dollars, leaves_for_covid_19,
        is_marked_for_covid_19, is_taken_out, settled_target,
        settled_spending,
    ],
)  # fmt: skip
