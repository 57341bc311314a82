"""What happens to claims after they are billed: dates of processing, corrections, denials, delays.

A correction never changes a record: it adds a cancellation, and mostly a replacement, each with its
own processing and load date.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.columns import Columns, rows, stack, take
from openvbc.synth.institutional import HOSPITAL, OUTPATIENT
from openvbc.synth.people import NEVER
from openvbc.synth.settings import Settings, day_number

CANCELLED, REPLACED, DENIED, LATE, CANCELLED_LATE, LINE_DENIED, CHANGED_DATE, TWIN = range(1, 9)
"""What befell a claim; 0 is nothing."""
_SHARES = {CANCELLED: 0.004, REPLACED: 0.022, DENIED: 0.005, LATE: 0.0015, CANCELLED_LATE: 0.001}
REPEATED = 0.005
"""Share of claims that a second delivery holds again."""


class Numbers:
    """Claim numbers of a shard, never used twice."""

    def __init__(self, shard: int) -> None:
        self._next = (shard + 1) * 10**9

    def take(self, count: int) -> NDArray[np.int64]:
        """The next `count` numbers."""
        first = self._next
        self._next += count
        return np.arange(first, first + count, dtype=np.int64)


def last_load_day(settings: Settings) -> int:
    """Records loaded later are in no delivery."""
    return day_number(date(settings.performance_year + 1, 4, 20))


def _year_end_passed(days: NDArray[Any], month: int, day: int) -> NDArray[np.int64]:
    """The given day of the year after each day."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.array([day_number(date(int(y) + 1, month, day)) for y in np.arange(1990, 2040)])[
        years - 1990
    ]


def _process(rng: np.random.Generator, table: Columns, day: str, numbers: Numbers) -> NDArray[Any]:
    """Number the claims, date their processing, and draw what befalls each; one value a row."""
    claims, position = np.unique(table["claim"], return_inverse=True)
    count = len(claims)
    table["claim"] = numbers.take(count)[position]
    table["control"] = table["claim"].copy()
    table["withdrawn"][:] = NEVER
    lag = rng.integers(12, 38, count)[position]
    table["effective"] = (table[day] + lag).astype(np.int32)
    table["load"] = (table["effective"] + rng.integers(2, 9, count)[position]).astype(np.int32)
    fate = rng.choice(
        np.array([0, *_SHARES]), count, p=[1 - sum(_SHARES.values()), *_SHARES.values()]
    )
    table["repeat"] = (rng.random(count) < REPEATED)[position]
    return np.asarray(fate[position])


def _correct(
    rng: np.random.Generator, table: Columns, fate: NDArray[Any], day: str, numbers: Numbers
) -> tuple[Columns, Columns]:
    """Cancellations of the rows whose fate says so, and the rows that replace them."""
    late = fate == LATE
    table["load"][late] = (
        _year_end_passed(table[day], 4, 4)[late] + table["load"][late] % 10
    ).astype(np.int32)
    struck = np.isin(fate, (CANCELLED, REPLACED, CANCELLED_LATE, CHANGED_DATE))
    cancel = take(table, struck)
    claims, position = np.unique(cancel["claim"], return_inverse=True)
    cancel["claim"] = numbers.take(len(claims))[position]
    wait = rng.integers(10, 45, len(claims))[position]
    cancel["effective"] = (cancel["load"] + wait).astype(np.int32)
    cancel["load"] = cancel["effective"] + 3
    after = fate[struck] == CANCELLED_LATE
    cancel["load"][after] = (_year_end_passed(cancel[day], 4, 6)[after]).astype(np.int32)
    table["withdrawn"][struck] = cancel["load"]
    again = np.isin(fate[struck], (REPLACED, CHANGED_DATE))
    replacement = take(cancel, again)
    claims, position = np.unique(replacement["claim"], return_inverse=True)
    replacement["claim"] = numbers.take(len(claims))[position]
    return cancel, replacement


def process_professional(
    rng: np.random.Generator, lines: Columns, numbers: Numbers
) -> tuple[Columns, NDArray[Any]]:
    """Part B lines with dates, corrections and denials, and the fate of each row."""
    if not rows(lines):
        return lines, np.zeros(0, np.int64)
    fate = _process(rng, lines, "day", numbers)
    lines["denied"][fate == DENIED] = 1
    refused = (rng.random(rows(lines)) < 0.004) & (fate == 0)
    lines["denied"][refused] = 2
    fate = np.where(refused, LINE_DENIED, fate)
    cancel, replacement = _correct(rng, lines, fate, "day", numbers)
    cancel["cancels"][:] = True
    for column in ("allowed", "paid"):
        replacement[column] = replacement[column] * 4 // 5
    marks = [fate, np.full(rows(cancel), CANCELLED), np.full(rows(replacement), REPLACED)]
    return stack([lines, cancel, replacement]), np.concatenate(marks)


def process_institutional(
    rng: np.random.Generator, claims: Columns, numbers: Numbers
) -> tuple[Columns, NDArray[Any]]:
    """Part A claims with dates, corrections, denials and twins, and the fate of each row."""
    if not rows(claims):
        return claims, np.zeros(0, np.int64)
    count = rows(claims)
    claims["claim"] = np.arange(count, dtype=np.int64)
    fate = _process(rng, claims, "thru_day", numbers)
    stay = (claims["type"] == HOSPITAL) & (claims["thru_day"] - claims["from_day"] >= 3)
    fate = np.where(stay & (fate == 0) & (rng.random(count) < 0.01), CHANGED_DATE, fate)
    claims["denied"] |= fate == DENIED
    single = (claims["type"] == OUTPATIENT) & (fate == 0)
    twin = take(claims, single & (rng.random(count) < 0.0015))
    twin["claim"] = numbers.take(rows(twin))
    twin["control"] = twin["claim"].copy()
    cancel, replacement = _correct(rng, claims, fate, "thru_day", numbers)
    cancel["adjustment"][:] = 1
    replacement["adjustment"][:] = 2
    struck = fate[np.isin(fate, (CANCELLED, REPLACED, CANCELLED_LATE, CHANGED_DATE))]
    moved = struck[np.isin(struck, (REPLACED, CHANGED_DATE))] == CHANGED_DATE
    replacement["thru_day"][moved] -= 1
    for column in ("paid", "ime", "dsh", "capital_ime", "capital_dsh", "uncompensated"):
        replacement[column] = np.where(moved, replacement[column], replacement[column] * 9 // 10)
    marks = [
        fate,
        np.full(rows(twin), TWIN),
        np.full(rows(cancel), CANCELLED),
        np.where(moved, CHANGED_DATE, REPLACED),
    ]
    return stack([claims, twin, cancel, replacement]), np.concatenate(marks)
