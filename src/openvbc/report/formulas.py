"""The formula of each computed cell of a sheet, where a spreadsheet comes to the same number.

A formula is derived from its line (:mod:`openvbc.worksheets.kernel.formula`). Over blank cells a
spreadsheet computes with zero where the line says missing, so there the formula is kept only if
it gives the line's own value.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openvbc.programs.settlement import Sheet
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.formula import Expression, NotDerivable, derive
from openvbc.worksheets.kernel.formula_text import spreadsheet_value

_AGREE = Decimal("1e-9")
"""Of the value, or absolutely below one: less than a spreadsheet's own binary rounding."""


class Formulas:
    """The expressions of a sheet's lines, derived once for each set of tables they look up."""

    def __init__(self, sheet: Sheet) -> None:
        self._evaluation: Evaluation = sheet.evaluation
        self._known: dict[tuple[Any, ...], Any] = {}

    def of(self, name: str, row: int) -> Expression | None:
        """The expression of a line in a row; None for inputs, parameters and what has none."""
        line = self._evaluation.worksheet.lines.get(name)
        if line is None:
            return None
        given = {argument: self._cell(argument, row) for argument in line.arguments}
        tables = {key: value for key, value in given.items() if isinstance(value, Table)}
        key = (name, *((argument, id(table)) for argument, table in tables.items()))
        if key not in self._known:
            try:
                self._known[key] = derive(line, tables)
            except NotDerivable:
                self._known[key] = None
        tree = self._known[key]
        return (
            tree if isinstance(tree, Expression) and self._holds(tree, name, row, given) else None
        )

    def _holds(self, tree: Expression, name: str, row: int, given: dict[str, Any]) -> bool:
        value = self._cell(name, row)
        if value is None:
            return False
        if None not in given.values():
            return True
        return agree(spreadsheet_value(tree, given), value)

    def _cell(self, name: str, row: int) -> Any:
        column: Column = self._evaluation.columns[name]
        value = column[row if len(column) > 1 else 0]
        value = value.item() if hasattr(value, "item") else value
        return None if isinstance(value, Decimal) and value.is_nan() else value


def agree(computed: Any, exact: Any) -> bool:
    """Whether a spreadsheet's value is the exact one, binary rounding apart."""
    if isinstance(computed, Decimal) and isinstance(exact, Decimal):
        if computed.is_nan():
            return False
        return abs(computed - exact) <= _AGREE * max(abs(exact), Decimal(1))
    return type(computed) is type(exact) and bool(computed == exact)
