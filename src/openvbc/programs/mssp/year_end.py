"""How the performance year of a run will end: savings rate and payment as distributions.

The months known are those of the run's tables (:mod:`openvbc.programs.mssp.tracking` shows them);
:mod:`openvbc.programs.forecast` draws the rest. Every draw goes through the settlement's worksheet,
on floats, with the contract of the project.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from openvbc.errors import EmptyResult, InputError, OpenvbcError, Place
from openvbc.format import show
from openvbc.programs.explanation import Explanation, Field, Part, Sentence, SmallGrid
from openvbc.programs.forecast import BENCHMARK_ERROR, Array, Forecast, Known, forecast
from openvbc.programs.mssp.periods import PERFORMANCE_YEAR
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.contract_inputs import INPUTS
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

AGES = 16
"""Months until a month is taken to be paid; what comes later counts with the last."""
PERCENTILES = (10, 25, 50, 75, 90)
RESULT = "earned_savings_or_owed_losses"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class YearEnd:
    """The end of a performance year as drawn."""

    as_of: dt.date
    """Last day of the last month of which payments are known."""
    months: int
    """Months of the performance year known."""
    drawn: Forecast
    payment: Array | None
    """Earned, or owed (negative), a draw; None where the contract is not at hand."""

    def sentence(self) -> str:
        """The forecast in one plain sentence."""
        low, high = self.drawn.interval()
        middle = float(np.median(self.drawn.savings_rate))
        text = (
            f"A forecast, not a settlement, from {self.months} months known by {self.as_of}: the "
            f"year is expected to end with a savings rate of {middle:.1%}; four times in five "
            f"between {low:.1%} and {high:.1%}."
        )
        if self.payment is None:
            return text
        earns, owes = float((self.payment > 0).mean()), float((self.payment < 0).mean())
        mean = show(round(float(self.payment.mean())), "USD")
        return (
            f"{text} Savings are shared with a probability of {earns:.0%}, losses owed with "
            f"{owes:.0%}; the mean payment is {mean}."
        )


def year_end(run: Run, benchmark_error: float = BENCHMARK_ERROR, seed: int = 1) -> YearEnd:
    """Forecast the performance year of a run.

    Raises:
        EmptyResult: the run has no benchmark, or too little is known of the year.
        InputError: the benchmark's error is no share.
    """
    if not 0 <= benchmark_error < 0.5:
        raise InputError(
            "the error of the benchmark cannot be",
            place=Place(column="--benchmark-error", value=str(benchmark_error)),
            rule="a relative standard deviation, from 0 to 0.5",
            action="0.012 stands for 1.2 percent",
            code="VBC-19011",
        )
    if not run.is_settled:
        raise EmptyResult(
            "a forecast needs the benchmark, and this run has none",
            rule="; ".join(run.lacking[:2]) or None,
            action="supply what is lacking, or name a known benchmark in the project file",
            code="VBC-6911",
        )
    known, as_of, months = _known(run, benchmark_error)
    drawn = forecast(known, seed=seed)
    return YearEnd(as_of, months, drawn, _payments(run, drawn))


def _known(run: Run, benchmark_error: float) -> tuple[Known, dt.date, int]:
    """The months of all periods in order, as arrays."""
    years = {row["period"]: int(row["calendar_year"]) for row in run.periods}
    known_by = next(r["known_by"] for r in run.periods if r["period"] == PERFORMANCE_YEAR)
    triangle = run.table("completion_triangle").rows()
    known_at = [_index(row["incurred_month"]) + row["age"] for row in triangle]
    day_after = known_by + dt.timedelta(days=1)
    last = min(12 * day_after.year + day_after.month - 2, max(known_at, default=0))
    order = sorted(years, key=lambda period: years[period])
    at = {12 * years[p] + m: 12 * n + m for n, p in enumerate(order) for m in range(12)}
    paid = np.zeros((12 * len(order), AGES))
    for row in triangle:
        month = _index(row["incurred_month"])
        if month in at and month + row["age"] <= last:
            paid[at[month], min(row["age"], AGES - 1)] += float(row["amount"])
    for month, place in at.items():
        paid[place, np.arange(AGES) > last - month] = np.nan
    months = int(np.isfinite(paid[-12:, 0]).sum())
    if months < 2 or len(order) < 3:
        raise EmptyResult(
            "too little is known of the performance year for a forecast",
            rule="two months of the year, and two years before it",
            action="wait for the next delivery; 'vbc track' shows what is known",
            code="VBC-6912",
        )
    known = Known(
        person_months=_people(run, order, months),
        paid=paid,
        truncated_share=_shares(run, order, paid),
        benchmark=_benchmark(run),
        benchmark_error=benchmark_error,
        time=np.asarray(sorted(at), dtype=float) - min(at),
    )
    return known, _end(last), months


def _index(month: dt.date) -> int:
    return 12 * month.year + month.month - 1


def _end(index: int) -> dt.date:
    following = dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def _people(run: Run, order: Sequence[str], months: int) -> Array:
    """Person-months by month; of months to come as the years before went on from the last known."""
    people_by_month = np.zeros(12 * len(order))
    for row in run.table("monthly_person_months").rows():
        people_by_month[12 * order.index(row["period"]) + row["month"] - 1] += row["person_months"]
    before = people_by_month[:-12].reshape(-1, 12).sum(axis=0)
    open_months = np.arange(12) >= months
    last = people_by_month[-12 + months - 1]
    if before[months - 1] > 0:
        people_by_month[-12:][open_months] = (last * before / before[months - 1])[open_months]
    return people_by_month


def _shares(run: Run, order: Sequence[str], paid: Array) -> Array:
    """Of each year before: spending that counts, truncated, as a share of all that was paid."""
    counted: dict[str, float] = defaultdict(float)
    for row in run.table("per_capita_expenditure").rows("population = 'ASSIGNED'"):
        counted[row["period"]] += float(row["truncated_amount_times_12"]) / 12
    every = np.nansum(paid, axis=1).reshape(-1, 12).sum(axis=1)
    shares = [counted[p] / every[n] for n, p in enumerate(order[:-1]) if every[n] > 0]
    return np.asarray(shares)


def _benchmark(run: Run) -> float:
    stored = StoredRun(run.folder)
    sheet = next(name for name, w in stored.sheets.items() if w["name"] == BENCHMARK.name)
    (row,) = stored.rows(sheet, None, None)
    return float(row.values["updated_benchmark"])


def _payments(run: Run, drawn: Forecast) -> Array | None:
    """What each draw would pay, by the contract; None where the project is not there any more."""
    from openvbc.project import Project

    if run.project is None:
        return None
    try:
        given = Project(run.project).given
    except OpenvbcError:
        return None  # the project was changed since; the savings rate stands without it
    inputs = {item.name: item.unit for item in INPUTS}
    words = {"text", "flag", "date"}
    contract = {
        name: [value if inputs[name] in words or value is None else float(value)]
        for name, value in given.contract.settlement_inputs().items()
    }
    people = run.people_assigned().get(PERFORMANCE_YEAR, 0)
    evaluation = SHARED_SAVINGS.evaluate(
        {
            **contract,
            "assigned_beneficiaries": [float(people)],
            "updated_benchmark_expenditures": drawn.benchmark * drawn.person_years,
            "performance_year_expenditures": drawn.per_capita * drawn.person_years,
        },
        given.rules,
        numbers="float",
    )
    if evaluation.refused:
        return None
    return np.asarray(evaluation.column(RESULT), dtype=float)


def forecast_run(run: Run, benchmark_error: float | None = None, seed: int = 1) -> Explanation:
    """The forecast as sentences and tables."""
    error = BENCHMARK_ERROR if benchmark_error is None else benchmark_error
    year_forecast = year_end(run, error, seed)
    heads = [Field("", whole=True), *(Field(f"{p}th", whole=True) for p in PERCENTILES)]
    drawn = year_forecast.drawn
    lines: list[tuple[str, Array, str]] = [
        ("savings rate", drawn.savings_rate, "ratio"),
        ("spending a person-year", drawn.per_capita, "USD"),
        ("benchmark a person-year", drawn.benchmark, "USD"),
    ]
    if year_forecast.payment is not None:
        lines.append(("earned, owed negative", year_forecast.payment, "USD"))
    rows = []
    for label, values, unit in lines:
        cut = np.percentile(values, PERCENTILES)
        shown = [show(round(v) if unit == "USD" else v, unit) for v in map(float, cut)]
        rows.append([label, *shown])
    width = [[name, f"{100 * sd:.2f}"] for name, sd in drawn.width.items()]
    wide = [Field("what makes it wide", whole=True), Field("points of savings rate")]
    parts: list[Part] = [
        Sentence(year_forecast.sentence()),
        SmallGrid("How the year may end, percentiles", heads, rows),
        SmallGrid("Standard deviation each makes alone", wide, width),
        Sentence(
            f"The final benchmark is taken to be within {error:.1%} (one standard deviation) of "
            "the one known now; quality and elections are those of the contract. A change of who "
            "is assigned, of the participant list or of benefits is not foreseen. docs/forecast.md"
        ),
    ]
    return Explanation(parts, about_people=False)
