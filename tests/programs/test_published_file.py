"""Tables as CMS and spreadsheets write them: lines, separators, numbers, headings."""

from decimal import Decimal

import pytest

from openvbc.errors import InputError
from openvbc.programs.published.file_grid import grids
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.published_cell import parse_number
from openvbc.programs.published.published_file import read_tables

LAYOUT = Layout(
    "list of amounts",
    (
        Column("name", "name", "text", required=True),
        Column("amount", "amount", required=True),
        Column("remark", "remark", "text"),
    ),
    identifier="name",
)


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "amounts.csv"
    path.write_bytes(text.encode(encoding))
    return read_tables(path, [LAYOUT], "test")[0]


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("1,234", "1234"), ("12,345,678.90", "12345678.90"), ("$1,234", "1234"),
        ("(1,234)", "-1234"), ("\u22121,234", "-1234"), ("7.17%", "0.0717"),
        ("6 out of 10", "6"), ("1,234%", "12.34"),
    ],
)  # fmt: skip
def test_numbers_as_printed(printed, number):
    assert parse_number(printed) == Decimal(number)


@pytest.mark.parametrize("printed", ["0,05", "1,23", "1234,567", "1,2345", ",5", "1,,234", "abc"])
def test_a_comma_that_separates_no_thousands_is_no_number(printed):
    with pytest.raises(ValueError, match=printed):
        parse_number(printed)


def test_lines_are_those_of_the_file_where_cells_have_several(tmp_path):
    table = read(tmp_path, 'name,amount,remark\nFirst,1,"two\nlines"\nSecond,2,\n')
    assert table.lines == [2, 4]


def test_tabs_and_utf_16_as_spreadsheets_save_them(tmp_path):
    table = read(tmp_path, "name\tamount\nFirst, Inc\t1,000\n", "utf-16")
    assert table.text(0, "name") == "First, Inc"
    assert table.number(0, "amount") == 1000


def test_semicolons_are_refused_because_commas_may_be_decimal(tmp_path):
    with pytest.raises(InputError, match="semicolons"):
        read(tmp_path, "name;amount\nFirst;0,05\nSecond;1,5\n")


def test_an_unclosed_quotation_mark_sets_its_rows_aside(tmp_path):
    table = read(tmp_path, 'name,amount\n"First,1\nSecond,2\n"Third",3\nLast,4\n')
    assert [table.text(row, "name") for row in range(table.count)] == ["Last"]
    assert [(aside.reason, aside.place.line) for aside in table.set_aside] == [
        ("row runs into the next", 2)
    ]


def test_a_column_named_twice_is_refused(tmp_path):
    with pytest.raises(InputError, match="same heading") as caught:
        read(tmp_path, "name,amount,Amount \nFirst,1,2\n")
    assert "amounts.csv:1" in str(caught.value)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="folder"):
        list(grids(tmp_path))


def test_rows_that_print_the_same_are_told_with_and_without_a_telling_column(tmp_path):
    text = "name,amount,remark\na,1,x\nb,1,x\nc,2,x\nd,1,y\ne,1,x\n"
    table = read(tmp_path, text)
    name, amount = table.where["name", ""], table.where["amount", ""]
    assert table.alike({name}) == [0, 0, 2, 3, 0]
    assert table.alike({name}, [amount]) == [0, 0, 2, 3, 0]
    assert table.alike(set(), [amount]) == [0, 1, 2, 3, 4]
