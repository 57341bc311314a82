"""What ``vbc run`` says at its end: who is assigned, what was earned, what to know about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.exit_status import ExitStatus
    from openvbc.programs.settlement import Settlement
    from openvbc.run import Run


@dataclass(frozen=True)
class RunShown:
    """The result as text, so that it can be said again without the run."""

    title: str
    rows: Sequence[Sequence[str]]
    """Label and value."""
    lines: Sequence[Sequence[str]]
    """Each with its style, empty for none."""
    status: int
    """Exit status of the command."""

    def show(self, console: Console) -> None:
        """Print it."""
        from rich import box
        from rich.table import Table as Grid

        grid = Grid(title=self.title, show_header=False, box=box.SIMPLE)
        grid.add_column("line", overflow="fold")
        grid.add_column("value", justify="right", no_wrap=True)
        for label, value in self.rows:
            grid.add_row(label, value)
        console.print(grid)
        for text, style in self.lines:
            console.print(text, style=style or None, highlight=False, soft_wrap=True, markup=False)

    def leave(self) -> None:
        """End the command with the status of the run, and say what it means."""
        leave(self.status)


def shown_of(run: Run) -> RunShown:
    """What is said of a run that was just made."""
    outcome = run.outcome
    assert outcome is not None
    settlement = outcome.settlement
    rows = [
        [f"Assigned people, {period}", f"{count:,}"]
        for period, count in run.people_assigned().items()
    ]
    rows += [] if settlement is None else _headline(settlement)
    return RunShown(
        title=outcome.title if settlement is None else settlement.title,
        rows=rows,
        lines=_lines(run),
        status=int(status_of(run)),
    )


def _lines(run: Run) -> list[list[str]]:
    from openvbc.commands.explanation import sentences_of
    from openvbc.commands.run_reports import forecast_of
    from openvbc.programs.claims_program import NOT_CONFIRMED
    from openvbc.report.parameters import not_confirmed, parameters_used

    outcome = run.outcome
    assert outcome is not None
    settlement = outcome.settlement
    lines: list[list[str]] = []
    if expected := forecast_of(run):
        lines.append([sentences_of(expected)[0], ""])
    if outcome.lacking:
        lines.append(["Not settled; measured is what the data carry. Lacking:", "bold"])
        lines += [[f"- {each}", ""] for each in outcome.lacking]
    doubtful = [note for note in outcome.notes if note.startswith(NOT_CONFIRMED)]
    parameters = 0
    if settlement is not None:
        sheets = (settlement.main, *settlement.details.values())
        parameters = len(not_confirmed(parameters_used(sheets)))
    lines.append(
        [
            f"Not confirmed: {_several(parameters, 'parameter')} of the settlement, "
            f"{_several(len(doubtful), 'rule')} of the steps; the report lists them.",
            "",
        ]
    )
    if settlement is not None:
        for reason, count in Counter(row.reason for row in settlement.not_used).most_common():
            lines.append([f"- set aside: {count:,} {reason}", ""])
    return lines + [[f"- {note}", ""] for note in outcome.notes if note not in doubtful]


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _headline(settlement: Settlement) -> list[list[str]]:
    """The headline of the details that have one, then that of the settlement.

    Several contracts (hospitals, practices) are added up where a line adds up.
    """
    from openvbc.format import capitalised, show

    view, main = settlement.presentation, settlement.main
    if len(main.contracts) > 1:
        counted = [f"{capitalised(view.units)} settled, added up", f"{len(main.contracts):,}"]
        sums = [(main.labelled(name), main.total(name)) for name in view.totals]
        return [counted, *([label, show(v, unit)] for (label, unit), v in sums if v is not None)]
    shown = [(settlement.details[sheet], n) for sheet, names in view.before.items() for n in names]
    shown += [(main, name) for name in view.headline]
    headline = []
    for sheet, name in shown:
        if name in sheet.evaluation.columns and sheet.evaluation.value(name) is not None:
            label, unit = sheet.labelled(name)
            headline.append([label, show(sheet.evaluation.value(name), unit)])
    return headline


def status_of(run: Run) -> ExitStatus:
    """What the exit status says of a run: what lacks, errors of the data, rows set aside."""
    from openvbc.claims.data_notes import DATA_ERROR
    from openvbc.exit_status import exit_status

    assert run.outcome is not None
    wrong = any(note.startswith(DATA_ERROR) for note in run.outcome.notes)
    return exit_status(
        set_aside=run.rows_set_aside > 0,
        not_reliable=wrong,
        not_settled=bool(run.outcome.lacking),
    )


def leave_run(run: Run) -> None:
    """End the command with the status of a run, and say what it means."""
    leave(int(status_of(run)))


def leave(status: int) -> None:
    """End the command with a status, and say what it means."""
    from openvbc.commands.terminal import say

    if status:
        say(_STATUS[status])
        raise typer.Exit(status)


_STATUS = {
    3: "Exit status 3: rows were set aside; 'vbc check' lists those of the deliveries, "
    "set_aside.csv of the run those of the settlement.",
    4: "Exit status 4: the result is not to be relied on; see DATA ERROR above.",
    5: "Exit status 5: not settled; what is lacking stands above.",
}
