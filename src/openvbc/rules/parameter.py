"""One dated, cited value, and the conditions under which it is in force."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How far a statement is to be trusted."""

    CONFIRMED = "confirmed"
    """The governing text was read."""
    EMPIRICAL = "empirical"
    """Reproduces the numbers CMS published."""
    SECONDARY = "secondary"
    """A source about the text was read."""
    UNVERIFIED = "unverified"
    """Known, not checked."""


Scalar = Decimal | int | str | bool | dt.date | None


class Table(tuple[Mapping[str, Scalar], ...]):
    """A parameter that is a small table (bands, tiers, corridors); rows keep the file's order."""

    __slots__ = ()


Value = Scalar | Table


@dataclass(frozen=True)
class Condition:
    """What one key of a parameter must be: one of some values, or inside a closed range."""

    values: tuple[Scalar, ...] | None = None
    low: Any = None
    high: Any = None

    def matches(self, key: Any) -> bool:
        """Whether `key` satisfies this condition."""
        if self.values is not None:
            return key in self.values
        if key is None:
            return False
        return (self.low is None or key >= self.low) and (self.high is None or key <= self.high)

    def __str__(self) -> str:
        if self.values is not None:
            words = {True: "yes", False: "no"}
            return ", ".join(
                words[value] if isinstance(value, bool) else str(value) for value in self.values
            )
        if self.low is None:
            return f"to {self.high}"
        return f"from {self.low}" if self.high is None else f"{self.low} to {self.high}"


@dataclass(frozen=True)
class Parameter:
    """A value in force: what it applies to, its unit, its citation, how far it is trusted."""

    name: str
    label: str
    unit: str
    value: Value
    applies: Mapping[str, Condition]
    cite: str
    status: Status
    note: str = ""
    source: str = ""
    """The rule file, or the overlay, that holds the value."""

    def matches(self, keys: Mapping[str, Any]) -> bool:
        """Whether this value is in force for `keys`."""
        return all(condition.matches(keys.get(key)) for key, condition in self.applies.items())

    def agreement(self, keys: Mapping[str, Any]) -> int:
        """How many of `keys` this value is in force for; the most alike is told first."""
        return sum(condition.matches(keys.get(key)) for key, condition in self.applies.items())

    def applies_in_words(self) -> str:
        """For example ``performance year 2014 to 2018; track TRACK_1``."""
        words = (f"{key.replace('_', ' ')} {condition}" for key, condition in self.applies.items())
        return "; ".join(words) or "always"


_RANGE = re.compile(r"^\s*(\S*?)\s*\.\.\s*(\S*?)\s*$")


def parse_condition(written: Any) -> Condition:
    """Read the right-hand side of a ``for:`` entry: a value, a list, or ``low..high``.

    Raises:
        ValueError: an end of the range is neither a number nor a day, or they are no range.
    """
    if isinstance(written, list):
        return Condition(values=tuple(written))
    if isinstance(written, str) and (range_match := _RANGE.match(written)):
        low, high = (_bound(text) for text in range_match.groups())
        if low is not None and high is not None and (type(low) is not type(high) or low > high):  # type: ignore[operator]
            raise ValueError("no range")
        return Condition(low=low, high=high)
    return Condition(values=(written,))


def _bound(text: str) -> int | dt.date | None:
    if not text:
        return None
    return dt.date.fromisoformat(text) if "-" in text else int(text)


def rows(value: Value) -> Iterator[Mapping[str, Scalar]]:
    """Iterate a table-valued parameter; a scalar is a programming error."""
    if not isinstance(value, Table):
        raise TypeError(f"not a table: {value!r}")
    yield from value
