"""Find the parameter in force for each row of a worksheet's columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from itertools import repeat
from typing import Any, Literal

import numpy as np

from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter, Table
from openvbc.worksheets.kernel.arithmetic import MISSING, Column

Numbers = Literal["decimal", "float"]


def look_up(
    name: str,
    rules: RuleSet,
    columns: Mapping[str, Column],
    count: int,
    refused: dict[int, ParameterMissing],
) -> Column:
    """The :class:`Parameter` in force for each row, found once for each distinct set of keys.

    Where none is, the row is None here and its :class:`ParameterMissing` goes into `refused`.
    """
    keys = rules.keys_of(name)
    length = max([len(columns[key]) for key in keys], default=1)
    answers: dict[tuple[Any, ...], Parameter | ParameterMissing] = {}
    found = np.empty(length, dtype=object)
    given = [c if len(c) > 1 else repeat(c[0], length) for c in (columns[key] for key in keys)]
    for row, asked in enumerate(zip(*given, strict=True) if keys else [()]):
        answer = answers.get(asked)
        if answer is None:
            plainly = dict(zip(keys, map(_plain, asked), strict=True))
            try:
                answer = rules.get(name, **plainly)
            except ParameterMissing as missing:
                answer = missing
            answers[asked] = answer
        if isinstance(answer, ParameterMissing):
            for each in [row] if length > 1 else range(count):
                refused.setdefault(each, answer)
        else:
            found[row] = answer
    return found


def _plain(key: Any) -> Any:
    """A column's value as rule files write it: whole numbers as int."""
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, Decimal | float) and key == key and key == int(key):
        return int(key)
    return key


def values_of(found: Column, numbers: Numbers, unit: str = "") -> Column:
    """The values of a column of parameters, of the kind the worksheet computes with."""
    values = [None if parameter is None else parameter.value for parameter in found]
    present = [v for v in values if v is not None]
    if unit == "flag" or (present and all(isinstance(v, bool) for v in present)):
        return np.array([bool(v) for v in values], dtype=bool)
    if any(isinstance(v, Table | str | dt.date) for v in present):
        return _objects(values)
    if numbers == "float":
        return np.array([np.nan if v is None else float(v) for v in values])
    return _objects([MISSING if v is None else Decimal(v) for v in values])


def _objects(values: list[Any]) -> Column:
    column = np.empty(len(values), dtype=object)
    for index, value in enumerate(values):
        column[index] = value
    return column
