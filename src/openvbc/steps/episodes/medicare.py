"""The episode models of Medicare as terms of the engine, read from their rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.engine.table import SmallTable, Value
from openvbc.errors import ParameterMissing
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import Parameter
from openvbc.steps.episodes.tables import LISTS, SHARED, a_list
from openvbc.steps.episodes.terms import Numbers
from openvbc.steps.rule_table import (
    Doubt,
    RuleTable,
    code_table,
    parameter_doubts,
    rows_in_force,
)

_SHARED_NUMBERS = (
    "lookback_days", "days_before_anchor", "maximum_anchor_days", "transplant_days",
    "fiscal_year_months", "other_hospitals_by_mean_stay", "home_health_by_days_of_service",
    "settled_by_episode_end",
)  # fmt: skip
_FIRST_OF_ALL = "1965-07-30"
_LAST_OF_ALL = "9999-12-31"


@dataclass(frozen=True)
class MedicareModel:
    """How the rules of a program make a model of episodes."""

    rules_name: str
    year_key: str
    """What the rules call the year: model_year or performance_year."""
    numbers: Sequence[str]
    """Parameters of the program that are numbers of the engine; before those all models share."""
    owns_exclusions: bool
    """Whether the rules hold all that is not grouped; else the user adds what they lack."""


def read_numbers(
    model: MedicareModel, rules: RuleSet, year: int
) -> tuple[Numbers, tuple[Doubt, ...]]:
    """The numbers of a model year, and the doubts about them."""
    shared = load_rules(SHARED)
    used: list[Parameter] = [shared.get(n) for n in _SHARED_NUMBERS if n not in model.numbers]
    used += [_asked(rules, name, model.year_key, year) for name in model.numbers]
    values: dict[str, Any] = {p.name: _number(p) for p in used}
    return Numbers(**values), parameter_doubts([*used, grouper_year(model, rules, year)])


def _number(parameter: Parameter) -> int | bool | None:
    value = parameter.value
    return value if value is None or isinstance(value, bool) else int(str(value))


def read_period(
    model: MedicareModel, rules: RuleSet, year: int
) -> tuple[dt.date, dt.date, Sequence[Parameter]]:
    """First and last day of the period in which anchors end."""
    used = [_asked(rules, n, model.year_key, year) for n in ("period_start", "period_end")]
    first, last = (dt.date.fromisoformat(str(p.value)) for p in used)
    return first, last, used


def grouper_year(model: MedicareModel, rules: RuleSet, year: int) -> Parameter:
    """The federal fiscal year of the MS-DRGs that trigger."""
    return _asked(rules, "grouper_fiscal_year", model.year_key, year)


def read_lists(model: MedicareModel, year: int, given: Mapping[str, Sequence[Sequence[Value]]]
) -> dict[str, RuleTable]:  # fmt: skip
    """The lists of a model; `given` are those its rules do not hold."""
    folder = model.rules_name.replace("-", "_")
    triggers = _triggers(folder, year)
    tables_by_name = {
        "included_line": a_list("included_line", ()),
        "episode_trigger_code": triggers,
        "episode_test": _from_rules(folder, "episode_test", "episode_test"),
        "begun_all_the_same": _from_rules(
            folder, "begun_all_the_same", "begun_all_the_same", optional=True
        ),
        "overlap_rule": _from_rules(folder, "overlap", "overlap_rule", optional=True),
        "episode_trigger_procedure": _from_rules(
            folder, "episode_trigger_procedure", "episode_trigger_procedure", optional=True
        ),
    }
    for name in ("excluded_stay", "excluded_line"):
        own = _from_rules(folder, name, name, optional=not model.owns_exclusions)
        more = () if model.owns_exclusions else given.get(name, ())
        rows = [*own.table.rows, *more]
        tables_by_name[name] = RuleTable(SmallTable(name, own.table.columns, rows), own.doubts)
    diagnoses = () if model.owns_exclusions else given.get("excluded_diagnosis", ())
    tables_by_name["excluded_diagnosis"] = a_list("excluded_diagnosis", diagnoses)
    return tables_by_name


def _asked(rules: RuleSet, name: str, key: str, year: int) -> Parameter:
    keys = {key: year} if key in rules.keys_of(name) else {}
    return rules.get(name, **keys)


def _from_rules(folder: str, file: str, table: str, optional: bool = False) -> RuleTable:
    try:
        return code_table(folder, file, table, LISTS[table])
    except ParameterMissing:
        if optional:
            return a_list(table, ())
        raise


def _triggers(folder: str, year: int) -> RuleTable:
    kept = [
        row
        for row in rows_in_force(folder, "episode_trigger")
        if int(row.get("first_model_year") or year) <= year
    ]
    defaults = {"needs_procedure": "false", "first_day": _FIRST_OF_ALL, "last_day": _LAST_OF_ALL}
    columns = LISTS["episode_trigger_code"]
    rows = [tuple(row.get(name) or defaults.get(name) for name in columns) for row in kept]
    doubts = code_table(folder, "episode_trigger", "episode_trigger_code", {}).doubts
    return RuleTable(SmallTable("episode_trigger_code", columns, rows), doubts)
