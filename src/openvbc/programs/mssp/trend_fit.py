"""Recover the national trend factors that CMS used but did not print.

Until 2018 CMS trended benchmark years 1 and 2 to benchmark year 3 by national growth, one factor a
benchmark year and enrollment type: eight numbers for all ACOs whose agreement began on the same
date. The historical benchmark is linear in them, so with many more ACOs than eight in a *cohort*
(performance year, agreement start, agreement number) least squares recovers them from what CMS
prints. What remains is the rounding of risk scores (three decimals) and expenditures.

How much to believe a fit: a cohort smaller than :data:`SMALLEST_COHORT` is refused, and every row
is also predicted by the trends fitted *without* it (``left_out``), which a fit that merely bends to
its data would get wrong.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from openvbc.engine.csv_file import csv_file
from openvbc.errors import InputError, ParameterMissing, Place, SetAside
from openvbc.input_file import rows_of_csv
from openvbc.programs.mssp.category_file import CategoryRow
from openvbc.rules.load import RuleSet
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES
from openvbc.worksheets.shared_savings.historical_benchmark import EARLIER_YEARS

UNKNOWNS = [f"benchmark_year_{year}_{kind}" for kind in ENROLLMENT_TYPES for year in EARLIER_YEARS]
"""The eight factors, named as the worksheet's inputs without ``trend_factor_``."""

SMALLEST_COHORT = 2 * len(UNKNOWNS)
"""Fewer ACOs than twice the unknowns are not fitted."""

OUTLIER = 100.0
"""USD per capita. A row farther than this from what the others predict does not enter the fit (it
is still compared): printed rounding explains a tenth of it."""

PLAUSIBLE_FACTORS = (Decimal("0.5"), Decimal("2"))
"""National growth of expenditures per capita over one or two years lies well within."""
WIDE = 10.0
"""USD per capita. Printed rounding explains errors of a few dollars; the median may not exceed."""

HIDDEN = "CMS hides a cell of few people"

COLUMNS = (
    "performance_year", "agreement_start", "agreement_number", "acos", "benchmark_year",
    "enrollment_type", "trend_factor", "standard_error",
)  # fmt: skip

CohortKey = tuple[int, dt.date, int]


@dataclass(frozen=True)
class Cohort:
    """The trend factors of one cohort, and how well they explain its ACOs."""

    performance_year: int
    agreement_start: dt.date
    agreement_number: int
    acos: int
    factors: Mapping[str, Decimal]
    """By name of :data:`UNKNOWNS`; eight decimals."""
    standard_errors: Mapping[str, float]
    residuals: Sequence[float]
    """Printed less fitted historical benchmark, USD per capita, one an ACO."""
    left_out: Sequence[float]
    """The same with trends fitted without that ACO."""


@dataclass(frozen=True)
class Fit:
    """All cohorts of some files, and rows that no cohort could use."""

    cohorts: Mapping[CohortKey, Cohort]
    set_aside: Sequence[SetAside]


def national_trend_rows(rows: Iterable[CategoryRow], rules: RuleSet) -> list[CategoryRow]:
    """Rows whose agreement's rules trend the benchmark years nationally."""
    return [
        row
        for row in rows
        if trend_of(row.agreement_start, row.agreement_number, rules) == "national"
    ]


def trend_of(start: dt.date, number: int, rules: RuleSet) -> Any:
    """How the benchmark years are trended; None where the rules do not cover the agreement."""
    try:
        return rules.get("benchmark_trend", agreement_start=start, agreement_number=number).value
    except ParameterMissing:
        return None


def cohort_of(row: CategoryRow) -> CohortKey:
    """Performance year, agreement start and number: ACOs that share their trend factors."""
    return row.year, row.agreement_start, row.agreement_number


