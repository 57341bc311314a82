"""Where each facility stands among all: the share of them that do worse on a measure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal


def shares_worse(
    items: Sequence[str],
    values: Sequence[Decimal | None],
    lower_is_better: Mapping[str, bool] | bool,
) -> list[Decimal | None]:
    """For each row the share of the rows of the same item whose value is worse.

    Equal values are not worse; a row without a value has no share and counts for nobody's.
    """
    by_item: dict[str, list[Decimal]] = {}
    for item, value in zip(items, values, strict=True):
        if value is not None and not value.is_nan():
            by_item.setdefault(item, []).append(value)
    for every in by_item.values():
        every.sort()
    shares: list[Decimal | None] = []
    for item, value in zip(items, values, strict=True):
        if value is None or value.is_nan():
            shares.append(None)
            continue
        every = by_item[item]
        lower = lower_is_better if isinstance(lower_is_better, bool) else lower_is_better[item]
        worse = len(every) - bisect_right(every, value) if lower else bisect_left(every, value)
        shares.append(Decimal(worse) / len(every))
    return shares
