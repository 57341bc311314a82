"""Whether a claim as FHIR, or one of its lines, was denied: by the codes that deny it in CCLF.

The codes stand in extensions (versions 1 and 2), in the reason of an adjudication (lines of version
1) or in the supporting information (version 3), each under its own name. Sources: CMS, Beneficiary
Claims Data API, CCLF to FHIR crosswalk; CCLF Information Packet 40.0 section 3.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from openvbc.claims.fhir_elements import codings, extension_code, information, plain_name
from openvbc.claims.layout import denying_codes, known_codes
from openvbc.clinical.elements import Resource

_CLAIM = ("carr_clm_pmt_dnl_cd", "clm_carr_pmt_dnl_cd")
_WHOLE = ("clm_mdcr_non_pmt_rsn_cd", "clm_mdcr_npmt_rsn_cd")
_LINE = ("line_prcsg_ind_cd", "clm_prcsg_ind_cd")
UNKNOWN = "a code of denial that is not known: it denies nothing"


def institutional_denial(benefit: Resource) -> bool:
    """Whether a Part A claim is denied: by any reason why Medicare does not pay."""
    return bool(information(benefit, *_WHOLE))


def claim_denial(benefit: Resource) -> tuple[bool, list[str]]:
    """Whether a whole Part B claim is denied; and what is to be said of its code."""
    return _judged("CLM_CARR_PMT_DNL_CD", information(benefit, *_CLAIM))


def line_denial(line: Resource) -> tuple[bool, list[str]]:
    """Whether a Part B line is denied; and what is to be said of its code."""
    return _judged("CLM_PRCSG_IND_CD", next(_of_line(line), None))


def _of_line(line: Resource) -> Iterator[str]:
    denial_code = extension_code(line, *_LINE)
    if denial_code is not None:
        yield denial_code
    for part in line.get("adjudication") or ():
        if any(plain_name(code) in _LINE for _, code in codings(part.get("category"))):
            yield from (code for _, code in codings(part.get("reason")))


def _judged(field: str, code: str | None) -> tuple[bool, list[str]]:
    if not code:
        return False, []
    return code in denying_codes(field), [] if code in known_codes(field) else [UNKNOWN]
