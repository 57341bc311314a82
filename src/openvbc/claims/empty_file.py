"""Files of tables without rows: alike in every bucket, so each is made once in a process.

Few people leave most of many buckets empty, and few feeds give every table.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openvbc.engine.private_files import writing_bytes

_MADE: dict[str, bytes] = {}


def write_empty(table: str, path: Path, make: Callable[[Path], object]) -> None:
    """Write the file of a table without rows; `make` makes it the first time.

    What `make` writes must follow from the table alone, and from nothing of a delivery.
    """
    content = _MADE.get(table)
    if content is None:
        make(path)
        _MADE[table] = path.read_bytes()
        return
    with writing_bytes(path) as file:
        file.write(content)
