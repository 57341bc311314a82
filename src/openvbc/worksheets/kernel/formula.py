"""A line written out as an expression, derived from the line itself.

The functions of lines are written in the operations of :mod:`openvbc.worksheets.kernel.arithmetic`
and Python's operators. Called on :class:`Expression` names instead of columns, a function gives
back what it would have computed, as a tree. Spreadsheet formulas and formula text are written from
that tree (:mod:`openvbc.worksheets.kernel.formula_text`), so neither can drift from the line::

    derive(gross_savings)      # Expression('-', (benchmark, expenditures))

A table that a line looks things up in must be given: its bounds and rates stand in the tree as
constants. A line that decides in Python by the values of its columns has no expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import numpy as np

from openvbc.rules.parameter import Table

if TYPE_CHECKING:
    from openvbc.worksheets.kernel.line import Line

_F = TypeVar("_F", bound=Callable[..., Any])


class NotDerivable(Exception):
    """A line that has no expression, and why."""


@dataclass(frozen=True, eq=False)
class Expression:
    """An operation and what it is applied to: expressions, and constants.

    The operation ``name`` has the argument's name as its one operand; the others are Python's
    operators and the names of the functions of ``arithmetic``.
    """

    operation: str
    operands: tuple[Any, ...]

    __array_ufunc__ = None
    """NumPy leaves operators between its arrays and an expression to the expression."""
    dtype = np.dtype(object)
    """An expression stands for an exact column of one value."""
    shape = ()

    @classmethod
    def name(cls, name: str) -> Expression:
        """The leaf that stands for an argument."""
        return cls("name", (name,))

    def astype(self, kind: type) -> Expression:
        """Itself: a spreadsheet has no kinds of columns."""
        return self

    def __add__(self, other: Any) -> Expression:
        return _apply("+", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _apply("+", other, self)

    def __sub__(self, other: Any) -> Expression:
        return _apply("-", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _apply("-", other, self)

    def __mul__(self, other: Any) -> Expression:
        return _apply("*", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _apply("*", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _apply("/", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return _apply("/", other, self)

    def __neg__(self) -> Expression:
        return _apply("negative", self)

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]
        return _apply("==", self, other)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]
        return _apply("!=", self, other)

    def __lt__(self, other: Any) -> Expression:
        return _apply("<", self, other)

    def __le__(self, other: Any) -> Expression:
        return _apply("<=", self, other)

    def __gt__(self, other: Any) -> Expression:
        return _apply(">", self, other)

    def __ge__(self, other: Any) -> Expression:
        return _apply(">=", self, other)

    def __and__(self, other: Any) -> Expression:
        return _apply("and", self, other)

    def __rand__(self, other: Any) -> Expression:
        return _apply("and", other, self)

    def __or__(self, other: Any) -> Expression:
        return _apply("or", self, other)

    def __ror__(self, other: Any) -> Expression:
        return _apply("or", other, self)

    def __invert__(self) -> Expression:
        return _apply("not", self)

    __hash__ = object.__hash__

    def __bool__(self) -> NoReturn:
        raise NotDerivable("decides in Python by the value of a column")

    def __iter__(self) -> NoReturn:
        raise NotDerivable("goes through a column value by value")

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise NotDerivable("hands a column to NumPy")


def _apply(operation: str, *operands: Any) -> Expression:
    return Expression(operation, tuple(_constant(operand) for operand in operands))


def expression(operation: str, *operands: Any) -> Any:
    """An operation recorded; a choice whose condition is known is the branch it chooses."""
    plain = tuple(_constant(operand) for operand in operands)
    if operation == "where" and isinstance(plain[0], bool):
        return plain[1] if plain[0] else plain[2]
    if operation == "only_where" and plain[0] is True:
        return plain[1]
    return Expression(operation, plain)


def _constant(x: Any) -> Any:
    """A column of one value, or a NumPy number, as the plain value."""
    if isinstance(x, np.ndarray):
        if x.size != 1:
            raise NotDerivable("mixes a column of several values into its formula")
        x = x.ravel()[0]
    return x.item() if isinstance(x, np.generic) else x


def recorded(function: _F) -> _F:
    """Make an operation of `arithmetic` that, given an expression, is recorded instead."""

    @wraps(function)
    def dispatch(*operands: Any) -> Any:
        if any(isinstance(operand, Expression) for operand in operands):
            return expression(function.__name__, *operands)
        return function(*operands)

    return cast("_F", dispatch)


def derive(line: Line, tables: Mapping[str, Table] | None = None) -> Any:
    """The expression of a line in the names of its arguments (a constant, if it depends on none).

    Args:
        line: the line.
        tables: the table that each argument which is one stands for.

    Raises:
        NotDerivable: the function needs the values of its columns.
    """
    if tables:
        return _derived(line, tables)
    tree = _known(line)
    if isinstance(tree, NotDerivable):
        raise tree.with_traceback(None)
    return tree


@lru_cache(maxsize=4096)
def _known(line: Line) -> Any:
    """What a line without tables is derived to, or why it is not; a line never changes."""
    try:
        return _derived(line, {})
    except NotDerivable as why:
        return why


def _derived(line: Line, tables: Mapping[str, Table]) -> Any:
    columns: dict[str, Any] = {}
    for argument in line.arguments:
        if argument in tables:
            column = np.empty(1, dtype=object)
            column[0] = tables[argument]
            columns[argument] = column
        else:
            columns[argument] = Expression.name(argument)
    try:
        return _constant(line(**columns))
    except NotDerivable as error:
        raise NotDerivable(f"{line.name}: {error}") from error
    except (AttributeError, TypeError, ValueError, IndexError) as error:
        raise NotDerivable(f"{line.name}: {type(error).__name__}: {error}") from error


def names_in(tree: Any) -> set[str]:
    """The arguments an expression names."""
    if not isinstance(tree, Expression):
        return set()
    if tree.operation == "name":
        return {tree.operands[0]}
    return set().union(*(names_in(operand) for operand in tree.operands))
