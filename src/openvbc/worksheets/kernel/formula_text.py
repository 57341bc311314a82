"""An expression written as a spreadsheet formula, and as text for a reader.

Missing is an error value or a blank cell in a spreadsheet. Errors pass through arithmetic as
missing does, but a blank cell counts as zero there; so a formula is only right over blank cells if
:func:`spreadsheet_value` says that it comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from openvbc.worksheets.kernel.arithmetic import MISSING
from openvbc.worksheets.kernel.formula import Expression
from openvbc.worksheets.kernel.worksheet import EXACT

LONGEST_FORMULA = 8000
"""Characters; Excel takes 8,192."""

_BINARY = {
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "ratio": 5,
    "==": 2,
    "!=": 2,
    "<": 2,
    "<=": 2,
    ">": 2,
    ">=": 2,
}
"""Operators written between their operands, and how strongly they bind."""
_NEGATIVE, _ATOM = 6, 9
_SPREADSHEET = {"==": "=", "!=": "<>", "ratio": "/"}
_IN_WORDS = {
    "==": "is",
    "!=": "is not",
    "*": "×",
    "/": "÷",
    "ratio": "÷",
    "-": "−",
    "<=": "≤",
    ">=": "≥",
}


def spreadsheet_formula(tree: Any, cells: Mapping[str, str]) -> str:
    """The formula for a cell, with its equals sign; `cells` holds each argument's cell."""
    return "=" + _spreadsheet(tree, cells)[0]


def _spreadsheet(tree: Any, cells: Mapping[str, str]) -> tuple[str, int]:
    if not isinstance(tree, Expression):
        return _literal(tree), _ATOM
    operation, operands = tree.operation, tree.operands
    if operation == "name":
        return cells[operands[0]], _ATOM
    if operation in _BINARY:
        return _infix(operation, _SPREADSHEET.get(operation, operation), [
            _spreadsheet(operand, cells) for operand in operands
        ])  # fmt: skip
    if operation == "negative":
        text, strength = _spreadsheet(operands[0], cells)
        return "-" + (text if strength >= _NEGATIVE else f"({text})"), _NEGATIVE
    if operation in {"and", "or"}:
        operands = tuple(_flat(operation, tree))
    return _CALLS[operation](*(_spreadsheet(operand, cells)[0] for operand in operands)), _ATOM


def _flat(operation: str, tree: Any) -> list[Any]:
    if not isinstance(tree, Expression) or tree.operation != operation:
        return [tree]
    return [part for operand in tree.operands for part in _flat(operation, operand)]


def _infix(operation: str, sign: str, operands: list[tuple[str, int]]) -> tuple[str, int]:
    strength = _BINARY[operation]
    (left, left_strength), (right, right_strength) = operands
    if left_strength < strength:
        left = f"({left})"
    # a - (b - c): what stands at the right of the same strength keeps its brackets.
    if right_strength < strength or (right_strength == strength and operation not in {"+", "*"}):
        right = f"({right})"
    return f"{left}{sign}{right}", strength


_CALLS: dict[str, Callable[..., str]] = {
    "and": lambda *parts: f"AND({','.join(parts)})",
    "or": lambda *parts: f"OR({','.join(parts)})",
    "not": lambda x: f"NOT({x})",
    "where": lambda c, a, b: f"IF({c},{a},{b})",
    "only_where": lambda c, x: f"IF({c},{x},NA())",
    "is_missing": lambda x: f"NOT(ISNUMBER({x}))",
    "otherwise": lambda x, r: f"IF(ISNUMBER({x}),{x},{r})",
    "minimum": lambda a, b: f"MIN({a},{b})",
    "maximum": lambda a, b: f"MAX({a},{b})",
    "absolute": lambda x: f"ABS({x})",
    "round_half_up": lambda x, places: f"ROUND({x},{places})",
    "round_up": lambda x: f"(-INT(-({x})))",
    "exponential": lambda x: f"EXP({x})",
    "is_in": lambda x, *values: "OR(" + ",".join(f"{x}={value}" for value in values) + ")",
}


def _literal(value: Any) -> str:
    if value is None:
        return "NA()"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, Decimal | float) and value != value:
        return "NA()"
    number = Decimal(str(value))
    return f"{number:f}" if number >= 0 else f"({number:f})"


def formula_in_symbols(tree: Any, labels: Mapping[str, str]) -> str:
    """The formula for a reader: `labels` says what each argument is called."""
    return _symbols(tree, labels)[0]


