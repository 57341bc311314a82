"""What is taken back from earned shared savings: advance investment and prepaid shared savings.

Advance investment payments are recouped from earned savings, after the payment limit and
sequestration, up to the balance; what is left is carried to later years. Nothing is taken back in a
year without earned savings. Prepaid shared savings are recouped in the same way, but what is open
after the last year of the agreement period, or when the contract ends, is due in full. An ACO with
a balance of the first is not eligible for the second (42 CFR 425.640(b)), so that no order between
them is known; together they never take more than was earned. Amounts are not rounded.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, is_missing, minimum, otherwise, where
from openvbc.worksheets.kernel.line import line


@line(unit="USD", cite="42 CFR 425.630(g)(1), (3)")
def advance_investment_recoupment(
    advance_investment_balance: Column, earned_shared_savings: Column
) -> Column:
    """The lower of the balance of advance investment payments and earned shared savings."""
    return minimum(otherwise(advance_investment_balance, 0), earned_shared_savings)


@line(unit="USD", cite="42 CFR 425.630(g)(1), (3)")
def advance_investment_balance_carried(
    advance_investment_balance: Column, advance_investment_recoupment: Column
) -> Column:
    """Balance of advance investment payments less what is recouped."""
    return otherwise(advance_investment_balance, 0) - advance_investment_recoupment


@line(unit="USD", cite="42 CFR 425.640(g)(1)")
def prepaid_savings_recoupment(
    prepaid_savings_balance: Column,
    earned_shared_savings: Column,
    advance_investment_recoupment: Column,
) -> Column:
    """The lower of prepaid shared savings and what is left of earned shared savings."""
    left = earned_shared_savings - advance_investment_recoupment
    return minimum(otherwise(prepaid_savings_balance, 0), left)


@line(unit="USD", label="Prepaid shared savings carried", cite="42 CFR 425.640(g)(1)")
def prepaid_balance_carried(
    prepaid_savings_balance: Column, prepaid_savings_recoupment: Column
) -> Column:
    """Balance of prepaid shared savings less what is recouped."""
    return otherwise(prepaid_savings_balance, 0) - prepaid_savings_recoupment


@line(unit="USD", label="Prepaid shared savings due in full", cite="42 CFR 425.640(g)")
def prepaid_balance_due(
    prepaid_balance_carried: Column,
    agreement_performance_year: Column,
    agreement_performance_years: Column,
    participation_months: Column,
) -> Column:
    """The balance still open after the last year of the agreement, or when the contract ended."""
    last = agreement_performance_year >= agreement_performance_years
    return where(last | ~is_missing(participation_months), prepaid_balance_carried, 0)


@line(
    unit="USD", label="Net payment (owed negative)", cite="42 CFR 425.605(e), 425.630(g), 425.640"
)
def net_payment(
    earned_savings_or_owed_losses: Column,
    advance_investment_recoupment: Column,
    prepaid_savings_recoupment: Column,
    prepaid_balance_due: Column,
) -> Column:
    """Earned savings or owed losses, less what is recouped and what is due in full."""
    recouped = advance_investment_recoupment + prepaid_savings_recoupment
    paid: Column = earned_savings_or_owed_losses - recouped - prepaid_balance_due
    return paid
