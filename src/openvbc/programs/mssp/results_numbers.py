"""How the numbers of a results file are printed: in percent or as ratios, and how finely.

Rates are fractions in some years, percents with or without their sign in others. A column is in
percent if most of its values of a year cannot be ratios; one wrong cell does not tip it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from openvbc.programs.published.published_cell import parse_number
from openvbc.programs.published.published_file import PublishedTable

PERCENT_ABOVE = {
    "minimum_savings_rate": Decimal("0.4"),
    "quality_score": Decimal("1.0001"),
    "maximum_sharing_rate": Decimal("1"),
    "final_sharing_rate": Decimal("1"),
    "final_loss_rate": Decimal("1"),
    "savings_rate": Decimal("0.95"),
}
"""A value above this is a percent without its sign; what most values are, the column is."""

MOST_DIGITS = 15
"""Larger powers of ten are no count of people and no sum of money."""

FINEST = Decimal("1e-10")
"""Digits below this are traces of binary fractions (0.44000000000000006)."""

_WIDE = Context(prec=40)


@dataclass(frozen=True)
class Printed:
    """How the rows of one year print each number column."""

    scale: Mapping[str, int]
    """Power of ten the column is moved by."""
    resolution: Mapping[str, Decimal]
    """Its unit in the last place after that."""
    values: Mapping[str, Mapping[int, Decimal | None]]
    """Each number column as printed, by row; None where there is none that can stand there."""


def how_printed(published: PublishedTable, rows: Sequence[int]) -> Printed:
    """Tell percents from ratios, and how finely they are printed, by the rows of one year."""
    scale: dict[str, int] = {}
    resolution: dict[str, Decimal] = {}
    values: dict[str, dict[int, Decimal | None]] = {}
    kinds = {column.name: column.kind for column in published.layout.columns}
    for name, item in published.where:
        if item or (kinds[name] != "number" and name != "quality_score"):
            continue
        read = {row: tidy(published, row, name) for row in rows}
        values[name] = read
        present = [value for value in read.values() if value]
        limit = PERCENT_ABOVE.get(name)
        scale[name] = -2 if limit is not None and _mostly_above(present, limit) else 0
        resolution[name] = Decimal(1).scaleb(scale[name] - _decimals(present))
    return Printed(scale, resolution, values)


def _decimals(values: list[Decimal]) -> int:
    """Decimals the column is printed with; a few cells with more do not count."""
    found = sorted((-int(value.as_tuple().exponent) for value in values), reverse=True)
    return max(found[len(found) // 50], 0) if found else 0


def _mostly_above(values: list[Decimal], limit: Decimal) -> bool:
    """Whether the values are percents; zeros say nothing."""
    above = sum(abs(value) > limit for value in values)
    return above * 2 > sum(value != 0 for value in values)


def tidy(published: PublishedTable, row: int, name: str) -> Decimal | None:
    """A cell's number; None if it holds none, or one that cannot stand there."""
    cell = published.cell(row, name)
    try:
        number = parse_number(cell)
    except ValueError:
        return None
    if number is None or number.adjusted() > MOST_DIGITS:
        return None
    if len(cell) > -FINEST.adjusted() and int(number.as_tuple().exponent) < FINEST.adjusted():
        number = number.quantize(FINEST, context=_WIDE).normalize()
    return number