def fit_trends(rows: Sequence[CategoryRow], rules: RuleSet) -> Fit:
    """Fit each national-trend cohort of `rows`; rows of too small cohorts are set aside."""
    cohorts: dict[CohortKey, list[CategoryRow]] = defaultdict(list)
    set_aside: list[SetAside] = []
    for row in national_trend_rows(rows, rules):
        if row.hidden is None:
            cohorts[cohort_of(row)].append(row)
        else:
            set_aside.append(SetAside(HIDDEN, row.hidden, "a number"))
    fitted: dict[CohortKey, Cohort] = {}
    for key, members in sorted(cohorts.items()):
        if len(members) < SMALLEST_COHORT:
            detail = f"{len(members)} ACOs began on {key[1]}; at least {SMALLEST_COHORT} are needed"
            set_aside += [SetAside("cohort too small to fit", row.place, detail) for row in members]
            continue
        cohort, left_over = _fit_without_outliers(key, members, rules)
        detail = f"more than ${OUTLIER:.0f} from what the other ACOs of its cohort predict"
        set_aside += [SetAside("not used in the fit", row.place, detail) for row in left_over]
        doubt = None if cohort is None else implausible(cohort)
        if doubt is not None:
            aside = [SetAside("the fit cannot be believed", row.place, doubt) for row in members]
            set_aside += aside
        elif cohort is None:
            detail = f"the ACOs begun on {key[1]} do not determine {len(UNKNOWNS)} factors"
            set_aside += [SetAside("trends cannot be told", row.place, detail) for row in members]
        else:
            fitted[key] = cohort
    return Fit(fitted, set_aside)


def implausible(cohort: Cohort) -> str | None:
    """Why the factors cannot be growth of expenditures over one or two years, with the figures."""
    low, high = min(cohort.factors.values()), max(cohort.factors.values())
    if not PLAUSIBLE_FACTORS[0] <= low <= high <= PLAUSIBLE_FACTORS[1]:
        return (
            f"factors from {low:.3f} to {high:.3f}, where {PLAUSIBLE_FACTORS[0]} to "
            f"{PLAUSIBLE_FACTORS[1]} can be; is a column of the benchmark missing or another's?"
        )
    middle = float(np.median(np.abs(cohort.left_out)))
    if middle > WIDE:
        return f"half of the ACOs are more than ${middle:.0f} from what the others predict"
    return None


def _fit_without_outliers(
    key: CohortKey, rows: Sequence[CategoryRow], rules: RuleSet
) -> tuple[Cohort | None, list[CategoryRow]]:
    """The fit after the worst row is put aside, again and again, until none is beyond OUTLIER."""
    kept = list(rows)
    left_over: list[CategoryRow] = []
    while len(kept) >= SMALLEST_COHORT:
        cohort = _fit(key, kept, rules)
        if cohort is None:
            return None, []
        errors = [abs(each) for each in cohort.left_out]
        if max(errors) <= OUTLIER:
            return cohort, left_over
        left_over.append(kept.pop(errors.index(max(errors))))
    return None, []


