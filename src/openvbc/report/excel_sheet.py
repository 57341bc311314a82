"""A computed sheet in a workbook: read downwards for one contract, a row each for many.

Where everything stands is decided before anything is written (:func:`placed`), so that a cell can
point to a cell of another sheet: an input added up from a detail sheet is a formula over it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isclose
from typing import Any

from openvbc.programs.settlement import Sheet
from openvbc.report.excel_paper import WIDTHS, set_up_heads, set_up_page
from openvbc.report.excel_styles import Styles
from openvbc.report.formulas import Formulas, agree
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.formula import Expression, names_in
from openvbc.worksheets.kernel.formula_text import (
    LONGEST_FORMULA,
    formula_in_symbols,
    spreadsheet_formula,
)

FIRST_ROW = 3
"""Rows 1 to 3 hold the label, the unit and the name of each column."""
FIRST_LINE = 4
"""Where a sheet read downwards begins: below the contract, the legend and the heads."""
VALUE_COLUMN = 1
HEADS = ("Line", "Value", "Unit", "Formula in words", "Formula", "Citation", "Status", "Name")
_DAY_ZERO = dt.date(1899, 12, 30)
"""The day that a spreadsheet counts days from, from March 1900 on."""
LEGEND = "Inputs are blue on yellow, rule parameters grey; everything else is a formula over them."


@dataclass(frozen=True)
class Row:
    """An input, parameter or line, as a sheet lists it."""

    name: str
    label: str
    unit: str
    kind: str


@dataclass(frozen=True)
class Placed:
    """A sheet, or the rows of it that one page shows."""

    page: str
    sheet: Sheet
    rows: Sequence[int]
    listed: Sequence[Row]

    @property
    def downwards(self) -> bool:
        """One row of the sheet is read downwards."""
        return len(self.rows) == 1

    @property
    def lead(self) -> int:
        """Columns before the first value, where each row is a contract."""
        return 3 if self.sheet.items else 2

    def place(self, name: str, row: int) -> tuple[int, int]:
        """Row and column, from zero, of a value."""
        at = self._order[name]
        if self.downwards:
            return FIRST_LINE + at, VALUE_COLUMN
        return FIRST_ROW + self._down[row], self.lead + at

    @cached_property
    def _order(self) -> dict[str, int]:
        return {each.name: at for at, each in enumerate(self.listed)}

    @cached_property
    def _down(self) -> dict[int, int]:
        return {row: down for down, row in enumerate(self.rows)}

    def reference(self, name: str, row: int) -> str:
        """The cell as other sheets name it."""
        from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

        page: str = quote_sheetname(self.page)
        cell: str = xl_rowcol_to_cell(*self.place(name, row))
        return f"{page}!{cell}"


def listed(sheet: Sheet) -> list[Row]:
    """Every input, parameter and line of a sheet, in reading order."""
    worksheet, evaluation = sheet.evaluation.worksheet, sheet.evaluation
    rows = [Row(i.name, i.label, i.unit, "input") for i in worksheet.inputs.values()]
    for name in worksheet.parameters:
        known = next((p for p in evaluation.parameters[name] if p is not None), None)
        label, unit = (known.label, known.unit) if known else (name, "")
        rows.append(Row(name, label, unit, "parameter"))
    lines = worksheet.lines.values()
    return rows + [Row(each.name, each.label, each.unit, "line") for each in lines]


def column(sheet: Sheet, name: str) -> list[Any]:
    """A column as a spreadsheet keeps it, one value a row; None where missing."""
    evaluation, count = sheet.evaluation, len(sheet.contracts)
    if name not in evaluation.parameters:
        values = [plain(value) for value in evaluation.columns[name].tolist()]
    else:
        # Few different parameters stand in a column, each in many rows.
        known: dict[int, Any] = {}
        values = []
        for parameter in evaluation.parameters[name]:
            if id(parameter) not in known:
                known[id(parameter)] = None if parameter is None else plain(parameter.value)
            values.append(known[id(parameter)])
    return values * count if len(values) == 1 else values


def plain(value: Any) -> Any:
    """Numbers in binary floating point, which is all a spreadsheet has; a day stays a day."""
    if isinstance(value, bool | str | int) or value is None or type(value) is dt.date:
        return value
    if isinstance(value, Decimal | float):
        return None if value != value else float(value)
    if isinstance(value, Table):
        return "table: see Parameters"
    return str(value)


def _stored(value: Any) -> Any:
    """The result kept beside a formula; a spreadsheet keeps a day as a number."""
    return (value - _DAY_ZERO).days if isinstance(value, dt.date) else value


class SheetWriter:
    """Writes the placed sheets of a workbook."""

    def __init__(
        self,
        book: Any,
        styles: Styles,
        placements: Sequence[Placed],
        fed: Mapping[str, tuple[str, Any]] | None = None,
        unit: str = "Contract",
    ) -> None:
        """`fed`: inputs in a cell of another page: the cell, its value. `unit`: what a row is."""
        self._book, self._styles, self._placements, self._unit = book, styles, placements, unit
        self._fed = fed or {}
        self._columns: dict[tuple[int, str], list[Any]] = {}

    def write(self, placed: Placed) -> None:
        """Write one page."""
        page = self._book.add_worksheet(placed.page)
        formulas = Formulas(placed.sheet)
        if placed.downwards:
            self._write_downwards(page, placed, formulas)
        else:
            self._write_across(page, placed, formulas)

    def _write_downwards(self, page: Any, placed: Placed, formulas: Formulas) -> None:
        row, sheet, styles = placed.rows[0], placed.sheet, self._styles
        contract = sheet.contracts[row]
        item = sheet.items[row] if sheet.items else ""
        parts = (contract.identifier, str(contract.year), contract.group, item, contract.name)
        page.write_string(0, 0, sheet.evaluation.worksheet.title, styles.title)
        page.write_string(1, 0, " · ".join(part for part in parts if part))
        page.write_string(2, 0, LEGEND, styles.note)
        page.write_row(FIRST_LINE - 1, 0, HEADS, styles.head)
        labels = {each.name: each.label for each in placed.listed}
        for down, each in enumerate(placed.listed, start=FIRST_LINE):
            page.write_string(down, 0, each.label, styles.wrap)
            self._write_cell(page, placed, formulas, each, row)
            page.write_string(down, 2, each.unit, styles.soft)
            for at, text in enumerate(self._told(sheet.evaluation, each, row), start=3):
                page.write_string(down, at, text, styles.soft)
            tree = formulas.of(each.name, row)
            if tree is not None:
                text = formula_in_symbols(tree, labels)
                page.write_string(down, 4, text[:LONGEST_FORMULA], styles.soft)
            page.write_string(down, len(HEADS) - 1, each.name, styles.soft)
        page.freeze_panes(FIRST_LINE, VALUE_COLUMN + 1)
        page.repeat_rows(FIRST_LINE - 1)
        for at, width in enumerate(WIDTHS):
            page.set_column(at, at, width)
        set_up_page(page, WIDTHS, VALUE_COLUMN + 1)

    def _told(self, evaluation: Evaluation, each: Row, row: int) -> tuple[str, str, str, str]:
        """Formula in words, (room for the formula), citation and status."""
        if each.kind == "line":
            line = evaluation.worksheet.lines[each.name]
            rounding = "" if line.rounding == "not rounded" else f" Rounded {line.rounding}."
            return line.formula + rounding, "", line.cite, str(line.status)
        if each.kind == "input":
            return "Input", "", evaluation.worksheet.inputs[each.name].cite, ""
        parameter = evaluation.parameter(each.name, row)
        if parameter is None:
            return "Rule parameter", "", "", ""
        applies = parameter.applies_in_words()
        words = f"Rule parameter, for {applies}" if applies else "Rule parameter"
        return words, "", parameter.cite, str(parameter.status)

    def _write_across(self, page: Any, placed: Placed, formulas: Formulas) -> None:
        sheet, styles = placed.sheet, self._styles
        heads = [self._unit, "Year"] + (["Item"] if sheet.items else [])
        page.write_row(0, 0, heads, styles.head)
        for down, row in enumerate(placed.rows, start=FIRST_ROW):
            contract = sheet.contracts[row]
            page.write_string(down, 0, contract.identifier)
            page.write_number(down, 1, contract.year)
            if sheet.items:
                page.write_string(down, 2, sheet.items[row])
        for at, each in enumerate(placed.listed, start=placed.lead):
            page.write_string(0, at, each.label, styles.head)
            page.write_string(1, at, each.unit, styles.soft)
            page.write_string(2, at, each.name, styles.soft)
            for row in placed.rows:
                self._write_cell(page, placed, formulas, each, row)
        across = placed.lead + len(placed.listed)
        page.freeze_panes(FIRST_ROW, placed.lead)
        page.set_column(0, 0, 12)
        page.set_column(placed.lead, across, 17)
        set_up_heads(page, FIRST_ROW)
        set_up_page(page, [12] * placed.lead + [17] * len(placed.listed), placed.lead)
        page.autofilter(2, 0, max(FIRST_ROW, FIRST_ROW + len(placed.rows) - 1), across - 1)

    def _write_cell(
        self, page: Any, placed: Placed, formulas: Formulas, each: Row, row: int
    ) -> None:
        down, at = placed.place(each.name, row)
        value = self._column(placed.sheet, each.name)[row]
        unit = "date" if isinstance(value, dt.date) else each.unit
        style = self._styles.unit(unit, each.kind)
        formula = self._formula(placed, formulas, each, row)
        if formula and value is not None and len(formula) < LONGEST_FORMULA:
            page.write_formula(down, at, formula, style, _stored(value))
        else:
            write_value(page, down, at, value, style)

    def _formula(self, placed: Placed, formulas: Formulas, each: Row, row: int) -> str:
        if each.kind == "input":
            return self._linked(placed.sheet.evaluation, each.name, row)
        tree: Expression | None = formulas.of(each.name, row)
        if tree is None:
            return ""
        return spreadsheet_formula(tree, self._cells(placed, names_in(tree), row))

    def _cells(self, placed: Placed, names: set[str], row: int) -> Mapping[str, str]:
        from xlsxwriter.utility import xl_rowcol_to_cell

        return {name: xl_rowcol_to_cell(*placed.place(name, row)) for name in names}

    def _linked(self, evaluation: Evaluation, name: str, row: int) -> str:
        """An input that is a line of a detail sheet, or a sum of its rows, as a formula over it."""
        link = evaluation.links.get(name)
        if link is None:
            cell, there = self._fed.get(name, ("", None))
            return f"={cell}" if cell and _same(there, plain(evaluation.value(name, row))) else ""
        detail, line = link
        home = [p for p in self._placements if p.sheet.evaluation is detail.evaluation]
        rows, value = detail.rows[row], evaluation.value(name, row)
        values = [detail.evaluation.value(line, below) for below in rows]
        if not home or not rows or value is None or None in values:
            return ""
        if len(rows) > 1 and not agree(sum(values, Decimal(0)), value):
            return ""
        if len(rows) == 1 and values[0] != value:
            return ""
        where = [next((p for p in home if below in p.rows), None) for below in rows]
        cells = [p.reference(line, r) for p, r in zip(where, rows, strict=True) if p is not None]
        return "=" + "+".join(cells) if len(cells) == len(rows) else ""

    def _column(self, sheet: Sheet, name: str) -> list[Any]:
        key = (id(sheet), name)
        if key not in self._columns:
            self._columns[key] = column(sheet, name)
        return self._columns[key]


def _same(one: Any, other: Any) -> bool:
    """Whether two cells hold one number, binary rounding apart."""
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return numbers and isclose(one, other, rel_tol=1e-12)


def write_value(page: Any, down: int, at: int, value: Any, style: Any) -> None:
    """A constant; blank where it is missing. Text is never read as a formula."""
    if value is None:
        page.write_blank(down, at, None, style)
    elif isinstance(value, bool):
        page.write_boolean(down, at, value, style)
    elif isinstance(value, dt.date):
        page.write_datetime(down, at, value, style)
    elif isinstance(value, int | float):
        page.write_number(down, at, value, style)
    else:
        page.write_string(down, at, value, style)
