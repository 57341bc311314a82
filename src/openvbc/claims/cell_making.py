"""The claims of a cell made into the store's files: repeats dropped, codes settled, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.cell_counts import CellCounts, count_cell
from openvbc.claims.cell_repeats import Dropped, kept_rows
from openvbc.claims.cell_table import CellTable, in_order
from openvbc.claims.code_book import CodeBook
from openvbc.claims.credits import settle_credits, sign_lines
from openvbc.claims.kept_tables import write_columns
from openvbc.claims.model import TABLES
from openvbc.claims.sorted_file import SortedFile
from openvbc.claims.store_tables import order_of
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.private_files import private_folder


class CellMaking:
    """Makes one cell, some of its people after the other."""

    def __init__(self, engine: DuckDBEngine, codes: CodeBook, paths: Mapping[str, Path]) -> None:
        """`paths` says where each table of the cell is written."""
        self._engine, self._codes, self._paths = engine, codes, paths
        self._files: dict[str, SortedFile] = {}
        self._people: list[Any] = []
        self.counts = CellCounts()
        self.dropped: dict[str, Dropped] = {}

    def add(self, tables: Mapping[str, CellTable]) -> None:
        """Write the rows of some people, who come after those before."""
        tables = {name: table for name, table in tables.items() if table.count}
        for name, table in tables.items():
            self._engine.lend(f"staged_{name}", table.rows)
            count_cell(self._engine, name, self.counts)
            self._engine.drop(f"staged_{name}")
        if {"institutional_line", "institutional_claim"} <= tables.keys():
            sign_lines(tables["institutional_line"], tables["institutional_claim"])
        for name, table in tables.items():
            self._people.append((name, table.coded("person_id").dictionary))
            self._write(table)

    def close(self, people: Path) -> dict[str, int]:
        """End the files, and write who has rows in which table; how many rows each table has."""
        for file in self._files.values():
            file.close()
        rows = [(person, name) for name, each in self._people for person in each.to_pylist()]
        ordered = sorted(rows)
        columns = {
            "person_id": [person for person, _ in ordered],
            "source_table": [table for _, table in ordered],
        }
        if ordered:
            write_columns(people, pyarrow().table(columns))
        return {name: file.rows for name, file in self._files.items()}

    def _write(self, table: CellTable) -> None:
        keep, dropped = kept_rows(table)
        self.dropped.setdefault(table.name, Counter()).update(dropped)
        settle_credits(table, keep)
        for column, count in self._codes.settle(table).items():
            self.counts.odd[table.name, column] += count
        chosen = np.flatnonzero(keep)
        if table.name not in self._files:
            path = self._paths[table.name]
            private_folder(path.parent)
            self._files[table.name] = SortedFile(table.name, path)
        if len(chosen):
            keys = [key[chosen] for key in table.keys(order_of(TABLES[table.name]))]
            self._files[table.name].add(table, chosen[in_order(keys)])
