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
    at = year - settings.first_year
    level = intensity(people, slice(12 * at, 12 * at + 12))
    first = day_number(date(year, 1, 1))
    price = price_level(year)
    few = settings.light
    count = people.count

    def who(mean: NDArray[Any]) -> NDArray[np.int64]:
        return np.repeat(np.arange(count), rng.poisson(mean))

    def days(n: int) -> NDArray[np.int64]:
        return first + rng.integers(0, 365, n)

    def amount(n: int, mean: float, spread: float) -> NDArray[np.float64]:
        return np.asarray(rng.lognormal(-spread * spread / 2, spread, n) * mean * price)

    def place(kind: str, n: int) -> NDArray[np.int32]:
        return np.asarray(rng.choice(network.facilities(kind), n), np.int32)

    parts = []
    for kind, rate in published.ADMISSIONS.items():
        mean = published.INPATIENT_DOLLARS[kind] / rate
        person = who(rate * level)
        n = len(person)
        facility = place("hospital" if kind == "short_term" else kind, n)
        start = days(n)
        stay = start + np.minimum(rng.geometric(1 / 5.0, n), 25)
        paid = amount(n, mean, 0.75)
        lines = rng.integers(2, 5, n) if few else rng.integers(8, 20, n)
        ip = _claims(person, HOSPITAL, "111", facility, start, stay, paid, "0120", None, lines)
        ip["emergency"] = rng.random(n) < (0.79 if kind == "short_term" else 0.0)
        ip["drg"] = rng.integers(0, len(DRGS), n).astype(np.int16)
        teaches = facility % 3 == 0
        base = ip["paid"] * teaches
        ip["ime"] = base * 9 // 100
        ip["dsh"] = ip["paid"] * 2 // 100
        ip["capital_ime"] = base * 4 // 1000
        ip["capital_dsh"] = ip["paid"] * 3 // 1000
        ip["uncompensated"] = ip["paid"] * 3 // 100
        addons = sum(ip[c] for c in ("ime", "dsh", "capital_ime", "capital_dsh", "uncompensated"))
        ip["paid"] = ip["paid"] + addons
        ip["charge"] = ip["paid"] * 4
        if kind == "short_term":
            sick = rng.random(n) < 0.035
            sick &= (start >= COVID_FROM) & (start < COVID_UNTIL - 40)
            ip["covid"] = np.where(sick, np.where(rng.random(n) < 0.7, 1, 2), 0).astype(np.int8)
        parts.append(ip)
        if kind == "short_term":
            leaves = rng.random(n) < published.SKILLED_NURSING_STAYS / rate
            length = np.minimum(rng.geometric(1 / published.SKILLED_NURSING_DAYS, n), 100)
            who_leaves = np.flatnonzero(leaves)
            per_stay = published.DOLLARS["skilled_nursing"] / published.SKILLED_NURSING_STAYS
            pay = amount(n, 1.0, 0.3) * per_stay * length / 26.0
            parts.append(
                _claims(
                    person[who_leaves], SKILLED, "211", place("skilled_nursing", len(who_leaves)),
                    stay[who_leaves], (stay + length)[who_leaves], pay[who_leaves],
                    "0022", None, 2 if few else 6,
                )
            )  # fmt: skip
    person = who(ties.clinic_user * published.CLINIC_VISITS / 0.107 * np.minimum(level, 3) ** 0.5)
    start = days(len(person))
    centre = rng.random(len(person)) < 0.75
    for chosen, kind, bill, each in (
        (centre, "health_center", "771", 178.0),
        (~centre, "rural_clinic", "711", 142.0),
    ):
        here = np.flatnonzero(chosen)
        parts.append(
            _claims(
                person[here], OUTPATIENT, bill, place(kind, len(here)), start[here], start[here],
                amount(len(here), each, 0.2), "0521", "T1015", 1,
            )
        )  # fmt: skip
    for users, kind, bill, code, revenue, each in (
        (ties.rural, "critical_access", "851", "99213", "0960", 110.0),
        (ties.rural, "teaching", "131", "G0463", "0510", 125.0),
    ):
        person = who(users * (level > 0) * 2.0)
        start = days(len(person))
        parts.append(
            _claims(
                person, OUTPATIENT, bill, place(kind, len(person)), start, start,
                amount(len(person), each, 0.2), revenue, code, 1,
            )
        )  # fmt: skip
    if full:
        parts.extend(
            _further(rng, people, network, settings, year, who, days, amount, place, level)
        )
    out = stack(parts)
    last_day = day_number(date(settings.performance_year, 12, 31))
    out = take(out, out["thru_day"] <= last_day)
    who_row = out["person"]
    covered = people.fee_for_service[who_row, month_of(out["thru_day"], settings)]
    covered &= people.fee_for_service[who_row, month_of(out["from_day"], settings)]
    out = take(out, covered & (out["thru_day"] <= people.death[who_row]))
    n = rows(out)
    out["provider"] = np.asarray(
        rng.choice(
            np.concatenate(
                [
                    network.providers(PRIMARY_CARE),
                    network.providers(SPECIALIST),
                    network.providers(OTHER),
                ]
            ),
            n,
        ),
        np.int32,
    )
    out["diagnosis"] = rng.integers(0, len(DIAGNOSES) - 2, n).astype(np.int16)
    return out


