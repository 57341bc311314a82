"""Rows written at once are rows written one by one, each cell harmless to a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvbc.engine.csv_file import CsvWriter, harmless

CELLS = st.one_of(st.none(), st.integers(), st.text("=+-@\t\r\n,\"'1.e a", max_size=4))


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4))
def test_rows_at_once_are_rows_one_by_one(rows):
    at_once, one_by_one = io.StringIO(), io.StringIO()
    CsvWriter(at_once).writerows(iter(rows))
    writer = csv.writer(one_by_one, lineterminator="\n")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    assert at_once.getvalue() == one_by_one.getvalue()


@pytest.mark.parametrize("place", [0, 999, 1000, 1001])
def test_a_formula_in_any_batch_is_text(place):
    rows = [["plain", f"{number}"] for number in range(1002)]
    rows[place][1] = "=1+1"
    text = io.StringIO()
    CsvWriter(text).writerows(rows)
    lines = text.getvalue().splitlines()
    assert len(lines) == 1002
    assert lines[place] == "plain,'=1+1"
