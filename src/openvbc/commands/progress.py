"""A bar that says what a command is doing and for how long; elsewhere a line now and then."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from openvbc.commands.every_command import note
from openvbc.commands.terminal import progress_terminal


class Steps:
    """Shows each step with a moving bar on standard error; nothing if quiet, no bar if piped."""

    def __init__(self, quiet: bool) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = progress_terminal()
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def begin(self, step: str) -> None:
        """Name the step that begins; the one before it is done."""
        note(step)
        for task in self._bars.tasks:
            self._bars.update(task.id, total=1, completed=1)
        self._bars.add_task(step, total=None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()
