"""Rows of the small tables that steps and factor files give: periods, types and exact numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES

Row = Mapping[str, Any]

PERIODS = {
    "BY1": "benchmark_year_1",
    "BY2": "benchmark_year_2",
    "BY3": "benchmark_year_3",
    "PY": "performance_year",
}
"""Period as the step tables write it, to the ending of a line's name."""


def ending_of(row: Row, table: str) -> str:
    """Period and type as names end: ``benchmark_year_1_esrd``; InputError if either is unknown."""
    period = str(value_of(row, "period", table))
    if period not in PERIODS:
        raise InputError(
            f"unknown period {period!r}",
            place=Place(table, column="period", value=period),
            rule=f"a period is one of {', '.join(PERIODS)}",
            code="VBC-1026",
        )
    return f"{PERIODS[period]}_{type_of(row, table)}"


def type_of(row: Row, table: str) -> str:
    """The enrollment type in lower case; InputError if it is unknown."""
    written = str(value_of(row, "enrollment_type", table))
    if written.lower() not in ENROLLMENT_TYPES:
        raise InputError(
            f"unknown enrollment type {written!r}",
            place=Place(table, column="enrollment_type", value=written),
            rule=f"it is one of {_words(each.upper() for each in ENROLLMENT_TYPES)}",
            code="VBC-1027",
        )
    return written.lower()


def _words(values: Iterable[str]) -> str:
    return ", ".join(values)


def value_of(row: Row, column: str, table: str) -> Any:
    """A cell; InputError naming table and column if there is no such column."""
    if column not in row:
        raise InputError(
            f"the table {table} has no column {column}",
            place=Place(table, column=column),
            rule=f"it has {_words(row)}",
            code="VBC-1028",
        )
    return row[column]


def number_of(row: Row, column: str, table: str) -> Decimal:
    """A cell as an exact number; InputError if it is text, TypeError if it is a float."""
    value = value_of(row, column, table)
    if isinstance(value, float):
        raise TypeError(f"{table}.{column}: floats do not carry money; give Decimal or text")
    try:
        return Decimal(value)
    except (ArithmeticError, TypeError, ValueError):
        raise InputError(
            "text where a number belongs",
            place=Place(table, column=column, value=str(value)),
            code="VBC-1029",
        ) from None
