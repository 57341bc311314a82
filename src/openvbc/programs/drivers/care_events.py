"""Avoidable admissions and emergency visits of the settled year, by AHRQ's prevention indicators.

The steps are those of care management (:mod:`openvbc.steps.care`), looking at the year as known at
the end of its run-out.
"""

from __future__ import annotations

import datetime as dt

from openvbc.engine.pipeline import Pipeline, StepResult
from openvbc.engine.table import SmallTable
from openvbc.programs.claims_program import Workbench
from openvbc.rules.load import load_rules
from openvbc.steps import care, claims, stays
from openvbc.steps.care.code_sets import code_sets
from openvbc.steps.periods import Period
from openvbc.steps.rule_table import one_row

EVENTS = "indicator_event"
"""The table that is wanted: one row an encounter and indicator or composite."""


def avoidable_events(
    bench: Workbench, period: Period, made: dict[str, StepResult]
) -> dict[str, StepResult]:
    """Find the encounters; `made` holds the results of the program's steps.

    Encounters of the run-out after the year are in the table too: read it by date.
    """
    rules = load_rules(care.PROGRAM)
    pipeline = Pipeline([*claims.steps(), *stays.steps(), *care.steps()]).needed_for([EVENTS])
    pipeline = Pipeline(step for step in pipeline.steps if step.name not in made)
    tables = [each.table for each in code_sets(only=pipeline.sources)]
    days = {"as_of": "date", "as_of_before": "date", "is_today": "boolean"}
    tables.append(SmallTable("care_date", days, [(period.known_by, None, True)]))
    transfer = rules.get("transfer_days")
    values = {
        "transfer_days": int(str(transfer.value)),
        "spending_months": _months(period.year_start, period.known_by),
    }
    tables.append(
        one_row("care_rule", dict.fromkeys(values, "int"), dict(values), [transfer]).table
    )
    sources = [*bench.store, *(result.table for result in made.values())]
    return pipeline.run(bench.engine, sources, tables, bench.folder, bench.progress)


def _months(first: dt.date, last: dt.date) -> int:
    """Months from the first day to the last, those begun counted whole."""
    return 12 * (last.year - first.year) + last.month - first.month + 1
