"""Two runs held against each other: what went in, every line, and who came and went."""

from __future__ import annotations

from pathlib import Path

from openvbc.app.blocks import AppPage, Block, Choice, Part
from openvbc.app.opened import OpenedRun
from openvbc.engine.manifest import NAME
from openvbc.engine.real_path import real_path
from openvbc.format import in_words, show
from openvbc.programs import comparison
from openvbc.programs.run_folder import MAIN
from openvbc.report.page import Grid, Note
from openvbc.run import Run

WORDS = {1: "came", 0: "moved", -1: "went"}


def runs_beside(folder: Path) -> list[Path]:
    """Other finished runs in the same folder and in the folders beside it."""
    near = [*folder.parent.glob(f"*/{NAME}"), *folder.parent.parent.glob(f"*/*/{NAME}")]
    found = {real_path(manifest.parent) for manifest in near}
    return sorted(found - {real_path(folder)})


def compare_page(opened: OpenedRun, other: str) -> AppPage:
    """The choice of an earlier run, and what is different since."""
    choices = [(str(path), str(path)) for path in runs_beside(opened.folder)]
    blocks: list[Block] = [
        Choice("with", "Earlier run", choices, other),
        Choice("with", "or the folder of one", (), other),
    ]
    parts = [Part("Compare with", blocks)]
    if other:
        parts += _differences(Run.open(Path(other)), opened)
    return AppPage("Compare two runs", parts, trail=[("/", opened.title)])


def _differences(before: Run, opened: OpenedRun) -> list[Part]:
    after = opened.run
    changes = comparison.changed_circumstances(before.manifest, after.manifest)
    rows = [[c.kind, c.name, c.before[:60] or "(none)", c.after[:60] or "(none)"] for c in changes]
    went_in: Block = (
        Grid(["What", "Name", "Before", "After"], rows, searchable=len(rows) > 12)
        if rows
        else Note("Inputs, rules, SQL, engine and program are the same.", "good")
    )
    return [
        Part("Lines that differ", [_lines(before, opened)]),
        Part("People", _movements(before, opened)),
        Part("What went in differently", [went_in]),
    ]


def _lines(before: Run, opened: OpenedRun) -> Block:
    if opened.stored is None or not before.is_settled:
        return Note("One of the two is not settled.", "warning")
    earlier = OpenedRun(before.folder)
    try:
        one = earlier.row(MAIN, 0).values
    finally:
        earlier.close()
    other = opened.row(MAIN, 0).values
    items = {
        item["name"]: item for kind in ("lines", "inputs") for item in opened.sheet(MAIN)[kind]
    }
    rows: list[list[str]] = []
    links: dict[tuple[int, int], str] = {}
    for change in comparison.changed_lines(one, other):
        item = items.get(change.line)
        if item is None:
            continue
        unit = item["unit"]
        links[len(rows), 2] = f"/number/{MAIN}/0/{change.line}"
        rows.append([
            item["label"], show(change.before, unit), show(change.after, unit),
            "" if change.difference is None else show(change.difference, unit),
        ])  # fmt: skip
    if not rows:
        return Note("Every line of the settlement is the same.", "good")
    heads = ["Line", "Before", "After", "Change"]
    return Grid(heads, rows, "", frozenset(heads[1:]), links=links)


def _movements(before: Run, opened: OpenedRun) -> list[Block]:
    if "assignment" not in opened.tables or "assignment" not in before.tables:
        return [Note("One of the two runs assigns nobody.")]
    engine = opened.engine
    before.register(engine, "assignment", prefix="before_")
    opened.run.register(engine, "assignment", prefix="after_")
    found = comparison.movements(engine)
    rows = [
        [m.period, WORDS[m.gained], in_words(m.before), in_words(m.after), f"{m.people:,}"]
        for m in found
    ]
    if not rows:
        return [Note("Nobody's assignment changed.", "good")]
    heads = ["Period", "", "Before", "After", "People"]
    return [Grid(heads, rows, "", frozenset({"People"}), searchable=len(rows) > 12)]
