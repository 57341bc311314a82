"""The small tables the episode steps are given: the model's row, its lists, and shared codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from openvbc.engine.table import SmallTable, Table, Value
from openvbc.rules.load import load_rules
from openvbc.steps import stays
from openvbc.steps.episodes.terms import Given, Terms
from openvbc.steps.rule_table import RuleTable, code_table

SHARED = "episode_construction"
"""Whose folder of rules holds the codes that every model shares."""

LISTS: Mapping[str, Mapping[str, str]] = {
    "episode_trigger_code": {
        "category": "string", "setting": "string", "code": "string", "price_cell": "string",
        "needs_procedure": "boolean", "first_day": "date", "last_day": "date",
        "comprehensive_from_year": "int",
    },
    "episode_trigger_procedure": {"category": "string", "procedure_code": "string"},
    "episode_test": {"reason": "string", "position": "int"},
    "begun_all_the_same": {"reason": "string"},
    "overlap_rule": {
        "priority": "int", "earlier_category": "string", "later_category": "string",
        "same_setting": "boolean", "same_day": "boolean",
    },
    "excluded_stay": {
        "rule": "string", "category": "string", "drg": "string", "mdc": "string",
    },
    "excluded_line": {
        "rule": "string", "setting": "string", "hcpcs_code": "string",
        "status_indicator": "string", "drg": "string", "place_of_service_code": "string",
        "first_day": "date", "last_day": "date",
    },
    "excluded_diagnosis": {
        "rule": "string", "setting": "string", "diagnosis_code": "string",
        "first_day": "date", "last_day": "date",
    },
    "included_line": {"setting": "string", "hcpcs_code": "string", "drg": "string"},
}  # fmt: skip
"""The lists a model consists of, with their columns."""

CLAIM_ADDITION: Mapping[str, str] = {
    "claim_id": "string",
    "claim_line_number": "bigint",
    "standardized_amount": "decimal(18,2)",
    "allowed_amount": "decimal(18,2)",
    "outlier_amount": "decimal(18,2)",
    "primary_payer_amount": "decimal(18,2)",
    "covered_charge": "decimal(18,2)",
    "status_indicator": "string",
    "apc": "string",
    "second_modifier": "string",
    "is_low_utilization": "boolean",
}
"""What a user may add to claims and lines, by claim and line; no line: the claim as a whole."""

SETTINGS = (
    "INPATIENT_ACUTE", "LONG_TERM", "REHABILITATION", "INPATIENT_OTHER", "SKILLED_NURSING",
    "HOME_HEALTH", "HOSPICE", "OUTPATIENT", "PROFESSIONAL", "EQUIPMENT",
)  # fmt: skip
"""Kinds of care, as claim lines of episodes have them."""

KINDS_OF_SPAN = (
    "ESRD", "KIDNEY_TRANSPLANT", "OTHER_PAYER_PRIMARY", "ACO", "BPCI_EPISODE", "ROSTER",
)  # fmt: skip
"""What a span of days may say of a person."""

_GIVEN: Mapping[str, Mapping[str, str]] = {
    "drg_remap": {"drg_billed": "string", "fiscal_year": "int", "drg_mapped": "string"},
    "drg_weight": {
        "fiscal_year": "int", "drg": "string", "mdc": "string", "mean_stay_tenths": "bigint",
    },
    "person_span": {
        "member_id": "string", "kind": "string", "first_day": "date", "last_day": "date",
    },
    "facility_span": {
        "facility_ccn": "string", "kind": "string", "first_day": "date", "last_day": "date",
    },
    "outpatient_rank": {"hcpcs_code": "string", "calendar_year": "int", "line_rank": "int"},
    "global_surgery": {"hcpcs_code": "string", "calendar_year": "int"},
    "aco_alignment": {
        "member_id": "string", "aco_model": "string", "first_day": "date", "last_day": "date",
    },
    "group_member": {
        "tin": "string", "npi": "string", "first_day": "date", "last_day": "date",
    },
    "update_factor": {
        "setting": "string", "first_day": "date", "last_day": "date", "factor": "decimal(12,6)",
    },
    "given_limit": {
        "category": "string", "price_cell": "string", "fiscal_year": "int",
        "lower_limit": "decimal(18,3)", "upper_limit": "decimal(18,3)",
    },
}  # fmt: skip

_SHARED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "episode_claim_type": ("claim_type", {"claim_type_code": "string", "setting": "string"}),
    "facility_range": (
        "facility_range",
        {
            "kind": "string", "first_position": "int", "positions": "int",
            "only_digits": "boolean", "lowest": "string", "highest": "string",
        },
    ),
    "emergency_revenue_center": ("emergency_revenue_center", {"revenue_center_code": "string"}),
    "emergency_place": ("emergency_place", {"place_of_service_code": "string"}),
    "anchor_day_place": ("anchor_day_place", {"place_of_service_code": "string"}),
    "component_modifier": ("component_modifier", {"modifier": "string"}),
    "visit_revenue_center": ("visit_revenue_center", {"prefix": "string"}),
    "not_a_visit": ("not_a_visit", {"hcpcs_code": "string"}),
    "died_status": ("died_status", {"discharge_disposition_code": "string"}),
    "covid_diagnosis": (
        "covid_diagnosis", {"diagnosis_code": "string", "first_day": "date"},
    ),
    "outpatient_status": ("outpatient_status", {"status_indicator": "string"}),
    "excluded_demonstration": (
        "excluded_demonstration",
        {"demonstration_code": "string", "first_position": "int", "bill_type_prefix": "string"},
    ),
}  # fmt: skip

_MODEL = {
    "post_anchor_days": "int", "monitoring_days": "int", "lookback_days": "int",
    "days_before_anchor": "int", "maximum_anchor_days": "int", "transplant_days": "int",
    "fiscal_year_months": "int", "pre_anchor_days": "int", "joined_outpatient_days": "int",
    "lower_percentile": "int", "upper_percentile": "int", "amount_basis": "string",
    "first_day": "date", "last_day": "date", "known_by": "date", "tenths_of_a_day": "int",
    "has_roster": "boolean", "has_inclusions": "boolean",
    "other_hospitals_by_mean_stay": "boolean", "home_health_by_days_of_service": "boolean",
    "settled_by_episode_end": "boolean", "surgeon_days_before": "int",
}  # fmt: skip


NO_TESTS_OF_ITS_OWN = SmallTable(
    "model_failed_test",
    {"person_id": "string", "episode_id": "string", "reason": "string"},
    [],
)
"""What candidates fail of tests that one model alone has; a step of the model where it has any."""


def tables(terms: Terms) -> list[RuleTable]:
    """Every small table of the steps, with the doubts about the rules in them.

    `claim_addition` is among them unless it is large and in Parquet: see :func:`addition`.
    """
    known = load_rules("mssp")
    rule_tables = [
        *(terms.lists[name] for name in LISTS),
        *(code_table(SHARED, file, name, columns) for name, (file, columns) in _SHARED.items()),
        *_given(terms.given),
        RuleTable(_month_span(), ()),
        RuleTable(NO_TESTS_OF_ITS_OWN, ()),
        stays.stay_types(),
        *stays.tables([terms.known_by], known),
        _model(terms),
    ]
    if not isinstance(terms.given.claim_addition, Table):
        rule_tables.append(
            RuleTable(
                terms.given.claim_addition or SmallTable("claim_addition", CLAIM_ADDITION, []), ()
            )
        )
    return rule_tables


def addition(terms: Terms) -> list[Table]:
    """The user's additions to claims, where they are a file of their own."""
    claim_addition = terms.given.claim_addition
    return [claim_addition] if isinstance(claim_addition, Table) else []


