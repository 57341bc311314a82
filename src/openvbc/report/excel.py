"""The Excel report of a settlement: live formulas an actuary can trace and re-key.

A contract's worksheet is read downwards: label, value, unit, formula in words, citation. Where a
group holds many contracts, each is a row. A line is written as the formula derived from it, with
the exact computed value as its cached result; the Summary and inputs taken from a detail sheet are
formulas over those cells, so that changing an input moves what is paid. (A spreadsheet recomputes
in binary floating point.) The same settlement gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from openvbc._version import __version__
from openvbc.engine.private_files import private_folder, writing_bytes
from openvbc.errors import ExtraMissing
from openvbc.format import capitalised
from openvbc.programs.listing import Listing
from openvbc.programs.settlement import Settlement, Sheet
from openvbc.report.excel_paper import HEAD_HEIGHT, set_up_list, set_up_page
from openvbc.report.excel_sheet import (
    Placed,
    Row,
    SheetWriter,
    column,
    listed,
    plain,
    write_value,
)
from openvbc.report.excel_styles import Styles
from openvbc.report.listings import cell_of, write_listing
from openvbc.report.parameters import COLUMNS, parameter_row, parameters_used

SUMMARY = "Summary"
_HEADLINE = 4
"""Columns of the summary before the headline: contract, year, group, name."""
_CREATED = dt.datetime(2000, 1, 1)
"""A workbook carries no time of its making: the same settlement gives the same bytes."""
_LINE_HEADS = (
    "Worksheet", "Line", "Name", "Unit", "Formula in words", "Citation", "Status", "Rounding",
)  # fmt: skip


def write_excel(
    settlement: Settlement, path: Path, mark: str = "", listings: Sequence[Listing] = ()
) -> Path:
    """Write the settlement as a workbook: summary, a sheet a group, parameters, rows set aside.

    Args:
        settlement: what was settled.
        path: where the workbook goes.
        mark: who may see it, written above everything and into the file's properties.
        listings: lists that go with it, a sheet each.
    """
    private_folder(path.parent)
    with writing_bytes(path) as stream:
        book = new_workbook(stream, settlement.title, mark)
        _fill(book, settlement, mark, listings)
        book.close()
    return path


def _fill(book: Any, settlement: Settlement, mark: str, listings: Sequence[Listing]) -> None:
    from openvbc.programs.laid_over import in_force_listing

    in_force = in_force_listing(settlement)
    listings = [*listings, *([in_force] if in_force and in_force.rows else [])]
    styles = Styles(book)
    used: set[str] = {"summary", "parameters", "lines", "set aside"}
    placements = _placements(settlement, used)
    pages = [(sheet_name(listing.title, used), listing) for listing in listings]
    below = _write_summary(book, styles, settlement, placements, mark)
    names = [*(placed.page for placed in placements), *(name for name, _ in pages)]
    _write_contents(book.get_worksheet_by_name(SUMMARY), styles, below, names)
    writer = SheetWriter(
        book, styles, placements, _fed(pages), capitalised(settlement.presentation.unit)
    )
    for placed in placements:
        writer.write(placed)
    for name, listing in pages:
        write_listing(book, styles, name, listing, SUMMARY)
    sheets = [settlement.main, *settlement.details.values()]
    _write_lines(book, styles, sheets)
    _write_parameters(book, styles, sheets)
    _write_set_aside(book, styles, settlement)


def _fed(pages: Sequence[tuple[str, Listing]]) -> dict[str, tuple[str, Any]]:
    """Inputs that stand in a cell of a list, with the value there."""
    return {
        name: (cell_of(page, row, at), plain(listing.rows[row][at]))
        for page, listing in pages
        for (row, at), name in listing.feeds.items()
    }


def _write_contents(page: Any, styles: Styles, top: int, names: Sequence[str]) -> None:
    """Below everything a link to each page."""
    page.write_string(top, 0, "Sheets", styles.head)
    for down, name in enumerate([*names, "Lines", "Parameters", "Set aside"], start=top + 1):
        page.write_url(down, 0, f"internal:'{name}'!A1", styles.link, name)


def new_workbook(stream: IO[bytes], title: str, mark: str = "") -> Any:
    """An empty workbook in which text is text, whatever it begins with; written when closed."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise ExtraMissing("report", "Writing an Excel report") from error
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties(
        {"title": title, "comments": f"openvbc {__version__}", "category": mark,
         "created": _CREATED}
    )  # fmt: skip
    return book


def _placements(settlement: Settlement, used: set[str]) -> list[Placed]:
    placements = []
    rows = listed(settlement.main)
    without = capitalised(settlement.presentation.units)
    for group, own in _groups(settlement.main, without).items():
        placements.append(Placed(sheet_name(group, used), settlement.main, own, rows))
    for name, sheet in settlement.details.items():
        every = range(len(sheet.contracts))
        placements.append(Placed(sheet_name(name, used), sheet, every, listed(sheet)))
    return placements


def _groups(sheet: Sheet, without: str) -> dict[str, list[int]]:
    """Rows by group; those of none go by the name `without`."""
    groups: dict[str, list[int]] = {}
    for row, contract in enumerate(sheet.contracts):
        groups.setdefault(contract.group or without, []).append(row)
    return dict(sorted(groups.items()))


