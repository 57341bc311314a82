"""From a printed results row to the inputs of the settlement worksheet.

What a results file does not name is read off what it prints, and only so far as the rules allow:

* The rate a two-sided contract elected is the printed minimum savings rate if that is one of the
  rates to choose from; any other printed rate is the rate by size.
* A six-month performance year (2019) prints half of benchmark and expenditures, known by comparing
  them with benchmark per capita times person-years; they are doubled back to the whole year.
* To 2015 no column says that minimum quality attainment failed: a final sharing rate of zero does.
* Files of 2013 flag Track 2 only, or no track: then the sharing rate tells Track 2 from Track 1.
* Benchmark, expenditures and their difference are rounded each on its own; the difference counts.
* Scores of 2020 are printed rounded; the step between unrounded scores recovers them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from openvbc.errors import ParameterMissing, Place, SetAside
from openvbc.programs.mssp.results_amounts import another_unit, expenditures
from openvbc.programs.mssp.results_row import ResultsRow
from openvbc.programs.mssp.results_rules import (
    lengths_in_months,
    mean_and_steps,
    rates_to_choose,
    risk_model_of,
    shares_below_minimum,
    sharing_rate_basis,
    tracks_of,
    years_since,
)
from openvbc.programs.published.published_cell import parse_date, plain
from openvbc.rules.load import RuleSet

WHOLE_YEAR_FROM = Decimal("0.75")
"""Share of benchmark per capita x person-years from which printed totals are those of a whole year:
midway between the half that six months print and the whole."""


def worksheet_inputs(row: ResultsRow, rules: RuleSet) -> dict[str, Any] | SetAside:
    """The worksheet's inputs for one row, or why it cannot be settled."""
    try:
        basis = sharing_rate_basis(row.year, rules)
        track = _track(row, rules)
        if isinstance(track, SetAside):
            return track
        risk_model = risk_model_of(row.year, track, rules)
        months = period_months(row, rules)
        year_of_agreement = agreement_performance_year(row, rules)
    except ParameterMissing as missing:
        return SetAside("no rules for this year or track", row.place, missing.in_full)
    printed_rate = row.amount("minimum_savings_rate")
    wrong = _other_risk_model(row, track, risk_model)
    half = _untold_length(row, rules)
    untold_values = (_untold_election(row, risk_model), _untold_quality(row, basis))
    for untold in (wrong, another_unit(row, rules), half, *untold_values):
        if untold is not None:
            return untold
    category = _revenue_category(row)
    if category is None and shares_below_minimum(row.year, track, row.agreement_start, rules):
        return _untold(row, "revenue_category", "Rev_Exp_Cat", "Low Revenue or High Revenue")
    whole_year = Decimal(12) / months
    relief = row.amount("extreme_circumstances")
    return {
        "performance_year": row.year,
        "track": track,
        "agreement_start": row.agreement_start,
        "agreement_performance_year": year_of_agreement,
        "performance_year_in_track": _year_in_track(row, year_of_agreement, rules),
        "performance_year_months": months,
        "assigned_beneficiaries": row.settling("assigned_beneficiaries"),
        "revenue_category": category,
        "minimum_savings_rate_election": (
            printed_rate if printed_rate in rates_to_choose(track, rules) else None
        ),
        "updated_benchmark_expenditures": row.settling("benchmark") * whole_year,
        "performance_year_expenditures": expenditures(row) * whole_year,
        "guardrail_applied": bool(row.flag("guardrail")),
        "quality_score": sharpened_score(row, rules),
        "quality_score_floor": row.amount("quality_score")
        if row.flag("received_percentile")
        else None,
        "pay_for_reporting": basis == "score" and is_pay_for_reporting(row, year_of_agreement),
        "minimum_attainment_met": basis == "score" and _minimum_attainment(row),
        "reporting_incentive_met": bool(row.flag("reporting_incentive_met")),
        "first_year_standard_met": bool(row.flag("first_year_standard_met")),
        "quality_standard_reported_met": not _names_paths(row)
        and bool(row.flag("quality_standard_met")),
        "alternative_standard_met": bool(row.flag("alternative_standard_met")),
        "loss_limit_used": _loss_limit_used(row),
        "extreme_circumstances_amount": relief and abs(relief),
        "advance_investment_balance": row.amount("advance_investment_balance"),
    }


def _other_risk_model(row: ResultsRow, track: str, risk_model: object) -> SetAside | None:
    """The printed risk model must be the track's."""
    printed = plain(row.text("risk_model"))
    if printed and printed != plain(str(risk_model)):
        detail = f"{track} of {row.year} is {risk_model}"
        return SetAside("the risk model is not the track's", row.printed_at("risk_model"), detail)
    return None


