"""The cells of a CSV or Excel file as text, row by row, with the line each row begins on.

What a file is, its content tells: a table, a workbook, or an archive of them as CMS publishes them.
Commas or tabs separate cells; a byte-order mark, UTF-16 and the Windows code page are understood.
Nothing is interpreted here: :mod:`openvbc.programs.published.published_file` finds headers and
numbers.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from openvbc.errors import ExtraMissing, InputError, Place
from openvbc.input_file import LIST_LIMIT, MIB, content_of, in_words, no_csv, too_large
from openvbc.programs.published.file_columns import columns_below

HEADER_WITHIN = 15
"""A header stands in one of the first so many rows."""
WORKBOOK_LIMIT = 512 * MIB
"""A workbook unpacked: CMS's largest published one has some 60 MiB."""
MOST_CELLS = 20_000_000
"""Cells of a sheet, empty ones in between too."""


def grids(path: Path) -> Iterator[list[list[str]]]:
    """The file's tables as text, row by row: one for a CSV, one a sheet for a workbook."""
    for _, rows in named_grids(path):
        yield rows


def named_grids(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """The file's tables, each with what a message calls it: the file, the sheet of a workbook."""
    for name, rows in numbered_rows(path):
        yield name, [cells for _, cells in rows]


def heads(path: Path) -> Iterator[list[list[str]]]:
    """The first rows of each of the file's tables, in which a header stands."""
    for _, rows in numbered_rows(path):
        yield [cells for _, cells in islice(rows, HEADER_WITHIN)]


Rows = Iterable[tuple[int, list[str]]]
"""Rows of a table, each with the line on which it begins."""


def numbered_rows(path: Path) -> Iterator[tuple[str, Rows]]:
    """The file's tables one after the other: its name (with that of the sheet or of the file in an
    archive, where there are several), and its rows, each with the line on which it begins.

    A row is made when it is asked for: a wide table is never held whole.
    """
    if path.is_dir():
        raise InputError("this is a folder, not a file", place=Place(str(path)), code="VBC-1050")
    if not path.exists():
        raise InputError("there is no such file", place=Place(str(path)), code="VBC-1037")
    yield from _tables(path.name, content_of(path, LIST_LIMIT))


def _tables(name: str, content: bytes) -> Iterator[tuple[str, Rows]]:
    """The tables of a file's content, which tells what it is: a name may be wrong."""
    if content.startswith(_ZIPPED):
        members = _members(name, content)
        if members is None:
            sheets = list(_workbook(name, content))
            for title, sheet in sheets:
                source = f"{name}, sheet {title!r}" if len(sheets) > 1 else name
                yield source, enumerate(sheet, start=1)
            return
        for member, inner in members:
            yield from _tables(f"{name}, {member}" if len(members) > 1 else name, inner)
        return
    if content.startswith(_OLD_WORKBOOK) or name.lower().endswith((".xlsx", ".xlsm")):
        raise _no_workbook(name)
    yield name, CsvRows(name, content)


_ZIPPED = b"PK\x03\x04"
_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
_TABLES = (".csv", ".txt", ".xlsx", ".xlsm", ".tsv")


def _members(name: str, content: bytes) -> list[tuple[str, bytes]] | None:
    """The tables in an archive; None where the content is a workbook, which is an archive too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [i.filename for i in archive.infolist() if not i.is_dir()]
            if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
                return None
            wanted = [i for i in archive.infolist() if i.filename.lower().endswith(_TABLES)]
            wanted = [i for i in wanted if not i.filename.startswith("__MACOSX/")]
            size = sum(i.file_size for i in wanted)
            if size > LIST_LIMIT:
                raise too_large(
                    name, f"{in_words(size)} unpacked", f"at most {in_words(LIST_LIMIT)}"
                )
            members = [(Path(i.filename).name, archive.read(i)) for i in wanted]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise InputError(
            "not a readable archive", place=Place(name),
            action="unpack it, and name the tables that are in it", code="VBC-1311",
        ) from error  # fmt: skip
    if not members:
        raise InputError(
            "the archive holds no table", place=Place(name),
            rule=f"a table is a file ending in {', '.join(_TABLES)}",
            action="name the tables themselves", code="VBC-1312",
        )  # fmt: skip
    return members


class CsvRows:
    """The rows of a CSV, each with the line on which it begins; cells may have several lines."""

    def __init__(self, name: str, content: bytes) -> None:
        self._name, self._content = name, content
        self._encoding = _encoding(name, content)
        # Decoded as it is read: the text of a large file is never held whole.
        text = io.TextIOWrapper(io.BytesIO(content), self._encoding, errors="replace", newline="")
        head = [line for line in islice(text, HEADER_WITHIN) if line.strip()]
        self._delimiter = _delimiter(name, head)
        text.seek(0)
        self._rows = self._numbered(text)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return self._rows

    def _numbered(self, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(text, delimiter=self._delimiter)
        before = 0
        try:
            for row in reader:
                yield before + 1, row
                before = reader.line_num
        except csv.Error as error:
            raise no_csv(Path(self._name), error, before + 1) from error

    def columns_below(
        self, line: int, width: int, indexes: Sequence[int]
    ) -> list[list[str]] | None:
        """Columns below a heading's line, of which each line is a row; None where one is not."""
        if self._encoding not in _BY_COLUMN:
            return None
        return columns_below(self._content, self._delimiter, line, width, indexes)


_BY_COLUMN = ("ascii", "utf-8-sig")


def _encoding(name: str, content: bytes) -> str:
    """UTF-16 or UTF-8 by its byte-order mark, UTF-8 where it is, else the Windows code page."""
    if not content or content.isspace():
        raise InputError("the file is empty", place=Place(name), code="VBC-1053")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in content:
        raise InputError(
            "not a text file", place=Place(name), action="give a CSV or XLSX", code="VBC-1052"
        )
    if content.isascii():
        return "ascii"  # what nearly every file is, read quickest
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(name: str, head: list[str]) -> str:
    """Tab or comma; semicolons are refused.

    Where semicolons separate cells, a comma is a decimal one in the same file: what it means cannot
    be told from one cell.
    """
    if 2 * sum("\t" in line for line in head) > len(head):
        return "\t"
    if 2 * sum(line.count(";") >= max(line.count(","), 1) for line in head) > len(head):
        raise InputError(
            "cells are separated by semicolons",
            place=Place(name),
            rule="commas or tabs separate cells, a full stop separates decimals",
            action="save it again as 'CSV (comma delimited)' with full stops for decimals",
            code="VBC-112",
        )
    return ","


def _no_workbook(name: str) -> InputError:
    return InputError(
        "not a readable Excel workbook",
        place=Place(name),
        action="save it again as .xlsx or as CSV",
        code="VBC-1054",
    )


def _workbook(name: str, content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    try:
        import openpyxl
    except ImportError:
        raise ExtraMissing("excel", "reading an Excel workbook") from None

    try:
        _bounded(name, content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _no_workbook(name) from error
    for sheet in book.worksheets:
        # What a sheet says of its size is not believed: millions of empty cells cost a minute.
        sheet.reset_dimensions()
        yield sheet.title, list(_rows(name, sheet))
    book.close()


def _rows(name: str, sheet: Any) -> Iterator[list[str]]:
    cells = 0
    for row in sheet.iter_rows():
        shown = [_shown(cell) for cell in row]
        cells += len(shown) + 1
        if cells > MOST_CELLS:
            raise too_large(name, f"more than {MOST_CELLS:,} cells", "so many in a sheet")
        yield shown


def _bounded(name: str, content: bytes) -> None:
    """Refuse a workbook whose parts unpack beyond all measure, before one is opened."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > WORKBOOK_LIMIT:
        raise too_large(name, f"{in_words(size)}, unpacked", in_words(WORKBOOK_LIMIT))


def _shown(cell: Any) -> str:
    """A workbook's cell as text; a number formatted as percent is shown in percent, as in a CSV."""
    value = cell.value
    if value is None:
        return ""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and str(cell.number_format or "").rstrip().endswith("%"):
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    return str(value)
