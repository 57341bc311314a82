"""How SQL runs: DuckDB on one machine, Spark beyond it. Knows nothing of health care."""

from __future__ import annotations

from openvbc.engine.base import Engine


def engine_named(name: str, threads: int | None = None, memory_limit: str | None = None) -> Engine:
    """The engine called ``duckdb`` or ``spark``, loaded only when asked for."""
    if name == "duckdb":
        from openvbc.engine.duckdb import DuckDBEngine

        return DuckDBEngine(threads=threads, memory_limit=memory_limit)
    from openvbc.errors import EngineError

    raise EngineError(
        f"there is no engine named {name!r}", action="choose duckdb or spark", code="VBC-406"
    )
