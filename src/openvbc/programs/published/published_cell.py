"""One cell as CMS prints it: a number, a date, a facility's number, a mark for a missing value."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?!\d)")
_MISSING = frozenset(
    {
        "", ".", "-", "--", "---", "–", "—", "*", "**", "^", "/", "n/a", "#n/a", "na", "nq", "null",
        "none", "nan", "blank",
        "not available", "not applicable", "too few to report", "not enough data available",
    }
)  # fmt: skip
_ACCOUNTING_ZERO = re.compile(r"\s*\$\s*[-\u2013]\s*|\s+[-\u2013]\s{2,}|\s{2,}[-\u2013]\s+")
_POINTS = re.compile(r"(-?\d+(?:\.\d+)?)\s+out\s+of\s+\d+(?:\s+stars?)?")
_CCN = re.compile(r"(?!00)\d{2}[A-Z0-9]\d{3}")
"""The first two digits are those of a state, of which none is 00."""
_GROUPED = re.compile(r"[^,\d]*[1-9]\d{0,2}(?:,\d{3})+(?![,\d])[^,]*")
"""A number whose commas separate thousands; any other comma may be a decimal one (0,217)."""


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """A header or label for comparing: lower case, only letters, digits and single spaces."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\[[^\[\]]*\]", " ", text.lower())).strip()


TOTAL_LABEL = re.compile(
    r"(?:grand |sub ?|program |overall )?(?:totals?|sums?|averages?|means?|medians?)\b.*|all acos",
    re.IGNORECASE | re.DOTALL,
)
"""What a row that adds up or averages the others is called."""


def is_missing(text: str) -> bool:
    """Whether a cell says in one of CMS's ways that there is no value."""
    return text.strip().lower() in _MISSING


@lru_cache(maxsize=65536)
def parse_number(text: str) -> Decimal | None:
    """The number in a cell, exactly as printed; None where missing; ValueError where it is text.

    A spreadsheet's accounting form prints zero as a dash with a dollar sign or set in blanks
    (`` $ -   ``); a bare dash is a missing value. A percent sign divides by 100; parentheses make
    a number negative; ``7 out of 10`` is 7. Commas
    must separate thousands: ``0,05`` is refused, not read as 5.
    """
    if _ACCOUNTING_ZERO.fullmatch(text):
        return Decimal(0)
    cell = text.strip()
    if cell.lower() in _MISSING:
        return None
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = _parse_decorated(cell)
    if not number.is_finite():
        raise ValueError(text)
    return number


def number_or_none(text: str) -> Decimal | None:
    """The number in a cell; None where it is missing or text."""
    try:
        return parse_number(text)
    except ValueError:
        return None


def _parse_decorated(cell: str) -> Decimal:
    if points_match := _POINTS.fullmatch(cell.lower()):
        return Decimal(points_match.group(1))
    if "," in cell and not _GROUPED.fullmatch(cell):
        raise ValueError(cell)
    bare = cell.replace(",", "").replace("$", "").replace("\u2212", "-")
    bare = "".join(bare.split()).strip("'")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    percent = bare.endswith("%")
    try:
        number = Decimal(bare.rstrip("%"))
    except InvalidOperation:
        raise ValueError(cell) from None
    return number.scaleb(-2) if percent else number


def parse_ccn(text: str) -> str | None:
    """A CMS certification number in six characters, leading zeros restored; else None."""
    cell = text.strip().strip("='\"").replace("-", "").upper()
    if cell.endswith(".0"):
        cell = cell[:-2]
    if cell.isdigit():
        cell = cell.zfill(6)
    return cell if _CCN.fullmatch(cell) else None


@lru_cache(maxsize=512)
def parse_date(text: str) -> dt.date | None:
    """A date as CMS writes it: ``1/1/14``, ``01/01/2018 12:00:00 AM``, ``2019-07-01``."""
    date_match = _DATE.match(text.strip())
    try:
        if date_match:
            month, day, year = (int(part) for part in date_match.groups())
            return dt.date(year + 2000 if year < 100 else year, month, day)
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
