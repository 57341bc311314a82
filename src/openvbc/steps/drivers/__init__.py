"""Why a year cost what it did: the small tables from which drivers of the result are computed.

Steps: assigned_person (spending and risk of each assigned person), attributed_practice (the
participant and clinician each has most care of), service_mix (services and dollars by kind),
hospital_discharge (nursing days and readmissions that follow), specialty_care (care of
participants and of others). They read tables of attribution, expenditure and stays.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.rules.load import RuleSet, load_rules
from openvbc.steps.rule_table import RuleTable, code_table, one_row

CARE = "care"
"""Whose rules say when an admission is a readmission, and how a stay ends."""


def steps() -> list[Step]:
    """The steps."""
    return steps_in(resources.files(__name__))


def tables(rules: RuleSet, care: RuleSet | None = None) -> list[RuleTable]:
    """The small tables they read beside those of attribution, expenditure and stays."""
    of_care = care or load_rules(CARE)
    used = [
        of_care.get("readmission_days"),
        of_care.get("transfer_days"),
        rules.get("nursing_care_days_after_discharge"),
    ]
    names = ("readmission_days", "transfer_days", "nursing_days")
    values = {name: int(str(each.value)) for name, each in zip(names, used, strict=True)}
    return [
        one_row("after_discharge_rule", dict.fromkeys(names, "int"), dict(values), used),
        code_table(
            CARE,
            "discharge_end",
            "discharge_end",
            {"discharge_disposition_code": "string", "meaning": "string"},
        ),
    ]
