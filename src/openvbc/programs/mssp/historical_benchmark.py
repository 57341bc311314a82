"""Hold the historical benchmark against what CMS printed, where it can be computed.

For agreements trended nationally the worksheet computes it from category data and trend factors,
given in a table or fitted on the same files; each row is compared within :data:`TOLERANCE`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from openvbc.errors import OtherFile, SetAside
from openvbc.programs.mssp.category_file import CategoryRow, Wanted, read_categories
from openvbc.programs.mssp.trend_fit import (
    HIDDEN,
    CohortKey,
    cohort_of,
    fit_trends,
    national_trend_rows,
    read_trends,
    trend_of,
)
from openvbc.programs.published.compared_line import DOLLAR, ComparedLine, Kind, NamedRows
from openvbc.programs.published.kept_rows import once_each
from openvbc.programs.settlement import ContractYear
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.shared_savings.benchmark import HISTORICAL_BENCHMARK_FROM_TRENDS

TOLERANCE = Decimal(10)
"""USD per capita; risk scores are printed with three decimals, expenditures with none."""

LINE = "published_historical_benchmark"


def read_all(
    files: Sequence[Path], year: int | None = None, wanted: Wanted | None = None
) -> tuple[list[CategoryRow], list[SetAside]]:
    """Category rows of every file that prints them; a file that does not is set aside."""
    rows: list[CategoryRow] = []
    set_aside: list[SetAside] = []
    for file in files:
        try:
            category_rows, aside = read_categories(Path(file), year, wanted)
        except OtherFile as error:
            set_aside.append(SetAside("file without benchmark years", error.place, error.what))
            continue
        rows += category_rows
        set_aside += aside
    return rows, set_aside


def evaluate_rows(
    rows: Sequence[CategoryRow], trends: Mapping[CohortKey, Mapping[str, Decimal]], rules: RuleSet
) -> Evaluation:
    """The worksheet over rows whose cohort has trends; rows of the same figures count once."""
    distinct, computed_at = once_each(rows, lambda row: (id(row.given), cohort_of(row)))
    names = list(distinct[0].given)
    columns: dict[str, Any] = {name: [row.given[name] for row in distinct] for name in names}
    factors = [trends[cohort_of(row)] for row in distinct]
    for name in factors[0]:
        columns[f"trend_factor_{name}"] = [each[name] for each in factors]
    columns["agreement_start"] = [row.agreement_start for row in distinct]
    columns["agreement_number"] = [row.agreement_number for row in distinct]
    evaluation = HISTORICAL_BENCHMARK_FROM_TRENDS.evaluate(columns, rules)
    return evaluation if len(distinct) == len(rows) else evaluation.at(computed_at)


def historical_benchmark_line(
    files: Sequence[Path],
    rules: RuleSet,
    trends: Path | None = None,
    year: int | None = None,
) -> ComparedLine | None:
    """Computed against printed historical benchmarks; None where no file has what it takes.

    Rows without a trend (their cohort is too small to fit, or the table given lacks it) and rows in
    which CMS hides a cell are differences with that reason.
    """
    rows, _ = read_all(files, year, may_be_national(rules))
    national = national_trend_rows(rows, rules)
    if not national:
        return None
    if trends is None:
        fit = fit_trends(national, rules)
        factors = {key: cohort.factors for key, cohort in fit.cohorts.items()}
        untrended = "its cohort is too small, or does not determine the trends"
    else:
        factors = dict(read_trends(trends))
        untrended = f"{trends.name} holds no trends of its cohort"
    computed: dict[int, Decimal | None] = {}
    trended = [
        number
        for number, row in enumerate(national)
        if row.hidden is None and cohort_of(row) in factors
    ]
    if trended:
        evaluation = evaluate_rows([national[number] for number in trended], factors, rules)
        computed = {number: evaluation.value(LINE, n) for n, number in enumerate(trended)}

    def reason(row: int, ours: Any, theirs: Any) -> str:
        if national[row].hidden is not None:
            return HIDDEN
        return untrended if row not in computed else ""

    return ComparedLine(
        LINE, "Historical benchmark (national trend)", Kind.MONEY,
        NamedRows([_contract(row) for row in national]), computed.get,
        lambda row: national[row].historical_benchmark, lambda row: national[row].printed_at,
        "HistBnchmk", slack=lambda row: TOLERANCE - DOLLAR, tolerance=f"${TOLERANCE} per capita",
        reason=reason,
    )  # fmt: skip


def may_be_national(rules: RuleSet) -> Wanted:
    """Whether an agreement may be trended nationally; one whose number is not told may."""

    @cache
    def wanted(start: dt.date, number: int | None) -> bool:
        numbers = [number] if number is not None else [1, 2, 3]
        return any(trend_of(start, each, rules) == "national" for each in numbers)

    return wanted


def _contract(row: CategoryRow) -> ContractYear:
    return ContractYear(row.aco_id, row.year, f"agreement of {row.agreement_start}")
