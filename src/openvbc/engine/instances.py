"""The DuckDB instances of this process: starting one costs 40 milliseconds, using one again five.

An engine has an instance for itself, and in it a database and a connection of its own, which go
with the engine: whoever has the instance next finds nothing in it, under other settings. One that
wrote to its scratch folder, or that cannot be emptied, is closed.
"""

from __future__ import annotations

import os
from typing import Any

from openvbc.engine.quoting import literal

ALWAYS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "true",
    "temp_directory": "",
}
IDLE = 2
"""How many instances are kept while no engine uses them."""

_idle: dict[int, list[Any]] = {}
"""By process: a process that was forked cannot use the threads of what was started before."""


class Instance:
    """An instance for one engine: its settings, and an empty database.

    Raises:
        duckdb.Error: a setting is none that DuckDB knows.
    """

    def __init__(
        self, threads: int | None, memory_limit: str | None, scratch: str, cache_files: bool
    ) -> None:
        import duckdb

        self._closed = False
        idle = _idle.setdefault(os.getpid(), [])
        self._root = idle.pop() if idle else duckdb.connect(config=ALWAYS)
        try:
            self._set("threads", threads)
            self._set("memory_limit", memory_limit)
            self._set("enable_external_file_cache", cache_files)
            if scratch:
                self._set("temp_directory", scratch)
            self._root.execute("attach ':memory:' as own")
            self.connection = self._root.cursor()
            self.connection.execute("use own")
        except duckdb.Error:
            self._root.close()
            raise

    def _set(self, name: str, value: str | int | bool | None) -> None:
        said = f"reset {name}" if value is None else f"set {name} = {literal(str(value))}"
        self._root.execute(said)

    def close(self, *, again: bool) -> None:
        """End the connection and the database; keep the instance where it may be used again."""
        import duckdb

        if self._closed:
            return
        self._closed = True
        self.connection.close()
        idle = _idle.setdefault(os.getpid(), [])
        try:
            if again and len(idle) < IDLE:
                self._root.execute("detach own")
                self._set("enable_external_file_cache", False)
                self._set("temp_directory", "")  # refused where it was written to
                idle.append(self._root)
                return
        except duckdb.Error:
            pass
        self._root.close()
