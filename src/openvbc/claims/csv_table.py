"""Reading our own CSV files and CMS's: decode, split, check each value, set rows aside.

Values are checked column by column; distinct values are few, so each is judged once. Identifiers
that a spreadsheet has damaged are repaired where the right form is certain (lost leading zeros, a
trailing ``.0``), else their row is set aside.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openvbc.claims.report import FileRows
from openvbc.errors import InputError, Place

Parse = Callable[[str], Any]


class Refused(ValueError):
    """A value that its column cannot hold; the message is the reason."""


@dataclass(frozen=True)
class CsvColumn:
    """A column of a CSV file: how its text is read, and whether it may be absent or empty."""

    name: str
    parse: Parse
    meaning: str
    example: str
    required: bool = True
    """Whether the file must have the column."""
    filled: bool = True
    """Whether every row must have a value."""


@dataclass
class CsvRows:
    """The usable rows of a file, by column, with the line each stood on."""

    columns: dict[str, list[Any]]
    lines: list[int]
    entry: FileRows
    missing_columns: list[str] = field(default_factory=list)


def text_of(path_name: str, content: bytes) -> str:
    """Decode: UTF-8 with or without mark, UTF-16 with mark, else Windows-1252 as Excel saves."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise InputError(
                "the file says it is UTF-16 but is damaged",
                place=Place(file=path_name),
                action="save it again as CSV UTF-8",
                code="VBC-103",
            ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_csv(name: str, content: bytes, columns: Iterable[CsvColumn], table: str) -> CsvRows:
    """Read a CSV file against its columns. Header names are matched without case or quotes."""
    columns = list(columns)
    entry = FileRows(name, table)
    if content.startswith(b"PK\x03\x04"):
        raise InputError(
            "the file is an Excel workbook or a zip, not CSV",
            place=Place(file=name),
            action="save the sheet as CSV UTF-8",
            code="VBC-103",
        )
    text = text_of(name, content)
    limit = csv.field_size_limit(1 << 30)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        header, rows, lines = _split(reader, entry)
    finally:
        csv.field_size_limit(limit)
    places = {title.strip().strip('"').strip().lower(): at for at, title in enumerate(header)}
    missing = [c.name for c in columns if c.required and c.name.lower() not in places]
    if missing:
        raise InputError(
            f"the file has no column {', '.join(missing)}",
            place=Place(file=name, line=1),
            rule=f"columns: {', '.join(c.name for c in columns)}",
            action="add the column, or correct its name in the first line",
            code="VBC-102",
        )
    reasons: list[str | None] = [None] * len(rows)
    values: dict[str, list[Any]] = {}
    absent = []
    for column in columns:
        at = places.get(column.name.lower())
        if at is None:
            absent.append(column.name)
            values[column.name] = [None] * len(rows)
        else:
            values[column.name] = _column(column, at, rows, reasons)
    width = len(header)
    for number, row in enumerate(rows):
        if len(row) != width and not (len(row) > width and not any(row[width:])):
            reasons[number] = "a row with more or fewer values than the first line"
    kept = [number for number, reason in enumerate(reasons) if reason is None]
    entry.records += len(rows)
    entry.used = len(kept)
    if len(kept) < len(rows):
        by_reason: dict[str, list[int]] = {}
        for number, reason in enumerate(reasons):
            if reason is not None:
                by_reason.setdefault(reason, []).append(lines[number])
        for reason, where in by_reason.items():
            entry.put_aside(reason, len(where), where)
        values = {name: [column[n] for n in kept] for name, column in values.items()}
        lines = [lines[n] for n in kept]
    return CsvRows(values, lines, entry, absent)


