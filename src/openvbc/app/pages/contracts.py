"""A run that settles several contracts: all of them together, and the way to each."""

from __future__ import annotations

from decimal import Decimal

from openvbc._version import __version__
from openvbc.app.blocks import AppPage, Block, Lazy, Links, Part
from openvbc.app.opened import OpenedRun
from openvbc.format import capitalised, show
from openvbc.programs.overall_result import overall
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRow
from openvbc.report.html import notes_blocks, value_card
from openvbc.report.page import Card, Cards, Grid, Note
from openvbc.report.plain_words import together_in_words

MOST_CONTRACTS = 2000
"""Rows of the table of contracts; the workbook and the CSV hold all."""
MOST_LINKS = 200
"""Contracts that a page names to choose from; the first page has all."""


def contracts_page(opened: OpenedRun) -> AppPage:
    """What they come to together, and each with its headline numbers, which open."""
    _, units = names_of(opened)
    parts = [
        Part("Result", [*of_another_version(opened), *together_blocks(opened)]),
        Part(capitalised(units), [_table(opened)]),
    ]
    if opened.manifest.notes:
        parts.append(Part("What this rests on", notes_blocks(opened.manifest.notes)))
    return AppPage(opened.title, parts)


def of_another_version(opened: OpenedRun) -> list[Block]:
    """What is said of a run that another version of the program made."""
    made_by = opened.manifest.openvbc
    if made_by == __version__:
        return []
    said = (
        f"openvbc {made_by} made this run, and this is {__version__}: its numbers are those of "
        "then. Run it again (vbc run) for those of today."
    )
    return [Note(said, "warning")]


def names_of(opened: OpenedRun) -> tuple[str, str]:
    """What one row is called, and several."""
    assert opened.stored is not None
    kept = opened.stored.worksheets
    return kept.get("unit", "contract"), kept.get("units", "contracts")


def together_blocks(opened: OpenedRun) -> list[Block]:
    """The sentence of all together, their number and sums, the way from benchmark to payment."""
    assert opened.stored is not None
    kept = opened.stored.worksheets
    _, units = names_of(opened)
    item = opened.described(MAIN, kept["result"])
    results = [row.values.get(kept["result"]) for row in opened.rows(MAIN)]
    said = together_in_words(
        results, item["label"], item["unit"], units, is_final=kept.get("is_final", True)
    )
    cards = [Card(f"{capitalised(units)} settled", f"{len(results):,}")]
    for name in kept["totals"]:
        described = opened.described(MAIN, name)
        if (value := total(opened, name)) is not None:
            cards.append(value_card(described["label"], value, described["unit"]))
    if item["unit"] != "USD" and item["name"] not in kept["totals"]:
        figure = overall(item["label"], item["unit"], results)
        cards += [Card(figure[0], show(figure[1], figure[2]))] if figure else []
    blocks: list[Block] = [Note(*said)] if said else []
    blocks.append(Cards(cards))
    if kept.get("waterfall"):
        label = f"All {units} together, from benchmark to payment"
        blocks.append(Lazy("/picture/waterfall", label))
    return blocks


def total(opened: OpenedRun, name: str) -> Decimal | None:
    """The sum of a line over all contracts that have it; None where none has."""
    values = [row.values.get(name) for row in opened.rows(MAIN)]
    known = [Decimal(value) for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def others(opened: OpenedRun, address: str) -> list[Part]:
    """The same page of the other contracts; none where the run holds one."""
    rows = opened.rows(MAIN)
    if len(rows) < 2:
        return []
    _, units = names_of(opened)
    links = [(f"{address}/{number}", row_name(row)) for number, row in enumerate(rows[:MOST_LINKS])]
    more = f"The first {MOST_LINKS:,} of {len(rows):,}." if len(rows) > MOST_LINKS else ""
    return [Part(f"Other {units}", [Links(links, capitalised(units))], more)]


def row_name(row: StoredRow) -> str:
    """Whose row it is: contract, year, group, item and name, each once."""
    words = (row.values.get(key) for key in ("contract", "year", "group", "item", "name"))
    return " · ".join(dict.fromkeys(str(word) for word in words if word))


def _table(opened: OpenedRun) -> Grid:
    assert opened.stored is not None
    kept = opened.stored.worksheets
    unit, units = names_of(opened)
    items = [opened.described(MAIN, name) for name in kept["headline"]]
    rows, links = [], {}
    for number, stored in enumerate(opened.rows(MAIN)[:MOST_CONTRACTS]):
        values = stored.values
        who = [str(values["contract"]), str(values["year"]), str(values["group"] or "")]
        rows.append(who + [show(values.get(i["name"]), i["unit"]) for i in items])
        links[number, 0] = f"/contract/{number}"
        for at, item in enumerate(items):
            links[number, len(who) + at] = f"/number/{MAIN}/{number}/{item['name']}"
    heads = [capitalised(unit), "Year", "Group", *(item["label"] for item in items)]
    sums = [
        show(total(opened, item["name"]), item["unit"]) if item["name"] in kept["totals"] else ""
        for item in items
    ]
    count = len(opened.rows(MAIN))
    first = f", the first {len(rows):,} here" if len(rows) < count else ""
    return Grid(
        heads, rows, f"{count:,} {units}{first}.", frozenset(heads[3:]),
        total=["Total", "", f"{count:,} {units}", *sums],
        searchable=True, pinned=True, links=links,
    )  # fmt: skip
