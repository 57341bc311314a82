"""Claims of a handful of people written in short lines, as a folder in the Tuva input layer.

A line is one claim: kind, person, day or days, dollars paid, then what else matters::

    stay A 2025-02-03..2025-02-06 12000.00 drg=807
    visit B 2025-02-10 100.00 code=99213 tin=000000001 npi=1000000007
    outpatient C 2025-03-01 300.00 code=99283

Lines in which only dollars matter need no more than the first four words.
"""

from __future__ import annotations

import csv

CLAIM = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "member_id", "claim_start_date",
    "claim_end_date", "claim_line_start_date", "claim_line_end_date", "admission_date",
    "discharge_date", "discharge_disposition_code", "place_of_service_code", "bill_type_code",
    "drg_code_type", "drg_code", "revenue_center_code", "hcpcs_code", "rendering_npi",
    "rendering_tin", "specialty_code", "facility_ccn", "paid_date", "paid_amount",
    "allowed_amount", "diagnosis_code_type", "diagnosis_code_1",
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
BILL_TYPES = {"stay": "111", "outpatient": "131", "nursing": "211"}


def write_claims(folder, people, lines, *, year=2025, born="1950-01-01"):
    """Write ``tuva/`` and ``eligibility.csv`` of people covered from the year before on."""
    (folder / "tuva").mkdir(parents=True, exist_ok=True)
    first, last = f"{year - 1}-01-01", f"{year + 1}-12-31"
    table(
        folder / "tuva" / "eligibility.csv", ELIGIBLE,
        [[who, who, "female", born, "", first, last, "0", "", "10"] for who in people],
    )  # fmt: skip
    table(
        folder / "eligibility.csv", SPAN,
        [[who, first, last, 1, 1, 0, "AGED_NON_DUAL", "", 0, "39035"] for who in people],
    )  # fmt: skip
    rows = [_claim(number, line) for number, line in enumerate(lines, start=1)]
    table(folder / "tuva" / "medical_claim.csv", CLAIM, rows)


def table(path, heads, rows):
    """A CSV file of these heads and rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)


def _claim(number, line):
    kind, person, days, amount, *rest = line.split()
    first, _, last = days.partition("..")
    last = last or first
    said = dict(word.split("=", 1) for word in rest)
    row = dict.fromkeys(CLAIM, "")
    row |= {
        "claim_id": f"K{number}", "claim_line_number": 1, "person_id": person, "member_id": person,
        "claim_start_date": first, "claim_end_date": last, "claim_line_start_date": first,
        "claim_line_end_date": last, "paid_amount": amount,
        "allowed_amount": said.get("allowed", amount), "diagnosis_code_type": "icd-10-cm",
        "diagnosis_code_1": said.get("diagnosis", "Z0000"), "hcpcs_code": said.get("code", ""),
        "paid_date": said.get("paid", last),
    }  # fmt: skip
    if kind == "visit":
        row |= {
            "claim_type": "professional", "place_of_service_code": said.get("place", "11"),
            "rendering_npi": said.get("npi", "1000000004"), "specialty_code":
            said.get("specialty", "11"), "rendering_tin": said.get("tin", "000000001"),
            "hcpcs_code": said.get("code", "99213"),
        }  # fmt: skip
    else:
        row |= {
            "claim_type": "institutional", "bill_type_code": BILL_TYPES[kind],
            "facility_ccn": said.get("ccn", "360001"),
            "discharge_disposition_code": said.get("status", "01"),
            "revenue_center_code": said.get("revenue", "0510" if kind == "outpatient" else "0120"),
        }  # fmt: skip
        if kind != "outpatient":
            row |= {"admission_date": first, "discharge_date": last, "drg_code_type": "ms-drg",
                    "drg_code": said.get("drg", "871")}  # fmt: skip
    return [row[name] for name in CLAIM]
