"""Expenditure: what was spent on people in the months that count, completed and cut off, exact.

Steps: covid_episode, measured_enrollment, payment_month (not kept: made for the steps that read
it), population, person_payment, person_expenditure, truncation_threshold, truncated_expenditure,
per_capita_expenditure; beside them the tables reports and benchmarks read: category_expenditure,
service_event, utilization, county_person_months, average_risk_score, population_summary,
monthly_tracking, monthly_person_months, completion_triangle, late_payment, payment_reconciliation.
42 CFR 425.602 to 425.604, 425.652.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable, Value
from openvbc.enrollment_type import ENROLLMENT_TYPES
from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Status
from openvbc.steps import stays
from openvbc.steps.periods import Periods
from openvbc.steps.rule_table import Doubt, RuleTable, code_table, one_row, rows_in_force

PROGRAM = "mssp"

NATIONAL_COLUMNS: Mapping[str, str] = {
    "calendar_year": "int",
    "enrollment_type": "string",
    "truncation_threshold": "decimal(14,2)",
    "completion_factor": "decimal(9,6)",
}


def steps() -> list[Step]:
    """The expenditure steps; they read `withdrawn_claim` and `assignment`."""
    return steps_in(resources.files(__name__))


def tables(
    rules: RuleSet,
    periods: Periods,
    national_factors: Iterable[Mapping[str, Any]],
    complete_without_factor: bool = False,
) -> list[RuleTable]:
    """The small tables expenditure reads, besides those of the periods and of attribution.

    Args:
        rules: rules of the Shared Savings Program.
        periods: the measured periods.
        national_factors: rows with calendar_year, enrollment_type, truncation_threshold (None:
            computed from the assignable people loaded) and completion_factor.
        complete_without_factor: take claims as complete (factor 1) where no completion factor is
            given; the table then says so among its doubts.

    Raises:
        ParameterMissing: a completion factor is missing and `complete_without_factor` is not set.
    """
    return [
        *stays.tables((period.known_by for period in periods.periods), rules),
        _expenditure_rule(rules),
        _national_factor(periods, national_factors, complete_without_factor),
        claim_services(),
        code_table(
            PROGRAM,
            "hospital_types",
            "hospital_type",
            {"ccn_characters_3_4": "string", "service_category": "string"},
        ),
        code_table(
            PROGRAM,
            "service_codes",
            "service_code",
            {"hcpcs_code": "string", "service_category": "string"},
        ),
        code_table(
            PROGRAM,
            "suspect_billing_codes",
            "suspect_billing_code",
            {"hcpcs_code": "string", "claim_type_code": "string", "calendar_year": "int"},
        ),
        code_table(
            PROGRAM,
            "covid_diagnoses",
            "covid_diagnosis",
            {
                "diagnosis_code": "string",
                "first_discharge_date": "date",
                "last_discharge_date": "date",
            },
        ),
        _utilization_code(),
    ]


def claim_services() -> RuleTable:
    """The small table `claim_service`: which types of claim count, and what comes off them."""
    return code_table(
        PROGRAM,
        "claim_services",
        "claim_service",
        {
            "claim_type_code": "string",
            "service_category": "string",
            "is_counted": "boolean",
            "add_ons_excluded": "boolean",
        },
    )


def _expenditure_rule(rules: RuleSet) -> RuleTable:
    columns = {
        "truncation_percentile": "int",
        "ccn_type_position": "int",
        "covid_19_emergency_first_day": "date",
        "covid_19_emergency_last_day": "date",
        "covid_19_episodes_leave": "boolean",
        "dollars_per_cent": "decimal(3,2)",
    }
    used = [rules.get(name) for name in columns if name != "dollars_per_cent"]
    values: dict[str, Value] = {p.name: str(p.value) for p in used}
    return one_row("expenditure_rule", columns, values | {"dollars_per_cent": "0.01"}, used)


def _national_factor(
    periods: Periods, given: Iterable[Mapping[str, Any]], complete: bool
) -> RuleTable:
    by_key = {(int(row["calendar_year"]), row["enrollment_type"]): row for row in given}
    rows: list[tuple[Value, ...]] = []
    missing: list[str] = []
    for year in sorted({p.calendar_year for p in periods.periods}):
        for kind in ENROLLMENT_TYPES:
            row = by_key.get((year, kind), {})
            factor = row.get("completion_factor") or None
            if factor is None:
                missing.append(f"{year} {kind}")
            rows.append((year, kind, row.get("truncation_threshold") or None, factor or "1"))
    if missing and not complete:
        raise ParameterMissing(
            f"no completion factor is given for {', '.join(missing)}",
            rule="expenditures are multiplied by a completion factor set by CMS's actuaries",
            action="add the rows to factors/national.csv (1 if the claims are complete)",
            code="VBC-3020",
        )
    doubts = []
    if missing:
        doubts.append(
            Doubt(
                "completion_factor",
                Status.UNVERIFIED,
                f"claims taken as complete for {', '.join(missing)}",
                "42 CFR 425.652(a)(1)",
            )
        )
    return RuleTable(SmallTable("national_factor", NATIONAL_COLUMNS, rows), tuple(doubts))


def _utilization_code() -> RuleTable:
    """The ranges of ``utilization_codes.csv``, written out code by code."""
    columns = {"code": "string", "code_kind": "string", "measure": "string"}
    whole = code_table(PROGRAM, "utilization_codes", "utilization_code", {"measure": "string"})
    rows = [
        (code, row["code_kind"], row["measure"])
        for row in rows_in_force(PROGRAM, "utilization_codes")
        for code in _codes(row["first_code"], row["last_code"])
    ]
    return RuleTable(SmallTable("utilization_code", columns, rows), whole.doubts)


def _codes(first: str, last: str) -> list[str]:
    if first == last:
        return [first]
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
