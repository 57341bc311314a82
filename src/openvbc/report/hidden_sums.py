"""What can be known of hidden counts from the sums they take part in: exact linear algebra.

A sum is an equation of whole-number factors; a count is at least one. Fractions are used only where
a bound is no whole number.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from math import gcd

Key = Hashable
Exact = int | Fraction
Equation = dict[Key, int]

ROUNDS = 20


def highest(rows: list[Equation], sums: list[int]) -> tuple[dict[Key, Exact], dict[Key, int]]:
    """The most that each hidden count can be, all being at least one, and the sum that says so.

    Bounds are narrowed sum by sum until none narrows further (or often enough: they may creep).
    """
    low: dict[Key, Exact] = {}
    high: dict[Key, Exact] = {}
    because: dict[Key, int] = {}
    for _ in range(ROUNDS):
        narrowed = False
        for number, (row, total) in enumerate(zip(rows, sums, strict=True)):
            fell = _narrow(row, total, low, high)
            if fell is not None:
                because.update(dict.fromkeys(fell, number))
                narrowed = True
        if not narrowed:
            break
    return high, because


def _narrow(
    row: Equation, total: int, low: dict[Key, Exact], high: dict[Key, Exact]
) -> list[Key] | None:
    """Narrow the bounds of the counts of one sum; those whose highest fell. None: no bound did.

    The least and the most of every term are added up once; what a count can be is what the others
    leave of the total.
    """
    terms = {key: _term(key, factor, low, high) for key, factor in row.items()}
    least = sum(term[0] for term in terms.values() if term[0] is not None)
    most = sum(term[1] for term in terms.values() if term[1] is not None)
    endless_down = sum(term[0] is None for term in terms.values())
    endless_up = sum(term[1] is None for term in terms.values())
    fell: list[Key] = []
    narrowed = False
    for key, factor in row.items():
        fewest, largest = terms[key]
        up = _left(total, least, fewest, endless_down, factor)
        down = _left(total, most, largest, endless_up, factor)
        if factor < 0:
            up, down = down, up
        lower = up is not None and (key not in high or up < high[key])
        higher = down is not None and down > low.get(key, 1)
        if up is not None and lower:
            high[key] = up
            fell.append(key)
        if down is not None and higher:
            low[key] = down
        if lower or higher:
            narrowed = True
            terms[key] = _term(key, factor, low, high)
            least += (terms[key][0] or 0) - (fewest or 0)
            most += (terms[key][1] or 0) - (largest or 0)
            endless_down += (terms[key][0] is None) - (fewest is None)
            endless_up += (terms[key][1] is None) - (largest is None)
    return fell if narrowed else None


def _term(
    key: Key, factor: int, low: Mapping[Key, Exact], high: Mapping[Key, Exact]
) -> tuple[Exact | None, Exact | None]:
    """The least and the most that a count times its factor can be; None: no limit."""
    fewest = factor * low.get(key, 1)
    largest = factor * high[key] if key in high else None
    return (fewest, largest) if factor > 0 else (largest, fewest)


def _left(total: int, others: Exact, own: Exact | None, endless: int, factor: int) -> Exact | None:
    """What a sum of terms leaves for the count of one of them; None: no limit."""
    if endless > (own is None):
        return None
    left = total - (others - (own or 0))
    if isinstance(left, int) and left % factor == 0:
        return left // factor  # a whole number is ten times as fast as a fraction
    return Fraction(left) / factor


def reduced(equations: Iterable[Equation]) -> list[Equation]:
    """The reduced row echelon form of the left sides: what can be known of the hidden counts.

    Each is kept in whole numbers without a common divisor, its first count not negative.
    """
    rows: dict[Key, Equation] = {}
    for equation in equations:
        row = dict(equation)
        for pivot in [key for key in row if key in rows]:
            row = _without(row, pivot, rows[pivot])
        if not row:
            continue
        row = _smallest(row)
        pivot = next(iter(row))
        for old, other in rows.items():
            if pivot in other:
                rows[old] = _smallest(_without(other, pivot, row))
        rows[pivot] = row
    return list(rows.values())


def _without(row: Equation, pivot: Key, other: Equation) -> Equation:
    """A row with the multiple of another taken off that leaves nothing of `pivot`."""
    kept, taken = other[pivot], row[pivot]
    left = {key: factor * kept for key, factor in row.items()}
    for key, factor in other.items():
        rest = left.get(key, 0) - taken * factor
        if rest:
            left[key] = rest
        else:
            left.pop(key, None)
    return left


def _smallest(row: Equation) -> Equation:
    divisor = gcd(*row.values())
    if next(iter(row.values())) < 0:
        divisor = -divisor
    return row if divisor == 1 else {key: factor // divisor for key, factor in row.items()}
