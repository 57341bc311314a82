"""Person-months and expenditures of one person and year (mssp.md section C), in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from .assignment import Assignment, Year, denied_line, final_claims, on
from .feed import Feed, date_or_none, money

TYPES = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")
ADD_ONS = (
    "CLM_OPRTNL_IME_AMT", "CLM_OPRTNL_DSPRPRTNT_AMT", "CLM_MDCR_IP_PPS_CPTL_IME_AMT",
    "CLM_MDCR_IP_PPS_DSPRPRTNT_AMT", "CLM_HIPPS_UNCOMPD_CARE_AMT",
)  # fmt: skip
EMERGENCY = dt.date(2020, 1, 27), dt.date(2023, 5, 11)
CATHETERS_2023 = {"A4352", "A4353"}
EQUIPMENT_CLAIMS = {"72", "82"}


def covid_months(feed: Feed, person: str, known_by: dt.date) -> set[tuple[int, int]]:
    """Months of COVID-19 episodes: admission month to the month after discharge."""
    months: set[tuple[int, int]] = set()
    for claim in final_claims(feed.institutional.get(person, []), known_by):
        if claim["CLM_TYPE_CD"] != "60":
            continue
        first, last = date_or_none(claim["CLM_FROM_DT"]), date_or_none(claim["CLM_THRU_DT"])
        if first is None or last is None or not EMERGENCY[0] <= last <= EMERGENCY[1]:
            continue
        codes = feed.diagnoses.get(claim["CUR_CLM_UNIQ_ID"], set())
        april = dt.date(2020, 4, 1)
        if ("U071" in codes and last >= april) or ("B9729" in codes and last < april):
            day = first.replace(day=1)
            stop = (last.replace(day=28) + dt.timedelta(days=5)).replace(day=1)
            while day <= stop:
                months.add((day.year, day.month))
                day = (day.replace(day=28) + dt.timedelta(days=5)).replace(day=1)
    return months


def counted_months(rules: Assignment, person: str, year: Year) -> dict[tuple[int, int], str]:
    """Months of the year with A and B in fee-for-service, each with its enrollment type."""
    died = rules.feed.death.get(person)
    skip = covid_months(rules.feed, person, dt.date(year.calendar_year + 1, 3, 31))
    type_by_month = {}
    for month, span in rules.months(person).items():
        if month[0] != year.calendar_year or month in skip:
            continue
        if died and month > (died.year, died.month):
            continue
        if on(span, "part_a") and on(span, "part_b") and not on(span, "medicare_advantage"):
            type_by_month[month] = span["enrollment_type"]
    return type_by_month


def person_amounts(rules: Assignment, person: str, year: Year) -> dict[str, tuple[int, Decimal]]:
    """Months and signed spending by enrollment type, before completion and truncation."""
    feed = rules.feed
    months = counted_months(rules, person, year)
    known_by = dt.date(year.calendar_year + 1, 3, 31)
    spent: dict[str, Decimal] = defaultdict(Decimal)

    def add(incurred: dt.date | None, loaded: dt.date | None, amount: Decimal) -> None:
        if incurred is None or (loaded is not None and loaded > known_by):
            return
        kind = months.get((incurred.year, incurred.month))
        if kind is not None:
            spent[kind] += amount

    for claim in feed.institutional.get(person, []):
        if claim["CLM_TYPE_CD"] == "61" or claim["CLM_MDCR_NPMT_RSN_CD"]:
            continue
        amount = money(claim["CLM_PMT_AMT"])
        if claim["CLM_TYPE_CD"] == "60":
            amount -= sum((money(claim[name]) for name in ADD_ONS), Decimal(0))
        sign = -1 if claim["CLM_ADJSMT_TYPE_CD"] == "1" else 1
        add(date_or_none(claim["CLM_THRU_DT"]), date_or_none(claim["CLM_IDR_LD_DT"]), sign * amount)
    for line in [*feed.professional.get(person, []), *feed.equipment.get(person, [])]:
        incurred = date_or_none(line["CLM_LINE_THRU_DT"])
        suspect = (
            line["CLM_LINE_HCPCS_CD"] in CATHETERS_2023 and line["CLM_TYPE_CD"] in EQUIPMENT_CLAIMS
        )
        if denied_line(line) or (suspect and incurred and incurred.year == 2023):
            continue
        sign = -1 if line["CLM_ADJSMT_TYPE_CD"] == "1" else 1
        add(
            incurred,
            date_or_none(line["CLM_IDR_LD_DT"]),
            sign * money(line["CLM_LINE_CVRD_PD_AMT"]),
        )
    for payment in feed.other_payments.get(person, []):
        add(dt.date.fromisoformat(payment["payment_date"]), None, money(payment["paid_amount"]))
    counts: dict[str, int] = defaultdict(int)
    for kind in months.values():
        counts[kind] += 1
    return {kind: (counts[kind], spent[kind]) for kind in counts}


def per_capita(
    people: list[dict[str, tuple[int, Decimal]]],
    threshold: dict[str, Decimal],
    completion: dict[str, Decimal],
) -> dict[str, Decimal]:
    """Annualised, truncated, weighted by person-years, for each enrollment type."""
    amounts_by_type = {}
    for kind in TYPES:
        top, bottom = Decimal(0), Decimal(0)
        for person in people:
            if kind in person:
                months, amount = person[kind]
                years = Decimal(months) / 12
                annual = amount * completion[kind] / years
                top += min(annual, threshold[kind]) * years
                bottom += years
        if bottom:
            amounts_by_type[kind] = top / bottom
    return amounts_by_type
