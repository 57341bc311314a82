"""Values in CSV files: what their text may be, and what it becomes.

Identifiers that a spreadsheet has damaged are repaired where the right form is certain (lost
leading zeros, a trailing ``.0``); where it is not, the value is refused and its row set aside.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openvbc.claims.null_dates import MEDICARE_BEGAN, NULL_DATES

Parse = Callable[[str], Any]


class Refused(ValueError):
    """A value that its column cannot hold; the message is the reason."""


def identifier(text: str) -> str:
    """A person's identifier as it stands, upper case, without the dashes of a printed card."""
    if text.startswith("-"):
        raise Refused("an identifier that begins with a dash")
    plain = text.lstrip("'").upper().replace("-", "")
    if not plain.isascii() or not plain.isprintable() or " " in plain or len(plain) > 64:
        raise Refused("not an identifier")
    if '"' in plain:
        raise Refused("an identifier that holds a quote")
    if _SCIENTIFIC.match(plain):
        raise Refused("damaged by a spreadsheet (a number in scientific notation)")
    if _DECIMAL.match(plain):
        raise Refused("damaged by a spreadsheet (a number with decimals)")
    if plain in _NOBODY or not plain.strip("0?.*#_/"):
        raise Refused("a word that stands for nobody")
    return plain


_DECIMAL = re.compile(r"^\d+\.\d+$")
_NOBODY = frozenset(("N/A", "NA", "#N/A", "NONE", "NAN", "NIL", "UNKNOWN", "UNK", "TBD"))
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+\d+$", re.IGNORECASE)
_FRACTION = re.compile(r"\.0+$")


def _digits(width: int, name: str, least: int) -> Parse:
    def parse(text: str) -> str:
        if _SCIENTIFIC.match(text):
            raise Refused("damaged by a spreadsheet (a number in scientific notation)")
        plain = _FRACTION.sub("", text).replace("-", "").lstrip("'=\"").rstrip('"').strip()
        if not (plain.isascii() and plain.isdigit()):
            raise Refused(f"not a {name}")
        if len(plain) > width or len(plain) < least:
            raise Refused(f"a {name} has {width} digits")
        return plain.zfill(width)

    return parse


tin = _digits(9, "taxpayer number", 5)
"""Nine digits; leading zeros that a spreadsheet removed are restored."""
npi = _digits(10, "national provider identifier", 10)


def ccn(text: str) -> str:
    """A CMS certification number: six characters; lost leading zeros are restored."""
    if _SCIENTIFIC.match(text):
        raise Refused("damaged by a spreadsheet (a number in scientific notation)")
    plain = _FRACTION.sub("", text).lstrip("'=\"").rstrip('"').strip().upper()
    digits = sum(character.isdigit() for character in plain)
    if not plain.isascii() or not plain.isalnum() or not 4 <= len(plain) <= 6 or digits < 2:
        raise Refused("a certification number has six characters")
    return plain.zfill(6)


def county(text: str) -> str:
    """Five-digit FIPS state and county, or FOREIGN."""
    if text.upper() == "FOREIGN":
        return "FOREIGN"
    plain = _FRACTION.sub("", text).lstrip("'")
    if not (plain.isascii() and plain.isdigit()) or not 4 <= len(plain) <= 5:
        raise Refused("a county has five digits (FIPS), or is FOREIGN")
    return plain.zfill(5)


def date(text: str) -> dt.date | None:
    """YYYY-MM-DD, YYYY/MM/DD, YYYYMMDD or MM/DD/YYYY; none for :data:`NULL_DATES`."""
    plain = text.split(" ")[0].split("T")[0]
    if len(plain) == 5 and plain.isdigit():
        raise Refused("a number where a date belongs (a spreadsheet's day count)")
    try:
        if "/" in plain:
            first, second, third = plain.split("/")
            if len(first) == 4:
                third, first, second = first, second, third
            calendar_day = dt.date(int(third), int(first), int(second))
        elif len(plain) == 8 and plain.isdigit():
            calendar_day = dt.date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        else:
            calendar_day = dt.date.fromisoformat(plain)
    except (ValueError, OverflowError):
        raise Refused("a date that does not exist") from None
    if calendar_day.isoformat() in NULL_DATES:
        return None
    if not 1850 <= calendar_day.year <= 2199:
        raise Refused("a date that does not exist")
    return calendar_day


