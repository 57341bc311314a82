"""Invented people with cancer as files: the Tuva input layer, the user's lists, the truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openvbc.synth.csv_tables import csv_tables, write_table
from openvbc.synth.episode_files import ELIGIBLE
from openvbc.synth.oncology_people import (
    CANCERS,
    DRUG,
    DRUG_FILL,
    NOT_RECONCILED,
    ONCOLOGY,
    OTHERS,
    POOL,
    THERAPY,
    Claim,
    Patient,
)
from openvbc.synth.oncology_stories import patient

CLAIM = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "member_id", "claim_start_date",
    "claim_end_date", "claim_line_start_date", "claim_line_end_date",
    "discharge_disposition_code", "place_of_service_code", "bill_type_code", "drg_code",
    "revenue_center_code", "hcpcs_code", "rendering_npi", "rendering_tin", "facility_ccn",
    "paid_date", "paid_amount", "allowed_amount", "diagnosis_code_type", "diagnosis_code_1",
)  # fmt: skip
FILL = ("claim_id", "claim_line_number", "person_id", "member_id", "dispensing_date", "ndc_code",
        "quantity", "days_supply", "paid_date")  # fmt: skip
TRUTH = ("person_id", "episode_id", "story", "status", "reason", "cancer", "practice", "medicare",
         "drugs", "services")  # fmt: skip


def write_oncology_files(folder: Path, people: int, seed: int, period: date) -> None:
    """Write ``tuva/``, the lists of inputs and ``truth/planted.csv`` into a folder."""
    with csv_tables(folder) as table:
        claims = table("tuva/medical_claim.csv", CLAIM)
        fills = table("tuva/pharmacy_claim.csv", FILL)
        eligible = table("tuva/eligibility.csv", ELIGIBLE)
        costs = table(
            "drug_costs.csv", ("claim_id", "low_income_cost_sharing", "gross_cost_above_threshold")
        )
        spans = table("person_spans.csv", ("member_id", "kind", "first_day", "last_day"))
        truth = table("truth/planted.csv", TRUTH)
        for number in range(1, people + 1):
            who = patient(number, seed, period)
            for claim in who.claims:
                if claim.kind == DRUG_FILL:
                    fills.writerow([claim.name, 1, who.name, who.name, claim.first, claim.code,
                                    30, 30, claim.first + timedelta(10)])  # fmt: skip
                    costs.writerow([claim.name, claim.low_income, claim.above_threshold])
                else:
                    claims.writerow(_line(who, claim))
            eligible.writerows(_eligible(who))
            spans.writerows([who.name, *span] for span in who.spans)
            truth.writerows(_truth(who))
    _lists(folder)


def _line(who: Patient, claim: Claim) -> list[Any]:
    institutional = claim.kind == "institutional"
    return [
        claim.name, 1, claim.kind, who.name, who.name, claim.first, claim.last, claim.first,
        claim.last, "", "" if institutional else claim.place, claim.bill_type, claim.drg,
        "0650" if institutional else "", claim.code, "" if institutional else "1234567893",
        "" if institutional else claim.tin, claim.ccn, claim.last + timedelta(20), claim.amount,
        claim.amount, "icd-10-cm", claim.diagnoses[0] if claim.diagnoses else "Z0000",
    ]  # fmt: skip


def _eligible(who: Patient) -> Iterator[list[Any]]:
    for first, last in who.covered:
        yield [
            who.name, who.name, who.sex, who.birth, who.death or "", first, last, "0", "", "10",
        ]  # fmt: skip


def _truth(who: Patient) -> Iterator[list[Any]]:
    for each in who.truth:
        yield [
            who.name, each.episode, each.story, each.status, each.reason, each.cancer,
            each.practice, "" if each.medicare is None else each.medicare,
            "" if each.drugs is None else each.drugs,
            "" if each.services is None else each.services,
        ]  # fmt: skip


def _lists(folder: Path) -> None:
    write_table(
        folder / "initiating_therapies.csv",
        ("code_system", "code"),
        [("HCPCS", THERAPY), ("NDC", DRUG)],
    )
    diagnoses = [(code, cancer, "yes") for cancer, codes in CANCERS.items() for code in codes]
    write_table(folder / "cancer_diagnoses.csv", ("diagnosis_code", "cancer_type", "is_reconciled"),
        [*diagnoses, (NOT_RECONCILED[1], NOT_RECONCILED[0], "no")],
    )  # fmt: skip
    rows = [(tin, POOL.get(tin, ""), "yes") for tin in ONCOLOGY]
    write_table(
        folder / "practices.csv", ("tin", "practice", "is_oncology"), [*rows, (OTHERS, "", "no")]
    )
    codes = [("SURGERY", "ICD10PCS", "0BTC0ZZ"), ("RADIATION", "HCPCS", "77427")]
    write_table(folder / "prediction_codes.csv", ("marker", "code_system", "code"), codes)
