"""Which columns of a step's table the steps that read it name: others need not be made in memory.

A column counts as named where its name stands as a word anywhere in a reader's statement, be it of
another table: too many are kept, never too few. A reader that takes every column (``*``), or a
step whose header does not describe its columns, keeps them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from openvbc.engine.step import Step

_COMMENT = re.compile(r"--.*")
_EVERY = re.compile(r"\bselect\s+(?:distinct\s+)?\*|\.\s*\*|,\s*\*", re.IGNORECASE)


def only_columns_read(step: Step, readers: Iterable[Step]) -> str:
    """The step's statement with the columns alone that its readers name, in the order it has them.

    Args:
        step: whose table is to be made.
        readers: every step of the run that reads the table.
    """
    texts = [_without_comments(reader.sql) for reader in readers]
    if not step.columns or any(_EVERY.search(text) for text in texts):
        return step.sql
    named = {word for text in texts for word in _words(text)}
    read = [column for column in step.columns if column in named]
    if not read or len(read) == len(step.columns):
        return step.sql
    return f"select {', '.join(read)} from (\n{step.sql}\n) as {step.name}"


@lru_cache(maxsize=512)
def _without_comments(sql: str) -> str:
    return _COMMENT.sub("", sql)


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))
