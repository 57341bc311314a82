"""What the columns of a file hold as a whole: nothing at all, or amounts in another unit.

A column that every record leaves empty was lost on the way (a tool dropped, renamed or blanked it).
Each record is right by itself, so only the file as a whole shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openvbc.claims.plausible import (
    FEWEST_AMOUNTS,
    MEAN_AMOUNTS,
    OTHERS,
    STAY_COLUMN,
    STAYS,
)
from openvbc.claims.report import Finding

FEWEST = 20
"""Records of a file from which an empty column says something."""
WEIGHTY: Mapping[str, Mapping[str, str]] = {
    "institutional_claim": {
        "claim_type_code": "no claim is known as inpatient, outpatient or other",
        "bill_type_code": "clinics, swing beds and parts of a stay are not told",
        "facility_ccn": "no facility is known",
        "claim_start_date": "stays begin on the day they end",
        "discharge_disposition_code": "transfers and parts of a stay are not told",
        "primary_diagnosis_code": "no COVID-19 episode, cohort or planned stay is told",
        "CLM_BILL_FAC_TYPE_CD": "the type of bill is not whole",
        "CLM_BILL_CLSFCTN_CD": "the type of bill is not whole",
        "CLM_BILL_FREQ_CD": "parts of a stay are not told",
        "CLM_BLG_PRVDR_OSCAR_NUM": "cancellations are joined to claims without it",
        "drg_code": "stays are not told by their group",
        "facility_npi": "facilities are told by their certification number alone",
        "attending_npi": "no clinician of a facility's claim is known",
        "charge_amount": "charges are zero",
        **{
            f"{name}_amount": "it stays in the spending"
            for name in (
                "operating_ime",
                "operating_dsh",
                "capital_ime",
                "capital_dsh",
                "uncompensated_care",
            )
        },
        "effective_date": "what was known on a day is told by the day of loading",
    },
    "institutional_line": {
        "revenue_center_code": "clinics' visits and emergency departments are not told",
        "hcpcs_code": "no service on a facility's claim is told",
        "claim_line_start_date": "the claim's date stands for the line's",
        "claim_line_end_date": "the claim's date stands for the line's",
        "paid_amount": "lines of clinics and method II hospitals have no charges",
    },
    "professional_line": {
        "claim_type_code": "no line counts as a physician's",
        "claim_start_date": "the line's date stands for the claim's",
        "claim_line_start_date": "the line begins on the day it ends",
        "hcpcs_code": "no primary care service is told, so nobody is assigned by these lines",
        "place_of_service_code": "visits at home and in nursing facilities are not told",
        "specialty_code": "primary care and specialists are told by provider_specialty.csv alone",
        "rendering_npi": "no clinician is known, so nobody is assigned by these lines",
        "rendering_tin": "no participant is known, so nobody is assigned by these lines",
        "allowed_amount": "charges that decide assignment are zero",
        "diagnosis_code_1": "lines have no diagnosis of their own",
        "effective_date": "what was known on a day is told by the day of loading",
        "CLM_CNTL_NUM": "cancellations are joined by the claim's own number",
        "CLM_LINE_FROM_DT": "the claim's date stands for the line's",
        "CLM_LINE_THRU_DT": "the claim's date stands for the line's",
        "CLM_CARR_PMT_DNL_CD": "no claim is known as denied by it",
        "CLM_PRCSG_IND_CD": "no line is known as denied by it",
    },
    "diagnosis": {
        "code_version": "ICD-9 and ICD-10 are told by the date",
        "claim_start_date": "the day of a diagnosis is the claim's last",
        "claim_end_date": "no diagnosis has a year",
    },
    "procedure": {
        "code_version": "ICD-9 and ICD-10 are told by the date",
        "procedure_date": "procedures have no date",
    },
    "demographics": {
        "birth_date": "no age is known",
        "sex": "no sex is known",
        "county": "no county of residence is known",
        "BENE_FIPS_STATE_CD": "no county of residence is known",
        "BENE_FIPS_CNTY_CD": "no county of residence is known",
        "medicare_status_code": "no enrollment type is known",
        "dual_status_code": "nobody is dually eligible",
        "original_reason_entitlement_code": "nobody is known as originally disabled",
        "buy_in_code": "no month of Part A or Part B is known",
        "part_a_start_date": "Part A is told by the buy-in code alone",
        "part_b_start_date": "Part B is told by the buy-in code alone",
        "state": "the state is not known",
        "race": "no race is known",
    },
    "payment_detail": {"claim_type_code": "amounts of stays and of others are not told apart"},
    "coverage_span": {
        "enrollment_type": "no enrollment type is known",
        "county": "no county of residence is known from it",
    },
    "person": {"birth_date": "no age is known", "sex": "no sex is known"},
    "risk_score": {
        "demographic_score": "no demographic scores",
        "hcc_version": "the model of the scores is not known",
    },
    "pharmacy_claim": {
        "ndc_code": "no drug is known",
        "quantity": "no quantity is known",
        "days_supply": "no days of supply are known",
        "patient_paid_amount": "what patients paid is not known",
        "effective_date": "what was known on a day is told by the day of loading",
    },
}
"""Columns that some record of a file of this size always fills, and what follows without them.

