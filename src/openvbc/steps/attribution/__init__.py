"""Attribution: who is assigned to the organisation, by which step, and if not, why.

Steps, in order: participant_entity, facility_stay, clinician_specialty, primary_care_line,
assignment_charges, eligibility, assignment. 42 CFR 425.400 to 425.404.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from importlib import resources
from typing import cast

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable, Value
from openvbc.errors import Place, RuleError
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter, Table
from openvbc.steps import stays
from openvbc.steps.rule_table import (
    RuleTable,
    code_table,
    one_row,
    parameter_doubts,
    rows_in_force,
)

PROGRAM = "mssp"


def steps() -> list[Step]:
    """The attribution steps; they read `withdrawn_claim` of :mod:`openvbc.steps.claims`."""
    return steps_in(resources.files(__name__))


def tables(
    rules: RuleSet,
    *,
    aco_id: str,
    performance_year: int,
    electing_teaching_hospitals: Iterable[str] = (),
    attested_physicians: Iterable[str] = (),
    provider_specialties: Iterable[tuple[str, str]] = (),
) -> list[RuleTable]:
    """The small tables attribution reads, besides those of the periods.

    Args:
        rules: rules of the Shared Savings Program.
        aco_id: the organisation of the contract.
        performance_year: whose rules apply.
        electing_teaching_hospitals: CCNs on the list that governs the performance year; without
            them claims of such hospitals are not recognised.
        attested_physicians: NPIs attested as physicians of FQHCs and RHCs (to 2018); services of
            others count as those of practitioners.
        provider_specialties: (NPI, specialty code) for clinicians on facility claims; for others
            the specialty is taken from their professional lines.
    """
    year = performance_year
    return [
        _one_row_param(aco_id, year),
        _assignment_rule(rules, year),
        _primary_care_code(rules, year),
        code_table(
            PROGRAM,
            "provider_specialties",
            "provider_specialty",
            {"specialty_code": "string", "role": "string"},
            year,
        ),
        code_table(
            PROGRAM,
            "assignment_roles",
            "assignment_role",
            {"role": "string"}
            | dict.fromkeys(
                ("is_physician", "is_practitioner", "step_1", "step_2", "step_3"), "boolean"
            ),
            year,
        ),
        code_table(
            PROGRAM,
            "primary_care_facilities",
            "primary_care_facility",
            {
                "provider_kind": "string",
                "bill_type_prefix": "string",
                "first_service_date": "date",
                "last_service_date": "date",
                "revenue_center_prefix": "string",
                "counts": "string",
                "role_from": "string",
            },
            year,
        ),
        stays.stay_types(),
        _list("electing_teaching_hospital", {"ccn": "string"}, electing_teaching_hospitals),
        _list("attested_physician", {"npi": "string"}, attested_physicians),
        RuleTable(
            SmallTable(
                "given_specialty",
                {"npi": "string", "specialty_code": "string"},
                sorted(set(provider_specialties)),
            ),
            (),
        ),
    ]


def asks_for_attestation(performance_year: int) -> bool:
    """Whether services of clinics count as primary care by who was attested (to 2018)."""
    rows = rows_in_force(PROGRAM, "primary_care_facilities", performance_year)
    return any(row["role_from"] == "ATTESTATION" for row in rows)


def _one_row_param(aco_id: str, performance_year: int) -> RuleTable:
    columns = {"aco_id": "string", "performance_year": "int"}
    values: dict[str, Value] = {"aco_id": aco_id, "performance_year": performance_year}
    return one_row("param", columns, values, ())


def _assignment_rule(rules: RuleSet, performance_year: int) -> RuleTable:
    columns = {
        "skilled_nursing_test": "string",
        "skilled_nursing_place_of_service": "string",
        "facility_skilled_nursing_test": "boolean",
        "inpatient_test": "boolean",
        "home_visit_place_of_service_test": "boolean",
        "home_place_of_service": "string",
        "voluntary_alignment": "string",
    }
    used: list[Parameter] = [rules.get(n, performance_year=performance_year) for n in columns]
    values = {
        p.name: str(p.value).lower() if isinstance(p.value, bool) else str(p.value) for p in used
    }
    return one_row("assignment_rule", columns, values, used)


def _primary_care_code(rules: RuleSet, performance_year: int) -> RuleTable:
    """The list of the performance year, with the CPT codes that replace some of it.

    A replacement counts where what it replaces would; `effective_date` is null for listed codes.

    Raises:
        RuleError: a replacement lacks a field or replaces a code that is not listed.
    """
    columns = {
        "hcpcs_code": "string",
        "condition": "string",
        "is_of_emergency": "boolean",
        "effective_date": "date",
    }
    listed = rows_in_force(PROGRAM, "primary_care_codes", performance_year)
    doubts = code_table(PROGRAM, "primary_care_codes", "listed", {}, performance_year).doubts
    tests = {r["hcpcs_code"]: (r["condition"] or "NONE", bool(r["window"])) for r in listed}
    rows: list[tuple[Value, ...]] = [(code, *test, None) for code, test in tests.items()]
    replacements = rules.get("replacement_codes", performance_year=performance_year)
    for row in cast("Table", replacements.value or Table()):
        code, replaced, day = (row.get(n) for n in ("hcpcs_code", "replaces", "effective_date"))
        if not code or not isinstance(day, dt.date) or str(replaced) not in tests:
            raise RuleError(
                f"replacement_codes for {performance_year}: code {code}, which replaces "
                f"{replaced} from {day}",
                place=Place(replacements.source),
                rule="a replacement has hcpcs_code, effective_date (YYYY-MM-DD) and replaces, a "
                "code on the performance year's list",
                action="correct the row; see rules/mssp/primary_care_codes.csv for the list",
                code="VBC-150",
            )
        if str(code) not in tests:
            rows.append((str(code), *tests[str(replaced)], day))
    table = SmallTable("primary_care_code", columns, rows)
    return RuleTable(table, (*doubts, *parameter_doubts([replacements])))


def _list(name: str, columns: dict[str, str], values: Iterable[str]) -> RuleTable:
    return RuleTable(SmallTable(name, columns, [(value,) for value in sorted(set(values))]), ())
