"""Medicaid managed care contracts (42 CFR 438): limits of what a contract may pay, and the checks.

Sheets of a row an arrangement: incentives, withholds, pass-through payments, payments to providers
by category; one of a row a check; and the plan's own with its loss ratio, which counts the checks.

USD; limits to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.capitation.loss_ratio import INPUTS, LINES
from openvbc.worksheets.kernel.arithmetic import (
    Column,
    is_in,
    is_missing,
    minimum,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

INCENTIVE = "42 CFR 438.6(b)(2)"
WITHHOLD = "42 CFR 438.6(b)(3)"
PASS = "42 CFR 438.6(d)"
FRAMEWORK = "HCP-LAN alternative payment model framework"
CENT = "half up to the cent"
START = Input("rating_period_start", "date", "Start of the rating period")


@line(unit="ratio", cite=INCENTIVE)
def payment_over_capitation(capitation: Column, incentive_payments: Column) -> Column:
    """Capitation plus incentives, over the capitation of those the arrangement covers."""
    return ratio(capitation + incentive_payments, capitation)


@line(unit="USD", cite=INCENTIVE, rounding=CENT)
def most_incentive(capitation: Column, incentive_limit: Column) -> Column:
    """The limit less one, times capitation."""
    return round_half_up(capitation * (incentive_limit - 1), 2)


@line(unit="flag", cite=INCENTIVE)
def incentive_within_limit(payment_over_capitation: Column, incentive_limit: Column) -> Column:
    """Capitation and incentives together are at most the limit."""
    within: Column = payment_over_capitation <= incentive_limit
    return within


INCENTIVES = Worksheet(
    "medicaid_incentives",
    "Medicaid managed care: incentive arrangements",
    [
        START,
        Input("capitation", "USD", "Capitation of those covered"),
        Input("incentive_payments", "USD", "Incentive payments"),
    ],
    ["incentive_limit"],
    [payment_over_capitation, most_incentive, incentive_within_limit],
)


@line(unit="USD", cite=WITHHOLD, rounding=CENT)
def amount_not_achievable(
    capitation: Column, withhold_share: Column, achievable_share: Column
) -> Column:
    """Capitation times the part of the withhold that is not reasonably achievable."""
    return round_half_up(capitation * (withhold_share - achievable_share), 2)


@line(unit="USD", cite=WITHHOLD)
def payment_floor(capitation: Column, amount_not_achievable: Column) -> Column:
    """Capitation less what is not reasonably achievable: what must be actuarially sound."""
    return capitation - amount_not_achievable


@line(unit="flag", cite=WITHHOLD)
def withhold_is_sound(payment_floor: Column, sound_amount: Column) -> Column:
    """The floor is at least the amount certified as sound."""
    sound: Column = payment_floor >= sound_amount
    return sound


WITHHOLDS = Worksheet(
    "medicaid_withholds",
    "Medicaid managed care: withhold arrangements",
    [
        Input("capitation", "USD", "Capitation of those covered"),
        Input("withhold_share", "ratio", "Withhold, a share of capitation"),
        Input("achievable_share", "ratio", "Part of it reasonably achievable"),
        Input("sound_amount", "USD", "Amount certified as actuarially sound"),
    ],
    [],
    [amount_not_achievable, payment_floor, withhold_is_sound],
)


@line(unit="USD", cite=PASS + "(2)")
def base_amount(
    base_amount_given: Column,
    medicare_equivalent_managed_care: Column,
    paid_managed_care: Column,
    medicare_equivalent_moving: Column,
    paid_moving: Column,
) -> Column:
    """As given; else what Medicare would have paid less what was paid, for both populations.

    The managed care population and the one that moves from fee for service, 12 months that end two
    years before the rating period.
    """
    own = medicare_equivalent_managed_care - paid_managed_care
    own = own + medicare_equivalent_moving - paid_moving
    return where(is_missing(base_amount_given), own, base_amount_given)


@line(unit="USD", cite=PASS + "(6)", rounding=CENT)
def most_on_transition(
    supplemental_payments: Column, transitioned_payments: Column, all_payments: Column
) -> Column:
    """Supplemental payments times the share of fee-for-service payments that moved."""
    return round_half_up(supplemental_payments * ratio(transitioned_payments, all_payments), 2)


@line(unit="USD", cite=PASS + "(3), (5), (6)", rounding=CENT)
def most_pass_through(
    pass_through_class: Column,
    pass_through_share: Column,
    base_amount: Column,
    amount_identified: Column,
    most_on_transition: Column,
) -> Column:
    """Hospitals: the lesser of share times base amount and the amount identified in 2016.

    Physicians and nursing facilities: the amount identified, while the share is not zero. On a move
    from fee for service: the share of supplemental payments that moved.
    """
    hospital = minimum(pass_through_share * base_amount, amount_identified)
    other = pass_through_share * amount_identified
    own = where(is_in(pass_through_class, "hospital"), hospital, other)
    moved = is_in(pass_through_class, "transition")
    return round_half_up(where(moved, most_on_transition, own), 2)


@line(unit="flag", cite=PASS)
def pass_through_within_limit(pass_through_paid: Column, most_pass_through: Column) -> Column:
    """What is paid is at most what is allowed."""
    within: Column = pass_through_paid <= most_pass_through
    return within


PASS_THROUGH = Worksheet(
    "medicaid_pass_through",
    "Medicaid managed care: pass-through payments",
    [
        START,
        Input("pass_through_class", "text", "hospital, physician, nursing facility, transition"),
        Input("base_amount_given", "USD", "Base amount", optional=True),
        Input(
            "medicare_equivalent_managed_care", "USD", "Medicare equivalent, managed care",
            optional=True,
        ),
        Input("paid_managed_care", "USD", "Paid in managed care", optional=True),
        Input(
            "medicare_equivalent_moving", "USD", "Medicare equivalent, population that moves",
            optional=True,
        ),
        Input("paid_moving", "USD", "Paid for the population that moves", optional=True),
        Input("amount_identified", "USD", "Amount identified in 2016", optional=True),
        Input("supplemental_payments", "USD", "Supplemental payments", optional=True),
        Input("transitioned_payments", "USD", "Payments for services that moved", optional=True),
        Input("all_payments", "USD", "All fee-for-service payments", optional=True),
        Input("pass_through_paid", "USD", "Paid in the rating period", optional=True),
    ],
    ["pass_through_share"],
    [base_amount, most_on_transition, most_pass_through, pass_through_within_limit],
)  # fmt: skip


@line(unit="text", cite=FRAMEWORK)
def category(
    linked_to_quality: Column,
    prospective_payment: Column,
    comprehensive: Column,
    integrated: Column,
    shared_savings: Column,
    downside_risk: Column,
    performance_bonus: Column,
    pays_reporting: Column,
    pays_infrastructure: Column,
) -> Column:
    """The highest category the arrangement qualifies for; risk without quality is 3N or 4N."""
    whole = where(integrated, "4C", "4B")
    population = where(linked_to_quality, where(comprehensive, whole, "4A"), "4N")
    risk = where(linked_to_quality, where(downside_risk, "3B", "3A"), "3N")
    lower = where(
        performance_bonus,
        "2C",
        where(pays_reporting, "2B", where(pays_infrastructure, "2A", "1")),
    )
    return where(
        prospective_payment, population, where(shared_savings | downside_risk, risk, lower)
    )


@line(unit="USD", cite=FRAMEWORK)
def paid_from_2c(category: Column, paid: Column) -> Column:
    """What is paid in category 2C or higher; 3N and 4N count for nothing."""
    return where(is_in(category, "2C", "3A", "3B", "4A", "4B", "4C"), paid, paid * 0)


@line(unit="USD", cite=FRAMEWORK)
def paid_from_3a(category: Column, paid: Column) -> Column:
    """What is paid in category 3A or higher; 3N and 4N count for nothing."""
    return where(is_in(category, "3A", "3B", "4A", "4B", "4C"), paid, paid * 0)


def _asked(name: str, label: str) -> Input:
    return Input(name, "flag", label, optional=True, missing=False)


PROVIDER_PAYMENTS = Worksheet(
    "medicaid_provider_payments",
    "Medicaid managed care: payments to providers by category",
    [
        Input("paid", "USD", "Paid to providers"),
        _asked("linked_to_quality", "Linked to quality"),
        _asked("prospective_payment", "Paid by population, ahead"),
        _asked("comprehensive", "For all care, not a condition"),
        _asked("integrated", "Payer and provider are one"),
        _asked("shared_savings", "Savings are shared"),
        _asked("downside_risk", "Losses are shared"),
        _asked("performance_bonus", "Bonus or penalty for quality"),
        _asked("pays_reporting", "Paid for reporting"),
        _asked("pays_infrastructure", "Paid for infrastructure"),
    ],
    [],
    [category, paid_from_2c, paid_from_3a],
)


@line(unit="text", cite="42 CFR 438")
def verdict(in_force: Column, is_notice: Column, answer: Column, wanted: Column) -> Column:
    """Not in force, a notice, not answered, pass where the answer is the one wanted, else fail."""
    judged = where(
        is_in(answer, "not answered"), "not answered", where(answer == wanted, "pass", "fail")
    )
    return where(in_force, where(is_notice, "notice", judged), "not in force")


CHECKS = Worksheet(
    "medicaid_checks",
    "Medicaid managed care: checks of the contract",
    [
        Input("check", "text", "Check"),
        Input("paragraph", "text", "Paragraph"),
        Input("says", "text", "What is asked"),
        Input("severity", "text", "Severity"),
        Input("in_force", "flag", "In force for the rating period"),
        Input("is_notice", "flag", "A notice, not a test"),
        Input("answer", "text", "Answer"),
        Input("wanted", "text", "Answer wanted"),
    ],
    [],
    [verdict],
)


@line(unit="ratio", cite=FRAMEWORK)
def share_from_2c(paid_in_2c_and_higher: Column, paid_to_providers: Column) -> Column:
    """Payments in category 2C and higher over all payments to providers."""
    return ratio(paid_in_2c_and_higher, paid_to_providers)


@line(unit="ratio", cite=FRAMEWORK)
def share_from_3a(paid_in_3a_and_higher: Column, paid_to_providers: Column) -> Column:
    """Payments in category 3A and higher over all payments to providers."""
    return ratio(paid_in_3a_and_higher, paid_to_providers)


MEDICAID_PLAN = Worksheet(
    "medicaid_mco",
    "Medicaid managed care: loss ratio and checks of a plan",
    [
        START,
        *INPUTS,
        Input("paid_to_providers", "USD", "Paid to providers", optional=True),
        Input("paid_in_2c_and_higher", "USD", "Paid in category 2C and higher", optional=True),
        Input("paid_in_3a_and_higher", "USD", "Paid in category 3A and higher", optional=True),
        Input("checks_failed", "count", "Checks failed"),
        Input("checks_not_answered", "count", "Checks not answered"),
    ],
    ["credibility"],
    [*LINES, share_from_2c, share_from_3a],
)
"""A plan's loss ratio, remittance, value-based share and the counts of its checks."""
