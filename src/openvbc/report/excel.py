"""The Excel report of a settlement: live formulas an actuary can trace and re-key.

One sheet a contract group: a row a contract, a column for each input, parameter and line. A line
whose formula has a spreadsheet form is written as that formula, with the exact computed value as
its cached result; the others are values. (A spreadsheet recomputes in binary floating point.)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc._version import __version__
from openvbc.errors import ExtraMissing
from openvbc.programs.settlement import Settlement, Sheet
from openvbc.report.formulas import Formulas
from openvbc.report.parameters import COLUMNS, parameter_row, parameters_used
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.formula import names_in
from openvbc.worksheets.kernel.formula_text import spreadsheet_formula

_FORMATS = {
    "USD": "#,##0.00;[Red]-#,##0.00",
    "ratio": "0.0000%",
    "percent": "0.00",
    "people": "#,##0",
    "year": "0",
}
_HEADLINE = 4
"""Columns of the summary before the headline: contract, year, group, name."""
_FIRST_ROW = 3
"""Rows 1 to 3 hold the label, the unit and the name of each column."""


def write_excel(settlement: Settlement, path: Path) -> Path:
    """Write the settlement as a workbook: summary, a sheet a group, parameters, rows set aside."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise ExtraMissing("report", "Writing an Excel report") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": settlement.title, "comments": f"openvbc {__version__}"})
    styles = _Styles(book)
    _write_summary(book, styles, settlement)
    used: set[str] = {"summary", "parameters", "lines", "set aside"}
    for group, rows in _groups(settlement.main).items():
        _write_sheet(book, styles, _sheet_name(group, used), settlement.main, rows)
    for name, sheet in settlement.details.items():
        every = range(len(sheet.contracts))
        _write_sheet(book, styles, _sheet_name(name, used), sheet, every)
    _write_lines(book, styles, [settlement.main, *settlement.details.values()])
    _write_parameters(book, styles, [settlement.main, *settlement.details.values()])
    _write_set_aside(book, styles, settlement)
    book.close()
    return path


