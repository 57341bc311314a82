"""Quality: the points of every measure, which of them count, and the category of each participant.

Columns in, columns out: the same for a hundred rows in ``Decimal`` and for millions in ``float64``.
42 CFR 414.1380(b)(1), 414.1335, 414.1365.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from openvbc.programs.mips.benchmarks import Benchmark
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.lookup import Numbers
from openvbc.worksheets.performance.mips.quality import (
    BOUNDARIES,
    QUALITY_CATEGORY,
    QUALITY_MEASURE,
)

NONE = -1
"""The benchmark of a measure that has none."""


@dataclass(frozen=True)
class QualityRows:
    """One row a measure of a participant."""

    who: np.ndarray
    """Number of the participant."""
    measure: np.ndarray
    """Number of the measure: one measure by several collection types has one."""
    benchmark: np.ndarray
    """Number of its benchmark, or :data:`NONE`."""
    rate: np.ndarray
    cases: np.ndarray
    data_complete: np.ndarray
    measure_year: np.ndarray
    """Years the measure has been in use; 9 where it is old or that is not known."""
    limit_removed: np.ndarray
    is_outcome: np.ndarray
    is_high_priority: np.ndarray
    by_claims: np.ndarray
    """A measure CMS computes from claims: it counts beside those that are chosen."""
    end_to_end: np.ndarray | None = None
    """Reported end to end by electronic means; None: no measure is."""


@dataclass(frozen=True)
class QualityScored:
    """What came of the rows of some participants."""

    points: Evaluation
    """One row a measure."""
    counts: np.ndarray
    """Whether the measure counts in the category."""
    category: Evaluation
    """One row a participant."""


class BenchmarkTable:
    """Benchmarks as columns, by number; the last row stands for none."""

    def __init__(self, benchmarks: Sequence[Benchmark], numbers: Numbers) -> None:
        self.number = {(b.measure, b.collection_type): n for n, b in enumerate(benchmarks)}
        size = len(benchmarks)
        kind: Any = np.float64 if numbers == "float" else object
        missing = np.nan if numbers == "float" else None
        self.boundaries = np.full((len(BOUNDARIES), size + 1), missing, dtype=kind)
        for n, each in enumerate(benchmarks):
            for decile, value in enumerate(each.boundaries):
                if value is not None:
                    self.boundaries[decile, n] = float(value) if numbers == "float" else value
        self.lower_is_better = np.array([b.lower_is_better for b in benchmarks] + [False])
        self.limited = np.array([b.is_limited for b in benchmarks] + [False])


def score_quality(
    rows: QualityRows,
    table: BenchmarkTable,
    participants: int,
    pathway: str,
    rules: RuleSet,
    year: int,
    numbers: Numbers,
    *,
    small_practice: bool | np.ndarray,
    required: np.ndarray | int | None = None,
    set_size: np.ndarray | int = 0,
    prior: Any = None,
) -> QualityScored:
    """Score the quality measures of participants that report by one pathway.

    Args:
        rows: their measures.
        table: the year's benchmarks.
        participants: how many there are; rows number them from 0.
        pathway: traditional, MVP or APP.
        rules: of MIPS.
        year: performance year.
        numbers: decimal or float.
        small_practice: of all of them, or of each participant.
        required: how many measures each must report; the year's number where it is None.
        set_size: where a pathway has a fixed set, how many measures of it each must report: one
            that is not reported earns nothing and counts in what is available.
        prior: achievement of the prior year by participant, where it is known.
    """
    small = small_practice if isinstance(small_practice, bool) else small_practice[rows.who]
    points = QUALITY_MEASURE.evaluate(_measure_inputs(rows, table, rules, year, small), rules,
                                      numbers)  # fmt: skip
    earned = points.column("measure_points")
    left_out = _left_out(rows, pathway, rules)
    if required is None:
        required = measures_required(pathway, rules, year)
    gone = np.bincount(rows.who[left_out & ~rows.by_claims], minlength=participants)
    counts, available, complete = _counted(
        rows, np.where(left_out, -1.0, earned.astype(np.float64)), participants, required,
        set_size - gone,
    )  # fmt: skip
    zero = earned[:1] * 0 if len(earned) else np.array([0])
    total = np.full(participants, zero[0], dtype=earned.dtype)
    np.add.at(total, rows.who[counts], earned[counts])
    bonus = _bonus(rows, left_out, earned, available, participants, rules, year)
    given = {
        "performance_year": year,
        "small_practice": small_practice,
        "achievement_points": total,
        "available_points": _numbers(available, numbers),
        "measure_bonus_points": _numbers(bonus, numbers),
        "full_participation": complete,
    }
    if prior is not None:
        given["prior_achievement"] = prior
    return QualityScored(points, counts, QUALITY_CATEGORY.evaluate(given, rules, numbers))


def _numbers(column: np.ndarray, numbers: Numbers) -> Any:
    if numbers == "float":
        return column.astype(np.float64)
    return [str(round(float(each), 6)) for each in column]


def _measure_inputs(
    rows: QualityRows, table: BenchmarkTable, rules: RuleSet, year: int, small: bool | np.ndarray
) -> dict[str, Any]:
    least = float(rules.get("least_cases").value)  # type: ignore[arg-type]
    return {
        "performance_year": year,
        "small_practice": small,
        "performance_rate": rows.rate,
        "lower_is_better": table.lower_is_better[rows.benchmark],
        **{
            name: table.boundaries[decile][rows.benchmark] for decile, name in enumerate(BOUNDARIES)
        },
        "has_benchmark": rows.benchmark != NONE,
        "enough_cases": rows.cases.astype(np.float64) >= least,
        "data_complete": rows.data_complete,
        "measure_year": rows.measure_year,
        "topped_out_years": _like(rows.measure_year, table.limited[rows.benchmark] * 2),
        "limit_removed": rows.limit_removed,
    }


def _like(column: np.ndarray, values: np.ndarray) -> Any:
    return values.astype(np.float64) if column.dtype.kind == "f" else [int(v) for v in values]


def measures_required(pathway: str, rules: RuleSet, year: int) -> int:
    """How many measures of one's choice a pathway asks for; 0 where its set is fixed."""
    if pathway == "APP":
        return 0  # its measures are the set; each that has a benchmark and cases counts
    found = rules.get("measures_required", performance_year=year, pathway=pathway).value
    return int(found)  # type: ignore[arg-type]


