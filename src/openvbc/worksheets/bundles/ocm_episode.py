"""Oncology Care Model: the predicted price of an episode, and its monthly enhanced services.

CMS's performance-based payment methodology: the prediction is e to the power of the sum of an
episode's coefficients; times the practice's experience adjuster it is the baseline price, times
the trend what the benchmark adds up. Grain: one row a term of an episode, an episode, or a
monthly service. USD, nothing rounded.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    capped,
    exponential,
    is_missing,
    maximum,
    otherwise,
    ratio,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

METHOD = "CMS OCM performance-based payment methodology"


@line(unit="coefficient", cite=METHOD, status="secondary")
def contribution(prediction_coefficient: Column, term_value: Column) -> Column:
    """The coefficient of the term times its value (one, or a measured value)."""
    return prediction_coefficient * term_value


OCM_TERM = Worksheet(
    "ocm_term",
    "OCM: terms of the prediction",
    [
        Input("performance_period", "text", "Performance period"),
        Input("term", "text", "Term of the prediction"),
        Input("term_value", "coefficient", "Value of the term, one where it is a yes"),
    ],
    ["prediction_coefficient"],
    [contribution],
)
"""What adds up to the logarithm of an episode's predicted price."""


@line(unit="USD", cite=METHOD, status="secondary")
def predicted_price(sum_of_coefficients: Column) -> Column:
    """e to the power of the sum of the coefficients, the intercept among them."""
    return exponential(sum_of_coefficients)


@line(unit="USD", cite=METHOD, status="secondary")
def baseline_price(predicted_price: Column, experience_adjuster: Column) -> Column:
    """Predicted price times the practice's experience adjuster."""
    return predicted_price * experience_adjuster


@line(unit="USD", cite=METHOD, status="secondary")
def trended_price(baseline_price: Column, trend_factor: Column) -> Column:
    """Baseline price times the trend factor."""
    return baseline_price * trend_factor


@line(unit="USD", cite=METHOD, status="secondary")
def counted_spending(
    spending: Column,
    medicare_payments: Column,
    drug_payments: Column,
    sequestration_divisor: Column,
) -> Column:
    """Spending as given; from claims, payments with sequestration undone, and drugs."""
    undone: Column = ratio(medicare_payments, sequestration_divisor) + otherwise(drug_payments, 0)
    return where(is_missing(spending), undone, spending)


@line(unit="USD", cite=METHOD, status="secondary")
def settled_spending(
    counted_spending: Column, spending_floor: Column, spending_cap: Column
) -> Column:
    """Spending held between floor and cap of its cancer type, where they are given."""
    raised = where(
        is_missing(spending_floor), counted_spending, maximum(counted_spending, spending_floor)
    )
    return capped(raised, spending_cap)


@line(unit="USD", cite=METHOD, status="secondary")
def novel_spending(
    novel_medicare_payments: Column,
    novel_drug_payments: Column,
    sequestration_divisor: Column,
    settled_spending: Column,
    counted_spending: Column,
) -> Column:
    """Novel therapies of the episode, times settled over counted spending (its winsorising)."""
    undone: Column = ratio(otherwise(novel_medicare_payments, 0), sequestration_divisor)
    whole: Column = undone + otherwise(novel_drug_payments, 0)
    return where(counted_spending == 0, 0, ratio(whole * settled_spending, counted_spending))


@line(unit="count", cite="how the row is given")
def episodes_counted(counted_spending: Column) -> Column:
    """One: a row is an episode."""
    return counted_spending * 0 + 1


OCM_EPISODE = Worksheet(
    "ocm_episode",
    "OCM: price and spending of an episode",
    [
        Input("performance_period", "text", "Performance period"),
        Input("sum_of_coefficients", "coefficient", "Sum of the coefficients"),
        Input("experience_adjuster", "factor", "Experience adjuster of the practice"),
        Input("trend_factor", "factor", "Trend factor"),
        Input("spending", "USD", "Spending of the episode", optional=True),
        Input("medicare_payments", "USD", "Payments of Part A and B, from claims", optional=True),
        Input("drug_payments", "USD", "Cost of Part D, from claims", optional=True),
        Input("novel_medicare_payments", "USD", "Of Part A and B, novel therapies", optional=True),
        Input("novel_drug_payments", "USD", "Of Part D, novel therapies", optional=True),
        Input("spending_floor", "USD", "Floor of the cancer type", optional=True),
        Input("spending_cap", "USD", "Cap of the cancer type", optional=True),
    ],
    ["sequestration_divisor"],
    [
        episodes_counted, predicted_price, baseline_price, trended_price, counted_spending,
        settled_spending, novel_spending,
    ],
)  # fmt: skip


@line(unit="flag", cite=METHOD, status="secondary")
def is_in_window(days_outside_episode: Column, monthly_service_window_days: Column) -> Column:
    """Within the days before or after the episode; a day of the episode is no day outside."""
    near: Column = days_outside_episode <= monthly_service_window_days
    return near


@line(unit="flag", cite=METHOD, status="secondary")
def is_valid(
    is_in_window: Column, order_in_window: Column, most_monthly_services: Column
) -> Column:
    """In the window and among the first six of the episode and practice."""
    stands: Column = is_in_window & (order_in_window <= most_monthly_services)
    return stands


@line(unit="USD", cite=METHOD, status="secondary")
def fee_to_recover(is_valid: Column, monthly_service_fee: Column) -> Column:
    """The fee of a service that does not stand."""
    return where(is_valid, monthly_service_fee * 0, monthly_service_fee)


OCM_MONTHLY_SERVICE = Worksheet(
    "ocm_monthly_service",
    "OCM: monthly enhanced oncology services",
    [
        Input("days_outside_episode", "days", "Days from the episode, 0 within it"),
        Input("order_in_window", "count", "Order among those of episode and practice"),
    ],
    ["monthly_service_window_days", "most_monthly_services", "monthly_service_fee"],
    [is_in_window, is_valid, fee_to_recover],
)
"""Which monthly fees of an episode stand, and which are to be given back."""
