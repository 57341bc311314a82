"""What stands behind a number that a settlement was given, and what of it a reader may move.

A program that runs from claims says of its inputs which rows of the run's tables they are made of
(:class:`Behind`), and which of them make sense to move together (:class:`Lever`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class Behind:
    """The rows of a run's table, one a person, that a given number is made of."""

    table: str
    where: str
    """Condition in SQL over the table, which is called ``t``."""
    says: str
    """How the number follows from the rows, for example ``amount times 12, a person-month``."""
    needs: Sequence[str] = ()
    """Further tables of the run that the condition reads."""
    largest: str = ""
    """The column by which people are ordered, the largest first; by person if empty."""
    value: str = ""
    """The number as an aggregate of the rows in SQL, so that a page can show that it is that."""


@dataclass(frozen=True)
class Lever:
    """Inputs that a reader moves together, and how far."""

    name: str
    label: str
    inputs: Sequence[tuple[str, str]]
    """Worksheet and input, for example ``("mssp_benchmark", "expenditure_performance_year_esrd")``;
    those the run does not have are passed by."""
    low: Decimal
    high: Decimal
    step: Decimal
    kind: Literal["factor", "value"] = "factor"
    """A factor on what was settled, or the value in its place."""
    unit: str = "ratio"
    """Unit of a lever that is a value."""
