"""The terminal as commands write to it: one width rule, and tables whose numbers never break."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PIPED_WIDTH = 120
"""Width of what is piped or redirected, where no terminal gives one."""


def terminal(quiet: bool = False) -> Console:
    """Where a command prints its results."""
    from rich.console import Console

    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(quiet=quiet, width=None if told else PIPED_WIDTH)


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
    """Add to `grid` the columns that fit into `space` characters, in their order; the kept ones."""
    kept: set[int] = set()
    for number in sorted(range(len(columns)), key=lambda n: columns[n].priority):
        taken = sum(columns[each].width for each in kept)
        if columns[number].priority == 0 or taken + columns[number].width <= space:
            kept.add(number)
    shown = [columns[number] for number in sorted(kept)]
    for column in shown:
        grid.add_column(column.heading, justify="right", width=column.width - 3)
    return shown
