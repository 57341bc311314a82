"""Find the parameter in force for each row of a worksheet's columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import MISSING, Column, objects

Numbers = Literal["decimal", "float"]

_MOST = 1 << 17
"""So many sets of keys at most are numbered without being looked for."""


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


class KeySets:
    """The sets of values that keys have beside each other in an evaluation, each found once."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = columns
        """Of the evaluation, which adds to them while it goes on."""
        self._sets: dict[tuple[str, ...], tuple[list[tuple[Any, ...]], Column | None]] = {}
        self._numbered: dict[str, tuple[Column, int]] = {}

    def of(self, keys: tuple[str, ...]) -> tuple[list[tuple[Any, ...]], Column | None]:
        """The distinct sets in the order of the rows, and for each row which it has.

        In place of the latter None where one set stands for every row.
        """
        if keys not in self._sets:
            self._sets[keys] = self._found(keys)
        return self._sets[keys]

    def _found(self, keys: tuple[str, ...]) -> tuple[list[tuple[Any, ...]], Column | None]:
        given = [self._columns[key] for key in keys]
        length = max(map(len, given), default=1)
        if length == 1:
            return [tuple(column[0] for column in given)], None
        numbers, size = np.zeros(length, dtype=np.intp), 1
        for key, column in zip(keys, given, strict=True):
            if len(column) == 1:
                continue
            own, count = self._numbers(key, column)
            numbers, size = numbers * count + own, size * count
            if size > _MOST:
                distinct, numbers = np.unique(numbers, return_inverse=True)
                size = len(distinct)
        first = np.full(size, -1, dtype=np.intp)
        first[numbers[::-1]] = np.arange(length - 1, -1, -1)  # of several the last stays: the first
        there = np.flatnonzero(first >= 0)
        there = there[np.argsort(first[there])]
        place = np.empty(size, dtype=np.intp)
        place[there] = np.arange(len(there))
        rows = first[there].tolist()
        sets = [tuple(column[row if len(column) > 1 else 0] for column in given) for row in rows]
        return sets, place[numbers]

    def _numbers(self, key: str, column: Column) -> tuple[Column, int]:
        """For each row the number of its value among the column's, and how many these are."""
        if key not in self._numbered:
            values = column.tolist()
            # Rows share objects, and a number is slow to be told from another by what it is worth.
            objects = list(map(id, values))
            number: dict[Any, int] = {}
            of_object = {
                each: number.setdefault(value, len(number))
                for each, value in dict(zip(objects, values, strict=True)).items()
            }
            rows = np.array([of_object[each] for each in objects], dtype=np.intp)
            self._numbered[key] = rows, len(number)
        return self._numbered[key]


def look_up(
    name: str,
    rules: RuleSet,
    count: int,
    refused: dict[int, ParameterMissing],
    known: KeySets,
) -> LookedUp:
    """The :class:`Parameter` in force for each row, found once for each distinct set of keys.

    Where none is, the row has None and its :class:`ParameterMissing` goes into `refused`. `known`
    keeps the sets of keys, which parameters share, for one evaluation.
    """
    keys = rules.keys_of(name)
    sets, kinds = known.of(keys)
    parameters = np.empty(len(sets), dtype=object)
    missing: dict[int, ParameterMissing] = {}
    for number, asked in enumerate(sets):
        try:
            parameters[number] = rules.get(name, **dict(zip(keys, map(_plain, asked), strict=True)))
        except ParameterMissing as why:
            missing[number] = why
    if missing:
        for row, kind in enumerate([0] * count if kinds is None else kinds.tolist()):
            if kind in missing:
                refused.setdefault(row, missing[kind])
    return LookedUp(parameters, kinds)


def _plain(key: Any) -> Any:
    """A column's value as rule files write it: whole numbers as int."""
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, Decimal | float) and key == key and key == int(key):
        return int(key)
    return key


def _values_of(parameters: Column, numbers: Numbers, unit: str) -> Column:
    values = [None if parameter is None else parameter.value for parameter in parameters]
    present = [v for v in values if v is not None]
    if unit == "flag" or (present and all(isinstance(v, bool) for v in present)):
        return np.array([bool(v) for v in values], dtype=bool)
    if any(isinstance(v, Table | str | dt.date) for v in present):
        return objects(values)
    if numbers == "float":
        return np.array([np.nan if v is None else float(v) for v in values])
    return objects([MISSING if v is None else Decimal(v) for v in values])
