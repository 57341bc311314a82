"""Parameters are looked up once a set of keys: which sets there are, and which row has which."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvbc.worksheets.kernel import lookup
from openvbc.worksheets.kernel.arithmetic import objects
from openvbc.worksheets.kernel.lookup import KeySets

VALUES = st.sampled_from(
    ["A", "B", None, True, False, 0, 1, 2, Decimal("1.0"), Decimal(2), Decimal("0.02")]
)


def row_by_row(columns):
    """The sets in the order in which rows have them, one row after the other."""
    sets, kinds = [], []
    for row in zip(*columns, strict=True):
        if row not in sets:
            sets.append(row)
        kinds.append(sets.index(row))
    return sets, kinds


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=2, max_size=40), st.booleans())
def test_sets_are_those_that_rows_have_in_their_order(rows, few):
    columns = list(zip(*rows, strict=True))
    known = KeySets({name: objects(column) for name, column in zip("abc", columns, strict=True)})
    with pytest.MonkeyPatch.context() as patched:
        if few:  # numbers of sets are told from each other once they are many
            patched.setattr(lookup, "_MOST", 1)
        sets, kinds = known.of(("a", "b", "c"))
    assert (sets, kinds.tolist()) == row_by_row(columns)
    assert known.of(("a", "b", "c"))[0] is sets


def test_a_value_for_every_row_stands_beside_those_that_differ():
    known = KeySets({"year": objects([2024]), "size": objects([5, 7, 5]), "flag": np.array([True])})
    sets, kinds = known.of(("year", "size", "flag"))
    assert sets == [(2024, 5, True), (2024, 7, True)]
    assert kinds.tolist() == [0, 1, 0]
    assert known.of(("year", "flag")) == ([(2024, True)], None)
    assert known.of(()) == ([()], None)


def test_a_line_computed_later_is_a_key_too():
    columns = {"year": objects([2024, 2025])}
    known = KeySets(columns)
    assert known.of(("year",))[0] == [(2024,), (2025,)]
    columns["track"] = objects(["A", "A"])
    sets, kinds = known.of(("track", "year"))
    assert sets == [("A", 2024), ("A", 2025)]
    assert kinds.tolist() == [0, 1]
