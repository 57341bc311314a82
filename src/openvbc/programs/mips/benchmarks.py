"""Benchmarks of quality measures, from the JSON that CMS publishes for a performance year.

To 2022 a benchmark has nine ``deciles``: where deciles 2 to 10 begin, falling for an inverse
measure. From 2023 it has ``percentiles`` of the raw rate, rising for inverse measures too, which
``isInverse`` tells. A benchmark whose boundaries are out of order is set aside: nothing can be
scored by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place, SetAside
from openvbc.input_file import LIST_LIMIT, content_of

DECILES = 9
TENTHS = tuple(str(each) for each in range(10, 100, 10))


@dataclass(frozen=True)
class Benchmark:
    """Where each decile of a measure and collection type begins, from the worst to the best."""

    measure: str
    collection_type: str
    performance_year: int
    lower_is_better: bool
    boundaries: tuple[Decimal | None, ...]
    """Of deciles 1 to 10; the first is None where the file does not give it."""
    topped_out: bool
    by_deviations: bool
    """The numbers are steps of standard deviations around the median (cost from 2024)."""
    is_limited: bool = False
    """Topped out so long that the limit of its points holds (``isToppedOutByProgram``)."""
    worst_end: Decimal | None = None
    """Where the file to 2022 gives ten numbers: the first, before where decile 2 begins."""


def read_benchmarks(path: Path, year: int) -> tuple[list[Benchmark], list[SetAside]]:
    """Every benchmark of the file, and those that cannot be used with the reason.

    Raises:
        InputError: it is no file of benchmarks, or one of another year.
    """
    try:
        content = json.loads(content_of(path, LIST_LIMIT), parse_float=Decimal)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, list) or not all(
        isinstance(each, dict) and "measureId" in each for each in content
    ):
        raise InputError(
            "this is not a file of benchmarks",
            place=Place(path.name),
            rule="a JSON list with measureId and deciles or percentiles",
            action="give benchmarks/YEAR.json as CMS publishes it",
            code="VBC-705",
        )
    years = {each.get("performanceYear") for each in content}
    if years != {year}:
        raise InputError(
            f"the benchmarks are not of performance year {year}",
            place=Place(path.name, column="performanceYear", value=", ".join(map(str, years))),
            action="give the benchmarks of the year that is scored",
            code="VBC-706",
        )
    benchmarks: list[Benchmark] = []
    aside: list[SetAside] = []
    for number, each in enumerate(content, start=1):
        read = _benchmark(each, Place(path.name, column=f"benchmark {number}"))
        if isinstance(read, Benchmark):
            benchmarks.append(read)
        else:
            aside.append(read)
    return benchmarks, aside


def _benchmark(given: Mapping[str, Any], place: Place) -> Benchmark | SetAside:
    percentiles = given.get("percentiles")
    values = _numbers(given.get("deciles") if percentiles is None else percentiles)
    if values is None:
        return SetAside("a benchmark without numbers for its deciles", place)
    rising = all(low <= high for low, high in pairwise(values))
    falling = all(low >= high for low, high in pairwise(values))
    if not rising and not falling:
        return SetAside("the deciles of a benchmark are out of order", place)
    if percentiles is None:
        # All equal: 100 can only be reached from below, 0 only from above.
        inverse = falling and not (rising and values[0] > 0)
        first, others = None, values[-DECILES:]
        worst = values[0] if len(values) > DECILES else None
    else:
        inverse = bool(given.get("isInverse"))
        worst, ends = None, values[::-1] if inverse else values
        first, others = ends[0], ends[1:10]
    return Benchmark(
        str(given["measureId"]),
        str(given.get("submissionMethod", "")),
        int(given["performanceYear"]),
        inverse,
        (first, *others),
        bool(given.get("isToppedOut")),
        given.get("metricType") == "costScore",
        bool(given.get("isToppedOutByProgram")),
        worst,
    )


def _numbers(given: Any) -> tuple[Decimal, ...] | None:
    """Nine or ten deciles, or the percentiles 1, 10 to 90 and 99; None where one is no number."""
    if isinstance(given, dict):
        given = [given.get(name) for name in ("1", *TENTHS, "99")]
    is_list = isinstance(given, list) and len(given) >= DECILES
    if not is_list or not all(isinstance(each, int | Decimal) for each in given):
        return None
    return tuple(Decimal(each) for each in given)
