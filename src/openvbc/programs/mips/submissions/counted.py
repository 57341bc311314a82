"""Which quality measures count, and the bonuses of measures to 2021.

42 CFR 414.1380(b)(1)(i), (v), 414.1335, 414.1365.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from openvbc.claims.number_lookup import among
from openvbc.rules.load import RuleSet

MOST_POINTS = 10
"""What a measure is scored out of, 42 CFR 414.1380(b)(1)(i)."""

if TYPE_CHECKING:
    from openvbc.programs.mips.submissions.quality import QualityRows


def counted(
    rows: QualityRows,
    points: np.ndarray,
    participants: int,
    required: np.ndarray | int,
    set_size: np.ndarray,
    *,
    fewer: np.ndarray | int,
    one_of_claims: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which rows count, the points available, and whether everything required was reported.

    Of one measure by several collection types the best counts. Of those chosen, the best outcome
    (else the best of high priority) is one, and the best others fill the number required; without
    either its place stays empty. What CMS computes from claims counts beside them, of an MVP's
    population health measures the best (`one_of_claims`). What is available is smaller by the
    measures that need not be reported after all (`fewer`). Everything required is reported where
    the data of every measure required are complete (42 CFR 414.1380(b)(1)(vi)(F)).
    """
    usable = points >= 0
    by_points = np.argsort(-points, kind="stable")
    best = _once(rows, by_points, usable)
    chosen = best & ~rows.by_claims
    needed = np.broadcast_to(np.asarray(required), participants)
    every = needed == 0  # a fixed set: all of it
    rank = np.where(rows.is_outcome, 2, np.where(rows.is_high_priority, 1, 0))
    first = _first(rows.who, _order(rows.who * 3 - rank, by_points), chosen & (rank > 0),
                   len(points))  # fmt: skip
    first &= ~every[rows.who]
    others = chosen & ~first
    most_points = _order(rows.who, by_points)
    place = _place(rows.who, most_points, others, len(points))
    fill = others & ((place < needed[rows.who] - 1) | every[rows.who])
    of_claims = best & rows.by_claims
    if one_of_claims:
        of_claims = _first(rows.who, most_points, of_claims, len(points))
    counts: np.ndarray = first | fill | of_claims
    per_set = np.bincount(rows.who[chosen], minlength=participants)
    beside = np.bincount(rows.who[of_claims], minlength=participants)
    asked = np.where(every, set_size, needed - fewer)
    available = (np.where(every, np.maximum(per_set, set_size), asked) + beside) * 10
    told = (first | fill) & rows.data_complete
    complete = np.bincount(rows.who[told], minlength=participants) >= np.maximum(asked, 1)
    return counts, available, complete


def mean_of_survey(
    rows: QualityRows,
    survey: np.ndarray,
    earned: np.ndarray,
    left_out: np.ndarray,
    rules: RuleSet,
) -> tuple[np.ndarray, np.ndarray]:
    """Points with the mean of the survey's scored parts for each of them, and what is left out.

    Parts without a benchmark or cases are left out where others are scored.
    """
    scored = survey & (rows.benchmark >= 0) & rows.enough_cases(rules)
    size = int(rows.who.max()) + 1 if len(rows.who) else 0
    parts = np.bincount(rows.who[scored], minlength=size)
    total = np.full(size, earned[0] * 0 if len(earned) else 0, dtype=earned.dtype)
    np.add.at(total, rows.who[scored], earned[scored])
    points = earned.copy()
    points[scored] = total[rows.who[scored]] / parts[rows.who[scored]].astype(earned.dtype)
    return points, left_out | (survey & ~scored & (parts[rows.who] > 0))


