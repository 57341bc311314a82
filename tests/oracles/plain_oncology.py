"""Episodes of OCM and EOM in plain Python, a person at a time, from the specification's chapter 5.

Written apart from the engine: it reads the delivered CSV files itself and knows nothing of a claim
store. Only what generated deliveries hold is told: claims of one line, fills, coverage in spans of
whole months or to a death, spans of kidney failure and other payers.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

EVALUATION = {*(f"9920{n}" for n in range(1, 6)), *(f"9921{n}" for n in range(1, 6))}
WINDOW = dt.timedelta(90)
MOST = 6


@dataclass
class Model:
    """What differs between the two models."""

    first: dt.date
    last: dt.date
    visit_days_before: int
    first_visit: bool
    least_share: float
    left_out: str
    """The monthly fee whose claims are no spending."""


OCM = Model(dt.date(2017, 7, 2), dt.date(2018, 1, 1), 0, False, 0.0, "")
"""Performance period 3."""
EOM = Model(dt.date(2023, 7, 1), dt.date(2023, 12, 31), 59, True, 0.25, "M0010")


@dataclass
class Episode:
    """A candidate and what became of it."""

    name: str
    begin: dt.date
    end: dt.date
    reason: str = ""
    cancer: str = ""
    practice: str = ""
    medicare: Decimal = Decimal(0)
    drugs: Decimal = Decimal(0)
    valid_services: int = 0


@dataclass
class Lists:
    """The user's lists."""

    therapies: set[tuple[str, str]]
    cancers: dict[str, str]
    reconciled: dict[str, bool]
    practices: dict[str, tuple[str, bool]]


@dataclass
class Records:
    """Rows of one person."""

    claims: list[dict[str, str]] = field(default_factory=list)
    fills: list[dict[str, str]] = field(default_factory=list)
    covered: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    death: dt.date | None = None
    spans: list[tuple[str, dt.date, dt.date]] = field(default_factory=list)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def rows(path: Path):
    with path.open(newline="") as file:
        yield from csv.DictReader(file)


def read(folder: Path) -> tuple[dict[str, Records], Lists, dict[str, dict[str, str]]]:
    """People, lists, and costs of fills."""
    people: dict[str, Records] = defaultdict(Records)
    for row in rows(folder / "tuva" / "medical_claim.csv"):
        people[row["person_id"]].claims.append(row)
    for row in rows(folder / "tuva" / "pharmacy_claim.csv"):
        people[row["person_id"]].fills.append(row)
    for row in rows(folder / "tuva" / "eligibility.csv"):
        who = people[row["person_id"]]
        who.covered.append((day(row["enrollment_start_date"]), day(row["enrollment_end_date"])))
        who.death = day(row["death_date"]) if row["death_date"] else None
    for row in rows(folder / "person_spans.csv"):
        span = (row["kind"], day(row["first_day"]), day(row["last_day"]))
        people[row["member_id"]].spans.append(span)
    lists = Lists(
        {
            (r["code_system"], r["code"][:9] if r["code_system"] == "NDC" else r["code"])
            for r in rows(folder / "initiating_therapies.csv")
        },
        {}, {}, {},
    )  # fmt: skip
    for row in rows(folder / "cancer_diagnoses.csv"):
        lists.cancers[row["diagnosis_code"]] = row["cancer_type"]
        lists.reconciled[row["cancer_type"]] = row["is_reconciled"] == "yes"
    for row in rows(folder / "practices.csv"):
        lists.practices[row["tin"]] = (row["practice"] or row["tin"], row["is_oncology"] == "yes")
    costs = {row["claim_id"]: row for row in rows(folder / "drug_costs.csv")}
    return people, lists, costs


def six_months(begin: dt.date) -> dt.date:
    """The day before the same day six months on, or the last day of that month."""
    month = begin.month + 6
    year, month = begin.year + (month - 1) // 12, (month - 1) % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, min(begin.day, last)) - dt.timedelta(1)


def episodes(
    who: Records, lists: Lists, costs: dict[str, dict[str, str]], model: Model = OCM
) -> list[Episode]:
    """Every candidate of a person."""
    candidates: list[Episode] = []
    kept: list[Episode] = []
    for begin, (_, _, name) in sorted(_triggers(who, lists).items()):
        one = Episode(name, begin, six_months(begin))
        candidates.append(one)
        visits = _visits(who, lists, one, model)
        if visits:
            _cancer(one, visits, lists)
        one.reason = _failed(who, one, visits)
        if one.reason:
            continue
        if kept and one.begin <= kept[-1].end:
            one.reason = "INSIDE_EARLIER_EPISODE"
            continue
        kept.append(one)
        if not model.first <= one.begin <= model.last:
            one.reason = "OUTSIDE_THE_PERIOD"
            continue
        _practice(one, visits, model)
        _spending(who, one, costs, model)
    _services(who, lists, [each for each in candidates if not each.reason])
    return candidates


