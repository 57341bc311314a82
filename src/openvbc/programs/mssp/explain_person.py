"""Why a person is assigned or not: the test that failed, the charges by entity, the lines, and
what each risk score of theirs is made of.

Works from the folder of a run; from the store beside it come the charges and lines, made again with
the SQL of the run, and identifiers a person had earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.reading import reading
from openvbc.errors import EmptyResult
from openvbc.programs.asked_person import person_asked
from openvbc.programs.explanation import (
    EXACT_DOLLARS,
    Explanation,
    Field,
    Heading,
    Part,
    Sentence,
    SmallGrid,
)
from openvbc.programs.made_again import made_again
from openvbc.programs.mssp.assignment_reasons import in_words
from openvbc.programs.risk.explain_person import person_scores
from openvbc.run import Run

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


TABLES = ("assignment", "person_expenditure")
"""Tables of the run that must be registered in the engine."""
MADE_AGAIN = ("assignment_charges", "primary_care_line")
"""Tables that the run does not keep."""


def measured_years(
    engine: Engine, run: Run, identifier: str, has_identifiers: bool
) -> list[PeriodExplanation]:
    """Every measured year of a person, found by any identifier they ever had.

    Args:
        engine: holds :data:`TABLES`, and ``person_identifier`` where `has_identifiers`.
        run: whose tables they are.
        identifier: as the user gave it.
        has_identifiers: whether earlier identifiers can be looked up.

    Raises:
        EmptyResult: nobody in the run has this identifier.
    """
    mine = f"where person_id in ({person_asked(engine, identifier, has_identifiers)})"
    assignment = {r["period"]: r for r in engine.rows(f"select * from assignment {mine}")}
    if not assignment:
        raise EmptyResult(
            "nobody in this run has that identifier",
            rule="a person is in a run if any delivery named them",
            action="check the identifier; people who opted out are in no claim file",
            code="VBC-6004",
        )
    charges, lines = _made_again(run, sorted({r["person_id"] for r in assignment.values()}))
    spent = engine.rows(f"select * from person_expenditure {mine} order by enrollment_type")
    explained = []
    for row in run.periods:
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
    return explained


def _made_again(run: Run, people: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """Charges by entity and primary care lines of a person."""
    with reading() as engine:
        made_again(run, engine, MADE_AGAIN, people)
        charges = engine.rows("select * from assignment_charges")
        lines = engine.rows(
            "select * from primary_care_line order by service_date, claim_id, claim_line_number"
        )
    return list(charges), list(lines)


def _in_window(line: Row, period: Row) -> Row:
    """The line as it stands in a period: some codes count in some windows only."""
    reason = line["left_out"]
    if reason is None and line.get("is_of_emergency") and not period["has_emergency_month"]:
        reason = "NO_MONTH_OF_THE_EMERGENCY_IN_THE_WINDOW"
    return {**line, "left_out": reason}


def _largest(charges: Row) -> Any:
    return max(charges[f"step_{n}_charges"] or 0 for n in (1, 2, 3))


def explain_person(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """Every measured year of a person: the verdict, charges by entity, lines, spending, scores.

    The identifier is the one the user gave; nothing of it goes to a log.
    """
    with reading() as engine:
        run.register(engine, *TABLES)
        store = StoreReport.load(run.store) if run.store else None
        if store is not None:
            engine.register("person_identifier", store.checked_parts("person_identifier"))
        years = measured_years(engine, run, identifier, store is not None)
        wanted = [year for year in years if period is None or year.period == period.upper()]
        parts = [part for year in wanted for part in _parts(year)]
        people = sorted({str(year.assignment["person_id"]) for year in years})
        only = min((year.calendar_year for year in wanted), default=None)
        parts += person_scores(engine, run, people, None if period is None else only)
    return Explanation(parts)


_TIES = {
    "RECENCY": "equal charges: the entity that saw the person last has them",
    "UNRESOLVED": "equal charges and equal last service: the rule does not decide; by name",
}
_CHARGES = [
    Field("entity", whole=True),
    *(
        each
        for step in (1, 2, 3)
        for each in (Field(f"step {step}", EXACT_DOLLARS, True), Field("last", "date", True))
    ),
]
_LINES = [
    Field("date", "date", True), Field("code", whole=True), Field("where"), Field("role"),
    Field("entity", whole=True), Field("charges", EXACT_DOLLARS, True), Field("left out because"),
]  # fmt: skip
_SPENDING = [Field("enrollment type"), Field("months", "count"), Field("amount", EXACT_DOLLARS)]


def _parts(year: PeriodExplanation) -> list[Part]:
    parts: list[Part] = [Heading(f"{year.period} {year.calendar_year}", year.verdict)]
    if year.assignment["tie"] in _TIES:
        parts.append(Sentence(_TIES[year.assignment["tie"]]))
    if year.charges:
        parts.append(SmallGrid("Charges by entity", _CHARGES, [_charged(r) for r in year.charges]))
    if year.lines:
        parts.append(SmallGrid("Primary care lines", _LINES, [_line(r) for r in year.lines]))
    if year.expenditure:
        rows = [
            (_words(row["enrollment_type"]), row["person_months"], row["amount"])
            for row in year.expenditure
        ]
        parts.append(SmallGrid("Months and spending", _SPENDING, rows))
    return parts


def _charged(row: Row) -> list[Any]:
    cells: list[Any] = [f"{row['entity_type']} {row['entity']}"]
    for step in (1, 2, 3):
        charges, last = row[f"step_{step}_charges"], row[f"step_{step}_last_service"]
        cells += [charges or None, last if charges else None]
    return cells


def _line(row: Row) -> list[Any]:
    return [
        row["service_date"], row["hcpcs_code"], _words(row["provider_kind"]), _words(row["role"]),
        f"{row['entity_type'] or ''} {row['entity'] or ''}", row["charges"],
        _words(row["left_out"]),
    ]  # fmt: skip


def _words(code: str | None) -> str:
    return (code or "").lower().replace("_", " ")
