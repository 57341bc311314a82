"""Which claims and people of the store are scored, as small tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import load_code_table, load_rules
from openvbc.rules.parameter import Parameter
from openvbc.steps.risk.tables import Scoring
from openvbc.steps.rule_table import RuleTable, code_table

ICD_10 = "0"
"""Code version of ICD-10 in the claim store."""


def claim_tables(
    scorings: Iterable[Scoring], known_by: Mapping[int, dt.date | None]
) -> list[SmallTable]:
    """The small tables of :func:`diagnosis_steps`.

    `known_by` gives for each payment year the day by which a claim must have been known to count,
    None for no limit.

    Raises:
        ParameterMissing: the risk-eligible procedures of a year of service are not known.
    """
    years = sorted({scoring.payment_year for scoring in scorings})
    services = {year: year - 1 for year in years}
    lists = {service: _procedure_list(service) for service in services.values()}
    rows: list[tuple[Value, ...]] = []
    for row in load_code_table("hcc", "eligible_procedure"):
        for service, listed in lists.items():
            if int(row["first_year"]) <= listed <= int(row["last_year"]):
                rows.append((service, row["hcpcs_code"]))
    return [
        SmallTable("eligible_procedure", {"service_year": "int", "hcpcs_code": "string"}, rows),
        SmallTable(
            "risk_service_year",
            {
                "payment_year": "int",
                "service_year": "int",
                "first_day": "date",
                "last_day": "date",
                "code_version": "string",
                "known_by": "date",
                "under_65_if_born_after": "date",
            },
            [
                (
                    year,
                    service,
                    dt.date(service, 1, 1),
                    dt.date(service, 12, 31),
                    ICD_10,
                    known_by.get(year) or dt.date(9999, 12, 31),
                    dt.date(year - 65, 2, 1),
                )
                for year, service in services.items()
            ],
        ),
        code_table(
            "hcc",
            "claim_filter",
            "claim_filter",
            {"claim_kind": "string", "code": "string", "needs_eligible_procedure": "boolean"},
        ).table,
    ]


def enrollment_status() -> RuleTable:
    """What an enrollment type tells of a person's dual and kidney status."""
    return code_table(
        "hcc",
        "enrollment_status",
        "enrollment_status",
        {
            "enrollment_type": "string",
            "is_dual": "boolean",
            "dual_code": "string",
            "not_dual_code": "string",
            "kidney_status": "string",
            "entitlement_if_unknown": "string",
            "entitlement_if_unknown_under_65": "string",
        },
    )


def procedure_list(service_year: int) -> Parameter:
    """Which year's list of risk-eligible procedures is used for a year of service."""
    return load_rules("hcc").get("eligible_procedure_list", service_year=service_year)


def _procedure_list(service_year: int) -> int:
    return int(str(procedure_list(service_year).value))
