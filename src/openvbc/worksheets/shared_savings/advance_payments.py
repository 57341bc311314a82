"""What is taken back from earned shared savings: advance investment and prepaid shared savings.

Advance investment payments are recouped from earned savings, after the payment limit and
sequestration, up to the balance; what is left is carried to later years. Nothing is taken back in a
year without earned savings. Amounts are not rounded.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, minimum, otherwise
from openvbc.worksheets.kernel.line import line


@line(
    unit="USD",
    cite="42 CFR 425.630(g)",
    status="empirical",
)
def advance_investment_recoupment(
    advance_investment_balance: Column, earned_shared_savings: Column
) -> Column:
    """The lower of the balance of advance investment payments and earned shared savings."""
    return minimum(otherwise(advance_investment_balance, 0), earned_shared_savings)


@line(
    unit="USD",
    cite="42 CFR 425.630(g)",
    status="empirical",
)
def advance_investment_balance_carried(
    advance_investment_balance: Column, advance_investment_recoupment: Column
) -> Column:
    """Balance of advance investment payments less what is recouped."""
    return otherwise(advance_investment_balance, 0) - advance_investment_recoupment


@line(
    unit="USD",
    cite="42 CFR 425.640",
    status="unverified",
)
def prepaid_savings_recoupment(
    prepaid_savings_balance: Column,
    earned_shared_savings: Column,
    advance_investment_recoupment: Column,
) -> Column:
    """The lower of prepaid shared savings and what is left of earned shared savings."""
    left = earned_shared_savings - advance_investment_recoupment
    return minimum(otherwise(prepaid_savings_balance, 0), left)


@line(
    unit="USD",
    label="Net payment (owed negative)",
    cite="42 CFR 425.605(e), 425.630(g), 425.640",
)
def net_payment(
    earned_savings_or_owed_losses: Column,
    advance_investment_recoupment: Column,
    prepaid_savings_recoupment: Column,
) -> Column:
    """Earned savings or owed losses, less what is recouped."""
    return (
        earned_savings_or_owed_losses - advance_investment_recoupment - prepaid_savings_recoupment
    )
