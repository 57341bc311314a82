"""Codes of CCLF8 that are none of their kind: they would count as one of those that are.

A dual status nobody knows makes nobody dually eligible, a buy-in code nobody knows gives no month:
both move people between enrollment types, so that they are said. A blank says that nothing is
known, and is no finding here. Source: CCLF Information Packet 40.0, table 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from openvbc.claims.fixed_width import Bytes
from openvbc.claims.layout import rows_of

CONSEQUENCES: Mapping[str, str] = {
    "BENE_SEX_CD": "the person counts as of unknown sex",
    "BENE_MDCR_STUS_CD": "no enrollment type is told by it",
    "BENE_DUAL_STUS_CD": "the person counts as not dually eligible",
    "BENE_ENTLMT_BUYIN_IND": "no month of Part A or Part B is told by it",
    "BENE_ORGNL_ENTLMT_RSN_CD": "the person counts as not originally disabled",
    "BENE_FIPS_STATE_CD": "no county of residence is known by it",
    "BENE_FIPS_CNTY_CD": "no county of residence is known by it",
}
"""By field: what follows of a code that is not understood."""
_CODES: Mapping[str, frozenset[str]] = {
    "BENE_SEX_CD": frozenset("012"),
    "BENE_MDCR_STUS_CD": frozenset(("10", "11", "20", "21", "31")),
    "BENE_ENTLMT_BUYIN_IND": frozenset("0123ABC"),
    "BENE_ORGNL_ENTLMT_RSN_CD": frozenset("0123"),
}


@cache
def _dual() -> frozenset[str]:
    return frozenset(row["code"] for row in rows_of("dual_status_codes.csv"))


def not_understood(name: str, columns: Bytes) -> int:
    """Records whose code in the field `name` is none of its kind; a blank or ``~`` is none."""
    packed = np.zeros(columns.shape[1], dtype=np.uint32)
    for row in columns:
        packed = packed * 256 + row
    values, counts = np.unique(packed, return_counts=True)
    texts = (
        int(value).to_bytes(len(columns), "big").decode("latin-1").strip(" ~") for value in values
    )
    known = known_codes(name)
    return sum(int(n) for text, n in zip(texts, counts, strict=True) if text and not known(text))


def known_codes(name: str) -> Callable[[str], bool]:
    """Tells whether a text is a code of the field `name`."""
    if name == "BENE_DUAL_STUS_CD":
        return _dual().__contains__
    if name in _CODES:
        return _CODES[name].__contains__
    return lambda text: text.isascii() and text.isdigit()
