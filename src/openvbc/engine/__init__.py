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
    scratch: Path | None = None,
) -> Engine:
    """The engine called ``duckdb`` or ``spark``, loaded only when asked for.

    Args:
        name: ``duckdb`` or ``spark``.
        threads: DuckDB only; all cores if not given.
        memory_limit: DuckDB only, for example ``4GB``.
        scratch: a private folder, below which a scratch folder of the engine's own is made for
            what does not fit into memory, and removed again.
        address: Spark only, for example ``sc://host:15002`` or ``local[2]``.
    """
    if name == "duckdb":
        from openvbc.engine.duckdb import DuckDBEngine

        return DuckDBEngine(threads=threads, memory_limit=memory_limit, scratch=scratch)
    if name == "spark":
        from openvbc.engine.spark import SparkEngine

        return SparkEngine.connect(address, scratch)
    raise EngineError(
        f"there is no engine named {name!r}", action="choose duckdb or spark", code="VBC-406"
    )
