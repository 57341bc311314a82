"""CSV files of an invented folder."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def csv_tables(folder: Path) -> Iterator[Callable[[str, Iterable[str]], Any]]:
    """Tables that are written row by row: `table(name, heads)` begins one and gives its writer.

    A name may have a folder before it, which is made. All are closed together.
    """
    with ExitStack() as stack:

        def table(name: str, heads: Iterable[str]) -> Any:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(list(heads))
            return writer

        yield table


def write_table(path: Path, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """A table whose rows are known."""
    with csv_tables(path.parent) as table:
        table(path.name, heads).writerows(list(row) for row in rows)
