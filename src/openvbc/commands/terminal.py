"""The door to the terminal: what is printed is data, never markup or a command of the terminal.

One width rule, and tables whose numbers never break. Whatever a command says goes through
:func:`terminal` (results) or :func:`say` (a line).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from openvbc.commands.as_json import Recorded

WIDEST = 10_000
"""No table of ours is wider."""
PIPED_WIDTH = 120
"""Width of what is piped or redirected, where no terminal gives one."""


def terminal(quiet: bool = False) -> Console:
    """Where a command prints its results."""
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    width = None if told else PIPED_WIDTH
    return plain_console()(quiet=quiet, width=WIDEST if _recorded else width)


def command_as_typed() -> str:
    """How this command was called: its path where typing ``vbc`` would not find it."""
    called = Path(sys.argv[0])
    if called.name not in ("vbc", "vbc.exe") or shutil.which(called.name):
        return "vbc"
    return str(called)


def progress_terminal() -> Console:
    """Where a command shows what it is doing: standard error."""
    return plain_console()(stderr=True)


def say(text: str, err: bool = False) -> None:
    """Print one message as it is, without what would steer the terminal."""
    if recorded := _recorded[-1:]:
        if not err:
            recorded[0].add(visible(text))
            return
        recorded[0].errors.append(visible(text))
    print(visible(text), file=sys.stderr if err else sys.stdout, flush=True)


_recorded: list[Recorded] = []


def record(recorded: Recorded | None) -> None:
    """From now on results are kept as data and not shown; None: they are shown."""
    _recorded[:] = [] if recorded is None else [recorded]


def styled(*parts: tuple[str, str]) -> Text:
    """Texts as they are, each in its style; there is no markup."""
    from rich.text import Text

    return Text.assemble(*((visible(text), style) for text, style in parts))


def visible(text: str) -> str:
    """The text with control characters, and those that turn its direction, made visible."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@cache
def plain_console() -> type[Console]:
    """A console that takes text for text: no markup, no emoji codes, no control characters.

    A cell too wide for the terminal is folded: cut short, money would be other money.
    """
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table

    class Plain(Console):
        def __init__(self, **options: Any) -> None:
            super().__init__(markup=False, emoji=False, **options)

        def print(self, *things: Any, **options: Any) -> None:
            if self._is_result and _recorded and not self.quiet:
                for thing in things:
                    _recorded[0].add(thing)
                return
            for thing in things:
                if isinstance(thing, Table):
                    unbounded = self.options.update(width=WIDEST)
                    needed = Measurement.get(self, unbounded, thing).maximum
                    _fold(thing, is_narrow=needed > self.width)
            super().print(*things, **options)

        @property
        def _is_result(self) -> bool:
            return not self.stderr and self._file is None

        def render_str(self, text: str, **options: Any) -> Text:
            return super().render_str(visible(text), **options)

    return Plain


def _fold(table: Table, is_narrow: bool) -> None:
    """Let no cell be cut short; where the terminal is too narrow, none is kept on one line."""
    for column in table.columns:
        if column.overflow == "ellipsis":
            column.overflow = "fold"
        if is_narrow:
            column.no_wrap = False


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: its heading, its cells (the last one the total), how much it matters."""

    heading: str
    cells: Sequence[str]
    priority: int
    """0 is always shown; the highest are left out first where the terminal is narrow."""

    @property
    def width(self) -> int:
        """Characters the column needs: its longest cell, or its heading's longest word."""
        words = self.heading.split() or [""]
        return max(max(map(len, self.cells), default=0), max(map(len, words))) + 3


def add_number_columns(
    grid: Table, columns: Sequence[NumberColumn], space: int
) -> list[NumberColumn]:
    """Add to `grid` the columns that fit into `space` characters, in their order; the kept ones.

    Name those that do not fit below the table, with :func:`print_left_out`.
    """
    kept: set[int] = set()
    for number in sorted(range(len(columns)), key=lambda n: columns[n].priority):
        taken = sum(columns[each].width for each in kept)
        if columns[number].priority == 0 or taken + columns[number].width <= space:
            kept.add(number)
    shown = [columns[number] for number in sorted(kept)]
    for column in shown:
        grid.add_column(column.heading, justify="right", width=column.width - 3)
    return shown


def print_left_out(console: Console, headings: Sequence[str], elsewhere: str) -> None:
    """Say below a table which columns did not fit, and where they stand; nothing if all did."""
    if headings:
        console.print(
            f"Too narrow for: {', '.join(headings)}. They are in a wider terminal, with --json"
            f"{elsewhere}.",
            style="dim", highlight=False, soft_wrap=True,
        )  # fmt: skip