def sheet_name(wanted: str, used: set[str]) -> str:
    """A name a workbook allows and `used`, in small letters, does not hold; it is added there."""
    clean = "".join(c for c in wanted if c.isalnum() or c in " _-.,()").strip(" -")[:28] or "Sheet"
    name, number = clean, 2
    while name.lower() in used:
        name, number = f"{clean} {number}", number + 1
    used.add(name.lower())
    return name


def _write_summary(
    book: Any, styles: Styles, settlement: Settlement, placements: Sequence[Placed], mark: str
) -> int:
    """The first page; the first row that is free below it."""
    page = book.add_worksheet(SUMMARY)
    sheet, view = settlement.main, settlement.presentation
    page.write_string(0, 0, settlement.title, styles.title)
    digest = sheet.evaluation.rules.digest[:16]
    page.write_string(1, 0, f"openvbc {__version__}; rules {digest}", styles.note)
    page.write_string(2, 0, mark, styles.mark)
    top = 4
    known = {row.name: row for row in listed(sheet)}
    shown = [known[name] for name in view.headline]
    heads = [capitalised(view.unit), "Year", "Group", "Name", *(row.label for row in shown)]
    page.write_row(top, 0, heads, styles.head)
    first = top + 1
    values = {row.name: column(sheet, row.name) for row in shown}
    for number, contract in enumerate(sheet.contracts):
        page.write_string(first + number, 0, contract.identifier)
        page.write_number(first + number, 1, contract.year)
        page.write_string(first + number, 2, contract.group)
        page.write_string(first + number, 3, contract.name)
        home = next(p for p in placements if p.sheet is sheet and number in p.rows)
        for at, row in enumerate(shown, start=_HEADLINE):
            value, style = values[row.name][number], styles.unit(row.unit)
            if value is None:
                write_value(page, first + number, at, None, style)
            else:
                reference = "=" + home.reference(row.name, number)
                page.write_formula(first + number, at, reference, style, value)
    if len(sheet.contracts) == 1:
        _name_cells(book, settlement, first)
    _write_totals(page, styles, settlement, first, shown)
    # Below the numbers, so that neither freezing nor wrapping hides them.
    below = first + len(sheet.contracts) + 2
    for number, note in enumerate(settlement.notes):
        page.write_string(below + number, 0, note, styles.note)
    page.freeze_panes(first, 1)
    page.set_row(top, HEAD_HEIGHT)
    page.set_column(0, 2, 14)
    page.set_column(3, 3, 30)
    page.set_column(_HEADLINE, _HEADLINE + len(shown), 19)
    set_up_page(page, [14, 14, 14, 30] + [19] * len(shown))
    return below + len(settlement.notes) + 1


def _name_cells(book: Any, settlement: Settlement, down: int) -> None:
    """The headline numbers of one contract by name, so that a formula elsewhere says what it is."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    for at, name in enumerate(settlement.presentation.headline, start=_HEADLINE):
        cell = xl_rowcol_to_cell(down, at, row_abs=True, col_abs=True)
        book.define_name(name, f"=Summary!{cell}")


def _write_totals(
    page: Any, styles: Styles, settlement: Settlement, first: int, shown: Sequence[Row]
) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    view, count = settlement.presentation, len(settlement.main.contracts)
    if not view.totals or not count:
        return
    bottom = first + count
    page.write_string(bottom, 0, "Total", styles.head)
    for at, row in enumerate(shown, start=_HEADLINE):
        present = [v for v in column(settlement.main, row.name) if v is not None]
        if row.name in view.totals and present:
            cells = f"{xl_rowcol_to_cell(first, at)}:{xl_rowcol_to_cell(bottom - 1, at)}"
            style = styles.unit(row.unit, "total")
            page.write_formula(bottom, at, f"=SUM({cells})", style, sum(present))


def _write_lines(book: Any, styles: Styles, sheets: Sequence[Sheet]) -> None:
    page = book.add_worksheet("Lines")
    page.write_row(0, 0, _LINE_HEADS, styles.head)
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
    set_up_list(page, 0, [22] * 4 + [60] * 2 + [12] * 2)


def _write_parameters(book: Any, styles: Styles, sheets: Sequence[Sheet]) -> None:
    page = book.add_worksheet("Parameters")
    page.write_row(0, 0, COLUMNS, styles.head)
    for down, parameter in enumerate(parameters_used(sheets), start=1):
        page.write_row(down, 0, parameter_row(parameter), styles.wrap)
    page.set_column(0, len(COLUMNS), 30)
    page.freeze_panes(1, 1)
    set_up_list(page, 0, [30] * len(COLUMNS))


def _write_set_aside(book: Any, styles: Styles, settlement: Settlement) -> None:
    page = book.add_worksheet("Set aside")
    page.write_row(0, 0, ("Where", "Reason", "What was expected"), styles.head)
    for down, item in enumerate(settlement.set_aside, start=1):
        page.write_row(down, 0, (str(item.place), item.reason, item.detail), styles.wrap)
    count = len(settlement.set_aside)
    settled = settlement.rows_in - count
    text = f"Rows in {settlement.rows_in:,} = settled {settled:,} + set aside {count:,}"
    page.write_string(count + 2, 0, text)
    page.set_column(0, 2, 50)
    page.freeze_panes(1, 0)
    set_up_list(page, 0, [50] * 3)