def since(text: str) -> dt.date:
    """A date from which something holds; a filler or a day before Medicare began is that day."""
    return max(date(text) or MEDICARE_BEGAN, MEDICARE_BEGAN)


def year(text: str) -> int:
    """A calendar or performance year."""
    plain = _FRACTION.sub("", text)
    if (
        not (plain.isascii() and plain.isdigit() and len(plain) == 4)
        or not 1990 <= int(plain) <= 2100
    ):
        raise Refused("not a year")
    return int(plain)


def number(text: str) -> Decimal:
    """An exact number; thousands separators and a currency sign are allowed."""
    plain = text.replace("$", "").strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    if "," in plain:
        if not _THOUSANDS.match(plain):
            raise Refused("a comma that does not separate thousands")
        plain = plain.replace(",", "")
    if not _NUMBER.match(plain):
        raise Refused("text where a number belongs")
    exact_number = Decimal(plain)
    if exact_number.adjusted() >= 20:
        raise Refused("text where a number belongs")
    return exact_number


_THOUSANDS = re.compile(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$", re.ASCII)
_NUMBER = re.compile(r"^[-+]?(\d{1,25}(\.\d{0,25})?|\.\d{1,25})(E[-+]?\d{1,2})?$", re.I | re.ASCII)


def score(text: str) -> Decimal:
    """A risk score: up to 14 decimals are kept, as CMS gives them."""
    risk_score = number(text)
    if risk_score < 0 or risk_score >= 1000:
        raise Refused("not a risk score")
    return risk_score.quantize(Decimal(1).scaleb(-14), rounding=ROUND_HALF_UP)


def money(text: str) -> Decimal:
    """Dollars and cents."""
    dollar_amount = number(text)
    if dollar_amount != dollar_amount.quantize(Decimal("0.01")):
        raise Refused("an amount with more than two decimals")
    if abs(dollar_amount) >= Decimal(10) ** 10:
        raise Refused("an amount of ten billion dollars or more")
    return dollar_amount.quantize(Decimal("0.01"))


def flag(text: str) -> bool:
    """Yes or no."""
    known = {"1": True, "0": False, "Y": True, "N": False, "YES": True, "NO": False,
             "TRUE": True, "FALSE": False, "T": True, "F": False}  # fmt: skip
    plain = _FRACTION.sub("", text).upper()
    if plain not in known:
        raise Refused("neither yes nor no")
    return known[plain]


def one_of(*values: str) -> Parse:
    """One of a few words, in any case."""
    known = {value.upper(): value for value in values}

    def parse(text: str) -> str:
        plain = text.upper().replace(" ", "_").replace("-", "_")
        if plain not in known:
            raise Refused(f"not one of {', '.join(values)}")
        return known[plain]

    return parse


def word(text: str) -> str:
    """Free text of one line."""
    if len(text) > 200 or not text.isprintable():
        raise Refused("not a plain word")
    return text


def organization(text: str) -> str:
    """Identifier of an organisation, upper case."""
    return word(text).upper()


def code(width: int) -> Parse:
    """A code of fixed width; lost leading zeros are restored."""

    def parse(text: str) -> str:
        plain = _FRACTION.sub("", text).upper()
        if not plain.isascii() or len(plain) > width:
            raise Refused(f"a code of {width} characters")
        return plain.zfill(width) if plain.isdigit() else plain

    return parse


def specialty(text: str) -> str:
    """A CMS provider specialty: 01 to 99, or a letter from A to E and a digit."""
    specialty_code: str = code(2)(text)
    if specialty_code == "00" or not _SPECIALTY.match(specialty_code):
        raise Refused("not a CMS provider specialty")
    return specialty_code


_SPECIALTY = re.compile(r"^[0-9A-E][0-9]$", re.ASCII)
