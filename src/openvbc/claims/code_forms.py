"""Codes whose form is none of their kind: moved by a character, cut, or divided by a spreadsheet.

Lengths are those of the code systems; zeros that a tool removed are put back elsewhere
(:mod:`openvbc.claims.normal_form`), so fewer digits are allowed where that is certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from openvbc.claims.normal_form import DOTTED
from openvbc.claims.report import Finding

LENGTHS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "institutional_claim": {
        "claim_type_code": (2, 2),
        "facility_ccn": (4, 6),
        "facility_npi": (10, 10),
        "attending_npi": (10, 10),
        "operating_npi": (10, 10),
        "other_npi": (10, 10),
        "drg_code": (1, 4),
        "discharge_disposition_code": (1, 2),
        "admit_source_code": (1, 2),
        "primary_diagnosis_code": (3, 8),
    },
    "institutional_line": {"revenue_center_code": (1, 4), "hcpcs_code": (5, 5)},
    "professional_line": {
        "claim_type_code": (2, 2),
        "hcpcs_code": (5, 5),
        "place_of_service_code": (1, 2),
        "specialty_code": (1, 2),
        "rendering_npi": (10, 10),
        "rendering_tin": (5, 9),
        "diagnosis_code_1": (3, 8),
    },
    "diagnosis": {"diagnosis_code": (3, 8)},
    "procedure": {"procedure_code": (3, 8)},
    "payment_detail": {"claim_type_code": (2, 2), "demonstration_codes": (2, 10)},
    "pharmacy_claim": {"ndc_code": (11, 11)},
}
"""Fewest and most characters of a code, as feeds write it."""
DIGITS = {
    "drg_code", "discharge_disposition_code", "revenue_center_code", "place_of_service_code",
    "facility_npi", "attending_npi", "operating_npi", "other_npi", "rendering_npi",
    "ndc_code",
}  # fmt: skip
"""Codes that are numbers: a letter or a sign says that the code is another, or lies elsewhere."""
NO_SIGNS = {"demonstration_codes"}
"""Codes of digits and letters, one beside the other."""
LAST_IS_DIGIT = {"specialty_code"}
"""Codes of two characters of which the first may be a letter (CMS specialty codes, A0 to D8)."""
_OF_DIAGNOSES = (
    "length({code}) >= 3 and try_cast(substr({code}, 2, 1) as utinyint) is not null "
    "and not contains({code}, '\"') and not contains({code}, '/')"
)
_LIKE: Mapping[str, str] = {
    "diagnosis_code": _OF_DIAGNOSES,
    "diagnosis_code_1": _OF_DIAGNOSES,
    "primary_diagnosis_code": _OF_DIAGNOSES,
    "procedure_code": (
        "length({code}) = 7 or length({code}) in (3, 4) and not contains({code}, 'E') "
        "and try_cast({code} as usmallint) is not null"
    ),
}
"""What the letters of ICD codes are, dots aside: the second character of a diagnosis is a digit in
ICD-9-CM and ICD-10-CM; a procedure has seven characters (ICD-10-PCS) or three or four digits
(ICD-9-CM)."""
NEVER_ZERO = {"specialty_code", "place_of_service_code", "drg_code"}
"""Codes of which none is zero."""
ONE_CHARACTER = {"admit_source_code"}
"""Codes of one digit or letter, before which a tool may have put a zero (FL 15 of the UB-04)."""
_IDENTIFIER = re.compile(r"[1-9][A-Z][A-Z0-9]{7}[0-9]{2}|[A-Z]{0,3}[0-9]{6,9}[A-Z0-9]{0,2}")
"""As a Medicare beneficiary identifier begins and ends, or a claim number of before."""


def odd_forms(table: str) -> dict[str, str]:
    """SQL that says of a staged row whether its code has another form, by column."""
    return {name: _is_odd(name, *length) for name, length in LENGTHS.get(table, {}).items()}


def _is_odd(name: str, least: int, most: int) -> str:
    odd = f"length({name}) not between {least} and {most}"
    if name in NEVER_ZERO:
        odd = f"{odd} or {name} in ('0', '00', '000', '0000')"
    if name in NO_SIGNS:
        odd = f"{odd} or not regexp_full_match({name}, '[0-9A-Za-z ]*')"
    if name in LAST_IS_DIGIT:
        odd = (
            f"{odd} or ({name} <> '' and (substr({name}, 1, 1) < '0' "
            f"or try_cast(right({name}, 1) as utinyint) is null))"
        )
    if name in ONE_CHARACTER:
        odd = f"{odd} or ({name} <> '' and not regexp_full_match({name}, '0?[0-9A-Za-z]'))"
    if name in DOTTED:
        plain = f"replace({name}, '.', '')"
        return f"{name} <> '' and ({odd} or not ({_LIKE[name].format(code=plain)}))"
    whole = f"{name} like '%.0'"  # a spreadsheet's whole number
    if name in DIGITS:
        odd = f"{odd} or ({name} <> '' and try_cast({name} as ubigint) is null)"
        odd = f"{odd} or contains({name}, 'E') or contains({name}, '+')"  # casts to a number too
    return f"({odd} or contains({name}, '.')) and not {whole}"


def findings(counts: Mapping[tuple[str, str], int]) -> Iterator[Finding]:
    """A finding for each column with such codes."""
    for (table, name), count in counts.items():
        if count:
            detail = f"{name} of {table}: no code of its kind has this form; it matches none"
            yield Finding("codes of another form", "warning", detail, count)


def is_identifier(text: str) -> bool:
    """Whether a text has the form of a person's Medicare identifier."""
    return _IDENTIFIER.fullmatch(text) is not None
