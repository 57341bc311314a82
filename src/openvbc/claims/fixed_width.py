"""Fixed-width records: cut a stream into records, and decode fields by slicing bytes.

A block is a matrix of bytes, one record a row. Each decoder takes the bytes of one field with one
byte position a row and one record a column, so that every operation runs over all records at once,
and returns values with a mask of records whose value cannot be what the layout says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.null_dates import NULL_DATES

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

BLOCK_BYTES = 24 << 20
LONGEST = 1 << 16
"""No line is longer; records have up to some hundreds of characters."""
PADDING = 512
"""Blanks that may stand behind a record."""
WRONG_LENGTH = "record length that no layout of the file knows"
"""Reason of records set aside by their length."""
NEWLINE, RETURN, BLANK, MINUS, DOT, ZERO, FILLER = 10, 13, 32, 45, 46, 48, 126
NO_DATE = np.int32(-(2**31))


@dataclass(frozen=True)
class Block:
    """Records of one length: `records[i]` stood on line `lines[i]` of the file."""

    records: Bytes
    lines: NDArray[np.int64]
    padding: int = 0
    """Blanks that stood behind each record and are no part of it."""


@dataclass(frozen=True)
class OddRecords:
    """Lines whose length no layout of the file knows."""

    lines: NDArray[np.int64]
    lengths: NDArray[np.int64]


def blocks(
    stream: IO[bytes], lengths: frozenset[int], size: int = BLOCK_BYTES
) -> Iterator[Block | OddRecords]:
    """Cut a stream into blocks of records of the known `lengths`, and the lines of other lengths.

    Lines end with a line feed, with or without a carriage return; the last one need not. Blank
    lines are no records. A line longer than :data:`LONGEST` is no record of any file: it is passed
    over as it comes. Memory stays at a few times `size`, time is linear.
    """
    line, rest, first, skipped = 1, b"", True, 0
    while True:
        piece = stream.read(size)
        last = not piece
        if first:
            piece, first = piece.removeprefix(b"\xef\xbb\xbf"), False
        if skipped:
            end = piece.find(b"\n")
            if end < 0 and not last:
                skipped += len(piece)
                continue
            yield OddRecords(np.array([line]), np.array([skipped + max(end, 0)]))
            line, skipped, piece = line + 1, 0, piece[end + 1 :]
        data = rest + piece
        if last:
            if not data:
                return
            data, rest = data + b"\n", b""
        else:
            end = data.rfind(b"\n") + 1
            data, rest = data[:end], data[end:]
            if len(rest) > LONGEST:
                rest, skipped = b"", len(rest)
        if data:
            count = data.count(b"\n")
            yield from _alike(data, count, line, lengths) or _cut(data, line, lengths)
            line += count
        if last:
            return


def _alike(data: bytes, count: int, line: int, lengths: frozenset[int]) -> list[Block]:
    """The one block of records that all have the same known length; none if they do not."""
    stride = data.find(b"\n") + 1
    if len(data) != stride * count:
        return []
    whole = np.frombuffer(data, dtype=np.uint8).reshape(count, stride)
    returned = whole[:, -2] == RETURN if stride > 1 else np.zeros(count, dtype=np.bool_)
    width = stride - 1 - int(returned[0])
    if width not in lengths or (returned != returned[0]).any() or (whole[:, -1] != NEWLINE).any():
        return []
    return [Block(whole[:, :width], line + np.arange(count, dtype=np.int64))]


def _cut(data: bytes, line: int, lengths: frozenset[int]) -> Iterator[Block | OddRecords]:
    buffer = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(buffer == NEWLINE)
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    returned = (ends > starts) & (buffer[np.maximum(ends - 1, 0)] == RETURN)
    widths = ends - starts - returned
    numbers = line + np.arange(len(ends), dtype=np.int64)
    known = np.isin(widths, sorted(lengths))
    for width in sorted({int(w) for w in widths[known]}):
        chosen = np.flatnonzero(widths == width)
        index = starts[chosen][:, None] + np.arange(width)
        yield Block(buffer[index], numbers[chosen])
    odd = ~known & (widths > 0)
    yield from _padded(buffer, starts, widths, numbers, odd, lengths)
    if odd.any():
        yield OddRecords(numbers[odd], widths[odd].astype(np.int64))


def _padded(
    buffer: Bytes,
    starts: NDArray[np.int64],
    widths: NDArray[np.int64],
    numbers: NDArray[np.int64],
    odd: Mask,
    lengths: frozenset[int],
) -> Iterator[Block]:
    """Records with nothing but blanks beyond a known length; they are taken out of `odd`."""
    longest = max(lengths) + PADDING
    for width in sorted({int(w) for w in widths[odd] if min(lengths) < w <= longest}):
        chosen = np.flatnonzero(odd & (widths == width))
        records = buffer[starts[chosen][:, None] + np.arange(width)]
        length = max(known for known in lengths if known < width)
        blank = (records[:, length:] == BLANK).all(axis=1)
        if blank.any():
            odd[chosen[blank]] = False
            yield Block(records[blank, :length], numbers[chosen[blank]], width - length)


def not_plain(columns: Bytes) -> Mask:
    """Records with a byte that is not printable ASCII in the field."""
    bad: Mask = np.zeros(columns.shape[1], dtype=np.bool_)
    if columns.size and (int(columns.max()) > 126 or int(columns.min()) < BLANK):
        bad |= ((columns > 126) | (columns < BLANK)).any(axis=0)
    return bad


def upper(columns: Bytes) -> Bytes:
    """Letters in upper case, as CMS writes identifiers."""
    small = (columns >= 97) & (columns <= 122)
    return np.where(small, columns - 32, columns) if small.any() else columns


def is_blank(columns: Bytes) -> Mask:
    """Records in which the field is blank, or holds the repository's filler for unknown, ``~``."""
    blank: Mask = np.ones(columns.shape[1], dtype=np.bool_)
    for row in columns:
        blank &= (row == BLANK) | (row == FILLER)
        if not blank.any():
            break
    return blank


