"""Order, content keys, buckets, resume: what the pipeline promises, on tables of a few rows."""

from decimal import Decimal

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import RECORD, Derived, Pipeline
from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable, table_of
from openvbc.errors import EngineError, InputError


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


def test_what_follows_from_the_sources_alone_is_made_once_for_every_run(tmp_path, engine, line):
    place = tmp_path / "store" / "derived"
    derived = Derived(place, frozenset({"spent", "asked by no run"}))
    pipeline = Pipeline([TOTAL, SPENT])
    first = pipeline.run(engine, [line], [CODE], tmp_path / "one", derived=derived)
    assert (place / "spent" / RECORD).is_file()
    assert not (tmp_path / "one" / "spent").exists()
    second = pipeline.run(engine, [line], [CODE], tmp_path / "two", derived=derived)
    assert {name: made.kept for name, made in second.items()} == {"spent": True, "total": False}
    assert second["total"].digest == first["total"].digest
    alone = pipeline.run(engine, [line], [CODE], tmp_path / "three")
    assert {n: made.digest for n, made in alone.items()} == {
        n: made.digest for n, made in first.items()
    }
    fewer = SmallTable("code", {"code": "string"}, [("A",)])
    other = pipeline.run(engine, [line], [fewer], tmp_path / "two", derived=derived)
    assert not any(made.kept for made in other.values())


def test_derived_tables_take_no_folder_that_is_not_ours(tmp_path, engine, line):
    (tmp_path / "theirs" / "spent").mkdir(parents=True)
    derived = Derived(tmp_path / "theirs", frozenset({"spent"}))
    with pytest.raises(InputError, match="holds spent"):
        Pipeline([SPENT]).run(engine, [line], [CODE], tmp_path / "run", derived=derived)
    assert (tmp_path / "theirs" / "spent").is_dir()


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


def with_header(name, inputs, select, scope, *entries):
    return Step.from_text(name, step(name, inputs, "", scope).sql + "\n".join([*entries, select]))


PASSED = with_header(
    "passed",
    "line, code",
    "select l.person_id, l.code, l.paid from line l join code c on c.code = l.code",
    "person",
    "-- made: on demand",
)
HELD = with_header(
    "held",
    "passed",
    "select person_id, code, cast(sum(paid) as decimal(18,2)) as paid from passed\n"
    "group by person_id, code",
    "person",
    "-- made: once a bucket",
)
OWN = step(
    "own",
    "held",
    "select person_id, cast(sum(paid) as decimal(18,2)) as paid from held group by person_id",
)
BY_CODE = with_header(
    "by_code",
    "held",
    "select code, count(distinct person_id) as people, cast(sum(paid) as decimal(18,2)) as paid\n"
    "from held group by code",
    "population",
    "-- added: people, paid",
    "-- columns:",
    "--   code: a",
    "--   people: b",
    "--   paid: c",
)
NOT_KEPT = [BY_CODE, OWN, HELD, PASSED]


@pytest.fixture
def lines(tmp_path, engine):
    """Three buckets; code B in two of them, A in one, one empty of what counts."""
    parts = []
    for bucket, rows in enumerate(
        ["('p1','A',1.10),('p1','B',9.00)", "('p2','B',2.20),('p3','B',0.05)", "('p4','C',5.00)"]
    ):
        part = tmp_path / f"lines-{bucket}.parquet"
        engine.materialise(
            "select cast(a as string) as person_id, cast(b as string) as code, "
            f"cast(c as decimal(12,2)) as paid from (values {rows}) t(a, b, c)",
            part,
        )
        parts.append(part)
    return table_of("line", *parts, bucketed=True)


def test_what_is_not_kept_leaves_no_table_and_what_is_added_is_one_file(tmp_path, engine, lines):
    folder = tmp_path / "tables"
    seen = []
    made = Pipeline(NOT_KEPT).run(engine, [lines], [CODE], folder, seen.append)
    assert set(made) == {"by_code", "own"}
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} == set(made)
    assert {p.steps for p in seen} == {2}
    assert len(made["own"].table.parts) == 3
    (one,) = made["by_code"].table.parts
    assert not made["by_code"].table.bucketed
    engine.register("by_code", one)
    assert engine.rows("select * from by_code") == [
        {"code": "A", "people": 1, "paid": Decimal("1.10")},
        {"code": "B", "people": 3, "paid": Decimal("11.25")},
    ]
    with pytest.raises(EngineError):
        engine.rows("select * from held")
    assert all(r.kept for r in Pipeline(NOT_KEPT).run(engine, [lines], [CODE], folder).values())