def read_csv_file(path: Path, columns: Iterable[CsvColumn], table: str) -> CsvRows:
    """Read a CSV file on disk."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror or type(error).__name__}",
            place=Place(file=str(path)),
            action="correct the path in the project file",
            code="VBC-101",
        ) from error
    return read_csv(path.name, content, columns, table)


def _split(reader: Any, entry: FileRows) -> tuple[list[str], list[list[str]], list[int]]:
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = row
                continue
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error:
        entry.records += 1
        entry.put_aside("a line that is no CSV", 1, [reader.line_num])
    return header, rows, lines


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t|", key=first.count) if first else ","


def _column(
    column: CsvColumn, at: int, rows: list[list[str]], reasons: list[str | None]
) -> list[Any]:
    known: dict[str, tuple[Any, str | None]] = {}
    found: list[Any] = []
    for number, row in enumerate(rows):
        raw = row[at] if at < len(row) else ""
        hit = known.get(raw)
        if hit is None:
            hit = known[raw] = _value(column, raw.strip())
        value, reason = hit
        if reason is not None and reasons[number] is None:
            reasons[number] = reason
        found.append(value)
    return found


def _value(column: CsvColumn, text: str) -> tuple[Any, str | None]:
    if text == "" or text.upper() in ("NULL", "~"):
        return None, f"no {column.name}" if column.filled else None
    try:
        return column.parse(text), None
    except Refused as refused:
        return None, f"{column.name}: {refused}"


def identifier(text: str) -> str:
    """A person's identifier as it stands, upper case, without the dashes of a printed card."""
    plain = text.upper().replace("-", "")
    if not plain.isascii() or not plain.isprintable() or " " in plain or len(plain) > 64:
        raise Refused("not an identifier")
    if _SCIENTIFIC.match(plain):
        raise Refused("damaged by a spreadsheet (a number in scientific notation)")
    return plain


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
    if not plain.isascii() or not plain.isalnum() or not 4 <= len(plain) <= 6:
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
    """YYYY-MM-DD or MM/DD/YYYY; the filler dates 1000-01-01 and 9999-12-31 are none."""
    plain = text.split(" ")[0].split("T")[0]
    try:
        if "/" in plain:
            month, day, year = plain.split("/")
            found = dt.date(int(year), int(month), int(day))
        elif len(plain) == 8 and plain.isdigit():
            found = dt.date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        else:
            found = dt.date.fromisoformat(plain)
    except ValueError:
        raise Refused("a date that does not exist") from None
    if found in (dt.date(1000, 1, 1), dt.date(9999, 12, 31)):
        return None
    if not 1850 <= found.year <= 2199:
        raise Refused("a date that does not exist")
    return found


def year(text: str) -> int:
    """A calendar or performance year."""
    plain = _FRACTION.sub("", text)
    if not (plain.isascii() and plain.isdigit()) or not 1990 <= int(plain) <= 2100:
        raise Refused("not a year")
    return int(plain)


def number(text: str) -> Decimal:
    """An exact number; thousands separators and a currency sign are allowed."""
    plain = text.replace(",", "").replace("$", "").strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise Refused("text where a number belongs") from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 20:
        raise Refused("text where a number belongs")
    return found


def score(text: str) -> Decimal:
    """A risk score: up to 14 decimals are kept, as CMS gives them."""
    found = number(text)
    if abs(found) >= 1000:
        raise Refused("not a risk score")
    return found.quantize(Decimal(1).scaleb(-14), rounding=ROUND_HALF_UP)


def money(text: str) -> Decimal:
    """Dollars and cents."""
    found = number(text)
    if found != found.quantize(Decimal("0.01")):
        raise Refused("an amount with more than two decimals")
    if abs(found) >= Decimal(10) ** 10:
        raise Refused("an amount of ten billion dollars or more")
    return found.quantize(Decimal("0.01"))


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


def code(width: int) -> Parse:
    """A code of fixed width; lost leading zeros are restored."""

    def parse(text: str) -> str:
        plain = _FRACTION.sub("", text).upper()
        if not plain.isascii() or len(plain) > width:
            raise Refused(f"a code of {width} characters")
        return plain.zfill(width) if plain.isdigit() else plain

    return parse
