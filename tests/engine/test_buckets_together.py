"""Buckets of people that are run together give the rows that each alone gives."""

import contextlib

import pytest

from openvbc.engine.digests import size_of
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.step import Step
from openvbc.engine.table import table_of
from openvbc.errors import EngineError

HEADER = "-- purpose: p\n-- grain: g\n-- scope: {}\n-- inputs: {}\n-- cite: c\n{}\n"
PAID = Step.from_text(
    "paid",
    HEADER.format("person", "line", "")
    + "select person_id, cast(sum(amount) as bigint) as amount from line group by person_id",
)
TWICE = Step.from_text(
    "twice",
    HEADER.format("person", "paid, line", "")
    + "select p.person_id, cast(p.amount + sum(l.amount) as bigint) as amount from paid p\n"
    "join line l on l.person_id = p.person_id group by p.person_id, p.amount",
)
SUM = Step.from_text(
    "added_up",
    HEADER.format(
        "population", "twice", "-- added: amount\n-- columns:\n--   kind: k\n--   amount: a"
    )
    + "select 'all' as kind, cast(sum(amount) as bigint) as amount from twice",
)
STEPS = [PAID, TWICE, SUM]


@pytest.fixture
def engine():
    with DuckDBEngine(threads=1) as made:
        yield made


@pytest.fixture
def line(tmp_path, engine):
    """Six buckets; person 10 * n is of bucket n and paid 1, 2 ... 6."""
    parts = [tmp_path / f"line-{bucket}.parquet" for bucket in range(6)]
    for bucket, part in enumerate(parts):
        engine.materialise(f"select {10 * bucket} as person_id, {bucket + 1} as amount", part)
    return table_of("line", *parts, bucketed=True)


def rows(engine, made, name):
    engine.register(name, made[name].table.parts)
    return engine.rows(f"select * from {name} order by all")


def people(engine, parts):
    engine.register("part", parts)
    return [row["person_id"] for row in engine.rows("select person_id from part order by 1")]


EXPECTED = [{"person_id": 10 * n, "amount": 2 * (n + 1)} for n in range(6)]


@pytest.mark.parametrize(
    ("share", "groups"), [(0, 6), (0.9, 6), (1.1, 6), (2.1, 3), (3.5, 2), (6, 1)]
)
def test_as_many_buckets_as_the_bytes_allow_run_together(tmp_path, engine, line, share, groups):
    size = sum(map(size_of, line.parts)) / 6
    made = Pipeline(STEPS).run(
        engine, [line], [], tmp_path / "tables", bytes_at_once=round(size * share)
    )
    assert len(made["twice"].table.parts) == groups
    assert rows(engine, made, "twice") == EXPECTED
    assert rows(engine, made, "added_up") == [{"kind": "all", "amount": 42}]
    for number, part in enumerate(made["twice"].table.parts):
        assert people(engine, part) == [10 * n for n in range(6) if n % groups == number]


def test_a_table_of_few_parts_is_read_beside_one_of_many(tmp_path, engine, line):
    folder = tmp_path / "tables"
    first = Pipeline([PAID]).run(engine, [line], [], folder, bytes_at_once=1 << 30)
    assert (len(first["paid"].table.parts), first["paid"].table.buckets) == (1, 6)
    alone = Pipeline(STEPS).run(engine, [line], [], folder)  # each bucket alone, but for `paid`
    assert alone["paid"].kept
    assert alone["paid"].table == first["paid"].table
    assert len(alone["twice"].table.parts) == 1
    assert rows(engine, alone, "twice") == EXPECTED

    other = tmp_path / "other"
    first = Pipeline([PAID]).run(engine, [line], [], other)
    together = Pipeline(STEPS).run(engine, [line], [], other, bytes_at_once=1 << 30)
    assert together["paid"].kept
    assert len(together["paid"].table.parts) == 6
    assert len(together["twice"].table.parts) == 1
    assert rows(engine, together, "twice") == EXPECTED


@pytest.mark.parametrize("killed_at", range(1, 6))
@pytest.mark.parametrize(("before", "after"), [(0, 1 << 30), (1 << 30, 0), (0, 0)])
def test_what_was_cut_otherwise_is_not_taken_for_the_rest(
    tmp_path, engine, line, monkeypatch, killed_at, before, after
):
    left = [killed_at]

    def dying(sql, path, real=engine.materialise):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(sql, path)

    monkeypatch.setattr(engine, "materialise", dying)
    with contextlib.suppress(KeyboardInterrupt):
        Pipeline(STEPS).run(engine, [line], [], tmp_path / "tables", bytes_at_once=before)
    monkeypatch.undo()
    made = Pipeline(STEPS).run(engine, [line], [], tmp_path / "tables", bytes_at_once=after)
    assert rows(engine, made, "paid") == [{"person_id": 10 * n, "amount": n + 1} for n in range(6)]
    assert rows(engine, made, "twice") == EXPECTED
    assert rows(engine, made, "added_up") == [{"kind": "all", "amount": 42}]


def test_only_a_table_that_is_held_is_in_no_order(engine):
    asked = "select current_setting('preserve_insertion_order') as kept"
    held = "select range as n, current_setting('preserve_insertion_order') as kept from range(3)"
    engine.define("own", held, held=True)
    assert {row["kept"] for row in engine.rows("select kept from own")} == {False}
    assert engine.rows(asked) == [{"kept": True}]
    with pytest.raises(EngineError):
        engine.define("own", "select nothing from nowhere", held=True)
    assert engine.rows(asked) == [{"kept": True}]
