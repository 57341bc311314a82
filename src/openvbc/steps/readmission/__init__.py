"""Readmission cohorts from claims: index stays, transfers, planned stays, 30-day readmissions.

Steps, in order: acute_stay, stay_procedure, stay_chain, planned_stay, measure_stay, index_test,
index_stay, readmission, readmission_rate. The code lists (planned readmission algorithm, condition
cohorts, clinical categories) are read from the user's folder, see
:mod:`openvbc.steps.readmission.lists`.
"""

from __future__ import annotations

import datetime as dt
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable
from openvbc.rules.load import RuleSet
from openvbc.steps import stays
from openvbc.steps.rule_table import RuleTable, code_table, one_row

PROGRAM = "readmission"


def steps() -> list[Step]:
    """The readmission steps; they read `stay` and `stay_bill` of :mod:`openvbc.steps.stays`."""
    return steps_in(resources.files(__name__))


PLANNED = ("acute_stay", "stay_procedure", "planned_stay")
"""The steps that tell planned stays; others may ask for these alone."""


def tables(
    rules: RuleSet, known_to: dt.date, stays_known_by: dt.date = stays.EVER
) -> list[RuleTable]:
    """The small tables of the rules: windows, acute hospitals, discharge status, months.

    Args:
        rules: rules named ``readmission``.
        known_to: the last day of which claims are known; index stays whose 30 days reach beyond
            it are not followed up.
        stays_known_by: which state of the stays is read, see :mod:`openvbc.steps.stays`.
    """
    names = ("window_days", "minimum_age", "months_before", "transfer_days")
    used = [rules.get(name) for name in names]
    values = {p.name: int(str(p.value)) for p in used} | {"known_to": known_to}
    values |= {"stays_known_by": stays_known_by}
    columns = dict.fromkeys(names, "int") | {"known_to": "date", "stays_known_by": "date"}
    months = [(month, 1 << (month - 1)) for month in range(1, 13)]
    return [
        stays.stay_types(),
        *stays.tables([stays.EVER]),
        one_row("readmission_rule", columns, values, used),
        code_table(PROGRAM, "acute_claim_type", "acute_claim_type", {"claim_type_code": "string"}),
        code_table(
            PROGRAM,
            "acute_facility",
            "acute_facility",
            {"lowest": "string", "highest": "string", "first_digit": "int", "digits": "int"},
        ),
        code_table(
            PROGRAM,
            "discharge_status",
            "discharge_status",
            {"discharge_disposition_code": "string", "meaning": "string"},
        ),
        RuleTable(
            SmallTable("calendar_month", {"calendar_month": "int", "month_mask": "int"}, months), ()
        ),
    ]
