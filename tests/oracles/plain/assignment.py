"""Assignment of one person for one year, from the specification (mssp.md sections A and B)."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .feed import Feed, date_or_none, money

NURSING = {"99304", "99305", "99306", "99307", "99308", "99309", "99310", "99315", "99316", "99318"}
ADVANCE_CARE_PLANNING = {"99497", "99498"}
PROLONGED = {"99354", "99355"}
HOME = {"99341", "99342", "99343", "99344", "99345", "99347", "99348", "99349", "99350"}
EMERGENCY = dt.date(2020, 1, 1), dt.date(2023, 5, 31)  # its months, B.2 condition 6
ACO_ORDER = {"ACO": 0, "CCN": 1, "TIN": 2}


@dataclass(frozen=True)
class Year:
    """The windows of one measured year and the performance year whose rules apply."""

    period: str
    calendar_year: int
    performance_year: int
    prospective: bool

    @property
    def window(self) -> tuple[dt.date, dt.date]:
        y = self.calendar_year
        if self.prospective:
            return dt.date(y - 2, 10, 1), dt.date(y - 1, 9, 30)
        return dt.date(y, 1, 1), dt.date(y, 12, 31)

    @property
    def long_start(self) -> dt.date | None:
        start = self.window[0]
        return start.replace(year=start.year - 1) if self.performance_year >= 2025 else None

    @property
    def has_emergency_month(self) -> bool:
        opens, ends = self.long_start or self.window[0], self.window[1]
        return opens <= EMERGENCY[1] and ends >= EMERGENCY[0]

    @property
    def known_by(self) -> dt.date:
        y = self.calendar_year
        return dt.date(y - 1, 12, 31) if self.prospective else dt.date(y + 1, 3, 31)


@dataclass(frozen=True)
class Service:
    """One primary care service that counts."""

    date: dt.date
    role: str  # PCP, NPP, SPEC
    entity: tuple[str, str] | None  # None: furnished through a TIN of more than one organisation
    charges: Decimal


@dataclass(frozen=True)
class Outcome:
    assigned: bool
    step: str = ""
    reason: str = ""


class Assignment:
    """The rules of one performance year for one organisation."""

    def __init__(self, feed: Feed, shared: Path, aco: str, performance_year: int) -> None:
        self.feed, self.aco, self.py = feed, aco, performance_year
        self.codes, self.only_in_emergency = set(), set()
        with (shared / "spec/params/mssp_primary_care_codes.csv").open(newline="") as handle:
            for row in csv.DictReader(handle):
                in_force = int(row["first_py"]) <= performance_year <= int(row["last_py"] or 9999)
                if in_force and row["system"] != "REV":
                    self.codes.add(row["code"])
                    if "425.400(c)(2)" in row["citation"]:
                        self.only_in_emergency.add(row["code"])
        self.role: dict[str, str] = {}
        kinds = {"primary_care": "PCP", "npp": "NPP", "specialist_step2": "SPEC"}
        with (shared / "spec/params/mssp_specialties.csv").open(newline="") as handle:
            for row in csv.DictReader(handle):
                if int(row["first_py"]) <= performance_year:
                    self.role[row["cms_specialty_code"]] = kinds[row["role"]]
        lists: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in feed.participants:
            if int(row["performance_year"]) == performance_year:
                if row["tin"]:
                    lists["TIN", row["tin"].zfill(9)].add(row["aco_id"])
                elif row["ccn"]:
                    lists["CCN", row["ccn"]].add(row["aco_id"])
        self.lists = lists

    # --- services -----------------------------------------------------------------------------

    def entity(self, kind: str, number: str) -> tuple[str, str] | None:
        acos = self.lists.get((kind, number), set())
        if len(acos) > 1:
            return None
        return ("ACO", next(iter(acos))) if acos else (kind, number)

    def listed(self, year: Year) -> set[str]:
        """The codes that count in a year: those of the emergency only where its window has it."""
        return self.codes if year.has_emergency_month else self.codes - self.only_in_emergency

    def not_at_home(self, code: str, place: str) -> bool:
        """A home visit of 2019 to 2022 whose claim does not say place of service 12."""
        return code in HOME and 2019 <= self.py <= 2022 and place != "12"

    def services(self, person: str, year: Year) -> list[Service]:
        codes = self.listed(year)
        start, end = year.long_start or year.window[0], year.window[1]
        stays = self.stays(person, year.known_by)
        bag: dict[tuple, Decimal] = defaultdict(Decimal)
        mine = self.feed.professional.get(person, [])
        base_codes = defaultdict(set)
        for line in mine:
            base_codes[line["CUR_CLM_UNIQ_ID"]].add(line["CLM_LINE_HCPCS_CD"])
        for line in mine:
            date = date_or_none(line["CLM_LINE_FROM_DT"])
            code = line["CLM_LINE_HCPCS_CD"]
            role = self.role.get(line["CLM_PRVDR_SPCLTY_CD"])
            if date is None or not start <= date <= end or role is None:
                continue
            if code not in codes or code == "G0463" or denied_line(line):
                continue
            if self.not_at_home(code, line["CLM_POS_CD"]):
                continue
            loaded = date_or_none(line["CLM_IDR_LD_DT"])
            if loaded is not None and loaded > year.known_by:
                continue
            if code in NURSING and (line["CLM_POS_CD"] == "31" or inside(date, stays["SNF"])):
                continue
            if code in ADVANCE_CARE_PLANNING and inside(date, stays["INPATIENT"]):
                continue
            if code in PROLONGED and not (base_codes[line["CUR_CLM_UNIQ_ID"]] & codes - PROLONGED):
                continue
            tin = line["CLM_RNDRG_PRVDR_TAX_NUM"].zfill(9)
            sign = -1 if line["CLM_ADJSMT_TYPE_CD"] == "1" else 1
            key = (line["CLM_CNTL_NUM"], date, code, "TIN", tin, role, line["CLM_PRVDR_SPCLTY_CD"])
            bag[key] += sign * money(line["CLM_LINE_ALOWD_CHRG_AMT"])
        self.facility(person, year, start, end, stays, bag)
        return [
            Service(key[1], key[5], self.entity(key[3], key[4]), amount)
            for key, amount in bag.items()
            if amount > 0
        ]

    def facility(self, person, year, start, end, stays, bag) -> None:
        """FQHC, RHC, method II critical access, electing teaching hospitals (B.2)."""
        for claim in self.feed.institutional.get(person, []):
            loaded = date_or_none(claim["CLM_IDR_LD_DT"])
            late = loaded is not None and loaded > year.known_by
            if claim["CLM_TYPE_CD"] != "40" or claim["CLM_MDCR_NPMT_RSN_CD"] or late:
                continue
            bill = claim["CLM_BILL_FAC_TYPE_CD"] + claim["CLM_BILL_CLSFCTN_CD"]
            ccn = claim["PRVDR_OSCAR_NUM"]
            sign = -1 if claim["CLM_ADJSMT_TYPE_CD"] == "1" else 1
            lines = self.feed.revenue.get(claim["CUR_CLM_UNIQ_ID"], [])
            chain = (claim["CLM_BLG_PRVDR_OSCAR_NUM"], claim["CLM_FROM_DT"], claim["CLM_THRU_DT"])
            if bill in ("77", "71"):
                date = date_or_none(claim["CLM_FROM_DT"])
                held = {line["CLM_LINE_HCPCS_CD"] for line in lines}
                if held & NURSING and inside(date, stays["SNF"]):
                    continue
                if date and start <= date <= end:
                    bag[chain, date, "", "CCN", ccn, "PCP", ""] += sign * money(
                        claim["CLM_PMT_AMT"]
                    )
            elif bill == "85" or (bill == "13" and (self.py, ccn) in self.feed.teaching):
                npis = (
                    ("OPRTG_PRVDR_NPI_NUM", "OTHR_PRVDR_NPI_NUM", "ATNDG_PRVDR_NPI_NUM")
                    if bill == "85"
                    else ("OTHR_PRVDR_NPI_NUM", "ATNDG_PRVDR_NPI_NUM")
                )
                npi = next((claim[name] for name in npis if claim[name]), "")
                role = self.role.get(self.feed.specialty.get(npi, ""))
                for line in lines:
                    date = date_or_none(line["CLM_LINE_FROM_DT"])
                    center = line["CLM_LINE_PROD_REV_CTR_CD"][:3]
                    code = line["CLM_LINE_HCPCS_CD"]
                    wrong = bill == "85" and (
                        center not in ("096", "097", "098") or code == "G0463"
                    )
                    if role is None or date is None or not start <= date <= end or wrong:
                        continue
                    if code not in self.listed(year) or self.not_at_home(code, ""):
                        continue
                    if code in NURSING and inside(date, stays["SNF"]):
                        continue
                    paid = sign * money(line["CLM_LINE_CVRD_PD_AMT"])
                    bag[chain, date, code, "CCN", ccn, role, ""] += paid

    def stays(self, person: str, known_by: dt.date) -> dict[str, list[tuple[dt.date, dt.date]]]:
        """Skilled-nursing and inpatient stays that remain after pairing cancellations."""
        stays_by_kind: dict[str, list] = {"SNF": [], "INPATIENT": []}
        kinds = {"20": "SNF", "30": "SNF", "60": "INPATIENT"}
        for claim in final_claims(self.feed.institutional.get(person, []), known_by):
            kind = kinds.get(claim["CLM_TYPE_CD"])
            first, last = date_or_none(claim["CLM_FROM_DT"]), date_or_none(claim["CLM_THRU_DT"])
            if kind and first and last:
                stays_by_kind[kind].append((first, last))
        return stays_by_kind

    # --- eligibility, tests A to D -------------------------------------------------------------

    def months(self, person: str) -> dict[tuple[int, int], dict[str, str]]:
        span_by_month = {}
        for span in self.feed.spans.get(person, []):
            day, last = (dt.date.fromisoformat(span[k]) for k in ("start_date", "end_date"))
            day = day.replace(day=1)
            while day <= last:
                span_by_month[day.year, day.month] = span
                day = (day.replace(day=28) + dt.timedelta(days=5)).replace(day=1)
        return span_by_month

    def not_eligible(self, person: str, year: Year) -> str:
        start, end = year.window
        died = self.feed.death.get(person)
        if died and died < dt.date(year.calendar_year, 1, 1):
            return "DIED_BEFORE_YEAR"
        tested = list(month_range(start, end))
        if year.prospective:
            whole = (dt.date(year.calendar_year, 1, 1), dt.date(year.calendar_year, 12, 31))
            ranges = [tested, list(month_range(*whole))]
        else:
            ranges = [tested]
        months = self.months(person)
        held = [[months[m] for m in each if m in months] for each in ranges]
        if any(not any(on(s, "part_a") and on(s, "part_b") for s in each) for each in held):
            return "NO_MONTH_WITH_PART_A_AND_B"
        every = [span for each in held for span in each]
        if any(on(s, "part_a") != on(s, "part_b") for s in every):
            return "MONTH_WITH_ONE_PART_ONLY"
        if any(on(s, "medicare_advantage") for s in every):
            return "MEDICARE_ADVANTAGE_MONTH"
        if any(on(s, "other_initiative") for s in every):
            return "OTHER_INITIATIVE"
        lasts = [(end.year, end.month)] + ([(year.calendar_year, 12)] if year.prospective else [])
        for limit in lasts:
            known = [m for m in months if m <= limit and months[m]["state_county"]]
            if known and months[max(known)]["state_county"] == "FOREIGN":
                return "OUTSIDE_UNITED_STATES"
        return ""

    # --- the steps -----------------------------------------------------------------------------

    def decide(self, person: str, year: Year) -> Outcome:
        if reason := self.not_eligible(person, year):
            return Outcome(False, "", reason)
        aligned = self.alignment(person, year)
        if "OWN" in aligned:
            return Outcome(True, "VOLUNTARY_ALIGNMENT")
        if "OUTSIDE" in aligned:
            return Outcome(False, "", "VOLUNTARY_ALIGNMENT_ELSEWHERE")
        services = [s for s in self.services(person, year) if s.entity is not None]
        short = [s for s in services if s.date >= year.window[0]]
        physicians = {s.entity for s in short if s.role in ("PCP", "SPEC") and s.entity[0] == "ACO"}
        if physicians:
            step, roles = "STEP_1", ("PCP", "NPP")
            counted = [s for s in short if s.role in roles]
            if not counted:
                step, counted = "STEP_2", [s for s in short if s.role == "SPEC"]
            winner = plurality(counted)
            return Outcome(winner == ("ACO", self.aco) and winner in physicians, step)
        if self.py >= 2025:
            npp = {s.entity for s in short if s.role == "NPP" and s.entity[0] == "ACO"}
            doctors = {s.entity for s in services if s.role in ("PCP", "SPEC")}
            candidates = npp & doctors
            if candidates:
                winner = plurality(services)
                return Outcome(winner == ("ACO", self.aco) and winner in candidates, "STEP_3")
        return Outcome(False)

    def alignment(self, person: str, year: Year) -> set[str]:
        """Whom the person designated for the year (B.6, 2019 on): OWN, OUTSIDE, or neither.

        A number shared by this organisation and another is neither.
        """
        designations = set()
        for row in self.feed.alignment.get(person, []):
            if int(row["performance_year"]) == year.calendar_year and row["tin"]:
                acos = self.lists.get(("TIN", row["tin"].zfill(9)), set())
                if acos == {self.aco}:
                    designations.add("OWN")
                elif self.aco not in acos:
                    designations.add("OUTSIDE")
        return designations


def plurality(services: list[Service]) -> tuple[str, str] | None:
    """The entity with the most charges; equal charges: the most recent service; then by name."""
    charges: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    latest: dict[tuple[str, str], dt.date] = {}
    for service in services:
        charges[service.entity] += service.charges
        latest[service.entity] = max(service.date, latest.get(service.entity, service.date))
    if not charges:
        return None
    return min(charges, key=lambda e: (-charges[e], -latest[e].toordinal(), ACO_ORDER[e[0]], e[1]))


def denied_line(line: dict[str, str]) -> bool:
    """Denied by the carrier (payment denial code 0) or a line whose processing was not allowed."""
    allowed = line["CLM_PRCSG_IND_CD"] in ("", "A", "O", "S", "R")
    return line["CLM_CARR_PMT_DNL_CD"] == "0" or not allowed


def final_claims(claims: list[dict[str, str]], known_by: dt.date) -> list[dict[str, str]]:
    """Pair each cancellation with one original or adjustment of its key; what is left is final."""
    groups = defaultdict(list)
    for claim in claims:
        loaded = date_or_none(claim["CLM_IDR_LD_DT"])
        if not claim["CLM_MDCR_NPMT_RSN_CD"] and (loaded is None or loaded <= known_by):
            key = (claim["CLM_BLG_PRVDR_OSCAR_NUM"], claim["CLM_FROM_DT"], claim["CLM_THRU_DT"])
            groups[key].append(claim)
    left = []
    for group in groups.values():
        kept = [c for c in group if c["CLM_ADJSMT_TYPE_CD"] != "1"]
        for cancel in (c for c in group if c["CLM_ADJSMT_TYPE_CD"] == "1"):
            same = [c for c in kept if money(c["CLM_PMT_AMT"]) == money(cancel["CLM_PMT_AMT"])]
            if kept:
                kept.remove((same or kept)[0])
        left += kept
    return left


def inside(date: dt.date | None, stays: list[tuple[dt.date, dt.date]]) -> bool:
    return date is not None and any(first <= date <= last for first, last in stays)


def on(span: dict[str, str], name: str) -> bool:
    return span[name].strip().lower() in ("1", "true", "y", "yes")


def month_range(start: dt.date, end: dt.date):
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
