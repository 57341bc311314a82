"""Every line of every worksheet, with random inputs of the kind it can be given."""

from __future__ import annotations

import importlib
import pkgutil
import random
from decimal import Decimal, localcontext
from functools import cache
from pathlib import Path

import numpy as np

import openvbc.rules
import openvbc.worksheets
from openvbc.programs.hrrp import population
from openvbc.rules.load import load_rules
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import MISSING
from openvbc.worksheets.kernel.formula import Expression, derive
from openvbc.worksheets.kernel.line import Line
from openvbc.worksheets.kernel.worksheet import EXACT, Worksheet

SCALE = Table(
    ({"at_benchmark": 10, "multiplier": 9, "offset": "0.5", "decimals": 0, "least": 1, "most": 10},)
)
MULTIPLIERS = Table(
    (
        {"from": Decimal("0.3"), "multiplier": 1},
        {"from": Decimal("0.7"), "multiplier": Decimal("0.9")},
    )
)
LADDER = Table(
    (
        {"from": 0, "to": Decimal("0.02"), "share": 0},
        {"from": Decimal("0.02"), "to": None, "share": Decimal("0.4")},
    )
)
GIVEN_TABLES = {
    "savings_ladder": LADDER,
    "loss_ladder": LADDER,
    "historical_years": Table(
        (
            {
                "year": 2023,
                "per_member_per_month": 400,
                "trend_factor": Decimal("1.1"),
                "weight": 1,
            },
            {
                "year": 2024,
                "per_member_per_month": 450,
                "trend_factor": Decimal("1.05"),
                "weight": 2,
            },
        )
    ),
    "payment_multiplier_by_quality": MULTIPLIERS,
    "recoupment_multiplier_by_quality": MULTIPLIERS,
    "contract_corridor": Table(
        (
            {"from": 0, "to": Decimal("0.05"), "share": Decimal("0.5")},
            {"from": Decimal("0.05"), "to": None, "share": Decimal("0.1")},
        )
    ),
    "achievement_scale": SCALE,
    "improvement_scale": SCALE,
    "measure_tiers": Table(
        ({"from": Decimal("0.2"), "points": 1}, {"from": Decimal("0.6"), "points": 3})
    ),
    "payout_tiers": Table(
        ({"from": Decimal("0.2"), "share": Decimal("0.5")}, {"from": Decimal("0.8"), "share": 1})
    ),
    "quality_tiers": Table(
        ({"from": Decimal("0.3"), "part": Decimal("0.5")}, {"from": Decimal("0.7"), "part": 1})
    ),
}
"""Tables that are terms of a contract, not rules that ship."""


def _worksheets() -> dict[str, Worksheet]:
    modules = [population]
    for module in pkgutil.walk_packages(openvbc.worksheets.__path__, "openvbc.worksheets."):
        modules.append(importlib.import_module(module.name))
    return {v.name: v for m in modules for v in vars(m).values() if isinstance(v, Worksheet)}


@cache
def _tables() -> dict[str, list[Table]]:
    """The tables of every rule; read when a test asks, not when tests are collected."""
    tables = {name: [table] for name, table in GIVEN_TABLES.items()}
    for folder in sorted(Path(openvbc.rules.__path__[0]).iterdir()):
        if not any(folder.glob("*.yaml")):
            continue
        rules = load_rules(folder.name)
        for name in rules.names:
            rule_tables = [p.value for p in rules.history(name) if isinstance(p.value, Table)]
            if rule_tables:
                tables.setdefault(name, []).extend(rule_tables)
    return tables


SHEETS = _worksheets()
LINES = {f"{s.name}.{n}": (s, item) for s in SHEETS.values() for n, item in s.lines.items()}


def derived(sheet: Worksheet, item: Line, random_: random.Random):
    def is_table(name):
        given = sheet.inputs.get(name)
        return given.unit == "table" if given else name in sheet.parameters and name in _tables()

    tables = {a: random_.choice(_tables()[a]) for a in item.arguments if is_table(a)}
    return derive(item, tables), tables


def _texts(tree) -> dict[str, set[str]]:
    """For each argument the texts it is compared with."""
    texts_by_name: dict[str, set[str]] = {}
    if isinstance(tree, Expression):
        names = [o.operands[0] for o in tree.operands
                 if isinstance(o, Expression) and o.operation == "name"]  # fmt: skip
        texts = {o for o in tree.operands if isinstance(o, str)}
        if tree.operation in {"==", "!=", "is_in"} and texts:
            for name in names:
                texts_by_name.setdefault(name, set()).update(texts)
        for operand in tree.operands:
            for name, more in _texts(operand).items():
                texts_by_name.setdefault(name, set()).update(more)
    return texts_by_name


@cache
def _units(name: str) -> dict[str, str]:
    """Units of the inputs and lines of a worksheet."""
    sheet = SHEETS[name]
    return {n: i.unit for n, i in [*sheet.inputs.items(), *sheet.lines.items()]}


def _conditions(tree) -> set[str]:
    """Arguments used as conditions."""
    arguments: set[str] = set()
    if isinstance(tree, Expression):
        conditions = {
            "where": tree.operands[:1], "only_where": tree.operands[:1],
            "and": tree.operands, "or": tree.operands, "not": tree.operands,
        }.get(tree.operation, ())  # fmt: skip
        for operand in conditions:
            if isinstance(operand, Expression) and operand.operation == "name":
                arguments.add(operand.operands[0])
        for operand in tree.operands:
            arguments |= _conditions(operand)
    return arguments


def draw(sheet, item, tree, tables, random_, blanks=0.0):
    """Random values of the arguments, of a kind that the line can be given."""
    texts, conditions, units = _texts(tree), _conditions(tree), _units(sheet.name)
    values = {}
    for name in item.arguments:
        if name in tables:
            continue
        if name in texts:
            values[name] = random_.choice([*sorted(texts[name]), "something else"])
        elif units.get(name) == "text" or (name == "exempt_state"):
            values[name] = random_.choice(["MD", "NY"])
        elif units.get(name) == "flag" or name in conditions:
            values[name] = random_.random() < 0.5
        elif random_.random() < blanks:
            values[name] = None
        else:
            size = random_.choice([1, 1, 10, 10000])
            values[name] = Decimal(random_.randint(-2000, 9000)) / 8000 * size
    return values


def exact_value(item, values, tables):
    columns = {}
    for name in item.arguments:
        value = tables.get(name, values.get(name))
        column = np.empty(1, dtype=bool if isinstance(value, bool) else object)
        column[0] = MISSING if value is None and name not in tables else value
        columns[name] = column
    with localcontext(EXACT), np.errstate(all="ignore"):
        result = np.atleast_1d(np.asarray(item(**columns))).ravel()[0]
    return result.item() if isinstance(result, np.generic) else result
