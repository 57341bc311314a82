"""Risk corridors, and the settlement of Direct Contracting and ACO REACH by them.

A corridor shares savings and losses band by band: the first percent of the benchmark at one share,
the next at a lower one. Shares are marginal, the same for losses as for savings, so the function is
continuous, rises everywhere, and is odd (a loss owes what an equal saving would earn).

Grain: one row an entity and performance year. Totals in USD; only the payment is rounded.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.corridor import corridor_share
from openvbc.worksheets.capitation.withhold import unearned
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    by_table,
    is_missing,
    maximum,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

GUIDE = "Direct Contracting and ACO REACH, financial operating guide"


EQUITY = "ACO REACH Model, health equity benchmark adjustment"


@line(unit="USD", label="Health equity amount, added", cite=EQUITY, status="empirical")
def equity_amount_added(equity_months_added: Column, equity_rate_added: Column) -> Column:
    """Aligned months in the most underserved group times the monthly amount; missing if untold."""
    return equity_months_added * equity_rate_added


@line(unit="USD", label="Health equity amount, taken", cite=EQUITY, status="empirical")
def equity_amount_taken(equity_months_taken: Column, equity_rate_taken: Column) -> Column:
    """Aligned months in the least underserved group times the (negative) monthly amount."""
    return equity_months_taken * equity_rate_taken


@line(unit="USD", cite=EQUITY, status="empirical")
def equity_adjustment(
    equity_adjustment_in_force: Column,
    equity_adjustment_up: Column,
    equity_adjustment_down: Column,
    equity_amount_added: Column,
    equity_amount_taken: Column,
) -> Column:
    """The amounts given, else the amounts by months; zero where neither is given."""
    up = where(is_missing(equity_adjustment_up), equity_amount_added, equity_adjustment_up)
    down = where(is_missing(equity_adjustment_down), equity_amount_taken, equity_adjustment_down)
    return where(equity_adjustment_in_force, otherwise(up, 0) + otherwise(down, 0), 0)


@line(unit="USD", cite=GUIDE, status="empirical")
def settlement_benchmark(final_benchmark: Column, equity_adjustment: Column) -> Column:
    """Final benchmark plus health equity adjustment."""
    return final_benchmark + equity_adjustment


@line(unit="USD", cite=GUIDE, status="empirical")
def total_cost_of_care(
    capitation_payments: Column, claim_payments: Column, cost_of_care_given: Column
) -> Column:
    """Capitation paid plus claims paid; where these are not told apart, the cost given.

    The payment method does not change the cost.
    """
    paid = capitation_payments + claim_payments
    return where(is_missing(paid), cost_of_care_given, paid)


@line(unit="USD", label="Net cost of care, added up", cite=GUIDE, status="empirical")
def net_cost_added_up(total_cost_of_care: Column, stop_loss_settlement: Column) -> Column:
    """Total cost of care plus the stop-loss settlement (charge positive, payout negative).

    Each part is printed rounded on its own, so the sum may differ from the net cost that CMS
    prints: it checks that cost and is used only where none is given.
    """
    return total_cost_of_care + stop_loss_settlement


@line(unit="USD", cite=GUIDE, status="empirical")
def net_cost_of_care(net_cost_given: Column, net_cost_added_up: Column) -> Column:
    """The net cost given; where none is, what its parts add up to."""
    return where(is_missing(net_cost_given), net_cost_added_up, net_cost_given)


@line(unit="USD", cite=GUIDE, status="empirical")
def cost_deducted(net_cost_of_care: Column) -> Column:
    """Net cost of care, as a negative step from benchmark to savings."""
    return -net_cost_of_care


@line(
    unit="USD",
    cite=GUIDE,
    status="empirical",
)
def gross_savings(settlement_benchmark: Column, net_cost_of_care: Column) -> Column:
    """Benchmark less net cost of care; losses are negative. There is no minimum savings rate."""
    return settlement_benchmark - net_cost_of_care


@line(
    unit="ratio",
    cite=GUIDE,
    status="empirical",
)
def savings_rate(gross_savings: Column, final_benchmark: Column) -> Column:
    """Gross savings over final benchmark, as CMS prints it: equity adjustment not in the base."""
    return ratio(gross_savings, final_benchmark)


@line(
    unit="ratio",
    cite=GUIDE,
    status="empirical",
)
def corridor_rate(gross_savings: Column, settlement_benchmark: Column) -> Column:
    """Gross savings over the benchmark with its equity adjustment: what the corridor bands mean."""
    return ratio(gross_savings, settlement_benchmark)


@line(unit="ratio", cite=GUIDE, status="empirical")
def shared_rate(risk_corridor: Column, corridor_rate: Column) -> Column:
    """The corridor rate through the risk corridor: each band of it at the band's share."""
    return by_table(risk_corridor, corridor_rate, corridor_share)


