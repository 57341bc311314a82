"""One line of a worksheet: a small pure function that knows its unit, citation and rounding."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openvbc.rules.parameter import Status
from openvbc.worksheets.kernel.arithmetic import Column

NOT_NUMBERS = frozenset({"text", "flag", "date", "table"})
"""Units whose columns are not numbers."""


@dataclass(frozen=True)
class Input:
    """A value a worksheet is given. `missing` False or True: what an absent flag means."""

    name: str
    unit: str
    label: str
    optional: bool = False
    missing: bool | None = None
    cite: str = ""


@dataclass(frozen=True)
class Line:
    """A computed value: its arguments name the inputs, parameters and lines it is computed from."""

    name: str
    label: str
    unit: str
    formula: str
    cite: str
    status: Status
    rounding: str
    function: Callable[..., Column] = field(repr=False)
    arguments: tuple[str, ...]

    def __call__(self, *args: Any, **kwargs: Any) -> Column:
        """Compute the line from its arguments, in a test as in a worksheet."""
        return self.function(*args, **kwargs)


def line(
    *,
    unit: str,
    cite: str,
    label: str | None = None,
    status: str = "confirmed",
    rounding: str = "not rounded",
) -> Callable[[Callable[..., Column]], Line]:
    """Make a worksheet line of a function.

    The function's name is the line's name, its parameters name what it is computed from, and the
    first paragraph of its docstring is the formula in words.
    """

    def make(function: Callable[..., Column]) -> Line:
        text = inspect.getdoc(function)
        if not text:
            raise TypeError(f"line {function.__name__} has no docstring: say the formula in words")
        formula = " ".join(text.split("\n\n")[0].split())
        return Line(
            name=function.__name__,
            label=label or function.__name__.replace("_", " ").capitalize(),
            unit=unit,
            formula=formula,
            cite=cite,
            status=Status(status),
            rounding=rounding,
            function=function,
            arguments=tuple(inspect.signature(function).parameters),
        )

    return make
