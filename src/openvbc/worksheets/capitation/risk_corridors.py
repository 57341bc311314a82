"""Risk corridors, and the settlement of Direct Contracting and ACO REACH by them.

A corridor shares savings and losses band by band: the first percent of the benchmark at one share,
the next at a lower one. Shares are marginal, the same for losses as for savings, so the function is
continuous, rises everywhere, and is odd (a loss owes what an equal saving would earn).

Grain: one row an entity and performance year. Totals in USD; only the payment is rounded.
"""

from __future__ import annotations

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    absolute,
    by_table,
    is_missing,
    maximum,
    minimum,
    otherwise,
    ratio,
    round_half_up,
    table_column,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

GUIDE = "Direct Contracting and ACO REACH, financial operating guide"


def corridor_share(bands: Table, rate: Column) -> Column:
    """The share of the benchmark earned (or owed) at a savings rate, by marginal bands.

    `bands` has rows from, to (null: no end) and share; `rate` is savings over benchmark, negative
    for losses.
    """
    size = absolute(rate)
    shared = size - size
    lows, highs = table_column(bands, "from", rate), table_column(bands, "to", rate)
    shares = table_column(bands, "share", rate)
    for low, high, share in zip(lows, highs, shares, strict=True):
        inside = size if high is None else minimum(size, high)
        shared = shared + maximum(inside - low, 0) * share
    return where(rate < 0, -shared, shared)


@line(unit="USD", cite="ACO REACH Model, health equity benchmark adjustment", status="empirical")
def equity_adjustment(
    equity_adjustment_in_force: Column, equity_adjustment_up: Column, equity_adjustment_down: Column
) -> Column:
    """Amounts added and taken (negative) for health equity; an amount not printed is none."""
    both = otherwise(equity_adjustment_up, 0) + otherwise(equity_adjustment_down, 0)
    return where(equity_adjustment_in_force, both, 0)


@line(unit="USD", cite=GUIDE, status="empirical", excel="={final_benchmark}+{equity_adjustment}")
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


@line(
    unit="USD",
    cite=GUIDE,
    status="empirical",
    excel="={total_cost_of_care}+{stop_loss_settlement}",
)
def net_cost_of_care(total_cost_of_care: Column, stop_loss_settlement: Column) -> Column:
    """Total cost of care plus the stop-loss settlement (charge positive, payout negative)."""
    return total_cost_of_care + stop_loss_settlement


@line(unit="USD", cite=GUIDE, status="empirical", excel="=-{net_cost_of_care}")
def cost_deducted(net_cost_of_care: Column) -> Column:
    """Net cost of care, as a negative step from benchmark to savings."""
    return -net_cost_of_care


@line(
    unit="USD",
    cite=GUIDE,
    status="empirical",
    excel="={settlement_benchmark}-{net_cost_of_care}",
)
def gross_savings(settlement_benchmark: Column, net_cost_of_care: Column) -> Column:
    """Benchmark less net cost of care; losses are negative. There is no minimum savings rate."""
    return settlement_benchmark - net_cost_of_care


@line(
    unit="ratio",
    cite=GUIDE,
    status="empirical",
    excel="={gross_savings}/{final_benchmark}",
)
def savings_rate(gross_savings: Column, final_benchmark: Column) -> Column:
    """Gross savings over final benchmark, as CMS prints it: equity adjustment not in the base."""
    return ratio(gross_savings, final_benchmark)


@line(
    unit="ratio",
    cite=GUIDE,
    status="empirical",
    excel="={gross_savings}/{settlement_benchmark}",
)
def corridor_rate(gross_savings: Column, settlement_benchmark: Column) -> Column:
    """Gross savings over the benchmark with its equity adjustment: what the corridor bands mean."""
    return ratio(gross_savings, settlement_benchmark)


@line(unit="ratio", cite=GUIDE, status="empirical")
def shared_rate(risk_corridor: Column, corridor_rate: Column) -> Column:
    """The corridor rate through the risk corridor: each band of it at the band's share."""
    return by_table(risk_corridor, corridor_rate, corridor_share)


@line(unit="USD", cite=GUIDE, status="empirical", excel="={shared_rate}*{settlement_benchmark}")
def shared_savings(shared_rate: Column, settlement_benchmark: Column) -> Column:
    """Shared rate times benchmark; shared losses are negative."""
    return shared_rate * settlement_benchmark


@line(
    label="Kept by Medicare",
    unit="USD",
    cite=GUIDE,
    status="empirical",
    excel="={shared_savings}-{gross_savings}",
)
def kept_by_medicare(shared_savings: Column, gross_savings: Column) -> Column:
    """Shared less gross savings: the part above the corridor's shares, as a step."""
    return shared_savings - gross_savings


@line(
    unit="USD",
    cite="Budget Control Act of 2011, as amended",
    status="empirical",
    excel="=-MAX({shared_savings},0)*{sequestration_rate}",
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
    excel="=ROUND({shared_savings}+{sequestration_withheld},2)",
)
def shared_savings_after_sequestration(
    shared_savings: Column, sequestration_withheld: Column
) -> Column:
    """Shared savings less sequestration; shared losses as they are."""
    return round_half_up(shared_savings + sequestration_withheld, 2)


@line(unit="factor", cite=GUIDE, status="secondary")
def discount_and_withhold(
    discount: Column, quality_withhold: Column, quality_score: Column, retention_withhold: Column
) -> Column:
    """One less discount and withholds, plus quality withhold times quality score.

    The retention withhold is returned to an entity that stays for its second year.
    """
    kept: Column = 1 - discount - quality_withhold - otherwise(retention_withhold, 0)
    factor: Column = kept + quality_withhold * quality_score
    return factor


@line(unit="factor", cite=GUIDE, status="secondary")
def benchmark_not_explained(
    final_benchmark: Column, unadjusted_benchmark: Column, discount_and_withhold: Column
) -> Column:
    """Final over unadjusted benchmark, over what discount and withhold explain.

    What is left is risk score caps, coding intensity and the mix of categories, which CMS does not
    print; it is nearly the same for every entity of a year.
    """
    return ratio(ratio(final_benchmark, unadjusted_benchmark), discount_and_withhold)


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
        Input("quality_score", "ratio", "Quality score", optional=True),
        Input("retention_withhold", "ratio", "Retention withhold", optional=True),
    ],
    parameters=[
        "equity_adjustment_in_force",
        "risk_corridor",
        "sequestration_rate",
        "discount",
        "quality_withhold",
    ],
    lines=[
        equity_adjustment,
        settlement_benchmark,
        total_cost_of_care,
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
        discount_and_withhold,
        benchmark_not_explained,
    ],
)
"""Final benchmark and cost to the amount shared, after sequestration."""