@line(unit="USD", cite=GUIDE, status="empirical")
def shared_savings(shared_rate: Column, settlement_benchmark: Column) -> Column:
    """Shared rate times benchmark; shared losses are negative."""
    return shared_rate * settlement_benchmark


@line(
    label="Kept by Medicare",
    unit="USD",
    cite=GUIDE,
    status="empirical",
)
def kept_by_medicare(shared_savings: Column, gross_savings: Column) -> Column:
    """Shared less gross savings: the part above the corridor's shares, as a step."""
    return shared_savings - gross_savings


@line(
    unit="USD",
    cite="Budget Control Act of 2011, as amended",
    status="empirical",
)
def sequestration_withheld(shared_savings: Column, sequestration_rate: Column) -> Column:
    """Sequestration of a positive amount, as a negative step; losses are not reduced."""
    withheld: Column = -(maximum(shared_savings, 0) * sequestration_rate)
    return withheld


@line(
    unit="USD",
    cite=GUIDE,
    status="empirical",
    rounding="half up to the cent",
)
def shared_savings_after_sequestration(
    shared_savings: Column, sequestration_withheld: Column
) -> Column:
    """Shared savings less sequestration; shared losses as they are."""
    return round_half_up(shared_savings + sequestration_withheld, 2)


@line(unit="ratio", label="Discount and withholds", cite=GUIDE, status="empirical")
def benchmark_deductions(
    discount: Column, quality_withhold: Column, quality_score: Column, retention_withhold: Column
) -> Column:
    """Discount, plus the withhold that quality did not earn back, plus retention withhold.

    The retention withhold is returned to an entity that stays for its second year.
    """
    deducted = discount + unearned(quality_withhold, quality_score)
    return deducted + otherwise(retention_withhold, 0)


@line(unit="factor", label="Retrospective trend factor implied", cite=GUIDE, status="empirical")
def implied_trend_factor(
    final_benchmark: Column, unadjusted_benchmark: Column, benchmark_deductions: Column
) -> Column:
    """Final benchmark over unadjusted benchmark times one less the deductions.

    One factor for every entity of a year but for the mix of its two entitlement categories; CMS
    does not print it.
    """
    kept: Column = 1 - benchmark_deductions
    return ratio(final_benchmark, unadjusted_benchmark * kept)


REACH_SETTLEMENT = Worksheet(
    "reach_settlement",
    "ACO REACH and Direct Contracting: settlement",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("risk_arrangement", "text", "Risk arrangement (GLOBAL or PROFESSIONAL)"),
        Input("aligned_beneficiaries", "people", "Aligned beneficiaries", optional=True),
        Input("final_benchmark", "USD", "Final benchmark"),
        Input("unadjusted_benchmark", "USD", "Benchmark before caps and discount", optional=True),
        Input("equity_adjustment_up", "USD", "Health equity adjustment, added", optional=True),
        Input("equity_adjustment_down", "USD", "Health equity adjustment, taken", optional=True),
        Input("capitation_payments", "USD", "Capitation payments", optional=True),
        Input("claim_payments", "USD", "Claim payments", optional=True),
        Input("cost_of_care_given", "USD", "Total cost of care as given", optional=True),
        Input("stop_loss_settlement", "USD", "Stop-loss: charge less payout"),
        Input("net_cost_given", "USD", "Net cost of care as given", optional=True),
        Input("equity_months_added", "months", "Months with an equity addition", optional=True),
        Input("equity_months_taken", "months", "Months with an equity deduction", optional=True),
        Input("quality_score", "ratio", "Quality score", optional=True),
        Input("retention_withhold", "ratio", "Retention withhold", optional=True),
    ],
    parameters=[
        "equity_adjustment_in_force",
        "risk_corridor",
        "sequestration_rate",
        "discount",
        "quality_withhold",
        "equity_rate_added",
        "equity_rate_taken",
    ],
    lines=[
        equity_amount_added,
        equity_amount_taken,
        equity_adjustment,
        settlement_benchmark,
        total_cost_of_care,
        net_cost_added_up,
        net_cost_of_care,
        cost_deducted,
        gross_savings,
        savings_rate,
        corridor_rate,
        shared_rate,
        shared_savings,
        kept_by_medicare,
        sequestration_withheld,
        shared_savings_after_sequestration,
        benchmark_deductions,
        implied_trend_factor,
    ],
)
"""Final benchmark and cost to the amount shared, after sequestration."""
