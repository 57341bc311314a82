"""Of a table held in memory only the columns that are read are made, and rows are the same."""

import pytest

from openvbc.engine.columns_read import only_columns_read
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.step import Step
from openvbc.engine.table import table_of

HEADER = "-- purpose: p\n-- grain: g\n-- scope: person\n-- inputs: {}\n-- cite: c\n{}"
COLUMNS = "-- columns:\n--   person_id: who\n--   paid: what\n--   code: for what\n\n"
LINE = Step.from_text(
    "charge",
    HEADER.format("line", "-- made: once a bucket\n" + COLUMNS)
    + "select person_id, paid, code from line",
)


def reader(select, comment="", name="result"):
    return Step.from_text(name, HEADER.format("charge", comment) + select)


def test_a_column_that_no_reader_names_is_left_out():
    sql = only_columns_read(LINE, [reader("select person_id, paid + 1 as more from charge")])
    assert sql.splitlines()[0] == "select person_id, paid from ("


def test_every_reader_counts_and_the_order_of_the_table_stays():
    readers = [
        reader("select code from charge"),
        reader("select upper(c.PERSON_ID) as p from charge c"),
    ]
    assert only_columns_read(LINE, readers).startswith("select person_id, code from (")


def test_a_comment_names_nothing():
    read = reader("-- paid, code\nselect person_id from charge", "-- paid for a code\n")
    assert only_columns_read(LINE, [read]).startswith("select person_id from (")


@pytest.mark.parametrize(
    "select",
    [
        "select * from charge",
        "select c.person_id from (select distinct * from charge) c",
        "select c.* from charge c",
        "select 1 as one, * from charge",
        "select person_id, paid, code from charge",
        "select count(*) as rows from charge",
    ],
)
def test_who_takes_every_column_or_names_none_gets_the_table_whole(select):
    assert only_columns_read(LINE, [reader(select)]) == LINE.sql


def test_a_table_that_does_not_describe_its_columns_is_made_whole():
    bare = Step.from_text("charge", HEADER.format("line", "") + "select person_id, paid from line")
    assert only_columns_read(bare, [reader("select person_id from charge")]) == bare.sql


class Spied(DuckDBEngine):
    def __init__(self):
        super().__init__(threads=1)
        self.held = {}

    def define(self, name, sql, *, held=False):
        super().define(name, sql, held=held)
        if held:
            self.held[name] = list(self.column_types(name))


def test_a_run_holds_what_its_steps_read_and_gives_the_rows_it_gave(tmp_path):
    rows = "(values ('p1', 3, 'A'), ('p1', 4, 'B'), ('p2', 5, 'A')) t(person_id, paid, code)"
    total = reader("select person_id, cast(sum(paid) as bigint) as paid from charge group by all")
    seen = reader("select distinct code from charge", name="seen")
    with Spied() as engine:
        engine.materialise(f"select * from {rows}", tmp_path / "line.parquet")
        line = table_of("line", tmp_path / "line.parquet", bucketed=True)
        made = Pipeline([LINE, total]).run(engine, [line], [], tmp_path / "one")
        assert engine.held["charge"] == ["person_id", "paid"]
        engine.register("result", made["result"].table.parts)
        found = engine.rows("select person_id, paid from result order by 1")
        assert [tuple(row.values()) for row in found] == [("p1", 7), ("p2", 5)]
        Pipeline([LINE, total, seen]).run(engine, [line], [], tmp_path / "two")
        assert engine.held["charge"] == ["person_id", "paid", "code"]
