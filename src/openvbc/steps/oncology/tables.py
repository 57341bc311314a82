"""The small tables of oncology: its numbers, the user's lists, and codes of its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from openvbc.engine.table import SmallTable
from openvbc.steps.episodes.tables import NO_TESTS_OF_ITS_OWN
from openvbc.steps.episodes.tables import tables as tables_of_episodes
from openvbc.steps.episodes.terms import Rows, Terms
from openvbc.steps.rule_table import RuleTable, code_table

_MODEL = {
    "episode_months": "int", "claim_lookback_days": "int", "drug_digits": "int",
    "visit_days_before": "int", "visit_needs_oncology": "boolean",
    "first_visit_decides": "boolean", "least_visit_percent": "int",
    "above_threshold_share": "decimal(6,4)",
}  # fmt: skip
_LISTS: Mapping[str, Mapping[str, str]] = {
    "initiating_therapy": {
        "code_system": "string", "code": "string", "first_day": "date", "last_day": "date",
    },
    "cancer_diagnosis": {
        "diagnosis_code": "string", "cancer_type": "string", "counted_from": "date",
        "is_reconciled": "boolean",
    },
    "practice_member": {"tin": "string", "practice": "string", "is_oncology": "boolean"},
    "novel_therapy": {
        "code_system": "string", "code": "string", "cancer_type": "string", "first_day": "date",
        "last_day": "date",
    },
    "prediction_code": {
        "marker": "string", "code_system": "string", "code": "string", "cancer_type": "string",
    },
    "drug_cost": {
        "claim_id": "string", "low_income_amount": "decimal(18,2)",
        "above_threshold_amount": "decimal(18,2)",
    },
    "enhanced_service": {
        "practice": "string", "activity": "string", "documented_on": "date", "evidence": "string",
    },
}  # fmt: skip
_CODES: Mapping[str, Mapping[str, str]] = {
    "evaluation_visit": {"hcpcs_code": "string"},
    "encounter_diagnosis": {"diagnosis_code": "string"},
    "hospital_place": {"place_of_service_code": "string"},
    "trigger_source": {"source": "string", "position": "int"},
    "monthly_service_code": {"hcpcs_code": "string"},
}
_NOT_OF_ONCOLOGY = (
    "emergency_revenue_center", "emergency_place", "anchor_day_place", "component_modifier",
)  # fmt: skip
"""Codes of an anchor's days: a therapy is no stay."""


@dataclass(frozen=True)
class OncologyNumbers:
    """What makes an episode of cancer care."""

    episode_months: int
    claim_lookback_days: int
    """Days before a fill in which a claim names the cancer."""
    drug_digits: int
    """Digits of a drug code by which therapies are listed."""
    visit_days_before: int
    visit_needs_oncology: bool
    first_visit_decides: bool
    """Whether the first visit attributes an episode; else the most visits do."""
    least_visit_percent: int
    above_threshold_share: Decimal


@dataclass(frozen=True)
class OncologyLists:
    """What a user gives of oncology, each in the order of its table's columns."""

    initiating_therapy: Rows
    cancer_diagnosis: Rows
    practice_member: Rows = ()
    novel_therapy: Rows = ()
    prediction_code: Rows = ()
    drug_cost: Rows = ()
    enhanced_service: Rows = ()
    """Read by no step: what each practice documented, kept with the run."""


def tables(
    terms: Terms, numbers: OncologyNumbers, lists: OncologyLists, rules_folder: str
) -> list[RuleTable]:
    """Every small table of the steps of oncology, with the doubts about the rules in them."""
    shared = [
        _emptied(each) if each.table.name in _NOT_OF_ONCOLOGY else each
        for each in tables_of_episodes(terms)
        if each.table.name != NO_TESTS_OF_ITS_OWN.name
    ]
    own = [
        RuleTable(SmallTable(name, columns, getattr(lists, name)), ())
        for name, columns in _LISTS.items()
    ]
    codes = [code_table(rules_folder, name, name, columns) for name, columns in _CODES.items()]
    row = [getattr(numbers, name) for name in _MODEL]
    return [*shared, *own, *codes, RuleTable(SmallTable("oncology_model", _MODEL, [row]), ())]


def _emptied(each: RuleTable) -> RuleTable:
    return RuleTable(SmallTable(each.table.name, each.table.columns, []), ())
