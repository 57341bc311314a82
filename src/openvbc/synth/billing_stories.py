"""Stories of billed care management, each with what is right to say of it.

A person lives one story, in three months of 2024, with one practice of ours and, in some, a rival.
Everybody has three chronic conditions, a visit and a wellness visit of the year, and a consent,
unless the story is about that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from openvbc.synth.billing_life import (
    APRIL,
    JUNE,
    MAY,
    MONTHS,
    RIVAL,
    RIVAL_NPI,
    Life,
    Line,
)


def billed_right(one: Life) -> None:
    """Minutes and claim agree."""
    one.work(MAY, 25)
    one.bill("99490", MAY, "pass")


def billed_with_too_few_minutes(one: Life) -> None:
    """A claim with 15 minutes."""
    one.work(MAY, 15)
    one.bill("99490", MAY, "deny", "T01")


def two_practitioners(one: Life) -> None:
    """The rival's claim came first."""
    one.rival("99490", MAY)
    one.work(MAY, 25)
    one.bill("99490", MAY, "deny", "X01")


def rival_has_the_month(one: Life) -> None:
    """We have the minutes, the rival has the claim."""
    one.rival("99490", MAY)
    one.work(MAY, 25)
    one.months[MAY] = ("blocked", "X01")


def ready_and_missed(one: Life) -> None:
    """Minutes for a base and an add-on, no claim."""
    one.work(MAY, 45)


def short_and_not_billed(one: Life) -> None:
    """Twelve minutes, no claim."""
    one.work(MAY, 12)


def no_consent(one: Life) -> None:
    """Minutes, but nobody asked the person."""
    one.consents = []
    one.work(MAY, 30)
    one.months = dict.fromkeys(MONTHS, ("unbilled", "no consent on file"))


def billed_without_consent(one: Life) -> None:
    """Minutes and claim, but nobody asked the person."""
    no_consent(one)
    one.bill("99490", MAY, "deny", "C01")


def minutes_of_three_months(one: Life) -> None:
    """Eight, seven and six minutes are not twenty-one of June."""
    for month, minutes in zip(MONTHS, (8, 7, 6), strict=True):
        one.work(month, minutes)
    one.bill("99490", JUNE, "deny", "T01")


def too_many_add_ons(one: Life) -> None:
    """Three units of an add-on that has two."""
    one.work(MAY, 85)
    one.bill("99490", MAY, "pass")
    one.bill("99439", MAY, "deny", "T02", units=3)


def complex_and_plain(one: Life) -> None:
    """Both kinds in one month."""
    one.work(MAY, 70)
    one.bill("99490", MAY, "deny", "X02")
    one.bill("99487", MAY, "pass")


def one_condition(one: Life) -> None:
    """Not eligible, and billed."""
    one.conditions = 1
    one.work(MAY, 25)
    one.bill("99490", MAY, "deny", "E02")
    one.months = {}


def with_home_health_oversight(one: Life) -> None:
    """Care plan oversight by the same practitioner."""
    one.work(MAY, 30, "billing_practitioner")
    one.work(MAY, 25)
    one.bill("99490", MAY, "deny", "X06")
    one.bill("G0181", MAY, "pass")


def in_a_dialysis_month(one: Life) -> None:
    """The monthly dialysis service by the same practitioner."""
    one.work(MAY, 25)
    one.bill("99490", MAY, "deny", "X08")
    one.bill("90960", MAY, "pass")


def add_on_alone(one: Life) -> None:
    """An add-on without its base."""
    one.work(MAY, 25)
    one.bill("99439", MAY, "deny", "X27")


def shared_minutes(one: Life) -> None:
    """Thirty minutes for two services of twenty."""
    one.consents.append("RPM")
    one.work(MAY, 30)
    one.bill("99490", MAY, "pass")
    one.bill("99457", MAY, "deny", "X19")


def too_few_device_days(one: Life) -> None:
    """Twelve days of data."""
    one.consents.append("RPM supply")
    one.device_days = 12
    one.bill("99454", MAY, "deny", "T03")