def _further(
    rng: np.random.Generator, people: Population, network: Network, settings: Settings, year: int,
    who: Any, days: Any, amount: Any, place: Any, level: NDArray[np.float64],
) -> list[Columns]:  # fmt: skip
    """Emergency and other outpatient visits, dialysis, home health and hospice."""
    few = settings.light
    at = year - settings.first_year
    count = people.count
    parts = []

    def same_day(
        person: NDArray[Any],
        kind: str,
        bill: str,
        pay: NDArray[Any],
        revenue: str,
        code: str | None,
        lines: Any,
    ) -> None:
        start = days(len(person))
        parts.append(
            _claims(
                person,
                OUTPATIENT,
                bill,
                place(kind, len(person)),
                start,
                start,
                pay,
                revenue,
                code,
                lines,
            )
        )

    visit = published.EMERGENCY_VISITS - published.EMERGENCY_VISITS_ADMITTED
    person = who(visit * level)
    same_day(
        person, "hospital", "131", amount(len(person), 640.0, 0.6), "0450", "99284", 2 if few else 6
    )
    rate = 1.1 if few else 4.3
    person = who(rate * level)
    spend = published.DOLLARS["outpatient"] - visit * 640 - published.CLINIC_VISITS * 170 - 165
    lines = rng.integers(1, 3, len(person)) if few else rng.integers(2, 8, len(person))
    same_day(person, "hospital", "131", amount(len(person), spend / rate, 1.1), "0320", None, lines)
    dialysed = (people.kind[:, 12 * at + 6] == ESRD).astype(float)
    person = who(dialysed * 11.7)
    same_day(
        person,
        "dialysis",
        "721",
        amount(len(person), 2750.0, 0.15),
        "0821",
        "90999",
        2 if few else 13,
    )

    person = who(0.27 * level)
    start = days(len(person))
    parts.append(
        _claims(
            person, AGENCY, "321", place("home_health", len(person)), start, start + 29,
            amount(len(person), published.DOLLARS["home_health"] / 0.27, 0.35), "0023", None,
            2 if few else 10,
        )
    )  # fmt: skip
    first = day_number(date(year, 1, 1))
    dies = (people.death >= first) & (people.death < first + 365)
    person = np.flatnonzero(dies & (rng.random(count) < 0.6))
    for back in (30, 60, 90):
        start = people.death[person] - back
        keep = start >= first
        parts.append(
            _claims(
                person[keep], HOSPICE, "811", place("hospice", int(keep.sum())), start[keep],
                start[keep] + 29, amount(int(keep.sum()), 9600.0, 0.25), "0651", None,
                2 if few else 8,
            )
        )  # fmt: skip
    return parts
