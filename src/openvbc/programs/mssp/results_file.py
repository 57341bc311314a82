"""Read CMS "Performance Year Financial and Quality Results" of the Shared Savings Program.

Columns are told by their headings (``rules/mssp/results_columns.csv``), whatever their order, case
or spelling; the year by its column, the file's name or the option ``year``. Rates are made ratios:
a column is printed in percent if its values cannot be ratios. Each row comes back as text and exact
numbers under our own field names, with its place in the file; rows that cannot be read are set
aside with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.mssp.results_checks import rows_set_aside
from openvbc.programs.mssp.results_columns import (
    FLAGS,
    printed_texts,
    read_once,
    scaled,
    starts_of_rows,
    track_codes,
    tracks_of_rows,
)
from openvbc.programs.mssp.results_numbers import how_printed, printed_numbers
from openvbc.programs.mssp.results_row import ResultsRow, ResultsTable, read_flag
from openvbc.programs.published.layout import Layout, layout_of_rules
from openvbc.programs.published.published_file import PublishedTable, read_tables

KIND = "Performance Year Financial and Quality Results file"

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_PERFORMANCE_YEAR = re.compile(r"py[ _-]?(20\d\d)(?!\d)", re.IGNORECASE)


@lru_cache
def results_layout() -> Layout:
    """The columns a results file may have, from the rules."""
    return layout_of_rules("mssp", "results_columns", KIND, "aco_id")


def read_results(path: Path, year: int | None = None) -> list[ResultsTable]:
    """Read a results file, every sheet of a workbook that is one.

    `year` says the performance year where the file does not tell it itself. Rows whose own column
    tells another year than `year` are set aside, not settled under the wrong rules; the year in
    the name of a file or sheet counts only where nothing else tells it, and is said where it is
    another.
    """
    return [_read_table(table, year) for table in read_tables(path, [results_layout()], "mssp")]


def _read_table(published: PublishedTable, year: int | None) -> ResultsTable:
    named = _year_of_name(published)
    if year is None and named is None and not published.has("year"):
        raise InputError(
            "the performance year is told neither by a column nor by the file's name",
            place=Place(published.source),
            rule="a column named year or performance_year, or a file name with one year in it",
            action="say it: --year 2019",
            code="VBC-1031",
        )
    count = published.count
    own = _own_years(published)
    told = [year or (mine if own is not None else named) for mine in own or [None] * count]
    read = printed_numbers(published)
    by_year: dict[int | None, list[int]] = {}
    for row, each in enumerate(told):
        by_year.setdefault(each, []).append(row)
    printed = {each: how_printed(published, read, rows) for each, rows in by_year.items()}
    texts = printed_texts(published, read.values)
    table = ResultsTable(
        published.path,
        [],
        list(published.set_aside),
        frozenset(name for name, _ in published.where),
        frozenset(track_codes()[item] for item in published.items("track_flag")),
        published,
        scaled(read.values, by_year, printed),
        texts,
        {name: read_once(texts[name], read_flag) for name in FLAGS if name in texts},
        None if own is not None else year or named,
        _other_years(published.source, named, {*told} - {None}),
    )
    tracks, starts = tracks_of_rows(table), starts_of_rows(table)
    wrong = rows_set_aside(table, read, told, tracks, starts)
    nothing = [""] * count
    identifiers, names = (texts.get(name, nothing) for name in ("aco_id", "aco_name"))
    identifiers = [each if each.isupper() else each.upper() for each in identifiers]
    for row, mine in enumerate(told):
        if year is not None and own is not None and own[row] not in (None, year):
            detail = f"the row is of {own[row]}, --year asks for {year}"
            where = published.place(row, "year")
            table.set_aside.append(SetAside("another year than asked for", where, detail))
        elif row in wrong or mine is None:
            table.set_aside.append(wrong[row])
        else:
            identifier = identifiers[row] or f"line {published.lines[row]}"
            table.rows.append(
                ResultsRow(
                    table, row, mine, identifier, names[row], tracks[row] or (), starts[row],
                    printed[mine].resolution,
                )
            )  # fmt: skip
    return table


def _own_years(published: PublishedTable) -> list[int | None] | None:
    """The year each row tells; None where the file has no such column."""
    if not published.has("year"):
        return None
    return read_once(published.column("year"), _year_of)


def _other_years(source: str, named: int | None, told: set[int | None]) -> Sequence[str]:
    """What is said where a file's name tells another year than the one it is taken for."""
    if named is None or not told or named in told:
        return ()
    years = ", ".join(str(each) for each in sorted(each for each in told if each))
    return (f"The name of {source} says {named}; its rows are taken for {years}.",)


def _year_of_name(published: PublishedTable) -> int | None:
    """The one year in the sheet's name, else in the file's."""
    sheet = published.source.removeprefix(published.path.name)
    for text in (sheet, published.path.stem):
        for pattern in (_PERFORMANCE_YEAR, _YEAR):
            years = set(pattern.findall(text))
            if len(years) == 1:
                return int(years.pop())
    return None


def _year_of(text: str) -> int | None:
    """The year a cell tells; of ``2012/2013``, the first performance year, the later."""
    years = _YEAR.findall(text)
    return int(max(years)) if years else None