def dates(columns: Bytes) -> tuple[NDArray[np.int32], Mask]:
    """Days since 1970-01-01 of ``YYYY-MM-DD`` fields; :data:`NO_DATE` where the date is null."""
    digits = [columns[i].astype(np.int32) - ZERO for i in (0, 1, 2, 3, 5, 6, 8, 9)]
    bad = (columns[4] != MINUS) | (columns[7] != MINUS)
    for digit in digits:
        bad |= (digit < 0) | (digit > 9)
    year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3]
    month = digits[4] * 10 + digits[5]
    day = digits[6] * 10 + digits[7]
    null = is_blank(columns) & bad
    packed = year * 10000 + month * 100 + day
    filler = (packed < _FIRST_YEAR * 10000) | (packed >= _LATE * 10000) | (year == 1900)
    if filler.any():
        null |= np.isin(packed, _NULLS) & ~bad
    first, count = _DAYS
    position = (year - _FIRST_YEAR) * 12 + month - 1
    outside = bad | (month < 1) | (month > 12) | (position < 0) | (position >= len(first))
    position = np.where(outside, 0, position)
    value = first[position] + day - 1
    wrong = (outside | (day < 1) | (day > count[position])) & ~null
    return np.where(null | wrong, NO_DATE, value).astype(np.int32), wrong


_FIRST_YEAR, _LAST_YEAR, _LATE = 1850, 2199, 2099
_NULLS = np.array([int(text.replace("-", "")) for text in NULL_DATES], dtype=np.int32)


def _month_table() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    months = np.arange(
        np.datetime64(f"{_FIRST_YEAR}-01"), np.datetime64(f"{_LAST_YEAR + 1}-01") + 1
    )
    first = months.astype("datetime64[D]").astype(np.int64)
    return first[:-1].astype(np.int32), np.diff(first).astype(np.int32)


_DAYS = _month_table()
