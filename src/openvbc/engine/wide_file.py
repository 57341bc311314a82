"""A short table of hundreds of columns as a Parquet file, without an engine.

DuckDB takes a fifth of a second to plan five hundred casts and as many keys to sort by; Arrow
writes the same values in a quarter of it. What Arrow does not take as it is, an engine casts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.table import Value

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_WIDE = Context(prec=80, rounding=ROUND_HALF_UP)


def write_wide(
    engine: Engine, columns: Mapping[str, str], cells: Sequence[Sequence[Value]], path: Path
) -> None:
    """Write the columns' values to one Parquet file, in the order given.

    Args:
        engine: casts what Arrow does not take: an error is then the engine's.
        columns: name and SQL type of each; the first numbers the rows in their order.
        cells: the values, a sequence a column. Decimals are rounded half up to the places of
            their type, as an engine's cast does.
        path: where to; only its owner can read it.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        made = [_column(kind, values) for kind, values in zip(columns.values(), cells, strict=True)]
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, InvalidOperation, TypeError):
        engine.register_rows("wide", columns, zip(*cells, strict=True))
        engine.materialise("select * from wide", path)
        engine.drop("wide")
        return
    parquet.write_table(
        pyarrow.table(made, names=list(columns)),
        path, compression="zstd", use_dictionary=False, store_schema=False,
    )  # fmt: skip
    only_for_owner(path)


def _column(kind: str, values: Sequence[Value]) -> Any:
    import pyarrow

    if (places := _DECIMAL.fullmatch(kind)) is not None:
        digits, scale = int(places[1]), int(places[2])
        last = Decimal(1).scaleb(-scale)
        rounded = [_rounded(value, last) for value in values]
        return pyarrow.array(rounded, pyarrow.decimal128(digits, scale))
    types = {
        "integer": pyarrow.int32(), "varchar": pyarrow.string(),
        "boolean": pyarrow.bool_(), "date": pyarrow.date32(),
    }  # fmt: skip
    return pyarrow.array(values, types[kind])


def _rounded(value: Value, last: Decimal) -> Decimal | None:
    if value is None:
        return None
    if type(value) not in (int, Decimal):
        raise TypeError
    return Decimal(value).quantize(last, context=_WIDE)  # type: ignore[arg-type]
