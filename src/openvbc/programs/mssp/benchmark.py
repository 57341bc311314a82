"""From the small tables of a raw-claims run to an MSSP benchmark ready for settlement.

:func:`compute_benchmark` takes what the steps and the factor files give (per capita amounts,
person-years, risk scores, national and county factors ...), works out the ACO's region county by
county and evaluates the worksheet ``mssp_benchmark``. A value the agreement's rules need and the
tables do not hold stops it, named; nothing is filled in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import ContractError, DataMissing, SetAside
from openvbc.programs.mssp.missing_values import stop_if_missing
from openvbc.programs.mssp.period_and_type import (
    PERIODS,
    Row,
    ending_of,
    number_of,
    type_of,
    value_of,
)
from openvbc.programs.mssp.region import region_of
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK, LINES_OF_SETTLEMENT
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES


@dataclass(frozen=True)
class Known:
    """Lines or inputs of the benchmark that are known and not computed, and from where."""

    source: str
    values: Mapping[str, Decimal]


UPDATED_BY_TYPE = tuple(f"updated_benchmark_{kind}" for kind in ENROLLMENT_TYPES)
SPENDING_OF_THE_YEAR = "expenditure_performance_year_"
UPDATED = "updated_benchmark"
HISTORICAL = "historical_benchmark"


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
    prior_agreement_savings: Decimal | None = None
    """Average per capita savings of the first agreement; second agreements of 2016 only."""
    prior_agreement_person_years: Decimal | None = None
    """Average person-years of the first agreement; second agreements of 2016 only."""

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
    """calendar_year, county, enrollment_type, per_capita, risk_score, person_years (assignable);
    demographic_score (agreements from 2024)."""
    accountable_care_prospective_trend: Sequence[Row] = ()
    """performance_year, enrollment_type, flat_dollar_amount; agreements from 2024."""
    projected_national_growth: Sequence[Row] = ()
    """performance_year, enrollment_type, flat_dollar_amount; agreements updated in dollars."""
    prior_savings: Sequence[Row] = ()
    """performance_year, updated_benchmark, expenditures (both total USD), person_years, payable
    (false: not payable for non-compliance)."""
    dual_person_years: Decimal | None = None
    """Person-years in dual status over all enrollment types, benchmark year 3."""
    low_income_or_dual_share: Decimal | None = None
    """Share of assigned people with low-income subsidy or dual status, performance year."""


@dataclass(frozen=True)
class Benchmark:
    """A computed benchmark: its worksheet, its region's worksheet, and what could not be used."""

    contract: BenchmarkContract
    evaluation: Evaluation
    """One row; see :data:`openvbc.worksheets.shared_savings.benchmark.LINES_OF_SETTLEMENT`."""
    counties: Evaluation | None
    """One row a period, county and enrollment type; None without county factors."""
    county_rows: Sequence[str]
    """What each row of `counties` is, for example ``BY1 01001 ESRD``."""
    set_aside: Sequence[SetAside]
    """County rows without a factor, each with its reason."""


def compute_benchmark(
    contract: BenchmarkContract,
    tables: BenchmarkTables,
    rules: RuleSet,
    *,
    is_over: bool = True,
    known: Known | None = None,
) -> Benchmark:
    """The benchmark of one contract; lines that are `known` are taken as given.

    Where the performance year is not over (`is_over`), its spending is left out, and with it every
    line that compares spending with the benchmark: half a year against a whole one says nothing.

    Raises:
        ContractError: the benchmark years and the performance year do not fit.
        ParameterMissing: a parameter is not known for the agreement start.
        DataMissing: a value the rules need is not in the tables.
    """
    if contract.performance_year < contract.agreement_start.year:
        raise ContractError(
            f"performance year {contract.performance_year} is before the agreement starts "
            f"({contract.agreement_start})",
            action="check performance_year and agreement_start",
            code="VBC-2002",
        )
    if contract.two_sided and contract.minimum_loss_rate is None:
        raise ContractError(
            f"{contract.identifier} bears losses and has no minimum loss rate",
            rule="the guardrail is tested against the minimum loss rate, 42 CFR 425.652(b)",
            action="give minimum_loss_rate as a ratio, for example 0.02",
            code="VBC-2003",
        )
    sheet = sheet_with(known)
    given = _inputs(contract, tables, sheet, known)
    if not is_over:
        given |= {name: None for name in given if name.startswith(SPENDING_OF_THE_YEAR)}
    region = region_of(tables.county_person_years, tables.county, contract.calendar_year, rules)
    used = {name: value for name, value in region.amounts.items() if name in sheet.inputs}
    evaluation = sheet.evaluate({**given, **used}, rules)
    if evaluation.refused:
        raise evaluation.refused[0]
    there = {*sheet.lines, *sheet.inputs}
    needed = [n for n in LINES_OF_SETTLEMENT if n in there and (is_over or n == UPDATED)]
    agreement = (
        f"agreement start {contract.agreement_start}, agreement period {contract.agreement_number}"
    )
    stop_if_missing(evaluation, {**given, **used}, rules, needed, contract.identifier, agreement)
    region.link(evaluation)
    return Benchmark(contract, evaluation, region.counties, region.named, region.set_aside)


