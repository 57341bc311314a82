"""One member of a capitation contract: months, what each run paid, expense by fund, stop-loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openvbc.programs.asked_person import person_of_run
from openvbc.programs.explanation import (
    EXACT_DOLLARS,
    Explanation,
    Field,
    Heading,
    Sentence,
    SmallGrid,
)

if TYPE_CHECKING:
    from openvbc.run import Run

_LINES = [
    Field("run", "count"), Field("month", "count"), Field("kind"),
    Field("amount", EXACT_DOLLARS),
]  # fmt: skip
_MONTHS = [
    Field("month", "count"), Field("rate cell"), Field("area"), Field("risk score"),
    Field("capitation", EXACT_DOLLARS),
]  # fmt: skip
_EXPENSE = [
    Field("fund"), Field("service"), Field("lines", "count"), Field("expense", EXACT_DOLLARS),
    Field("fee for service equivalent", EXACT_DOLLARS),
]  # fmt: skip
_STOP_LOSS = [
    Field("at risk", EXACT_DOLLARS), Field("deductible", EXACT_DOLLARS),
    Field("recovered", EXACT_DOLLARS),
]  # fmt: skip


def explain_member(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """What the roster and the claims say of a member, and what it brought in and cost."""
    from openvbc.engine.reading import reading

    with reading() as engine:
        run.register(engine, "capitated_month", "capitation_line", "fund_line", "member_expense")
        written = identifier.strip().upper().replace("-", "")
        known = person_of_run(engine, run, written)
        of_person = f"where person_id in ({known})"
        lines = engine.rows(
            f"select run_number, month_number, kind, amount from capitation_line {of_person}"
            " order by month_number, run_number"
        )
        months = engine.rows(
            "select month_number, rate_cell, area, risk_score, amount from capitated_month"
            f" {of_person} order by month_number"
        )
        expense = engine.rows(
            "select fund, service, count(*) as n, sum(expense) as expense,"
            f" sum(shadow_amount) as shadow from fund_line {of_person}"
            " group by fund, service order by fund, service"
        )
        over = engine.rows(
            "select at_risk, stop_loss_deductible, stop_loss_recovery from member_expense"
            f" {of_person}"
        )
    if not lines and not months:
        return Explanation([Sentence("not a member in any month: the roster never paid for one")])
    parts: list[Heading | Sentence | SmallGrid] = [
        Heading("Contract year"),
        SmallGrid("Months as the last run knows them", _MONTHS, _cells(months)),
        SmallGrid("What each capitation run paid", _LINES, _cells(lines)),
    ]
    if expense:
        parts.append(SmallGrid("Expense by fund", _EXPENSE, _cells(expense)))
        parts.append(SmallGrid("Specific stop-loss", _STOP_LOSS, _cells(over)))
    else:
        parts.append(Sentence("no claim line in a month of membership"))
    return Explanation(parts)


def _cells(rows: list[dict[str, object]]) -> list[list[object]]:
    return [list(row.values()) for row in rows]
