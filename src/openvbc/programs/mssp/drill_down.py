"""Which people a number of the benchmark is made of, and what of it a reader may move."""

from __future__ import annotations

from decimal import Decimal

from openvbc.engine.quoting import literal
from openvbc.programs.drill_down import Behind, Lever
from openvbc.programs.mssp.period_and_type import PERIODS
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS


def behind(name: str) -> Behind | None:
    """The people an input of the settlement or the benchmark is made of; None where it has none."""
    if name == "assigned_beneficiaries":
        return Behind(
            "assignment",
            "t.period = 'PY' and t.is_assigned",
            "everybody assigned in the performance year, counted",
            value="count(*)",
        )
    for period, ending in PERIODS.items():
        for kind in ENROLLMENT_TYPES:
            of = f"{ending}_{kind}"
            if name == f"expenditure_{of}":
                return _spending(period, kind)
            if name == f"person_years_{of}":
                return _months(period, kind)
    return None


def _assigned(period: str, kind: str) -> str:
    return (
        f"t.period = {literal(period)} and t.enrollment_type = {literal(kind.upper())} "
        "and t.person_id in "
        f"(select p.person_id from population p where p.period = {literal(period)} "
        "and p.population = 'ASSIGNED')"
    )


def _spending(period: str, kind: str) -> Behind:
    return Behind(
        "truncated_expenditure",
        _assigned(period, kind),
        "spending after completion and truncation times 12, a person-month",
        needs=("population",),
        largest="amount",
        value="sum(truncated_amount_times_12) / sum(person_months)",
    )


def _months(period: str, kind: str) -> Behind:
    return Behind(
        "truncated_expenditure",
        _assigned(period, kind),
        "months of this enrollment type, a twelfth of a person-year each",
        needs=("population",),
        largest="person_months",
        value="sum(person_months) / 12",
    )


SHOWN = {"Per capita": "expenditure", "Person-years": "person_years"}
"""Columns of the analyst's per capita table to how the inputs that they are begin."""


def input_shown(period: str, enrollment_type: str, column: str) -> str:
    """The input of the benchmark that a cell of the per capita table is; empty for none."""
    if column not in SHOWN or period not in PERIODS:
        return ""
    return f"{SHOWN[column]}_{PERIODS[period]}_{enrollment_type.lower()}"


def levers() -> list[Lever]:
    """Spending, risk, trend, people, quality: what a year still turns on."""
    sheet, year = BENCHMARK.name, "performance_year"

    def every(word: str) -> list[tuple[str, str]]:
        return [(sheet, f"{word}_{year}_{kind}") for kind in ENROLLMENT_TYPES]

    def factor(name: str, label: str, inputs: list[tuple[str, str]], span: str) -> Lever:
        return Lever(name, label, inputs, 1 - Decimal(span), 1 + Decimal(span), Decimal("0.001"))

    people = [*every("person_years"), (SHARED_SAVINGS.name, "assigned_beneficiaries")]
    quality = [(SHARED_SAVINGS.name, "quality_score")]
    return [
        factor("spending", "Spending of the performance year", every("expenditure"), "0.15"),
        factor("risk", "Risk scores of the performance year", every("risk_score"), "0.10"),
        factor("nation", "National spending (trend)", every("national_expenditure"), "0.10"),
        factor("region", "Regional spending (trend)", every("regional_expenditure"), "0.10"),
        factor("people", "People assigned", people, "0.50"),
        Lever(
            "quality", "Quality score", quality, Decimal(0), Decimal(1), Decimal("0.01"), "value"
        ),
    ]
