"""An explanation as plain data: sentences and small tables; commands and pages show it alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openvbc.format import show

EXACT_DOLLARS = "USD to the cent"
"""Unit of amounts that are shown to the cent, however large."""

WORDS = ("text", "date")
"""Units of cells that are words."""
MIXED = "mixed"
"""Unit of a column whose cells are :class:`Measured`, each in its own."""


@dataclass(frozen=True)
class Heading:
    """The beginning of a part: a bold name and what is said of it."""

    name: str
    text: str = ""


@dataclass(frozen=True)
class Sentence:
    """Something said in words."""

    text: str


@dataclass(frozen=True)
class Measured:
    """A cell with a unit of its own, in a column of many units."""

    value: Any
    unit: str


@dataclass(frozen=True)
class Field:
    """A column of a small table."""

    heading: str
    unit: str = "text"
    """As lines have it: USD, ratio, count, date, text ...; numbers stand to the right. Each cell of
    a column of :data:`MIXED` has its own."""
    whole: bool = False
    """Never broken over lines, however narrow the screen."""


@dataclass(frozen=True)
class SmallGrid:
    """A small table: fields, rows of plain values, and whether the last row is a total."""

    title: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[Any]]
    has_total: bool = False


Part = Heading | Sentence | SmallGrid


@dataclass(frozen=True)
class Explanation:
    """Parts in reading order. `about_people`: it names a person's care and stays private."""

    parts: Sequence[Part] = field(default_factory=tuple)
    about_people: bool = True


def shown_cell(value: Any, unit: str) -> str:
    """A cell of a small table as text, the same on a terminal and on a page; nothing of None."""
    if isinstance(value, Measured):
        return show(value.value, value.unit)
    if value is None:
        return ""
    return str(value) if unit in WORDS else show(value, unit)
