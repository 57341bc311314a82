"""Stories of invented people for work lists: what is planted, and what must be found of it.

A person has one story (:data:`STORIES`, in turn): a discharge that nobody followed up, one that a
hospital announced in messages out of order, a visit to an emergency department, a wellness visit
that is overdue. Everybody had the services of prevention in the last year but who the story says,
so that every row of a list that is not planted is invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from openvbc.synth.care_people import (
    COPD,
    DAY,
    HEART_FAILURE,
    NURSING,
    OTHER_HOSPITAL,
    PAIN,
    TODAY,
    Person,
    Planted,
    adt,
)


def _days(who: Person, low: int, high: int) -> date:
    return TODAY - timedelta(who.draw.randint(low, high))


def _followed(who: Person, low: int = 8, high: int = 20) -> tuple[date, date]:
    """A stay whose claim is known the day after discharge."""
    last = _days(who, low, high)
    first = last - timedelta(who.draw.randint(2, 6))
    who.stay(first, last, last + DAY)
    return first, last


def announced(who: Person) -> None:
    """Admission and discharge announced; no claim yet."""
    last = _days(who, 0, 1)
    first = last - timedelta(3)
    who.message("A01", first, 1)
    who.message("A03", last, 2, admitted=f"{first:%Y%m%d}")
    who.transition(first, last, "NEW")


def out_of_order(who: Person) -> None:
    """The discharge comes before the admission."""
    last = _days(who, 0, 1)
    first = last - timedelta(4)
    who.message("A03", last, 1)
    who.message("A01", first, 2)
    who.transition(first, last, "NEW")


def admission_taken_back(who: Person) -> None:
    """An admission and its cancellation."""
    day = _days(who, 2, 6)
    who.message("A01", day, 1)
    who.message("A11", day + DAY, 2, admitted=f"{day:%Y%m%d}")


def discharge_taken_back(who: Person) -> None:
    """A discharge and its cancellation: still in hospital."""
    day = _days(who, 3, 6)
    who.message("A01", day - DAY, 1)
    who.message("A03", day, 2)
    who.message("A13", day + DAY, 3)


def merged(who: Person) -> None:
    """Admitted under another identifier that is joined into the person's."""
    last = _days(who, 0, 1)
    first = last - timedelta(2)
    old = f"X{who.name}"
    text = adt(old, "A01", first, f"{who.name}OLD")
    who.messages.append(("01", text))
    who.message("A40", first + DAY, 2, merged=old)
    who.message("A03", last, 3)
    who.transition(first, last, "NEW")


def announced_and_billed(who: Person) -> None:
    """Announced, and the claim is there: one transition."""
    last = _days(who, 1, 3)
    first = last - timedelta(3)
    who.message("A01", first, 1)
    who.message("A03", last, 2)
    who.stay(first, last, TODAY)
    who.transition(first, last, "NEW")


def late(who: Person) -> None:
    """The claim comes when the contact was due long ago."""
    last = _days(who, 15, 25)
    first = last - timedelta(4)
    who.stay(first, last, TODAY - DAY)
    who.transition(first, last, "LATE_KNOWLEDGE")


def window_over(who: Person) -> None:
    """The claim comes when the thirty days are over."""
    last = _days(who, 35, 50)
    first = last - timedelta(4)
    who.stay(first, last, TODAY - DAY)
    who.transition(first, last, "CLOSED: window over")


def attempted(who: Person) -> None:
    """One to four contacts without an answer."""
    first, last = _followed(who)
    tries = who.draw.randint(1, 4)
    for number in range(tries):
        who.contacts.append((last + (number + 1) * DAY, "NOT_REACHED", None))
    who.transition(first, last, ("ATTEMPT_1", "ATTEMPT_2", "UNREACHABLE", "UNREACHABLE")[tries - 1])


def contacted(who: Person) -> None:
    """Reached."""
    first, last = _followed(who)
    who.contacts.append((last + DAY, "NOT_REACHED", None))
    who.contacts.append((last + 2 * DAY, "REACHED", last))
    who.transition(first, last, "CONTACTED")


def scheduled(who: Person) -> None:
    """A visit is scheduled."""
    first, last = _followed(who)
    who.contacts.append((last + 2 * DAY, "VISIT_SCHEDULED", last))
    who.transition(first, last, "VISIT_SCHEDULED")


def contact_before_discharge(who: Person) -> None:
    """A contact of the log that was before the discharge it is about does not count."""
    last = _days(who, 2, 2)
    first = last - timedelta(3)
    who.stay(first, last, last + DAY)
    who.contacts.append((last - DAY, "REACHED", last))
    who.transition(first, last, "NEW")


def visited(who: Person) -> None:
    """Seen in the office."""
    first, last = _followed(who)
    who.visit(last + timedelta(5))
    who.transition(first, last, "VISITED")


def billed(who: Person) -> None:
    """Transitional care management is billed."""
    first, last = _followed(who, 14, 20)
    who.visit(last + timedelta(6), "99495")
    who.transition(first, last, "BILLED")


def died(who: Person) -> None:
    """Died in hospital."""
    last = _days(who, 5, 20)
    first = last - timedelta(5)
    who.stay(first, last, last + DAY, status="20")
    who.death = last
    who.transition(first, last, "CLOSED: died")


