"""Which arguments decided: of a choice the branch taken, of a condition what settles it."""

import json
from decimal import Decimal

import pytest

from openvbc.worksheets.kernel.arithmetic import is_missing, minimum, otherwise, where
from openvbc.worksheets.kernel.line import line
from openvbc.worksheets.kernel.path import deciding, plain_tree, tree_of


@line(unit="USD", cite="invented")
def choice(kind, small, large, bonus, limit):
    """Small or large, with a bonus or none, held to a limit."""
    return minimum(where(kind == "small", small, large) + otherwise(bonus, 0), limit)


@line(unit="flag", cite="invented")
def gate(first, second, amount):
    """Both flags, or an amount above ten."""
    return (first & second) | (amount > 10)


@line(unit="USD", cite="invented")
def fallback(given, computed):
    """The amount given, else the one computed."""
    return where(is_missing(given), computed, given)


def names(item, **values):
    """Through JSON and back, as a run folder keeps it."""
    return deciding(tree_of(json.loads(json.dumps(plain_tree(item)))), values)


VALUES = {"small": Decimal(1), "large": Decimal(9), "limit": Decimal(5)}


@pytest.mark.parametrize(
    ("kind", "bonus", "wanted"),
    [
        ("small", Decimal(2), {"kind", "small", "bonus", "limit"}),
        ("large", Decimal(2), {"kind", "large", "bonus", "limit"}),
        ("large", None, {"kind", "large", "bonus", "limit"}),
    ],
)
def test_of_a_choice_the_condition_and_the_branch_taken(kind, bonus, wanted):
    assert names(choice, kind=kind, bonus=bonus, **VALUES) == wanted


@pytest.mark.parametrize(
    ("first", "second", "amount", "wanted"),
    [
        (True, True, 3, {"first", "second"}),
        (False, True, 20, {"amount"}),
        (False, True, 3, {"first", "amount"}),
        (True, False, 3, {"second", "amount"}),
    ],
)
def test_of_a_condition_what_settles_it(first, second, amount, wanted):
    assert names(gate, first=first, second=second, amount=Decimal(amount)) == wanted


def test_a_value_given_leaves_the_computed_one_aside():
    assert names(fallback, given=Decimal(1), computed=Decimal(2)) == {"given"}
    assert names(fallback, given=None, computed=Decimal(2)) == {"given", "computed"}