Upper case: fields of CCLF that are read but are no column.
"""
FIELDS = {
    table: tuple(name for name in columns if name.isupper()) for table, columns in WEIGHTY.items()
}
LIGHT = frozenset(
    (
        "charge_amount", "drg_code", "facility_npi", "effective_date", "part_a_start_date",
        "part_b_start_date", "state", "race", "quantity", "days_supply", "operating_ime_amount",
        "operating_dsh_amount", "capital_ime_amount", "capital_dsh_amount",
        "uncompensated_care_amount", "diagnosis_code_1", "hcc_version", "attending_npi",
        "original_reason_entitlement_code", "payment_detail.claim_type_code",
    )
)  # fmt: skip
"""Columns that move little, or that a file may leave empty: a warning even of CCLF."""
_AMOUNTS = {
    table: dict.fromkeys(n for t, n, _ in MEAN_AMOUNTS if t == table)
    for table, _, _ in MEAN_AMOUNTS
}


@dataclass
class ColumnTally:
    """Counts of filled values and sums of amounts, a file and table at a time."""

    severity: str
    """Of the finding on an empty column: an error where every file of the feed fills it."""
    _rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    _filled: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _amounts: dict[tuple[str, str, str, str], tuple[int, Decimal]] = field(default_factory=dict)

    def add(
        self,
        table: str,
        batch: Any,
        absent: frozenset[str] = frozenset(),
        fields: Mapping[str, int] | None = None,
    ) -> None:
        """Count a batch of staged rows of one file.

        Args:
            table: the staged table.
            batch: its rows, with the column ``source_file``.
            absent: columns that the file's layout does not have.
            fields: how many records fill each of :data:`FIELDS`.

        A column that the batch does not have is none of its feed's.
        """
        import pyarrow.compute as pc

        weighty = WEIGHTY.get(table)
        if not batch.num_rows or weighty is None:
            return
        file = str(batch.column("source_file")[0])
        self._rows[file, table] += batch.num_rows
        names = set(batch.schema.names)
        for name in weighty:
            if name in names and name not in absent:
                full = batch.num_rows - batch.column(name).null_count
                self._filled[file, table, name] += full
        for name, filled in (fields or {}).items():
            self._filled[file, table, name] += filled
        given = [n for n in _AMOUNTS.get(table, ()) if n in names and n not in absent]
        stays = _stays(table, batch) if given else None
        for name in given:
            amounts = batch.column(name)
            if stays is None or (table, name, STAYS) not in MEAN_AMOUNTS:
                self._add_amounts((file, table, name, OTHERS), amounts)
                continue
            self._add_amounts((file, table, name, STAYS), amounts.filter(stays))
            self._add_amounts((file, table, name, OTHERS), amounts.filter(pc.invert(stays)))

    def _add_amounts(self, key: tuple[str, str, str, str], amounts: Any) -> None:
        import pyarrow.compute as pc

        count, total = self._amounts.get(key, (0, Decimal(0)))
        more = pc.sum(pc.not_equal(amounts, 0)).as_py() or 0
        total += pc.sum(pc.abs(amounts)).as_py() or Decimal(0)
        self._amounts[key] = (count + more, total)

    def findings(self) -> Iterator[Finding]:
        """Columns that a file never fills, and amounts whose mean is beyond belief."""
        for (file, table, name), filled in self._filled.items():
            light = LIGHT & {name, f"{table}.{name}"}
            severity = "warning" if light else self.severity
            if not filled and self._rows[file, table] >= FEWEST:
                yield Finding(
                    "a column that is empty in every record",
                    severity,
                    f"{file}: {name} ({WEIGHTY[table][name]})",
                    self._rows[file, table],
                    f"{name} of {file}" if severity == "error" else "",
                )
        for (file, table, name, kind), (count, total) in self._amounts.items():
            believed = MEAN_AMOUNTS[table, name, kind]
            if count >= FEWEST_AMOUNTS and not believed.holds(total / count):
                yield Finding(
                    "amounts beyond belief",
                    "error",
                    f"{file}: the mean {name} is {total / count:,.2f}; believed: {believed}"
                    + ("" if kind == OTHERS else f" ({kind})")
                    + "; are they in another unit?",
                    count,
                    f"{name} of {file}",
                )


def _stays(table: str, batch: Any) -> Any:
    """Which rows of a batch are of stays; None where its table or columns do not tell."""
    import pyarrow.compute as pc

    column, pattern = STAY_COLUMN.get(table, ("", ""))
    if column not in batch.schema.names:
        return None
    text = pc.cast(batch.column(column), "string")
    return pc.fill_null(pc.match_substring_regex(text, pattern), False)
