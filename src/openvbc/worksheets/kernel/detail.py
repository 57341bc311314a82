"""A detail sheet: several rows (measures, conditions) for each row of a main sheet.

The main sheet takes what the detail rows add up to as inputs. `Detail` does the adding, and links
the input to the rows, so that the trace of a number goes through the main sheet into the detail
rows and down to what was published for each measure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from openvbc.worksheets.kernel.arithmetic import MISSING
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import EXACT

Reduce = Callable[[Sequence[Decimal]], Decimal]


@dataclass(frozen=True)
class Detail:
    """An evaluated detail sheet and the main row that each of its rows belongs to."""

    evaluation: Evaluation
    owner: Sequence[int]
    """For each detail row the main row."""
    items: Sequence[str]
    """What each detail row is."""
    rows: Sequence[Sequence[int]]
    """For each main row its detail rows."""

    @classmethod
    def of(
        cls, evaluation: Evaluation, owner: Sequence[int], items: Sequence[str], count: int
    ) -> Detail:
        """The detail of `count` main rows."""
        rows: list[list[int]] = [[] for _ in range(count)]
        for row, main in enumerate(owner):
            rows[main].append(row)
        return cls(evaluation, owner, items, rows)

    def reduce(self, line: str, function: Reduce) -> list[Decimal]:
        """`function` over the present values of a line; missing for a main row that has none."""
        column = self.evaluation.column(line)
        result = []
        with localcontext(EXACT):
            for rows in self.rows:
                values = [column[row] for row in rows if column[row] == column[row]]
                result.append(function(values) if values else MISSING)
        return result

    def total(self, line: str) -> list[Decimal]:
        """The sum over a main row's rows: zero if it has none, missing if any value is."""
        column = self.evaluation.column(line)
        with localcontext(EXACT):
            return [sum((column[row] for row in rows), Decimal(0)) for rows in self.rows]

    def total_present(self, line: str) -> list[Decimal]:
        """The sum of the values that are present; zero if none is."""
        sums = self.reduce(line, lambda values: sum(values, Decimal(0)))
        return [Decimal(0) if value.is_nan() else value for value in sums]

    def present(self, line: str) -> list[Decimal]:
        """How many rows have a value."""
        column = self.evaluation.column(line)
        return [Decimal(sum(column[row] == column[row] for row in rows)) for rows in self.rows]

    def link(self, main: Evaluation, given: str, line: str) -> None:
        """Let the trace of the input `given` of `main` go on to `line` of each detail row."""
        main.links[given] = (self, line)
