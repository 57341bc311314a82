"""Which version of ICD a diagnosis code is of: as stated, else by the day of service and its form.

Codes that begin with E occur in both: E000 to E030 and E800 to E999 in ICD-9, E00 to E89 in
ICD-10-CM. Services since October 2015 carry ICD-10-CM (45 CFR 162.1002(c)), so then only a code
that ICD-10-CM cannot have, as E950 or 25000, is ICD-9.
"""

from __future__ import annotations

import datetime as dt
import re

from openvbc.claims.null_dates import ICD_10_SINCE

_VERSIONS = {"": "", "0": "0", "10": "0", "9": "9", "09": "9"}
_ICD_9 = re.compile(r"[0-9]{3}[0-9]{0,2}$|E[0-9]{3}[0-9]?$|V[0-9]{2}[0-9]{0,2}$")


def date_of(text: str) -> dt.date | None:
    """A date written 1950-12-31, 12/31/1950 or 19501231; none where it is not one."""
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d"):
        try:
            return dt.datetime.strptime(text[:10], form).date()
        except ValueError:
            continue
    return None


def stated_version(text: str) -> str | None:
    """0 for ICD-10, 9 for ICD-9, empty where nothing is stated, None where it is not understood."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    return _VERSIONS.get(plain.removeprefix("ICD").removesuffix("CM"))


def is_icd_9(code: str, service_date: str, payment_year: int) -> bool:
    """Whether a code of no stated version (no dot, upper case) is ICD-9.

    A diagnosis without a day of service was made in the year before the payment year.
    """
    if not _ICD_9.match(code):
        return False
    served = date_of(service_date) or dt.date(payment_year - 1, 1, 1)
    return not code.startswith("E") or code.startswith("E9") or served < ICD_10_SINCE
