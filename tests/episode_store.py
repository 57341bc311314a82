"""Small claims in text, as tables of the claim store: what the episode cases are written in.

A claim is one line: kind, name, day or days, amount, then what else matters::

    stay A 2025-02-03..2025-02-06 12000.00 drg=470 ccn=010001
    outpatient O/1 2025-03-01 300.00 revenue=0450
    physician B 2025-02-10 100.00 code=99213 place=11
    nursing C 2025-02-06..2025-02-25 9000.00

Names are made unique by the person's, so that many cases stand in one store.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims.model import TABLES
from openvbc.engine.table import SmallTable
from openvbc.steps.episodes.tables import CLAIM_ADDITION
from test_tables import given_table

INSTITUTIONAL = {
    "stay": "60", "nursing": "20", "home": "10", "hospice": "50", "outpatient": "40",
}  # fmt: skip
PART_B = {"physician": "71", "equipment": "82"}
ADDED = {
    "standardized": "standardized_amount", "outlier": "outlier_amount",
    "payer": "primary_payer_amount", "status": "status_indicator", "apc": "apc",
    "modifier2": "second_modifier", "low": "is_low_utilization", "charge": "covered_charge",
    "allowed": "allowed_amount",
}  # fmt: skip
FIELDS = {
    "ccn": "facility_ccn", "drg": "drg_code", "status_code": "discharge_disposition_code",
    "attending": "attending_npi", "operating": "operating_npi", "bill": "bill_type_code",
    "diagnosis": "primary_diagnosis_code", "denied": "is_denied", "effective": "effective_date",
    "known": "load_date",
}  # fmt: skip
YEARS = range(2016, 2028)


@dataclass
class Store:
    """Rows of the claim store, table by table."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    additions: list[dict[str, str]] = field(default_factory=list)
    drug_costs: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)

    def add(self, table: str, **row: Any) -> None:
        kept = {name: str(value) for name, value in row.items() if value is not None}
        self.rows.setdefault(table, []).append(kept)

    def person(self, name: str, *, covered: bool = True, without: str = "", managed: str = "",
               death: object = None, kidney: str = "") -> None:  # fmt: skip
        """A person covered in all years; `without`: 2025-03 lacks Part B; `managed`, `kidney`."""
        self.add("person", person_id=name, birth_date="1950-01-01", death_date=death,
                 sex="female")  # fmt: skip
        if not covered:
            return
        for year in YEARS:
            months = [m for m in range(1, 13) if f"{year}-{m:02d}" != str(without)[:7]]
            self.add(
                "coverage", person_id=name, calendar_year=year, part_a_mask="1-12",
                part_b_mask=";".join(map(str, months)),
                medicare_advantage_mask=_month(managed, year), other_initiative_mask="",
                dual_mask="",
            )  # fmt: skip
            if str(kidney).startswith(str(year)):
                self.add("enrollment", person_id=name, calendar_year=year,
                         enrollment_type="ESRD", month_mask=_month(kidney, year))  # fmt: skip

    def claim(self, person: str, text: str) -> None:
        """One claim or line of the person."""
        kind, name, days, amount, *rest = text.split()
        first, _, last = days.partition("..")
        said = dict(word.split("=", 1) for word in rest)
        claim, _, line = name.partition("/")
        claim = f"{person}.{claim}"
        self._header(person, kind, claim, first, said.get("header", ""))
        if kind == "fill":
            self.add("pharmacy_claim", claim_id=claim, person_id=person, ndc_code=said["ndc"],
                     dispensing_date=first)  # fmt: skip
            if "above" in said:
                self.drug_costs.append((claim, Decimal(said.pop("low")), Decimal(said["above"])))
        elif kind in PART_B:
            self._part_b(person, kind, claim, int(line or 1), first, amount, said)
        elif kind == "visit":
            self._line(person, claim, int(line), first, "0", said)
        else:
            self._institutional(person, kind, claim, line, first, last or first, amount, said)
        added = {ADDED[key]: value for key, value in said.items() if key in ADDED}
        if added:
            whole = kind in INSTITUTIONAL and kind != "outpatient"
            number = "" if whole else line or "1"
            self.additions.append({"claim_id": claim, "claim_line_number": number, **added})

    def _header(self, person, kind, claim, day, codes) -> None:
        """Diagnoses of a claim's header, the principal one first."""
        claim_kind = "professional" if kind in PART_B else "institutional"
        for at, code in enumerate(filter(None, codes.split("+")), start=1):
            self.add("diagnosis", claim_id=claim, person_id=person, claim_kind=claim_kind,
                     position=at, diagnosis_code=code, code_version="0", claim_start_date=day,
                     claim_end_date=day)  # fmt: skip

    def _institutional(self, person, kind, claim, line, first, last, amount, said) -> None:
        known = self.rows.setdefault("institutional_claim", [])
        row = next((r for r in known if r["claim_id"] == claim), None)
        if row is None:
            row = {
                "claim_id": claim, "person_id": person, "claim_type_code": INSTITUTIONAL[kind],
                "claim_start_date": first, "claim_end_date": last, "paid_amount": amount,
                "facility_ccn": "010001" if kind in ("stay", "outpatient") else "015001",
                "discharge_disposition_code": "01",
            }  # fmt: skip
            row |= {FIELDS[key]: value for key, value in said.items() if key in FIELDS}
            known.append(row)
        else:
            row["paid_amount"] = str(Decimal(row["paid_amount"]) + Decimal(amount))
            row["claim_start_date"] = min(row["claim_start_date"], first)
        if kind == "outpatient":
            self._line(person, claim, int(line or 1), first, amount, said)
        for at, code in enumerate(filter(None, said.get("procedures", "").split("+")), start=1):
            self.add("procedure", claim_id=claim, person_id=person, position=at,
                     procedure_code=code, code_version="0", procedure_date=first)  # fmt: skip
        if "demonstration" in said:
            self.add("payment_detail", claim_id=claim, person_id=person,
                     demonstration_codes=said["demonstration"])  # fmt: skip

    def _line(self, person, claim, line, day, amount, said) -> None:
        self.add(
            "institutional_line", claim_id=claim, claim_line_number=line, person_id=person,
            revenue_center_code=said.get("revenue", "0510"), hcpcs_code=said.get("code"),
            claim_line_start_date=day, claim_line_end_date=day, paid_amount=amount,
        )  # fmt: skip

    def _part_b(self, person, kind, claim, line, day, amount, said) -> None:
        row = {
            "claim_id": claim, "claim_line_number": line, "person_id": person,
            "claim_type_code": PART_B[kind], "claim_line_start_date": day,
            "hcpcs_code": said.get("code", "99213"), "hcpcs_modifier_1": said.get("modifier"),
            "place_of_service_code": said.get("place", "11"), "paid_amount": amount,
            "allowed_amount": said.get("allowed", amount if "dx" in said else None),
            "rendering_tin": said.get("tin", "111111111"),
            "is_denied": said.get("denied"), "load_date": said.get("known"),
            "rendering_npi": said.get("npi"), "diagnosis_code_1": said.get("dx"),
        }  # fmt: skip
        self.add("professional_line", **row)

    def tables(self) -> dict[str, SmallTable]:
        """The store as tables held in memory."""
        return {name: given_table(name, self.rows.get(name, [])) for name in TABLES}

    def addition(self) -> SmallTable:
        """What is added to claims and lines."""
        rows = [[row.get(name) or None for name in CLAIM_ADDITION] for row in self.additions]
        return SmallTable("claim_addition", CLAIM_ADDITION, rows)


def _month(written: str, year: int) -> str:
    """Month ``2025-03`` (or months ``2025-03+2025-04``) of a year, as the mask's text."""
    return ";".join(
        str(int(part[5:7])) for part in str(written).split("+") if part.startswith(str(year))
    )


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def without_settling(folder: Path) -> Path:
    """The project file of a generated bundle, which names neither accounts nor prices after."""
    path = folder / "openvbc.yaml"
    of_settling = ("  accounts:", "  prices:", "  episode_factors:")
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith(of_settling)), "utf-8")
    return path
