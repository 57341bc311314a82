"""What is known of the rows of a sheet: a function of the row's number, or all of them at once.

A comparison asks for one row after the other or, where a file has very many, for whole columns. A
plain function serves both, each row being a call; the classes here hold columns that are there
already, so that no row is asked for by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True)
class InColumn(Generic[Value]):
    """Values that stand in a column, one a row."""

    values: Sequence[Value]

    def __call__(self, row: int) -> Value:
        """The value of one row."""
        return self.values[row]


@dataclass(frozen=True)
class Same(Generic[Value]):
    """One value for every row."""

    value: Value

    def __call__(self, row: int) -> Value:
        """That value."""
        return self.value


@dataclass(frozen=True)
class Pairs(Generic[Value]):
    """Two columns read beside each other."""

    first: InColumn[Value]
    second: InColumn[Value]

    def __call__(self, row: int) -> tuple[Value, Value]:
        """Both values of one row."""
        return self.first(row), self.second(row)


def along(known: Callable[[int], Value], rows: Sequence[int]) -> Sequence[Value]:
    """The values of some rows, in their order."""
    if isinstance(known, Same):
        return [known.value] * len(rows)
    if isinstance(known, Pairs):
        both: Any = zip(along(known.first, rows), along(known.second, rows), strict=True)
        return list(both)
    if isinstance(known, InColumn):
        values = known.values
        if len(rows) == len(values) and isinstance(rows, range):
            return values
        return itemgetter(*rows)(values) if len(rows) > 1 else [values[row] for row in rows]
    return list(map(known, rows))


def first_of_each(keys: Iterable[Hashable]) -> list[int]:
    """For each row the first that has the same key."""
    first: dict[Hashable, int] = {}
    return [first.setdefault(key, row) for row, key in enumerate(keys)]


@dataclass(frozen=True)
class Distinct:
    """Rows of which many are alike: the first of each kind stands for the others."""

    first: Sequence[int]
    """The first row of each kind, in the order of the rows."""
    like: Sequence[int]
    """For each row the first that is like it."""

    @classmethod
    def of(cls, keys: Sequence[Hashable]) -> Distinct:
        """The kinds that keys tell apart, one key a row."""
        like = first_of_each(keys)
        first = [row for row, of in enumerate(like) if row == of]
        return cls.each(len(like)) if len(first) == len(like) else cls(first, like)

    @classmethod
    def each(cls, rows: int) -> Distinct:
        """Rows that all differ."""
        return cls(range(rows), range(rows))

    def count_of(self, firsts: Collection[int]) -> int:
        """How many rows some first rows stand for."""
        if len(self.first) == len(self.like):
            return len(firsts)
        counted = Counter(self.like)
        return sum(counted[row] for row in firsts)

    def rows_like(self, firsts: Container[int]) -> list[tuple[int, int]]:
        """Each row, in order, that is like one of some first rows, and which."""
        return [(row, like) for row, like in enumerate(self.like) if like in firsts]
