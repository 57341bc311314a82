"""Columns that a file lacks and that decide something: said with the consequence, never unsaid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openvbc.programs.published.published_file import PublishedTable


def notes_of_absent(tables: Sequence[PublishedTable], consequences: Mapping[str, str]) -> list[str]:
    """What is said of each column of `consequences` (what its absence means) that a file lacks."""
    found = []
    for table in tables:
        labels = {column.name: column.label or column.name for column in table.layout.columns}
        given = {name for name, _ in table.where}
        found += [
            f"{table.source or table.path.name} has no column {labels[name]}: {consequence}."
            for name, consequence in consequences.items()
            if name not in given
        ]
    return found
