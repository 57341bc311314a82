"""Any number opened: its formula, what it was computed from, who stands behind it."""

from __future__ import annotations

from typing import Any

from openvbc.app.blocks import AppPage, Block, Links, Part
from openvbc.app.opened import OpenedRun
from openvbc.format import exact, more_exactly, show
from openvbc.programs.drill_down import Behind
from openvbc.programs.stored_run import StoredRow
from openvbc.report.page import Card, Cards, Grid, Note
from openvbc.worksheets.kernel.evaluation import Trace

HEADS = ["Computed from", "Value", "Kind", "Status", "Citation"]


def number_page(opened: OpenedRun, sheet: str, number: int, name: str) -> AppPage:
    """A line, input or parameter of one row of a sheet."""
    stored, kept = opened.row(sheet, number), opened.sheet(sheet)
    assert opened.stored is not None
    if name not in kept["parameters"]:
        opened.described(sheet, name)  # an address that leads nowhere is refused
    trace = opened.stored.trace(stored, name)
    parts = [Part(trace.label, _itself(trace))]
    if trace.children and name not in opened.stored.links.get(sheet, {}):
        parts.append(Part("Computed from", [_children(trace, sheet, number)]))
    if below := _linked(opened, sheet, number, name):
        parts.append(Part("Added up from", [below]))
    if behind := behind_of(opened, name):
        parts.append(Part("People behind it", _people(opened, sheet, number, name, behind)))
    if used := _used_by(opened, sheet, number, name):
        parts.append(Part("Used by", [Links(used, "Used by")]))
    trail = [("/sheets", "Worksheets"), (f"/sheet/{sheet}/{number}", str(kept["title"]))]
    return AppPage(trace.label, parts, trail=trail)


def _itself(trace: Trace) -> list[Block]:
    """The value, shown and in full, and what is said of it."""
    if isinstance(trace.value, list):
        heads = list(trace.value[0]) if trace.value else []
        rows = [[exact(cell) for cell in row.values()] for row in trace.value]
        value: Block = Grid(heads, rows)
    else:
        full = more_exactly(trace.value, trace.unit)
        note = f"in full {full}" if full else ""
        value = Cards([Card(trace.kind, show(trace.value, trace.unit), note)])
    facts = [
        ("Formula", trace.formula), ("Unit", trace.unit), ("Rounding", trace.rounding),
        ("Where it comes from", trace.origin), ("In force for", trace.applies),
        ("Status", str(trace.status or "")), ("Citation", trace.cite),
    ]  # fmt: skip
    rows = [[label, text] for label, text in facts if text]
    return [value, Grid(["What it is", ""], rows)]


def _children(trace: Trace, sheet: str, number: int) -> Grid:
    rows, links = [], {}
    for at, child in enumerate(trace.children):
        kind = f"{child.kind}, did not decide here" if child.name in trace.beside else child.kind
        value = f"{len(child.value)} rows" if isinstance(child.value, list) else ""
        shown = value or show(child.value, child.unit)
        rows.append([child.label, shown, kind, str(child.status or ""), child.cite])
        links[at, 0] = links[at, 1] = f"/number/{sheet}/{number}/{child.name}"
    return Grid(HEADS, rows, "", frozenset({"Value"}), links=links)


def _linked(opened: OpenedRun, sheet: str, number: int, name: str) -> Grid | None:
    """The rows of another sheet that an input adds up."""
    assert opened.stored is not None
    link = opened.stored.links.get(sheet, {}).get(name)
    if link is None:
        return None
    item = opened.described(link["sheet"], link["line"])
    rows, links = [], {}
    for at, below in enumerate(link["rows"][number]):
        values = opened.row(link["sheet"], below).values
        rows.append([_named(values), item["label"], show(values[link["line"]], item["unit"])])
        links[at, 2] = f"/number/{link['sheet']}/{below}/{link['line']}"
    heads = ["Row", "Line", "Value"]
    return Grid(heads, rows, "", frozenset({"Value"}), searchable=len(rows) > 12, links=links)


def _named(values: Any) -> str:
    return str(values.get("item") or values.get("contract") or "")


def behind_of(opened: OpenedRun, name: str) -> Behind | None:
    """The people behind an input, where the run still holds their table."""
    behind = opened.claims.behind(name) if opened.claims else None
    if behind is None or not {behind.table, *behind.needs} <= set(opened.tables):
        return None
    return behind


def _people(opened: OpenedRun, sheet: str, number: int, name: str, behind: Behind) -> list[Block]:
    """How many, what they come to, and the way to them."""
    wanted = f", {behind.value} as value" if behind.value else ""
    (totals,) = opened.query(
        f"select count(distinct t.person_id) as people{wanted} from {behind.table} t "
        f"where {behind.where}", behind.table, *behind.needs,
    )  # fmt: skip
    address = f"/behind/{sheet}/{number}/{name}"
    cards = [Card("People", f"{totals['people']:,}", behind.says, address)]
    blocks: list[Block] = [Cards(cards)]
    stored: StoredRow = opened.row(sheet, number)
    value = stored.values.get(name)
    if behind.value and value is not None:
        unit = opened.described(sheet, name)["unit"]
        agree = show(totals["value"], unit) == show(value, unit)
        text = f"Added up again from these people: {show(totals['value'], unit)}"
        blocks.append(
            Note(f"{text}, the same." if agree else f"{text}, NOT the same as above.",
                 "good" if agree else "warning")
        )  # fmt: skip
    return blocks


def _used_by(opened: OpenedRun, sheet: str, number: int, name: str) -> list[tuple[str, str]]:
    """Lines of the sheet that read a number, and inputs of other sheets that add it up."""
    assert opened.stored is not None
    uses = [
        (f"/number/{sheet}/{number}/{line['name']}", line["label"])
        for line in opened.sheet(sheet)["lines"]
        if name in line["arguments"]
    ]
    for above, links in opened.stored.links.items():
        for given, link in links.items():
            if link["sheet"] == sheet and link["line"] == name:
                for row, rows in enumerate(link["rows"]):
                    if number in rows:
                        label = opened.described(above, given)["label"]
                        uses.append((f"/number/{above}/{row}/{given}", label))
    return uses
