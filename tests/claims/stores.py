"""Reading a store in tests."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine


def rows(report: StoreReport, sql: str) -> list[dict[str, Any]]:
    """Rows of a query over the store's tables."""
    engine = _engine()
    for table in set(report.tables) & set(re.findall(r"\w+", sql)):
        engine.register(table, report.parts(table))
    return engine.rows(sql)


@cache
def _engine() -> DuckDBEngine:
    """One for all tests of a process: starting one costs more than the query."""
    return DuckDBEngine(threads=1)