def test_buckets_do_not_change_what_is_added(tmp_path, engine, lines):
    whole = tmp_path / "whole.parquet"
    engine.register("line", lines.parts)
    engine.materialise("select * from line", whole)
    one = table_of("line", whole, bucketed=True)
    two = table_of("line", *lines.parts[:2], bucketed=True)
    runs = []
    for number, table in enumerate((lines, two, one)):
        made = Pipeline(NOT_KEPT).run(engine, [table], [CODE], tmp_path / f"cut-{number}")
        engine.register("by_code", made["by_code"].table.parts)
        runs.append((engine.rows("select * from by_code"), made["by_code"].digest))
    assert runs[0] == runs[1]  # the third bucket holds nothing that counts
    assert runs[0][0] == runs[2][0]


def test_a_changed_step_that_is_not_kept_runs_its_readers_again(tmp_path, engine, lines):
    folder = tmp_path / "tables"
    Pipeline(NOT_KEPT).run(engine, [lines], [CODE], folder)
    other = Step.from_text("passed", PASSED.sql.replace("l.paid from", "2 * l.paid as paid from"))
    made = Pipeline([BY_CODE, OWN, HELD, other]).run(engine, [lines], [CODE], folder)
    assert not any(result.kept for result in made.values())
    engine.register("own", made["own"].table.parts)
    assert engine.rows("select sum(paid) as paid from own") == [{"paid": Decimal("24.70")}]


@pytest.mark.parametrize("killed_at", range(8))
def test_killed_anywhere_it_ends_the_same(tmp_path, engine, lines, killed_at, monkeypatch):
    whole = Pipeline(NOT_KEPT).run(engine, [lines], [CODE], tmp_path / "whole")
    folder, left = tmp_path / "tables", [killed_at]

    def dying(sql, path, real=engine.materialise):
        if left[0] == 0:
            path.write_bytes(b"half of a file")
            raise KeyboardInterrupt
        left[0] -= 1
        return real(sql, path)

    monkeypatch.setattr(engine, "materialise", dying)
    try:
        Pipeline(NOT_KEPT).run(engine, [lines], [CODE], folder)
    except KeyboardInterrupt:
        assert killed_at < 7
    monkeypatch.undo()
    made = Pipeline(NOT_KEPT).run(engine, [lines], [CODE], folder)
    assert {n: r.digest for n, r in made.items()} == {n: r.digest for n, r in whole.items()}


def test_a_table_of_an_older_version_that_is_not_kept_any_more_goes(tmp_path, engine, lines):
    folder = tmp_path / "tables"
    kept = Step.from_text("passed", PASSED.sql.replace("-- made: on demand\n", ""))
    Pipeline([kept]).run(engine, [lines], [CODE], folder)
    assert (folder / "passed").is_dir()
    Pipeline(NOT_KEPT).run(engine, [lines], [CODE], folder)
    assert not (folder / "passed").exists()


@pytest.mark.parametrize(
    ("scope", "entry"),
    [
        ("population", "-- made: on demand"),
        ("person", "-- made: now and then"),
        ("person", "-- added: a"),
        ("population", "-- added: nothing_of_its_own"),
    ],
)
def test_a_header_that_cannot_be_is_said(scope, entry):
    with pytest.raises(EngineError, match="added or made"):
        with_header("x", "line", "select 1 as a", scope, entry)


def test_a_step_of_everybody_cannot_read_a_table_made_once_a_bucket(tmp_path, engine, lines):
    everybody = step("everybody", "held", "select count(*) as n from held", "population")
    with pytest.raises(EngineError, match="everybody needs everybody at once"):
        Pipeline([*NOT_KEPT, everybody]).run(engine, [lines], [CODE], tmp_path / "tables")


def test_steps_that_run_together_cannot_wait_for_each_other(tmp_path):
    waits = step("waits", "held, own", "select * from held join own using (person_id)")
    with pytest.raises(EngineError, match="wait for each other"):
        Pipeline([*NOT_KEPT, waits])
