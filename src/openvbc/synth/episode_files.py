"""Invented people with episodes as files: the Tuva input layer, what claims lack, the truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from openvbc.synth.csv_tables import csv_tables, write_table
from openvbc.synth.episode_people import MEAN_STAYS, YEAR, Bill, Person
from openvbc.synth.episode_stories import person

CLAIM = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "member_id", "claim_start_date",
    "claim_end_date", "claim_line_start_date", "claim_line_end_date",
    "discharge_disposition_code", "place_of_service_code", "bill_type_code", "drg_code",
    "revenue_center_code", "hcpcs_code", "hcpcs_modifier_1", "rendering_npi", "rendering_tin",
    "facility_ccn", "paid_date", "paid_amount", "allowed_amount", "diagnosis_code_type",
    "diagnosis_code_1",
)  # fmt: skip
ELIGIBLE = (
    "person_id", "member_id", "gender", "birth_date", "death_date", "enrollment_start_date",
    "enrollment_end_date", "original_reason_entitlement_code", "dual_status_code",
    "medicare_status_code",
)  # fmt: skip
ADDED = ("claim_id", "claim_line_number", "outlier_amount", "is_low_utilization")
GLOBAL = (("27130", "090"), ("99284", "XXX"))
RANKS = (("27447", 3), ("92928", 2), ("80053", 900))


def write_episode_files(folder: Path, people: int, seed: int) -> None:
    """Write ``tuva/``, the lists of inputs and ``truth/planted.csv`` into a folder."""
    with csv_tables(folder) as table:
        claims = table("tuva/medical_claim.csv", CLAIM)
        eligible = table("tuva/eligibility.csv", ELIGIBLE)
        added = table("claim_additions.csv", ADDED)
        spans = table("person_spans.csv", ("member_id", "kind", "first_day", "last_day"))
        truth = table(
            "truth/planted.csv", ("person_id", "episode_id", "story", "status", "reason", "amount")
        )
        for number in range(1, people + 1):
            who = person(number, seed)
            for bill in who.bills:
                claims.writerows(_lines(who, bill))
                if bill.addition:
                    added.writerow([bill.name, "", *(bill.addition.get(n, "") for n in ADDED[2:])])
            eligible.writerows(_eligible(who))
            spans.writerows([who.name, *span] for span in who.spans)
            truth.writerows(
                [who.name, p.episode, p.story, p.status, p.reason, p.amount or ""]
                for p in who.truth
            )
    _lists(folder)


def _lists(folder: Path) -> None:
    years = (YEAR - 1, YEAR, YEAR + 1)
    write_table(folder / "drg_table.csv", ("fiscal_year", "ms_drg", "mdc", "geometric_mean_stay"),
        ((year, drg, "", mean) for year in years for drg, mean in MEAN_STAYS.items()),
    )  # fmt: skip
    write_table(folder / "global_days.csv", ("hcpcs_code", "calendar_year", "global_days"),
        ((code, year, days) for year in years for code, days in GLOBAL),
    )  # fmt: skip
    write_table(folder / "outpatient_ranks.csv", ("hcpcs_code", "calendar_year", "line_rank"),
        ((code, year, rank) for year in years for code, rank in RANKS),
    )  # fmt: skip
    write_table(folder / "price_updates.csv", ("setting", "first_day", "last_day", "factor"),
        [("SKILLED_NURSING", f"{YEAR}-01-01", f"{YEAR}-09-30", "1.021"),
         ("PROFESSIONAL", f"{YEAR}-01-01", f"{YEAR}-12-31", "0.9875")],
    )  # fmt: skip


def _lines(who: Person, bill: Bill) -> Iterator[list[Any]]:
    institutional = bill.kind == "institutional"
    for number, (where, code, modifier, day, amount) in enumerate(bill.lines, start=1):
        yield [
            bill.name, number, bill.kind, who.name, who.name, bill.first, bill.last, day, day,
            bill.disposition if bill.drg else "", "" if institutional else where, bill.bill_type,
            bill.drg, where if institutional else "", code, modifier,
            "" if institutional else "1234567893", "" if institutional else "123456789", bill.ccn,
            bill.last + timedelta(20), amount, amount, "icd-10-cm", "Z0000",
        ]  # fmt: skip


def _eligible(who: Person) -> Iterator[list[Any]]:
    for first, last in who.covered:
        yield [
            who.name, who.name, "female", "1950-06-15", who.death or "", first, last, "0", "", "10",
        ]  # fmt: skip