def hospice(who: Person) -> None:
    """Discharged to hospice."""
    last = _days(who, 5, 20)
    first = last - timedelta(5)
    who.stay(first, last, last + DAY, status="50")
    who.transition(first, last, "CLOSED: hospice")


def nursing(who: Person) -> None:
    """To a skilled nursing facility; the discharge from there begins anew."""
    last = _days(who, 2, 2)
    moved = last - timedelta(14)
    first = moved - timedelta(5)
    who.stay(first, moved, moved + DAY, status="03")
    who.claim(
        moved, last, last + DAY, claim_type="institutional", bill_type_code="211",
        facility_ccn=NURSING, discharge_disposition_code="01", revenue_center_code="0120",
        diagnosis_code_1=PAIN, paid_amount=5000,
    )  # fmt: skip
    who.transition(first, moved, "CLOSED: skilled nursing")
    who.transition(moved, last, "NEW", "SKILLED_NURSING")


def readmitted(who: Person) -> None:
    """Back in hospital before anything was done."""
    again = _days(who, 2, 2)
    last = again - timedelta(9)
    first = last - timedelta(3)
    who.stay(first, last, last + DAY)
    who.stay(again - timedelta(3), again, again + DAY)
    who.transition(first, last, "CLOSED: readmitted")
    who.transition(again - timedelta(3), again, "NEW")


def transferred(who: Person) -> None:
    """Two hospitals, one transition."""
    last = _days(who, 2, 2)
    moved = last - timedelta(4)
    first = moved - timedelta(3)
    who.stay(first, moved, moved + DAY, status="02")
    who.stay(moved + DAY * who.draw.randint(0, 1), last, last + DAY, where=OTHER_HOSPITAL)
    who.transition(first, last, "NEW")


def in_parts(who: Person) -> None:
    """A stay billed in two parts is one."""
    last = _days(who, 2, 2)
    part = last - timedelta(10)
    first = part - timedelta(20)
    who.stay(first, part, part + DAY, status="30", bill="112")
    who.stay(part + DAY, last, last + DAY, bill="114")
    who.transition(first, last, "NEW")


def observed(who: Person) -> None:
    """Observation, no admission."""
    day = _days(who, 2, 2)
    who.outpatient(day, day + DAY, "0762", PAIN)
    who.transition(day, day, "NEW", "OBSERVATION")


def emergency(who: Person) -> None:
    """An emergency visit, home again."""
    day = _days(who, 1, 6)
    who.outpatient(day, day + DAY if day < TODAY else day, "0450", PAIN)
    who.emergency(day, "NEW", 7)


def emergency_airways(who: Person) -> None:
    """COPD: a longer span, and an indicator of prevention."""
    day = _days(who, 2, 6)
    who.outpatient(day, day + DAY, "0450", COPD)
    who.emergency(day, "NEW", 14)
    who.truth.append(Planted("prevention_event", f"PQE02 {day}", "", None))


def emergency_announced(who: Person) -> None:
    """Announced by the hospital; no claim yet."""
    day = _days(who, 1, 5)
    who.message("A04", day, 1, kind="E")
    who.message("A03", day, 2, kind="E")
    who.emergency(day, "NEW", 7)


def emergency_admitted(who: Person) -> None:
    """Admitted from the emergency department: a transition alone."""
    last = _days(who, 2, 2)
    first = last - timedelta(4)
    who.outpatient(first, first + DAY, "0450", PAIN)
    who.stay(first, last, last + DAY)
    who.transition(first, last, "NEW")


def wellness_overdue(who: Person) -> None:
    """The last wellness visit is more than eleven full months ago."""
    who.wellness = date(2023, 1, 10) + timedelta(who.draw.randint(0, 50))
    due = who.wellness.replace(year=2024, day=1)
    who.truth.append(Planted("care_gap", "annual wellness visit", "", due))


def heart_failure(who: Person) -> None:
    """Two claims a day apart: a cohort."""
    day = date(2023, 6, 1)
    who.visit(day, diagnosis=HEART_FAILURE)
    who.visit(day + DAY * who.draw.randint(1, 40), diagnosis=HEART_FAILURE)
    who.truth.append(Planted("cohort_member", "heart failure", "", None))


def heart_failure_once(who: Person) -> None:
    """Two claims of one day: no cohort."""
    day = date(2023, 6, 1)
    who.visit(day, diagnosis=HEART_FAILURE)
    who.visit(day, code="99214", diagnosis=HEART_FAILURE)


def well(who: Person) -> None:
    """Nothing to do."""


STORIES: tuple[Callable[[Person], None], ...] = (
    announced, out_of_order, admission_taken_back, discharge_taken_back, merged,
    announced_and_billed, late, window_over, attempted, contacted, scheduled,
    contact_before_discharge, visited, billed, died, hospice, nursing, readmitted, transferred,
    in_parts, observed, emergency, emergency_airways, emergency_announced, emergency_admitted,
    wellness_overdue, heart_failure, heart_failure_once, well,
)  # fmt: skip


def person(number: int, seed: int) -> Person:
    """An invented person; the same number and seed give the same."""
    who = Person(f"C{number:06d}", random.Random(f"{seed} {number}"))
    STORIES[(number - 1) % len(STORIES)](who)
    return who
