"""National and county factors, prior savings: small files that come from CMS reports.

They hold no people. Each is read whole, every value checked; a file with a bad row is refused,
since a benchmark with a county missing would be wrong without looking wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import CsvColumn
from openvbc.claims.own_files import OwnFile, read_whole
from openvbc.claims.plausible import believe_factor
from openvbc.enrollment_type import ENROLLMENT_TYPES
from openvbc.errors import InputError, Place

RISK_MODELS = ("V22", "V24", "V28", "ESRD_V21", "ESRD_V24")
_TYPE = read.one_of(*ENROLLMENT_TYPES)


def _positive(text: str) -> Decimal:
    number = read.number(text)
    if number < 0:
        raise read.Refused("less than zero")
    return number


def _above_zero(text: str) -> Decimal:
    number = read.number(text)
    if number <= 0:
        raise read.Refused("not above zero")
    return number


NATIONAL = OwnFile(
    "national.csv",
    "national_factor",
    "National assignable fee-for-service factors by year and enrollment type. They stand in the "
    "benchmark and settlement reports that CMS sends each ACO.",
    (
        CsvColumn("calendar_year", read.year, "year", "2024"),
        CsvColumn("enrollment_type", _TYPE, "enrollment type", "AGED_NON_DUAL"),
        CsvColumn("per_capita", _above_zero, "per capita expenditure, USD", "10853.22"),
        CsvColumn("truncation_threshold", _positive, "99th percentile", "149000", filled=False),
        CsvColumn("completion_factor", _above_zero, "run-out completion", "1.013", filled=False),
        CsvColumn("person_years", _positive, "assignable person-years", "20000000", filled=False),
    ),
)
COUNTY = OwnFile(
    "county.csv",
    "county_factor",
    "County factors over assignable beneficiaries by year and enrollment type. CMS publishes them "
    "at data.cms.gov as County-level Aggregate Expenditure and Risk Score Data on Assignable "
    "Beneficiaries.",
    (
        CsvColumn("calendar_year", read.year, "year", "2024"),
        CsvColumn("county", read.county, "five-digit FIPS code", "39035"),
        CsvColumn("enrollment_type", _TYPE, "enrollment type", "AGED_NON_DUAL"),
        CsvColumn("per_capita", _positive, "per capita expenditure, USD", "11020.10"),
        CsvColumn("risk_score", _positive, "average CMS-HCC score", "1.02"),
        CsvColumn(
            "demographic_score",
            _above_zero,
            "average demographic score; needed of agreements from 2024",
            "1.01",
            required=False,
            filled=False,
        ),
        CsvColumn("person_years", _positive, "assignable person-years", "52310.5"),
    ),
)
TREND = OwnFile(
    "accountable_care_prospective_trend.csv",
    "accountable_care_prospective_trend",
    "Accountable Care Prospective Trend: flat dollar amounts by performance year and type.",
    (
        CsvColumn("performance_year", read.year, "performance year", "2024"),
        CsvColumn("enrollment_type", _TYPE, "enrollment type", "AGED_NON_DUAL"),
        CsvColumn("flat_dollar_amount", read.number, "growth, USD", "512.40"),
    ),
)
PROJECTED_GROWTH = OwnFile(
    "projected_growth.csv",
    "projected_growth",
    "Projected growth of national expenditure: flat dollar amounts by performance year and type, "
    "for agreements whose benchmark is updated in dollars (starts to 2018).",
    (
        CsvColumn("performance_year", read.year, "performance year", "2016"),
        CsvColumn("enrollment_type", _TYPE, "enrollment type", "AGED_NON_DUAL"),
        CsvColumn("flat_dollar_amount", read.number, "growth, USD", "212.40"),
    ),
)
PRIOR_SAVINGS = OwnFile(
    "prior_savings.csv",
    "prior_savings",
    "Results of the three years before the agreement, for the prior savings adjustment.",
    (
        CsvColumn("performance_year", read.year, "performance year", "2022"),
        CsvColumn("updated_benchmark", _positive, "total updated benchmark, USD", "98000000"),
        CsvColumn("expenditures", _positive, "total expenditures, USD", "95000000"),
        CsvColumn("person_years", _positive, "person-years", "8200"),
        CsvColumn(
            "payable",
            read.flag,
            "no where savings were not payable for non-compliance; empty is yes",
            "yes",
            required=False,
            filled=False,
        ),
    ),
)
NATIONAL_RISK = OwnFile(
    "national_risk.csv",
    "national_risk",
    "Mean risk scores of the national assignable population, before renormalization, by model. "
    "Computed risk scores are divided by them; where a model, year or type is not here, by the "
    "mean of the assignable people loaded, and the run says so.",
    (
        CsvColumn("model", read.one_of(*RISK_MODELS), "CMS-HCC model", "V28"),
        CsvColumn("calendar_year", read.year, "year the score is for (payment year)", "2024"),
        CsvColumn("enrollment_type", _TYPE, "enrollment type", "AGED_NON_DUAL"),
        CsvColumn("mean_raw_score", _above_zero, "mean raw score, by person-months", "1.0153"),
        CsvColumn("mean_demographic_score", _above_zero, "mean of its demographic part", "0.4721"),
    ),
)
FACTOR_FILES = (NATIONAL, COUNTY, NATIONAL_RISK, TREND, PROJECTED_GROWTH, PRIOR_SAVINGS)
KEYS = {
    "national_factor": ("calendar_year", "enrollment_type"),
    "national_risk": ("model", "calendar_year", "enrollment_type"),
    "county_factor": ("calendar_year", "county", "enrollment_type"),
    "accountable_care_prospective_trend": ("performance_year", "enrollment_type"),
    "projected_growth": ("performance_year", "enrollment_type"),
    "prior_savings": ("performance_year",),
}


@dataclass(frozen=True)
class FactorTable:
    """A factor file as read: SQL types by column, rows in the file's order."""

    name: str
    columns: dict[str, str]
    rows: list[tuple[Any, ...]] = field(repr=False)


