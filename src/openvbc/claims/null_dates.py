"""Dates that feeds write where there is none, and days since when there is what claims tell of."""

from __future__ import annotations

import datetime as dt

NULL_DATES = (
    "0001-01-01", "1000-01-01", "1900-01-01", "2099-12-31", "2199-12-31", "2999-12-31",
    "9999-12-31",
)  # fmt: skip
"""CMS writes 1000-01-01 and 9999-12-31 (CCLF Information Packet 40.0 section 3.4); the others are
the fillers of common databases."""

MEDICARE_BEGAN = dt.date(1966, 7, 1)
"""Public Law 89-97; nobody was covered before. A start before it, or a filler, says: since ever."""

ICD_10_SINCE = dt.date(2015, 10, 1)
"""45 CFR 162.1002(c)."""
