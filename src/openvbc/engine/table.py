"""Tables as the engine sees them: files of rows on disk, and small tables held in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from openvbc.engine.digests import file_digest

Value = str | int | bool | Decimal | dt.date | None


@dataclass(frozen=True)
class Table:
    """A table in Parquet files. `parts` holds one path a bucket when `bucketed`, else any number.

    A path is a file, or a folder of part files as Spark writes them.
    """

    name: str
    parts: tuple[Path, ...]
    key: str
    """Identifies the content: same key, same rows."""
    bucketed: bool = False
    """Part `n` holds exactly the people of bucket `n`, or of several where `divided` says so."""
    divided: int = 0
    """Buckets the people were divided into, where a part holds several; 0: a part each."""

    @property
    def buckets(self) -> int:
        """Buckets the people were divided into; part `n` of `k` holds those of `n`, `n + k` ..."""
        return self.divided or len(self.parts)


@dataclass(frozen=True)
class SmallTable:
    """A table built by the program: parameters, code sets, periods. Values may stand as text."""

    name: str
    columns: Mapping[str, str]
    """Column name to SQL type, for example ``{"code": "string", "rate": "decimal(9,6)"}``."""
    rows: Sequence[Sequence[Value]] = field(repr=False)

    @cached_property
    def texts(self) -> list[list[str | None]]:
        """The rows as the engines cast them; a roster has many, so they are written once."""
        return [
            [v if v is None or type(v) is str else as_text(v) for v in row] for row in self.rows
        ]

    @cached_property
    def arrow(self) -> Any:
        """The texts as an Arrow table: code sets of a hundred thousand rows are shared by runs."""
        import pyarrow

        texts = [  # a column at a time: a long table is never held a second time as tuples
            pyarrow.array([row[number] for row in self.texts], pyarrow.string())
            for number in range(len(self.columns))
        ]
        return pyarrow.table(texts, names=list(self.columns))

    @cached_property
    def key(self) -> str:
        """Identifies the content: column names, types and rows in order."""
        digest = hashlib.sha256(repr(list(self.columns.items())).encode())
        digest.update("".join(map(repr, self.texts)).encode())
        return digest.hexdigest()


def as_text(value: Value) -> str | None:
    """A value as the text both engines cast to the same typed value."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        raise TypeError("floats do not enter a table; give Decimal, int or text")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def table_of(name: str, *parts: Path, bucketed: bool = False, key: str | None = None) -> Table:
    """A :class:`Table` over files on disk; its key is their digest unless it is known already."""
    return Table(name, parts, key or file_digest(parts), bucketed)