def _fit(key: CohortKey, rows: Sequence[CategoryRow], rules: RuleSet) -> Cohort | None:
    """Least squares of the printed benchmark on what factors multiply; None if undetermined."""
    weights = [
        float(
            rules.get(  # type: ignore[arg-type]
                f"benchmark_year_weight_{y}", agreement_start=key[1], agreement_number=key[2]
            ).value
        )
        for y in (1, 2, 3)
    ]
    total = sum(weights)
    multiplied = np.empty((len(rows), len(UNKNOWNS)))
    printed = np.empty(len(rows))
    for index, row in enumerate(rows):
        given = {name: float(value) for name, value in row.given.items()}
        people = sum(given[f"person_years_benchmark_year_3_{kind}"] for kind in ENROLLMENT_TYPES)
        printed[index] = float(row.historical_benchmark) - given["prior_agreement_savings"]
        for kind in ENROLLMENT_TYPES:
            share = given[f"person_years_benchmark_year_3_{kind}"] / people
            latest = given[f"expenditure_benchmark_year_3_{kind}"]
            printed[index] -= share * weights[2] / total * latest
            for year in EARLIER_YEARS:
                name = f"benchmark_year_{year}_{kind}"
                score = given[f"risk_score_{name}"]
                risk = given[f"risk_score_benchmark_year_3_{kind}"] / score if share else 0.0
                part = share * weights[year - 1] / total * given[f"expenditure_{name}"] * risk
                multiplied[index, UNKNOWNS.index(name)] = part
    solution, _, rank, _ = np.linalg.lstsq(multiplied, printed, rcond=None)
    if rank < len(UNKNOWNS):
        return None
    residuals = printed - multiplied @ solution
    # Only the diagonal: the whole hat matrix has as many columns as rows.
    leverage = np.einsum("ij,ji->i", multiplied, np.linalg.pinv(multiplied))
    variance = float(residuals @ residuals) / (len(rows) - len(UNKNOWNS))
    spread = np.sqrt(np.diag(np.linalg.inv(multiplied.T @ multiplied)) * variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        left_out = residuals / (1 - leverage)
    return Cohort(
        *key,
        acos=len(rows),
        factors={
            name: Decimal(f"{value:.8f}") for name, value in zip(UNKNOWNS, solution, strict=True)
        },
        standard_errors=dict(zip(UNKNOWNS, (float(each) for each in spread), strict=True)),
        residuals=residuals.tolist(),
        left_out=left_out.tolist(),
    )


def write_trends(cohorts: Iterable[Cohort], path: Path) -> None:
    """The factors as a CSV that :func:`read_trends` takes back, one row a factor."""
    with csv_file(path) as writer:
        writer.writerow(COLUMNS)
        for cohort in cohorts:
            for name, factor in cohort.factors.items():
                kind = name[len("benchmark_year_1_") :]
                year = name[len("benchmark_year_")]
                writer.writerow(
                    [
                        cohort.performance_year, cohort.agreement_start, cohort.agreement_number,
                        cohort.acos, year, kind.upper(), factor,
                        f"{cohort.standard_errors[name]:.6f}",
                    ]
                )  # fmt: skip


def read_trends(path: Path) -> dict[CohortKey, dict[str, Decimal]]:
    """Trend factors by cohort, from a CSV with the columns :func:`write_trends` writes."""
    heads, rows = rows_of_csv(path)
    missing = set(COLUMNS) - {"acos", "standard_error"} - set(heads)
    if missing:
        raise InputError(
            f"a table of trend factors lacks {', '.join(sorted(missing))}",
            place=Place(path.name),
            action="write it with 'vbc fit-trends FILES --output TABLE.csv'",
            code="VBC-1038",
        )
    trends_by_cohort: dict[CohortKey, dict[str, Decimal]] = defaultdict(dict)
    for line, row in rows:
        try:
            start = dt.date.fromisoformat(row["agreement_start"])
            key = (int(row["performance_year"]), start, int(row["agreement_number"]))
            name = f"benchmark_year_{row['benchmark_year']}_{row['enrollment_type'].lower()}"
            factor = Decimal(row["trend_factor"])
        except (ArithmeticError, TypeError, ValueError):
            name, factor = "", Decimal("nan")
        if name not in UNKNOWNS or not factor.is_finite() or factor <= 0:
            raise InputError(
                "not a trend factor",
                place=Place(path.name, line),
                rule="years and numbers; benchmark_year 1 or 2; enrollment_type as CMS has it",
                code="VBC-1039",
            )
        trends_by_cohort[key][name] = factor
    for key, factors in trends_by_cohort.items():
        if len(factors) < len(UNKNOWNS):
            lacking = ", ".join(sorted(set(UNKNOWNS) - set(factors)))
            raise InputError(
                f"trend factors of agreements begun on {key[1]} lack {lacking}",
                place=Place(path.name),
                code="VBC-1040",
            )
    return dict(trends_by_cohort)