def no_longer_covered(one: Life) -> None:
    """A claim after the last month of coverage."""
    one.covered_to = date(2024, 4, 30)
    one.work(MAY, 25)
    one.bill("99490", MAY, "deny", "E08")
    one.months = {APRIL: one.months[APRIL]}


def never_seen(one: Life) -> None:
    """A claim without a visit."""
    one.seen = one.wellness = False
    one.work(MAY, 25)
    one.bill("99490", MAY, "deny", "V01")
    one.months = {}


def wellness_too_soon(one: Life) -> None:
    """A second wellness visit four months after the first."""
    one.lines.append(Line("G0439", date(2024, 5, 20)))
    one.billed.append(("G0439", MAY, "deny", "E07"))


def wellness_missed(one: Life) -> None:
    """No wellness visit of the year."""
    one.wellness = False


def model_payment(one: Life) -> None:
    """A month with the payment of an oncology model to us."""
    one.work(MAY, 25)
    one.bill("99490", MAY, "review", "M02")
    one.bill("M0010", MAY, "pass")


def in_a_model(one: Life) -> None:
    """The user's list says that the model pays us."""
    one.model = "EOM"
    one.months = dict.fromkeys(MONTHS, ("blocked", "M02"))


def transition_right(one: Life) -> None:
    """Contact, visit and claim in time."""
    one.leave_hospital()
    one.log(13, "contact")
    one.log(16, "visit", "moderate")
    one.lines.append(Line("99495", date(2024, 5, 16)))
    one.billed.append(("99495", MAY, "pass", ""))
    one.transition = ("billed", "")


def transition_contact_late(one: Life) -> None:
    """The first contact is six days late."""
    one.leave_hospital()
    one.log(20, "contact")
    one.log(20, "visit", "moderate")
    one.lines.append(Line("99495", date(2024, 5, 20)))
    one.billed.append(("99495", MAY, "deny", "D01"))
    one.transition = ("billed", "")


def transition_visit_late(one: Life) -> None:
    """The higher code, the visit on the tenth day."""
    one.leave_hospital()
    one.log(13, "contact")
    one.log(20, "visit", "high")
    one.lines.append(Line("99496", date(2024, 5, 20)))
    one.billed.append(("99496", MAY, "deny", "D02"))
    one.transition = ("billed", "")


def transition_missed(one: Life) -> None:
    """Everything was done in time, nothing was billed."""
    one.leave_hospital()
    one.log(13, "contact")
    one.log(15, "visit", "high")
    one.transition = ("unbilled", "ready")


def transition_not_contacted(one: Life) -> None:
    """A visit without a contact."""
    one.leave_hospital()
    one.log(15, "visit", "moderate")
    one.transition = ("unbilled", "no contact within two business days")


def transition_from_nursing(one: Life) -> None:
    """Discharged to a skilled nursing facility, and billed."""
    one.leave_hospital("03")
    one.log(13, "contact")
    one.log(16, "visit", "moderate")
    one.lines.append(Line("99495", date(2024, 5, 16)))
    one.billed.append(("99495", MAY, "deny", "E04"))


def transition_twice(one: Life) -> None:
    """The rival billed the same discharge before us."""
    transition_right(one)
    one.billed = [("99495", MAY, "deny", "X15"), ("99495", MAY, "pass", "")]
    day = date(2024, 5, 16)
    one.lines.append(Line("99495", day, tin=RIVAL, npi=RIVAL_NPI, received=day + timedelta(days=1)))


STORIES: tuple[Callable[[Life], None], ...] = (
    billed_right, billed_with_too_few_minutes, two_practitioners, rival_has_the_month,
    ready_and_missed, short_and_not_billed, no_consent, billed_without_consent,
    minutes_of_three_months, too_many_add_ons, complex_and_plain, one_condition,
    with_home_health_oversight, in_a_dialysis_month, add_on_alone, shared_minutes,
    too_few_device_days, no_longer_covered, never_seen, wellness_too_soon, wellness_missed,
    model_payment, in_a_model, transition_right, transition_contact_late, transition_visit_late,
    transition_missed, transition_not_contacted, transition_from_nursing, transition_twice,
)  # fmt: skip
