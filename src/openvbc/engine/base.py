"""The engine port: all that is asked of whatever runs the SQL.

An engine registers tables under names, materialises one SELECT to Parquet, and reads small results
back. Nothing else is asked of it, so that DuckDB from 1.4 on and Spark in any form will do::

    with DuckDBEngine() as engine:
        engine.register("line", Path("line.parquet"))
        engine.register_rows("code", {"code": "string"}, [("99213",)])
        count = engine.materialise("select ... from line join code ...", Path("out.parquet"))
        engine.rows("select sum(paid) as paid from line")        # [{'paid': Decimal('12.30')}]
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from openvbc.engine.table import SmallTable, Value
from openvbc.errors import EngineError


class Engine(ABC):
    """Where SQL runs. Names are unique in an engine; registering a name again replaces it."""

    name: str
    """``duckdb`` or ``spark``."""
    by_bucket: bool
    """Whether work is cut into buckets of people to bound memory; a cluster cuts by itself."""

    @property
    @abstractmethod
    def version(self) -> str:
        """Version of the engine, for example ``2.0.0``."""

    @property
    def major(self) -> str:
        """Engine and major version: a step is run again when this changes."""
        return f"{self.name} {self.version.split('.')[0]}"

    @abstractmethod
    def register(self, name: str, path: Path | Sequence[Path]) -> None:
        """Make Parquet files (or folders of them) readable as the table `name`."""

    @abstractmethod
    def register_rows(
        self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]
    ) -> None:
        """Make a small table of `rows`; every value is cast to its column's SQL type."""

    def register_small(self, table: SmallTable) -> None:
        """Make a :class:`SmallTable` readable under its name."""
        self.register_rows(table.name, table.columns, table.texts)

    @abstractmethod
    def define(self, name: str, sql: str, *, held: bool = False) -> None:
        """Make the rows of one SELECT readable as the table `name`, without writing them.

        With `held` they may be made once, now, and kept in memory until the name is dropped.
        """

    @abstractmethod
    def column_types(self, name: str) -> dict[str, str]:
        """Columns of a registered table with their SQL types."""

    @abstractmethod
    def materialise(self, sql: str, path: Path) -> int:
        """Write the result of one SELECT to Parquet at `path`; return its row count.

        Where the engine writes one file, its rows are sorted, so that equal rows are equal bytes.
        """

    @abstractmethod
    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small result, by column name."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forget a registered table; its files stay."""

    @abstractmethod
    def close(self) -> None:
        """Give back what the engine holds."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


_KNOWN = {
    "No space left": "the disk is full: free space and run again; finished steps are kept",
    "Out of Memory": "give more memory (engine: memory_limit) or cut the people into more parts "
    "(engine: buckets), and run again; finished steps are kept",
    "magic bytes": "the file is damaged: run again, which makes it anew",
    "too small to be a Parquet": "the file is damaged: run again, which makes it anew",
    "ZSTD": "the file is damaged: run again, which makes it anew",
}
"""What an engine says where the SQL is not to blame, and what to do."""


_VALUE = re.compile(r"""'(?:[^']|'')*'|\d{4,}|\d+(?:[-/.]\d+)+""")


def without_values(text: str) -> str:
    """A message of an engine with what may come from the data (quoted, numbers, dates) left out."""
    return _VALUE.sub("(a value)", text)


def failed(what: str, sql: str, error: Exception) -> EngineError:
    """An :class:`EngineError` that names what failed and holds the SQL as it was sent."""
    said = str(error).strip().splitlines()
    reason = without_values(said[0]) if said else type(error).__name__
    for sign, action in _KNOWN.items():
        if sign in reason:
            return EngineError(f"{what} could not be run: {reason}", action=action, code="VBC-4002")
    return EngineError(
        f"{what} could not be run: {reason}\n{sql.rstrip()}",
        action="if the message speaks of space or memory, free some and run again: "
        "finished steps are kept. Otherwise the SQL above is what failed",
        code="VBC-4003",
    )
