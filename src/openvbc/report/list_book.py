"""Lists that stand for themselves, without a settlement: a workbook, a page, and Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.private_files import private_folder, writing_bytes
from openvbc.programs.listing import MOST_ROWS, Listing, column_name, column_type, first_rows
from openvbc.report.excel import new_workbook, sheet_name
from openvbc.report.excel_styles import Styles
from openvbc.report.listings import listing_sections, write_listing
from openvbc.report.page import Note, Page, Section, write

WORKBOOK, PAGE = "lists.xlsx", "lists.html"
ABOUT = "About the data"


def write_lists(
    listings: Sequence[Listing],
    folder: Path,
    title: str,
    notes: Sequence[str],
    mark: str,
    *,
    with_parquet: bool = True,
) -> list[Path]:
    """Write the lists into a folder; return the files.

    Args:
        listings: the lists, each a sheet, a section and a Parquet file of its name.
        folder: where they go.
        title: what they are, for the page and the workbook.
        notes: what a reader must know.
        mark: who may see them.
        with_parquet: whether the rows are all here; else their Parquet files stand already.
    """
    private_folder(folder)
    page = folder / PAGE
    blocks = [Note(text) for text in notes]
    sections = [*listing_sections(listings), Section(ABOUT, blocks)]
    write(
        Page(title, "Each row says by which rule and on what evidence.", sections, (), mark), page
    )
    book = write_book(listings, folder / WORKBOOK, title, notes, mark)
    return [page, book, *(_write_parquet(listings, folder) if with_parquet else ())]


def write_book(
    listings: Sequence[Listing], path: Path, title: str, notes: Sequence[str], mark: str
) -> Path:
    """Write the lists as a workbook, a sheet each, and a sheet of what a reader must know."""
    with writing_bytes(path) as stream:
        made = new_workbook(stream, title, mark)
        styles = Styles(made)
        used = {ABOUT.lower()}
        for listing in listings:
            write_listing(made, styles, sheet_name(listing.title, used), _shortened(listing))
        _write_notes(made, styles, title, notes, mark)
        made.close()
    return path


def _shortened(listing: Listing) -> Listing:
    said = first_rows(len(listing.rows), f"{listing.name}.parquet")
    return replace(listing, rows=listing.rows[:MOST_ROWS], lead=said + listing.lead)


def _write_notes(book: Any, styles: Styles, title: str, notes: Sequence[str], mark: str) -> None:
    page = book.add_worksheet(ABOUT)
    page.write_string(0, 0, title, styles.title)
    page.write_string(1, 0, mark, styles.mark)
    for down, note in enumerate(notes, start=3):
        page.write_string(down, 0, note, styles.note)
    page.set_column(0, 0, 110)


def _write_parquet(listings: Sequence[Listing], folder: Path) -> list[Path]:
    written = []
    with DuckDBEngine(threads=1) as engine:
        for listing in listings:
            columns = {column_name(f.label): column_type(f.unit) for f in listing.fields}
            rows = ([_cell(value) for value in row] for row in listing.rows)
            engine.register_rows("listing", columns, rows)
            path = folder / f"{listing.name}.parquet"
            engine.materialise("select * from listing", path)
            engine.drop("listing")
            written.append(path)
    return written


def _cell(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value