def _triggers(who: Records, lists: Lists):
    """By day the first of: outpatient, professional, equipment, drug; then the lowest claim."""
    best: dict[dt.date, tuple[int, str, str]] = {}

    def offer(when: dt.date, order: int, claim: str, name: str) -> None:
        best[when] = min(best.get(when, (9, "", "")), (order, claim, name))

    for row in who.claims:
        if ("HCPCS", row["hcpcs_code"]) not in lists.therapies:
            continue
        if row["diagnosis_code_1"] not in lists.cancers or Decimal(row["allowed_amount"]) <= 0:
            continue
        if row["claim_type"] == "professional" and row["place_of_service_code"] != "21":
            offer(day(row["claim_line_start_date"]), 2, row["claim_id"],
                  f"{row['claim_id']}-{row['claim_line_number']}")  # fmt: skip
    cancer_days = [
        day(row["claim_line_start_date"])
        for row in who.claims
        if row["claim_type"] == "professional" and row["diagnosis_code_1"] in lists.cancers
    ]
    for row in who.fills:
        when = day(row["dispensing_date"])
        if ("NDC", row["ndc_code"][:9]) in lists.therapies and any(
            0 <= (when - one).days <= 59 for one in cancer_days
        ):
            offer(when, 4, row["claim_id"], row["claim_id"])
    return best


def _visits(who: Records, lists: Lists, one: Episode, model: Model) -> list[dict[str, str]]:
    earliest = one.begin - dt.timedelta(model.visit_days_before)
    return [
        row
        for row in who.claims
        if row["hcpcs_code"] in EVALUATION
        and row["diagnosis_code_1"] in lists.cancers
        and earliest <= day(row["claim_line_start_date"]) <= one.end
    ]


def _cancer(one: Episode, visits: list[dict[str, str]], lists: Lists) -> None:
    by_type: dict[str, set[tuple[str, dt.date]]] = defaultdict(set)
    claim: dict[tuple[str, dt.date], str] = {}
    for row in visits:
        cancer, when = lists.cancers[row["diagnosis_code_1"]], day(row["claim_line_start_date"])
        by_type[cancer].add((row["rendering_tin"], when))
        claim[cancer, when] = max(claim.get((cancer, when), ""), row["claim_id"])

    def order(cancer: str):
        seen = by_type[cancer]
        latest = max(when for _, when in seen)
        digit = min(tin[-1] for tin, when in seen if when == latest)
        return len(seen), latest, lists.reconciled[cancer], -int(digit), claim[cancer, latest]

    one.cancer = max(by_type, key=order)
    one.practice = ""


def _failed(who: Records, one: Episode, visits: list[dict[str, str]]) -> str:
    until = min(one.end, who.death or one.end)
    month = one.begin.replace(day=1)
    while month <= until:
        if not any(first <= month <= last for first, last in who.covered):
            return "NOT_ENROLLED_THROUGHOUT"
        month = (month + dt.timedelta(31)).replace(day=1)
    for reason in ("ESRD", "OTHER_PAYER_PRIMARY"):
        if any(k == reason and f <= until and last >= one.begin for k, f, last in who.spans):
            return reason
    qualifying = [row for row in visits if row["rendering_tin"] in ONCOLOGY]
    return "" if qualifying else "NO_CANCER_VISIT"


ONCOLOGY: set[str] = set()
POOLS: dict[str, str] = {}


def use(lists: Lists) -> None:
    """The practices that visits are told by."""
    ONCOLOGY.clear()
    ONCOLOGY.update(tin for tin, (_, is_oncology) in lists.practices.items() if is_oncology)
    POOLS.clear()
    POOLS.update({tin: practice for tin, (practice, _) in lists.practices.items()})


def _practice(one: Episode, visits: list[dict[str, str]], model: Model) -> None:
    seen: dict[str, set[tuple[str, dt.date]]] = defaultdict(set)
    for row in visits:
        tin, when = row["rendering_tin"], day(row["claim_line_start_date"])
        if tin in ONCOLOGY and when >= one.begin:
            seen[POOLS[tin]].add((tin, when))
    every = sum(map(len, seen.values()))

    def order(practice: str):
        days = [when for _, when in seen[practice]]
        lowest = min(tin[::-1] for tin, _ in seen[practice])
        if model.first_visit:
            return min(days), lowest
        return -len(seen[practice]), -max(days).toordinal(), lowest

    enough = [p for p in seen if len(seen[p]) >= model.least_share * every]
    one.practice = min(enough, key=order) if enough else ""


def _spending(who: Records, one: Episode, costs: dict[str, dict[str, str]], model: Model) -> None:
    """Claims of the six months to a death, those that outlast them by days; every fill."""
    last = min(one.end, who.death or one.end)
    for row in who.claims:
        first, end = day(row["claim_start_date"]), day(row["claim_end_date"])
        if not one.begin <= first <= last or Decimal(row["paid_amount"]) <= 0:
            continue
        if model.left_out and row["hcpcs_code"] == model.left_out:
            continue
        amount = Decimal(row["paid_amount"])
        if end > last:
            inside, whole = (last - first).days + 1, (end - first).days + 1
            amount = (amount * inside / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
        one.medicare += amount
    for row in who.fills:
        if one.begin <= day(row["dispensing_date"]) <= one.end:
            cost = costs[row["claim_id"]]
            above = Decimal(cost["gross_cost_above_threshold"]) * Decimal("0.8")
            one.drugs += Decimal(cost["low_income_cost_sharing"]) + above.quantize(
                Decimal("0.01"), ROUND_HALF_UP
            )


def _services(who: Records, lists: Lists, kept: list[Episode]) -> None:
    services = sorted(
        (day(row["claim_line_start_date"]), row["claim_id"], POOLS.get(row["rendering_tin"]))
        for row in who.claims
        if row["hcpcs_code"] == "G9678"
    )
    for when, _, practice in services:
        for one in kept:
            mine = one.practice == practice and lists.reconciled[one.cancer]
            near = one.begin - WINDOW <= when <= one.end + WINDOW
            if mine and near and one.valid_services < MOST:
                one.valid_services += 1
                break
