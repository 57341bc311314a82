"""The rules of care management billing as small tables for SQL, and the shapes of users' logs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import RuleSet, load_code_table, load_rules
from openvbc.steps import care
from openvbc.steps.care.calendar import business_day_after
from openvbc.steps.care.tables import tables as care_tables
from openvbc.steps.care_billing import PROGRAM
from openvbc.steps.care_billing.coding_tables import CODING, coding_tables
from openvbc.steps.rule_table import Doubt, RuleTable, code_table, parameter_doubts, rule_table

_CODE = {
    "code": "string", "service": "string", "family": "string", "role": "string",
    "rank_of_code": "int", "least_minutes": "bigint", "most_minutes": "bigint",
    "further_minutes": "bigint", "time_by": "string", "most_units": "bigint", "period": "string",
    "least_conditions": "int", "most_conditions": "int", "needs_qualified": "boolean",
    "medical_decision": "string", "least_data_days": "int", "most_data_days": "int",
    "visit_within_days": "int", "needs_consent": "boolean", "needs_initiating_visit": "boolean",
    "found_by": "string", "first_date": "date", "last_date": "date", "base_minutes": "bigint",
}  # fmt: skip
_NAMED = {"rank_of_code": "rank", "needs_qualified": "needs_qmb"}
_FLAGS = ("needs_qualified", "needs_consent", "needs_initiating_visit")
_DATES = {"first_date": "date", "last_date": "date"}
_KEPT_KINDS = ("concurrent_allowed", "one_a_month", "missing_base")
"""Conflicts that are no pair of services: what is allowed, and what has a table of its own."""


@dataclass(frozen=True)
class Span:
    """The months asked for, by their first days, and the first day the claims are known from."""

    first_month: dt.date
    last_month: dt.date
    claims_from: dt.date

    def months(self) -> Iterator[dt.date]:
        """First days of the months."""
        day = self.first_month
        while day <= self.last_month:
            yield day
            day = next_month(day)


def next_month(day: dt.date) -> dt.date:
    """First day of the month after."""
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


ALGORITHM = "CCW30"
"""The conditions that are counted: those of the Warehouse's later set."""


def condition_tables(span: Span) -> list[RuleTable]:
    """What the steps of chronic conditions read: one day, the end of the months; one algorithm."""
    as_of = next_month(span.last_month) - dt.timedelta(days=1)
    return [
        RuleTable(SmallTable(t.name, t.columns, _wanted(t, as_of)), each.doubts)
        for each in care_tables(load_rules(care.PROGRAM), as_of)
        for t in [each.table]
    ]


def _wanted(table: SmallTable, as_of: dt.date) -> Sequence[Sequence[Value]]:
    """The rows of a table of the care steps that the count of conditions needs."""
    if table.name in ("care_date", "look_back"):
        return [row for row in table.rows if row[0] == as_of]
    if "algorithm" in table.columns:
        at = list(table.columns).index("algorithm")
        return [row for row in table.rows if row[at] == ALGORITHM]
    return table.rows


def rule_tables(rules: RuleSet, span: Span) -> list[RuleTable]:
    """Everything the steps read of the rules."""
    codes = load_code_table(PROGRAM, "code")
    conflicts = load_code_table(PROGRAM, "conflict")
    return [
        _codes(codes),
        rule_table("billed_code", {"code": "string"}, sorted({(row["code"],) for row in codes})),
        rule_table("base_code", _BASE, sorted(_bases(codes, conflicts))),
        rule_table("care_conflict", _CONFLICT, sorted(set(_pairs(conflicts)), key=str)),
        rule_table("conflict_limit", {"rule_id": "string", "code": "string", **_DATES},
               _limits(conflicts)),
        code_table(PROGRAM, "rule", "billing_rule",
                   {"rule_id": "string", "step": "int", "says": "string", "cite": "string",
                    "status": "string"}),
        code_table(PROGRAM, "visit_code", "visit_code", {"code": "string", "kind": "string"}),
        code_table(PROGRAM, "discharge_home", "discharge_home",
                   {"discharge_disposition_code": "string"}),
        *coding_tables(),
        code_table(PROGRAM, "staff_type", "staff_type",
                   {"time_by": "string", "staff_type": "string"}),
        rule_table("time_within", {"time_by": "string", "inner_time_by": "string"}, _within()),
        _setting(rules, span),
        rule_table("billing_month",
               {"service_month": "date", "month_end": "date", "calendar_year": "int",
                "bit": "int"},
               [(m, next_month(m) - dt.timedelta(days=1), m.year, 1 << (m.month - 1))
                for m in span.months()]),
        rule_table("contact_day", {"discharge_date": "date", "contact_due": "date"},
               list(_contact_days(rules, span))),
    ]  # fmt: skip


