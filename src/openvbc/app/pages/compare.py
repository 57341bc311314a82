"""Two runs held against each other: what went in, every line, and who came and went."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from openvbc.app.blocks import AppPage, Block, Choice, Part
from openvbc.app.opened import OpenedRun
from openvbc.engine.manifest import NAME
from openvbc.engine.real_path import real_path
from openvbc.format import in_words, show
from openvbc.programs import comparison_told
from openvbc.programs.compared_runs import ComparedRuns, compared_runs
from openvbc.programs.explanation import Sentence, SmallGrid
from openvbc.programs.run_folder import MAIN
from openvbc.report.listings import SHOWN_ROWS
from openvbc.report.page import Grid, Note
from openvbc.report.run_analyst import explained_grid
from openvbc.run import Run

MANY = 12
"""Rows of a table from which one is looked for by typing."""


def runs_beside(folder: Path) -> list[Path]:
    """Other finished runs in the same folder and in the folders beside it."""
    near = [*folder.parent.glob(f"*/{NAME}"), *folder.parent.parent.glob(f"*/*/{NAME}")]
    folders = {real_path(manifest.parent) for manifest in near}
    return sorted(folders - {real_path(folder)})


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
    changes = compared_runs(before, opened.run)
    people: Block = Note("One of the two runs assigns nobody.")
    if changes.movements is not None:
        people = _block(comparison_told.moved(changes.movements))
    return [
        Part("Lines that differ", _lines(changes, before, opened.run)),
        Part("People", [people]),
        Part("What went in differently", [_block(comparison_told.went_in(changes.circumstances))]),
    ]


def _block(told: SmallGrid | Sentence) -> Block:
    if isinstance(told, Sentence):
        return Note(told.text, "good")
    return replace(explained_grid(told), caption="", searchable=len(told.rows) > MANY)


def _lines(changes: ComparedRuns, before: Run, after: Run) -> list[Block]:
    if not (before.is_settled and after.is_settled):
        return [Note("One of the two is not settled.", "warning")]
    if not changes.lines:
        return [Note("Every line of the settlement is the same.", "good")]
    several = any(change.contract for change in changes.lines)
    blocks: list[Block] = []
    if several:
        told = comparison_told.results(changes, SHOWN_ROWS)
        blocks += [Note(each.text, "warning") for each in comparison_told.alone(changes)]
        blocks.append(explained_grid(told) if isinstance(told, SmallGrid) else _block(told))
    heads = [*(["Contract"] if several else []), "Line", "Before", "After", "Change"]
    rows: list[list[str]] = []
    links: dict[tuple[int, int], str] = {}
    for change in changes.lines[:SHOWN_ROWS]:
        if change.row is not None:
            links[len(rows), len(heads) - 2] = f"/number/{MAIN}/{change.row}/{change.line}"
        numbers = comparison_told.measured(changes, change)
        shown = ["" if each.value is None else show(each.value, each.unit) for each in numbers]
        label = changes.labels.get(change.line, in_words(change.line))
        rows.append([*([change.contract] if several else []), label, *shown])
    more = len(changes.lines) - len(rows)
    caption = f"The first {len(rows):,} of {len(changes.lines):,} lines." if more else ""
    numeric = frozenset(heads[-3:])
    grid = Grid(heads, rows, caption, numeric, links=links, searchable=len(rows) > MANY)
    return [*blocks, grid]
