"""A run as one database or as CSV: everything is in it, described, and nothing is replaced."""

import csv
import stat
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.export import VIEWS, export_csv, export_duckdb
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run

duckdb = pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def run(finished):
    return Run.open(finished / "run")


@pytest.fixture(scope="module")
def database(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "run.duckdb"
    export_duckdb(run, path)
    return path


@pytest.fixture
def asked(database):
    connection = duckdb.connect(str(database), read_only=True)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


def test_every_table_of_the_run_is_in_the_database_row_for_row(run, asked):
    for name in run.tables:
        assert asked(f'select count(*) from run_tables."{name}"')[0][0] == len(
            run.table(name).rows()
        )


def test_every_line_of_the_settlement_is_a_row_with_its_value(run, asked):
    stored = StoredRun(run.folder)
    (row,) = stored.rows("settlement", None, None)
    for name in ("savings_rate", "earned_savings_or_owed_losses", "benchmark_expenditures"):
        ((value, label),) = asked(
            "select value, label from settlement_sheets.line "
            f"where sheet = 'settlement' and line = '{name}'"
        )
        assert value == row.values[name].quantize(Decimal("0.000001"))
        assert label


def test_the_dictionary_tells_every_column_of_a_table_of_the_run(asked):
    lacking = asked(
        'select "table", "column" from data_dictionary where "schema" = \'run_tables\' '
        "and (column_meaning is null or table_meaning is null)"
    )
    assert lacking == []


def test_views_agree_with_the_tables_they_stand_on(run, asked):
    spent = sum(r["amount"] for r in run.table("monthly_tracking").rows())
    assert asked("select sum(amount) from spending_by_month")[0][0] == spent
    people = sum(run.people_assigned().values())
    assert asked("select count(*) from assigned_people")[0][0] == people
    for view in VIEWS:
        assert asked(f"select count(*) from {view}")[0][0] > 0


def test_only_the_owner_can_read_it_and_nothing_is_replaced(run, database):
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    before = database.read_bytes()
    with pytest.raises(InputError, match="already"):
        export_duckdb(run, database)
    assert database.read_bytes() == before
    assert [file.name for file in database.parent.iterdir()] == [database.name]


def test_csv_holds_every_table_and_its_dictionary(run, tmp_path):
    made = export_csv(run, tmp_path / "csv")
    assert {f"{name}.csv" for name in run.tables} < set(made)
    with (tmp_path / "csv" / "utilization.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(run.table("utilization").rows())
    with (tmp_path / "csv" / "data_dictionary.csv").open() as file:
        told = {row["table"] for row in csv.DictReader(file)}
    assert told == set(run.tables)
    with pytest.raises(InputError):
        export_csv(run, tmp_path / "csv")


def test_the_command_asks_where_to(finished):
    said = CliRunner().invoke(app, ["export", str(finished)])
    assert isinstance(said.exception, InputError)
