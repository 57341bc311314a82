"""Why a person is assigned or not: the test that failed, the charges by entity, the lines.

Works from the folder of a run alone, and from the store beside it for identifiers a person had
earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.engine.base import Engine
from openvbc.errors import EmptyResult
from openvbc.programs.mssp.assignment_reasons import in_words

Row = Mapping[str, Any]


@dataclass(frozen=True)
class PeriodExplanation:
    """One measured year of one person."""

    period: str
    calendar_year: int
    verdict: str
    """One sentence: how assigned, or the first test that failed."""
    assignment: Row
    charges: Sequence[Row]
    """Charges by entity, the largest first."""
    lines: Sequence[Row]
    """Primary care lines in the window, used and left out, by date."""
    expenditure: Sequence[Row]
    """Months and spending by enrollment type; empty for people not measured."""


@dataclass(frozen=True)
class PersonExplanation:
    """Every measured year of one person."""

    periods: Sequence[PeriodExplanation]


TABLES = (
    "assignment",
    "assignment_charges",
    "primary_care_line",
    "person_expenditure",
)
"""Tables of the run that must be registered in the engine."""


def explain_person(
    engine: Engine, identifier: str, periods: Sequence[Row], has_identifiers: bool
) -> PersonExplanation:
    """Explain a person by any identifier they ever had.

    Args:
        engine: holds :data:`TABLES`, and ``person_identifier`` where `has_identifiers`.
        identifier: as the user gave it.
        periods: rows of the table ``period``: period, calendar_year, windows.
        has_identifiers: whether earlier identifiers can be looked up.

    Raises:
        EmptyResult: nobody in the run has this identifier.
    """
    engine.register_rows("asked", {"member_id": "string"}, [(identifier.strip(),)])
    known = "select member_id as person_id from asked"
    if has_identifiers:
        known += (
            " union select i.person_id from person_identifier i"
            " join asked a on a.member_id = i.member_id"
        )
    mine = f"where person_id in ({known})"
    assignment = {r["period"]: r for r in engine.rows(f"select * from assignment {mine}")}
    if not assignment:
        raise EmptyResult(
            "nobody in this run has that identifier",
            rule="a person is in a run if any delivery named them",
            action="check the identifier; people who opted out are in no claim file",
        )
    charges = engine.rows(f"select * from assignment_charges {mine}")
    lines = engine.rows(f"select * from primary_care_line {mine} order by service_date")
    spent = engine.rows(f"select * from person_expenditure {mine} order by enrollment_type")
    explained = []
    for row in periods:
        name = row["period"]
        if name not in assignment:
            continue
        decided = assignment[name]
        first = row["expanded_window_start"] or row["window_start"]
        explained.append(
            PeriodExplanation(
                period=name,
                calendar_year=row["calendar_year"],
                verdict=in_words(decided["step"], decided["reason"]),
                assignment=decided,
                charges=sorted(
                    (c for c in charges if c["period"] == name),
                    key=lambda c: (-_largest(c), c["entity"]),
                ),
                lines=[
                    _in_window(line, row)
                    for line in lines
                    if first <= line["service_date"] <= row["window_end"]
                ],
                expenditure=[s for s in spent if s["period"] == name],
            )
        )
    return PersonExplanation(explained)


def _in_window(line: Row, period: Row) -> Row:
    """The line as it stands in a period: some codes count in some windows only."""
    reason = line["left_out"]
    if reason is None and line.get("is_of_emergency") and not period["has_emergency_month"]:
        reason = "NO_MONTH_OF_THE_EMERGENCY_IN_THE_WINDOW"
    return {**line, "left_out": reason}


def _largest(charges: Row) -> Any:
    return max(charges[f"step_{n}_charges"] or 0 for n in (1, 2, 3))
