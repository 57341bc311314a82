"""Exact numbers from fields of fixed width."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.fixed_width import BLANK, DOT, MINUS, ZERO, Bytes, Mask, is_blank

# States of reading a number: 0 before it, 1 after the minus, 2 in whole digits, 3 just after a dot
# without a digit yet, 4 in decimals, 5 after it, 6 not a number.
_BEFORE, _SIGN, _WHOLE, _POINT, _DECIMALS, _AFTER, _WRONG = range(7)
_CLASSES = np.full(256, 4, dtype=np.uint8)
_CLASSES[BLANK], _CLASSES[MINUS], _CLASSES[DOT] = 0, 1, 2
_CLASSES[ZERO : ZERO + 10] = 3
_NEXT = np.array(
    [  # blank, minus, dot, digit, other
        [_BEFORE, _SIGN, _POINT, _WHOLE, _WRONG],
        [_SIGN, _WRONG, _POINT, _WHOLE, _WRONG],
        [_AFTER, _WRONG, _POINT, _WHOLE, _WRONG],
        [_AFTER, _WRONG, _WRONG, _DECIMALS, _WRONG],
        [_AFTER, _WRONG, _WRONG, _DECIMALS, _WRONG],
        [_AFTER, _WRONG, _WRONG, _WRONG, _WRONG],
        [_WRONG] * 5,
    ],
    dtype=np.uint8,
)
_TABLE = np.zeros((7, 8), dtype=np.uint8)
_TABLE[:, :5] = _NEXT
_STATES = _TABLE.ravel()
_LARGEST = 10**16


def numbers(columns: Bytes, scale: int) -> tuple[NDArray[np.int64], Mask, Mask]:
    """Exact numbers, as integers of the last decimal place (cents for scale 2).

    Returns values, a mask of blank fields, and a mask of fields that are not a number, have more
    decimals than `scale` (beyond zeros), or are too large.
    """
    value, plain = _plain_numbers(columns, scale)
    blank, bad = np.zeros((2, columns.shape[1]), dtype=np.bool_)
    if not plain.all():
        others = np.flatnonzero(~plain)
        value[others], blank[others], bad[others] = _any_numbers(columns[:, others], scale)
    return value, blank, bad


_MOST_DIGITS, _AT_ONCE = 16, 9
"""Digits that a number has, and that 32 bits take."""


def _plain_numbers(columns: Bytes, scale: int) -> tuple[NDArray[np.int64], Mask]:
    """Numbers at the right end of their field with just the decimals of `scale`, as CMS writes
    them: their values, and which are such."""
    count = columns.shape[1]
    point = len(columns) - scale - 1 if scale else len(columns)
    value, plain = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.bool_)
    if point < 1:
        return value, plain
    digit = (columns - ZERO) <= 9
    plain |= digit[point - 1]
    if scale:
        plain &= (columns[point] == DOT) & digit[point + 1 :].all(axis=0)
    for place in range(point - 1):  # blanks, then digits
        plain &= digit[place] | (columns[place] == BLANK)
        plain &= ~digit[place] | digit[place + 1]
    rows = [row for place, row in enumerate(columns & 15) if place != point]
    for row in rows[:-_MOST_DIGITS]:
        plain &= row == 0
    rows = rows[-_MOST_DIGITS:]
    for start in range(0, len(rows), _AT_ONCE):
        piece = rows[start : start + _AT_ONCE]
        part = np.zeros(count, dtype=np.int32)
        for row in piece:
            part *= 10
            part += row
        value = value * 10 ** len(piece) + part
    return value, plain


def _any_numbers(columns: Bytes, scale: int) -> tuple[NDArray[np.int64], Mask, Mask]:
    """The same of fields that are written in any way."""
    count = columns.shape[1]
    state = np.zeros(count, dtype=np.uint8)
    value = np.zeros(count, dtype=np.int64)
    decimals = np.zeros(count, dtype=np.int8)
    negative = np.zeros(count, dtype=np.bool_)
    digit_seen = np.zeros(count, dtype=np.bool_)
    large = np.zeros(count, dtype=np.bool_)
    for position, row in enumerate(columns):
        kinds = _CLASSES[row]
        if not kinds.any():
            state = _STATES[state << 3]
            continue
        state = _STATES[(state << 3) | kinds]
        digit = kinds == 3
        digit_seen |= digit
        negative |= kinds == 1
        decimals += digit & (state == _DECIMALS)
        if position >= 16:
            large |= digit & (value >= _LARGEST)
        value = np.where(digit, value * 10 + (row.astype(np.int64) - ZERO), value)
    blank = state == _BEFORE
    bad = (state == _WRONG) | (~blank & ~digit_seen) | large
    if (decimals != scale).any():
        short = np.maximum(scale - decimals, 0).astype(np.int64)
        extra = np.clip(decimals - scale, 0, 18).astype(np.int64)
        bad |= (value > 0) & (value > _LARGEST // 10**short)
        power = 10**extra
        bad |= value % power != 0
        value = value // power * np.where(bad, 0, 10**short)
    unfilled = is_blank(columns)
    bad &= ~unfilled
    blank |= unfilled
    value = np.where(negative, -value, value)
    return np.where(bad | blank, 0, value), blank, bad
