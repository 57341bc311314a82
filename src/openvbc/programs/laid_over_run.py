"""What is laid over the rules of a run from claims: its settlement again on what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from openvbc.engine.scratch import Scratch
from openvbc.errors import EmptyResult
from openvbc.programs.claims_program import ClaimsProgram, Measured, Outcome, Workbench
from openvbc.programs.laid_over import with_laid_over
from openvbc.programs.settlement import Again, Sheet
from openvbc.rules.load import RuleSet


def run_with_laid_over(
    outcome: Outcome,
    settle: Callable[[RuleSet], Outcome],
    measured: Measured,
    overlays: Sequence[str],
    measure_again: Callable[[RuleSet, Path], Outcome],
    folder: Path,
) -> Outcome:
    """The outcome with the flexibilities and overlays in force, and the result without them.

    A year that is not over has no payment, and is left as it is.

    Args:
        outcome: of the run.
        settle: what was measured, settled by the rules given.
        measured: the tables of the run.
        overlays: file names of the project's overlays. They may change what is measured, so that
            the result without them takes a run of its own.
        measure_again: the claims measured and settled by the rules given, tables that do not change
            taken from a folder like the run's.
        folder: of the run's tables.
    """
    settlement = outcome.settlement
    if settlement is None or not settlement.is_final:
        return outcome

    def again(rules: RuleSet) -> Sheet:
        return _settled(settle(rules))

    with _TablesBeside(folder) as beside:
        told = with_laid_over(
            replace(settlement, again=Again(again, None, overlays)),
            set(_years(measured)),
            lambda rules: _settled(measure_again(rules, beside.folder)),
        )
    said = told.notes[len(settlement.notes) :]
    return replace(outcome, settlement=told, notes=[*outcome.notes, *said])


def measured_again(
    program: ClaimsProgram,
    prepared: Callable[[RuleSet], Any],
    bench: Workbench,
    rules: RuleSet,
    folder: Path,
) -> Outcome:
    """What a run comes to where its claims are measured and settled by other rules.

    Args:
        program: of the run.
        prepared: the contract and lists, checked against rules.
        bench: of the run.
        rules: the other rules.
        folder: beside the run's tables, where those made anew go.
    """
    given = prepared(rules)
    measured = program.measure_again(given, replace(bench, folder=folder, progress=None))
    return program.settle(given, bench.engine, measured)


def _settled(outcome: Outcome) -> Sheet:
    if outcome.settlement is None:
        raise EmptyResult("; ".join(each.what for each in outcome.lacking), code="VBC-6019")
    return outcome.settlement.main


class _TablesBeside:
    """A copy of a run's tables that goes again, made when it is first asked for.

    Steps whose inputs do not change are found in it, and the run's own tables stay as they are.
    """

    def __init__(self, tables: Path) -> None:
        self._tables = tables
        self._scratch: Scratch | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._scratch is not None:
            self._scratch.close()

    @property
    def folder(self) -> Path:
        """Where the tables are."""
        if self._scratch is None:
            self._scratch = Scratch(self._tables.parent)
            self._scratch.copy(self._tables)
        return self._scratch.folder / self._tables.name


def _years(measured: Measured) -> Iterator[int]:
    """Calendar years whose claims were measured."""
    for table in measured.small:
        if table.name == "period" and "calendar_year" in table.columns:
            at = list(table.columns).index("calendar_year")
            yield from (int(str(row[at])) for row in table.rows)