def _left_out(rows: QualityRows, pathway: str, rules: RuleSet) -> np.ndarray:
    """Measures that are neither in what is earned nor in what is available: of the APM pathway, or
    from claims, without a benchmark or cases."""
    least = float(rules.get("least_cases").value)  # type: ignore[arg-type]
    unscored = (rows.benchmark == NONE) | (rows.cases.astype(np.float64) < least)
    found: np.ndarray = unscored & (rows.by_claims | (pathway == "APP"))
    return found


def _counted(
    rows: QualityRows,
    points: np.ndarray,
    participants: int,
    required: np.ndarray | int,
    set_size: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which rows count, the points available, and whether everything required was reported.

    Of one measure by several collection types the best counts. Of those chosen, the best outcome
    (else the best of high priority) is one, and the best others fill the number required; without
    either its place stays empty. What CMS computes from claims counts beside them.
    """
    usable = points >= 0
    order = np.lexsort((-points, rows.measure, rows.who))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(rows.who[order]) != 0) | (np.diff(rows.measure[order]) != 0)
    best = np.zeros(len(order), dtype=bool)
    best[order] = fresh
    best &= usable
    chosen = best & ~rows.by_claims
    needed = np.broadcast_to(np.asarray(required), participants)
    every = needed == 0  # a fixed set: all of it
    rank = np.where(rows.is_outcome, 2, np.where(rows.is_high_priority, 1, 0))
    first = _first(rows.who, np.lexsort((-points, -rank, rows.who)), chosen & (rank > 0),
                   len(points))  # fmt: skip
    first &= ~every[rows.who]
    others = chosen & ~first
    place = _place(rows.who, np.lexsort((-points, rows.who)), others, len(points))
    fill = others & ((place < needed[rows.who] - 1) | every[rows.who])
    counts: np.ndarray = first | fill | (best & rows.by_claims)
    per_set = np.bincount(rows.who[chosen], minlength=participants)
    beside = np.bincount(rows.who[best & rows.by_claims], minlength=participants)
    available = (np.where(every, np.maximum(per_set, set_size), needed) + beside) * 10
    asked = np.where(every, set_size, needed)
    complete = np.bincount(rows.who[first | fill], minlength=participants) >= np.maximum(asked, 1)
    return counts, available, complete


def _place(who: np.ndarray, order: np.ndarray, among: np.ndarray, size: int) -> np.ndarray:
    """The place of each row among its participant's, from 0, in the order given."""
    kept = order[among[order]]
    owner = who[kept]
    begins = np.ones(len(kept), dtype=bool)
    begins[1:] = np.diff(owner) != 0
    at = np.arange(len(kept))
    start = np.maximum.accumulate(np.where(begins, at, 0)) if len(kept) else at
    place = np.full(size, size)
    place[kept] = at - start
    return place


def _first(who: np.ndarray, order: np.ndarray, among: np.ndarray, size: int) -> np.ndarray:
    found: np.ndarray = _place(who, order, among, size) == 0
    return found


def _bonus(
    rows: QualityRows,
    left_out: np.ndarray,
    earned: np.ndarray,
    available: np.ndarray,
    participants: int,
    rules: RuleSet,
    year: int,
) -> np.ndarray:
    """Bonus of outcomes, of high priority beyond the first, and of reporting end to end, to 2021;
    each within the limit."""
    outcome, priority, end_to_end, limit = (
        float(rules.get(name, performance_year=year).value)  # type: ignore[arg-type]
        for name in ("outcome_bonus_points", "high_priority_bonus_points",
                     "end_to_end_bonus_points", "measure_bonus_limit")
    )  # fmt: skip
    if not outcome and not priority:
        return np.zeros(participants)
    electronic: np.ndarray = np.zeros(participants)
    if rows.end_to_end is not None:
        electronic = end_to_end * np.bincount(
            rows.who[rows.end_to_end & ~left_out & ~rows.by_claims], minlength=participants
        )
    least = float(rules.get("least_cases").value)  # type: ignore[arg-type]
    has_cases = rows.cases.astype(np.float64) >= least
    with_rate = rows.rate.astype(np.float64) > 0
    able = ~left_out & ~rows.by_claims & has_cases & with_rate & rows.data_complete
    worth = np.where(rows.is_outcome, outcome, np.where(rows.is_high_priority, priority, 0.0))
    rank = np.where(rows.is_outcome, 1, 0)
    points = earned.astype(np.float64)
    needed = _first(rows.who, np.lexsort((-points, -rank, rows.who)), able & (worth > 0),
                    len(points))  # fmt: skip
    total = np.bincount(rows.who, weights=worth * (able & ~needed), minlength=participants)
    most = available * limit
    bonus: np.ndarray = np.minimum(total, most) + np.minimum(electronic, most)
    return bonus
