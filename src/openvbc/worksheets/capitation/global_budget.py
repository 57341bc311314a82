"""A hospital's global budget: weighted baseline, yearly updates, adjustments, instalments.

The budget takes the place of claims: what the claims would have paid is kept as their equivalent,
and the difference is reported with the volume behind it.

Grain: one row a hospital and year. USD, to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_missing,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

BUDGET = "the model's financial specifications"
CENT = "half up to the cent"


@line(unit="USD", cite=BUDGET, rounding=CENT)
def weighted_baseline(
    baseline_given: Column,
    revenue_year_1: Column,
    revenue_year_2: Column,
    revenue_year_3: Column,
    baseline_weight_1: Column,
    baseline_weight_2: Column,
    baseline_weight_3: Column,
) -> Column:
    """The baseline given; else revenue of three years, each times its weight."""
    own = baseline_weight_1 * revenue_year_1 + baseline_weight_2 * revenue_year_2
    own = round_half_up(own + baseline_weight_3 * revenue_year_3, 2)
    return where(is_missing(baseline_given), own, baseline_given)


@line(unit="factor", cite=BUDGET)
def update(
    payment_update: Column,
    demographic_factor: Column,
    market_shift_factor: Column,
    effectiveness_factor: Column,
) -> Column:
    """Payment update times demography, market shift and effectiveness; one where not given."""
    own = otherwise(payment_update, 1) * otherwise(demographic_factor, 1)
    more = otherwise(market_shift_factor, 1) * otherwise(effectiveness_factor, 1)
    factor: Column = own * more
    return factor


@line(unit="USD", cite=BUDGET, rounding=CENT)
def budget(
    weighted_baseline: Column,
    update: Column,
    equity_adjustment: Column,
    quality_adjustment: Column,
    total_cost_adjustment: Column,
) -> Column:
    """Baseline times update, plus equity, quality and total cost adjustments."""
    more = otherwise(equity_adjustment, 0) + otherwise(quality_adjustment, 0)
    more = more + otherwise(total_cost_adjustment, 0)
    amount: Column = round_half_up(weighted_baseline * update, 2) + more
    return amount


@line(unit="USD", cite=BUDGET, status="unverified", rounding=CENT)
def instalment(budget: Column, instalments: Column) -> Column:
    """Budget over the number of instalments; the last one carries the odd cents."""
    return round_half_up(budget / instalments, 2)


@line(unit="USD", cite=BUDGET)
def budget_less_equivalent(budget: Column, claims_equivalent: Column) -> Column:
    """Budget less what the claims of the year would have paid."""
    return budget - claims_equivalent


@line(unit="ratio", cite=BUDGET)
def difference_rate(budget_less_equivalent: Column, budget: Column) -> Column:
    """That difference over the budget."""
    return ratio(budget_less_equivalent, budget)


@line(unit="ratio", cite=BUDGET)
def volume_change(discharges: Column, discharges_of_baseline: Column) -> Column:
    """Discharges over those of the baseline, less one."""
    return ratio(discharges, discharges_of_baseline) - 1


GLOBAL_BUDGET = Worksheet(
    "global_budget",
    "Hospital global budget",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("model", "text", "Model"),
        Input("baseline_given", "USD", "Baseline, as given", optional=True),
        Input("revenue_year_1", "USD", "Revenue of the first baseline year", optional=True),
        Input("revenue_year_2", "USD", "Revenue of the second baseline year", optional=True),
        Input("revenue_year_3", "USD", "Revenue of the third baseline year", optional=True),
        Input("payment_update", "factor", "Annual payment update", optional=True),
        Input("demographic_factor", "factor", "Demographic factor", optional=True),
        Input("market_shift_factor", "factor", "Market shift factor", optional=True),
        Input("effectiveness_factor", "factor", "Effectiveness factor", optional=True),
        Input("equity_adjustment", "USD", "Equity adjustment", optional=True),
        Input("quality_adjustment", "USD", "Quality adjustment", optional=True),
        Input("total_cost_adjustment", "USD", "Total cost of care adjustment", optional=True),
        Input("claims_equivalent", "USD", "What claims would have paid", optional=True),
        Input("discharges", "count", "Discharges", optional=True),
        Input("discharges_of_baseline", "count", "Discharges of the baseline", optional=True),
    ],
    parameters=["baseline_weight_1", "baseline_weight_2", "baseline_weight_3", "instalments"],
    lines=[
        weighted_baseline, update, budget, instalment, budget_less_equivalent, difference_rate,
        volume_change,
    ],
)  # fmt: skip
"""Baseline revenue to the budget of a year, its instalments and the difference to claims."""