TABLES = frozenset({".csv", ".tsv", ".txt", ".xls", ".xlsx", ".gz", ".zip", ".parquet"})
"""How names of files end that may be a factor file under another name."""


def read_factors(folder: Path) -> dict[str, FactorTable]:
    """Read the factor files of a folder; a file that is not there is simply absent.

    Raises:
        InputError: it is no folder, or holds a table that is none of the factor files.
    """
    names = [form.name for form in FACTOR_FILES]
    if not folder.is_dir():
        raise _not_factors("this is no folder of factor files", folder, names)
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in TABLES and path.name not in names and path.name[0] not in ".~":
            raise _not_factors("a file that is none of the factor files", path, names)
    tables = {}
    for form in FACTOR_FILES:
        path = folder / form.name
        if path.exists():
            tables[form.table] = read_factor_file(path, form)
    return tables


def _not_factors(what: str, path: Path, names: list[str]) -> InputError:
    return InputError(
        what,
        place=Place(str(path)),
        rule=f"factor files are known by their names: {', '.join(names)}",
        action="give it its name, or put it elsewhere",
        code="VBC-99102",
    )


def read_factor_file(path: Path, form: OwnFile) -> FactorTable:
    """Read one factor file; the first bad value or repeated key stops it."""
    rows = read_whole(
        path,
        form,
        "factor files are used whole: a missing county or year would change the benchmark",
    )
    names = [column.name for column in form.columns]
    table = list(zip(*(rows.columns[name] for name in names), strict=True))
    places = [names.index(name) for name in KEYS[form.table]]
    seen: dict[tuple[Any, ...], int] = {}
    for line, row in zip(rows.lines, table, strict=True):
        key = tuple(row[place] for place in places)
        if key in seen:
            raise InputError(
                f"the row repeats line {seen[key]} ({', '.join(KEYS[form.table])})",
                place=Place(file=path.name, line=line),
                action="keep one of the two rows",
                code="VBC-1006",
            )
        seen[key] = line
        believe_factor(form.table, dict(zip(names, row, strict=True)), path.name, line)
    kinds = dict.fromkeys(names, "decimal(38,14)")
    for name in names:
        if name.endswith("_year"):
            kinds[name] = "int"
        elif name in ("enrollment_type", "county", "model"):
            kinds[name] = "string"
        elif name == "payable":
            kinds[name] = "boolean"
    return FactorTable(form.table, kinds, table)
