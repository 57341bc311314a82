"""Decoded fields as Arrow columns. Needs pyarrow, the extra ``arrow``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.fixed_width import BLANK, FILLER, NO_DATE, Bytes, Mask, is_blank
from openvbc.errors import ExtraMissing


def pyarrow() -> Any:
    """The pyarrow module, or the error that says how to get it."""
    try:
        import pyarrow
    except ImportError as error:
        raise ExtraMissing("arrow", "Reading claim feeds into a claim store") from error
    return pyarrow


def text_column(columns: Bytes) -> Any:
    """Strings without their padding; blank fields are null.

    Fields of one or two bytes have few values: they become dictionaries by a table look-up.
    """
    pa = pyarrow()
    width, count = columns.shape
    if count == 0:
        return pa.array([], pa.string())
    if width <= 2:
        code = columns[0].astype(np.uint16)
        if width == 2:
            code = (code << 8) | columns[1]
        present = np.flatnonzero(np.bincount(code, minlength=1 << (8 * width)))
        texts = [int(value).to_bytes(width, "big").decode("ascii").strip(" ~") for value in present]
        place = np.zeros(1 << (8 * width), dtype=np.int32)
        values = sorted(set(texts) - {""})
        index = {text: number for number, text in enumerate(values)}
        place[present] = [index.get(text, -1) for text in texts]
        codes = place[code]
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, mask=codes < 0), pa.array(values, pa.string())
        )
    blank = is_blank(columns)
    if blank.all():
        return pa.nulls(count, pa.string())
    if (columns[0] == BLANK).any() and ((columns[0] == BLANK) & ~blank).any():
        # A value that does not start at its field's first byte: rare, so decoded one by one.
        whole = np.ascontiguousarray(columns.T).tobytes()
        texts = [whole[i * width : (i + 1) * width].decode("ascii").strip() for i in range(count)]
        return pa.array([text if text.strip("~ ") else None for text in texts], pa.string())
    offsets = np.arange(0, width * count + 1, width, dtype=np.int32)
    rows = np.ascontiguousarray(columns.T)
    strings = pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(rows))
    if (columns[-1] == BLANK).any():
        import pyarrow.compute as pc

        strings = pc.ascii_rtrim(strings, " ")
    if not blank.any():
        return strings
    valid = pa.py_buffer(np.packbits(~blank, bitorder="little"))
    return pa.StringArray.from_buffers(count, *strings.buffers()[1:], valid)


def full_text_column(rows: Bytes) -> Any:
    """The same of fields given one record a row; None unless every value fills its field."""
    count, width = rows.shape
    if width <= 2 or not count:
        return None
    first, last = rows[:, 0], rows[:, -1]
    if (first == BLANK).any() or ((last == BLANK) | (last == FILLER)).any():
        return None
    pa = pyarrow()
    offsets = np.arange(0, width * count + 1, width, dtype=np.int32)
    data = np.ascontiguousarray(rows).ravel()
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))


def date_column(days: NDArray[np.int32]) -> Any:
    """Dates from days since 1970-01-01, null where there is none."""
    pa = pyarrow()
    null = days == NO_DATE
    return pa.array(days, mask=null if null.any() else None).cast(pa.date32())


def decimal_column(values: NDArray[np.int64], scale: int, precision: int, null: Mask) -> Any:
    """Exact decimals from integers of the last place."""
    pa = pyarrow()
    wide = np.empty((len(values), 2), dtype=np.int64)
    wide[:, 0] = values
    wide[:, 1] = values >> 63
    valid = pa.py_buffer(np.packbits(~null, bitorder="little")) if null.any() else None
    return pa.Array.from_buffers(
        pa.decimal128(precision, scale), len(values), [valid, pa.py_buffer(wide)]
    )


def constant_column(value: str | int | dt.date | None, count: int, kind: Any) -> Any:
    """The same value in every row."""
    pa = pyarrow()
    if value is None:
        return pa.nulls(count, kind)
    if kind == pa.string():
        return pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(count, dtype=np.int32)), pa.array([value], kind)
        )
    return pa.repeat(pa.scalar(value, kind), count)
