"""The form of a user's own table: a column an input of a worksheet, headed by its name or label.

What a row says is understood or the row is set aside with field, value and rule; a heading that is
no input is an error, because it could be a misspelt one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.published_cell import plain
from openvbc.programs.published.published_file import PublishedTable, read_tables
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.line import Input

FLAGS = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
IDENTIFIER, NAME = "identifier", "name"
WHO = "contract|plan|provider|entity|aco|practice|hospital|group"
"""What a row is of, as a heading calls it."""
COUNTED = frozenset({"episodes", "baseline_episodes", "post_episode_episodes"})
"""Inputs that count one by one: a part of one is a number of another kind."""
ANY: tuple[None, None] = (None, None)
"""Bounds of an amount that may be negative."""
Bounds = Mapping[str, tuple[Decimal | None, Decimal | None]]


@dataclass(frozen=True)
class TotalsRow:
    """One row, its values by input."""

    place: Place
    identifier: str
    name: str
    values: Mapping[str, Any]
    table: PublishedTable = field(repr=False, compare=False)
    number: int = 0

    def printed_at(self, name: str) -> Place:
        """Where a value of this row stands."""
        return self.table.place(self.number, name)

    def column_of(self, name: str) -> Place:
        """The same without the value, which may tell of a person."""
        place = self.printed_at(name)
        return Place(place.file, place.line, place.column)


def no_change(text: str) -> str:
    """A cell as it stands."""
    return text


@dataclass(frozen=True)
class TotalsForm:
    """The columns of one kind of table and what may stand in them."""

    kind: str
    """What messages call the table."""
    inputs: Sequence[Input]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What a text input may say, as rules and worksheet write it."""
    bounds: Bounds = field(default_factory=dict)
    """Closed ranges of what can be meant; other numbers are zero or more."""
    above_zero: Mapping[str, Decimal] = field(default_factory=dict)
    """What a number that is not zero must exceed: a score in points is not written as a share."""
    may_lack: frozenset[str] = frozenset()
    """Inputs a table may lack although the worksheet needs them: they come from elsewhere."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Patterns of further headings of an input."""
    written: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    """How an input is written otherwise: a cell's text to the text that is read.

    A ValueError says why a cell cannot be meant.
    """
    beside: Sequence[Column] = ()
    """Columns that are no inputs: printed outcomes, words, headings that are known and not used."""
    who: str = f"identifier|{WHO}|aco id"
    """Pattern of the identifier's heading."""

    @cached_property
    def layout(self) -> Layout:
        """The columns: identifier, name, and every input by its name or label."""
        columns = [
            Column(IDENTIFIER, self.who, "text", True, "identifier"),
            Column(NAME, f"name|(?:{WHO}|facility) name", "text"),
        ]
        for each in self.inputs:
            words = plain(each.name.replace("_", " "))
            pattern = f"{words}|{plain(each.label)}"
            if each.name in self.aliases:
                pattern += f"|{self.aliases[each.name]}"
            kind = "text" if each.unit in {"text", "flag", "date"} else "number"
            columns.append(
                Column(
                    each.name, pattern, kind,  # type: ignore[arg-type]
                    required=not each.optional and each.name not in self.may_lack, label=words,
                )
            )  # fmt: skip
        return Layout(self.kind, (*columns, *self.beside), IDENTIFIER)

    def columns(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Heading, meaning, unit, whether it is needed, and what it may be, of every column."""
        yield IDENTIFIER, "whose row it is", "text", "yes", ""
        yield NAME, "a name to show", "text", "no", ""
        for each in self.inputs:
            low, high = self.bounds.get(each.name, (Decimal(0), None))
            may_be = ", ".join(self.choices.get(each.name, ()))
            if each.unit == "flag":
                may_be = "yes, no"
            elif each.unit not in {"text", "date", "year"}:
                ends = [f"from {low}" if low is not None else "", f"to {high}" if high else ""]
                may_be = " ".join(end for end in ends if end)
            needed = "no" if each.optional or each.name in self.may_lack else "yes"
            yield each.name.replace("_", " "), each.label, each.unit, needed, may_be

    def row(self, table: PublishedTable, number: int) -> TotalsRow | SetAside:
        """A row of the table, or why it cannot be used."""
        identifier = table.text(number, IDENTIFIER)
        if not identifier or plain(identifier).startswith(("total", "sum", "all ")):
            return SetAside("a row that is of no contract", table.place(number, IDENTIFIER))
        values: dict[str, Any] = {}
        for each in self.inputs:
            if not table.has(each.name):
                continue
            value = self._value(table, number, each)
            if isinstance(value, SetAside):
                return value
            values[each.name] = value
        for column in self.beside:
            if column.kind == "text" and table.has(column.name):
                values[column.name] = table.text(number, column.name)
        name = table.text(number, NAME) if table.has(NAME) else ""
        place = Place(table.source, table.lines[number])
        return TotalsRow(place, identifier, name, values, table, number)

    def _value(self, table: PublishedTable, number: int, each: Input) -> Any:
        """The value of a cell, None where it is empty, or why the row cannot be used."""
        place = table.place(number, each.name)
        try:
            text = self.written.get(each.name, no_change)(table.text(number, each.name))
        except ValueError as wrong:
            return SetAside("outside what can be meant", place, str(wrong))
        if not text:
            if each.optional or each.name in self.may_lack:
                return None
            return SetAside("value missing", place, f"{each.label} is needed")
        if each.unit == "flag":
            answer = FLAGS.get(text.lower())
            return SetAside("neither yes nor no", place, "yes or no") if answer is None else answer
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
        return self._number(table, number, each, text, place)

    def _number(
        self, table: PublishedTable, number: int, each: Input, text: str, place: Place
    ) -> Any:
        try:
            is_written = each.name in self.written
            value = Decimal(text) if is_written else table.number(number, each.name)
        except (InputError, ArithmeticError):
            return SetAside(
                "text where a number belongs",
                place,
                "correct the cell, or leave it empty if there is no value",
            )
        if value is None:
            lacking = each.optional or each.name in self.may_lack
            return None if lacking else SetAside("value missing", place, each.label)
        if each.unit == "year" and value != value.to_integral_value():
            return SetAside("not a year", place, "four digits")
        if each.name in COUNTED and value != value.to_integral_value():
            return SetAside("no whole number", place, f"{each.label}: each is one or none")
        low, high = self.bounds.get(each.name, (Decimal(0), None))
        if (low is not None and value < low) or (high is not None and value > high):
            span = (
                f"{low} or more" if high is None else f"{'any' if low is None else low} to {high}"
            )
            return SetAside("outside what can be meant", place, f"{each.label}: {span}")
        least = self.above_zero.get(each.name, Decimal(0))
        if 0 < value <= least:
            said = f"{each.label}: 0, or more than {least} up to {high}; is it in another unit?"
            return SetAside("outside what can be meant", place, said)
        return int(value) if each.unit == "year" else value


def rows_of_forms(
    files: Sequence[Path], forms: Sequence[TotalsForm], program: str, set_aside: list[SetAside]
) -> Iterator[tuple[TotalsForm, TotalsRow]]:
    """Every usable row of the files with its form; the others are set aside."""
    by_kind = {form.kind: form for form in forms}
    for path in files:
        for table in read_tables(path, [form.layout for form in forms], program):
            _refuse_unknown_headings(table)
            set_aside += table.set_aside
            form = by_kind[table.layout.kind]
            for number in range(table.count):
                read = form.row(table, number)
                if isinstance(read, SetAside):
                    set_aside.append(read)
                else:
                    yield form, read


def _refuse_unknown_headings(table: PublishedTable) -> None:
    """Stop at a heading of the table that is no column of its form."""
    for heading in table.not_read:
        names = ", ".join(plain(c.name.replace("_", " ")) for c in table.layout.columns)
        raise InputError(
            "a column that is not understood",
            place=Place(table.source, None, heading),
            rule=f"the columns there are: {names}",
            action="correct the heading, or take the column out",
            code="VBC-1900",
        )


def incomplete(
    lines: Sequence[str], row: TotalsRow, evaluation: Evaluation, number: int
) -> SetAside | None:
    """Why a row cannot be settled: the first of `lines` without a value, and what it lacks."""
    for name in lines:
        if evaluation.value(name, number) is None:
            label = evaluation.worksheet.lines[name].label
            lacking = ", ".join(sorted(_missing_below(evaluation, name, number)))
            return SetAside(
                f"{label[0].lower()}{label[1:]} cannot be computed", row.place,
                f"not given, or not known to the rules: {lacking.replace('_', ' ')}",
            )  # fmt: skip
    return None


def _missing_below(evaluation: Evaluation, name: str, number: int) -> set[str]:
    """Inputs and parameters without a value from which a line without one is computed."""
    line = evaluation.worksheet.lines.get(name)
    if line is None:
        return {name}
    empty = [each for each in line.arguments if evaluation.value(each, number) is None]
    return {leaf for each in empty for leaf in _missing_below(evaluation, each, number)}
