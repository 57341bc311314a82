"""A person with care management: what claims and logs say, and what is right to say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

OURS, RIVAL = "100000001", "100000002"
OUR_NPI, RIVAL_NPI = "1000000004", "1000000012"
MONTHS = (date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1))
APRIL, MAY, JUNE = MONTHS
DISCHARGE = date(2024, 5, 10)
"""A Friday: the contact is due on Tuesday the 14th, the visit on the 17th or the 24th."""


@dataclass(frozen=True)
class Line:
    """A line of a professional claim."""

    code: str
    day: date
    units: int = 1
    tin: str = OURS
    npi: str = OUR_NPI
    received: date | None = None


@dataclass(frozen=True)
class Stay:
    """A hospital stay."""

    admitted: date
    discharged: date
    status: str = "01"


@dataclass
class Life:
    """What the claims and the logs say of a person, and what is right to say."""

    lines: list[Line] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    minutes: list[tuple[date, int, str, str]] = field(default_factory=list)
    """Day, minutes, whose, the service they are marked for."""
    contacts: list[tuple[date, date, str, str]] = field(default_factory=list)
    """Discharge, day, kind, complexity."""
    consents: list[str] = field(default_factory=lambda: ["CCM"])
    conditions: int = 3
    model: str = ""
    device_days: int | None = None
    covered_to: date = date(2024, 12, 31)
    seen: bool = True
    wellness: bool = True
    billed: list[tuple[str, date, str, str]] = field(default_factory=list)
    """Code, month, verdict, rule: what is right to say of each billed service of the months."""
    months: dict[date, tuple[str, str]] = field(
        default_factory=lambda: dict.fromkeys(MONTHS, ("unbilled", "no minutes logged"))
    )
    """CCM by month: state, and the rule or what is lacking."""
    transition: tuple[str, str] | None = None
    """TCM of the discharge: state, and the rule or what is lacking."""

    def bill(self, code: str, month: date, verdict: str, rule: str = "", **of: object) -> None:
        """A claim of ours in a month, and what is right to say of it."""
        self.lines.append(Line(code, month + timedelta(days=27), **of))  # type: ignore[arg-type]
        self.billed.append((code, month, verdict, rule))
        if code in ("99490", "99491", "99487"):
            self.months[month] = ("billed", "")

    def rival(self, code: str, month: date, verdict: str = "pass", rule: str = "") -> None:
        """A claim of the rival, received before ours."""
        self.lines.append(Line("99213", date(2024, 3, 1), tin=RIVAL, npi=RIVAL_NPI))
        day = month + timedelta(days=27)
        self.lines.append(
            Line(code, day, tin=RIVAL, npi=RIVAL_NPI, received=day + timedelta(days=2))
        )
        self.billed.append((code, month, verdict, rule))

    def work(self, month: date, minutes: int, whose: str = "clinical_staff") -> None:
        """Minutes of a month."""
        self.minutes.append((month + timedelta(days=9), minutes, whose, ""))
        if minutes < 20:
            self.months[month] = ("unbilled", f"minutes short by {20 - minutes}")
        else:
            self.months[month] = ("unbilled", "ready")

    def leave_hospital(self, status: str = "01") -> None:
        """A stay that ends on the day of discharge."""
        self.stays.append(Stay(DISCHARGE - timedelta(days=4), DISCHARGE, status))

    def log(self, day: int, kind: str, complexity: str = "") -> None:
        """An entry of the contact log, on a day of May."""
        self.contacts.append((DISCHARGE, date(2024, 5, day), kind, complexity))
