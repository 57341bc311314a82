"""The run's own numbers for the lines of CMS's reports."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.run import Run
from openvbc.worksheets.kernel.worksheet import EXACT

TABLES = (
    "population_summary", "per_capita_expenditure", "category_expenditure", "utilization",
    "average_risk_score", "late_payment",
)  # fmt: skip
PER_THOUSAND = 1000
Own = Mapping[tuple[str, str, str], Decimal]
"""By period, measure and part (an enrollment type, category or measure; empty: in all)."""


def own_lines(run: Run, engine: Engine) -> Own:
    """Every line the run has a number for; the engine holds :data:`TABLES`."""
    run.register(engine, *TABLES)
    lines: dict[tuple[str, str, str], Decimal] = {}
    with localcontext(EXACT):
        months = _per_capita(engine, lines)
        for row in _assigned(engine, "population_summary"):
            lines[row["period"], "persons", ""] = Decimal(row["persons"])
        for row in _assigned(engine, "average_risk_score"):
            if row["scored_months"]:
                lines[row["period"], "risk_score", row["enrollment_type"]] = (
                    row["risk_score_times_months"] / row["scored_months"]
                )
        for (period, category), amount in _sums(engine, "category_expenditure", "amount").items():
            measure = "non_claims" if category == "NON_CLAIMS_PAYMENT" else "component"
            value = amount if measure == "non_claims" else amount * 12 / months[period]
            lines[period, measure, "" if measure == "non_claims" else category] = value
        for (period, name), events in _sums(engine, "utilization", "events").items():
            lines[period, "utilization", name] = events * 12 * PER_THOUSAND / months[period]
    return lines


def known_later(engine: Engine, period: str, known_by: dt.date | None) -> Decimal:
    """Payments of assigned people known after the run's cut-off and by CMS's (USD).

    `known_by` is CMS's cut-off; None: the run's own, after which nothing counts.
    """
    if known_by is None:
        return Decimal(0)
    (row,) = engine.rows(
        "select coalesce(sum(amount), 0) as amount from late_payment "
        f"where period = {literal(period)} and known_month <= date {literal(str(known_by))}"
    )
    return Decimal(row["amount"])


def _per_capita(engine: Engine, lines: dict[tuple[str, str, str], Decimal]) -> dict[str, Decimal]:
    """Per capita and person-years by type and in all; the months of each period."""
    months: dict[str, Decimal] = defaultdict(Decimal)
    dollars: dict[str, Decimal] = defaultdict(Decimal)
    for row in _assigned(engine, "per_capita_expenditure"):
        period, kind, count = row["period"], row["enrollment_type"], Decimal(row["person_months"])
        if not count:
            continue
        months[period] += count
        dollars[period] += row["truncated_amount_times_12"]
        lines[period, "person_years", kind] = count / 12
        lines[period, "per_capita", kind] = row["truncated_amount_times_12"] / count
    for period, count in months.items():
        lines[period, "person_years", ""] = count / 12
        lines[period, "per_capita", ""] = dollars[period] / count
    return months


def _assigned(engine: Engine, table: str) -> list[dict[str, Any]]:
    return engine.rows(f"select * from {table} where population = 'ASSIGNED'")


def _sums(engine: Engine, table: str, what: str) -> dict[tuple[str, str], Decimal]:
    by = "service_category" if table == "category_expenditure" else "measure"
    return {
        (row["period"], row["name"]): Decimal(row["amount"])
        for row in engine.rows(
            f"select period, {by} as name, sum({what}) as amount from {table} "
            f"where population = 'ASSIGNED' group by period, {by}"
        )
    }
