"""From the tables the steps left behind to what the benchmark worksheet is given.

Exact throughout: the steps hand over sums, and the quotients (per capita, mean risk score,
person-years) are taken here in decimal arithmetic of 50 digits, not rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from openvbc.engine.base import Engine
from openvbc.errors import DataMissing
from openvbc.programs.claims_program import Lacking
from openvbc.programs.mssp.benchmark import BenchmarkTables
from openvbc.programs.mssp.period_and_type import PERIODS
from openvbc.worksheets.kernel.worksheet import EXACT, Worksheet
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES

Row = Mapping[str, Any]
Factors = Mapping[str, Sequence[Row]]
"""Rows of the factor files by table name: national_factor, county_factor, ..."""

TABLES = (
    "per_capita_expenditure",
    "average_risk_score",
    "county_person_months",
    "population_summary",
)
"""Tables of the run that are read here."""

MEASURED = ("expenditure", "person_years", "risk_score")
"""Inputs of the benchmark that are measured, without their period and type."""


@dataclass
class Measures:
    """What the benchmark is computed from, and what a reader must know about it."""

    tables: BenchmarkTables
    assigned_beneficiaries: int
    notes: list[str] = field(default_factory=list)


def measure(engine: Engine, factors: Factors, years: Mapping[str, int]) -> Measures:
    """Read the small tables of a run and make the tables of the benchmark.

    Args:
        engine: holds :data:`TABLES`.
        factors: national and county factors and so on, as given; those missing are computed from
            the assignable people loaded, and a note says so.
        years: calendar year of each period, BY1 to PY.

    The tables lack nothing that :func:`lacking` looks for.
    """
    notes: list[str] = []
    with localcontext(EXACT):
        everybody = engine.rows("select * from population_summary where population = 'ASSIGNED'")
        summary = {row["period"]: row for row in everybody}
        per_capita = _per_capita(engine.rows("select * from per_capita_expenditure"))
        scores = _scores(engine.rows("select * from average_risk_score"), notes)
        counties = _counties(engine.rows("select * from county_person_months"))
        national: Sequence[Row] = list(factors.get("national_factor", ()))
        if not national:
            national = _national_from(per_capita, years)
            notes.append(
                "National factors (per capita expenditures and truncation thresholds) were not "
                "given; they are computed from the assignable people loaded, which are not the "
                "nation. The benchmark shows how the year went, not what CMS will settle."
            )
        county: Sequence[Row] = list(factors.get("county_factor", ()))
        if not county:
            county = _county_from(engine, years)
            notes.append(
                "County factors were not given; they are computed from the assignable people "
                "loaded, which are not all of a county's. The regional adjustment is not CMS's."
            )
        year = summary["PY"]
        third = summary.get("BY3", year)  # absent only where nothing of BY3 is asked for
        tables = BenchmarkTables(
            per_capita=[row for row in per_capita if row["population"] == "ASSIGNED"],
            risk_scores=[row for row in scores if row["population"] == "ASSIGNED"],
            county_person_years=[row for row in counties if row["population"] == "ASSIGNED"],
            national=national,
            county=county,
            accountable_care_prospective_trend=factors.get(
                "accountable_care_prospective_trend", ()
            ),
            projected_national_growth=factors.get("projected_growth", ()),
            prior_savings=factors.get("prior_savings", ()),
            dual_person_years=Decimal(third["dual_person_months"]) / 12,
            low_income_or_dual_share=Decimal(year["low_income_or_dual_persons"])
            / Decimal(year["persons"]),
        )
    return Measures(tables, int(summary["PY"]["persons"]), notes)


def periods_read(sheet: Worksheet, *measured: str) -> list[str]:
    """The periods of which the worksheet is given something measured; of `measured` alone, if any.

    `measured` are names of inputs without their period, for example ``risk_score``.
    """
    starts = tuple(f"{each}_" for each in measured or MEASURED)
    return [
        period
        for period, ending in PERIODS.items()
        if any(name.startswith(starts) and ending in name for name in sheet.inputs)
    ]


def lacking(engine: Engine, years: Mapping[str, int], sheet: Worksheet) -> list[Lacking]:
    """What the measured tables lack for a benchmark: people and enrollment types by period.

    A period of which `sheet` needs no expenditure or score (the lines it served are known) is not
    asked for.
    """
    gaps = []
    without: list[str] = []
    rows = engine.rows("select * from population_summary where population = 'ASSIGNED'")
    people = {row["period"]: row["persons"] for row in rows}
    known = {
        (row["period"], row["enrollment_type"])
        for row in engine.rows("select * from per_capita_expenditure")
        if row["population"] == "ASSIGNED" and row["person_months"]
    }
    kinds = [kind.upper() for kind in ENROLLMENT_TYPES]
    needed = periods_read(sheet)
    for period, year in years.items():
        if period not in needed:
            continue
        if not people.get(period):
            without.append(f"{period} ({year})")
            continue
        absent = ", ".join(kind for kind in kinds if (period, kind) not in known)
        if absent:
            gaps.append(
                Lacking(
                    f"no assigned person has a month of enrollment type {absent} "
                    f"in {period} ({year})",
                    "the benchmark is made of the expenditure of each enrollment type in each "
                    "benchmark year and the performance year (42 CFR 425.601, 425.652)",
                    "see 'vbc check': are the months of that year complete (eligibility, "
                    "assignment reports)? Very few people may have nobody of a type",
                )
            )
    if without:
        nobody = Lacking(
            f"nobody is assigned in {', '.join(without)}",
            "a benchmark needs assigned people in every benchmark year and the performance year",
            "see 'vbc check': it names missing months and lines without a specialty; are the "
            "claims and the participant list of each such year among the inputs?",
        )
        gaps.insert(0, nobody)
    return gaps


def _per_capita(rows: Sequence[Row]) -> list[dict[str, Any]]:
    per_capita_rows = []
    for row in rows:
        months = Decimal(row["person_months"])
        if months:
            amount = row["truncated_amount_times_12"] / months
            per_capita_rows.append({**row, "per_capita": amount, "person_years": months / 12})
        else:
            per_capita_rows.append({**row, "per_capita": Decimal(0), "person_years": Decimal(0)})
    return per_capita_rows


def _scores(rows: Sequence[Row], notes: list[str]) -> list[dict[str, Any]]:
    score_rows = []
    unscored = 0
    for row in rows:
        months = Decimal(row["scored_months"])
        if row["population"] == "ASSIGNED":
            unscored += row["person_months"] - int(months)
        demographic_months = Decimal(row["demographic_months"])
        score_rows.append(
            {
                **row,
                "risk_score": row["risk_score_times_months"] / months if months else None,
                "demographic_score": row["demographic_score_times_months"] / demographic_months
                if demographic_months
                else None,
            }
        )
    if unscored:
        notes.append(
            f"{unscored} person-months of assigned people have no risk score; the means are over "
            "the months that have one."
        )
    return [row for row in score_rows if row["risk_score"] is not None]


def _counties(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{**row, "person_years": Decimal(row["person_months"]) / 12} for row in rows]


def _national_from(per_capita: Sequence[Row], years: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "calendar_year": years[row["period"]],
            "enrollment_type": row["enrollment_type"],
            "per_capita": row["per_capita"],
        }
        for row in per_capita
        if row["population"] == "ASSIGNABLE"
    ]


def _county_from(engine: Engine, years: Mapping[str, int]) -> list[dict[str, Any]]:
    rows = engine.rows("select * from county_expenditure where population = 'ASSIGNABLE'")
    county_rows = []
    for row in rows:
        months, scored = Decimal(row["person_months"]), Decimal(row["scored_months"])
        demographic = Decimal(row["demographic_months"])
        if not months:
            continue
        if not scored:
            raise DataMissing(
                "county factors cannot be computed: people of a county have no risk score",
                rule="regional expenditures are adjusted for risk (42 CFR 425.654)",
                action="give county factors, or risk scores",
                code="VBC-1030",
            )
        county_rows.append(
            {
                "calendar_year": years[row["period"]],
                "county": row["county"],
                "enrollment_type": row["enrollment_type"],
                "per_capita": row["truncated_amount_times_12"] / months,
                "risk_score": row["risk_score_times_months"] / scored,
                "demographic_score": row["demographic_score_times_months"] / demographic
                if demographic
                else None,
                "person_years": months / 12,
            }
        )
    return county_rows
