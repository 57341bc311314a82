"""What is laid over the rules of a run from claims: its settlement again on what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from openvbc.errors import EmptyResult
from openvbc.programs.claims_program import Measured, Outcome
from openvbc.programs.laid_over import with_laid_over
from openvbc.programs.settlement import Again, Sheet
from openvbc.rules.load import RuleSet


def run_with_laid_over(
    outcome: Outcome,
    settle: Callable[[RuleSet], Outcome],
    measured: Measured,
    overlays: Sequence[str] = (),
) -> Outcome:
    """The outcome with the flexibilities and overlays in force, and the result without them.

    A year that is not over has no payment, and is left as it is.

    Args:
        outcome: of the run.
        settle: what was measured, settled by the rules given.
        measured: the tables of the run.
        overlays: file names of the project's overlays. They may change what is measured, so that
            the result without them takes a run of its own.
    """
    settlement = outcome.settlement
    if settlement is None or not settlement.is_final:
        return outcome

    def again(rules: RuleSet) -> Sheet:
        found = settle(rules)
        if found.settlement is None:
            raise EmptyResult("; ".join(each.what for each in found.lacking), code="VBC-6019")
        return found.settlement.main

    told = with_laid_over(
        replace(settlement, again=Again(again, None, overlays)), set(_years(measured))
    )
    said = told.notes[len(settlement.notes) :]
    return replace(outcome, settlement=told, notes=[*outcome.notes, *said])


def _years(measured: Measured) -> Iterator[int]:
    """Calendar years whose claims were measured."""
    for table in measured.small:
        if table.name == "period" and "calendar_year" in table.columns:
            at = list(table.columns).index("calendar_year")
            yield from (int(str(row[at])) for row in table.rows)
