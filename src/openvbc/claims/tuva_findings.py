"""What the tables of the Tuva input layer lack, and values in them that nobody understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openvbc.claims.report import NOT_UNDERSTOOD, Finding
from openvbc.engine.base import Engine


def columns_lacking(missing_columns: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Columns that tables lack; of two that stand for one another one is enough."""
    for name, lacking in missing_columns.items():
        shown = [
            c for c in lacking if not c.startswith("diagnosis_code_") and not _stands_in(c, lacking)
        ]
        if shown:
            yield Finding(
                "columns that a table does not have", "warning",
                f"{name}: {', '.join(shown)}; what they would say is taken as not known",
            )  # fmt: skip


def _stands_in(column: str, lacking: Sequence[str]) -> bool:
    return any(column in pair and not set(pair) <= set(lacking) for pair in _EITHER)


_EITHER = (("person_id", "member_id"),)
"""Columns of which one is enough."""


_UNDERSTOOD: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "eligibility": {
        "gender": ("lower(gender) in ('female', 'f', '2', 'male', 'm', '1', 'unknown', 'u', '0')",
                   "the sex counts as unknown"),
        "original_reason_entitlement_code": (
            "split_part(original_reason_entitlement_code, '.', 1) in ('0', '1', '2', '3')",
            "the person counts as entitled by age",
        ),
        "medicare_status_code": (
            "split_part(medicare_status_code, '.', 1) in ('10', '11', '20', '21', '31')",
            "the months have no enrollment type, so they count for nobody",
        ),
        "dual_status_code": (
            "upper(dual_status_code) = 'NA' "
            "or try_cast(split_part(dual_status_code, '.', 1) as int) between 0 and 10 "
            "or try_cast(split_part(dual_status_code, '.', 1) as int) = 99",
            "the person counts as not dual",
        ),
    },
    "medical_claim": {
        "claim_line_start_date": ("is_day(claim_line_start_date)",
                                  "the claim's first day stands for it"),
        "claim_line_end_date": ("is_day(claim_line_end_date)",
                                "the line's first day, or the claim's last, stands for it"),
        "paid_date": ("is_day(paid_date)", "the claim counts as known on its last day"),
        "charge_amount": ("try_cast(charge_amount as decimal(12,2)) is not null",
                          "no charge is known"),
        "service_unit_quantity": ("try_cast(service_unit_quantity as decimal(18,4)) is not null",
                                  "no units are known"),
        "diagnosis_code_type": (
            "diagnosis_code_type like '%10%' or diagnosis_code_type like '%9%' "
            "or diagnosis_code_type = '0'",
            "the diagnoses are of no known code system",
        ),
    },
    "pharmacy_claim": {
        "quantity": ("try_cast(quantity as decimal(18,4)) is not null", "no quantity is known"),
        "days_supply": ("try_cast(days_supply as double) = floor(try_cast(days_supply as double)) "
                        "and try_cast(try_cast(days_supply as double) as int) is not null",
                        "no days of supply are known"),
    },
}  # fmt: skip
"""By table and column: which values are understood, and what follows where one is not."""


def not_understood(engine: Engine, table: str) -> Iterator[Finding]:
    """Values of a registered table that stand for nothing known."""
    for column, (known, otherwise) in _UNDERSTOOD[table].items():
        code = column.endswith("_code")  # a spreadsheet may have put .0 behind it, nothing else
        whole = f"split_part({column}, '.', 2) in ('', '0')" if code else "true"
        rows = engine.rows(
            f"select count(*) as n from {table} where {column} is not null "
            f"and not coalesce(({known}) and {whole}, false)"
        )
        if int(rows[0]["n"]):
            detail = f"{table}, {column}: {otherwise}"
            yield Finding(NOT_UNDERSTOOD, "warning", detail, int(rows[0]["n"]))


_OF_THE_CLAIM = {
    "bill_type_code": "their type of bill",
    "facility_ccn": "their facility's certification number",
    "facility_npi": "their facility's NPI",
    "drg_code": "their DRG",
    "discharge_disposition_code": "their discharge disposition",
    "admit_type_code": "their type of admission",
    "admit_source_code": "their point of origin",
    "diagnosis_code_1": "their principal diagnosis",
}
"""What an institutional claim has once, and how a claim is called whose lines bear two of it."""


def torn_claims(engine: Engine) -> Iterator[Finding]:
    """Institutional claims of the table ``good`` whose lines bear two values of one header field.

    The claim takes the value that comes last in order, so that it is said.
    """
    counts = ", ".join(f"count(*) filter (where {name} > 1) as {name}" for name in _OF_THE_CLAIM)
    values = ", ".join(f"count(distinct {name}) as {name}" for name in _OF_THE_CLAIM)
    (totals,) = engine.rows(
        f"select {counts} from (select {values} from good where claim_type = 'institutional' "
        "group by claim_id, person_id)"
    )
    for name, words in _OF_THE_CLAIM.items():
        if int(totals[name]):
            yield Finding(
                f"lines of one claim differ in {words}",
                "warning",
                f"medical_claim, {name}: the claim takes the value that comes last in order",
                int(totals[name]),
            )
