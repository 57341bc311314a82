"""Order, content keys, buckets, resume: what the pipeline promises, on tables of a few rows."""

from decimal import Decimal

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable, table_of
from openvbc.errors import EngineError


def step(name, inputs, select, scope="person"):
    header = f"-- purpose: p\n-- grain: g\n-- scope: {scope}\n-- inputs: {inputs}\n-- cite: c\n"
    return Step.from_text(name, header + select)


SPENT = step(
    "spent",
    "line, code",
    "select l.person_id, cast(sum(l.paid) as decimal(18,2)) as paid\n"
    "from line l\njoin code c on c.code = l.code\ngroup by l.person_id",
)
TOTAL = step(
    "total", "spent", "select cast(sum(paid) as decimal(18,2)) as paid from spent", "population"
)
CODE = SmallTable("code", {"code": "string"}, [("A",), ("B",)])


@pytest.fixture
def engine():
    with DuckDBEngine(threads=2) as made:
        yield made


@pytest.fixture
def line(tmp_path, engine):
    parts = []
    for bucket, rows in enumerate(["('p1','A',1.10),('p1','C',9.00)", "('p2','B',2.20)"]):
        part = tmp_path / f"line-{bucket}.parquet"
        select = (
            "select cast(a as string) as person_id, cast(b as string) as code, "
            f"cast(c as decimal(12,2)) as paid from (values {rows}) t(a, b, c)"
        )
        assert engine.materialise(select, part) == rows.count("('")
        parts.append(part)
    return table_of("line", *parts, bucketed=True)


def test_runs_in_order_and_keeps_what_holds(tmp_path, engine, line):
    folder = tmp_path / "tables"
    seen = []
    pipeline = Pipeline([TOTAL, SPENT])
    assert pipeline.sources == {"line", "code"}
    first = pipeline.run(engine, [line], [CODE], folder, seen.append)
    assert list(first) == ["spent", "total"]
    assert [r.rows for r in first.values()] == [2, 1]
    assert len(first["spent"].table.parts) == 2
    assert [p.state for p in seen] == ["running", "running", "done", "running", "done"]
    engine.register("total", first["total"].table.parts)
    assert engine.rows("select paid from total") == [{"paid": Decimal("3.30")}]

    again = pipeline.run(engine, [line], [CODE], folder)
    assert all(r.kept for r in again.values())

    fewer = SmallTable("code", {"code": "string"}, [("A",)])
    changed = pipeline.run(engine, [line], [fewer], folder)
    assert not any(r.kept for r in changed.values())
    assert engine.rows("select paid from spent") == [{"paid": Decimal("1.10")}]


def test_another_major_version_of_the_engine_runs_every_step_again(tmp_path, engine, line):
    folder = tmp_path / "tables"
    pipeline = Pipeline([TOTAL, SPENT])
    pipeline.run(engine, [line], [CODE], folder)
    major, minor, *rest = engine.version.split(".")
    engine._version = ".".join([major, str(int(minor) + 1), *rest])
    assert all(r.kept for r in pipeline.run(engine, [line], [CODE], folder).values())
    engine._version = ".".join([str(int(major) + 1), minor, *rest])
    assert not any(r.kept for r in pipeline.run(engine, [line], [CODE], folder).values())


def test_a_failure_names_the_step_and_holds_its_sql(tmp_path, engine, line):
    wrong = step("wrong", "line", "select nothing_here from line")
    with pytest.raises(
        EngineError, match=r"step wrong, bucket 1 of 2(.|\n)*nothing_here from line"
    ):
        Pipeline([wrong]).run(engine, [line], [], tmp_path / "tables")


def test_a_missing_source_a_circle_and_a_bad_header_are_said(tmp_path, engine):
    with pytest.raises(EngineError, match="no table is given for code, line"):
        Pipeline([SPENT]).run(engine, [], [], tmp_path)
    with pytest.raises(EngineError, match="wait for each other"):
        Pipeline([step("a", "b", "select 1"), step("b", "a", "select 1")])
    with pytest.raises(EngineError, match="lacks grain, scope, inputs, cite"):
        Step.from_text("x", "-- purpose: p\nselect 1")


def test_small_tables_carry_exact_values_and_nulls(engine):
    engine.register_rows(
        "small",
        {"code": "string", "rate": "decimal(9,6)", "since": "date", "on": "boolean"},
        [("0012", Decimal("0.123456"), "2024-02-29", True), ('a "b", c', None, None, None)],
    )
    assert [tuple(map(str, r.values())) for r in engine.rows("select * from small order by 1")] == [
        ("0012", "0.123456", "2024-02-29", "True"),
        ('a "b", c', "None", "None", "None"),
    ]


def test_date_functions_have_their_spark_meaning(engine):
    assert engine.rows(
        "select cast(date_add(date '2024-01-30', 31) as string) as a,"
        " cast(add_months(date '2024-01-31', 1) as string) as b,"
        " datediff(date '2024-03-01', date '2024-02-01') as c"
    ) == [{"a": "2024-03-01", "b": "2024-02-29", "c": 29}]
