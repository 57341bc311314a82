"""Scores of very many participants at once, from measure rates to the payment adjustment.

The worksheets are those of every settlement, evaluated on ``float64`` over groups that are scored
alike; for planning and for whole registers. Money that is settled is computed in ``Decimal``
(:mod:`~openvbc.programs.mips.submissions.settle`), to which this is equal within 1e-9 points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from openvbc.programs.mips.category_scores import CATEGORIES, joined, weighted_categories
from openvbc.programs.mips.submissions.quality import (
    BenchmarkTable,
    QualityRows,
    score_quality,
)
from openvbc.rules.load import RuleSet
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

AT_ONCE = 200_000
"""Participants scored at a time: memory does not grow with their number."""
RESULTS = ("quality_score", "final_score", "least_payment_adjustment", "most_payment_adjustment")


@dataclass(frozen=True)
class ManyParticipants:
    """Columns by participant; what is not scored or not known is NaN."""

    small_practice: np.ndarray
    cost_score: np.ndarray
    improvement_activities_score: np.ndarray
    promoting_interoperability_score: np.ndarray
    complex_patient_bonus: np.ndarray


def score_many(
    rows: QualityRows,
    participants: ManyParticipants,
    table: BenchmarkTable,
    rules: RuleSet,
    year: int,
    pathway: str = "traditional",
    set_size: int = 0,
) -> dict[str, np.ndarray]:
    """Results (:data:`RESULTS`) by participant, of rows in the order of their participants.

    `set_size` is how many measures of a pathway's fixed set are to be reported (APP). Who has no
    measure has no quality score; its weight is moved as that of any other category.

    Raises:
        ValueError: the rows are not in the order of their participants.
    """
    if len(rows.who) > 1 and np.any(np.diff(rows.who) < 0):
        raise ValueError("rows are given in the order of their participants")
    count = len(participants.small_practice)
    columns = {name: np.full(count, np.nan) for name in RESULTS}
    for begin in range(0, count, AT_ONCE):
        block = np.arange(begin, min(begin + AT_ONCE, count))
        low, high = np.searchsorted(rows.who, (block[0], block[-1] + 1))
        for small in (False, True):
            whose = block[participants.small_practice[block] == small]
            if len(whose):
                mine = np.arange(low, high)[
                    participants.small_practice[rows.who[low:high]] == small
                ]
                part = _renumbered(rows, mine, whose)
                _score(
                    part, whose, participants, table, rules, year, pathway, columns, small=small,
                    set_size=set_size,
                )  # fmt: skip
    return columns


def _renumbered(rows: QualityRows, mine: np.ndarray, whose: np.ndarray) -> QualityRows:
    """Some of the rows, their participants numbered from 0."""
    columns = {each.name: getattr(rows, each.name) for each in fields(rows)}
    taken = {name: column[mine] for name, column in columns.items() if column is not None}
    return QualityRows(**{**taken, "who": np.searchsorted(whose, taken["who"])})


def _score(
    rows: QualityRows,
    whose: np.ndarray,
    participants: ManyParticipants,
    table: BenchmarkTable,
    rules: RuleSet,
    year: int,
    pathway: str,
    columns: dict[str, np.ndarray],
    *,
    small: bool,
    set_size: int,
) -> None:
    scored = score_quality(
        rows,
        table,
        len(whose),
        pathway,
        rules,
        year,
        "float",
        small_practice=small,
        set_size=set_size,
    )
    quality = scored.category.column("quality_score").copy()
    quality[np.bincount(rows.who, minlength=len(whose)) == 0] = np.nan
    columns["quality_score"][whose] = quality
    scores = {
        "quality_score": quality,
        **{
            name: getattr(participants, name)[whose]
            for name in ("cost_score", "improvement_activities_score",
                         "promoting_interoperability_score", "complex_patient_bonus")
        },
    }  # fmt: skip
    weighted = weighted_categories(rules, year, pathway, small=small)
    for group, state in _alike(scores, weighted):
        given = {name: column[group] for name, column in scores.items()}
        final = MIPS_FINAL_SCORE.evaluate(
            {
                "performance_year": year, "pathway": pathway, "small_practice": small, **state,
                **given,
            },
            rules,
            "float",
        )  # fmt: skip
        for name in RESULTS[1:]:
            columns[name][whose[group]] = final.column(name)


def _alike(
    scores: dict[str, np.ndarray], weighted: tuple[str, ...]
) -> Iterator[tuple[np.ndarray, dict[str, object]]]:
    """Participants with the same categories not scored, and how the rules name those."""
    empty = np.zeros(len(scores["quality_score"]), dtype=np.int64)
    for place, name in enumerate(weighted):
        empty |= np.isnan(scores[CATEGORIES[name][0]]).astype(np.int64) << place
    for code in np.unique(empty):
        names = [name for place, name in enumerate(weighted) if code >> place & 1]
        yield np.flatnonzero(empty == code), joined(names, weighted)
