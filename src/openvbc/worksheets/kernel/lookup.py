"""Find the parameter in force for each row of a worksheet's columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Any, Literal

import numpy as np

from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import MISSING, Column, objects

Numbers = Literal["decimal", "float"]


Kinds = dict[tuple[str, ...], tuple[list[tuple[Any, ...]], "Column | None"]]
"""By names of keys: the distinct sets of their values, and for each row which it has; None where
one stands for every row."""


@dataclass(frozen=True)
class LookedUp:
    """A parameter by row: what was found for each distinct set of its keys, and who has which."""

    distinct: Column
    kinds: Column | None

    def by_row(self, distinct: Column) -> Column:
        """A column of one value a set of keys as one of a value a row."""
        return distinct if self.kinds is None else distinct[self.kinds]

    @property
    def parameters(self) -> Column:
        """The :class:`Parameter` in force in each row; None where none is."""
        return self.by_row(self.distinct)

    def values(self, numbers: Numbers, unit: str = "") -> Column:
        """Its values, of the kind the worksheet computes with."""
        return self.by_row(_values_of(self.distinct, numbers, unit))


def look_up(
    name: str,
    rules: RuleSet,
    columns: Mapping[str, Column],
    count: int,
    refused: dict[int, ParameterMissing],
    known: Kinds,
) -> LookedUp:
    """The :class:`Parameter` in force for each row, found once for each distinct set of keys.

    Where none is, the row has None and its :class:`ParameterMissing` goes into `refused`. `known`
    keeps the sets of keys, which parameters share, for one evaluation.
    """
    keys = rules.keys_of(name)
    if keys not in known:
        known[keys] = _kinds([columns[key] for key in keys])
    sets, kinds = known[keys]
    found = np.empty(len(sets), dtype=object)
    missing: dict[int, ParameterMissing] = {}
    for number, asked in enumerate(sets):
        try:
            found[number] = rules.get(name, **dict(zip(keys, map(_plain, asked), strict=True)))
        except ParameterMissing as why:
            missing[number] = why
    if missing:
        for row, kind in enumerate([0] * count if kinds is None else kinds.tolist()):
            if kind in missing:
                refused.setdefault(row, missing[kind])
    return LookedUp(found, kinds)


def _kinds(given: list[Column]) -> tuple[list[tuple[Any, ...]], Column | None]:
    """The distinct sets of values that stand beside each other, and which each row has."""
    length = max(map(len, given), default=1)
    if length == 1:
        return [tuple(column[0] for column in given)], None
    first: dict[tuple[Any, ...], int] = {}
    each = [column if len(column) > 1 else repeat(column[0], length) for column in given]
    kinds = [first.setdefault(asked, len(first)) for asked in zip(*each, strict=True)]
    return list(first), np.array(kinds, dtype=np.intp)


def _plain(key: Any) -> Any:
    """A column's value as rule files write it: whole numbers as int."""
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, Decimal | float) and key == key and key == int(key):
        return int(key)
    return key


def _values_of(found: Column, numbers: Numbers, unit: str) -> Column:
    values = [None if parameter is None else parameter.value for parameter in found]
    present = [v for v in values if v is not None]
    if unit == "flag" or (present and all(isinstance(v, bool) for v in present)):
        return np.array([bool(v) for v in values], dtype=bool)
    if any(isinstance(v, Table | str | dt.date) for v in present):
        return objects(values)
    if numbers == "float":
        return np.array([np.nan if v is None else float(v) for v in values])
    return objects([MISSING if v is None else Decimal(v) for v in values])
