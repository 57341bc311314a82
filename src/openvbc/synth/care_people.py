"""Invented people for work lists: their claims, messages of hospitals, contacts and truth."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

TODAY = date(2024, 3, 15)
"""The day of the lists, a Friday."""
HOLIDAYS = (date(2024, 1, 1), date(2024, 1, 15), date(2024, 2, 19))
HOSPITAL, OTHER_HOSPITAL, NURSING = "010001", "010002", "015001"
PAIN, HEART_FAILURE, COPD = "R1013", "I5020", "J441"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planted:
    """A row that a list must hold: the list, what tells the row, its state and due date."""

    table: str
    key: str
    state: str
    due: date | None


@dataclass
class Person:
    """An invented person: claims, messages, contacts, and what must be found."""

    name: str
    draw: random.Random
    claims: list[dict[str, object]] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    """(time that orders the file, text): the order of the file is not that of the events."""
    contacts: list[tuple[date, str, date | None]] = field(default_factory=list)
    truth: list[Planted] = field(default_factory=list)
    death: date | None = None
    wellness: date = date(2023, 11, 1)

    def claim(self, first: date, last: date, paid: date, **said: object) -> None:
        """A claim of one line, known from the day it is paid."""
        name = f"{self.name}-{len(self.claims) + 1}"
        self.claims.append(
            {"claim_id": name, "claim_start_date": first, "claim_end_date": last,
             "paid_date": paid, **said}
        )  # fmt: skip

    def stay(self, first: date, last: date, paid: date, *, status: str = "01",
             where: str = HOSPITAL, bill: str = "111") -> None:  # fmt: skip
        """A hospital stay, emergency admission."""
        self.claim(
            first, last, paid, claim_type="institutional", bill_type_code=bill, drg_code="392",
            facility_ccn=where, discharge_disposition_code=status, admit_type_code="1",
            admit_source_code="1", revenue_center_code="0120", diagnosis_code_1=PAIN,
            paid_amount=9000,
        )  # fmt: skip

    def outpatient(self, day: date, paid: date, revenue: str, diagnosis: str) -> None:
        """A hospital's outpatient claim."""
        self.claim(
            day, day, paid, claim_type="institutional", bill_type_code="131",
            facility_ccn=HOSPITAL, discharge_disposition_code="01", revenue_center_code=revenue,
            diagnosis_code_1=diagnosis, paid_amount=400,
        )  # fmt: skip

    def visit(self, day: date, code: str = "99213", diagnosis: str = "Z0000") -> None:
        """A clinician's line in the office, paid the next day."""
        self.claim(
            day, day, day + DAY, claim_type="professional", place_of_service_code="11",
            hcpcs_code=code, rendering_npi="1234567893", rendering_tin="123456789",
            diagnosis_code_1=diagnosis, paid_amount=100,
        )  # fmt: skip

    def message(self, event: str, when: date, place: int, **said: str) -> None:
        """A message of a hospital; `place` orders it in the file."""
        text = adt(self.name, event, when, f"{self.name}{event}{place}", **said)
        self.messages.append((f"{place:02d}", text))

    def transition(self, first: date, last: date, state: str, setting: str = "INPATIENT") -> None:
        """Plant a discharge on the list."""
        self.truth.append(
            Planted("transition", f"{setting} {first} {last}", state, business_days_after(last, 2))
        )

    def emergency(self, day: date, state: str, days: int) -> None:
        """Plant an emergency visit on the list."""
        due = day + timedelta(days)
        self.truth.append(Planted("emergency_follow_up", str(day), state, due))


def adt(member: str, event: str, when: date, control: str, *, kind: str = "I", admitted: str = "",
        discharged: str = "", merged: str = "", visit: str = "V1") -> str:  # fmt: skip
    """An HL7 version 2.5.1 message."""
    stamp = f"{when:%Y%m%d}1015"
    segments = [
        f"MSH|^~\\&|ADT|{HOSPITAL}|VBC|ACO|{stamp}||ADT^{event}|{control}|P|2.5.1",
        f"EVN|{event}|{stamp}",
        f"PID|1||{member}^^^MEDICARE^MC||INVENTED^PERSON||19500615|F",
    ]
    if merged:
        segments.append(f"MRG|{merged}^^^MEDICARE^MC")
    cells = {2: kind, 19: visit, 44: admitted, 45: discharged}
    segments.append("PV1|" + "|".join(cells.get(n, "1" if n == 1 else "") for n in range(1, 46)))
    return "\r".join(segments) + "\r"


def business_days_after(day: date, count: int) -> date:
    """The `count`-th working day after a day."""
    while count:
        day += DAY
        count -= day.weekday() < 5 and day not in HOLIDAYS
    return day
