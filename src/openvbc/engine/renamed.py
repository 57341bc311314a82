"""Values that a column's files hold under an earlier name than the one they are read by.

A folder of part files may hold a file ``_renamed.COLUMN`` (Parquet: ``stands``, ``means``): where
the column has a value that `stands` there, it is read as what it `means`. So a new name of a few
values changes one small file, and not every file in which they stand. Each value stands once.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from openvbc.engine.quoting import identifier, parquet_scan

PREFIX = "_renamed."
"""The name begins so; readers of folders pass over files that begin with a low line."""


def renamed(folders: Iterable[Path]) -> dict[str, list[Path]]:
    """Files of the names in these folders and in those below, as their part files are read."""
    files_by_name: dict[str, list[Path]] = {}
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.rglob(f"{PREFIX}*")):
                files_by_name.setdefault(path.name.removeprefix(PREFIX), []).append(path)
    return files_by_name


def with_names(select: str, names: dict[str, list[Path]]) -> str:
    """SQL of the rows of `select` with every value by the name it is read by."""
    for column, paths in names.items():
        value = identifier(column)
        select = (
            f"select s.* replace (coalesce(n.means, s.{value}) as {value}) from ({select}) s "
            f"left join {parquet_scan(paths)} n on n.stands = s.{value}"
        )
    return select
