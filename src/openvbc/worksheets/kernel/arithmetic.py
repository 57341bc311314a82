"""The few operations worksheet lines are written in.

A column is a NumPy array: of ``Decimal`` objects for a settlement (exact), of ``float64`` for a
simulation, of ``bool`` for flags, of ``str`` objects for text. Each function here gives the same
result, kind for kind, on both number kinds, so one line serves both. Missing is NaN in both; it
passes through arithmetic, and every comparison with it is false. Given an
:class:`~openvbc.worksheets.kernel.formula.Expression` instead of a column, the operations are
recorded, which is how formulas are derived from lines.

Columns are combined by NumPy's broadcasting: a column of one value stands for every row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.formula import recorded

Column: TypeAlias = np.ndarray[Any, np.dtype[Any]]

MISSING = Decimal("NaN")


def objects(values: Sequence[Any]) -> Column:
    """A column of Python objects, one a row, none of them looked into."""
    return np.fromiter(values, dtype=object, count=len(values))


@recorded
def is_missing(x: Column) -> Column:
    """True where there is no value."""
    flags: Column = np.zeros(x.shape, dtype=bool)
    if x.dtype == object:
        told = [v is None or v != v for v in x.ravel().tolist()]
        flags = np.fromiter(told, dtype=bool, count=len(told)).reshape(x.shape)
    elif x.dtype.kind == "f":
        flags = np.isnan(x)
    return flags


@recorded
def where(condition: Column, then: Any, otherwise: Any) -> Column:
    """`then` where the condition holds, else `otherwise`. Python numbers may stand for columns."""
    exact = _is_exact(then) or _is_exact(otherwise)
    chosen: Column = np.where(condition, _as_kind(then, exact), _as_kind(otherwise, exact))
    return chosen


def _is_exact(x: Any) -> bool:
    return isinstance(x, Decimal) or (isinstance(x, np.ndarray) and x.dtype == object)


def _as_kind(x: Any, exact: bool) -> Any:
    if not isinstance(x, np.ndarray) and exact and isinstance(x, int) and not isinstance(x, bool):
        return np.array(Decimal(x), dtype=object)
    return x


@recorded
def minimum(first: Column, second: Any) -> Column:
    """The lower of two; missing if either is."""
    return _pick(first, second, lambda a, b: a <= b)


@recorded
def maximum(first: Column, second: Any) -> Column:
    """The higher of two; missing if either is."""
    return _pick(first, second, lambda a, b: a >= b)


def _pick(first: Column, second: Any, prefer_first: Callable[[Any, Any], Any]) -> Column:
    second = _like(first, second)
    # Neither is preferred exactly where one of them is missing.
    other = where(prefer_first(second, first), second, _missing_like(first))
    return where(prefer_first(first, second), first, other)


def _like(column: Column, x: Any) -> Column:
    if isinstance(x, np.ndarray):
        return x
    return np.array([Decimal(x) if column.dtype == object else float(x)], dtype=column.dtype)


def clamp(x: Column, low: Any, high: Any) -> Column:
    """`x` held between `low` and `high`."""
    return minimum(maximum(x, low), high)


def capped(x: Column, cap: Column) -> Column:
    """`x`, at most the cap where there is one."""
    return where(is_missing(cap), x, minimum(x, cap))


@recorded
def absolute(x: Column) -> Column:
    """The size of `x` without its sign."""
    return np.abs(x)


@recorded
def ratio(numerator: Column, denominator: Column) -> Column:
    """The quotient; missing where the denominator is zero."""
    zero = denominator == 0
    return where(zero, _missing_like(numerator), numerator / where(zero, 1, denominator))


def _missing_like(x: Column) -> Any:
    return np.array(MISSING, dtype=object) if x.dtype == object else np.nan


@recorded
def only_where(condition: Column, x: Column) -> Column:
    """`x` where the condition holds, missing elsewhere."""
    return where(condition, x, _missing_like(x))


@recorded
def otherwise(x: Column, replacement: Any) -> Column:
    """`x`, or `replacement` where `x` is missing."""
    return where(is_missing(x), _like(x, replacement), x)


@recorded
def round_half_up(x: Column, places: int) -> Column:
    """Round to `places` decimals, halves away from zero, as CMS prints its numbers."""
    if x.dtype != object:
        scale = 10.0**places
        return np.copysign(np.floor(np.abs(x) * scale + 0.5) / scale, x)
    unit = Decimal(1).scaleb(-places)
    return _each(x, lambda v: v.quantize(unit, ROUND_HALF_UP))


@recorded
def round_up(x: Column) -> Column:
    """The next whole number at or above `x`."""
    if x.dtype != object:
        return np.ceil(x)
    return _each(x, lambda v: v.to_integral_value(ROUND_CEILING))


def _each(x: Column, function: Callable[[Decimal], Any]) -> Column:
    return objects([v if v.is_nan() else function(v) for v in x.ravel()]).reshape(x.shape)


@recorded
def exponential(x: Column) -> Column:
    """e to the power of `x`."""
    if x.dtype != object:
        return np.exp(x)
    return _each(x, lambda v: v.exp())


@recorded
def is_in(text: Column, *values: str) -> Column:
    """True where a text column holds one of `values`."""
    return np.isin(text.astype(str), values)


def by_table(tables: Column, x: Column, function: Callable[[Table, Column], Column]) -> Column:
    """Apply `function(table, x)` once for each distinct table of a column of tables.

    Where there is no table (a refused row), the result is missing.
    """
    distinct = {id(table): table for table in tables.ravel() if isinstance(table, Table)}
    if len(distinct) == 1 and len(tables) == 1:
        return function(next(iter(distinct.values())), x)
    x = np.broadcast_to(x, np.broadcast(tables, x).shape)
    tables = np.broadcast_to(tables, x.shape)
    result: Column = np.empty(x.shape, dtype=x.dtype)
    result[:] = _missing_like(x)
    identities = np.array([id(table) for table in tables.ravel()])
    for identity, table in distinct.items():
        mine = identities == identity
        result[mine] = _once_each(x[mine], partial(function, table))
    return result


def _once_each(x: Column, function: Callable[[Column], Column]) -> Column:
    """A function of a column, computed once for each of its numbers as it is written."""
    if x.dtype != object:
        return function(x)
    number: dict[str, int] = {}
    each = [number.setdefault(written, len(number)) for written in map(str, x)]
    first = np.empty(len(number), dtype=np.intp)
    first[each[::-1]] = np.arange(len(x) - 1, -1, -1)
    return function(x[first])[each]


def table_column(table: Table, name: str, like: Column) -> list[Any]:
    """One column of a table, its numbers of the same kind as the column `like`; null is None."""
    exact = like.dtype == object
    cells = [row.get(name) for row in table]
    return [
        c if c is None or isinstance(c, str) else (Decimal(c) if exact else float(c))  # type: ignore[arg-type]
        for c in cells
    ]


def reached(table: Table, score: Column, column: str) -> Column:
    """A column of the row with the highest bound (``from``) that the score reaches, else zero."""
    step_values: Column = score * 0
    bounds = table_column(table, "from", score)
    for bound, value in zip(bounds, table_column(table, column, score), strict=True):
        step_values = where(score >= bound, value, step_values)
    return step_values
