"""Small tables that follow from the content of one file alone, kept beside the store.

They are named by the digest of what they follow from; an index, written last, has the digest of
each. What is not whole, or stands in no index, is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from openvbc.claims.arrow_columns import pyarrow
from openvbc.engine.digests import file_digest
from openvbc.engine.own_folder import remove
from openvbc.engine.private_files import only_for_owner, private_folder
from openvbc.engine.sealed import read_sealed, write_sealed

INDEX = "index.json"


class KeptTables:
    """The tables kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        self._before: dict[str, str] = {}
        self._now: dict[str, str] = {}
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            self._before = dict(read_sealed(folder / INDEX)["sha256"])

    def table(self, key: str, make: Callable[[], Mapping[str, Any]]) -> KeptTable:
        """The table of the key, made if it is not there."""
        path = self._folder / f"{key}.parquet"
        with suppress(OSError):
            if self._before.get(key) == file_digest([path]):
                self._now[key] = self._before[key]
                return KeptTable(path)
        table = pyarrow().table(dict(make()))
        write_columns(path, table)
        self._now[key] = file_digest([path])
        return KeptTable(table)

    def close(self) -> None:
        """Remember what was asked for; the rest is removed."""
        if self._now == self._before:
            return
        for path in self._folder.glob("*.parquet"):
            if path.stem not in self._now:
                remove(path)
        write_sealed(self._folder / INDEX, {"sha256": self._now})


class KeptTable:
    """One table, in a file or in memory, read by column."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def columns(self, names: Sequence[str]) -> list[Any]:
        """Columns as Arrow has them."""
        table = self._table
        if isinstance(table, Path):
            table = read_columns(table, names)
        return [table.column(name) for name in names]


def write_columns(path: Path, table: Any) -> None:
    """Write an Arrow table as a Parquet file for its owner alone."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="lz4")
    only_for_owner(path)


def read_columns(path: Path, names: Sequence[str]) -> Any:
    """Columns of a Parquet file that :func:`write_columns` wrote, as an Arrow table."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return file.read(list(names), use_threads=False)