_BASE = {"code": "string", "base_code": "string", "rule_id": "string", "billers": "string"}
_CONFLICT = {
    "rule_id": "string", "code_a": "string", "code_b": "string", "billers": "string",
    "time_window": "string", "kind": "string", "loses": "string", "verdict": "string", **_DATES,
}  # fmt: skip


def _codes(codes: tuple[Mapping[str, str], ...]) -> RuleTable:
    least = {row["code"]: row["least_minutes"] for row in codes}
    rows: list[tuple[Value, ...]] = []
    for row in codes:
        based = [int(least[code]) for code in row["base_codes"].split() if least[code]]
        given: dict[str, Value] = {name: row.get(_NAMED.get(name, name)) or None for name in _CODE}
        given |= {name: given[name] == "yes" for name in _FLAGS}
        given["base_minutes"] = min(based) if based else None
        rows.append(tuple(given.values()))
    doubts = code_table(PROGRAM, "code", "care_code", {"code": "string"}).doubts
    return RuleTable(SmallTable("care_code", _CODE, rows), doubts)


def _bases(
    codes: tuple[Mapping[str, str], ...], conflicts: tuple[Mapping[str, str], ...]
) -> Iterator[tuple[Value, ...]]:
    """Add-ons and their bases: by a rule that names both, else by the general one."""
    named = [row for row in conflicts if row["kind"] == "missing_base" and row["codes_a"]]
    general = next(row for row in conflicts if row["kind"] == "missing_base" and not row["codes_a"])
    for row in codes:
        rule = next((each for each in named if row["code"] in each["codes_a"].split()), general)
        for base in row["base_codes"].split():
            yield row["code"], base, rule["rule_id"], rule["billers"]


def _pairs(conflicts: tuple[Mapping[str, str], ...]) -> Iterator[tuple[Value, ...]]:
    """A row a pair of codes; where the later claim loses, each pair stands once."""
    for row in conflicts:
        if row["kind"] in _KEPT_KINDS:
            continue
        seen: set[frozenset[str]] = set()
        for one in row["codes_a"].split():
            for other in row["codes_b"].split():
                either = frozenset((one, other))
                if row["loses"] == "later" and either in seen:
                    continue
                seen.add(either)
                yield (
                    row["rule_id"], one, other, row["billers"], row["window"], row["kind"],
                    row["loses"], row["verdict"], row["first_date"], row["last_date"] or None,
                )  # fmt: skip


def _limits(conflicts: tuple[Mapping[str, str], ...]) -> list[tuple[Value, ...]]:
    return [
        (row["rule_id"], code, row["first_date"], row["last_date"])
        for row in conflicts
        if row["kind"] == "one_a_month"
        for code in row["codes_a"].split()
    ]


def _within() -> list[tuple[Value, ...]]:
    """Kinds of time that hold another: whoever may count for the inner may for the outer."""
    kinds: dict[str, set[str]] = {}
    for row in load_code_table(PROGRAM, "staff_type"):
        kinds.setdefault(row["time_by"], set()).add(row["staff_type"])
    return sorted(
        (outer, inner)
        for outer, wide in kinds.items()
        for inner, narrow in kinds.items()
        if narrow <= wide
    )


_DAYS = {
    "period_days": "transition_period_days",
    "short_visit_days": "short_visit_days",
    "long_visit_days": "long_visit_days",
    "visit_months": "initiating_visit_months",
    "wellness_months": "wellness_visit_months",
    "assessment_months": "social_risk_assessment_months",
}


