"""The files of what is not grouped: readmissions, services, and diagnoses of Part B."""

from __future__ import annotations

import re

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn, optional
from openvbc.claims.own_files import OwnFile

_DRG = read.code(3)
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}")
LEFT_OUT_IN = ("OUTPATIENT", "PROFESSIONAL", "EQUIPMENT")
"""Kinds of care whose lines a service may be left out of."""
LISTS_OF_EXCLUSIONS = ("excluded_stays", "excluded_lines", "excluded_diagnoses")
"""Inputs that say what is not grouped."""


def diagnosis(text: str) -> str:
    """An ICD-10-CM code without its dot."""
    plain = text.upper().replace(".", "").strip()
    if not _ICD10.fullmatch(plain):
        raise read.Refused("not an ICD-10-CM code")
    return plain


def category(text: str) -> str:
    """A major diagnostic category: two digits, or PRE; lost leading zeros are restored."""
    category_code: str = read.code(3)(text)
    return category_code.removeprefix("0") if category_code.isdigit() else category_code


EXCLUDED_STAYS = OwnFile(
    "excluded_stays.csv",
    "excluded_stay",
    "Readmissions that are not grouped: MS-DRGs or categories.",
    (
        optional("ms_drg", _DRG, "MS-DRG", "001"),
        optional("mdc", category, "category, instead of it", "01"),
    ),
)
EXCLUDED_LINES = OwnFile(
    "excluded_lines.csv",
    "excluded_line",
    "Services that are not grouped.",
    (
        CsvColumn("hcpcs_code", read.code(5), "procedure or product", "27447"),
        optional("setting", read.one_of(*LEFT_OUT_IN), " or ".join(LEFT_OUT_IN) + "; empty: all"),
        optional("ms_drg", _DRG, "only in episodes of this trigger"),
        optional("place_of_service_code", read.word, "only in this place"),
        optional("first_day", read.date, "from this day"),
        optional("last_day", read.date, "to this day"),
    ),
)


EXCLUDED_DIAGNOSES = OwnFile(
    "excluded_diagnoses.csv",
    "excluded_diagnosis",
    "Principal diagnoses of claims of Part B that are not grouped.",
    (
        CsvColumn("diagnosis_code", diagnosis, "ICD-10-CM code, as claims have it", "S0600XA"),
        optional("setting", read.one_of(*LEFT_OUT_IN), " or ".join(LEFT_OUT_IN) + "; empty: all"),
        optional("first_day", read.date, "from this day"),
        optional("last_day", read.date, "to this day"),
    ),
)
