"""A file whose header fits no layout: what it looks like, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from openvbc.errors import OtherFile, Place
from openvbc.programs.published.file_grid import heads
from openvbc.programs.published.layout import Layout
from openvbc.programs.published.published_cell import plain
from openvbc.programs.registry import programs


def closest_heading(path: Path, label: str) -> str:
    """The cell of the file's first rows most like a column's usual heading; empty if none is."""
    usual = label.split(" (")[0].split(" ...")[0].lower()
    cells = {
        cell.strip().lower(): cell.strip() for head in heads(path) for row in head for cell in row
    }
    matches = get_close_matches(usual, list(cells), n=1, cutoff=0.6)
    return cells[matches[0]] if matches else ""


def head_of(path: Path) -> str:
    """The words of the file's first rows, in plain spelling."""
    return plain(" ".join(" ".join(row) for head in heads(path) for row in head))


def programs_told(path: Path) -> list[str]:
    """The programs whose published files the first rows of this one look like."""
    head = head_of(path)
    return [
        each.name
        for each in programs()
        if any(all(word in head for word in words) for words in each.told_by)
    ]


def unrecognised(
    path: Path,
    nearest: list[tuple[int, Layout, list[str]]],
    layouts: Sequence[Layout],
    program: str,
) -> OtherFile:
    """What a file that fits no layout is taken for, and what it lacks.

    Args:
        path: the file.
        nearest: layouts some of whose columns were found: how many, and which are missing.
        layouts: the layouts it was read under.
        program: the program that reads it.
    """
    for other in programs_told(path):
        if other != program:
            return OtherFile(
                f"this is not a file of {program}; it looks like one of {other}",
                place=Place(path.name),
                action=f"settle it with --program {other}",
                code="VBC-1058",
            )
    if nearest:
        _, layout, missing = max(nearest, key=lambda near: near[0])
        alike = [near for label in missing if (near := closest_heading(path, label))]
        return OtherFile(
            f"as a {layout.kind} it lacks the column {', '.join(missing)}",
            place=Place(path.name),
            rule=f"closest in the file: {', '.join(alike)}" if alike else None,
            action="give the file with all its columns, as CMS publishes it",
            code="VBC-1059",
        )
    known = "; ".join(layout.kind for layout in layouts)
    return OtherFile(
        f"no header of a file of {program} was found",
        place=Place(path.name),
        rule=f"known files: {known}",
        action="give the files as CMS publishes them, with their header row",
        code="VBC-1060",
    )
