"""Every engine keeps the promises of the port, and the house subset means the same on each."""

from datetime import date
from decimal import Decimal

import pytest

from openvbc.engine import engine_named
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.step import Step
from openvbc.engine.table import table_of
from openvbc.errors import EngineError

COLUMNS = {
    "person_id": "string",
    "paid": "decimal(12,2)",
    "served": "date",
    "mask": "int",
    "denied": "boolean",
}
ROWS = [
    ("p1", Decimal("10.05"), date(2024, 1, 31), 5, False),
    ("p1", Decimal("-0.05"), date(2024, 2, 29), 4, True),
    ("p2", None, None, 4095, None),
    ('p "3", x', "99.99", "2023-12-31", 0, "true"),
]


def sorted_rows(rows):
    return sorted((tuple(row.values()) for row in rows), key=repr)


def test_rows_go_in_and_come_out_exact(any_engine):
    any_engine.register_rows("line", COLUMNS, ROWS)
    assert sorted_rows(any_engine.rows("select * from line")) == sorted_rows(
        [
            dict(enumerate(r))
            for r in [
                *ROWS[:3],
                ('p "3", x', Decimal("99.99"), date(2023, 12, 31), 0, True),
            ]
        ]
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cast(date_add(date '2024-01-30', 31) as string)", "2024-03-01"),
        ("cast(add_months(date '2024-01-31', 1) as string)", "2024-02-29"),
        ("datediff(date '2024-03-01', date '2024-02-01')", 29),
        ("bit_count(4095)", 12),
        ("(5 >> 2) & 1", 1),
        ("1 << 11", 2048),
        ("cast(floor(cast(1005 as double) / 10 + 0.5) as bigint)", 101),
        ("cast(cast(-12.34 as decimal(12,2)) as string)", "-12.34"),
        ("coalesce(null || 'x', 'null')", "null"),
        ("least(3, null, 1)", 1),
        ("cast(cast(10 as decimal(38,2)) * cast(0.015000 as decimal(12,6)) as decimal(18,4))",
         Decimal("0.1500")),
        ("substring('12345', 1, 2)", "12"),
        ("year(date '2024-12-31') * 12 + month(date '2024-12-31')", 24300),
        ("cast(last_day(date '2024-02-01') as string)", "2024-02-29"),
        ("case when nullif(0, 0) is null then 'none' else 'some' end", "none"),
    ],
)  # fmt: skip
def test_an_expression_means_the_same(any_engine, expression, expected):
    assert any_engine.rows(f"select {expression} as x") == [{"x": expected}]


def test_materialise_register_and_empty_results(any_engine, tmp_path):
    any_engine.register_rows("line", COLUMNS, ROWS)
    sql = "select person_id, cast(sum(paid) as decimal(18,2)) as paid from line group by person_id"
    assert any_engine.materialise(sql, tmp_path / "a.parquet") == 3
    any_engine.register("total", tmp_path / "a.parquet")
    assert any_engine.rows("select cast(sum(paid) as decimal(18,2)) as paid from total") == [
        {"paid": Decimal("109.99")}
    ]
    assert any_engine.materialise(f"select * from ({sql}) t where paid < 0", tmp_path / "b") == 0
    any_engine.register("none", tmp_path / "b")
    assert any_engine.rows("select person_id, paid from none") == []


@pytest.mark.parametrize("above", [False, True])
def test_values_are_read_by_the_names_that_lie_beside_them(any_engine, tmp_path, above):
    """Also where a folder above is read, as a table of the store is whole."""
    with engine_named("duckdb") as writer:
        writer.register_rows("line", COLUMNS, ROWS)
        writer.register_rows("names", {"stands": "string", "means": "string"}, [("p1", "p9")])
        (tmp_path / "lines").mkdir()
        writer.materialise("select * from line", tmp_path / "lines" / "part.parquet")
        writer.materialise("select * from names", tmp_path / "lines" / "_renamed.person_id")
    any_engine.register("line", [tmp_path if above else tmp_path / "lines"])
    line_rows = any_engine.rows("select person_id, paid, served, mask, denied from line")
    expected = [("p9", *row[1:]) if row[0] == "p1" else row for row in ROWS]
    assert [str(row["person_id"]) for row in line_rows].count("p9") == 2
    any_engine.register_rows("expected", COLUMNS, expected)
    assert sorted_rows(line_rows) == sorted_rows(any_engine.rows("select * from expected"))


def test_a_failure_holds_the_sql(any_engine):
    with pytest.raises(EngineError, match="nothing_here"):
        any_engine.rows("select nothing_here from nowhere")


def test_a_pipeline_gives_the_same_rows(any_engine, tmp_path):
    any_engine.register_rows("given", COLUMNS, ROWS)
    any_engine.materialise("select * from given where person_id = 'p1'", tmp_path / "line-0")
    any_engine.materialise("select * from given where person_id <> 'p1'", tmp_path / "line-1")
    line = table_of("line", tmp_path / "line-0", tmp_path / "line-1", bucketed=True)
    header = "-- purpose: p\n-- grain: g\n-- scope: person\n-- inputs: line\n-- cite: c\n"
    step = Step.from_text(
        "last",
        header + "select person_id, max_by(mask, served) as mask, count(*) as n\n"
        "from line\ngroup by person_id",
    )
    results = Pipeline([step]).run(any_engine, [line], [], tmp_path / "tables")
    any_engine.register("last", results["last"].table.parts)
    last_rows = any_engine.rows("select person_id, mask, n from last")
    assert {r["person_id"]: (r["mask"], r["n"]) for r in last_rows} == {
        "p1": (4, 2),
        "p2": (None, 1),
        'p "3", x': (0, 1),
    }
    again = Pipeline([step]).run(any_engine, [line], [], tmp_path / "tables")
    assert again["last"].kept


def test_an_unknown_engine_is_named():
    with pytest.raises(EngineError, match="no engine named 'sparc'"):
        engine_named("sparc")
