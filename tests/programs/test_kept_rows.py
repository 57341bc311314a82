"""Rows of a file that are kept: none twice, none that is the sum of the others, none incomplete."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from openvbc.errors import Place, SetAside
from openvbc.programs.published.kept_rows import evaluate_kept, once_each, without_sums
from openvbc.rules.load import load_rules
from openvbc.worksheets.kernel.arithmetic import only_where
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@dataclass(frozen=True)
class Row:
    number: int
    people: int | None
    amount: str = "0"
    group: str = "one file"

    @property
    def place(self):
        return Place("file.csv", self.number)

    @property
    def figures(self):
        people = None if self.people is None else Decimal(self.people)
        return (people, Decimal(self.amount))


def kept(*rows):
    aside = []
    left = without_sums(rows, lambda row: row.group, lambda row: row.figures, aside)
    return [row.number for row in left], [each.place.line for each in aside]


ROWS = [Row(1, 100, "10.4"), Row(2, 200, "20.4"), Row(3, 300, "30.4")]


@pytest.mark.parametrize(
    ("last", "is_sum"),
    [
        (Row(4, 600, "61.2"), True),
        (Row(4, 603, "58.2"), True),  # each of three rows may be rounded by a unit
        (Row(4, 604, "61.2"), False),
        (Row(4, 600, "64.3"), False),
        (Row(4, 600, "58.1"), False),
        (Row(4, None, "61.2"), False),
        (Row(4, 600, "61.2", "another file"), False),
    ],
)
def test_a_row_that_is_the_sum_of_the_others_in_every_figure_is_set_aside(last, is_sum):
    assert kept(*ROWS, last) == (([1, 2, 3], [4]) if is_sum else ([1, 2, 3, 4], []))


def test_of_two_rows_none_is_called_a_sum():
    assert kept(Row(1, 100, "5"), Row(2, 100, "5"), Row(3, 200, "10")) == ([1, 2, 3], [])


def test_the_first_of_rows_that_are_alike_stands_for_them():
    rows = ["b1", "a1", "b2", "c1", "a2"]
    assert once_each(rows, lambda row: row[0]) == (["b1", "a1", "c1"], [0, 1, 0, 2, 1])
    first, stands_for = once_each(["a", "b"], str)
    assert (first, list(stands_for)) == (["a", "b"], [0, 1])


@line(unit="USD", cite="none")
def result(amount, known):
    """The amount where it is known."""
    return only_where(known, amount)


SHEET = Worksheet(
    "kept",
    "Kept",
    [Input("amount", "USD", "Amount"), Input("known", "flag", "Known")],
    [],
    [result],
)


@pytest.mark.parametrize("named", [None, "result"])
def test_rows_without_a_result_are_set_aside_in_their_order(named):
    rows = [Row(1, 5), Row(2, None), Row(3, 7), Row(4, None), Row(5, 5)]

    def columns(those):
        return {
            "amount": [Decimal(row.people or 0) for row in those],
            "known": [row.people is not None for row in those],
        }

    def incomplete(row, found, number):
        if found.value("result", number) is not None:
            return None
        return SetAside("incomplete", row.place)

    aside = []
    left, found = evaluate_kept(
        SHEET, rows, columns, load_rules("mssp"), aside, incomplete,
        alike=lambda row: row.people, result=named,
    )  # fmt: skip
    assert [row.number for row in left] == [1, 3, 5]
    assert found.values("result") == [Decimal(5), Decimal(7), Decimal(5)]
    assert [each.place.line for each in aside] == [2, 4]