def _setting(rules: RuleSet, span: Span) -> RuleTable:
    used = {name: rules.get(parameter) for name, parameter in _DAYS.items()}
    columns = dict.fromkeys(used, "int") | {
        "first_month": "date", "last_month": "date",
        "claims_from": "date",
    }  # fmt: skip
    row: list[Value] = [
        *(int(str(each.value)) for each in used.values()),
        span.first_month, span.last_month, span.claims_from,
    ]  # fmt: skip
    doubts: tuple[Doubt, ...] = parameter_doubts(used.values())
    return RuleTable(SmallTable("billing_setting", columns, [row]), doubts)


def _contact_days(rules: RuleSet, span: Span) -> Iterator[tuple[Value, ...]]:
    """The day a contact is due, for every day of discharge that can matter."""
    count = int(str(load_rules(care.PROGRAM).get("contact_business_days").value))
    period = int(str(rules.get("transition_period_days").value))
    day = span.first_month - dt.timedelta(days=2 * period)
    while day < next_month(span.last_month):
        yield day, business_day_after(day, count)
        day += dt.timedelta(days=1)


LOGS: Mapping[str, Mapping[str, str]] = {
    "time_entry": {
        "person_id": "string", "service_date": "date", "minutes": "bigint",
        "staff_type": "string", "service": "string", "tin": "string",
    },
    "transition_contact": {
        "person_id": "string", "discharge_date": "date", "contact_date": "date",
        "kind": "string", "medical_decision": "string", "tin": "string",
    },
    "care_consent": {
        "person_id": "string", "service": "string", **_DATES, "tin": "string",
    },
    "given_fact": {
        "person_id": "string", **_DATES, "chronic_conditions": "int",
        "is_qualified_beneficiary": "boolean",
    },
    "device_data": {
        "person_id": "string", "service_month": "date", "data_days": "int", "device": "string",
        "tin": "string",
    },
    "care_panel": {
        "person_id": "string", **_DATES, "tin": "string", "npi": "string",
    },
    "model_member": {
        "person_id": "string", "model": "string", **_DATES, "tin": "string",
    },
    "fee": {"code": "string", **_DATES, "allowed_amount": "decimal(12,2)"},
    **CODING,
}  # fmt: skip
"""Columns of what the user's logs become, by table."""
PRACTICES = {
    "time_practice": "time_entry",
    "contact_practice": "transition_contact",
    "consent_practice": "care_consent",
    "device_practice": "device_data",
}
"""Practices that a log speaks for: what such a practice did not log did not happen."""


def practice_tables(logs: Mapping[str, SmallTable]) -> list[SmallTable]:
    """The practices each log names."""
    made = []
    for name, log in PRACTICES.items():
        table = logs[log]
        at = list(table.columns).index("tin")
        tins = sorted({str(row[at]) for row in table.rows if row[at] is not None})
        made.append(SmallTable(name, {"tin": "string"}, [(tin,) for tin in tins]))
    return made


_BLOCK = dict.fromkeys(("model", "code", "rule_id", "verdict"), "string") | _DATES


def model_tables(agreement: Sequence[Mapping[str, Value]]) -> list[SmallTable]:
    """Which codes a model's payment excludes: the user's agreement, else the shipped guess.

    Args:
        agreement: rows ``model, code, first_date, last_date`` of the agreements signed. A model
            named there is known from there alone; its codes are denied, not only reviewed.
    """
    known = {str(row["model"]) for row in agreement}
    blocks: list[tuple[Value, ...]] = [
        (row["model"], row["code"], "M01", "deny", row["first_date"], row["last_date"])
        for row in agreement
    ]
    paid: list[tuple[Value, ...]] = []
    for row in load_code_table(PROGRAM, "model_payment"):
        paid += [(row["model"], code) for code in row["payment_codes"].split()]
        if row["model"] not in known:
            blocks += [
                (row["model"], code, "M02", "review", row["first_date"], row["last_date"] or None)
                for code in row["codes"].split()
            ]
    return [
        SmallTable("model_block", _BLOCK, blocks),
        SmallTable("model_payment_code", {"model": "string", "code": "string"}, paid),
    ]
