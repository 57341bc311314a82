"""Change one published value in a file, as its kind allows, and nothing else."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from openvbc.programs.published.compared_line import ComparedLine, Kind

UNITS = 37
"""Units of the last place by which a rate is changed; no rate to elect lies so far from another."""
AMOUNT = 100_000
"""A number above this is no rate."""
TURNED = {
    "1": "0",
    "0": "1",
    "Yes": "No",
    "No": "Yes",
    "yes": "no",
    "no": "yes",
    "Y": "N",
    "N": "Y",
}
_NUMBER = re.compile(r"-?[\d,]*\.?\d+")


def changed(text: str, kind: Kind, column: Iterable[str] = ()) -> str:
    """Another value of the same kind: the flag turned, the number moved well past tolerance, for a
    word another of its `column`."""
    if text.strip() in TURNED and kind in (Kind.FLAG, Kind.CODE):
        return TURNED[text.strip()]
    match = _NUMBER.search(text)
    if match is None and kind is Kind.CODE:
        return next(each for each in column if each.strip() not in ("", text.strip()))
    assert match, text
    number = Decimal(match.group().replace(",", ""))
    moved = {
        # Away from zero: a loss nearer to it may be one that unpublished revenue limits.
        Kind.MONEY: number + (-1 if number < 0 else 1) * _tenth(number),
        # Stars and points: two stars away, one point away, inside the scale.
        Kind.CODE: number - 2 if number > 3 else number + 2,
        Kind.COUNT: number - 1 if number > 0 else number + 1,
        Kind.RATE: _moved_rate(number),
    }[kind]
    return text[: match.start()] + format(moved, "f") + text[match.end() :]


def _moved_rate(number: Decimal) -> Decimal:
    """Some units of the last place down, or up where that would be below zero; an amount that a
    rate is computed from by a tenth."""
    step = UNITS * Decimal(1).scaleb(int(number.as_tuple().exponent))
    step = max(step, abs(number) / 10_000)
    if abs(number) > AMOUNT:
        return number + abs(number) / 10
    return number + step if 0 <= number < step else number - step


def _tenth(number: Decimal) -> Decimal:
    return max(abs(number) / 10, Decimal(1000)).quantize(Decimal(1))


def cells(path: Path) -> list[list[str]]:
    """The file's rows."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def write(path: Path, rows: list[list[str]]) -> Path:
    """Write rows as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def part(path: Path, folder: Path, keep: set[str]) -> Path:
    """The file with its heading rows and the rows of some contracts; whole if it names none."""
    rows = cells(path)
    named = [any(cell.strip() in keep for cell in row) for row in rows]
    if not any(named):
        return write(folder / path.name, rows)
    identifier = next(
        column
        for column in range(len(rows[0]) + 50)
        if any(
            n and column < len(r) and r[column].strip() in keep
            for n, r in zip(named, rows, strict=True)
        )
    )
    first = next(number for number, own in enumerate(named) if own)
    heading = next(
        number
        for number in range(first + 1)
        if number == first or _same_form(rows[number], identifier, rows[first][identifier])
    )
    return write(
        folder / path.name,
        [row for number, row in enumerate(rows) if number < heading or named[number]],
    )


def _same_form(row: list[str], column: int, identifier: str) -> bool:
    def form(text: str) -> str:
        return re.sub(r"\d", "9", re.sub(r"[A-Z]", "A", text.strip()))

    return column < len(row) and form(row[column]) == form(identifier)


def change_in_file(
    line: ComparedLine, row: int, folder: Path, *, alike: bool, by: int | None = None
) -> str:
    """Change the published value of a row in its file, a number `by` so much where that is told;
    `alike`: all equal ones of its column."""
    place = line.place(row)
    assert place.file, f"{line.label}: does not say where it is published"
    assert place.line, f"{line.label}: does not say where it is published"
    rows = cells(folder / place.file)
    where = _index(rows, place.line - 1, place.column, place.value)
    before = rows[place.line - 1][where]
    column = [each[where] for each in rows[1:] if where < len(each)]
    after = changed(before, line.kind, column) if by is None else str(Decimal(before) + by)
    for each in rows if alike else [rows[place.line - 1]]:
        if where < len(each) and each[where] == before:
            each[where] = after
    write(folder / place.file, rows)
    return f"{place}: {before} became {after}"


def _index(rows: list[list[str]], number: int, column: str | None, value: str | None) -> int:
    """The cell's column: headings may stand in several rows and are joined in a place."""
    fits = [
        index
        for index, cell in enumerate(rows[number])
        if value is None or cell.strip() == value.strip()
    ]
    for index in fits:
        above = [r[index].strip() for r in rows[:number] if index < len(r)]
        if column in above or " ".join(text for text in above if text).startswith(f"{column} "):
            return index
    raise AssertionError(f"no column {column!r} with {value!r}")
