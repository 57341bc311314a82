"""Which arguments of a line decided its value in a row.

A line that chooses has arguments that did not matter: the score of a contract whose loss rate is
fixed, the losses of one that saved. From the line's expression
(:mod:`openvbc.worksheets.kernel.formula`) and the row's values follow the ones that did: of a
choice the condition and the branch taken, of a conjunction that fails the part that fails, of an
alternative that holds the part that holds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from openvbc.worksheets.kernel import arithmetic
from openvbc.worksheets.kernel.arithmetic import MISSING, Column
from openvbc.worksheets.kernel.formula import Expression, NotDerivable, derive, names_in
from openvbc.worksheets.kernel.line import Line
from openvbc.worksheets.kernel.worksheet import EXACT

_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "and": operator.and_, "or": operator.or_,
    "not": operator.invert, "negative": operator.neg,
}  # fmt: skip


def plain_tree(line: Line) -> Any:
    """The line's expression as lists and mappings that JSON keeps; None where it has none."""
    try:
        return _plain(derive(line))
    except NotDerivable:
        return None


def _plain(tree: Any) -> Any:
    if isinstance(tree, Expression):
        if tree.operation == "name":
            return {"name": tree.operands[0]}
        return [tree.operation, *(_plain(operand) for operand in tree.operands)]
    if isinstance(tree, bool) or tree is None:
        return {"flag": tree}
    return {"text": tree} if isinstance(tree, str) else {"number": str(tree)}


def tree_of(plain: Any) -> Any:
    """The expression that :func:`plain_tree` wrote."""
    if isinstance(plain, list):
        return Expression(plain[0], tuple(tree_of(operand) for operand in plain[1:]))
    ((kind, value),) = plain.items()
    if kind == "name":
        return Expression.name(value)
    return Decimal(value) if kind == "number" else value


def deciding(tree: Any, values: Mapping[str, Any]) -> set[str]:
    """The arguments named in an expression that decided its value, given every argument's value."""
    with localcontext(EXACT), np.errstate(all="ignore"):
        return _deciding(tree, values)


def beside(line: Line, values: Mapping[str, Any]) -> frozenset[str]:
    """The arguments of a line that did not decide its value; none where it has no expression."""
    try:
        return frozenset(line.arguments) - deciding(derive(line), values)
    except NotDerivable:
        return frozenset()


def _deciding(tree: Any, values: Mapping[str, Any]) -> set[str]:
    if not isinstance(tree, Expression) or tree.operation == "name":
        return names_in(tree)
    operands = tree.operands
    counted: tuple[Any, ...] = operands
    if tree.operation in ("where", "only_where", "otherwise", "and", "or"):
        held = _truth(operands[0], values, missing=tree.operation == "otherwise")
        if held is not None:
            counted = _counted(tree.operation, operands, held, values)
    return set().union(*(_deciding(operand, values) for operand in counted))


def _counted(
    operation: str, operands: tuple[Any, ...], held: bool, values: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The operands that decide; `held` is what the first one is (for `otherwise`, if it lacks)."""
    if operation == "where":
        return (operands[0], operands[1] if held else operands[2])
    if operation == "only_where":
        return operands if held else operands[:1]
    if operation == "otherwise":
        return operands if held else operands[:1]
    decides = operation == "or"
    if held == decides:
        return operands[:1]
    second = _truth(operands[1], values)
    return operands[1:] if second == decides else operands


def _truth(tree: Any, values: Mapping[str, Any], missing: bool = False) -> bool | None:
    """Whether a condition holds (or, if asked, whether a value is missing); None if not told."""
    try:
        column = np.atleast_1d(_value(tree, values))
        flags = arithmetic.is_missing(column) if missing else column
        return bool(flags[0]) if missing or flags.dtype == bool else None
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _value(tree: Any, values: Mapping[str, Any]) -> Any:
    if not isinstance(tree, Expression):
        return tree
    if tree.operation == "name":
        return _column(values[tree.operands[0]])
    operands = [_value(operand, values) for operand in tree.operands]
    if tree.operation in _OPERATORS:
        return _OPERATORS[tree.operation](*operands)
    return getattr(arithmetic, tree.operation)(*operands)


def _column(value: Any) -> Column:
    if isinstance(value, bool):
        return np.array([value])
    column = np.empty(1, dtype=object)
    number = isinstance(value, int | float) or value is None
    column[0] = (MISSING if value is None else Decimal(str(value))) if number else value
    return column