def _untold_length(row: ResultsRow, rules: RuleSet) -> SetAside | None:
    """Where a year may be a half one, benchmark per capita and person-years tell."""
    if len(lengths_in_months(row.year, rules)) == 1:
        return None
    for name, column in (("updated_benchmark", "UpdatedBnchmk"), ("person_years", "N_AB_Year_PY")):
        if not row.amount(name):
            expected = f"{column}, which tells whether the totals are of six months or twelve"
            return _untold(row, name, column, expected)
    return None


def _untold(row: ResultsRow, field: str, column: str, expected: str) -> SetAside:
    place = Place(row.place.file, row.place.line, column, row.shown(field))
    return SetAside("a value the settlement needs is not told", place, expected)


def _untold_election(row: ResultsRow, risk_model: object) -> SetAside | None:
    if risk_model == "two-sided" and row.amount("minimum_savings_rate") is None:
        expected = "the minimum savings rate, which tells the rate a two-sided contract elected"
        return _untold(row, "minimum_savings_rate", "MinSavPerc", expected)
    return None


def _untold_quality(row: ResultsRow, basis: object) -> SetAside | None:
    """A quality result that the file leaves open is not guessed."""
    score, met = row.amount("quality_score"), row.flag("quality_standard_met")
    if basis == "score":
        if met is None and score and row.amount("final_sharing_rate") is None:
            return _untold(row, "quality_standard_met", "Met_QPS", "0 or 1, or FinalShareRate")
        return None
    if score is None and met is None:
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


def sharpened_score(row: ResultsRow, rules: RuleSet) -> Decimal | None:
    """The quality score, moved to the nearest unrounded one where the steps are known."""
    score = row.amount("quality_score")
    if score is None or score == 1:
        return score
    mean, count = mean_and_steps(row.year, rules)
    if mean is not None and row.flag("received_mean"):
        return mean
    if count is None:
        return score
    return (score * count).quantize(Decimal(1), ROUND_HALF_EVEN) / count


def _track(row: ResultsRow, rules: RuleSet) -> str | SetAside:
    if len(row.tracks) == 1:
        return row.tracks[0]
    if row.tracks:
        detail = f"flagged: {', '.join(row.tracks)}"
        return SetAside("more than one track flagged", row.place, detail)
    left = set(tracks_of(row.year, rules)) - row.table.track_columns
    if row.table.track_columns and len(left) == 1:
        return left.pop()
    return _track_from_rate(row, rules)


def _track_from_rate(row: ResultsRow, rules: RuleSet) -> str | SetAside:
    """Where a row names no track: the one track of the year that has the printed maximum rate.

    Without a maximum rate the final one will do where quality left it whole. A final rate of zero
    leaves the election: a one-sided contract has none.
    """
    maxima = {
        track: rules.get("maximum_sharing_rate", performance_year=row.year, track=track).value
        for track in tracks_of(row.year, rules)
    }
    if len(set(maxima.values())) == len(maxima):
        rate = row.amount("maximum_sharing_rate")
        if rate is None and row.amount("quality_score") in (None, 0, 1):
            rate = row.amount("final_sharing_rate")
        fits = [track for track, maximum in maxima.items() if maximum == rate]
        if len(fits) == 1:
            return fits[0]
        if rate == 0:
            printed = row.amount("minimum_savings_rate")
            fits = [t for t in maxima if (printed in rates_to_choose(t, rules))]
            return fits[0] if len(fits) == 1 else min(maxima)
    detail = "a column Current_Track (A to E, EN), or a column for each track with one of them set"
    return SetAside("track not told", row.place, detail)


def _names_paths(row: ResultsRow) -> bool:
    """Whether the paths by which the standard is met can be followed from the row."""
    paths = (row.flag("reporting_incentive_met"), row.flag("first_year_standard_met"))
    return row.amount("quality_score") is not None and None not in paths


def _minimum_attainment(row: ResultsRow) -> bool:
    if (stated := row.flag("quality_standard_met")) is not None:
        return stated
    return row.amount("quality_score") != 0 and row.amount("final_sharing_rate") != 0


def _revenue_category(row: ResultsRow) -> str | None:
    word = row.text("revenue_category").lower().split(" ")[0]
    return word if word in {"low", "high"} else None


def _loss_limit_used(row: ResultsRow) -> str | None:
    return {None: None, True: "revenue", False: "benchmark"}[row.flag("revenue_loss_limit")]
