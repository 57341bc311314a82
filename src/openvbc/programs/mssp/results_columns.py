"""The columns of a results file as the settlement reads them: numbers, texts, tracks and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from openvbc.programs.mssp.results_numbers import Printed
from openvbc.programs.mssp.results_row import ResultsTable
from openvbc.programs.published.published_cell import is_missing, parse_date, plain
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import load_code_table

SETTLING = ("assigned_beneficiaries", "benchmark", "expenditures")
"""Numbers without which nothing can be settled."""

FLAGS = (
    "terminated", "received_mean", "quality_standard_met", "alternative_standard_met",
    "percentile_met", "reporting_incentive_met", "first_year_standard_met", "revenue_loss_limit",
    "guardrail", "reduced_sharing", "received_percentile",
)  # fmt: skip
"""Columns of 0 and 1."""


Read = TypeVar("Read")


@lru_cache
def track_codes() -> Mapping[str, str]:
    """How files print each track."""
    return {row["printed"]: row["track"] for row in load_code_table("mssp", "results_tracks")}


def read_once(cells: Sequence[str], read: Callable[[str], Read]) -> list[Read]:
    """Each cell read; one that stands often is read once."""
    known = {cell: read(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def printed_texts(
    published: PublishedTable, numbers: Mapping[str, Sequence[Decimal | None]]
) -> dict[str, list[str]]:
    """The columns that are no numbers, trimmed; empty where a value is missing.

    The quality score stands among both: a year of pay for reporting prints a word.
    """
    texts: dict[str, list[str]] = {}
    for (name, _), index in published.where.items():
        if name in {"person_count", "track_flag"}:
            continue
        if name not in numbers or name == "quality_score":
            texts[name] = read_once(
                published.columns[index], lambda c: "" if is_missing(c) else c.strip()
            )
    return texts


def scaled(
    values: Mapping[str, list[Decimal | None]],
    by_year: Mapping[int | None, Sequence[int]],
    printed: Mapping[int | None, Printed],
) -> dict[str, list[Decimal | None]]:
    """Number columns with percents made ratios; the quality score is there in any case."""
    columns: dict[str, list[Decimal | None]] = {}
    for name, column in values.items():
        if any(each.scale[name] for each in printed.values()):
            column = list(column)
            for year, rows in by_year.items():
                if not (scale := printed[year].scale[name]):
                    continue
                cells = [column[row] for row in rows]
                known = dict(zip(map(id, cells), cells, strict=True))
                moved = {
                    key: None if cell is None else cell.scaleb(scale) for key, cell in known.items()
                }
                for row, cell in zip(rows, cells, strict=True):
                    column[row] = moved[id(cell)]
        columns[name] = column
    columns.setdefault("quality_score", [None] * sum(len(rows) for rows in by_year.values()))
    return columns


def tracks_of_rows(table: ResultsTable) -> list[tuple[str, ...] | None]:
    """The tracks of each row: those flagged, or the one printed; None where it is no track's."""
    published = table.published
    flagged: list[tuple[str, ...] | None] = [()] * published.count
    for (name, item), index in published.where.items():
        if name == "track_flag":
            track = track_codes()[item]
            for row, cell in enumerate(published.columns[index]):
                if cell.strip() in {"1", "1.0"}:
                    flagged[row] = (*(flagged[row] or ()), track)

    def named(letter: str) -> tuple[str, ...] | None:
        if not letter:
            return ()
        codes = track_codes()
        track = codes.get(letter.lower()) or codes.get(plain(letter))
        return None if track is None else (track,)

    if "track_letter" not in table.texts:
        return flagged
    printed = read_once(table.texts["track_letter"], named)
    return [flags if own == () else own for own, flags in zip(printed, flagged, strict=True)]


def starts_of_rows(table: ResultsTable) -> list[dt.date | None]:
    """When the agreement of each row began; None where the file does not tell."""
    dated = "agreement_start" if "agreement_start" in table.texts else "initial_start"
    if dated not in table.texts:
        return [None] * table.published.count
    return read_once(table.texts[dated], lambda text: parse_date(text) if text else None)
