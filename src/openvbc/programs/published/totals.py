"""Programs whose contracts are settled from a row of totals each, in the program's own form.

No results of them are published, or none with all that is needed; so the file is the user's: a row
a contract, a column an input of the worksheet (:mod:`openvbc.programs.published.totals_form`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from openvbc.engine.csv_file import csv_file
from openvbc.errors import SetAside
from openvbc.programs.published.idle_columns import notes_of_idle_columns, results_of
from openvbc.programs.published.kept_rows import evaluate_kept, without_duplicates
from openvbc.programs.published.settling import FileProgram, Reading, Settled
from openvbc.programs.published.totals_form import (
    IDENTIFIER,
    TotalsForm,
    TotalsRow,
    incomplete,
    rows_of_forms,
)
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import Worksheet

TABLE, COLUMNS = "totals.csv", "columns.csv"
"""What a program over rows of totals begins: the table, and what its columns mean."""


class TotalsProgram(FileProgram[TotalsRow]):
    """A program over rows of totals: worksheet, choices and bounds say all that differs."""

    worksheet: ClassVar[Worksheet]
    year_of: ClassVar[str]
    """The input that tells the year: a year, or a date."""
    group: ClassVar[str] = ""
    """The text input that reports group by."""
    choices: ClassVar[Mapping[str, Sequence[str]]] = {}
    """What a text input may say, as rules and worksheet write it."""
    bounds: ClassVar[Mapping[str, tuple[Decimal | None, Decimal | None]]] = {}
    """Closed ranges of what can be meant; other numbers are zero or more."""
    must_come_out: ClassVar[Sequence[str]] = ()
    """Lines without which a row cannot be settled."""
    options = ()
    unit = "contract"
    begins: Sequence[str] = (TABLE, COLUMNS)

    @cached_property
    def form(self) -> TotalsForm:
        """The columns of its table."""
        inputs = tuple(self.worksheet.inputs.values())
        return TotalsForm(f"totals of {self.title}", inputs, self.choices, self.bounds)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """Rows of every file; each identifier and year once."""
        set_aside: list[SetAside] = []
        rows = [row for _, row in rows_of_forms(files, (self.form,), self.name, set_aside)]
        rows_in = len(rows) + len(set_aside)
        rows = without_duplicates(
            rows, lambda r: (r.identifier.lower(), r.values[self.year_of]),
            lambda r: r.printed_at(IDENTIFIER), "a contract that stands before", set_aside,
        )  # fmt: skip
        return Reading(rows, set_aside, rows_in=rows_in, title=f"{self.title}: settlement")

    def evaluate(self, reading: Reading[TotalsRow], rules: RuleSet) -> Settled[TotalsRow]:
        """The worksheet over the rows."""
        names = [n for n in self.worksheet.inputs if any(n in r.values for r in reading.rows)]
        rows, evaluation = evaluate_kept(
            self.worksheet,
            reading.rows,
            lambda kept: {name: [row.values.get(name) for row in kept] for name in names},
            rules,
            reading.set_aside,
            self._incomplete,
        )
        who = [
            ContractYear(
                row.identifier, _year(row.values[self.year_of]),
                str(row.values.get(self.group) or ""), row.name,
            )
            for row in rows
        ]  # fmt: skip
        return Settled(rows, Sheet(who, evaluation, about="safe"))

    def idle(self, settled: Settled[TotalsRow]) -> list[str]:
        """Columns that move nothing of a contract that gives them."""
        given = [row.values for row in settled.rows]
        return notes_of_idle_columns(settled.main, given, results_of(self.presentation))

    def begin(self, folder: Path) -> None:
        """An empty table of every column, and beside it what each column means."""
        with csv_file(folder / TABLE) as table:
            table.writerow([heading for heading, *_ in self.form.columns()])
        with csv_file(folder / COLUMNS) as table:
            table.writerow(["column", "meaning", "unit", "needed", "may be"])
            table.writerows(self.form.columns())

    def _incomplete(self, row: TotalsRow, evaluation: Evaluation, number: int) -> SetAside | None:
        return incomplete(self.must_come_out, row, evaluation, number)


def _year(value: int | dt.date) -> int:
    return value.year if isinstance(value, dt.date) else int(value)
