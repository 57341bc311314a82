"""A file read by column is what reading it row by row gives, or it is not read by column."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openvbc.errors import InputError
from openvbc.programs.published import file_columns, file_grid
from openvbc.programs.published.layout import Column, Layout
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
PLAIN = st.text(alphabet="ab1 .é", min_size=1, max_size=4)
ODD = st.text(alphabet='ab1 ,"\n\r\t', max_size=4)
ROWS = st.lists(st.lists(PLAIN | ODD, min_size=3, max_size=3), min_size=1, max_size=5)
TIDY = st.lists(st.lists(PLAIN, min_size=3, max_size=3), min_size=1, max_size=5)


@pytest.fixture
def files_of_any_size(monkeypatch):
    monkeypatch.setattr(file_columns, "WORTH_IT", 0)
    monkeypatch.setattr(file_columns, "PIECE", 7)


def _told(path):
    try:
        (table,) = read_tables(path, [LAYOUT], "test")
    except InputError as error:
        return str(error)
    return table.columns, table.lines, table.set_aside, table.header, table.title


def _as_by_row(path, monkeypatch):
    """What is read, which must be what is read row by row; and whether it was read by column."""
    by_column = []

    def seen(*asked):
        by_column.append(file_columns.columns_below(*asked))
        return by_column[-1]

    with monkeypatch.context() as patched:
        patched.setattr(file_grid, "columns_below", seen)
        tables = _told(path)
        patched.setattr(file_grid, "columns_below", lambda *asked: None)
        assert tables == _told(path)
    return tables, bool(by_column and by_column[-1] is not None)


def _written(rows, quoting, end):
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(rows)
    return text.getvalue()


@given(
    ROWS | TIDY,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "A list of things\n", '"A list, of things"\n\n']),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_program_writes(tmp_path, files_of_any_size, monkeypatch, rows, quoting, end, title):
    path = tmp_path / "amounts.csv"
    text = title + _written([["name", "amount", "remark"], *rows], quoting, end)
    path.write_bytes(text.encode())
    _as_by_row(path, monkeypatch)


@given(st.text(alphabet='ab,"\n\r ', max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_below_a_heading(tmp_path, files_of_any_size, monkeypatch, text):
    path = tmp_path / "amounts.csv"
    path.write_bytes(f"name,amount,remark\n{text}".encode())
    _as_by_row(path, monkeypatch)


def test_a_plain_file_is_read_by_column(tmp_path, files_of_any_size, monkeypatch):
    path = tmp_path / "amounts.csv"
    path.write_text('Title\nname,other,amount\n"First, Inc",x,1\nSécond,y,2\n', encoding="utf-8")
    (columns, lines, *_), by_column = _as_by_row(path, monkeypatch)
    assert by_column
    assert columns == [["First, Inc", "Sécond"], ["1", "2"]]
    assert lines == [3, 4]


@pytest.mark.parametrize(
    "below",
    [
        'a,1,"two\nlines"\nb,2,\n', 'a,1,"a ""word"""\n', "a,1\nb,2,c\n", 'a,1, "b"\n',
        'a,1,"b"c\n', "a,1,c\rb,2,c\n", 'a,1,"c\n',
    ],
)  # fmt: skip
def test_what_is_odd_is_read_row_by_row(tmp_path, files_of_any_size, monkeypatch, below):
    path = tmp_path / "amounts.csv"
    path.write_bytes(f"name,amount,remark\n{below}".encode())
    assert not _as_by_row(path, monkeypatch)[1]


@pytest.mark.parametrize("below", ["a,1,c\n\nb,2,c\n", "a,1,c\n,,\nb,2,c\n"])
def test_a_blank_row_is_no_row(tmp_path, files_of_any_size, monkeypatch, below):
    path = tmp_path / "amounts.csv"
    path.write_bytes(f"name,amount,remark\n{below}".encode())
    assert _as_by_row(path, monkeypatch)[0][1] == [2, 4]


def test_a_small_file_is_read_row_by_row(tmp_path, monkeypatch):
    path = tmp_path / "amounts.csv"
    path.write_text("name,amount\na,1\n", encoding="utf-8")
    assert not _as_by_row(path, monkeypatch)[1]
