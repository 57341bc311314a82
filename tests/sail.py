"""Sail as the everyday check of Spark's dialect: the same texts, each planned once.

Sail writes out a view or a common table expression wherever it is named before it plans, so that
a statement of ten lines on top of each other is planned for seconds. Here what stands on its own is
made first, and read as rows; every text goes to Sail as it is written. At night whole statements
are run as a user's Spark gets them (``sail_whole`` in ``conftest.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openvbc.engine.spark import SparkEngine

OFTEN = 40
"""From how many copies of its expressions on a statement is made in parts."""
_HEAD = re.compile(r"^(?:with )?(\w+) as \($", re.MULTILINE)
_END = re.compile(r"^\),?$", re.MULTILINE)


class Sail(SparkEngine):
    """Views and the expressions of long statements are rows when they are read."""

    def define(self, name: str, sql: str, *, held: bool = False) -> None:
        """Make the rows of a SELECT, now."""
        rows = self._session.sql(sql)
        made = self._session.createDataFrame(rows.toArrow(), rows.schema)
        made.createOrReplaceTempView(name)
        self._names.add(name)

    def materialise(self, sql: str, path: Path) -> int:
        """Write the result of a SELECT, in parts where it is long."""
        with self._in_parts(sql) as rest:
            return super().materialise(rest, path)

    @contextmanager
    def _in_parts(self, sql: str) -> Iterator[str]:
        parts, rest = common_tables(sql)
        if copies(parts, rest) < OFTEN or self._names & set(parts):
            yield sql
            return
        for name, text in parts.items():
            self.define(name, text)
        yield rest
        for name in parts:
            self.drop(name)


def common_tables(sql: str) -> tuple[dict[str, str], str]:
    """The common table expressions of a statement in our layout, and the SELECT below them."""
    parts, at = {}, 0
    while head := _HEAD.search(sql, at):
        end = _END.search(sql, head.end())
        assert end is not None, sql
        parts[head[1]] = sql[head.end() : end.start()]
        at = end.end()
    return parts, sql[at:]


def copies(parts: dict[str, str], rest: str) -> int:
    """How many SELECTs a statement has once each expression is written out where it is named."""
    known: dict[str, int] = {}
    for name, text in {**parts, "": rest}.items():
        named = (
            len(re.findall(rf"\b(?:from|join)\s+{other}\b", text)) * count
            for other, count in known.items()
        )
        known[name] = 1 + sum(named)
    return known[""]
