"""Open gaps of a quality run and of a risk review, as rows of the gap list."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openvbc.engine.table import Value
from openvbc.errors import InputError, Place
from openvbc.input_file import rows_of_csv
from openvbc.programs.care.care_file import CareFile

FILE = "gaps.csv"
QUALITY = ("Person", "Title", "What is there", "What would close it", "By")
RISK = ("person_id", "kind", "diagnosis_code", "rule", "evidence_claim")
Row = tuple[Value, ...]


def other_gaps(file: CareFile) -> list[Row]:
    """Rows of the small table ``given_gap``; a person is named as the other program names them.

    Raises:
        InputError: a folder has no gaps, or its file lacks a column.
    """
    year_end = dt.date(file.as_of.year, 12, 31)
    rows: list[Row] = []
    for row in _rows(file.quality, QUALITY):
        day = dt.date.fromisoformat(row["By"])
        who, title, there, closes = (row[name] for name in QUALITY[:4])
        rows.append((who, "QUALITY", title, there, closes, day, None))
    for row in _rows(file.risk, RISK):
        gap = f"{row['kind'].lower()}: {row['diagnosis_code']}"
        rows.append((row["person_id"], "RISK", gap, row["rule"],
                     "look for the condition at the next visit", year_end,
                     row["evidence_claim"] or None))  # fmt: skip
    return rows


def _rows(folder: Path | None, columns: tuple[str, ...]) -> list[dict[str, str]]:
    if folder is None:
        return []
    path = folder / FILE
    if not path.is_file():
        raise InputError(
            "this folder holds no open gaps",
            place=Place(str(path)),
            action="name the folder 'vbc quality' or 'vbc risk' wrote, or take the key out",
            code="VBC-10904",
        )
    heads, rows = rows_of_csv(path)
    missing = [name for name in columns if name not in heads]
    if missing:
        raise InputError(
            f"the gaps lack a column {', '.join(missing)}",
            place=Place(path.name, 1),
            action="make them again: vbc quality, or vbc risk",
            code="VBC-10905",
        )
    return [row for _, row in rows]
