"""How values are written for people, by unit; small counts hidden in reports for others."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

SMALLEST_SHOWN_COUNT = 11
"""Counts of people from 1 to 10 are hidden in reports meant for others (CMS cell size policy)."""

HIDDEN = "hidden"
"""What a report for others shows instead."""


def show(value: Any, unit: str = "") -> str:
    """A value as text: thousands separated, USD whole, per capita in cents, ratios in percent.

    Missing is an en dash. Rounding here is for display only (half up); computed values keep theirs.
    """
    if value is None or value != value:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, int | float | Decimal):
        return str(value)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if unit == "USD":
        return _money(number, 0 if abs(number) >= 1000 or number == int(number) else 2)
    if unit.startswith("USD"):
        return _money(number, 2)
    if unit == "ratio":
        return _signed(number * 100, 2) + "%"
    if unit == "percent":
        return _signed(number, 2) + "%"
    if unit == "year":
        return str(int(number))
    if unit == "factor":
        return _signed(number, 4)
    if unit == "stars" and number * 2 == (number * 2).to_integral_value():
        return _signed(number, 1)
    if number == number.to_integral_value():
        return _signed(number, 0)
    return _signed(number, 4)


def show_short(value: Any, unit: str = "") -> str:
    """A value for a chart label or a card: large USD in millions or billions, the rest in full."""
    if unit.startswith("USD") and isinstance(value, int | Decimal) and value == value:
        for size, letter in ((10**9, "B"), (10**6, "M")):
            scaled = Decimal(value) / size
            if abs(scaled) >= 1:
                return f"{_money(scaled, 2)}{letter}"
    return show(value, unit)


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _signed(number: Decimal, places: int, before: str = "") -> str:
    """The number with a minus sign (not a hyphen) ahead of what stands before it; zero has none."""
    rounded = _rounded(number, places)
    sign = "−" if rounded < 0 else ""
    return f"{sign}{before}{abs(rounded):,.{places}f}"


def _money(number: Decimal, places: int) -> str:
    return _signed(number, places, "$")


def exact(value: Any) -> str:
    """A value in full, for tracing: no separators, nothing rounded."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def more_exactly(value: Any, unit: str = "") -> str:
    """The value in full where :func:`show` tells less of it; else nothing."""
    if isinstance(value, bool):
        return ""
    shown, full = show(value, unit), exact(value)
    digits = "".join(c for c in shown.replace("−", "-") if c in "-.0123456789")
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "" if full in (shown, digits, plain) else full


_NAMES = ("ACO", "ESRD", "Medicare", "Medicare Advantage", "Part A and B", "United States")
"""Names that keep their capitals inside the words of a code."""


def in_words(code: str, *, begins: bool = True) -> str:
    """A code of ours in words: ``STEP_1_PLURALITY_ELSEWHERE`` is Step 1 plurality elsewhere.

    Where a cell begins with small and capital letters, they are a name's and stay: ``A9016``.

    Args:
        code: words joined by underscores.
        begins: whether the words begin a sentence or a cell.
    """
    text = code.replace("_", " ")
    if text.isupper() or not begins:
        text = text.lower()
    for name in _NAMES:
        text = re.sub(rf"\b{name}\b", name, text, flags=re.IGNORECASE)
    return capitalised(text) if begins else text


def capitalised(text: str) -> str:
    """Words as a heading begins: the first letter large, all others as they are."""
    return text[:1].upper() + text[1:]