def _symbols(tree: Any, labels: Mapping[str, str]) -> tuple[str, int]:
    if not isinstance(tree, Expression):
        return _literal_in_words(tree), _ATOM
    operation, operands = tree.operation, tree.operands
    if operation == "name":
        return labels[operands[0]], _ATOM
    if operation in _BINARY:
        sign = f" {_IN_WORDS.get(operation, operation)} "
        return _infix(operation, sign, [_symbols(operand, labels) for operand in operands])
    if operation == "negative":
        text, strength = _symbols(operands[0], labels)
        return "−" + (text if strength >= _NEGATIVE else f"({text})"), _NEGATIVE
    if operation in {"and", "or"}:
        parts = [_symbols(part, labels)[0] for part in _flat(operation, tree)]
        return "(" + f" {operation} ".join(parts) + ")", _ATOM
    return _WORDS[operation](*(_symbols(operand, labels)[0] for operand in operands)), _ATOM


_WORDS: dict[str, Callable[..., str]] = {
    "not": lambda x: f"not ({x})",
    "where": lambda c, a, b: f"({a} if {c}, else {b})",
    "only_where": lambda c, x: f"({x} if {c}, else missing)",
    "is_missing": lambda x: f"{x} is missing",
    "otherwise": lambda x, r: f"({x}, or {r} if missing)",
    "minimum": lambda a, b: f"lower of ({a}; {b})",
    "maximum": lambda a, b: f"higher of ({a}; {b})",
    "absolute": lambda x: f"size of ({x})",
    "round_half_up": lambda x, places: f"({x}) rounded to {places} decimals",
    "round_up": lambda x: f"({x}) rounded up",
    "exponential": lambda x: f"e to the power of ({x})",
    "is_in": lambda x, *values: f"{x} is {' or '.join(values)}",
}


def _literal_in_words(value: Any) -> str:
    if value is None or (isinstance(value, Decimal | float) and value != value):
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{Decimal(str(value)):f}"


def spreadsheet_value(tree: Any, values: Mapping[str, Any]) -> Any:
    """What a spreadsheet gives for the formula; NaN stands for an error value.

    A blank cell (None) is zero in arithmetic and comparisons, empty text beside text, is left out
    of MIN and MAX, and is no number.
    """
    with localcontext(EXACT):
        return _value(tree, values)


def _value(tree: Any, values: Mapping[str, Any]) -> Any:
    if not isinstance(tree, Expression):
        return MISSING if tree is None else _number(tree)
    operation, operands = tree.operation, tree.operands
    if operation == "name":
        return _number(values[operands[0]])
    if operation == "where":
        condition = _value(operands[0], values)
        if _is_error(condition):
            return MISSING
        return _not_blank(_value(operands[1] if condition else operands[2], values))
    if operation == "only_where":
        condition = _value(operands[0], values)
        chosen = condition and not _is_error(condition)
        return _not_blank(_value(operands[1], values)) if chosen else MISSING
    parts = [_value(operand, values) for operand in operands]
    if operation == "is_missing":
        return not _is_number(parts[0])
    if operation == "otherwise":
        return parts[0] if _is_number(parts[0]) else parts[1]
    if any(_is_error(part) for part in parts):
        return MISSING
    if operation in {"minimum", "maximum"}:
        present = [part for part in parts if part is not None]
        return (min if operation == "minimum" else max)(present, default=Decimal(0))
    if operation == "is_in":
        return any(_equal(parts[0], value) for value in parts[1:])
    if operation in {"==", "!="}:
        return _equal(parts[0], parts[1]) == (operation == "==")
    parts = [_zero_if_blank(part) for part in parts]
    if any(isinstance(part, str) for part in parts):
        return MISSING
    return _COMPUTED[operation](*parts)


def _number(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | str | Decimal) else _decimal(value)


def _decimal(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) else str(value)


def _is_error(value: Any) -> bool:
    return isinstance(value, Decimal) and value.is_nan()


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal) and not value.is_nan()


def _not_blank(value: Any) -> Any:
    """Programs differ in what a choice of a blank cell is to what stands around it: no value."""
    return MISSING if value is None else value


def _zero_if_blank(value: Any) -> Any:
    return Decimal(0) if value is None else value


def _equal(first: Any, second: Any) -> bool:
    if first is None or second is None:
        return (first or second or Decimal(0)) in ("", Decimal(0))
    if isinstance(first, str) and isinstance(second, str):
        return first.lower() == second.lower()
    return type(first) is type(second) and bool(first == second)


def _over(numerator: Any, denominator: Any) -> Any:
    return MISSING if denominator == 0 else numerator / denominator


def _rounded(x: Decimal, places: Any) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


_COMPUTED: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _over,
    "ratio": _over,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "negative": lambda x: -x,
    "absolute": abs,
    "exponential": lambda x: x.exp(),
    "round_half_up": _rounded,
    "round_up": lambda x: x.to_integral_value(ROUND_CEILING),
    "and": lambda a, b: bool(a) and bool(b),
    "or": lambda a, b: bool(a) or bool(b),
    "not": lambda x: not x,
}
