"""Rows of a cell stand for texts by numbers: the order, the identity and the bytes are the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.cclf_text import delivery, record
from openvbc.claims import sorted_file, staged_claims
from openvbc.claims.arrow_columns import full_text_column, text_column
from openvbc.claims.cell_table import CellTable, in_order, one_number
from openvbc.claims.cells import CLAIM_TABLES
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.sorted_file import SortedFile
from openvbc.claims.staging import staged_schema
from openvbc.claims.store import build_store

VALUES = st.tuples(
    st.one_of(st.none(), st.text(alphabet="AB1 é", max_size=3)),
    st.one_of(st.none(), st.integers(-(2**60), 2**60), st.integers(0, 5)),
    st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))),
    st.one_of(st.none(), st.sampled_from(["x", "y"])),
)
"""Rows of a text, a number, a day, and a text kept as a dictionary."""


def cell_of(rows: list[tuple[object, ...]]) -> CellTable:
    text, number, day, few = zip(*rows, strict=True)
    half = len(rows) // 2
    chunks = [pa.array(few[:half], pa.string()), pa.array(few[half:], pa.string())]
    columns = {
        "text": pa.array(text, pa.string()),
        "number": pa.array(number, pa.int64()),
        "day": pa.array(day, pa.date32()),
        "few": pa.chunked_array([chunk.dictionary_encode() for chunk in chunks]),
    }
    return CellTable("any", pa.table(columns))


def worth(row: tuple[object, ...]) -> tuple[object, ...]:
    """What Python sorts a row by: missing last, texts by their bytes."""
    coded = (value.encode() if isinstance(value, str) else value for value in row)
    return tuple((value is None, 0 if value is None else value) for value in coded)


@given(st.lists(VALUES, min_size=1, max_size=30))
def test_the_order_is_that_of_the_values(rows: list[tuple[object, ...]]) -> None:
    order = in_order(cell_of(rows).keys(("text", "number", "day", "few")))
    assert [rows[n] for n in order] == sorted(rows, key=worth)


@given(st.lists(VALUES, min_size=1, max_size=30))
def test_a_number_is_shared_by_equal_rows_alone(rows: list[tuple[object, ...]]) -> None:
    names = ("text", "number", "day", "few")
    numbers = one_number(cell_of(rows).keys(names)).tolist()
    assert len(set(numbers)) == len(set(rows)) == len(set(zip(numbers, rows, strict=True)))


@given(st.lists(VALUES, min_size=1, max_size=30))
def test_backward_the_missing_are_last_too(rows: list[tuple[object, ...]]) -> None:
    table = cell_of(rows)
    numbers = [rows[n][1] for n in in_order([table.backward("number")])]
    known = sorted((row[1] for row in rows if row[1] is not None), reverse=True)
    assert numbers == known + [None] * (len(rows) - len(known))


@given(st.lists(st.text(alphabet="A1~ ", min_size=4, max_size=4), min_size=1))
def test_full_fields_are_read_as_any_others(texts: list[str]) -> None:
    rows = np.frombuffer("".join(texts).encode(), np.uint8).reshape(-1, 4)
    column = full_text_column(rows)
    filled = all(text[0] != " " and text[-1] not in " ~" for text in texts)
    assert (column is not None) == filled
    if column is not None:
        assert column.equals(text_column(np.ascontiguousarray(rows.T)))


def drawn(rows: int) -> CellTable:
    """Diagnoses as they are staged."""
    schema = staged_schema("diagnosis")
    given_ = {"claim_id": pa.array([f"C{n:05d}" for n in range(rows)])}
    columns = [given_.get(f.name, pa.nulls(rows, f.type)) for f in schema]
    return CellTable("diagnosis", pa.table(columns, schema))


@pytest.mark.parametrize("cuts", [[], [1], [3, 4], [5, 10, 15, 16]])
def test_a_file_follows_from_its_rows_alone(
    cuts: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorted_file, "GROUP_ROWS", 5)
    table, order = drawn(17), np.arange(17)
    for name, pieces in (("whole", [order]), ("cut", np.split(order, cuts))):
        file = SortedFile("diagnosis", tmp_path / name)
        for piece in pieces:
            file.add(table, piece)
        file.close()
        assert file.rows == 17
    assert (tmp_path / "cut").read_bytes() == (tmp_path / "whole").read_bytes()
    with pq.ParquetFile(tmp_path / "cut") as parquet_file:
        assert parquet_file.num_row_groups == 4


def test_people_gone_through_in_parts_give_the_same_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"1S00A00AA0{n}" for n in range(9)]
    files: dict[str, list[bytes]] = {"1": [], "2": [], "5": []}
    for number, person in enumerate(people):
        who = {"BENE_MBI_ID": person, "CUR_CLM_UNIQ_ID": f"{number:013d}"}
        for kind, claim in (("0", who), ("1", who | {"CUR_CLM_UNIQ_ID": f"9{number:012d}"})):
            header = {"CLM_PMT_AMT": "10.00", "CLM_ADJSMT_TYPE_CD": kind}
            files["1"].append(record("1", PRVDR_OSCAR_NUM="390001", **header, **claim))
            files["2"].append(record("2", CLM_LINE_CVRD_PD_AMT="10.00", **claim))
        files["5"] += [record("5", CLM_LINE_CVRD_PD_AMT="5.00", **who)] * 2
    stores = []
    for name in ("whole", "parts"):
        delivery(tmp_path / name, files)
        if name == "parts":
            monkeypatch.setattr(staged_claims, "LARGE", 0)
            monkeypatch.setattr(staged_claims, "ROWS_HELD", 13)
        store = tmp_path / f"store of {name}"
        report = build_store(ClaimInputs(cclf=(tmp_path / name,)), store, buckets=1)
        assert report.rows["professional_line"] == len(people)
        assert report.rows["institutional_line"] == 2 * len(people)
        stores.append({t: [p.read_bytes() for p in sorted((store / t).rglob("*.parquet"))]
                       for t in CLAIM_TABLES})  # fmt: skip
    assert stores[0] == stores[1]
