"""Tables in archives and workbooks under any name, and files that are neither."""

import io
import zipfile

import pytest

from openvbc.errors import InputError
from openvbc.programs.published.file_grid import named_grids
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.published_file import read_tables

LAYOUT = Layout(
    "list of amounts",
    (
        Column("name", "name", "text", required=True),
        Column("amount", "amounts?|sums?", required=True),
    ),
    identifier="name",
)


def _zip(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_the_tables_of_an_archive_are_read(tmp_path):
    path = _zip(
        tmp_path / "both.zip",
        {"readme.pdf": "x", "a.csv": "name,amount\nFirst,1\n", "b/b.txt": "name\tamount\nTwo\t2\n"},
    )
    grids = dict(named_grids(path))
    assert list(grids) == ["both.zip, a.csv", "both.zip, b.txt"]
    assert grids["both.zip, b.txt"][1] == ["Two", "2"]
    tables = read_tables(path, [LAYOUT], "test")
    assert str(tables[0].place(0, "amount")).startswith("both.zip, a.csv:2")


def test_a_workbook_is_known_by_its_content(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["name", "amount"], ["First", 1]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    path = tmp_path / "named.csv"
    path.write_bytes(content.getvalue())
    assert read_tables(path, [LAYOUT], "test")[0].number(0, "amount") == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.zip", None, "holds no table"),
        ("broken.zip", b"PK\x03\x04 and nothing more", "not a readable archive"),
        ("text.xlsx", b"name,amount\nFirst,1\n", "not a readable Excel workbook"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"rest", "not a readable Excel workbook"),
        ("zeros.csv", b"name,am\x00ount\n", "not a text file"),
        ("empty.csv", b"  \n", "is empty"),
    ],
)
def test_what_is_no_table_is_said(tmp_path, name, content, words):
    path = tmp_path / name
    if content is None:
        _zip(path, {"readme.pdf": "x"})
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_tables(path, [LAYOUT], "test")


def test_two_columns_of_one_meaning_must_agree(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("name,amount,sum\nFirst,1,1\nSecond,2,\n", encoding="utf-8")
    table = read_tables(path, [LAYOUT], "test")[0]
    assert [table.number(row, "amount") for row in (0, 1)] == [1, 2]
    path.write_text("name,amount,sum\nFirst,1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="different values"):
        read_tables(path, [LAYOUT], "test")


def test_a_row_with_more_cells_than_the_header_is_set_aside(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("name,amount\nFirst, Inc,1\nSecond,2\nThird,3,,\n", encoding="utf-8")
    table = read_tables(path, [LAYOUT], "test")[0]
    assert [table.text(row, "name") for row in range(table.count)] == ["Second", "Third"]
    assert [a.reason for a in table.set_aside] == ["row has more cells than the header"]
