"""Programs whose contracts are settled from a row of totals each, in the program's own form.

No results of them are published, or none with all that is needed; so the file is the user's: a row
a contract, a column an input of the worksheet, headed by the input's name or label. What a row says
is understood or the row is set aside with field, value and rule; a heading that is no input is an
error, because it could be a misspelt one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.kept_rows import evaluate_kept, without_duplicates
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.published_cell import plain
from openvbc.programs.published.published_file import PublishedTable, read_tables
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.line import Input
from openvbc.worksheets.kernel.worksheet import Worksheet

FLAGS = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
IDENTIFIER, NAME = "identifier", "name"
WHO = "contract|plan|provider|entity|aco|practice|hospital|group"
"""What a row is of, as a heading calls it."""
ANY: tuple[None, None] = (None, None)
"""Bounds of an amount that may be negative."""


@dataclass(frozen=True)
class TotalsRow:
    """One contract's row, its values by input."""

    place: Place
    identifier: str
    name: str
    values: Mapping[str, Any]
    table: PublishedTable = field(repr=False, compare=False)
    number: int = 0

    def printed_at(self, name: str) -> Place:
        """Where a value of this row stands."""
        return self.table.place(self.number, name)


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

    @cached_property
    def layout(self) -> Layout:
        """The columns: identifier, name, and every input by its name or label."""
        found = [
            Column(IDENTIFIER, f"identifier|{WHO}|aco id", "text", True, "identifier"),
            Column(NAME, f"name|(?:{WHO}) name", "text"),
        ]
        for each in self.worksheet.inputs.values():
            words = plain(each.name.replace("_", " "))
            kind = "text" if each.unit in {"text", "flag", "date"} else "number"
            found.append(
                Column(
                    each.name, f"{words}|{plain(each.label)}", kind,  # type: ignore[arg-type]
                    required=not each.optional, label=words,
                )
            )  # fmt: skip
        return Layout(f"totals of {self.title}", tuple(found), IDENTIFIER)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[TotalsRow]:
        """Rows of every file; each identifier and year once."""
        rows: list[TotalsRow] = []
        set_aside: list[SetAside] = []
        for path in files:
            for table in read_tables(path, (self.layout,), self.name):
                _refuse_unknown_headings(table)
                set_aside += table.set_aside
                for number in range(len(table.rows)):
                    read = self._row(table, number)
                    (set_aside if isinstance(read, SetAside) else rows).append(read)  # type: ignore[arg-type]
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

    def lines(self, settlement: FileSettlement[TotalsRow]) -> Sequence[ComparedLine]:
        """None: totals print no outcome to hold it against."""
        return ()

    def _incomplete(self, row: TotalsRow, found: Evaluation, number: int) -> SetAside | None:
        for name in self.must_come_out:
            if found.value(name, number) is None:
                label = self.worksheet.lines[name].label
                lacking = ", ".join(sorted(self._missing_below(found, name, number)))
                return SetAside(
                    f"{label[0].lower()}{label[1:]} cannot be computed", row.place,
                    f"not given, or not known to the rules: {lacking.replace('_', ' ')}",
                )  # fmt: skip
        return None

    def _missing_below(self, found: Evaluation, name: str, number: int) -> set[str]:
        """Inputs and parameters without a value from which a line without one is computed."""
        line = self.worksheet.lines.get(name)
        if line is None:
            return {name}
        empty = [each for each in line.arguments if found.value(each, number) is None]
        return {leaf for each in empty for leaf in self._missing_below(found, each, number)}

    def _row(self, table: PublishedTable, number: int) -> TotalsRow | SetAside:
        identifier = table.text(number, IDENTIFIER)
        if not identifier or plain(identifier).startswith(("total", "sum", "all ")):
            return SetAside("a row that is of no contract", table.place(number, IDENTIFIER))
        values: dict[str, Any] = {}
        for each in self.worksheet.inputs.values():
            if not table.has(each.name):
                continue
            value = self._value(table, number, each)
            if isinstance(value, SetAside):
                return value
            values[each.name] = value
        name = table.text(number, NAME) if table.has(NAME) else ""
        place = Place(table.source, table.lines[number])
        return TotalsRow(place, identifier, name, values, table, number)

    def _value(self, table: PublishedTable, number: int, each: Input) -> Any:
        """The value of a cell, None where it is empty, or why the row cannot be used."""
        place = table.place(number, each.name)
        text = table.text(number, each.name)
        if not text:
            if each.optional:
                return None
            return SetAside("value missing", place, f"{each.label} is needed")
        if each.unit == "flag":
            found = FLAGS.get(text.lower())
            return SetAside("neither yes nor no", place, "yes or no") if found is None else found
        if each.unit == "text":
            known = {plain(choice): choice for choice in self.choices.get(each.name, ())}
            if known and plain(text) not in known:
                said = f"one of: {', '.join(known.values())}"
                return SetAside("none of the words there are", place, said)
            return known.get(plain(text), text)
        if each.unit == "date":
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                return SetAside("not a date", place, "year-month-day, for example 2025-07-01")
        try:
            value = table.number(number, each.name)
        except InputError as error:
            return SetAside("text where a number belongs", place, error.action or "")
        return self._in_bounds(value, each, place)

    def _in_bounds(self, value: Decimal | None, each: Input, place: Place) -> Any:
        if value is None:
            return None if each.optional else SetAside("value missing", place, each.label)
        if each.unit == "year" and value != value.to_integral_value():
            return SetAside("not a year", place, "four digits")
        low, high = self.bounds.get(each.name, (Decimal(0), None))
        if (low is not None and value < low) or (high is not None and value > high):
            span = (
                f"{low} or more" if high is None else f"{'any' if low is None else low} to {high}"
            )
            return SetAside("outside what can be meant", place, f"{each.label}: {span}")
        return int(value) if each.unit == "year" else value


def _year(value: int | dt.date) -> int:
    return value.year if isinstance(value, dt.date) else int(value)


def _refuse_unknown_headings(table: PublishedTable) -> None:
    known = set(table.where.values())
    for index, heading in enumerate(table.header):
        if heading.strip() and index not in known:
            names = ", ".join(plain(c.name.replace("_", " ")) for c in table.layout.columns)
            raise InputError(
                "a column that is not understood",
                place=Place(table.source, None, heading.strip()),
                rule=f"the columns there are: {names}",
                action="correct the heading, or take the column out",
                code="VBC-1900",
            )
