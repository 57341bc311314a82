"""Reading our own CSV files and CMS's: decode, split, check each value, set rows aside.

Values are checked column by column; distinct values are few, so each is judged once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openvbc.claims.csv_values import Parse, Refused
from openvbc.claims.report import FileRows
from openvbc.errors import InputError, Place
from openvbc.input_file import LINE_LIMIT, LIST_LIMIT, content_of, in_words, too_large

OPEN_QUOTE = "a quote that is not closed on its line"
COLUMN_LIMIT = 4_096
"""Columns of a CSV file; CMS's widest table has some 400."""


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
    without: str = ""
    """What follows where the file does not have the column; empty where nothing of weight does."""


def optional(name: str, parse: Parse, meaning: str, example: str = "") -> CsvColumn:
    """A column that a file may lack, and a row may leave empty."""
    return CsvColumn(name, parse, meaning, example, required=False, filled=False)


@dataclass
class CsvRows:
    """The usable rows of a file, by column, with the line each stood on."""

    columns: dict[str, list[Any]]
    lines: list[int]
    entry: FileRows
    missing_columns: list[CsvColumn] = field(default_factory=list)
    other_columns: list[str] = field(default_factory=list)
    """Columns of the file that are not read."""


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
    if b"\0" in content[:4096]:
        raise InputError(
            "the file is not text: it holds null bytes",
            place=Place(file=path_name),
            action="save it again as CSV UTF-8",
            code="VBC-1002",
        )
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
            code="VBC-1003",
        )
    header, rows, lines = _split(name, text_of(name, content), entry)
    titles = [title.strip().strip('"').strip().lower() for title in header]
    places = {title: at for at, title in enumerate(titles)}
    doubled = [c.name for c in columns if titles.count(c.name.lower()) > 1]
    if doubled:
        raise InputError(
            f"the column {', '.join(doubled)} appears twice",
            place=Place(file=name, line=1),
            rule="each column is named once, so that there is no doubt which one counts",
            action="take one of them out",
            code="VBC-102",
        )
    missing = [c.name for c in columns if c.required and c.name.lower() not in places]
    if missing:
        raise _missing(name, missing, columns)
    reasons: list[str | None] = [None] * len(rows)
    values: dict[str, list[Any]] = {}
    absent: list[CsvColumn] = []
    width = len(header)
    cells = _by_column(rows, width)
    for column in columns:
        at = places.get(column.name.lower())
        if at is None:
            absent.append(column)
            values[column.name] = [None] * len(rows)
        else:
            values[column.name] = _column(column, cells[at], reasons)
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
    known = {column.name.lower() for column in columns}
    others = [title for title in titles if title not in known]
    return CsvRows(values, lines, entry, absent, others)


def _missing(name: str, missing: list[str], columns: list[CsvColumn]) -> InputError:
    return InputError(
        f"the file has no column {', '.join(missing)}",
        place=Place(file=name, line=1),
        rule=f"columns: {', '.join(c.name for c in columns)}",
        action="add the column, or correct its name in the first line",
        code="VBC-1004",
    )


def read_csv_file(path: Path, columns: Iterable[CsvColumn], table: str) -> CsvRows:
    """Read a CSV file on disk."""
    return read_csv(path.name, content_of(path, LIST_LIMIT), columns, table)


def _split(name: str, text: str, entry: FileRows) -> tuple[list[str], list[list[str]], list[int]]:
    """The cells of each line. No cell holds a line break, so a line is a row or is set aside.

    A quote that is not closed on its line would swallow those after it: that line alone is lost.
    """
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    delimiter = _delimiter(text)
    open_quotes: list[int] = []
    for number, line in enumerate(_lines(name, text), start=1):
        if not line.strip():
            continue
        cells = line.split(delimiter) if '"' not in line else _quoted(line, delimiter)
        if cells is None:
            if not header:
                raise _no_header(name, number)
            open_quotes.append(number)
        elif any(cell.strip() for cell in cells):
            if len(cells) > COLUMN_LIMIT:
                raise too_large(
                    name, f"{len(cells):,} columns", f"at most {COLUMN_LIMIT:,}", number
                )
            if header:
                rows.append(cells)
                lines.append(number)
            else:
                header = cells
    entry.records += len(open_quotes)
    entry.put_aside(OPEN_QUOTE, len(open_quotes), open_quotes)
    return header, rows, lines


def _lines(name: str, text: str) -> Iterator[str]:
    """The lines of a text, ended by a line feed, a carriage return or both."""
    start, number = 0, 1
    for end in _LINE_END.finditer(text):
        if end.start() - start > LINE_LIMIT:
            break
        yield text[start : end.start()]
        start, number = end.end(), number + 1
    if len(text) - start > LINE_LIMIT:
        raise too_large(name, f"a line of more than {in_words(LINE_LIMIT)}",
                        f"at most {in_words(LINE_LIMIT)} a line", number)  # fmt: skip
    yield text[start:]


_LINE_END = re.compile(r"\r\n|\n|\r")


def _quoted(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line with quotes; None where a quote is not closed or closes too early."""
    try:
        return next(csv.reader((line,), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _no_header(name: str, line: int) -> InputError:
    return InputError(
        "the line with the names of the columns has a quote that is not closed",
        place=Place(file=name, line=line),
        action="correct the first line",
        code="VBC-1005",
    )


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t|", key=first.count) if first else ","


def _by_column(rows: list[list[str]], width: int) -> Sequence[Sequence[str]]:
    """The texts of each column; a row of another width than the first line is filled or cut."""
    whole = (
        row if len(row) == width else [*row, *[""] * (width - len(row))][:width] for row in rows
    )
    return list(zip(*whole, strict=True)) or [()] * width


def _column(column: CsvColumn, raws: Sequence[str], reasons: list[str | None]) -> list[Any]:
    """The values of a column; each text is looked at once."""
    known = {raw: _value(column, raw.strip()) for raw in set(raws)}
    if any(reason is not None for _, reason in known.values()):
        for number, raw in enumerate(raws):
            reasons[number] = reasons[number] or known[raw][1]
    values = {raw: value for raw, (value, _) in known.items()}
    return [values[raw] for raw in raws]


def _value(column: CsvColumn, text: str) -> tuple[Any, str | None]:
    if text == "" or text.upper() in ("NULL", "~"):
        return None, f"no {column.name}" if column.filled else None
    try:
        return column.parse(text), None
    except Refused as refused:
        return None, f"{column.name}: {refused}"