def left_out_measures(rows: QualityRows, left_out: np.ndarray, participants: int) -> np.ndarray:
    """How many submitted measures of each participant are left out by every way they came."""
    size = int(rows.measure.max()) + 1 if len(rows.measure) else 1
    pair = rows.who * size + rows.measure
    # Few are left out, so these few are sorted and the many looked up in them.
    lost = np.unique(pair[left_out & ~rows.by_claims])
    others = pair[~left_out]
    kept = np.unique(others[among(others, lost)])
    return np.bincount(lost[~among(lost, kept)] // size, minlength=participants)


def _order(key: np.ndarray, by_points: np.ndarray) -> np.ndarray:
    """Rows by an integer key, of one key the row with the most points first, else as given.

    Each row has one number of key and rank by points, which is sorted as it is: three times as
    quick as sorting the rows by several keys.
    """
    rank = np.empty(len(by_points), dtype=np.int64)
    rank[by_points] = np.arange(len(by_points))
    one = np.sort(key.astype(np.int64) * len(by_points) + rank)
    order: np.ndarray = by_points[one % max(len(by_points), 1)]
    return order


def _place(who: np.ndarray, order: np.ndarray, which: np.ndarray, size: int) -> np.ndarray:
    """The place of each row among its participant's, from 0, in the order given."""
    kept = order[which[order]]
    owner = who[kept]
    begins = np.ones(len(kept), dtype=bool)
    begins[1:] = np.diff(owner) != 0
    at = np.arange(len(kept))
    start = np.maximum.accumulate(np.where(begins, at, 0)) if len(kept) else at
    place = np.full(size, size)
    place[kept] = at - start
    return place


def _first(who: np.ndarray, order: np.ndarray, which: np.ndarray, size: int) -> np.ndarray:
    is_first: np.ndarray = _place(who, order, which, size) == 0
    return is_first


def bonus_points(
    rows: QualityRows,
    left_out: np.ndarray,
    earned: np.ndarray,
    available: np.ndarray,
    participants: int,
    rules: RuleSet,
    year: int,
) -> np.ndarray:
    """Bonus of outcomes, of high priority beyond the first, and of reporting end to end, to 2021;
    each within the limit, a measure by several collection types once."""
    outcome, priority, end_to_end, limit = (
        float(rules.get(name, performance_year=year).value)  # type: ignore[arg-type]
        for name in ("outcome_bonus_points", "high_priority_bonus_points",
                     "end_to_end_bonus_points", "measure_bonus_limit")
    )  # fmt: skip
    if not outcome and not priority:
        return np.zeros(participants)
    points = earned.astype(np.float64)
    by_points = np.argsort(-points, kind="stable")
    submitted = ~left_out & ~rows.by_claims
    electronic: np.ndarray = np.zeros(participants)
    if rows.end_to_end is not None:
        by_machine = _once(rows, by_points, submitted & rows.end_to_end)
        electronic = end_to_end * np.bincount(rows.who[by_machine], minlength=participants)
    with_rate = rows.rate.astype(np.float64) > 0
    able = submitted & rows.enough_cases(rules) & with_rate & rows.data_complete
    if not rules.get("web_interface_bonus", performance_year=year).value:
        able &= ~rows.web()
    able = _once(rows, by_points, able)
    worth = np.where(rows.is_outcome, outcome, np.where(rows.is_high_priority, priority, 0.0))
    rank = np.where(rows.is_outcome, 1, 0)
    by_rank = _order(rows.who * 2 - rank, by_points)
    needed = _first(rows.who, by_rank, able & (worth > 0), len(points))
    total = np.bincount(rows.who, weights=worth * (able & ~needed), minlength=participants)
    most = available * limit
    bonus: np.ndarray = np.minimum(total, most) + np.minimum(electronic, most)
    return bonus


def electronic_points(
    rows: QualityRows, earned: np.ndarray, participants: int, rules: RuleSet, year: int
) -> np.ndarray:
    """Points of virtual groups and APM entities for their electronic measures, from 2025.

    One for each that has its cases and complete data, or what its own points lack of ten, 42 CFR
    414.1380(b)(1)(vii)(C).
    """
    each = rules.get("complex_organization_points", performance_year=year).value
    zero = earned[0] * 0 if len(earned) else 0
    total = np.full(participants, zero, dtype=earned.dtype)
    if each is None or rows.of_entity is None:
        return total
    able = rows.of_entity & rows.data_complete & rows.enough_cases(rules) & ~rows.by_claims
    able = _once(rows, np.argsort(-earned.astype(np.float64), kind="stable"), able)
    np.add.at(total, rows.who[able], point_or_room(earned[able], zero + type(zero)(str(each))))
    return total


def point_or_room(earned: Any, each: Any) -> Any:
    """The points of an electronic measure, or what its own points lack of ten where that is less.

    Args:
        earned: its own points, of one measure or of an array of them.
        each: the rule's points for each measure, in the same kind of number.
    """
    return np.minimum(each, MOST_POINTS - earned)


def _once(rows: QualityRows, by_points: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Of each measure of a participant the row with the most points, of those that are asked for.

    `by_points` are the rows from the most points down.
    """
    size = int(rows.measure.max()) + 1 if len(rows.measure) else 1
    order = _order(rows.who * size + rows.measure, by_points)
    kept = order[which[order]]
    fresh = np.ones(len(kept), dtype=bool)
    fresh[1:] = (np.diff(rows.who[kept]) != 0) | (np.diff(rows.measure[kept]) != 0)
    is_best = np.zeros(len(which), dtype=bool)
    is_best[kept[fresh]] = True
    return is_best
