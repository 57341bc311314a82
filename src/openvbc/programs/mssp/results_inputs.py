"""From a printed results row to the inputs of the settlement worksheet.

What a results file does not name is read off what it prints, and only so far as the rules allow:

* The rate a two-sided contract elected is the printed minimum savings rate if that is one of the
  rates to choose from; any other printed rate is the rate by size.
* A six-month performance year (2019) prints half of benchmark and expenditures, known by comparing
  them with benchmark per capita times person-years; they are doubled back to the whole year.
* To 2015 no column says that minimum quality attainment failed: a final sharing rate of zero does.
* Benchmark, expenditures and their difference are rounded each on its own; the difference counts.
* Scores of 2020 are printed rounded; the step between unrounded scores recovers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from openvbc.errors import ParameterMissing, Place, SetAside
from openvbc.programs.mssp.results_amounts import Amounts
from openvbc.programs.mssp.results_row import ResultsRow, ResultsTable
from openvbc.programs.mssp.results_rules import (
    lengths_in_months,
    mean_and_steps,
    rates_to_choose,
    risk_model_of,
    shares_below_minimum,
    sharing_rate_basis,
    years_since,
)
from openvbc.programs.mssp.results_track import track_of
from openvbc.programs.published.published_cell import parse_date, plain
from openvbc.rules.load import RuleSet

WHOLE_YEAR_FROM = Decimal("0.75")
"""Share of benchmark per capita x person-years from which printed totals are those of a whole year:
midway between the half that six months print and the whole."""

MONTHS_OF_A_YEAR = 12


GIVEN = (
    "performance_year", "track", "agreement_start", "agreement_performance_year",
    "performance_year_in_track", "performance_year_months", "assigned_beneficiaries",
    "revenue_category", "minimum_savings_rate_election", "updated_benchmark_expenditures",
    "performance_year_expenditures", "guardrail_applied", "quality_score", "quality_score_floor",
    "pay_for_reporting", "minimum_attainment_met", "reporting_incentive_met",
    "first_year_standard_met", "quality_standard_reported_met", "alternative_standard_met",
    "loss_limit_used", "extreme_circumstances_amount", "advance_investment_balance",
)  # fmt: skip
"""The inputs of the settlement worksheet that are read off a row."""


@dataclass(frozen=True)
class _Told:
    """What the year, track, dates, words and flags of a row say; the same for many rows."""

    basis: object
    track: str
    risk_model: object
    is_other_model: bool
    """Another risk model is printed than the track's."""
    year_of_agreement: int | None
    year_in_track: int | None
    months: int | None
    """None where numbers tell the length of the year."""
    rates: frozenset[Decimal]
    category: str | None
    needs_category: bool
    loss_limit: str | None
    names_paths: bool
    """Whether the flags that lead to the standard are there."""
    guardrail: bool
    has_floor: bool
    incentive: bool
    first_year: bool
    standard: bool
    alternative: bool


_NUMBERS = (
    "minimum_savings_rate", "quality_score", "benchmark", "expenditures", "gross_savings",
    "extreme_circumstances", "advance_investment_balance", "final_sharing_rate",
    "assigned_beneficiaries",
)  # fmt: skip


class _OfFile:
    """What inputs are read off in one file."""

    def __init__(self, table: ResultsTable) -> None:
        self.table = table
        """Kept, so that no other file has its identity."""
        nothing: list[Any] = [None] * table.published.count
        columns = (table.numbers.get(name, nothing) for name in _NUMBERS)
        self.numbers: list[tuple[Any, ...]] = list(zip(*columns, strict=True))
        """Those of `_NUMBERS` of each row."""
        self.standard_met = table.flags.get("quality_standard_met", nothing)
        self.words = table.words_alike
        self.told: dict[tuple[Any, ...], _Told] = {}


