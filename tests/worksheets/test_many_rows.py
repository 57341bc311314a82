"""Many rows at once: each keeps its number as it is written, and its parameter."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from openvbc.rules.load import load_rules
from openvbc.rules.parameter import Table
from openvbc.worksheets.kernel.arithmetic import by_table, objects
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet


@line(unit="USD", cite="a test")
def left(first, second):
    """The first less the second."""
    return first - second


SHEET = Worksheet(
    "many_rows", "Many rows",
    [Input("first", "USD", "First"), Input("second", "USD", "Second")], [], [left],
)  # fmt: skip
AMOUNT = (
    st.sampled_from(["0", "0.00", "-0.0", "1", "1.0", "2.50"]).map(Decimal) | st.none() | st.just(3)
)


@given(st.lists(st.tuples(AMOUNT, AMOUNT), min_size=2, max_size=8))
def test_a_zero_is_written_as_its_row_makes_it(rows):
    given_rows = {"first": [a for a, _ in rows], "second": [b for _, b in rows]}
    evaluation = SHEET.evaluate(given_rows, load_rules("mssp"))
    for row, (a, b) in enumerate(rows):
        wanted = None if a is None or b is None else str(Decimal(a) - Decimal(b))
        value = evaluation.value("left", row)
        assert (None if value is None else str(value)) == wanted


def test_a_table_is_asked_once_for_numbers_that_are_written_alike():
    asked = []

    def twice(table, sizes):
        asked.append(sizes.tolist())
        return sizes + sizes

    tables = objects([TABLES[0], TABLES[0], TABLES[1], TABLES[0], TABLES[0]])
    sizes = objects([Decimal(n) for n in ("1", "1.0", "1", "2", "1")])
    products = by_table(tables, sizes, twice)
    assert [str(each) for each in products] == ["2", "2.0", "2", "4", "2"]
    assert sorted(map(len, asked)) == [1, 3]


TABLES = [Table(({"from": 1},)), Table(({"from": 2},))]
