"""What one more closed gap is worth: from a measure's rate to points, score, sharing rate, dollars.

A gap closed moves a measure's rate by one case, upwards or, for an inverse measure, downwards. Its
points, the score and the settlement are computed again by the worksheets that made them, so that a
step (a decile of flat points, the quality standard, the hundredth of a percent a score is rounded
to) is where it is. Where one gap moves no dollar, the fewest gaps of that measure that do are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.errors import EmptyResult, InputError, Place
from openvbc.format import show
from openvbc.programs.listing import Field, Listing
from openvbc.programs.mips.submissions.counted import point_or_room
from openvbc.programs.mips.submissions.inventory import (
    CLAIMS,
    ELECTRONIC,
    SURVEY_MEASURE,
    SURVEY_PART,
)
from openvbc.programs.mssp.settled_row import settled_row
from openvbc.programs.mssp.simulation import RESULT
from openvbc.programs.run_folder import MAIN
from openvbc.programs.simulation import WhichRow
from openvbc.programs.stored_run import StoredRow, StoredRun
from openvbc.rules.load import load_rules
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.shared_savings.contract_inputs import INPUTS
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS
from openvbc.worksheets.shared_savings.quality_score import APP_MEASURE, APP_SCORE

FIELDS = (
    Field("Measure", "text", "who"),
    Field("Rate", "as measured"),
    Field("Eligible", "count"),
    Field("Open gaps", "count"),
    Field("Points", "points"),
    Field("Points of one more", "points"),
    Field("Score with one more", "ratio"),
    Field("Sharing rate with it", "ratio"),
    Field("Dollars of one more", "USD"),
    Field("Gaps to the next dollar", "count"),
    Field("Score then", "ratio"),
    Field("Dollars then", "USD"),
)
MEASURES = "detail_measures"


@dataclass(frozen=True)
class _Settled:
    score: Decimal
    threshold: Decimal | None
    sharing_rate: Decimal | None
    payment: Decimal


class _Chain:
    """The worksheets from a measure's rate to the payment of one contract."""

    def __init__(self, given: Mapping[str, Any], scored: StoredRun, row: StoredRow) -> None:
        names = {each.name for each in INPUTS}
        self._given = {name: [value] for name, value in given.items() if name in names}
        self._rules = load_rules("mssp")
        self._mips = load_rules("mips")
        self._row = row
        self._score_rules = scored.rules_in_force(row)
        self._scored = scored

    def points(self, measure: StoredRow, gaps: int) -> Decimal:
        """Points of a measure with so many more gaps closed."""
        given = {name: [measure.values.get(name)] for name in APP_MEASURE.inputs}
        given["performance_rate"] = [_moved(measure, gaps)]
        rules = self._scored.rules_in_force(measure)
        return Decimal(APP_MEASURE.evaluate(given, rules).value("pathway_points", 0))

    def settled(self, measure: StoredRow | None = None, gaps: int = 0) -> _Settled:
        """Score and settlement with so many more gaps of a measure closed."""
        given = {name: [self._row.values.get(name)] for name in APP_SCORE.inputs}
        if measure is not None:
            before, after = self.points(measure, 0), self.points(measure, gaps)
            given["achievement_points"] = [self._row.values["achievement_points"] + after - before]
            room = self._room(measure, after) - self._room(measure, before)
            given["electronic_points"] = [(self._row.values["electronic_points"] or 0) + room]
        score = APP_SCORE.evaluate(given, self._score_rules).value("pathway_quality_score", 0)
        evaluation = self._evaluated(score)
        payment = evaluation.value(RESULT, 0)
        rate = evaluation.value("final_sharing_rate", 0)
        threshold = evaluation.value("quality_score_threshold", 0)
        return _Settled(score, threshold, rate, Decimal(0) if payment is None else payment)

    def payment_with(self, score: Decimal | None) -> Decimal | None:
        """What is earned or owed with a score, by the rules as shipped."""
        paid: Decimal | None = self._evaluated(score).value(RESULT, 0)
        return paid

    def _evaluated(self, score: Decimal | None) -> Evaluation:
        evaluation = SHARED_SAVINGS.evaluate({**self._given, "quality_score": [score]}, self._rules)
        if evaluation.refused:
            raise evaluation.refused[0]
        return evaluation

    def _room(self, measure: StoredRow, points: Decimal) -> Decimal:
        """What the complex organization adjustment gives an electronic measure of these points."""
        year = int(self._row.values["year"])
        each = self._mips.get("complex_organization_points", performance_year=year).value
        is_electronic = f"({ELECTRONIC})" in str(measure.values["item"])
        if each is None or not is_electronic or not measure.values["data_complete"]:
            return Decimal(0)
        return Decimal(point_or_room(points, Decimal(str(each))))


