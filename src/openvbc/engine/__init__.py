"""How SQL runs: DuckDB on one machine, Spark beyond it. Knows nothing of health care."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.base import Engine
from openvbc.errors import EngineError


def engine_named(
    name: str,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    address: str | None = None,
    spill: Path | None = None,
) -> Engine:
    """The engine called ``duckdb`` or ``spark``, loaded only when asked for.

    Args:
        name: ``duckdb`` or ``spark``.
        threads: DuckDB only; all cores if not given.
        memory_limit: DuckDB only, for example ``4GB``.
        spill: DuckDB only, a private folder for what does not fit into memory; never the working
            folder, where it would lie open.
        address: Spark only, for example ``sc://host:15002`` or ``local[2]``.
    """
    if name == "duckdb":
        from openvbc.engine.duckdb import DuckDBEngine

        return DuckDBEngine(threads=threads, memory_limit=memory_limit, scratch=spill)
    if name == "spark":
        from openvbc.engine.spark import SparkEngine

        return SparkEngine.connect(address)
    raise EngineError(
        f"there is no engine named {name!r}", action="choose duckdb or spark", code="VBC-406"
    )
