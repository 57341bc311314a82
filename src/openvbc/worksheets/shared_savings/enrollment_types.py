"""Write a line once, have it for each enrollment type and benchmark year.

Medicare computes a benchmark separately for four groups of people. A benchmark written out has the
same formula four times (and three times more for the benchmark years), which nobody can read. Here
the formula is written once and :func:`for_each` makes the ordinary lines of it::

    @line(unit="USD per capita", cite="42 CFR 425.652(a)")
    def trended_expenditure(expenditure, trend_factor): ...

    for_each([trended_expenditure], years=(1, 2))
    # trended_expenditure_benchmark_year_1_esrd, needs expenditure_benchmark_year_1_esrd ...

An argument means the same year and type as the line, as far as the name it stands for has them:
:func:`assemble` looks for ``argument + year + type``, then ``argument + type``,
``argument + year``, ``argument``. Every result stays a named line of one worksheet, so that a
number can be traced to its inputs and a spreadsheet can carry the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openvbc.worksheets.kernel.arithmetic import Column, where
from openvbc.worksheets.kernel.line import Input, Line, line
from openvbc.worksheets.kernel.worksheet import Worksheet

ENROLLMENT_TYPES: dict[str, str] = {
    "esrd": "ESRD",
    "disabled": "disabled",
    "aged_dual": "aged/dual",
    "aged_non_dual": "aged/non-dual",
}
"""Name ending to the words a reader sees, in the order CMS prints them."""

PERFORMANCE_YEAR = "performance_year"


def _year_ending(year: int | str) -> str:
    return f"_benchmark_year_{year}" if isinstance(year, int) else f"_{year}"


def _year_words(year: int | str) -> str:
    return f"benchmark year {year}" if isinstance(year, int) else "performance year"


@dataclass(frozen=True)
class Expanded:
    """A line (or input) to be made for some years and for every enrollment type."""

    item: Line | Input
    year: int | str | None
    enrollment_type: str | None

    @property
    def name(self) -> str:
        """The name with its year and type, for example ``expenditure_benchmark_year_1_esrd``."""
        return self.item.name + self._year() + self._type()

    @property
    def label(self) -> str:
        """The label with its year and type in words."""
        words = [self.item.label]
        if self.year is not None:
            words.append(_year_words(self.year))
        if self.enrollment_type is not None:
            words.append(ENROLLMENT_TYPES[self.enrollment_type])
        return ", ".join(words)

    def candidates(self, argument: str) -> Iterable[str]:
        """What an argument may stand for, the most particular first."""
        yield argument + self._year() + self._type()
        yield argument + self._type()
        yield argument + self._year()
        yield argument

    def _year(self) -> str:
        return "" if self.year is None else _year_ending(self.year)

    def _type(self) -> str:
        return "" if self.enrollment_type is None else f"_{self.enrollment_type}"


def for_each(
    items: Sequence[Line] | Sequence[Input],
    years: Sequence[int | str] | None = None,
    types: Iterable[str] | None = tuple(ENROLLMENT_TYPES),
) -> list[Expanded]:
    """One of each item for each year and enrollment type; `types` None: for each year only."""
    return [
        Expanded(item, year, enrollment_type)
        for item in items
        for year in (years or (None,))
        for enrollment_type in (types or (None,))
    ]


def sum_of_types(
    name: str, label: str, unit: str, cite: str, *factors: str, status: str = "confirmed"
) -> Line:
    """A line that adds up, over the enrollment types, the product of `factors`.

    Weighted means are written so, their weights being shares that add up to one. A type with nobody
    in it (weight zero) adds nothing, even where its amount is missing.
    """
    types = list(ENROLLMENT_TYPES)
    arguments = tuple(f"{factor}_{each}" for factor in factors for each in types)

    def add_up(**columns: Column) -> Column:
        total: Any = None
        for each in types:
            product = columns[f"{factors[0]}_{each}"]
            for factor in factors[1:]:
                weight = columns[f"{factor}_{each}"]
                product = where(weight == 0, 0, product * weight)
            total = product if total is None else total + product
        result: Column = total
        return result

    words = " times ".join(factor.replace("_", " ") for factor in factors)
    add_up.__doc__ = f"Sum over the enrollment types of {words}."
    add_up.__name__ = name
    made = line(unit=unit, cite=cite, label=label, status=status)(add_up)
    return replace(made, arguments=arguments)


def assemble(
    name: str,
    title: str,
    inputs: Sequence[Input | Expanded],
    parameters: Sequence[str],
    lines: Sequence[Line | Expanded],
) -> Worksheet:
    """A worksheet of plain and expanded inputs and lines, every argument bound to its name."""
    known = {item.name for item in [*inputs, *lines]} | set(parameters)
    made_inputs = [_as_input(item) for item in inputs]
    made_lines = [item if isinstance(item, Line) else _as_line(item, known) for item in lines]
    return Worksheet(name, title, made_inputs, parameters, made_lines)


def _as_input(item: Input | Expanded) -> Input:
    if isinstance(item, Input):
        return item
    assert isinstance(item.item, Input)
    return replace(item.item, name=item.name, label=item.label)


def _as_line(expanded: Expanded, known: set[str]) -> Line:
    template = expanded.item
    assert isinstance(template, Line)
    bound: dict[str, str] = {}
    for argument in template.arguments:
        candidate = next((c for c in expanded.candidates(argument) if c in known), argument)
        bound[argument] = candidate
    return replace(
        template,
        name=expanded.name,
        label=expanded.label,
        function=_renamed(template.function, bound),
        arguments=tuple(dict.fromkeys(bound.values())),
    )


def _renamed(function: Callable[..., Column], bound: dict[str, str]) -> Callable[..., Column]:
    def call(**columns: Column) -> Column:
        return function(**{argument: columns[name] for argument, name in bound.items()})

    return call
