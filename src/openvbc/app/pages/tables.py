"""Every table of the run: what it is, its rows, and all of it as CSV."""

from __future__ import annotations

import io
from collections.abc import Iterator

from openvbc.app.blocks import AppPage, Block, Links, Part
from openvbc.app.opened import OpenedRun
from openvbc.app.pages.table_rows import grid_of, pages
from openvbc.engine.csv_file import CsvWriter
from openvbc.engine.quoting import identifier
from openvbc.lineage import Kind
from openvbc.report.page import Grid, Note
from openvbc.steps.described import described_steps

SHOWN = 100
AT_ONCE = 20_000
"""Rows of a download read at once."""


def tables_page(opened: OpenedRun) -> AppPage:
    """The tables of the run, and what each is."""
    steps, made = described_steps(), opened.manifest.steps
    rows, links = [], {}
    for at, name in enumerate(opened.tables):
        known = steps.get(name)
        count = f"{made[name].rows:,}" if name in made else ""
        rows.append([name, known.purpose if known else "", known.grain if known else "", count])
        links[at, 0] = f"/table/{name}"
    heads = ["Table", "What it is", "One row", "Rows"]
    grid = Grid(heads, rows, "", frozenset({"Rows"}), searchable=True, links=links)
    blocks: list[Block] = [grid]
    if gone := sorted(set(made) - set(opened.tables)):
        said = f"Tables that the run made and that are gone: {', '.join(gone)}. Run again: vbc run."
        blocks.insert(0, Note(said, "warning"))
    return AppPage("Tables", [Part("Tables of this run", blocks)])


def table_page(opened: OpenedRun, name: str, page: int) -> AppPage:
    """Some rows of a table, what its columns mean, and where all of it is downloaded."""
    _known(opened, name)
    rows = opened.query(
        f"select * from {identifier(name)} limit {SHOWN + 1} offset {page * SHOWN}", name
    )
    meanings = [[column, text] for column, text in opened.run.table(name).columns.items()]
    parts = [
        Part(
            "Rows",
            [
                Links([(f"/download/{name}.csv", "Download the whole table (CSV)")], "Download"),
                grid_of(opened, rows[:SHOWN]),
                *pages(f"/table/{name}", page, more=len(rows) > SHOWN),
            ],
        )
    ]
    parts += _origins(opened, name)
    if meanings:
        parts.append(Part("Columns", [Grid(["Column", "What it means"], meanings)]))
    return AppPage(name, parts, trail=[("/tables", "Tables")])


def _origins(opened: OpenedRun, name: str) -> list[Part]:
    """What the table is made from and what is made of it; tables of the run open."""
    made_from, read_by = opened.lineage.made_from(name), opened.lineage.read_by(name)
    blocks: list[Block] = []
    if made_from:
        rows = [[origin.name, str(origin.kind)] for origin in made_from]
        links = {
            (at, 0): f"/table/{origin.name}"
            for at, origin in enumerate(made_from)
            if origin.kind is Kind.STEP
        }
        blocks.append(Grid(["Made from", "What that is"], rows, links=links))
    if read_by:
        links = {(at, 0): f"/table/{each}" for at, each in enumerate(read_by)}
        blocks.append(Grid(["What is made of it"], [[each] for each in read_by], links=links))
    return [Part("Where it comes from", blocks)] if blocks else []


def table_as_csv(opened: OpenedRun, name: str) -> Iterator[str]:
    """A whole table as CSV, piece by piece, safe for a spreadsheet."""
    _known(opened, name)
    return _pieces(opened, name)


def _pieces(opened: OpenedRun, name: str) -> Iterator[str]:
    offset = 0
    while True:
        rows = opened.query(
            f"select * from {identifier(name)} limit {AT_ONCE} offset {offset}", name
        )
        text = io.StringIO()
        writer = CsvWriter(text)
        if offset == 0:
            writer.writerow(rows[0] if rows else opened.run.table(name).columns)
        writer.writerows(row.values() for row in rows)
        yield text.getvalue()
        offset += AT_ONCE
        if len(rows) < AT_ONCE:
            return


def grid_as_csv(grid: Grid) -> str:
    """A table of a page as CSV, as it is shown."""
    text = io.StringIO()
    writer = CsvWriter(text)
    writer.writerow(grid.columns)
    writer.writerows(grid.rows)
    if grid.total:
        writer.writerow(grid.total)
    return text.getvalue()


def _known(opened: OpenedRun, name: str) -> None:
    if name not in opened.tables:
        raise opened.nothing("table", name)
