"""The tables of people, bucket by bucket: who they are, when they were covered, what lists say."""

from __future__ import annotations

from collections import Counter
from functools import partial

from openvbc.claims.cell_repeats import Dropped
from openvbc.claims.cells import CLAIM_TABLES
from openvbc.claims.code_forms import odd_forms
from openvbc.claims.coverage_months import Months
from openvbc.claims.empty_file import write_empty
from openvbc.claims.model import TABLES
from openvbc.claims.normal_form import NotUnderstood
from openvbc.claims.repeats import RECORDS, count_dropped, staged
from openvbc.claims.report import StoreReport
from openvbc.claims.staged_rows import BUCKET_TABLES, StagedRows
from openvbc.claims.store_cells import Cells
from openvbc.claims.store_tables import DERIVED, write_no_rows, write_table
from openvbc.engine.duckdb import DuckDBEngine

OF_PEOPLE = tuple(t for t in TABLES.values() if t.bucketed and t.name not in CLAIM_TABLES)


class PeopleTables:
    """Makes the tables of people, and counts what of them is odd or not kept."""

    def __init__(
        self,
        engine: DuckDBEngine,
        rows: StagedRows,
        cells: Cells,
        months: Months,
        report: StoreReport,
        dropped: dict[str, Dropped],
    ) -> None:
        self._engine, self._rows, self._cells = engine, rows, cells
        self._months, self._report, self._dropped = months, report, dropped
        self._empty: set[str] = set()
        """Staged tables that stand in the engine without rows."""
        self.odd: Counter[tuple[str, str]] = Counter()

    def make(self, bucket: int, codes: NotUnderstood) -> None:
        """Write every table of the people of a bucket."""
        has_people = self._has_people(bucket)
        count: dict[str, int] = {}
        if has_people:
            count = {name: self._stage(name, bucket) for name in BUCKET_TABLES}
            claimant = self._cells.people(bucket)
            self._engine.rows(f"create or replace table claimant as {claimant}")
            self._months.make()
            codes.count_people()
            if count["payment_detail"]:
                self._count_odd("payment_detail")
                codes.count_payment_details()
        for table in OF_PEOPLE:
            path = self._report.folder / table.name / f"bucket_{bucket:03d}.parquet"
            if not has_people or (table.name not in DERIVED and not count[table.name]):
                write_empty(table.name, path, partial(write_no_rows, self._engine, table))
                continue
            rows = write_table(self._engine, table, path)
            self._report.rows[table.name] += rows
            if table.name in RECORDS and rows < count[table.name]:
                count_dropped(self._engine, table.name, self._dropped[table.name])

    def _has_people(self, bucket: int) -> bool:
        """Whether any file says something of anybody in the bucket."""
        told = any(self._rows.has(name, bucket) for name in BUCKET_TABLES)
        return told or bool(self._cells.people_files(bucket))

    def _stage(self, name: str, bucket: int) -> int:
        """Make the table of the staged rows of a bucket; how many there are."""
        has = self._rows.has(name, bucket)
        if name == "coverage_span":  # snapshots of demographics become spans
            has = has or self._rows.has("demographics", bucket)
        if not has and name in self._empty:
            return 0
        make = {"coverage_span": self._months.spans, "demographics": self._months.demographics}
        source = make.get(name, partial(self._rows.select, name))(bucket)
        if name in RECORDS:
            source = staged(name, source)
        made = self._engine.rows(f"create or replace table staged_{name} as {source}")
        if has:
            self._empty.discard(name)
        else:
            self._empty.add(name)
        return int(next(iter(made[0].values())))

    def _count_odd(self, name: str) -> None:
        """Count the staged rows of a table whose codes are of another form, by column."""
        forms = odd_forms(name)
        counts = ", ".join(f"count(*) filter ({form}) as {c}" for c, form in forms.items())
        for column, count in self._engine.rows(f"select {counts} from staged_{name}")[0].items():
            self.odd[name, column] += int(count)
