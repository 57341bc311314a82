"""Reading a store in tests."""

from __future__ import annotations

from typing import Any

from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine


def rows(report: StoreReport, sql: str) -> list[dict[str, Any]]:
    """Rows of a query over the store's tables."""
    with DuckDBEngine(threads=1) as engine:
        for table in report.tables:
            engine.register(table, report.parts(table))
        return engine.rows(sql)
