"""From the small tables of a raw-claims run to an MSSP benchmark ready for settlement.

:func:`compute_benchmark` takes what the steps and the factor files give (per capita amounts,
person-years, risk scores, national and county factors ...), works out the ACO's region county by
county and evaluates the worksheet ``mssp_benchmark``. A value the agreement's rules need and the
tables do not hold stops it, named; nothing is filled in.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import ContractError, InputError, Place, SetAside
from openvbc.rules.load import RuleSet
from openvbc.worksheets.benchmark import BENCHMARK, LINES_OF_SETTLEMENT
from openvbc.worksheets.detail import Detail
from openvbc.worksheets.enrollment_types import ENROLLMENT_TYPES
from openvbc.worksheets.evaluation import Evaluation
from openvbc.worksheets.regional_expenditure import REGIONAL_EXPENDITURE

Row = Mapping[str, Any]

PERIODS = {
    "BY1": "benchmark_year_1",
    "BY2": "benchmark_year_2",
    "BY3": "benchmark_year_3",
    "PY": "performance_year",
}
"""Period as the step tables write it, to the ending of a line's name."""


@dataclass(frozen=True)
class BenchmarkContract:
    """What the benchmark needs to know of the contract."""

    identifier: str
    performance_year: int
    agreement_start: dt.date
    agreement_number: int
    times_regional_adjustment_applied: int = 1
    """Agreement periods under a regional adjustment, this one included."""
    two_sided: bool = False
    minimum_loss_rate: Decimal | None = None
    """A positive ratio; needed for the guardrail of two-sided ACOs."""

    def calendar_year(self, period: str) -> int:
        """The calendar year of BY1, BY2, BY3 or PY."""
        if period == "PY":
            return self.performance_year
        return self.agreement_start.year - 4 + int(period[2])


@dataclass(frozen=True)
class BenchmarkTables:
    """Small tables, one mapping a row; numbers are Decimal, int or text, never float.

    Enrollment types: ESRD, DISABLED, AGED_DUAL, AGED_NON_DUAL. Periods: BY1, BY2, BY3, PY.
    """

    per_capita: Sequence[Row]
    """period, enrollment_type, per_capita (annualised, truncated; USD), person_years."""
    risk_scores: Sequence[Row]
    """period, enrollment_type, risk_score (renormalised), demographic_score (None if unknown)."""
    county_person_years: Sequence[Row]
    """period, county, enrollment_type, person_years (assigned)."""
    national: Sequence[Row]
    """calendar_year, enrollment_type, per_capita."""
    county: Sequence[Row]
    """calendar_year, county, enrollment_type, per_capita, risk_score, person_years (assignable)."""
    accountable_care_prospective_trend: Sequence[Row] = ()
    """performance_year, enrollment_type, flat_dollar_amount; agreements from 2024."""
    prior_savings: Sequence[Row] = ()
    """performance_year, updated_benchmark, expenditures (both total USD), person_years."""
    dual_person_years: Decimal | None = None
    """Person-years in dual status over all enrollment types, benchmark year 3."""
    low_income_or_dual_share: Decimal | None = None
    """Share of assigned people with low-income subsidy or dual status, benchmark year 3."""


@dataclass(frozen=True)
class Benchmark:
    """A computed benchmark: its worksheet, its region's worksheet, and what could not be used."""

    contract: BenchmarkContract
    evaluation: Evaluation
    """One row; see :data:`openvbc.worksheets.benchmark.LINES_OF_SETTLEMENT`."""
    counties: Evaluation | None
    """One row a period, county and enrollment type; None without county factors."""
    county_rows: Sequence[str]
    """What each row of `counties` is, for example ``BY1 01001 ESRD``."""
    set_aside: Sequence[SetAside]
    """County rows without a factor, each with its reason."""


def compute_benchmark(
    contract: BenchmarkContract, tables: BenchmarkTables, rules: RuleSet
) -> Benchmark:
    """The benchmark of one contract.

    Raises:
        ContractError: the benchmark years and the performance year do not fit.
        ParameterMissing: a parameter is not known for the agreement start.
        InputError: a value the rules need is not in the tables.
    """
    if contract.performance_year < contract.agreement_start.year:
        raise ContractError(
            f"performance year {contract.performance_year} is before the agreement starts "
            f"({contract.agreement_start})",
            action="check performance_year and agreement_start",
        )
    if contract.two_sided and contract.minimum_loss_rate is None:
        raise ContractError(
            f"{contract.identifier} bears losses and has no minimum loss rate",
            rule="the guardrail is tested against the minimum loss rate, 42 CFR 425.652(b)",
            action="give minimum_loss_rate as a ratio, for example 0.02",
        )
    given = _inputs(contract, tables)
    region, counties, county_rows, set_aside = _region(contract, tables, rules)
    evaluation = BENCHMARK.evaluate({**given, **region}, rules)
    if evaluation.refused:
        raise evaluation.refused[0]
    _stop_if_missing(evaluation, contract)
    if counties is not None:
        _link_counties(evaluation, counties, county_rows)
    return Benchmark(contract, evaluation, counties, county_rows, set_aside)


