"""The ledger of monthly payments that take the place of claims, shared by every model that has one.

What a claim would have been paid is its payment plus its reduction. That is the expenditure,
however the provider was paid: monthly payments are no expenditure, and what they are more or less
than the reductions is settled apart. So the way of paying changes no savings.

Grain: one row an entity and period. USD.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, otherwise, round_half_up
from openvbc.worksheets.kernel.line import line

LEDGER = "the model's terms of population-based payment"


@line(unit="USD", cite=LEDGER)
def expenditure(claim_payments: Column, claim_reductions: Column) -> Column:
    """Claims paid plus what they were reduced by: what would have been paid without the model."""
    return claim_payments + otherwise(claim_reductions, 0)


@line(unit="USD", cite=LEDGER)
def expenditure_deducted(expenditure: Column) -> Column:
    """Expenditure, as a negative step from benchmark to savings."""
    return -expenditure


@line(unit="USD", cite=LEDGER, rounding="half up to the cent")
def monthly_payment_due(
    estimated_amount: Column, held_back_amount: Column, aligned_months: Column
) -> Column:
    """Estimated amount less what is held back for providers outside, times months."""
    return round_half_up((estimated_amount - otherwise(held_back_amount, 0)) * aligned_months, 2)


@line(unit="USD", cite=LEDGER)
def payment_to_be_returned(monthly_payments: Column, claim_reductions: Column) -> Column:
    """Monthly payments less the reductions they paid for; negative is still due to the entity."""
    return monthly_payments - otherwise(claim_reductions, 0)