def a_list(name: str, rows: Sequence[Sequence[Value]]) -> RuleTable:
    """A list of a model from rows in the order of its columns."""
    return RuleTable(SmallTable(name, LISTS[name], rows), ())


def _model(terms: Terms) -> RuleTable:
    values = asdict(terms.numbers) | {
        "amount_basis": terms.amount_basis,
        "first_day": terms.first_day,
        "last_day": terms.last_day,
        "known_by": terms.known_by,
        "tenths_of_a_day": 10,
        "has_roster": any(row[1] == "ROSTER" for row in terms.given.person_span),
        "has_inclusions": bool(terms.lists["included_line"].table.rows),
    }
    row = [values[name] for name in _MODEL]
    return RuleTable(SmallTable("episode_model", _MODEL, [row]), terms.number_doubts)


def _given(given: Given) -> list[RuleTable]:
    return [
        RuleTable(SmallTable(name, columns, getattr(given, name)), ())
        for name, columns in _GIVEN.items()
    ]


def _month_span() -> SmallTable:
    rows = [
        (first, last, sum(1 << (month - 1) for month in range(first, last + 1)))
        for first in range(1, 13)
        for last in range(first, 13)
    ]
    columns = {"first_month": "int", "last_month": "int", "month_mask": "int"}
    return SmallTable("month_span", columns, rows)
