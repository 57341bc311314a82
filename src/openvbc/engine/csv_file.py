"""The door to CSV: every table written for a person's spreadsheet goes through here.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tabulator or a carriage return would be run as
a formula by a spreadsheet; it gets an apostrophe before it. Numbers stay numbers.
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from openvbc.engine.private_files import writing

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAY_BE_FORMULA = re.compile(r'(?:^|[,"\n])[=+\-@\t\r]')
_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?")


class CsvWriter:
    """Rows of cells, each made safe for a spreadsheet."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._writer = csv.writer(stream, lineterminator="\n")

    def writerow(self, row: Iterable[object]) -> None:
        """Write one row."""
        self._writer.writerow([harmless(cell) for cell in row])

    def writerows(self, rows: Iterable[Iterable[object]]) -> None:
        """Write rows; cells are looked at one by one only where one of a batch may be a formula."""
        waiting = iter(rows)
        while batch := [tuple(row) for row in itertools.islice(waiting, 1000)]:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(batch)
            if _MAY_BE_FORMULA.search(text.getvalue()):
                for row in batch:
                    self.writerow(row)
            else:
                self._stream.write(text.getvalue())


@contextlib.contextmanager
def csv_file(path: Path) -> Iterator[CsvWriter]:
    """A CSV file, readable by its owner only, that appears when it is complete."""
    with writing(path) as stream:
        yield CsvWriter(stream)


def write_csv(path: Path, rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write rows given by column name, with a header."""
    with csv_file(path) as writer:
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row.get(column) for column in columns)


def as_it_was(cell: str) -> str:
    """A text of a CSV file of ours without the apostrophe that :func:`harmless` gave it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and len(cell) > 1 else cell


def harmless(cell: object) -> object:
    """A cell no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
