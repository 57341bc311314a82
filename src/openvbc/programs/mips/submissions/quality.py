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
from openvbc.programs.mips.submissions.counted import (
    bonus_points,
    counted,
    electronic_points,
    left_out_measures,
    mean_of_survey,
)
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
    by_web: np.ndarray | None = None
    """Reported through the CMS Web Interface; None: no measure is."""
    chosen_claims: np.ndarray | None = None
    """A measure from claims that was chosen in an MVP as one of the measures required; None: none
    is."""
    survey_part: np.ndarray | None = None
    """A summary measure of the CAHPS survey: all of them are one measure, with their mean points;
    None: none is."""
    of_entity: np.ndarray | None = None
    """An electronic measure of a virtual group or APM entity; None: none is."""
    least_cases: np.ndarray | None = None
    """Cases from which it is scored; None: the 20 of every measure."""

    def web(self) -> np.ndarray:
        """Whether each row is of the Web Interface."""
        return np.zeros(len(self.who), dtype=bool) if self.by_web is None else self.by_web

    def claims_of_choice(self) -> np.ndarray:
        """Whether each row is a measure from claims that was chosen."""
        if self.chosen_claims is None:
            return np.zeros(len(self.who), dtype=bool)
        return self.chosen_claims

    def enough_cases(self, rules: RuleSet) -> np.ndarray:
        """Whether each row has the cases from which it is scored."""
        every = float(rules.get("least_cases").value)  # type: ignore[arg-type]
        least = every if self.least_cases is None else self.least_cases
        enough: np.ndarray = self.cases.astype(np.float64) >= least
        return enough


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
        self.measures = [b.measure for b in benchmarks]
        self.topped_out = np.array([b.topped_out for b in benchmarks] + [False])

    def largest(self, measure: str, collection_type: str) -> float | None:
        """The largest boundary of a benchmark; None where there is none."""
        number = self.number.get((measure, collection_type))
        if number is None:
            return None
        values = self.boundaries[:, number].astype(np.float64)
        return max((float(value) for value in values if not np.isnan(value)), default=None)

    def listed(self, rules: RuleSet, year: int) -> np.ndarray:
        """Benchmarks that are topped out and on the list of a year that has one."""
        names = str(rules.get("topped_out_list", performance_year=year).value or "").split()
        on_list = np.array([name in names for name in self.measures] + [False])
        is_listed: np.ndarray = on_list & self.topped_out
        return is_listed


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
    fewer_required: np.ndarray | int = 0,
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
        fewer_required: how many of the required are not counted in what is available.
        prior: achievement of the prior year by participant, where it is known.
    """
    small = small_practice if isinstance(small_practice, bool) else small_practice[rows.who]
    given_rows = _measure_inputs(rows, table, rules, year, small, pathway)
    points = QUALITY_MEASURE.evaluate(given_rows, rules, numbers)
    earned = points.column("measure_points")
    left_out = _left_out(rows, pathway, rules)
    if required is None:
        required = measures_required(pathway, rules, year)
    if rows.survey_part is not None:
        earned, left_out = mean_of_survey(rows, rows.survey_part, earned, left_out, rules)
    gone = left_out_measures(rows, left_out, participants)
    counts, available, complete = counted(
        rows, np.where(left_out, -1.0, earned.astype(np.float64)), participants, required,
        set_size - gone, fewer=fewer_required, one_of_claims=pathway == "MVP",
    )  # fmt: skip
    zero = earned[:1] * 0 if len(earned) else np.array([0])
    total = np.full(participants, zero[0], dtype=earned.dtype)
    np.add.at(total, rows.who[counts], earned[counts])
    bonus = bonus_points(rows, left_out, earned, available, participants, rules, year)
    submitted = ~rows.by_claims & ~rows.claims_of_choice()
    given = {
        "performance_year": year,
        "small_practice": small_practice,
        "achievement_points": total,
        "available_points": _numbers(available, numbers),
        "measures_submitted": _numbers(
            np.bincount(rows.who[submitted], minlength=participants), numbers
        ),
        "measure_bonus_points": _numbers(bonus, numbers),
        "electronic_points": electronic_points(rows, earned, participants, rules, year),
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
    rows: QualityRows,
    table: BenchmarkTable,
    rules: RuleSet,
    year: int,
    small: bool | np.ndarray,
    pathway: str,
) -> dict[str, Any]:
    return {
        "performance_year": year,
        "small_practice": small,
        "performance_rate": rows.rate,
        "lower_is_better": table.lower_is_better[rows.benchmark],
        **{
            name: table.boundaries[decile][rows.benchmark] for decile, name in enumerate(BOUNDARIES)
        },
        "has_benchmark": rows.benchmark != NONE,
        "enough_cases": rows.enough_cases(rules),
        "data_complete": rows.data_complete,
        "measure_year": rows.measure_year,
        "topped_out_years": _like(rows.measure_year, table.limited[rows.benchmark] * 2),
        "listed_topped_out": table.listed(rules, year)[rows.benchmark],
        "limit_removed": rows.limit_removed | (pathway == "APP"),
        "without_floor": rows.web() | rows.claims_of_choice(),
    }


def _like(column: np.ndarray, values: np.ndarray) -> Any:
    return values.astype(np.float64) if column.dtype.kind == "f" else [int(v) for v in values]


def measures_required(pathway: str, rules: RuleSet, year: int) -> int:
    """How many measures of one's choice a pathway asks for; 0 where its set is fixed."""
    if pathway == "APP":
        return 0  # its measures are the set; each that has a benchmark and cases counts
    count = rules.get("measures_required", performance_year=year, pathway=pathway).value
    return int(count)  # type: ignore[arg-type]


def _left_out(rows: QualityRows, pathway: str, rules: RuleSet) -> np.ndarray:
    """Measures that are neither in what is earned nor in what is available: without a benchmark or
    cases, of the APM pathway, from claims, or complete through the Web Interface."""
    unscored = (rows.benchmark == NONE) | ~rows.enough_cases(rules)
    by_web = rows.web() & rows.data_complete
    is_left_out: np.ndarray = unscored & (rows.by_claims | by_web | (pathway == "APP"))
    return is_left_out
