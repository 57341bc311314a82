"""A large plain CSV read by column, where that says the same as reading it row by row.

It does where every line is a row of as many cells, and quotation marks stand around whole cells of
one line. Anything else (a short row, a doubled quotation mark, a line break in a cell) is left to
:mod:`openvbc.programs.published.file_grid`, which reads row by row and tells what is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORTH_IT = 1 << 20
"""Smaller files are read row by row: loading what reads columns takes longer."""
PIECE = 1 << 24
"""So many bytes are looked through at a time."""
QUOTE, LINE_END = b'"', b"\n"

Places = NDArray[np.intp]


def columns_below(
    content: bytes, delimiter: str, line: int, width: int, indexes: Sequence[int]
) -> list[list[str]] | None:
    """Some columns of a UTF-8 text below a line; None where rows are to be read one by one.

    Args:
        content: the whole file.
        delimiter: what separates cells.
        line: the number of the heading's line, the first being 1.
        width: how many cells the heading has.
        indexes: the columns wanted, the first being 0.
    """
    if len(content) < WORTH_IT:
        return None
    ends = _places(content, LINE_END)
    if len(ends) <= line or not _is_plain(content, delimiter.encode(), ends):
        return None
    try:
        import pyarrow
        from pyarrow import csv as arrow_csv
    except ImportError:
        return None
    names = [str(number) for number in range(width)]
    below = pyarrow.py_buffer(content).slice(int(ends[line - 1]) + 1)
    try:
        arrow_table = arrow_csv.read_csv(
            below,
            arrow_csv.ReadOptions(column_names=names, use_threads=False),
            arrow_csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pyarrow.string()),
                include_columns=[names[index] for index in indexes],
                strings_can_be_null=False,
            ),
        )
    except pyarrow.ArrowInvalid:  # rows of another width, which are told one by one
        return None
    columns = [_cells(column) for column in arrow_table.columns]
    del arrow_table, below
    pyarrow.default_memory_pool().release_unused()
    return columns


def _cells(column: Any) -> list[str]:
    """The cells of a column: one text for all that are alike, since most are."""
    encoded = column.combine_chunks().dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    return [texts[number] for number in encoded.indices.tolist()]


def _is_plain(content: bytes, delimiter: bytes, ends: Places) -> bool:
    """Whether every line is a row, its quotation marks around whole cells."""
    if content.count(b"\r") != content.count(b"\r\n"):
        return False
    # A cell longer than this is refused where rows are read.
    longest = int(np.diff(ends, prepend=-1, append=len(content)).max())
    if longest > csv.field_size_limit():
        return False
    quotes = _places(content, QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    if not np.array_equal(np.searchsorted(ends, opening), np.searchsorted(ends, closing)):
        return False
    text = np.frombuffer(content, dtype=np.uint8)
    around = np.frombuffer(delimiter + b"\r\n", dtype=np.uint8)
    before = text[opening[opening > 0] - 1]
    after = text[closing[closing < len(content) - 1] + 1]
    return bool(np.isin(before, around).all() and np.isin(after, around).all())


def _places(content: bytes, byte: bytes) -> Places:
    """Where a byte stands in the content."""
    text = np.frombuffer(content, dtype=np.uint8)
    return np.concatenate(
        [
            np.flatnonzero(text[start : start + PIECE] == byte[0]) + start
            for start in range(0, len(text), PIECE)
        ]
    )