def sheet_with(known: Known | None) -> Worksheet:
    """The benchmark worksheet, less what only serves lines that are known.

    Raises:
        ContractError: a known name is no line or input of the benchmark.
    """
    if known is None:
        return BENCHMARK
    stray = [n for n in known.values if n not in BENCHMARK.lines and n not in BENCHMARK.inputs]
    if stray:
        raise ContractError(
            f"known: the benchmark has no line or input named {', '.join(stray)}",
            action="'vbc rules mssp' and docs/rules/mssp.md list the lines, for example "
            "historical_benchmark_aged_dual",
            code="VBC-214",
        )
    is_updated_known = UPDATED in known.values or set(UPDATED_BY_TYPE) <= set(known.values)
    results = [
        *(name for name in LINES_OF_SETTLEMENT if name != HISTORICAL or not is_updated_known),
        *UPDATED_BY_TYPE,
    ]
    return BENCHMARK.taking(dict.fromkeys(known.values, known.source), results)


def link_benchmark(settled: Evaluation, benchmark: Evaluation, item: str, row: int = 0) -> None:
    """Let the totals of a settlement's row be explained down into its benchmark.

    `item` says whose benchmark it is.
    """
    detail = Detail.of(benchmark, [row], [item], settled.count)
    settled.links["updated_benchmark_expenditures"] = (detail, "total_benchmark")
    settled.links["performance_year_expenditures"] = (detail, "total_expenditures")
    settled.links["guardrail_applied"] = (detail, "guardrail_applied")


def _inputs(
    contract: BenchmarkContract, tables: BenchmarkTables, sheet: Worksheet, known: Known | None
) -> dict[str, Any]:
    given: dict[str, Any] = {
        "performance_year": contract.performance_year,
        "agreement_start": contract.agreement_start,
        "agreement_number": contract.agreement_number,
        "times_regional_adjustment_applied": contract.times_regional_adjustment_applied,
        "two_sided": contract.two_sided,
        "minimum_loss_rate": contract.minimum_loss_rate,
        "dual_person_years_benchmark_year_3": tables.dual_person_years,
        "low_income_or_dual_share_performance_year": tables.low_income_or_dual_share,
        "prior_agreement_savings": contract.prior_agreement_savings,
        "prior_agreement_person_years": contract.prior_agreement_person_years,
    }
    for row in tables.per_capita:
        ending = ending_of(row, "per_capita")
        given[f"expenditure_{ending}"] = number_of(row, "per_capita", "per_capita")
        given[f"person_years_{ending}"] = number_of(row, "person_years", "per_capita")
    for row in tables.risk_scores:
        ending = ending_of(row, "risk_scores")
        given[f"risk_score_{ending}"] = number_of(row, "risk_score", "risk_scores")
        given[f"demographic_score_{ending}"] = row.get("demographic_score")
    years = {contract.calendar_year(period): ending for period, ending in PERIODS.items()}
    for row in tables.national:
        year = int(value_of(row, "calendar_year", "national"))
        if year in years:
            name = f"national_expenditure_{years[year]}_{type_of(row, 'national')}"
            given[name] = number_of(row, "per_capita", "national")
    for table, rows, name in (
        (
            "accountable_care_prospective_trend",
            tables.accountable_care_prospective_trend,
            "accountable_care_prospective_trend_amount",
        ),
        ("projected_growth", tables.projected_national_growth, "projected_national_growth"),
    ):
        for row in rows:
            if int(value_of(row, "performance_year", table)) == contract.performance_year:
                amount = number_of(row, "flat_dollar_amount", table)
                given[f"{name}_{type_of(row, table)}"] = amount
    for row in tables.prior_savings:
        year = int(value_of(row, "performance_year", "prior_savings"))
        if year in years and year != contract.performance_year:
            ending = years[year]
            for ours, theirs in (
                ("prior_updated_benchmark", "updated_benchmark"),
                ("prior_expenditures", "expenditures"),
                ("prior_person_years", "person_years"),
            ):
                given[f"{ours}_{ending}"] = number_of(row, theirs, "prior_savings")
            given[f"prior_savings_not_payable_{ending}"] = row.get("payable") is False
    given |= known.values if known else {}
    given = {name: value for name, value in given.items() if name in sheet.inputs}
    for name, spec in sheet.inputs.items():
        if name not in given and not spec.optional and spec.missing is None:
            raise DataMissing(
                f"the benchmark of {contract.identifier} needs {spec.label}, and no table has it",
                rule=f"input {name} of the worksheet mssp_benchmark",
                action="give the row in per_capita, risk_scores or the national factors",
                code="VBC-1024",
            )
    return given
