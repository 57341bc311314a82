"""The small tables the care steps read: rules, dates, code sets, and what the user gives."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.rules.parameter import Table
from openvbc.steps import readmission, stays
from openvbc.steps.care import PROGRAM
from openvbc.steps.care.calendar import DAY, business_day_after
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
        *code_sets(algorithm),
        *_measures(as_of),
        _protocols(rules),
        *_tiers(tier_rules),
        *(_plain(name, columns, rows.get(name, ())) for name, columns in GIVEN.items()),
    ]


def code_sets(algorithm: str = "CCW30") -> list[RuleTable]:
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
        "indicator_branch": {
            "family": text, "indicator": text, "branch": "int", "age_from_months": "int",
            "age_below_months": "int", "sex": text,
        },
        "indicator_clause": {
            "indicator": text, "branch": "int", "kind": text, "clause": "int", "part": "int",
            "position": text, "code_set": text,
        },
        "indicator_composite": {"composite": text, "indicator": text},
        "indicator_code": {"family": text, "code_set": text, "code_kind": text, "code": text},
        "prevention": {
            "gap": text, "service": text, "age_from": "int", "every_months": "int",
            "lowest_tier": "int", "next_action": text,
        },
        "ungrouped_drg": {"drg_code": text},
        "cohort": {"cohort": text, "algorithm": text, "condition": text, "is_watched": "boolean"},
    }  # fmt: skip
    made = [
        _of_algorithm(code_table(PROGRAM, name, name, columns), algorithm)
        for name, columns in wanted.items()
    ]
    columns = {
        "score": text, "category": text, "code_version": text, "is_prefix": "boolean",
        "first_character": text, "code": text,
    }  # fmt: skip
    codes = [
        (row["score"], row["category"], row["code_version"], row["is_prefix"] == "true",
         row["code"][0], row["code"])
        for row in load_code_table(PROGRAM, "score_code")
    ]  # fmt: skip
    acute = {"lowest": text, "highest": text, "first_digit": "int", "digits": "int"}
    facilities = code_table(readmission.PROGRAM, "acute_facility", "acute_facility", acute)
    return [*made, facilities, _plain("score_code", columns, codes)]


def _of_algorithm(made: RuleTable, algorithm: str) -> RuleTable:
    """The rows of one algorithm, where a table is of several."""
    table = made.table
    if "algorithm" not in table.columns or table.name == "cohort":
        return made
    at = list(table.columns).index("algorithm")
    kept = [row for row in table.rows if row[at] == algorithm]
    return RuleTable(SmallTable(table.name, table.columns, kept), made.doubts)


def _plain(name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]) -> RuleTable:
    return RuleTable(SmallTable(name, columns, list(rows)), ())


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
        _plain("back_test_share", {"share": "int"}, [(share,) for share in SHARES]),
        _plain("calendar_day", {"calendar_date": "date"}, days),
        _plain(
            "measured_age",
            {"measure": "string", "age_from_months": "int", "age_below_months": "int"},
            [(name, *span) for name, span in ages.items()],
        ),
        _plain(
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
