"""Columns that a file lacks and that decide something: said with the consequence, never unsaid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openvbc.programs.published.published_cell import is_missing
from openvbc.programs.published.published_file import PublishedTable


def notes_of_absent(tables: Sequence[PublishedTable], consequences: Mapping[str, str]) -> list[str]:
    """What is said of each column of `consequences` (what its absence means) that a file lacks, or
    that has no value in any row."""
    notes = []
    for table in tables:
        labels = {column.name: column.label or column.name for column in table.layout.columns}
        file = table.source or table.path.name
        there = {name for name, _ in table.where}
        filled = {
            name
            for (name, _), at in table.where.items()
            if name in consequences and not all(map(is_missing, set(table.columns[at])))
        }
        notes += [
            f"{file} has no {'value in its ' if name in there else ''}column {labels[name]}:"
            f" {consequence}."
            for name, consequence in consequences.items()
            if name not in filled
        ]
    return notes
