"""A little spreadsheet: reads the text of a formula and computes it, knowing nothing of openvbc.

Written from what Excel documents: precedence (unary minus, then ``* /``, then ``+ -``, then
comparisons), blank cells (zero in arithmetic, left out by MIN, MAX and SUM, equal to empty text),
errors that pass through everything but ISNUMBER and the branch not taken. Numbers are Decimal.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"]|"")*")
    |(?P<cell>(?:'(?:[^']|'')+'!|[A-Za-z_][\w.]*!)?\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)
    |(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|[-+*/=<>(),]))""",
    re.VERBOSE,
)


class Error(Exception):
    """An error value."""


def compute(formula, cell):
    """The value of a formula; `cell(reference)` gives a cell (None: blank) or a list for a range.

    An error value comes back as None.
    """
    assert formula.startswith("=")
    tokens, at = [], 1
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        assert match, f"not understood: {formula[at:]!r} in {formula}"
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    parser = _Parser(tokens, cell)
    tree = parser.comparison()
    assert parser.at == len(tokens), f"more than a formula: {formula}"
    with localcontext(Context(prec=50, traps=[])):
        try:
            value = tree()
        except Error:
            return None
    return Decimal(0) if value is None else value


class _Parser:
    def __init__(self, tokens, cell):
        self.tokens, self.cell, self.at = tokens, cell, 0

    def peek(self):
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        kind, text = self.tokens[self.at]
        assert wanted is None or text == wanted, (wanted, text)
        self.at += 1
        return kind, text

    def _infix(self, signs, below):
        tree = below()
        while self.peek() in signs:
            _, sign = self.take()
            tree = _operation(sign, tree, below())
        return tree

    def comparison(self):
        return self._infix({"=", "<>", "<", "<=", ">", ">="}, self.sum)

    def sum(self):
        return self._infix({"+", "-"}, self.product)

    def product(self):
        return self._infix({"*", "/"}, self.signed)

    def signed(self):
        if self.peek() == "-":
            self.take()
            below = self.signed()
            return lambda: -_number(below())
        return self.atom()

    def atom(self):
        kind, text = self.take()
        if text == "(":
            tree = self.comparison()
            self.take(")")
            return tree
        if kind == "number":
            return lambda: Decimal(text)
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "cell":
            return lambda: _no_error(self.cell(text))
        if text in {"TRUE", "FALSE"}:
            return lambda: text == "TRUE"
        self.take("(")
        arguments = []
        while self.peek() != ")":
            arguments.append(self.comparison())
            if self.peek() == ",":
                self.take()
        self.take(")")
        return lambda: FUNCTIONS[text](*arguments)


def _no_error(value):
    if isinstance(value, Decimal) and value.is_nan():
        raise Error
    return value


def _number(value):
    if value is None:
        return Decimal(0)
    if isinstance(value, str):
        raise Error
    return Decimal(value)


def _operation(sign, left, right):
    def run():
        a, b = left(), right()
        if sign in {"+", "-", "*", "/"}:
            a, b = _number(a), _number(b)
            if sign == "/" and b == 0:
                raise Error
            return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[sign](b)
        return _compare(sign, a, b)

    return run


def _compare(sign, a, b):
    if a is None:
        a = "" if isinstance(b, str) else Decimal(0)
    if b is None:
        b = "" if isinstance(a, str) else Decimal(0)
    order = {Decimal: 0, str: 1, bool: 2}
    a, b = (x.lower() if isinstance(x, str) else x for x in (a, b))
    if type(a) is not type(b):
        a, b = order[type(a)], order[type(b)]
    return {"=": a == b, "<>": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


def _numbers(arguments):
    for argument in arguments:
        value = argument()
        for each in value if isinstance(value, list) else [value]:
            if each is not None and not (isinstance(value, list) and isinstance(each, str)):
                yield _number(each)


def _is_number(argument):
    try:
        value = argument()
    except Error:
        return False
    return isinstance(value, Decimal)


def _if(condition, then, otherwise):
    return then() if condition() else otherwise()


def _every(parts):
    """AND and OR compute all their parts; an error in one is an error."""
    return [bool(part()) for part in parts]


def _na():
    raise Error


def _round(x, places):
    return _number(x()).quantize(Decimal(1).scaleb(-int(places())), ROUND_HALF_UP)


FUNCTIONS = {
    "IF": _if,
    "AND": lambda *parts: all(_every(parts)),
    "OR": lambda *parts: any(_every(parts)),
    "NOT": lambda x: not x(),
    "NA": _na,
    "ISNUMBER": _is_number,
    "MIN": lambda *parts: min(_numbers(parts), default=Decimal(0)),
    "MAX": lambda *parts: max(_numbers(parts), default=Decimal(0)),
    "SUM": lambda *parts: sum(_numbers(parts), Decimal(0)),
    "ABS": lambda x: abs(_number(x())),
    "INT": lambda x: _number(x()).to_integral_value("ROUND_FLOOR"),
    "ROUND": _round,
    "EXP": lambda x: _number(x()).exp(),
}


class Workbook:
    """A workbook's cells, every formula computed anew from what is typed in."""

    def __init__(self, path):
        import openpyxl

        self.pages = openpyxl.load_workbook(path)
        self._known = {}

    def formulas(self):
        """(page, cell) of every formula."""
        for page in self.pages:
            for cell in (cell for row in page.iter_rows() for cell in row):
                if cell.data_type == "f":
                    yield page.title, cell.coordinate

    def change(self, page, reference, value):
        """Type a value into a cell."""
        self.pages[page][reference].value = value
        self._known.clear()

    def value(self, page, reference):
        """What a cell shows; None for a blank cell, NaN for an error."""
        if (page, reference) not in self._known:
            self._known[page, reference] = self._compute(page, reference)
        return self._known[page, reference]

    def _compute(self, page, reference):
        cell = self.pages[page][reference.replace("$", "")]
        if cell.data_type == "f":
            value = compute(cell.value, lambda other: self._look(page, other))
            return Decimal("NaN") if value is None else value
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            return Decimal(repr(cell.value))
        return cell.value

    def _look(self, page, reference):
        if "!" in reference:
            page, reference = reference.rsplit("!", 1)
            page = page.strip("'").replace("''", "'")
        reference = reference.replace("$", "")
        if ":" in reference:
            return [
                self.value(page, cell.coordinate)
                for row in self.pages[page][reference]
                for cell in row
            ]
        return self.value(page, reference)
