"""Tables as a user has them: a CSV file, rows as mappings, or an Arrow table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place, SetAside
from openvbc.input_file import no_csv, text_of

Rows = str | Path | Iterable[Mapping[str, Any]]
"""A path to a CSV file, an iterable of mappings, or anything with ``to_pylist`` (Arrow)."""


@dataclass
class Report:
    """What became of the rows of one table: rows in = rows used + rows set aside."""

    name: str
    rows_in: int = 0
    used: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    """Rows not used, by reason."""
    flagged: Counter[str] = field(default_factory=Counter)
    """Rows used, though something about them is worth knowing, by reason."""
    examples: list[SetAside] = field(default_factory=list)
    """The first place of every reason. Holds no identifier of a person."""

    def leave_out(self, reason: str, place: Place, detail: str = "") -> None:
        """Count a row that is not used."""
        self._remember(self.set_aside, reason, place, detail)

    def flag(self, reason: str, place: Place, detail: str = "") -> None:
        """Count a row that is used but odd."""
        self._remember(self.flagged, reason, place, detail)

    def _remember(self, counter: Counter[str], reason: str, place: Place, detail: str) -> None:
        if reason not in counter:
            self.examples.append(SetAside(reason, place, detail))
        counter[reason] += 1


def read_rows(
    table: Rows, name: str, needed: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows of a table as text, each with its place; column names in any case.

    Raises:
        InputError: the file cannot be read, a needed column is missing, or a column is not known.
    """
    if isinstance(table, str | Path):
        yield from _read_csv(Path(table), needed, known)
        return
    rows = table.to_pylist() if hasattr(table, "to_pylist") else table
    for number, row in enumerate(rows, start=1):
        text = {str(k).strip().lower(): _text(v) for k, v in row.items()}
        if number == 1:
            _check_columns(list(text), Place(name), needed, known)
        yield Place(name, number), text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value).strip()


def _read_csv(
    path: Path, needed: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[tuple[Place, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text_of(path), newline=""))
    try:
        header = [column.strip().lower() for column in next(reader, [])]
        _check_columns(header, Place(path.name, 1), needed, known)
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[len(header) :]):
                raise csv.Error("more cells than headings")
            cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
            yield Place(path.name, reader.line_num), dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise no_csv(path, error, reader.line_num) from error


def _check_columns(
    header: list[str], place: Place, needed: tuple[str, ...], known: tuple[str, ...]
) -> None:
    missing = [column for column in needed if column not in header]
    strange = [column for column in header if column not in known]
    if missing or strange:
        words = [f"there is no column {column}" for column in missing]
        words += [f"the column {column!r} is not known" for column in strange]
        raise InputError(
            f"the columns are wrong: {'; '.join(words)}",
            place=place,
            rule=f"columns are {', '.join(known)}; needed are {', '.join(needed)}",
            code="VBC-1068",
        )
