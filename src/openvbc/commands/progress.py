"""A line that says what a command is doing, on a terminal and only there."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Steps:
    """Shows the step under way beside a spinner on standard error; nothing if quiet or piped."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console

        console = Console(stderr=True)
        self._status = console.status("") if console.is_terminal and not quiet else None

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def begin(self, step: str) -> None:
        """Name the step that begins."""
        if self._status:
            self._status.update(step)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status:
            self._status.stop()
