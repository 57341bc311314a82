"""The cells of a CSV or Excel file as text, row by row, with the line each row begins on.

Commas or tabs separate cells; a byte-order mark, UTF-16 and the Windows code page are understood.
Nothing is interpreted here: :mod:`openvbc.programs.published.published_file` finds headers and
numbers.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from openvbc.errors import ExtraMissing, InputError, Place
from openvbc.input_file import (
    LIST_LIMIT,
    MIB,
    content_of,
    in_words,
    no_csv,
    regular_file,
    too_large,
)

HEADER_WITHIN = 15
"""A header stands in one of the first so many rows."""
WORKBOOK_LIMIT = 512 * MIB
"""A workbook unpacked: CMS's largest published one has some 60 MiB."""
MOST_CELLS = 20_000_000
"""Cells of a sheet, empty ones in between too."""


def grids(path: Path) -> Iterator[list[list[str]]]:
    """The file's tables as text, row by row: one for a CSV, one a sheet for a workbook."""
    for _, _, rows in numbered_grids(path):
        yield rows


def named_grids(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """The file's tables, each with what a message calls it: the file, the sheet of a workbook."""
    for name, _, rows in numbered_grids(path):
        yield name, rows


def numbered_grids(path: Path) -> Iterator[tuple[str, list[int], list[list[str]]]]:
    """The file's tables: its name (with that of the sheet, where a workbook has several), the line
    on which every row begins (cells may have several), and the rows.
    """
    if path.is_dir():
        raise InputError("this is a folder, not a file", place=Place(str(path)), code="VBC-1050")
    if not path.exists():
        raise InputError("there is no such file", place=Place(str(path)), code="VBC-1037")
    regular_file(path)
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        sheets = list(_workbook(path))
        for title, sheet in sheets:
            source = f"{path.name}, sheet {title!r}" if len(sheets) > 1 else path.name
            yield source, list(range(1, len(sheet) + 1)), sheet
        return
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(path, text))
    lines: list[int] = []
    rows: list[list[str]] = []
    before = 0
    # Most cells of a wide file are alike (0, 1, empty): one text each, not one a cell.
    known: dict[str, str] = {}
    try:
        for row in reader:
            lines.append(before + 1)
            rows.append([known.setdefault(cell, cell) for cell in row])
            before = reader.line_num
    except csv.Error as error:
        raise no_csv(path, error, before + 1) from error
    yield path.name, lines, rows


def _text(path: Path) -> str:
    content = content_of(path, LIST_LIMIT)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise InputError(
            "not a text file", place=Place(path.name), action="give a CSV or XLSX", code="VBC-1052"
        )
    if not text.strip():
        raise InputError("the file is empty", place=Place(path.name), code="VBC-1053")
    return text


def _delimiter(path: Path, text: str) -> str:
    """Tab or comma; semicolons are refused.

    Where semicolons separate cells, a comma is a decimal one in the same file: what it means cannot
    be told from one cell.
    """
    head = [line for line in islice(io.StringIO(text), HEADER_WITHIN) if line.strip()]
    if 2 * sum("\t" in line for line in head) > len(head):
        return "\t"
    if 2 * sum(line.count(";") >= max(line.count(","), 1) for line in head) > len(head):
        raise InputError(
            "cells are separated by semicolons",
            place=Place(path.name),
            rule="commas or tabs separate cells, a full stop separates decimals",
            action="save it again as 'CSV (comma delimited)' with full stops for decimals",
            code="VBC-112",
        )
    return ","


def _workbook(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    try:
        import openpyxl
    except ImportError:
        raise ExtraMissing("excel", "reading an Excel workbook") from None
    try:
        _bounded(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(
            "not a readable Excel workbook", place=Place(path.name), code="VBC-1054"
        ) from error
    for sheet in book.worksheets:
        # What a sheet says of its size is not believed: millions of empty cells cost a minute.
        sheet.reset_dimensions()
        yield sheet.title, list(_rows(path.name, sheet))
    book.close()


def _rows(name: str, sheet: Any) -> Iterator[list[str]]:
    cells = 0
    for row in sheet.iter_rows():
        shown = [_shown(cell) for cell in row]
        cells += len(shown) + 1
        if cells > MOST_CELLS:
            raise too_large(name, f"more than {MOST_CELLS:,} cells", "so many in a sheet")
        yield shown


def _bounded(path: Path) -> None:
    """Refuse a workbook whose parts unpack beyond all measure, before one is opened."""
    with zipfile.ZipFile(path) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > WORKBOOK_LIMIT:
        raise too_large(path.name, f"{in_words(size)}, unpacked", in_words(WORKBOOK_LIMIT))


def _shown(cell: Any) -> str:
    """A workbook's cell as text; a number formatted as percent is shown in percent, as in a CSV."""
    value = cell.value
    if value is None:
        return ""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and str(cell.number_format or "").rstrip().endswith("%"):
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    return str(value)