def link_benchmark(settled: Evaluation, benchmark: Evaluation, item: str, row: int = 0) -> None:
    """Let the totals of a settlement's row be explained down into its benchmark.

    `item` says whose benchmark it is.
    """
    detail = Detail.of(benchmark, [row], [item], settled.count)
    settled.links["updated_benchmark_expenditures"] = (detail, "total_benchmark")
    settled.links["performance_year_expenditures"] = (detail, "total_expenditures")
    settled.links["guardrail_applied"] = (detail, "guardrail_applied")


def _link_counties(benchmark: Evaluation, counties: Evaluation, named: Sequence[str]) -> None:
    """Let regional amounts and national weights be explained down into their counties."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(named):
        period, _, kind = name.split(" ")
        rows[f"{PERIODS[period]}_{kind.lower()}"].append(index)
    owner = [0] * len(named)
    for ending, indices in rows.items():
        detail = Detail(counties, owner, named, [indices])
        for name, line in (
            (f"regional_expenditure_{ending}", "part_of_regional_expenditure"),
            (f"national_weight_{ending}", "part_of_national_weight"),
        ):
            if name in benchmark.worksheet.inputs:
                benchmark.links[name] = (detail, line)


def _inputs(contract: BenchmarkContract, tables: BenchmarkTables) -> dict[str, Any]:
    given: dict[str, Any] = {
        "performance_year": contract.performance_year,
        "agreement_start": contract.agreement_start,
        "agreement_number": contract.agreement_number,
        "times_regional_adjustment_applied": contract.times_regional_adjustment_applied,
        "two_sided": contract.two_sided,
        "minimum_loss_rate": contract.minimum_loss_rate,
        "dual_person_years_benchmark_year_3": tables.dual_person_years,
        "low_income_or_dual_share": tables.low_income_or_dual_share,
    }
    for row in tables.per_capita:
        ending = _ending(row, "per_capita")
        given[f"expenditure_{ending}"] = _number(row, "per_capita", "per_capita")
        given[f"person_years_{ending}"] = _number(row, "person_years", "per_capita")
    for row in tables.risk_scores:
        ending = _ending(row, "risk_scores")
        given[f"risk_score_{ending}"] = _number(row, "risk_score", "risk_scores")
        given[f"demographic_score_{ending}"] = row.get("demographic_score")
    years = {contract.calendar_year(period): ending for period, ending in PERIODS.items()}
    for row in tables.national:
        year = int(_value(row, "calendar_year", "national"))
        if year in years:
            name = f"national_expenditure_{years[year]}_{_type(row, 'national')}"
            given[name] = _number(row, "per_capita", "national")
    trends = "accountable_care_prospective_trend"
    for row in tables.accountable_care_prospective_trend:
        if int(_value(row, "performance_year", trends)) == contract.performance_year:
            name = f"{trends}_amount_{_type(row, trends)}"
            given[name] = _number(row, "flat_dollar_amount", trends)
    for row in tables.prior_savings:
        year = int(_value(row, "performance_year", "prior_savings"))
        if year in years and year != contract.performance_year:
            ending = years[year]
            for ours, theirs in (
                ("prior_updated_benchmark", "updated_benchmark"),
                ("prior_expenditures", "expenditures"),
                ("prior_person_years", "person_years"),
            ):
                given[f"{ours}_{ending}"] = _number(row, theirs, "prior_savings")
    unknown = set(given) - set(BENCHMARK.inputs)
    given = {name: value for name, value in given.items() if name not in unknown}
    for name, spec in BENCHMARK.inputs.items():
        if name not in given and not spec.optional and spec.missing is None:
            raise InputError(
                f"the benchmark of {contract.identifier} needs {spec.label}, and no table has it",
                rule=f"input {name} of the worksheet mssp_benchmark",
                action="give the row in per_capita, risk_scores or the national factors",
            )
    return given


def _region(
    contract: BenchmarkContract, tables: BenchmarkTables, rules: RuleSet
) -> tuple[dict[str, Decimal], Evaluation | None, list[str], list[SetAside]]:
    """Regional expenditure and national weight by period and type, from the counties."""
    factors = {
        (int(row["calendar_year"]), str(row["county"]), str(row["enrollment_type"])): row
        for row in tables.county
    }
    used: list[tuple[str, Row, Row]] = []
    set_aside: list[SetAside] = []
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in tables.county_person_years:
        year = contract.calendar_year(str(row["period"]))
        factor = factors.get((year, str(row["county"]), str(row["enrollment_type"])))
        if factor is None:
            detail = f"{row['person_years']} {row['enrollment_type']} person-years of {year}"
            place = Place("county factors", None, "county", str(row["county"]))
            set_aside.append(SetAside("county without a factor", place, detail))
            continue
        ending = _ending(row, "county_person_years")
        used.append((ending, row, factor))
        totals[ending] += _number(row, "person_years", "county_person_years")
    if not used:
        return {}, None, [], set_aside
    evaluation = REGIONAL_EXPENDITURE.evaluate(
        {
            "county_expenditure": [_number(f, "per_capita", "county") for _, _, f in used],
            "county_risk_score": [_number(f, "risk_score", "county") for _, _, f in used],
            "assignable_person_years": [_number(f, "person_years", "county") for _, _, f in used],
            "assigned_person_years": [
                _number(r, "person_years", "county_person_years") for _, r, _ in used
            ],
            "assigned_person_years_of_region": [totals[ending] for ending, _, _ in used],
        },
        rules,
    )
    region: dict[str, Decimal] = defaultdict(Decimal)
    for index, (ending, _, _) in enumerate(used):
        region[f"regional_expenditure_{ending}"] += evaluation.columns[
            "part_of_regional_expenditure"
        ][index]
        weight = f"national_weight_{ending}"
        if weight in BENCHMARK.inputs:
            region[weight] += evaluation.columns["part_of_national_weight"][index]
    named = [f"{row['period']} {row['county']} {row['enrollment_type']}" for _, row, _ in used]
    return dict(region), evaluation, named, set_aside


def _stop_if_missing(evaluation: Evaluation, contract: BenchmarkContract) -> None:
    for name in LINES_OF_SETTLEMENT:
        if evaluation.value(name) is None:
            empty = _missing_leaves(evaluation, name)
            raise InputError(
                f"{name.replace('_', ' ')} of {contract.identifier} cannot be computed: "
                f"no value for {', '.join(empty[:6])}",
                rule=f"agreement start {contract.agreement_start}, "
                f"agreement period {contract.agreement_number}",
                action="give these values, or check that the agreement start is right",
            )


def _missing_leaves(evaluation: Evaluation, name: str) -> list[str]:
    """Inputs without a value below a missing line, following only lines that are missing too."""
    leaves: dict[str, None] = {}
    stack = [name]
    seen: set[str] = set()
    while stack:
        current = stack.pop()
        if current in seen or current in evaluation.parameters:
            continue
        seen.add(current)
        if current in evaluation.worksheet.inputs:
            if evaluation.value(current) is None:
                leaves[evaluation.worksheet.inputs[current].label] = None
        elif evaluation.value(current) is None:
            stack.extend(reversed(evaluation.worksheet.lines[current].arguments))
    return list(leaves) or ["a quotient whose denominator is zero"]


def _ending(row: Row, table: str) -> str:
    period = str(_value(row, "period", table))
    if period not in PERIODS:
        raise InputError(
            f"unknown period {period!r}",
            place=Place(table, column="period", value=period),
            rule=f"a period is one of {', '.join(PERIODS)}",
        )
    return f"{PERIODS[period]}_{_type(row, table)}"


def _type(row: Row, table: str) -> str:
    written = str(_value(row, "enrollment_type", table))
    if written.lower() not in ENROLLMENT_TYPES:
        raise InputError(
            f"unknown enrollment type {written!r}",
            place=Place(table, column="enrollment_type", value=written),
            rule=f"it is one of {_words(each.upper() for each in ENROLLMENT_TYPES)}",
        )
    return written.lower()


def _words(values: Iterable[str]) -> str:
    return ", ".join(values)


def _value(row: Row, column: str, table: str) -> Any:
    if column not in row:
        raise InputError(
            f"the table {table} has no column {column}",
            place=Place(table, column=column),
            rule=f"it has {_words(row)}",
        )
    return row[column]


def _number(row: Row, column: str, table: str) -> Decimal:
    value = _value(row, column, table)
    if isinstance(value, float):
        raise TypeError(f"{table}.{column}: floats do not carry money; give Decimal or text")
    try:
        return Decimal(value)
    except (ArithmeticError, TypeError, ValueError):
        raise InputError(
            "text where a number belongs",
            place=Place(table, column=column, value=str(value)),
        ) from None
