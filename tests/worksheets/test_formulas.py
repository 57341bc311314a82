"""Every line has a spreadsheet formula, derived from it, and the two give the same number.

The line is computed on exact columns, the formula by a little spreadsheet of the tests' own that
reads its text, over random inputs. No formula is written by hand, so what is held here is the
derivation: an operation recorded, rendered or computed wrongly makes some line differ.
"""

from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import settings

from openvbc.report.formulas import agree
from openvbc.worksheets.kernel import arithmetic
from openvbc.worksheets.kernel.formula import Expression, NotDerivable, derive, names_in
from openvbc.worksheets.kernel.formula_text import (
    LONGEST_FORMULA,
    formula_in_symbols,
    spreadsheet_formula,
    spreadsheet_value,
)
from openvbc.worksheets.kernel.line import line
from spreadsheet import compute
from worksheet_lines import SHEETS, derived, draw, exact_value

NOT_DERIVED: dict[str, str] = {}
"""Lines that have no formula, with the reason. There is none."""


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.name)
def test_every_line_has_a_formula(sheet):
    for name, item in sheet.lines.items():
        if f"{sheet.name}.{name}" in NOT_DERIVED:
            with pytest.raises(NotDerivable):
                derived(sheet, item, random.Random(0))
            continue
        tree, _ = derived(sheet, item, random.Random(0))
        assert names_in(tree) <= set(item.arguments), name
        cells = dict.fromkeys(item.arguments, "AAA100000")
        assert len(spreadsheet_formula(tree, cells)) < LONGEST_FORMULA, name
        words = formula_in_symbols(tree, {argument: argument for argument in item.arguments})
        assert all(argument in words for argument in names_in(tree)), name


def _same(formula_value, exact) -> bool:
    if isinstance(exact, Decimal) and exact.is_nan():
        return formula_value is None
    if isinstance(exact, int) and not isinstance(exact, bool):
        exact = Decimal(exact)
    return agree(formula_value, exact)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.name)
def test_the_formula_gives_the_lines_number(sheet):
    for name, item in sheet.lines.items():
        if f"{sheet.name}.{name}" not in NOT_DERIVED:
            _gives_the_number(sheet, item, random.Random(f"{sheet.name}.{name}"))


def _gives_the_number(sheet, item, random_):
    tree, tables = derived(sheet, item, random_)
    for _ in range(settings().max_examples // 2):  # 12; 150 at night
        if tables:  # another one may be another formula
            tree, tables = derived(sheet, item, random_)
        values = draw(sheet, item, tree, tables, random_)
        cells = {a: f"C{n}" for n, a in enumerate(item.arguments, start=1)}
        back = {cell: values.get(a) for a, cell in cells.items()}
        formula = spreadsheet_formula(tree, cells)
        exact = exact_value(item, values, tables)
        where = f"{item.name}: {formula} of"
        assert _same(compute(formula, back.get), exact), f"{where} {back} is not {exact}"
        # Where the report would keep a formula over blank cells, it computes what we say it does.
        with_blanks = draw(sheet, item, tree, tables, random_, blanks=0.3)
        back = {cell: with_blanks.get(a) for a, cell in cells.items()}
        ours = spreadsheet_value(tree, with_blanks)
        if ours is not None and ours == ours:
            assert _same(compute(formula, back.get), ours), f"{where} {back} is not {ours}"


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
