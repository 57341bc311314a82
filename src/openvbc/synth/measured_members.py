"""Invented members of a pay-for-performance contract as claims, and which measures they meet.

What each member counts in and meets is decided first and stands in ``truth/measure_person.csv``;
the claims follow from it. Every seventh member is in no claim.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from openvbc.synth.csv_tables import csv_tables, write_table

YEAR = 2025
PROVIDERS: Mapping[str, float] = {"DOGWOOD": 0.50, "ELDER": 0.72, "FIR": 0.90}
"""Provider to how often its members meet what is good for them."""
BLOOD_PRESSURE, SCREENING, STAYS = "blood_pressure", "screening", "heart_failure_stays"
CODES = (
    (BLOOD_PRESSURE, "DENOMINATOR", "DIAGNOSIS", "I10"),
    (BLOOD_PRESSURE, "NUMERATOR", "PROCEDURE", "3074F"),
    (BLOOD_PRESSURE, "EXCLUSION", "DIAGNOSIS", "N186"),
    (SCREENING, "NUMERATOR", "PROCEDURE", "77067"),
    (STAYS, "NUMERATOR", "MS_DRG", "291"),
)
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


@dataclass(frozen=True)
class _Member:
    """One invented member and what is decided of it."""

    name: str
    provider: str
    is_in_claims: bool
    has_hypertension: bool
    is_excluded: bool
    is_controlled: bool
    controlled_last_year: bool
    is_screened: bool
    had_stay: bool

    def measures(self) -> Iterator[tuple[str, bool, bool]]:
        """Each measure, whether the member counts in it, and whether it meets it."""
        here = self.is_in_claims
        yield (
            BLOOD_PRESSURE,
            here and self.has_hypertension and not self.is_excluded,
            here and self.is_controlled,
        )
        yield SCREENING, True, here and self.is_screened
        yield STAYS, True, here and self.had_stay

    def bills(self) -> Iterator[tuple[int, str, str, str]]:
        """Year, procedure, diagnosis and DRG of each claim."""
        yield YEAR, "99213", "I10" if self.has_hypertension else "Z0000", ""
        if self.is_excluded:
            yield YEAR, "99214", "N186", ""
        if self.is_controlled:
            yield YEAR, "3074F", "Z0000", ""
        if self.controlled_last_year:
            yield YEAR - 1, "3074F", "I10", ""
        if self.is_screened:
            yield YEAR, "77067", "Z0000", ""
        if self.had_stay:
            yield YEAR, "", "I509", "291"


def write_members(folder: Path, people: int, seed: int) -> None:
    """Write claims, lists and ``truth/`` of so many members."""
    rng = random.Random(seed)
    members = [_member(number, rng) for number in range(people)]
    with csv_tables(folder) as table:
        claims = table("tuva/medical_claim.csv", CLAIM)
        eligible = table("tuva/eligibility.csv", ELIGIBLE)
        for who in members:
            if not who.is_in_claims:
                continue
            eligible.writerow(
                [who.name, who.name, "female", "1950-06-15", "", f"{YEAR - 1}-01-01",
                 f"{YEAR}-12-31", "0", "", "10"]
            )  # fmt: skip
            for at, bill in enumerate(who.bills(), start=1):
                claims.writerow(_claim(who, at, *bill))
    write_table(
        folder / "roster.csv", ("provider", "member_id"), [(m.provider, m.name) for m in members]
    )
    write_table(folder / "measure_codes.csv", ("measure", "role", "code_kind", "code"), CODES)
    write_table(
        folder / "baselines.csv", ("provider", "measure", "baseline_rate"),
        [(provider, SCREENING, f"{rate - 0.10:.2f}") for provider, rate in PROVIDERS.items()],
    )  # fmt: skip
    write_table(
        folder / "truth/measure_person.csv",
        ("provider", "measure", "member_id", "counts", "is_met"),
        [
            (who.provider, measure, who.name, int(counts), int(met))
            for who in members
            for measure, counts, met in who.measures()
        ],
    )


def _member(number: int, rng: random.Random) -> _Member:
    """A member; every draw is made for everybody, so that one change moves no other member."""
    provider = sorted(PROVIDERS)[number % len(PROVIDERS)]
    good = PROVIDERS[provider]
    draws = [rng.random() for _ in range(6)]
    controlled = draws[2] < good
    return _Member(
        f"Q{number:06}", provider, number % 7 != 6, draws[0] < 0.6, draws[1] < 0.1, controlled,
        not controlled and draws[3] < 0.5, draws[4] < good, draws[5] < 0.2 - 0.15 * good,
    )  # fmt: skip


def _claim(
    who: _Member, number: int, year: int, procedure: str, diagnosis: str, drg: str
) -> list[str | int]:
    month = (int(who.name[1:]) + 5 * number) % 12 + 1  # every month of the year has claims
    day, last = f"{year}-{month:02}-10", f"{year}-{month:02}-{14 if drg else 10}"
    row: dict[str, str | int] = dict.fromkeys(CLAIM, "")
    row |= {
        "claim_id": f"{who.name}C{number}", "claim_line_number": 1, "person_id": who.name,
        "member_id": who.name, "claim_start_date": day, "claim_end_date": last,
        "claim_line_start_date": day, "claim_line_end_date": last, "paid_date": last,
        "hcpcs_code": procedure, "diagnosis_code_type": "icd-10-cm", "diagnosis_code_1": diagnosis,
        "paid_amount": "9000.00" if drg else "100.00",
        "allowed_amount": "9000.00" if drg else "100.00",
    }  # fmt: skip
    if drg:
        row |= {
            "claim_type": "institutional", "bill_type_code": "111", "facility_ccn": "360001",
            "discharge_disposition_code": "01", "revenue_center_code": "0120",
            "admission_date": day, "discharge_date": last, "drg_code_type": "ms-drg",
            "drg_code": drg,
        }  # fmt: skip
    else:
        row |= {
            "claim_type": "professional", "place_of_service_code": "11", "specialty_code": "11",
            "rendering_npi": "1000000004", "rendering_tin": "000000001",
        }  # fmt: skip
    return [row[name] for name in CLAIM]
