"""The small tables the care steps read: rules, dates, code sets, and what the user gives."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.steps import stays
from openvbc.steps.care import PROGRAM
from openvbc.steps.care.calendar import DAY, business_day_after
from openvbc.steps.rule_table import RuleTable, code_table, one_row

WINDOWS = (
    "early_visit_days", "visit_days", "reconciliation_days", "readmission_days", "transfer_days",
    "unreachable_attempts", "emergency_contact_days", "emergency_listed_days", "admission_months",
    "emergency_months", "score_months", "frailty_months", "spending_months", "clinician_months",
)  # fmt: skip
"""Parameters of ``rules/care/windows.yaml`` that the steps read as they are."""
YEARS_BACK = 25
"""Discharges of so many years have a due date, for lists of long ago."""
TIER_COLUMNS = {
    "tier": "int", "rule": "string", "rule_order": "int", "component": "string",
    "comparison": "string", "threshold": "decimal(18,4)", "conditions": "int",
}  # fmt: skip
GIVEN = {
    "owner": {"member_id": "string", "owner": "string"},
    "chosen_person": {"member_id": "string"},
    "contact": {
        "member_id": "string", "contact_date": "date", "outcome": "string",
        "discharge_date": "date",
    },
    "announced_stay": {
        "member_id": "string", "setting": "string", "facility": "string",
        "admission_date": "date", "discharge_date": "date",
        "discharge_disposition_code": "string", "primary_diagnosis_code": "string",
        "message": "string", "known_on": "date",
    },
}  # fmt: skip
"""Tables of what the user gives; each may be empty."""


def tables(
    rules: RuleSet,
    as_of: dt.date,
    *,
    given: Mapping[str, Sequence[Sequence[Value]]] | None = None,
    tier_rules: Sequence[Mapping[str, str]] | None = None,
) -> list[RuleTable]:
    """Everything the steps read beside the store.

    Args:
        rules: rules named ``care``.
        as_of: the day of the lists.
        given: rows of the tables of :data:`GIVEN`.
        tier_rules: the user's own rules of tiers, as rows of ``rules/care/tier_rule.csv``.
    """
    rows = given or {}
    dates = _dates(as_of)
    return [
        stays.stay_types(),
        *stays.tables([day for day, _, _ in dates]),
        _plain(
            "care_date", {"as_of": "date", "as_of_before": "date", "is_today": "boolean"}, dates
        ),
        _rule(rules, people_are_named=bool(rows.get("chosen_person"))),
        _contact_due(rules, as_of),
        _plain(
            "calendar_month",
            {"calendar_month": "int", "month_mask": "int"},
            [(month, 1 << (month - 1)) for month in range(1, 13)],
        ),
        *code_sets(),
        *_tiers(tier_rules),
        *(_plain(name, columns, rows.get(name, ())) for name, columns in GIVEN.items()),
    ]


def code_sets() -> list[RuleTable]:
    """Code sets, paths, points and bands, as they stand in ``rules/care``."""
    text = "string"
    number = "decimal(18,4)"
    wanted: dict[str, dict[str, str]] = {
        "claim_setting": {"claim_type_code": text, "setting": text},
        "left_out_line": {"hcpcs_prefix": text},
        "condition_path": {
            "algorithm": text, "condition": text, "name": text, "path": "int", "setting": text,
            "claims": "int", "days_apart": "int", "reference_months": "int",
        },
        "condition_code": {
            "algorithm": text, "condition": text, "role": text, "code_version": text,
            "last_position": "int", "diagnosis_code": text,
        },
        "score_points": {"score": text, "category": text, "points": number},
        "score_hierarchy": {"score": text, "category": text, "drops": text},
        "score_source": {"score": text, "setting": text},
        "score_band": {"score": text, "part": text, "low": number, "below": number,
                       "points": number},
        "admission_type": {"admit_type_code": text, "is_unplanned": "boolean"},
        "discharge_end": {"discharge_disposition_code": text, "meaning": text},
        "service_code": {"service": text, "code_kind": text, "code": text},
        "emergency_group": {"diagnosis_prefix": text, "reason": text, "follow_up_days": "int"},
        "cohort": {"cohort": text, "algorithm": text, "condition": text, "is_watched": "boolean"},
    }  # fmt: skip
    made = [code_table(PROGRAM, name, name, columns) for name, columns in wanted.items()]
    columns = {
        "score": text, "category": text, "code_version": text, "is_prefix": "boolean",
        "first_character": text, "code": text,
    }  # fmt: skip
    codes = [
        (row["score"], row["category"], row["code_version"], row["is_prefix"] == "true",
         row["code"][0], row["code"])
        for row in load_code_table(PROGRAM, "score_code")
    ]  # fmt: skip
    return [*made, _plain("score_code", columns, codes)]


def _plain(name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]) -> RuleTable:
    return RuleTable(SmallTable(name, columns, list(rows)), ())


def _dates(as_of: dt.date) -> list[tuple[dt.date, dt.date | None, bool]]:
    """Today, a year ago (new conditions, back-test) and two years ago (new conditions then)."""
    one, two = _years_before(as_of, 1), _years_before(as_of, 2)
    return [(as_of, one, True), (one, two, False), (two, None, False)]


def _years_before(day: dt.date, years: int) -> dt.date:
    last = calendar.monthrange(day.year - years, day.month)[1]
    return day.replace(year=day.year - years, day=min(day.day, last))


def _rule(rules: RuleSet, people_are_named: bool) -> RuleTable:
    used = [rules.get(name) for name in WINDOWS]
    values: dict[str, Value] = {each.name: int(str(each.value)) for each in used}
    values["people_are_named"] = people_are_named
    columns = dict.fromkeys(WINDOWS, "int") | {"people_are_named": "boolean"}
    return one_row("care_rule", columns, values, used)


def _contact_due(rules: RuleSet, as_of: dt.date) -> RuleTable:
    days = rules.get("contact_business_days")
    count = int(str(days.value))
    first = as_of.replace(year=as_of.year - YEARS_BACK, day=1)
    span = (as_of - first).days + 1
    rows = [(day, business_day_after(day, count)) for day in (first + n * DAY for n in range(span))]
    return RuleTable(
        SmallTable("contact_due", {"discharge_date": "date", "contact_due": "date"}, rows), ()
    )


def _tiers(own: Sequence[Mapping[str, str]] | None) -> list[RuleTable]:
    tier = code_table(
        PROGRAM,
        "tier",
        "tier",
        {"tier": "int", "name": "string", "cadence_days": "int", "minutes": "int"},
    )
    lowest = min(int(str(row[0])) for row in tier.table.rows)
    rows = [(*row, int(str(row[0])) == lowest) for row in tier.table.rows]
    columns = {**tier.table.columns, "is_lowest": "boolean"}
    written = own or load_code_table(PROGRAM, "tier_rule")
    order = {key: at for at, key in enumerate(dict.fromkeys(_key(row) for row in written))}
    parts = [_key(row) for row in written]
    rules = [
        (int(row["tier"]), row["rule"], order[_key(row)], row["component"], row["comparison"],
         row["threshold"], parts.count(_key(row)))
        for row in written
    ]  # fmt: skip
    return [
        RuleTable(SmallTable("tier", columns, rows), tier.doubts),
        _plain("tier_rule", TIER_COLUMNS, rules),
    ]


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    return row["tier"], row["rule"]
