"""Progress of a run on the terminal: one bar for the store, one for the steps. No data is shown."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from openvbc.commands.every_command import moving, note

if TYPE_CHECKING:
    from rich.console import Console

    from openvbc.engine.pipeline import Progress


class Bars:
    """Shows what :meth:`openvbc.Project.run` reports: bars, or piped a line now and then."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._bars = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._store = self._bars.add_task("reading", total=1.0)
        self._steps = self._bars.add_task("steps", total=None, visible=False)

    def said(self, message: str, done: float | None) -> None:
        """A part of the run says what it does."""
        note(message)
        self._bars.update(self._store, description=message, completed=done)

    def step(self, progress: Progress) -> None:
        """A step begins a bucket or is finished."""
        step = f"step {progress.number} of {progress.steps}: {progress.step.name}"
        if progress.state == "running":
            moving(step)
        else:
            note(f"step {progress.step.name}: {progress.state}, {progress.rows:,} rows")
        finished = progress.number - 1 + progress.bucket / progress.buckets
        if progress.state != "running":
            finished = progress.number
        self._bars.update(
            self._steps,
            description=step,
            total=progress.steps,
            completed=finished,
            visible=True,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()