class InputsOfRows:
    """Reads rows into inputs; what words and flags say is looked up once for rows that share it."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._files: dict[int, _OfFile] = {}

    def of(self, row: ResultsRow) -> tuple[Any, ...] | SetAside:
        """The values of `GIVEN` for one row, or why it cannot be settled."""
        file = self._files.get(id(row.table))
        if file is None:
            file = self._files[id(row.table)] = _OfFile(row.table)
        told = self._told(row, file)
        if isinstance(told, SetAside):
            return told
        (
            rate, score, benchmark, printed, difference, relief, advance, shared, people,
        ) = file.numbers[row.number]  # fmt: skip
        amounts, by_score = Amounts(benchmark, printed, difference), told.basis == "score"
        met = file.standard_met[row.number]
        untold = (
            _untold_words(row, told)
            or amounts.in_another_unit(row, self.rules)
            or (_untold_length(row) if told.months is None else None)
            or (_untold_election(row) if rate is None and told.risk_model == "two-sided" else None)
            or (_untold_quality(row, by_score, score, shared) if met is None else None)
            or (_untold_category(row) if told.needs_category else None)
        )
        if untold is not None:
            return untold
        months = told.months or period_months(row, self.rules)
        spent = amounts.expenditures
        if months != MONTHS_OF_A_YEAR:
            whole_year = Decimal(MONTHS_OF_A_YEAR) / months
            benchmark, spent = benchmark * whole_year, spent * whole_year
        return (
            row.year, told.track, row.agreement_start, told.year_of_agreement, told.year_in_track,
            months, people, told.category,
            rate if rate in told.rates else None, benchmark, spent,
            told.guardrail, sharpened_score(score, row, self.rules),
            score if told.has_floor else None,
            by_score and is_pay_for_reporting(row, told.year_of_agreement),
            by_score and _minimum_attainment(row), told.incentive, told.first_year,
            told.standard and not (told.names_paths and score is not None),
            told.alternative, told.loss_limit, relief and abs(relief), advance,
        )  # fmt: skip

    def _told(self, row: ResultsRow, file: _OfFile) -> _Told | SetAside:
        key = (file.words[row.number], row.year, row.tracks, row.agreement_start)
        words = file.told.get(key)
        if words is not None:
            return words
        told = _read_words(row, self.rules)
        # Where no one track is told, numbers tell it; a row set aside says its own place.
        if len(row.tracks) == 1 and isinstance(told, _Told):
            file.told[key] = told
        return told


def _read_words(row: ResultsRow, rules: RuleSet) -> _Told | SetAside:
    try:
        basis = sharing_rate_basis(row.year, rules)
        track = track_of(row, rules)
        if isinstance(track, SetAside):
            return track
        risk_model = risk_model_of(row.year, track, rules)
        lengths = lengths_in_months(row.year, rules)
        year_of_agreement = agreement_performance_year(row, rules)
    except ParameterMissing as missing:
        return SetAside("no rules for this year or track", row.place, missing.in_full)
    printed_model = plain(row.text("risk_model"))
    category = _revenue_category(row)
    paths = (row.flag("reporting_incentive_met"), row.flag("first_year_standard_met"))
    return _Told(
        basis, track, risk_model,
        bool(printed_model) and printed_model != plain(str(risk_model)),
        year_of_agreement, _year_in_track(row, year_of_agreement, rules),
        lengths[0] if len(lengths) == 1 else None, rates_to_choose(track, rules), category,
        category is None and shares_below_minimum(row.year, track, row.agreement_start, rules),
        _loss_limit_used(row), None not in paths, bool(row.flag("guardrail")),
        bool(row.flag("received_percentile")), bool(paths[0]), bool(paths[1]),
        bool(row.flag("quality_standard_met")), bool(row.flag("alternative_standard_met")),
    )  # fmt: skip


def _untold_words(row: ResultsRow, told: _Told) -> SetAside | None:
    if told.is_other_model:
        detail = f"{told.track} of {row.year} is {told.risk_model}"
        return SetAside("the risk model is not the track's", row.printed_at("risk_model"), detail)
    return None


def _untold_length(row: ResultsRow) -> SetAside | None:
    """Where a year may be a half one, benchmark per capita and person-years tell."""
    for name, column in (("updated_benchmark", "UpdatedBnchmk"), ("person_years", "N_AB_Year_PY")):
        if not row.amount(name):
            expected = f"{column}, which tells whether the totals are of six months or twelve"
            return _untold(row, name, column, expected)
    return None


def _untold(row: ResultsRow, field: str, column: str, expected: str) -> SetAside:
    place = Place(row.place.file, row.place.line, column, row.shown(field))
    return SetAside("a value the settlement needs is not told", place, expected)


def _untold_election(row: ResultsRow) -> SetAside:
    expected = "the minimum savings rate, which tells the rate a two-sided contract elected"
    return _untold(row, "minimum_savings_rate", "MinSavPerc", expected)


def _untold_category(row: ResultsRow) -> SetAside:
    return _untold(row, "revenue_category", "Rev_Exp_Cat", "Low Revenue or High Revenue")


def _untold_quality(
    row: ResultsRow, by_score: bool, score: Decimal | None, shared: Decimal | None
) -> SetAside | None:
    """A quality result that the file leaves open, where it does not say whether the standard is
    met, is not guessed."""
    if by_score:
        if score and shared is None:
            return _untold(row, "quality_standard_met", "Met_QPS", "0 or 1, or FinalShareRate")
        return None
    if score is None:
        return _untold(row, "quality_score", "QualScore", "a quality score, or Met_QPS of 0 or 1")
    return None


def is_pay_for_reporting(row: ResultsRow, year_of_agreement: int | None) -> bool:
    """Printed as P4R, or no score printed in the first performance year of a first agreement."""
    if row.text("quality_score").upper() == "P4R":
        return True
    first = year_of_agreement == 1 and row.amount("agreement_number") in (None, 1)
    first = first and "quality_score" in row.table.columns
    return row.amount("quality_score") is None and first


def agreement_performance_year(row: ResultsRow, rules: RuleSet) -> int | None:
    """1 in the first performance year of the agreement period; None where its start is not told."""
    start = row.agreement_start
    if start is None:
        earliest = rules.history("first_performance_year")[0].value
        return 1 if row.year <= int(str(earliest)) else None
    return years_since(start, row.year, rules)


def _year_in_track(row: ResultsRow, year_of_agreement: int | None, rules: RuleSet) -> int | None:
    """The performance year under the track, counted from the first agreement period.

    No column says in which of these years an earlier period had the same track: these are the most
    it can have had, and the loss limit of Track 2, which rises with them, the highest it can be.
    """
    initial = parse_date(row.text("initial_start"))
    if initial is None or row.agreement_start is None or initial >= row.agreement_start:
        return year_of_agreement
    return years_since(initial, row.year, rules)


def period_months(row: ResultsRow, rules: RuleSet) -> int:
    """Months of the performance year; six months print about half of the whole year's totals."""
    lengths = lengths_in_months(row.year, rules)
    people, per_capita = row.amount("person_years"), row.amount("updated_benchmark")
    if len(lengths) > 1 and people and per_capita:
        printed_share = row.settling("benchmark") / (people * per_capita)
        return min(lengths) if printed_share < WHOLE_YEAR_FROM else max(lengths)
    return max(lengths)


def sharpened_score(score: Decimal | None, row: ResultsRow, rules: RuleSet) -> Decimal | None:
    """A row's quality score, moved to the nearest unrounded one where the steps are known."""
    if score is None or score == 1:
        return score
    mean, count = mean_and_steps(row.year, rules)
    if mean is not None and row.flag("received_mean"):
        return mean
    if count is None:
        return score
    return (score * count).quantize(Decimal(1), ROUND_HALF_EVEN) / count


def _minimum_attainment(row: ResultsRow) -> bool:
    if (stated := row.flag("quality_standard_met")) is not None:
        return stated
    return row.amount("quality_score") != 0 and row.amount("final_sharing_rate") != 0


def _revenue_category(row: ResultsRow) -> str | None:
    word = row.text("revenue_category").lower().split(" ")[0]
    return word if word in {"low", "high"} else None


def _loss_limit_used(row: ResultsRow) -> str | None:
    return {None: None, True: "revenue", False: "benchmark"}[row.flag("revenue_loss_limit")]
