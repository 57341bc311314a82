"""Invented people for work lists as files: Tuva claims, messages, contacts, owners, the truth."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openvbc.synth.care_people import TODAY
from openvbc.synth.care_stories import person
from openvbc.synth.csv_tables import csv_tables

CLAIM = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "member_id", "claim_start_date",
    "claim_end_date", "claim_line_start_date", "claim_line_end_date", "admit_type_code",
    "admit_source_code", "discharge_disposition_code", "place_of_service_code", "bill_type_code",
    "drg_code", "revenue_center_code", "hcpcs_code", "rendering_npi", "rendering_tin",
    "facility_ccn", "paid_date", "paid_amount", "allowed_amount", "diagnosis_code_type",
    "diagnosis_code_1",
)  # fmt: skip
ELIGIBLE = (
    "person_id", "member_id", "gender", "birth_date", "death_date", "enrollment_start_date",
    "enrollment_end_date", "original_reason_entitlement_code", "dual_status_code",
    "medicare_status_code",
)  # fmt: skip
PREVENTION = ("G0008", "G0009", "G0444", "99497")
FIRST_MONTH, LAST_MONTH = date(2022, 1, 1), date(2024, 12, 31)
CARE_FILE = """\
# Invented people with planted work lists, seed {seed}; the truth is in truth/planted.csv.
as_of: {today}
inputs: {{tuva: tuva}}
store: store
output: care
owners: owners.csv
contacts: contacts.csv
messages: [messages]
"""
OWNERS = ("Ana", "Bo", "Cam")


def write_care_files(folder: Path, people: int, seed: int) -> None:
    """Write ``care.yaml`` and everything it names, and ``truth/planted.csv``."""
    (folder / "messages").mkdir(parents=True, exist_ok=True)
    with csv_tables(folder) as table:
        claims = table("tuva/medical_claim.csv", CLAIM)
        eligible = table("tuva/eligibility.csv", ELIGIBLE)
        contacts = table("contacts.csv", ("member_id", "contact_date", "outcome", "discharge_date"))
        owners = table("owners.csv", ("member_id", "owner"))
        truth = table("truth/planted.csv", ("person_id", "list", "key", "state", "due"))
        messages: list[tuple[str, str]] = []
        for number in range(1, people + 1):
            who = person(number, seed)
            who.visit(who.wellness, "G0439")
            for code in PREVENTION:
                who.visit(date(2023, 11, 1), code)
            for claim in who.claims:
                claims.writerow(_line(who.name, claim))
            eligible.writerow(
                [who.name, who.name, "female", "1950-06-15", who.death or "", FIRST_MONTH,
                 LAST_MONTH, "0", "", "10"]
            )  # fmt: skip
            contacts.writerows([who.name, *each] for each in who.contacts)
            owners.writerow([who.name, OWNERS[number % len(OWNERS)]])
            truth.writerows([who.name, p.table, p.key, p.state, p.due or ""] for p in who.truth)
            messages += who.messages
    ordered = sorted(messages, key=lambda each: each[0])
    (folder / "messages" / "adt.hl7").write_bytes(
        "\n".join(text for _, text in ordered).encode("utf-8")
    )
    (folder / "care.yaml").write_text(CARE_FILE.format(seed=seed, today=TODAY), encoding="utf-8")


def _line(name: str, claim: dict[str, object]) -> list[object]:
    whole = {
        "claim_line_number": 1, "person_id": name, "member_id": name,
        "claim_line_start_date": claim["claim_start_date"],
        "claim_line_end_date": claim["claim_end_date"], "allowed_amount": claim["paid_amount"],
        "diagnosis_code_type": "icd-10-cm", **claim,
    }  # fmt: skip
    return [whole.get(column, "") for column in CLAIM]
