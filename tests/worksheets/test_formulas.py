"""Every line has a spreadsheet formula, derived from it, and the two give the same number.

The line is computed on exact columns, the formula by a little spreadsheet of the tests' own that
reads its text, over random inputs. No formula is written by hand, so what is held here is the
derivation: an operation recorded, rendered or computed wrongly makes some line differ.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest

import openvbc.rules
import openvbc.worksheets
from openvbc.programs.hrrp import population
from openvbc.report.formulas import agree
from openvbc.rules.load import load_rules
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel import arithmetic
from openvbc.worksheets.kernel.arithmetic import MISSING
from openvbc.worksheets.kernel.formula import Expression, NotDerivable, derive, names_in
from openvbc.worksheets.kernel.formula_text import (
    LONGEST_FORMULA,
    formula_in_symbols,
    spreadsheet_formula,
    spreadsheet_value,
)
from openvbc.worksheets.kernel.line import Line, line
from openvbc.worksheets.kernel.worksheet import EXACT, Worksheet
from spreadsheet import compute

NOT_DERIVED: dict[str, str] = {}
"""Lines that have no formula, with the reason. There is none."""

SCALE = Table(
    ({"at_benchmark": 10, "multiplier": 9, "offset": "0.5", "decimals": 0, "least": 1, "most": 10},)
)
GIVEN_TABLES = {
    "achievement_scale": SCALE,
    "improvement_scale": SCALE,
    "measure_tiers": Table(
        ({"from": Decimal("0.2"), "points": 1}, {"from": Decimal("0.6"), "points": 3})
    ),
    "payout_tiers": Table(
        ({"from": Decimal("0.2"), "share": Decimal("0.5")}, {"from": Decimal("0.8"), "share": 1})
    ),
}
"""Tables that are inputs (terms of a contract), not rules."""


def _worksheets() -> dict[str, Worksheet]:
    modules = [population]
    for module in pkgutil.walk_packages(openvbc.worksheets.__path__, "openvbc.worksheets."):
        modules.append(importlib.import_module(module.name))
    return {v.name: v for m in modules for v in vars(m).values() if isinstance(v, Worksheet)}


def _tables() -> dict[str, list[Table]]:
    tables = {name: [table] for name, table in GIVEN_TABLES.items()}
    for folder in sorted(Path(openvbc.rules.__path__[0]).iterdir()):
        if not any(folder.glob("*.yaml")):
            continue
        rules = load_rules(folder.name)
        for name in rules.names:
            found = [p.value for p in rules.history(name) if isinstance(p.value, Table)]
            if found:
                tables.setdefault(name, []).extend(found)
    return tables


SHEETS, TABLES = _worksheets(), _tables()
LINES = {f"{s.name}.{n}": (s, item) for s in SHEETS.values() for n, item in s.lines.items()}


def _derived(sheet: Worksheet, item: Line, random_: random.Random):
    def is_table(name):
        given = sheet.inputs.get(name)
        return given.unit == "table" if given else name in sheet.parameters and name in TABLES

    tables = {a: random_.choice(TABLES[a]) for a in item.arguments if is_table(a)}
    return derive(item, tables), tables


def _texts(tree) -> dict[str, set[str]]:
    """For each argument the texts it is compared with."""
    found: dict[str, set[str]] = {}
    if isinstance(tree, Expression):
        names = [o.operands[0] for o in tree.operands
                 if isinstance(o, Expression) and o.operation == "name"]  # fmt: skip
        texts = {o for o in tree.operands if isinstance(o, str)}
        if tree.operation in {"==", "!=", "is_in"} and texts:
            for name in names:
                found.setdefault(name, set()).update(texts)
        for operand in tree.operands:
            for name, more in _texts(operand).items():
                found.setdefault(name, set()).update(more)
    return found


def _flags(tree, sheet) -> set[str]:
    """Arguments used as conditions, and what the worksheet calls flags."""
    found = {n for n, i in [*sheet.inputs.items(), *sheet.lines.items()] if i.unit == "flag"}
    if isinstance(tree, Expression):
        conditions = {
            "where": tree.operands[:1], "only_where": tree.operands[:1],
            "and": tree.operands, "or": tree.operands, "not": tree.operands,
        }.get(tree.operation, ())  # fmt: skip
        for operand in conditions:
            if isinstance(operand, Expression) and operand.operation == "name":
                found.add(operand.operands[0])
        for operand in tree.operands:
            found |= _flags(operand, sheet)
    return found


def _draw(sheet, item, tree, tables, random_, blanks=0.0):
    """Random values of the arguments, of a kind that the line can be given."""
    texts, flags = _texts(tree), _flags(tree, sheet)
    units = {n: i.unit for n, i in [*sheet.inputs.items(), *sheet.lines.items()]}
    values = {}
    for name in item.arguments:
        if name in tables:
            continue
        if name in texts:
            values[name] = random_.choice([*sorted(texts[name]), "something else"])
        elif units.get(name) == "text" or (name == "exempt_state"):
            values[name] = random_.choice(["MD", "NY"])
        elif name in flags:
            values[name] = random_.random() < 0.5
        elif random_.random() < blanks:
            values[name] = None
        else:
            size = random_.choice([1, 1, 10, 10000])
            values[name] = Decimal(random_.randint(-2000, 9000)) / 8000 * size
    return values


def _exact(item, values, tables):
    columns = {}
    for name in item.arguments:
        value = tables.get(name, values.get(name))
        column = np.empty(1, dtype=bool if isinstance(value, bool) else object)
        column[0] = MISSING if value is None and name not in tables else value
        columns[name] = column
    with localcontext(EXACT), np.errstate(all="ignore"):
        result = np.atleast_1d(np.asarray(item(**columns))).ravel()[0]
    return result.item() if isinstance(result, np.generic) else result


@pytest.mark.parametrize("name", LINES)
def test_every_line_has_a_formula(name):
    sheet, item = LINES[name]
    if name in NOT_DERIVED:
        with pytest.raises(NotDerivable):
            _derived(sheet, item, random.Random(0))
        return
    tree, _ = _derived(sheet, item, random.Random(0))
    assert names_in(tree) <= set(item.arguments)
    cells = dict.fromkeys(item.arguments, "AAA100000")
    assert len(spreadsheet_formula(tree, cells)) < LONGEST_FORMULA
    words = formula_in_symbols(tree, {argument: argument for argument in item.arguments})
    assert all(argument in words for argument in names_in(tree))


def _same(formula_value, exact) -> bool:
    if isinstance(exact, Decimal) and exact.is_nan():
        return formula_value is None
    if isinstance(exact, int) and not isinstance(exact, bool):
        exact = Decimal(exact)
    return agree(formula_value, exact)


@pytest.mark.parametrize("name", [n for n in LINES if n not in NOT_DERIVED])
def test_the_formula_gives_the_lines_number(name):
    sheet, item = LINES[name]
    random_ = random.Random(name)
    for _ in range(25):
        tree, tables = _derived(sheet, item, random_)
        values = _draw(sheet, item, tree, tables, random_)
        cells = {a: f"C{n}" for n, a in enumerate(item.arguments, start=1)}
        back = {cell: values.get(a) for a, cell in cells.items()}
        formula = spreadsheet_formula(tree, cells)
        exact = _exact(item, values, tables)
        assert _same(compute(formula, back.get), exact), f"{formula} of {back} is not {exact}"
        # Where the report would keep a formula over blank cells, it computes what we say it does.
        with_blanks = _draw(sheet, item, tree, tables, random_, blanks=0.3)
        back = {cell: with_blanks.get(a) for a, cell in cells.items()}
        ours = spreadsheet_value(tree, with_blanks)
        if ours is not None and ours == ours:
            assert _same(compute(formula, back.get), ours), f"{formula} of {back} is not {ours}"


A, B = Expression.name("a"), Expression.name("b")


@pytest.mark.parametrize(
    ("tree", "formula"),
    [
        (arithmetic.minimum(A, 0), "=MIN(C1,0)"),
        (arithmetic.maximum(A, B), "=MAX(C1,C2)"),
        (arithmetic.clamp(A, 0, Decimal("0.05")), "=MIN(MAX(C1,0),0.05)"),
        (A - (B - 1), "=C1-(C2-1)"),
        ((A - B) - 1, "=C1-C2-1"),
        (A / (B * 2), "=C1/(C2*2)"),
        (-(A + B) * 2, "=-(C1+C2)*2"),
        (1 - A, "=1-C1"),
        (arithmetic.ratio(A, B), "=C1/C2"),
        (arithmetic.where((A > 0) & (B > 0) & ~(A == B), A, B),
         "=IF(AND(C1>0,C2>0,NOT(C1=C2)),C1,C2)"),
        (arithmetic.otherwise(A, 0), "=IF(ISNUMBER(C1),C1,0)"),
        (arithmetic.only_where(A >= 1, B), "=IF(C1>=1,C2,NA())"),
        (arithmetic.is_in(A, "x", 'say "y"'), '=OR(C1="x",C1="say ""y""")'),
        (arithmetic.round_half_up(A * B, 2), "=ROUND(C1*C2,2)"),
        (arithmetic.round_up(A), "=(-INT(-(C1)))"),
        (np.array([Decimal("0.5")], dtype=object) * A, "=0.5*C1"),
        (arithmetic.where(np.array([True]), A, B), "=C1"),
    ],
)  # fmt: skip
def test_operations_are_written_as_a_spreadsheet_writes_them(tree, formula):
    assert spreadsheet_formula(tree, {"a": "C1", "b": "C2"}) == formula


def test_a_line_that_looks_at_values_has_no_formula():
    @line(unit="USD", cite="law")
    def decided(a):
        """a, if it is positive."""
        return a if a > 0 else -a

    with pytest.raises(NotDerivable, match="decides in Python"):
        derive(decided)


def test_formula_in_symbols_reads_as_a_formula():
    tree = arithmetic.where(A > 0, arithmetic.minimum(A, B) * 2, 0)
    labels = {"a": "Savings", "b": "Limit"}
    expected = "(lower of (Savings; Limit) × 2 if Savings > 0, else 0)"
    assert formula_in_symbols(tree, labels) == expected
