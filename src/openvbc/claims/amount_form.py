"""How an amount stands in its field, which shows records that are moved by a character.

A value is right by itself (` 804.0` is a number); that it stands off both ends of its field, or has
lost a digit at one of them, says that the record is not where the layout expects it.
"""

from __future__ import annotations

from openvbc.claims.fixed_width import BLANK, DOT, ZERO, Bytes, Mask


def odd_amounts(columns: Bytes) -> Mask:
    """Records whose amount is not written as CMS writes amounts.

    That is: at one end of its field, with two decimals or none, with a digit before the point, and
    with leading zeros only where they fill the field.
    """
    digit = (columns >= ZERO) & (columns <= ZERO + 9)
    dot = columns == DOT
    first, last = columns[0], columns[-1]
    odd: Mask = (first == BLANK) & (last == BLANK) & digit.any(axis=0)
    odd |= dot[0] | ((first == ZERO) & digit[1] & (last == BLANK))
    two = dot[:-2] & digit[1:-1] & digit[2:]
    two[:-1] &= ~digit[3:]
    odd |= dot.any(axis=0) & ~two.any(axis=0)
    return odd


def whole_amounts(columns: Bytes) -> tuple[int, int]:
    """How many amounts other than zero have no decimal point, and how many amounts have one.

    CMS writes two decimals: beside amounts that have them, one without may be dollars or cents.
    """
    pointed = (columns == DOT).any(axis=0)
    if pointed.all():
        return 0, pointed.size
    counts = (columns > ZERO) & (columns <= ZERO + 9)
    return int((counts.any(axis=0) & ~pointed).sum()), int(pointed.sum())
