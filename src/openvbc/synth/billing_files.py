"""Invented people with care management claims as files: Tuva claims, logs, and the truth."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openvbc.synth.billing_life import OURS, Life, Line
from openvbc.synth.billing_stories import STORIES
from openvbc.synth.csv_tables import csv_tables

CLAIM = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "member_id", "claim_start_date",
    "claim_end_date", "claim_line_start_date", "claim_line_end_date",
    "discharge_disposition_code", "place_of_service_code", "bill_type_code",
    "service_unit_quantity", "hcpcs_code", "rendering_npi", "rendering_tin", "facility_ccn",
    "paid_date", "paid_amount", "allowed_amount",
)  # fmt: skip
ELIGIBLE = (
    "person_id", "member_id", "gender", "birth_date", "death_date", "enrollment_start_date",
    "enrollment_end_date", "original_reason_entitlement_code", "dual_status_code",
    "medicare_status_code",
)  # fmt: skip
FEES = {"99490": "60.00", "99439": "45.00", "99487": "130.00", "99491": "82.00",
        "99495": "200.00", "99496": "270.00", "G0439": "130.00"}  # fmt: skip
"""Invented: what a fee schedule of a user would say."""
LOGS = {
    "time_log.csv": ("member_id", "service_date", "minutes", "staff_type", "service", "tin"),
    "contact_log.csv": ("member_id", "discharge_date", "contact_date", "kind",
                        "medical_decision", "tin"),
    "consent.csv": ("member_id", "service", "first_date", "last_date", "tin"),
    "person_fact.csv": ("member_id", "first_date", "last_date", "chronic_conditions",
                        "is_qualified_beneficiary"),
    "device_data.csv": ("member_id", "service_month", "data_days", "tin"),
    "model_member.csv": ("member_id", "model", "first_date", "last_date", "tin"),
    "fee_schedule.csv": ("code", "first_date", "last_date", "allowed_amount"),
    "participants.csv": ("aco_id", "performance_year", "tin"),
    "truth/billed.csv": ("person_id", "code", "month", "verdict", "rule"),
    "truth/eligible.csv": ("person_id", "service", "state", "month", "why"),
}  # fmt: skip


def write_billing_files(folder: Path, people: int, seed: int) -> None:
    """Write claims below ``tuva``, the logs beside it, and what is right to say below ``truth``.

    Args:
        folder: where they go.
        people: how many; each lives the next story.
        seed: names of the people.
    """
    with csv_tables(folder) as table:
        claims = table("tuva/medical_claim.csv", CLAIM)
        eligible = table("tuva/eligibility.csv", ELIGIBLE)
        logs = {name: table(name, heads) for name, heads in LOGS.items()}
        logs["participants.csv"].writerow(["A0001", 2024, OURS])
        logs["fee_schedule.csv"].writerows([c, "2024-01-01", "", fee] for c, fee in FEES.items())
        for number in range(people):
            one = Life()
            STORIES[number % len(STORIES)](one)
            name = f"{seed % 10}AB{number:08d}"
            claims.writerows(_claims(name, one))
            eligible.writerow(
                [name, name, "female", "1950-06-15", "", "2022-01-01", one.covered_to, "0", "",
                 "10"]
            )  # fmt: skip
            _logs(name, one, logs)
            _truth(name, one, logs)


def _claims(name: str, one: Life) -> list[list[Any]]:
    lines = list(one.lines)
    if one.seen:
        lines += [Line("99214", date(2024, 3, 20)), Line("99214", date(2023, 6, 1))]
    if one.wellness:
        lines.append(Line("G0439", date(2024, 1, 15)))
    lines.append(Line("99213", date(2022, 1, 10)))  # claims are known from 2022 on
    rows: list[list[Any]] = []
    for number, line in enumerate(lines, start=1):
        paid = line.received or line.day + timedelta(days=20)
        rows.append(
            [f"{name}-{number}", 1, "professional", name, name, line.day, line.day, line.day,
             line.day, "", "11", "", line.units, line.code, line.npi, line.tin, "", paid,
             "10.00", "12.00"]
        )  # fmt: skip
    for number, stay in enumerate(one.stays, start=1):
        rows.append(
            [f"{name}-S{number}", 1, "institutional", name, name, stay.admitted, stay.discharged,
             stay.admitted, stay.discharged, stay.status, "", "111", 1, "", "", "", "010001",
             stay.discharged + timedelta(days=20), "9000.00", "9000.00"]
        )  # fmt: skip
    return rows


def _logs(name: str, one: Life, logs: dict[str, Any]) -> None:
    logs["time_log.csv"].writerows(
        [name, day, minutes, whose, service, OURS] for day, minutes, whose, service in one.minutes
    )
    logs["contact_log.csv"].writerows(
        [name, discharge, day, kind, complexity, OURS]
        for discharge, day, kind, complexity in one.contacts
    )
    logs["consent.csv"].writerows(
        [name, service, "2023-12-01", "", OURS] for service in one.consents
    )
    logs["person_fact.csv"].writerow([name, "2022-01-01", "", one.conditions, "no"])
    if one.device_days is not None:
        logs["device_data.csv"].writerow([name, "2024-05", one.device_days, OURS])
    if one.model:
        logs["model_member.csv"].writerow([name, one.model, "2024-01-01", "", OURS])


def _truth(name: str, one: Life, logs: dict[str, Any]) -> None:
    logs["truth/billed.csv"].writerows([name, *each] for each in one.billed)
    rows = [("CCM", state, month, why) for month, (state, why) in one.months.items()]
    if one.transition:
        rows.append(("TCM", one.transition[0], date(2024, 5, 1), one.transition[1]))
    if one.seen and one.covered_to.year == 2024 and one.covered_to.month == 12:
        state, why = ("billed", "") if one.wellness else ("unbilled", "the visit itself")
        rows.append(("AWV", state, date(2024, 6, 1), why))
    logs["truth/eligible.csv"].writerows([name, *row] for row in rows)
