"""The rows of a list of the user's that is used whole: any row that cannot be used is an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openvbc.claims.csv_table import CsvRows, read_csv_file
from openvbc.claims.own_files import OwnFile, refuse_other_columns
from openvbc.errors import EmptyResult, InputError, Place

Row = Mapping[str, Any]


def rows_of(path: Path, form: OwnFile) -> list[tuple[int, Row]]:
    """Rows of a list with their lines.

    Raises:
        InputError: a row cannot be used. EmptyResult: there is none.
    """
    csv_rows: CsvRows = read_csv_file(path, form.columns, form.table)
    for reason, lines in csv_rows.entry.lines.items():
        raise InputError(
            f"a row of {form.name} cannot be used: {reason}",
            place=Place(path.name, lines[0] if lines else None),
            rule="the list is used whole: a row left out moves money",
            action="correct the row",
            code="VBC-1101",
        )
    known = ", ".join(column.name for column in form.columns)
    refuse_other_columns(csv_rows, form, path, f"columns: {known}")
    if not csv_rows.lines:
        raise EmptyResult(
            f"{form.name} has no rows", place=Place(path.name), action="give its rows",
            code="VBC-6015",
        )  # fmt: skip
    names = list(csv_rows.columns)
    rows = zip(*csv_rows.columns.values(), strict=True)
    return [
        (line, dict(zip(names, row, strict=True)))
        for line, row in zip(csv_rows.lines, rows, strict=True)
    ]