def worth_of_closed_gaps(folder: Path, score_run: Path, which: WhichRow) -> Listing:
    """What one more closed gap of each measure is worth to a settled contract.

    Grain: one row a measure of the score run that counts cases, the dearest gap first. Dollars are
    those of the settlement with the score of the score run, whatever score it was settled with.

    Args:
        folder: a run that settled a Shared Savings contract.
        score_run: folder of ``vbc quality-score`` of the same ACO and year.
        which: the contract, where the run holds several.

    Raises:
        InputError: the score run is none, or of another ACO or year.
        EmptyResult: no measure of it says how many cases it counts.
    """
    given = settled_row(folder, which.contract, which.year, which.item)
    scored = StoredRun(score_run)
    aco, year = str(given["contract"]), int(given["year"])
    if scored.sheets[MAIN]["name"] != APP_SCORE.name:
        raise InputError(
            "this run is no quality score",
            place=Place(str(score_run)),
            action="make one: vbc quality-score --aco, --year",
            code="VBC-1147",
        )
    measures = [row for row in scored.rows(MEASURES, aco, year) if _has_gaps(row)]
    if not measures:
        raise EmptyResult(
            "no measure of the run says how many cases it counts",
            rule="a gap is one case of a measure an ACO reports; the survey and what CMS computes "
            "from claims have none",
            action="score a quality run (--run), results (--results) or a list with cases",
            code="VBC-6025",
        )
    chain = _Chain(given, scored, scored.rows(MAIN, aco, year)[0])
    base = chain.settled()
    lines = sorted(
        (_line(chain, base, measure) for measure in measures),
        key=lambda line: (-line[8], line[9] is None, line[9] or 0),
    )
    title = f"What one more closed gap is worth: {aco} {year}"
    lead = _lead(base, given.get("quality_score"))
    own = chain.payment_with(given.get("quality_score"))
    if own is not None and own != given[RESULT]:
        lead += (
            f" By the shipped rules the run's own score gives {show(own, 'USD')}, and the run has "
            f"{show(given[RESULT], 'USD')}: it was settled by other rules than this list."
        )
    return Listing("closed_gaps", title, FIELDS, lines, lead, "small counts")


def _line(chain: _Chain, base: _Settled, measure: StoredRow) -> list[Any]:
    """The row of a measure."""
    cases = int(measure.values["eligible_cases"])
    gaps = _open_gaps(measure, cases)
    points = chain.points(measure, 0)
    one = chain.settled(measure, 1) if gaps else base
    next_dollar = _fewest(chain, base, measure, gaps)
    then = None if next_dollar is None else chain.settled(measure, next_dollar)
    return [
        measure.values["item"], measure.values["performance_rate"], cases, gaps, points,
        chain.points(measure, 1) - points if gaps else Decimal(0),
        one.score, one.sharing_rate, one.payment - base.payment, next_dollar,
        then.score if then else None, then.payment - base.payment if then else None,
    ]  # fmt: skip


def _has_gaps(measure: StoredRow) -> bool:
    """Not the survey, whose parts are averaged, nor what CMS computes from claims."""
    item = str(measure.values["item"])
    computed = item.startswith((SURVEY_PART, SURVEY_MEASURE)) or f"({CLAIMS})" in item
    return bool(measure.values.get("eligible_cases")) and not computed


def _moved(measure: StoredRow, gaps: int) -> Decimal:
    """The rate with so many more gaps closed, in percent."""
    step = Decimal(100 * gaps) / int(measure.values["eligible_cases"])
    rate = Decimal(measure.values["performance_rate"])
    return max(rate - step, Decimal(0)) if _inverse(measure) else min(rate + step, Decimal(100))


def _inverse(measure: StoredRow) -> bool:
    return bool(measure.values.get("lower_is_better"))


def _open_gaps(measure: StoredRow, cases: int) -> int:
    """Cases without the wanted result, to the nearest: a printed rate has few decimals."""
    rate = Decimal(measure.values["performance_rate"])
    share = rate if _inverse(measure) else 100 - rate
    return int((share * cases / 100).to_integral_value())


def _fewest(chain: _Chain, base: _Settled, measure: StoredRow, gaps: int) -> int | None:
    """The fewest closed gaps of a measure that raise the payment; None where all of them do not.

    Points never fall with a gap closed, and what the adjustment takes back is never more.
    """
    if not gaps or chain.settled(measure, gaps).payment <= base.payment:
        return None
    low, high = 0, gaps
    while high - low > 1:
        middle = (low + high) // 2
        if chain.settled(measure, middle).payment > base.payment:
            high = middle
        else:
            low = middle
    return high


def _lead(base: _Settled, settled: Decimal | None) -> str:
    said = f"Score {show(base.score, 'ratio')}, payment {show(base.payment, 'USD')}"
    if base.threshold is not None:
        said += f"; the percentile of the quality standard is {show(base.threshold, 'ratio')}"
    if settled is not None and settled != base.score:
        said += f" (the settlement had the score {show(settled, 'ratio')}; here the run's counts)"
    return (
        f"{said}. Dollars are of the whole settlement. A score has hundredths of a percent and the "
        "standard is a step: where one gap moves no dollar, the list has the fewest gaps of that "
        "measure alone that do; none, where all of them do not."
    )
