"""The small tables the care steps read: rules, dates, code sets, and what the user gives."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.rules.parameter import Table
from openvbc.steps import stays
from openvbc.steps.care import PROGRAM
from openvbc.steps.care.calendar import DAY, business_day_after
from openvbc.steps.care.code_sets import code_sets, look_back, plain_table
from openvbc.steps.care.expected import OLDEST_MONTHS, probabilities
from openvbc.steps.rule_table import RuleTable, code_table, one_row, parameter_doubts

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
UTILISATION = ("ADMISSIONS", "UNPLANNED_ADMISSIONS", "EMERGENCY_VISITS", "DAYS_NOT_AT_HOME")
"""Measures beside AHRQ's, of people of every age."""
SHARES = (1, 5, 10)
"""Shares of the panel that a back-test picks, in percent."""
GIVEN = {
    "owner": {"member_id": "string", "owner": "string"},
    "owner_capacity": {"owner": "string", "minutes_a_year": "bigint"},
    "chosen_person": {"member_id": "string"},
    "contact": {
        "member_id": "string", "contact_date": "date", "outcome": "string",
        "discharge_date": "date", "task": "string",
    },
    "given_gap": {
        "member_id": "string", "source": "string", "gap": "string", "rule": "string",
        "next_action": "string", "due": "date", "evidence": "string",
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
    algorithm: str = "CCW30",
) -> list[RuleTable]:
    """Everything the steps read beside the store.

    Args:
        rules: rules named ``care``.
        as_of: the day of the lists.
        given: rows of the tables of :data:`GIVEN`.
        tier_rules: the user's own rules of tiers, as rows of ``rules/care/tier_rule.csv``.
        algorithm: CCW30, or CCW27 for claims of before; the lists read the first alone.
    """
    rows = given or {}
    dates = _dates(as_of)
    return [
        stays.stay_types(),
        *stays.tables([day for day, _, _ in dates]),
        plain_table(
            "care_date", {"as_of": "date", "as_of_before": "date", "is_today": "boolean"}, dates
        ),
        _rule(rules, people_are_named=bool(rows.get("chosen_person"))),
        look_back(rules, algorithm, [day for day, _, _ in dates]),
        _contact_due(rules, as_of),
        plain_table(
            "calendar_month",
            {"calendar_month": "int", "month_mask": "int"},
            [(month, 1 << (month - 1)) for month in range(1, 13)],
        ),
        *code_sets(algorithm),
        *_measures(as_of),
        _protocols(rules),
        *_tiers(tier_rules),
        *(plain_table(name, columns, rows.get(name, ())) for name, columns in GIVEN.items()),
    ]


def _dates(as_of: dt.date) -> list[tuple[dt.date, dt.date | None, bool]]:
    """Today, a year ago (new conditions, back-test) and two years ago (new conditions then)."""
    one, two = _years_before(as_of, 1), _years_before(as_of, 2)
    return [(as_of, one, True), (one, two, False), (two, None, False)]


def _protocols(rules: RuleSet) -> RuleTable:
    """The checklists of the cohorts, as the rules or an overlay say."""
    columns = {
        "cohort": "string", "task": "string", "kind": "string", "first_due_days": "int",
        "every_days": "int",
    }  # fmt: skip
    cohorts = dict.fromkeys(row["cohort"] for row in load_code_table(PROGRAM, "cohort"))
    used = [(cohort, rules.get("protocol", cohort=cohort)) for cohort in cohorts]
    rows: list[Sequence[Value]] = []
    for cohort, parameter in used:
        assert isinstance(parameter.value, Table)
        for row in parameter.value:
            rows.append((cohort, *(row.get(name) for name in list(columns)[1:])))
    return RuleTable(SmallTable("protocol", columns, rows), parameter_doubts(p for _, p in used))


def _measures(as_of: dt.date) -> list[RuleTable]:
    """The days of the year, the ages a measure is about, and AHRQ's expected events."""
    first = _years_before(as_of, 1) + DAY
    days = [(first + n * DAY,) for n in range((as_of - first).days + 1)]
    ages: dict[str, tuple[int, int]] = {}
    for row in load_code_table(PROGRAM, "indicator_branch"):
        low, below = int(row["age_from_months"]), int(row["age_below_months"] or OLDEST_MONTHS)
        known = ages.get(row["indicator"], (low, below))
        ages[row["indicator"]] = min(low, known[0]), max(below, known[1])
    for row in load_code_table(PROGRAM, "indicator_composite"):
        low, _ = ages[row["indicator"]]
        known = ages.get(row["composite"], (low, OLDEST_MONTHS))
        ages[row["composite"]] = min(low, known[0]), OLDEST_MONTHS
    ages |= dict.fromkeys(UTILISATION, (0, OLDEST_MONTHS))
    return [
        plain_table("back_test_share", {"share": "int"}, [(share,) for share in SHARES]),
        plain_table("calendar_day", {"calendar_date": "date"}, days),
        plain_table(
            "measured_age",
            {"measure": "string", "age_from_months": "int", "age_below_months": "int"},
            [(name, *span) for name, span in ages.items()],
        ),
        plain_table(
            "expected_probability",
            {"measure": "string", "sex": "string", "age_from_months": "int",
             "age_below_months": "int", "probability": "decimal(18,12)"},
            list(probabilities()),
        ),
    ]  # fmt: skip


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
    loads = [
        (int(str(number)), minutes_a_year(int(str(cadence)), int(str(minutes))))
        for number, _, cadence, minutes in tier.table.rows
    ]
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
        plain_table("tier_rule", TIER_COLUMNS, rules),
        plain_table("tier_load", {"tier": "int", "minutes_a_year": "bigint"}, loads),
    ]


def minutes_a_year(cadence_days: int, minutes: int) -> int:
    """Minutes a person of a tier asks for in a year: its whole contacts in 365 days, each so long.

    Args:
        cadence_days: days between contacts.
        minutes: minutes a contact.
    """
    return 365 // cadence_days * minutes


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    return row["tier"], row["rule"]
