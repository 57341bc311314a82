"""How the numbers of a results file are printed: in percent or as ratios, and how finely.

Rates are fractions in some years, percents with or without their sign in others. A column is in
percent if most of its values of a year cannot be ratios; one wrong cell does not tip it.
"""

from __future__ import annotations

from collections import Counter
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
_WHOLE = Decimal(1)


@dataclass(frozen=True)
class Printed:
    """How the rows of one year print each number column."""

    scale: Mapping[str, int]
    """Power of ten the column is moved by."""
    resolution: Mapping[str, Decimal]
    """Its unit in the last place after that."""


@dataclass(frozen=True)
class NumbersRead:
    """The number columns of a file, read."""

    values: dict[str, list[Decimal | None]]
    """By column, one a row."""
    known: dict[str, dict[str, Decimal | None]]
    """By column, what each cell that stands in it was read as."""


def how_printed(published: PublishedTable, read: NumbersRead, rows: Sequence[int]) -> Printed:
    """Tell percents from ratios, and how finely they are printed, by the rows of one year."""
    scale: dict[str, int] = {}
    resolution: dict[str, Decimal] = {}
    for name, known in read.known.items():
        cells = published.column(name)
        of_rows = cells if len(rows) == len(cells) else [cells[row] for row in rows]
        counted = Counter(of_rows).items()
        present = [(value, count) for cell, count in counted if (value := known[cell])]
        limit = PERCENT_ABOVE.get(name)
        scale[name] = -2 if limit is not None and _mostly_above(present, limit) else 0
        resolution[name] = Decimal(1).scaleb(scale[name] - _decimals(present))
    return Printed(scale, resolution)


def printed_numbers(published: PublishedTable) -> NumbersRead:
    """Each number column as printed, by row; None where there is none that can stand there.

    A cell is read once however often it stands in the column.
    """
    kinds = {column.name: column.kind for column in published.layout.columns}
    read = NumbersRead({}, {})
    for (name, item), index in published.where.items():
        if not item and (kinds[name] == "number" or name == "quality_score"):
            cells = published.columns[index]
            read.known[name] = {cell: tidy(cell) for cell in set(cells)}
            read.values[name] = list(map(read.known[name].__getitem__, cells))
    return read


def _decimals(values: list[tuple[Decimal, int]]) -> int:
    """Decimals the column is printed with; a few cells with more do not count."""
    counted: Counter[int] = Counter()
    for value, count in values:
        whole = value.same_quantum(_WHOLE)
        counted[0 if whole else -int(value.as_tuple().exponent)] += count
    few = counted.total() // 50
    for decimals in sorted(counted, reverse=True):
        few -= counted[decimals]
        if few < 0:
            return max(decimals, 0)
    return 0


def _mostly_above(values: list[tuple[Decimal, int]], limit: Decimal) -> bool:
    """Whether the values are percents; zeros say nothing."""
    above = sum(count for value, count in values if abs(value) > limit)
    return above * 2 > sum(count for value, count in values if value != 0)


def tidy(cell: str) -> Decimal | None:
    """A cell's number; None if it holds none, or one that cannot stand there."""
    if len(cell) <= MOST_DIGITS and cell.isascii() and cell.isdigit():
        return Decimal(cell)
    try:
        number = parse_number(cell)
    except ValueError:
        return None
    if number is None or number.adjusted() > MOST_DIGITS:
        return None
    if len(cell) > -FINEST.adjusted() and int(number.as_tuple().exponent) < FINEST.adjusted():
        number = number.quantize(FINEST, context=_WIDE).normalize()
    return number
