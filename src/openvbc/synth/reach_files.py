"""Invented people of a REACH entity as files: claims, lists, and the truth they were made from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from openvbc.synth.csv_tables import csv_tables, write_table
from openvbc.synth.reach_people import (
    BASE_YEARS,
    COUNTIES,
    ENTITY,
    LISTED,
    OTHER,
    OTHER_ENTITY,
    PRIMARY,
    RIVAL,
    SHARED,
    SPECIALIST_VISIT,
    VISIT,
    WHOLE,
    YEAR,
    Bill,
    Person,
)
from openvbc.synth.reach_stories import person
from openvbc.synth.true_reach import (
    AREA,
    BANDS,
    BASE_RISK,
    CHARGES,
    NATIONAL,
    RATES,
    SCORES,
    TrueReach,
)

CLAIM = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "member_id", "claim_start_date",
    "claim_end_date", "claim_line_start_date", "claim_line_end_date",
    "discharge_disposition_code", "place_of_service_code", "bill_type_code", "drg_code",
    "revenue_center_code", "hcpcs_code", "rendering_npi", "rendering_tin", "specialty_code",
    "facility_ccn", "paid_date", "paid_amount", "allowed_amount", "diagnosis_code_type",
    "diagnosis_code_1",
)  # fmt: skip
ELIGIBLE = (
    "person_id", "member_id", "gender", "birth_date", "death_date", "enrollment_start_date",
    "enrollment_end_date", "original_reason_entitlement_code", "dual_status_code",
    "medicare_status_code",
)  # fmt: skip
SPAN = (
    "member_id", "start_date", "end_date", "part_a", "part_b", "medicare_advantage",
    "enrollment_type", "dual_status_code", "other_initiative", "state_county",
)  # fmt: skip


def write_reach_files(
    folder: Path, people: int, seed: int, arrangement: str = "GLOBAL", mechanism: str = "TCC"
) -> None:
    """Write claims, lists and ``truth/`` of so many people into a folder."""
    truth = TrueReach()
    with csv_tables(folder) as table:
        claims = table("tuva/medical_claim.csv", CLAIM)
        eligible = table("tuva/eligibility.csv", ELIGIBLE)
        spans = table("eligibility.csv", SPAN)
        named = table("designations.csv", ("member_id", "designated_on", "tin", "npi"))
        equity = table("equity.csv", ("member_id", "equity_group"))
        scores = table("member_scores.csv", ("member_id", "risk_score"))
        aligned = table("truth/alignment.csv",
                        ("person_id", "story", "alignment", "reason", "first_month"))  # fmt: skip
        months = table("truth/aligned_month.csv",
                       ("person_id", "year", "month", "entitlement", "county"))  # fmt: skip
        spent = table("truth/spending.csv", ("person_id", "year", "entitlement", "amount"))
        for number in range(1, people + 1):
            who = person(number, seed)
            for at, bill in enumerate(who.bills, start=1):
                claims.writerow(_line(who, bill, at))
            eligible.writerow(
                [who.name, who.name, "female", "1940-06-15", who.death or "", "2014-01-01",
                 who.death or "2024-12-31", "0", "", "10"]
            )  # fmt: skip
            spans.writerows(_spans(who))
            named.writerows([who.name, day, tin, ""] for day, tin in who.designations)
            if who.equity:
                equity.writerow([who.name, who.equity])
            scores.writerow([who.name, who.score])
            first = who.first_month if who.alignment else ""
            aligned.writerow([who.name, who.story, who.alignment, who.reason, first])
            for year in (*BASE_YEARS, YEAR):
                for month in who.months(year):
                    months.writerow([who.name, year, month, who.entitlement(year, month),
                                     who.county_in(year, month)])  # fmt: skip
            spent.writerows([who.name, *row] for row in truth.add(who))
    _lists(folder)
    settled = truth.settlement(arrangement, mechanism)
    write_table(folder / "truth/settlement.csv", ("line", "value"), settled.items())


def _line(who: Person, bill: Bill, number: int) -> list[Any]:
    name, facility = f"{who.name}C{number}", not bill.code
    allowed = bill.allowed if bill.allowed is not None else bill.amount
    return [
        name, 1, "institutional" if facility else "professional", who.name, who.name, bill.day,
        bill.day, bill.day, bill.day, "01" if facility else "", "" if facility else "11",
        "131" if facility else "", "", "0510" if facility else "", bill.code, bill.npi, bill.tin,
        bill.specialty, "360001" if facility else "", bill.known_on, bill.amount, allowed,
        "icd-10-cm", "Z0000",
    ]  # fmt: skip


def _spans(who: Person) -> Iterator[list[Any]]:
    """Coverage by month of the performance year, and one span of the base years."""
    common = ["", 0]
    yield [who.name, "2014-01-01", "2022-12-31", 1, 1, 0, "AGED_NON_DUAL", *common, who.county]
    for month in range(1, 13):
        first = date(YEAR, month, 1)
        if who.death is not None and first > who.death:
            break
        last = date(YEAR + month // 12, month % 12 + 1, 1)
        managed = int(bool(who.managed_from) and month >= who.managed_from)
        kind = "ESRD" if who.entitlement(YEAR, month) == "ESRD" else "AGED_NON_DUAL"
        yield [
            who.name, first, date.fromordinal(last.toordinal() - 1), 1, 1, managed, kind, *common,
            who.county_in(YEAR, month),
        ]  # fmt: skip


def _lists(folder: Path) -> None:
    write_table(
        folder / "participants.csv",
        ("aco_id", "performance_year", "tin", "npi", "ccn", "start_date", "end_date"),
        [(ENTITY, YEAR, WHOLE, "", "", "", ""), (ENTITY, YEAR, SHARED, LISTED, "", "", ""),
         (OTHER_ENTITY, YEAR, RIVAL, "", "", "", "")],
    )  # fmt: skip
    write_table(folder / "alignment_codes.csv", ("hcpcs_code",), [(VISIT,), (SPECIALIST_VISIT,)])
    write_table(
        folder / "alignment_specialties.csv", ("specialty_code", "role"),
        [(PRIMARY, "PRIMARY_CARE"), (OTHER, "OTHER_SPECIALTY")],
    )  # fmt: skip
    write_table(
        folder / "rate_book.csv",
        ("performance_year", "county", "entitlement", "rate", "stop_loss_charge"),
        ((YEAR, county, kind, RATES[county, kind], CHARGES[kind])
         for county in COUNTIES for kind in CHARGES),
    )  # fmt: skip
    write_table(
        folder / "national_amounts.csv", ("calendar_year", "entitlement", "amount"),
        ((year, kind, amount) for (year, kind), amount in NATIONAL.items()),
    )  # fmt: skip
    write_table(
        folder / "base_years.csv",
        ("calendar_year", "entitlement", "base_area_factor", "performance_area_factor",
         "risk_score", "alignment", "amount"),
        ((year, kind, AREA[year], AREA[YEAR], BASE_RISK[year, kind], "CLAIMS",
          "6000.00" if kind == "ESRD" else "")
         for year in BASE_YEARS for kind in CHARGES),
    )  # fmt: skip
    write_table(
        folder / "entity_risk.csv", ("entitlement", "alignment", "final_score"),
        ((kind, how, score) for (how, kind), score in SCORES.items()),
    )  # fmt: skip
    write_table(
        folder / "stop_loss_bands.csv", ("entitlement", "from", "to", "share"),
        ((kind, low, "" if high is None else high, share)
         for kind in CHARGES for low, high, share in BANDS),
    )  # fmt: skip