class _Styles:
    def __init__(self, book: Any) -> None:
        self._book = book
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.soft = book.add_format({"font_color": "#5b6675", "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 15})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._units: dict[tuple[str, bool], Any] = {}

    def unit(self, unit: str, total: bool = False) -> Any:
        key = (unit, total)
        if key not in self._units:
            pattern = _FORMATS.get(unit, _FORMATS["USD"] if unit.startswith("USD") else "General")
            made = {"num_format": pattern} | ({"bold": True, "top": 1} if total else {})
            self._units[key] = self._book.add_format(made)
        return self._units[key]


def _groups(sheet: Sheet) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for row, contract in enumerate(sheet.contracts):
        groups.setdefault(contract.group or "Contracts", []).append(row)
    return dict(sorted(groups.items()))


def _sheet_name(wanted: str, used: set[str]) -> str:
    clean = "".join(c for c in wanted if c not in "[]:*?/\\'")[:28] or "Sheet"
    name, number = clean, 2
    while name.lower() in used:
        name, number = f"{clean} {number}", number + 1
    used.add(name.lower())
    return name


def _columns(sheet: Sheet) -> list[tuple[str, str, str]]:
    """(name, label, unit) of every input, parameter and line, in reading order."""
    worksheet, evaluation = sheet.evaluation.worksheet, sheet.evaluation
    columns = [(i.name, i.label, i.unit) for i in worksheet.inputs.values()]
    for name in worksheet.parameters:
        found = next((p for p in evaluation.parameters[name] if p is not None), None)
        columns.append((name, found.label if found else name, found.unit if found else ""))
    return columns + [(each.name, each.label, each.unit) for each in worksheet.lines.values()]


def _values(sheet: Sheet, name: str) -> list[Any]:
    """A column as a spreadsheet keeps it, one value a row; None where missing."""
    evaluation, count = sheet.evaluation, len(sheet.contracts)
    if name not in evaluation.parameters:
        found = [_plain(value) for value in evaluation.columns[name].tolist()]
    else:
        # Few different parameters stand in a column, each in many rows.
        known: dict[int, Any] = {}
        found = []
        for parameter in evaluation.parameters[name]:
            if id(parameter) not in known:
                known[id(parameter)] = None if parameter is None else _plain(parameter.value)
            found.append(known[id(parameter)])
    return found * count if len(found) == 1 else found


def _plain(value: Any) -> Any:
    """Numbers in binary floating point, which is all a spreadsheet has."""
    if isinstance(value, bool | str | int) or value is None:
        return value
    if isinstance(value, Decimal | float):
        return None if value != value else float(value)
    if isinstance(value, Table):
        return "table: see Parameters"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _write_sheet(book: Any, styles: _Styles, name: str, sheet: Sheet, rows: Sequence[int]) -> None:
    from xlsxwriter.utility import xl_col_to_name

    page = book.add_worksheet(name)
    columns = _columns(sheet)
    lead = ["Contract", "Year"] + (["Item"] if sheet.items else [])
    for at, label in enumerate(lead):
        page.write(0, at, label, styles.head)
    for down, row in enumerate(rows, start=_FIRST_ROW):
        contract = sheet.contracts[row]
        page.write_string(down, 0, contract.identifier)
        page.write_number(down, 1, contract.year)
        if sheet.items:
            page.write_string(down, 2, sheet.items[row])
    letters = {column: xl_col_to_name(at) for at, (column, _, _) in enumerate(columns, len(lead))}
    values = {column: _values(sheet, column) for column in letters}
    formulas = Formulas(sheet)
    for at, (column, label, unit) in enumerate(columns, start=len(lead)):
        page.write(0, at, label, styles.head)
        page.write(1, at, unit, styles.soft)
        page.write(2, at, column, styles.soft)
        style = styles.unit(unit)
        for down, row in enumerate(rows, start=_FIRST_ROW):
            value = values[column][row]
            tree = formulas.of(column, row)
            if tree is not None:
                cells = {name: f"{letters[name]}{down + 1}" for name in names_in(tree)}
                page.write_formula(down, at, spreadsheet_formula(tree, cells), style, value)
            else:
                _write_value(page, down, at, value, style)
    page.freeze_panes(_FIRST_ROW, len(lead))
    page.set_column(0, 0, 12)
    page.set_column(len(lead), len(lead) + len(columns), 17)
    page.autofilter(2, 0, max(_FIRST_ROW, _FIRST_ROW + len(rows) - 1), len(lead) + len(columns) - 1)


def _write_value(page: Any, down: int, at: int, value: Any, style: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(down, at, value, style)
    elif isinstance(value, int | float):
        page.write_number(down, at, value, style)
    else:
        page.write_string(down, at, value)


def _write_summary(book: Any, styles: _Styles, settlement: Settlement) -> None:
    page = book.add_worksheet("Summary")
    page.write(0, 0, settlement.title, styles.title)
    page.write(1, 0, f"openvbc {__version__}; rules {settlement.main.evaluation.rules.digest[:16]}")
    for number, note in enumerate(settlement.notes):
        page.write(2 + number, 0, note, styles.soft)
    top = 3 + len(settlement.notes)
    sheet, view = settlement.main, settlement.presentation
    known = {name: (label, unit) for name, label, unit in _columns(sheet)}
    for at, label in enumerate(["Contract", "Year", "Group", "Name"]):
        page.write(top, at, label, styles.head)
    for at, name in enumerate(view.headline, start=_HEADLINE):
        page.write(top, at, known[name][0], styles.head)
    first = top + 1
    shown = {name: _values(sheet, name) for name in view.headline}
    for down, contract in enumerate(sheet.contracts, start=first):
        page.write_string(down, 0, contract.identifier)
        page.write_number(down, 1, contract.year)
        page.write_string(down, 2, contract.group)
        page.write_string(down, 3, contract.name)
        for at, name in enumerate(view.headline, start=_HEADLINE):
            _write_value(page, down, at, shown[name][down - first], styles.unit(known[name][1]))
    _write_totals(page, styles, settlement, first, known)
    page.freeze_panes(first, 1)
    page.set_column(0, 2, 14)
    page.set_column(3, 3, 30)
    page.set_column(_HEADLINE, _HEADLINE + len(view.headline), 19)


def _write_totals(
    page: Any,
    styles: _Styles,
    settlement: Settlement,
    first: int,
    known: Mapping[str, tuple[str, str]],
) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    view, count = settlement.presentation, len(settlement.main.contracts)
    if not view.totals or not count:
        return
    bottom = first + count
    page.write(bottom, 0, "Total", styles.head)
    for at, name in enumerate(view.headline, start=_HEADLINE):
        if name in view.totals:
            cells = f"{xl_rowcol_to_cell(first, at)}:{xl_rowcol_to_cell(bottom - 1, at)}"
            present = [value for value in _values(settlement.main, name) if value is not None]
            if not present:
                continue
            total = sum(present)
            style = styles.unit(known[name][1], total=True)
            page.write_formula(bottom, at, f"=SUM({cells})", style, total)


def _write_lines(book: Any, styles: _Styles, sheets: Sequence[Sheet]) -> None:
    page = book.add_worksheet("Lines")
    heads = (
        "Worksheet",
        "Line",
        "Name",
        "Unit",
        "Formula in words",
        "Citation",
        "Status",
        "Rounding",
    )
    page.write_row(0, 0, heads, styles.head)
    down = 1
    for sheet in sheets:
        for line in sheet.evaluation.worksheet.lines.values():
            cells = (
                sheet.evaluation.worksheet.title, line.label, line.name, line.unit,
                line.formula, line.cite, str(line.status), line.rounding,
            )  # fmt: skip
            page.write_row(down, 0, cells, styles.wrap)
            down += 1
    page.set_column(0, 3, 22)
    page.set_column(4, 5, 60)
    page.freeze_panes(1, 0)


def _write_parameters(book: Any, styles: _Styles, sheets: Sequence[Sheet]) -> None:
    page = book.add_worksheet("Parameters")
    page.write_row(0, 0, COLUMNS, styles.head)
    for down, parameter in enumerate(parameters_used(sheets), start=1):
        page.write_row(down, 0, parameter_row(parameter), styles.wrap)
    page.set_column(0, len(COLUMNS), 30)
    page.freeze_panes(1, 1)


def _write_set_aside(book: Any, styles: _Styles, settlement: Settlement) -> None:
    page = book.add_worksheet("Set aside")
    page.write_row(0, 0, ("Where", "Reason", "What was expected"), styles.head)
    for down, item in enumerate(settlement.set_aside, start=1):
        page.write_row(down, 0, (str(item.place), item.reason, item.detail), styles.wrap)
    settled = settlement.rows_in - len(settlement.set_aside)
    down = len(settlement.set_aside) + 2
    page.write(down, 0, f"Rows in {settlement.rows_in:,} = settled {settled:,} + set aside "
                        f"{len(settlement.set_aside):,}")  # fmt: skip
    page.set_column(0, 2, 50)
