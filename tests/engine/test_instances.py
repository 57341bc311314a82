"""An instance that was used before is as one that was just started."""

from __future__ import annotations

import pytest

from openvbc.engine import instances
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import EngineError

LARGE = (
    "create table large as select range as a, md5(cast(range as varchar)) as b from range(1000000)"
)
"""More than 30 MB, in every DuckDB that is supported."""


@pytest.fixture
def started(monkeypatch):
    """The instances that are started from now on; none is idle."""
    import duckdb

    monkeypatch.setattr(instances, "_idle", {})
    connect, all_of_them = duckdb.connect, []

    def started_anew(**settings):
        all_of_them.append(connect(**settings))
        return all_of_them[-1]

    monkeypatch.setattr(duckdb, "connect", started_anew)
    return all_of_them


def test_nothing_is_left_for_whoever_comes_next(started):
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows("paid", {"amount": "int"}, [(1,)])
        engine.rows("create table by_hand as select 1 as one")
        engine.rows("create temp view seen as select 1 as one")
        engine.rows("create macro paid_twice(a) as a * 2")
    with DuckDBEngine() as engine:
        for gone in ("select * from paid", "select * from by_hand", "select * from seen",
                     "select paid_twice(1)"):  # fmt: skip
            with pytest.raises(EngineError):
                engine.rows(gone)
        engine.rows("create view by_hand as select 2 as one")
        assert engine.rows("select one from by_hand") == [{"one": 2}]
        assert engine.rows("select date_add(date '2024-01-31', 1) = date '2024-02-01' as so") == [
            {"so": True}
        ]
    assert len(started) == 1


def test_settings_are_those_of_the_engine_in_use(started, tmp_path):
    def settings(engine):
        (row,) = engine.rows(
            "select current_setting('threads') as threads, current_setting('memory_limit') as "
            "memory, current_setting('temp_directory') as folder, "
            "current_setting('enable_external_file_cache') as kept"
        )
        return row

    with DuckDBEngine() as engine:
        usual = settings(engine)
    with DuckDBEngine(1, "100MiB", tmp_path, cache_files=False) as engine:
        changed = settings(engine)
        assert changed["threads"] == 1
        assert changed["memory"] == "100.0 MiB"
        assert changed["folder"].startswith(str(tmp_path))
        assert changed["kept"] is False
    with DuckDBEngine() as engine:
        assert settings(engine) == usual
    assert usual["folder"] == ""
    assert len(started) == 1


def test_one_that_wrote_to_its_scratch_folder_is_not_used_again(started, tmp_path):
    with DuckDBEngine(threads=1):
        pass
    with DuckDBEngine(1, "30MB", tmp_path) as engine:
        engine.rows(LARGE)
        assert engine.rows("select count(distinct a) as n from large where a < 9") == [{"n": 9}]
        assert list(tmp_path.rglob("duckdb_temp*"))
    assert len(started) == 1
    with DuckDBEngine(1, "30MB", tmp_path) as engine:
        engine.rows(LARGE)
        assert engine.rows("select count(distinct a) as n from large where a < 9") == [{"n": 9}]
    assert len(started) == 2


def test_one_at_work_serves_nobody_else_and_few_are_kept(started):
    engines = [DuckDBEngine(threads=1) for _ in range(instances.IDLE + 1)]
    for number, engine in enumerate(engines):
        engine.register_rows("paid", {"amount": "int"}, [(number,)])
    assert [e.rows("select amount from paid")[0]["amount"] for e in engines] == [0, 1, 2]
    for engine in engines:
        engine.close()
        engine.close()
    (idle,) = instances._idle.values()
    assert len(idle) == len({id(each) for each in idle}) == instances.IDLE


def test_what_was_interrupted_or_ill_set_is_not_used_again(started):
    with pytest.raises(KeyboardInterrupt), DuckDBEngine(threads=1):
        raise KeyboardInterrupt
    with pytest.raises(EngineError, match="DuckDB does not start") as caught:
        DuckDBEngine(memory_limit="lots")
    assert caught.value.code == "VBC-407"
    with DuckDBEngine(threads=1) as engine:
        assert engine.rows("select 1 as one") == [{"one": 1}]
    assert len(started) == 3


def test_an_engine_that_said_no_is_used_again(started):
    with pytest.raises(EngineError), DuckDBEngine(threads=1) as engine:
        engine.rows("select * from nothing")
    with DuckDBEngine(threads=1) as engine:
        assert engine.rows("select 1 as one") == [{"one": 1}]
    assert len(started) == 1


def test_a_process_that_was_forked_starts_its_own(started, monkeypatch):
    with DuckDBEngine(threads=1):
        pass
    monkeypatch.setattr(instances.os, "getpid", lambda: -1)
    with DuckDBEngine(threads=1):
        pass
    assert len(started) == 2
