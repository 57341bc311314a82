"""One DuckDB for the small reads of a process: starting one costs more than most reads.

::

    with reading() as engine:
        engine.register("assignment", run.table("assignment").files)
        engine.rows("select count(*) as people from assignment")

What was registered is forgotten at the end of the block. What does not fit into memory, or is large
enough for several threads, takes an engine of its own, with a scratch folder.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from openvbc.engine.duckdb import DuckDBEngine


class _Idle(threading.local):
    """The engines of a thread that are not in use, and the process that started them."""

    def __init__(self) -> None:
        self.engines: list[DuckDBEngine] = []
        self.process = os.getpid()


_idle = _Idle()


@contextmanager
def reading() -> Iterator[DuckDBEngine]:
    """An engine for small reads, empty; the same one again for whoever comes next."""
    if _idle.process != os.getpid():
        _idle.engines, _idle.process = [], os.getpid()
    engines = _idle.engines
    engine = engines.pop() if engines else DuckDBEngine(threads=1, cache_files=False)
    try:
        yield engine
    finally:
        engine.drop_all()
        engines.append(engine)
