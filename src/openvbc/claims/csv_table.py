"""Reading our own CSV files and CMS's: decode, split, check each value, set rows aside.

Values are checked column by column; distinct values are few, so each is judged once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openvbc.claims.csv_values import Parse, Refused
from openvbc.claims.report import FileRows
from openvbc.errors import InputError, Place


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


def file_content(path: Path) -> bytes:
    """The whole of a file the project names; one that cannot be read stops the run in words."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror or type(error).__name__}",
            place=Place(file=str(path)),
            action="correct the path in the project file",
            code="VBC-101",
        ) from error


def read_csv_file(path: Path, columns: Iterable[CsvColumn], table: str) -> CsvRows:
    """Read a CSV file on disk."""
    return read_csv(path.name, file_content(path), columns, table)


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
