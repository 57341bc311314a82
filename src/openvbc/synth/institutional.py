"""Part A and hospital outpatient: stays, visits, agencies and clinics of a shard, as claims."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth import published
from openvbc.synth.columns import INSTITUTIONAL, Columns, empty, rows, stack, take
from openvbc.synth.conditions import DIAGNOSES
from openvbc.synth.network import Network
from openvbc.synth.people import ESRD, Population, month_of
from openvbc.synth.professional import Ties, intensity, price_level
from openvbc.synth.services import CODES, OTHER, POSITION, PRIMARY_CARE, SPECIALIST
from openvbc.synth.settings import Settings, day_number

BILLS = ("111", "211", "131", "321", "811", "721", "771", "711", "851")
"""Bill types: inpatient, SNF, outpatient, home health, hospice, dialysis, FQHC, RHC, CAH."""
BILL = {bill: n for n, bill in enumerate(BILLS)}
REVENUE = (
    "0120",
    "0022",
    "0450",
    "0510",
    "0023",
    "0651",
    "0821",
    "0521",
    "0960",
    "0300",
    "0636",
    "0250",
    "0270",
    "0320",
)
"""Revenue centres; the last five fill the further lines of a claim."""
REVENUE_OF = {code: n for n, code in enumerate(REVENUE)}
DRGS = ("0871", "0291", "0470", "0193", "0690", "0392", "0378", "0189", "0065", "0682")
NO_CODE = len(CODES)
HOSPITAL, SKILLED, OUTPATIENT, AGENCY, HOSPICE = 60, 20, 40, 10, 50
COVID_FROM = day_number(date(2020, 4, 1))
COVID_UNTIL = day_number(date(2023, 5, 11))
"""Admissions for COVID-19 open an episode until the public health emergency ended."""


def _claims(
    person: NDArray[Any], kind: int, bill: str, facility: NDArray[Any], first: NDArray[Any],
    last: NDArray[Any], paid: NDArray[Any], revenue: str, code: str | None,
    lines: NDArray[Any] | int,
) -> Columns:  # fmt: skip
    count = len(person)
    out = empty(INSTITUTIONAL, count)
    out["person"] = person.astype(np.int32)
    out["type"] = np.full(count, kind, np.int8)
    out["bill"] = np.full(count, BILL[bill], np.int16)
    out["facility"] = facility.astype(np.int32)
    out["from_day"] = first.astype(np.int32)
    out["thru_day"] = last.astype(np.int32)
    out["status"] = np.full(count, 1, np.int8)
    out["drg"] = np.full(count, len(DRGS), np.int16)
    out["paid"] = np.maximum(100, np.rint(paid * 100)).astype(np.int64)
    out["charge"] = out["paid"] * 3
    out["line_revenue"] = np.full(count, REVENUE_OF[revenue], np.int16)
    out["line_code"] = np.full(count, NO_CODE if code is None else POSITION[code], np.int16)
    out["lines"] = np.broadcast_to(np.asarray(lines), count).astype(np.int16)
    return out


def claims_of_year(
    rng: np.random.Generator, people: Population, network: Network, ties: Ties, settings: Settings,
    year: int, *, full: bool,
) -> Columns:  # fmt: skip
    """All claims of a year; a year before the benchmark years has only what windows need."""
    drawn = _Year(rng, people, network, ties, settings, year)
    parts = drawn.stays() + drawn.clinic_visits()
    if full:
        parts += drawn.outpatient() + drawn.home_health() + drawn.hospice()
    out = stack(parts)
    last_day = day_number(date(settings.performance_year, 12, 31))
    out = take(out, out["thru_day"] <= last_day)
    who_row = out["person"]
    covered = people.fee_for_service[who_row, month_of(out["thru_day"], settings)]
    covered &= people.fee_for_service[who_row, month_of(out["from_day"], settings)]
    out = take(out, covered & (out["thru_day"] <= people.death[who_row]))
    n = rows(out)
    clinicians = [network.providers(role) for role in (PRIMARY_CARE, SPECIALIST, OTHER)]
    out["provider"] = np.asarray(rng.choice(np.concatenate(clinicians), n), np.int32)
    out["diagnosis"] = rng.integers(0, len(DIAGNOSES) - 2, n).astype(np.int16)
    return out


class _Year:
    """Draws the claims of a shard's people in one year, a kind of care after another."""

    def __init__(
        self, rng: np.random.Generator, people: Population, network: Network, ties: Ties,
        settings: Settings, year: int,
    ) -> None:  # fmt: skip
        self.rng, self.people, self.network, self.ties = rng, people, network, ties
        self.few = settings.light
        self.january = 12 * (year - settings.first_year)
        self.level = intensity(people, slice(self.january, self.january + 12))
        self.first = day_number(date(year, 1, 1))
        self.price = price_level(year)

    def _who(self, mean: NDArray[Any]) -> NDArray[np.int64]:
        """People, each as often as something happens to them."""
        return np.repeat(np.arange(self.people.count), self.rng.poisson(mean))

    def _days(self, n: int) -> NDArray[np.int64]:
        return self.first + self.rng.integers(0, 365, n)

    def _amount(self, n: int, mean: float, spread: float) -> NDArray[np.float64]:
        drawn = self.rng.lognormal(-spread * spread / 2, spread, n)
        return np.asarray(drawn * mean * self.price)

    def _facility(self, kind: str, n: int) -> NDArray[np.int32]:
        return np.asarray(self.rng.choice(self.network.facilities(kind), n), np.int32)

    def stays(self) -> list[Columns]:
        """Inpatient stays of every kind of hospital, and the skilled nursing stays after them."""
        rng, few = self.rng, self.few
        parts = []
        for kind, rate in published.ADMISSIONS.items():
            person = self._who(rate * self.level)
            n = len(person)
            facility = self._facility("hospital" if kind == "short_term" else kind, n)
            start = self._days(n)
            end = start + np.minimum(rng.geometric(1 / 5.0, n), 25)
            paid = self._amount(n, published.INPATIENT_DOLLARS[kind] / rate, 0.75)
            lines = rng.integers(2, 5, n) if few else rng.integers(8, 20, n)
            stay = _claims(person, HOSPITAL, "111", facility, start, end, paid, "0120", None, lines)
            stay["emergency"] = rng.random(n) < (0.79 if kind == "short_term" else 0.0)
            stay["drg"] = rng.integers(0, len(DRGS), n).astype(np.int16)
            _add_hospital_payments(stay)
            if kind == "short_term":
                sick = rng.random(n) < 0.035
                sick &= (start >= COVID_FROM) & (start < COVID_UNTIL - 40)
                position = np.where(sick, np.where(rng.random(n) < 0.7, 1, 2), 0)
                stay["covid"] = position.astype(np.int8)
            parts.append(stay)
            if kind == "short_term":
                parts.append(self._skilled_nursing(person, end, rate))
        return parts

    def _skilled_nursing(
        self, person: NDArray[np.int64], discharge: NDArray[np.int64], rate: float
    ) -> Columns:
        """Stays after some of the discharges from short-term hospitals."""
        rng, n = self.rng, len(person)
        goes = rng.random(n) < published.SKILLED_NURSING_STAYS / rate
        length = np.minimum(rng.geometric(1 / published.SKILLED_NURSING_DAYS, n), 100)
        here = np.flatnonzero(goes)
        per_stay = published.DOLLARS["skilled_nursing"] / published.SKILLED_NURSING_STAYS
        pay = self._amount(n, 1.0, 0.3) * per_stay * length / 26.0
        return _claims(
            person[here], SKILLED, "211", self._facility("skilled_nursing", len(here)),
            discharge[here], (discharge + length)[here], pay[here], "0022", None,
            2 if self.few else 6,
        )  # fmt: skip

    def clinic_visits(self) -> list[Columns]:
        """Visits to health centers and to clinics, rural ones and those of hospitals."""
        ties, level, parts = self.ties, self.level, []
        mean = ties.clinic_user * published.CLINIC_VISITS / 0.107 * np.minimum(level, 3) ** 0.5
        person = self._who(mean)
        start = self._days(len(person))
        centre = self.rng.random(len(person)) < 0.75
        for chosen, kind, bill, each in (
            (centre, "health_center", "771", 178.0),
            (~centre, "rural_clinic", "711", 142.0),
        ):
            here = np.flatnonzero(chosen)
            parts.append(
                _claims(
                    person[here], OUTPATIENT, bill, self._facility(kind, len(here)), start[here],
                    start[here], self._amount(len(here), each, 0.2), "0521", "T1015", 1,
                )
            )  # fmt: skip
        for users, kind, bill, code, revenue, each in (
            (ties.rural, "critical_access", "851", "99213", "0960", 110.0),
            (ties.rural, "teaching", "131", "G0463", "0510", 125.0),
        ):
            person = self._who(users * (level > 0) * 2.0)
            start = self._days(len(person))
            parts.append(
                _claims(
                    person, OUTPATIENT, bill, self._facility(kind, len(person)), start, start,
                    self._amount(len(person), each, 0.2), revenue, code, 1,
                )
            )  # fmt: skip
        return parts

    def _same_day(
        self, person: NDArray[Any], kind: str, bill: str, pay: NDArray[Any], revenue: str,
        code: str | None, lines: NDArray[Any] | int,
    ) -> Columns:  # fmt: skip
        start = self._days(len(person))
        facility = self._facility(kind, len(person))
        return _claims(
            person, OUTPATIENT, bill, facility, start, start, pay, revenue, code, lines
        )  # fmt: skip

    def outpatient(self) -> list[Columns]:
        """Emergency visits without admission, other outpatient visits, and dialysis."""
        rng, few, level = self.rng, self.few, self.level
        visit = published.EMERGENCY_VISITS - published.EMERGENCY_VISITS_ADMITTED
        person = self._who(visit * level)
        pay = self._amount(len(person), 640.0, 0.6)
        emergency = self._same_day(
            person, "hospital", "131", pay, "0450", "99284", 2 if few else 6
        )  # fmt: skip
        rate = 1.1 if few else 4.3
        person = self._who(rate * level)
        spend = published.DOLLARS["outpatient"] - visit * 640 - published.CLINIC_VISITS * 170 - 165
        lines = rng.integers(1, 3, len(person)) if few else rng.integers(2, 8, len(person))
        pay = self._amount(len(person), spend / rate, 1.1)
        other = self._same_day(person, "hospital", "131", pay, "0320", None, lines)
        dialysed = (self.people.kind[:, self.january + 6] == ESRD).astype(float)
        person = self._who(dialysed * 11.7)
        pay = self._amount(len(person), 2750.0, 0.15)
        dialysis = self._same_day(
            person, "dialysis", "721", pay, "0821", "90999", 2 if few else 13
        )  # fmt: skip
        return [emergency, other, dialysis]

    def home_health(self) -> list[Columns]:
        """Episodes of thirty days."""
        person = self._who(0.27 * self.level)
        n = len(person)
        start = self._days(n)
        facility = self._facility("home_health", n)
        pay = self._amount(n, published.DOLLARS["home_health"] / 0.27, 0.35)
        lines = 2 if self.few else 10
        return [
            _claims(person, AGENCY, "321", facility, start, start + 29, pay, "0023", None, lines)
        ]

    def hospice(self) -> list[Columns]:
        """The last three months of some of those who die in the year."""
        death, first = self.people.death, self.first
        dies = (death >= first) & (death < first + 365)
        person = np.flatnonzero(dies & (self.rng.random(self.people.count) < 0.6))
        parts = []
        for back in (30, 60, 90):
            start = death[person] - back
            keep = start >= first
            n = int(keep.sum())
            parts.append(
                _claims(
                    person[keep], HOSPICE, "811", self._facility("hospice", n), start[keep],
                    start[keep] + 29, self._amount(n, 9600.0, 0.25), "0651", None,
                    2 if self.few else 8,
                )
            )  # fmt: skip
        return parts


def _add_hospital_payments(stay: Columns) -> None:
    """Teaching, disproportionate share and uncompensated care, on top of the base payment."""
    teaching_base = stay["paid"] * (stay["facility"] % 3 == 0)
    stay["ime"] = teaching_base * 9 // 100
    stay["dsh"] = stay["paid"] * 2 // 100
    stay["capital_ime"] = teaching_base * 4 // 1000
    stay["capital_dsh"] = stay["paid"] * 3 // 1000
    stay["uncompensated"] = stay["paid"] * 3 // 100
    added = ("ime", "dsh", "capital_ime", "capital_dsh", "uncompensated")
    stay["paid"] = stay["paid"] + sum(stay[column] for column in added)
    stay["charge"] = stay["paid"] * 4
