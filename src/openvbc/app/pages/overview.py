"""The first page: the result in one sentence, where the year stands, the way from benchmark to
payment; and the same on one printed page for a board."""

from __future__ import annotations

from decimal import Decimal

from openvbc.app.blocks import AppPage, Block, Lazy, Links, Part
from openvbc.app.opened import OpenedRun
from openvbc.app.pages.contracts import (
    MOST_CONTRACTS,
    contracts_page,
    of_another_version,
    row_name,
    together_blocks,
    total,
)
from openvbc.app.plain_words import result_in_words
from openvbc.format import in_words, show
from openvbc.programs.explanation import SmallGrid
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRow
from openvbc.report.charts import waterfall
from openvbc.report.html import notes_blocks, value_card
from openvbc.report.page import Card, Cards, Figure, Grid, Note
from openvbc.report.run_analyst import explained_blocks, explained_grid


def overview(opened: OpenedRun, row: int | None = None) -> AppPage:
    """The first page of a run, or of one contract of a run that holds several."""
    if opened.stored is not None and row is None and len(opened.rows(MAIN)) > 1:
        return contracts_page(opened)
    blocks = of_another_version(opened)
    if opened.stored is None:
        blocks += [Note(f"Not settled yet. {text}", "warning") for text in opened.manifest.lacking]
    else:
        blocks += result_blocks(opened, row or 0)
    parts = [Part("Result", blocks)]
    if standing := year_blocks(opened):
        parts.append(Part("Where the year stands", standing))
    parts.append(Part("People", [people_cards(opened)])) if opened.tables else None
    if opened.manifest.notes:
        parts.append(Part("What this rests on", notes_blocks(opened.manifest.notes)))
    return AppPage(opened.title, parts)


def board(opened: OpenedRun, row: int | None = None) -> AppPage:
    """Sentence, key numbers, waterfall and the year on one page of paper.

    Without a row they are those of all contracts together, where the run holds several.
    """
    blocks = of_another_version(opened)
    if opened.stored is not None and row is None and len(opened.rows(MAIN)) > 1:
        blocks += together_blocks(opened)
    elif opened.stored is not None:
        blocks += result_blocks(opened, row or 0)
    else:
        blocks.append(Note("Not settled yet.", "warning"))
    parts = [Part("Result", blocks)]
    if standing := year_blocks(opened):
        parts.append(Part("Where the year stands", standing))
    return AppPage(opened.title, parts, style="board")


def result_blocks(opened: OpenedRun, row: int) -> list[Block]:
    """The result in words, key numbers that open, the waterfall."""
    assert opened.stored is not None
    stored = opened.row(MAIN, row)
    kept = opened.stored.worksheets
    sentence, tone = result_in_words(opened, row)
    blocks: list[Block] = [Note(sentence, tone)]
    blocks.append(Cards(_cards(opened, stored, row)))
    if kept.get("waterfall"):
        blocks.append(Lazy(f"/picture/waterfall/{row}", "From benchmark to payment"))
    if len(opened.rows(MAIN)) > 1:
        links = [
            (f"/what-if/{row}", "What if"), (f"/sheet/{MAIN}/{row}", "Worksheet"),
            (f"/board/{row}", "For the board"),
        ]  # fmt: skip
        blocks.append(Links(links, row_name(stored)))
    return blocks


def _cards(opened: OpenedRun, stored: StoredRow, row: int) -> list[Card]:
    assert opened.stored is not None
    kept = opened.stored.worksheets
    wanted = [
        (f"detail_{sheet}", row if len(opened.rows(f"detail_{sheet}")) > 1 else 0, name)
        for sheet, names in kept.get("before", {}).items()
        if f"detail_{sheet}" in opened.stored.sheets
        for name in names
    ]
    wanted += [(MAIN, row, name) for name in kept["headline"]]
    cards = []
    for sheet, number, name in wanted:
        item = opened.described(sheet, name)
        value = opened.row(sheet, number).values.get(name)
        link = f"/number/{sheet}/{number}/{name}"
        cards.append(value_card(item["label"], value, item["unit"], link))
    return cards


def waterfall_figure(opened: OpenedRun, row: int | None) -> Figure | None:
    """From benchmark to payment of a row, of all together without one; None where it has none."""
    if opened.stored is None or not opened.stored.worksheets.get("waterfall"):
        return None
    steps = []
    for name, kind in opened.stored.worksheets["waterfall"]:
        value = total(opened, name) if row is None else opened.row(MAIN, row).values.get(name)
        steps.append((opened.described(MAIN, name)["label"], Decimal(value or 0), kind))
    return waterfall(steps, "From benchmark to payment.")


def year_blocks(opened: OpenedRun) -> list[Block]:
    """The year so far: the last line of the months, and the way to all of them."""
    explained = opened.tracking
    if explained is None:
        return []
    expected: list[Block] = []
    if not opened.is_final and opened.forecast is not None:
        expected = [*explained_blocks(opened.forecast)[:3]]
    grids = [part for part in explained.parts if isinstance(part, SmallGrid)]
    sentences = [part.text for part in explained.parts if hasattr(part, "text")][:1]
    total = grids[0].rows[-1:]
    whole = SmallGrid("Spending so far, all months", grids[0].fields, list(total))
    return [
        *expected,
        *[Note(text) for text in sentences],
        explained_grid(whole),
        Links([("/year", "By month, enrollment type and service category")]),
    ]


def people_cards(opened: OpenedRun) -> Cards:
    """How many people are assigned in each period, each opening to them."""
    names = opened.run.period_names
    return Cards(
        [
            Card(f"Assigned, {names.get(period, period)}", f"{count:,}", link=f"/assigned/{period}")
            for period, count in opened.people_assigned.items()
        ]
    )


def sheets_page(opened: OpenedRun) -> AppPage:
    """Every worksheet of the run, line by line, read downwards."""
    parts: list[Part] = []
    for name, kept in (opened.stored.sheets if opened.stored else {}).items():
        if name.startswith("part_"):
            continue
        rows = opened.rows(name)
        count = f"{len(rows):,} rows" if len(rows) > 1 else ""
        links = [
            (f"/sheet/{name}/{number}", row_name(row))
            for number, row in enumerate(rows[:MOST_CONTRACTS])
        ]
        parts.append(Part(f"{kept['title']} ({in_words(name)})", [Links(links, name)], count))
    return AppPage("Worksheets", parts)


def sheet_page(opened: OpenedRun, name: str, number: int) -> AppPage:
    """One row of a worksheet: inputs, then lines, each opening to what it was computed from."""
    kept, stored = opened.sheet(name), opened.row(name, number)
    parts = []
    for title, items in (("Lines", kept["lines"]), ("Inputs", kept["inputs"])):
        rows, links = [], {}
        for at, item in enumerate(items):
            value = show(stored.values.get(item["name"]), item["unit"])
            rows.append([item["label"], value, item["unit"], item.get("cite", "")])
            links[at, 1] = f"/number/{name}/{number}/{item['name']}"
        heads = ["Line", "Value", "Unit", "Citation"]
        grid = Grid(heads, rows, "", frozenset({"Value"}), searchable=True, links=links)
        parts.append(Part(title, [grid]))
    trail = [("/sheets", "Worksheets")]
    return AppPage(f"{kept['title']}: {row_name(stored)}", parts, trail=trail)
