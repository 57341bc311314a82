"""The door to SQL: whatever is not ours enters a statement through here, as data.

A path, a file name, a schema, a contract or a person's identifier is never pasted into SQL between
quotes of its own; ``tests/trust/test_doors.py`` finds a place that does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from openvbc.errors import EngineError, Place

_PATTERN = re.compile(r"[*?[]")
_SPECIAL = re.compile(r"([*?[\]])")


def literal(text: str | Path) -> str:
    """A text as a SQL string literal."""
    shown = str(text)
    if "\0" in shown:
        raise EngineError("a text with the character NUL cannot be asked for", code="VBC-413")
    return "'" + shown.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name of a table, schema or column as a quoted SQL identifier."""
    if "\0" in name:
        raise EngineError("a name with the character NUL cannot be asked for", code="VBC-4004")
    return '"' + name.replace('"', '""') + '"'


def parquet_scan(files: Iterable[Path]) -> str:
    """The rows of exactly these Parquet files, in this order.

    DuckDB takes a path with one of ``* ? [`` for a pattern; each such character is put into a class
    of its own, which stands for nothing else.
    """
    named = ", ".join(_existing(file) for file in files)
    return f"read_parquet([{named}], hive_partitioning = false)"


def csv_scan(file: Path) -> str:
    """The rows of exactly this comma separated file with a header, every value as text."""
    return (
        f"read_csv([{_existing(file)}], header = true, all_varchar = true, delim = ',', "
        "hive_partitioning = false)"
    )


def _existing(file: Path) -> str:
    if not os.path.exists(file):
        raise EngineError(
            "a table's file is not there",
            place=Place(str(file)),
            action="run again, which makes it anew",
            code="VBC-412",
        )
    path = os.path.abspath(file)
    if not _PATTERN.search(path):
        return literal(path)
    if "\\" in path:
        raise EngineError(
            "a path with a backslash and one of * ? [ cannot be read as it is",
            place=Place(path),
            rule="DuckDB would take it for a pattern of paths",
            action="rename the folder or the file",
            code="VBC-418",
        )
    return literal(_SPECIAL.sub(r"[\1]", path))
