"""Small reads share one DuckDB, which forgets what it was given and keeps nothing of a file."""

from __future__ import annotations

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.reading import reading
from openvbc.engine.table import SmallTable
from openvbc.errors import EngineError


def test_the_engine_comes_back_empty():
    with reading() as engine:
        engine.register_rows("paid", {"amount": "int"}, [(1,)])
        first = engine
    with reading() as engine:
        assert engine is first
        with pytest.raises(EngineError):
            engine.rows("select * from paid")


@pytest.mark.parametrize("count", [100, 1000], ids=["short", "long"])
def test_a_small_table_is_made_when_a_statement_names_it(count):
    long = SmallTable("code", {"code": "string"}, [(str(n),) for n in range(count)])
    with reading() as engine:
        engine.register_small(long)
        assert engine.rows("select count(*) as n from duckdb_tables()") == [{"n": 0}]
        engine.define("even", "select code from code where code like '%0'")
        assert engine.rows("select count(*) as n from even") == [{"n": count // 10}]
        engine.register_small(SmallTable("code", long.columns, [*long.rows[:-1], ("10000",)]))
        assert engine.rows("select count(*) as n from even") == [{"n": count // 10 + 1}]
        engine.register_small(SmallTable("other", long.columns, long.rows))
    with reading() as engine, pytest.raises(EngineError):
        engine.rows("select * from other")


def test_reads_within_reads_do_not_meet():
    with reading() as outer, reading() as inner:
        assert outer is not inner
        outer.register_rows("paid", {"amount": "int"}, [(1,)])
        inner.register_rows("paid", {"amount": "int"}, [(2,)])
        assert outer.rows("select * from paid") == [{"amount": 1}]


def test_an_engine_that_said_no_is_used_again():
    with reading() as engine:
        first = engine
        with pytest.raises(EngineError):
            engine.rows("select * from nothing")
    with reading() as engine:
        assert engine is first
        assert engine.rows("select 1 as one") == [{"one": 1}]


def test_a_file_written_anew_is_read_anew(tmp_path):
    path = tmp_path / "paid.parquet"
    for amount in (1, 2):
        with DuckDBEngine(threads=1) as writer:
            writer.materialise(f"select {amount} as amount", path)
        with reading() as engine:
            engine.register("paid", path)
            assert engine.rows("select * from paid") == [{"amount": amount}]
