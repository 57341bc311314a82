"""The payment ledger of Direct Contracting and ACO REACH: how an entity is paid before settlement.

Total care capitation (Global only) pays the estimated benchmark less what is held back for care
outside; primary care capitation pays a base share of it, which can be topped up; an advanced
payment option pays other claims ahead. Claims of those who take part are reduced. Expenditure is
what the claims would have paid: so the way of paying changes gross savings by nothing, and what is
paid beyond the reductions is repaid or reconciled at settlement, apart from it.

Grain: one row an entity and performance year (or month). USD, to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.payment_ledger import expenditure
from openvbc.worksheets.capitation.risk_corridors import GUIDE
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_in,
    maximum,
    only_where,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

MONTHLY = "USD per month"
CENT = "half up to the cent"


@line(unit="flag", cite=GUIDE)
def mechanism_is_allowed(payment_mechanism: Column, total_care_is_allowed: Column) -> Column:
    """Total care capitation only where the arrangement allows it; primary care in both."""
    return where(is_in(payment_mechanism, "TCC"), total_care_is_allowed, payment_mechanism != "")


@line(unit="USD", cite=GUIDE)
def estimated_benchmark(estimated_amount: Column, aligned_months: Column) -> Column:
    """Estimated benchmark a beneficiary and month times aligned months."""
    return estimated_amount * aligned_months


@line(unit="USD", cite=GUIDE, rounding=CENT)
def total_care_capitation(
    payment_mechanism: Column,
    mechanism_is_allowed: Column,
    estimated_benchmark: Column,
    outside_withhold: Column,
) -> Column:
    """Estimated benchmark less the share held back for care outside, under total care."""
    paid = round_half_up(estimated_benchmark * (1 - otherwise(outside_withhold, 0)), 2)
    own = where(is_in(payment_mechanism, "TCC"), paid, paid * 0)
    return only_where(mechanism_is_allowed, own)


@line(unit="USD", cite=GUIDE, rounding=CENT)
def base_primary_care_capitation(
    payment_mechanism: Column, estimated_benchmark: Column, primary_care_share: Column
) -> Column:
    """Estimated benchmark times the share that primary care claims were, under primary care."""
    paid = round_half_up(estimated_benchmark * otherwise(primary_care_share, 0), 2)
    return where(is_in(payment_mechanism, "PCC"), paid, paid * 0)


@line(unit="USD", cite=GUIDE, rounding=CENT)
def enhanced_primary_care_capitation(
    payment_mechanism: Column,
    takes_enhanced: Column,
    estimated_benchmark: Column,
    primary_care_share: Column,
    most_primary_care_share: Column,
) -> Column:
    """What tops primary care capitation up to the most share of the benchmark, if it is taken."""
    room = maximum(most_primary_care_share - otherwise(primary_care_share, 0), 0)
    paid = round_half_up(estimated_benchmark * room, 2)
    return where(is_in(payment_mechanism, "PCC") & takes_enhanced, paid, paid * 0)


@line(unit="USD", cite=GUIDE)
def paid_ahead(
    total_care_capitation: Column,
    base_primary_care_capitation: Column,
    enhanced_primary_care_capitation: Column,
    advanced_payment: Column,
) -> Column:
    """All capitation and advanced payments of the period."""
    primary = base_primary_care_capitation + enhanced_primary_care_capitation
    paid: Column = total_care_capitation + primary + otherwise(advanced_payment, 0)
    return paid


@line(unit="USD", cite=GUIDE)
def gross_savings(settlement_benchmark: Column, expenditure: Column) -> Column:
    """Benchmark less expenditure; nothing that was paid ahead is in either."""
    return settlement_benchmark - expenditure


@line(unit="ratio", cite=GUIDE)
def savings_rate(gross_savings: Column, settlement_benchmark: Column) -> Column:
    """Gross savings over the benchmark."""
    return ratio(gross_savings, settlement_benchmark)


@line(unit="USD", cite=GUIDE)
def advanced_payment_to_reconcile(advanced_payment: Column, advanced_reductions: Column) -> Column:
    """Advanced payment less the claims it reduced; negative is due to the entity."""
    left: Column = otherwise(advanced_payment, 0) - otherwise(advanced_reductions, 0)
    return left


@line(unit="USD", cite=GUIDE)
def total_care_overpaid(total_care_capitation: Column, claim_reductions: Column) -> Column:
    """Total care capitation beyond the claims it reduced; nothing where it paid less."""
    return where(
        total_care_capitation > 0,
        maximum(total_care_capitation - otherwise(claim_reductions, 0), 0),
        total_care_capitation * 0,
    )


@line(unit="USD", cite=GUIDE)
def taken_at_settlement(
    enhanced_primary_care_capitation: Column,
    advanced_payment_to_reconcile: Column,
    total_care_overpaid: Column,
) -> Column:
    """Enhanced capitation, what is left of the advanced payment, overpaid total care."""
    left = advanced_payment_to_reconcile + total_care_overpaid
    taken: Column = enhanced_primary_care_capitation + left
    return taken


@line(unit="USD", cite=GUIDE, label="Due at settlement (owed by the entity negative)")
def due_at_settlement(shared_after_sequestration: Column, taken_at_settlement: Column) -> Column:
    """Shared savings after sequestration less what is taken; missing if savings are not given."""
    return shared_after_sequestration - taken_at_settlement


REACH_PAYMENTS = Worksheet(
    "reach_payments",
    "ACO REACH: payments before settlement and what they change",
    inputs=[
        Input("performance_year", "year", "Performance year"),
        Input("risk_arrangement", "text", "Risk arrangement (GLOBAL or PROFESSIONAL)"),
        Input("payment_mechanism", "text", "Payment mechanism (TCC or PCC)"),
        Input("estimated_amount", MONTHLY, "Estimated benchmark"),
        Input("aligned_months", "months", "Aligned beneficiary months"),
        Input("outside_withhold", "ratio", "Share held back for care outside", optional=True),
        Input("primary_care_share", "ratio", "Share that primary care claims were", optional=True),
        Input("takes_enhanced", "flag", "Enhanced capitation taken", optional=True, missing=False),
        Input("advanced_payment", "USD", "Advanced payments made", optional=True),
        Input("advanced_reductions", "USD", "Claims reduced for them", optional=True),
        Input("claim_payments", "USD", "Claims paid"),
        Input("claim_reductions", "USD", "Claims reduced, all reasons", optional=True),
        Input("settlement_benchmark", "USD", "Benchmark that savings are measured against"),
        Input(
            "shared_after_sequestration", "USD", "Shared savings after sequestration",
            optional=True,
        ),
    ],
    parameters=["total_care_is_allowed", "most_primary_care_share"],
    lines=[
        mechanism_is_allowed, estimated_benchmark, total_care_capitation,
        base_primary_care_capitation, enhanced_primary_care_capitation, paid_ahead, expenditure,
        gross_savings, savings_rate, advanced_payment_to_reconcile, total_care_overpaid,
        taken_at_settlement, due_at_settlement,
    ],
)  # fmt: skip
"""Estimated benchmark, mechanism and claims to the ledger and what is taken at settlement."""
