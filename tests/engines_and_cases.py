"""Which cases run on which engine: all on DuckDB; in the dialect of Spark one, and all at night."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def on_every_engine(cases: Iterable[Any], by_default: Any, name: Callable[[Any], str] = str) -> Any:
    """Mark a test of `any_engine` and `case`: Sail runs `by_default` before a change lands.

    The cases of a file run the same steps; what the dialect may do otherwise is held by one.
    """
    given = []
    for case in cases:
        often = () if case == by_default else (pytest.mark.slow,)
        for engine, marks in (("duckdb", ()), ("sail", often), ("spark", (pytest.mark.spark,))):
            given.append(pytest.param(engine, case, marks=marks, id=f"{engine}-{name(case)}"))
    return pytest.mark.parametrize(("any_engine", "case"), given, indirect=["any_engine"])
