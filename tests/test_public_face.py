"""openvbc from Python: the same as the commands, and objects that show themselves."""

import shutil
import subprocess
import sys
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

import openvbc
from openvbc.cli import app
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.programs.explanation import Sentence

BOOK = Path(str(resources.files("openvbc"))) / "book" / "payer_contract"
FILES = [BOOK / "contract.yaml", BOOK / "totals.csv"]


@pytest.fixture(scope="module")
def settled():
    return openvbc.settle(*FILES, program="payer-contract")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    words = ["settle", "--program", "payer-contract", *map(str, FILES), "--output", str(folder)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return folder


def test_every_public_name_is_there():
    for name in openvbc.__all__:
        assert getattr(openvbc, name) is not None
    with pytest.raises(AttributeError):
        _ = openvbc.nothing


def test_importing_is_light():
    code = "import openvbc, sys; print(sorted({'duckdb', 'numpy', 'pydantic'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_settle_and_verify(settled):
    assert settled.main.evaluation.value("settlement", 0) == Decimal("189200.00")  # by hand
    verified = openvbc.verify(*FILES, program="payer-contract")
    assert verified.unexplained == 0


def test_a_trace_in_memory_is_that_of_the_folder(settled, folder):
    ours = openvbc.explain(settled, contract="ALDER")
    theirs = openvbc.explain(folder, contract="alder")
    assert (ours.name, ours.value, str(ours)) == (theirs.name, theirs.value, str(theirs))


def test_track_and_compare_say_what_the_commands_say(finished, tmp_path):
    run = finished / "run"
    tracked = openvbc.track(run)
    said = CliRunner().invoke(app, ["track", str(run)]).output
    sentences = [each.text for each in tracked.parts if isinstance(each, Sentence)]
    assert sentences
    assert all(text.split()[0] in said for text in sentences)
    same = openvbc.compare(run, openvbc.Run.open(run))
    assert (same.circumstances, same.lines, same.movements) == ([], [], [])
    assert same.units["earned_savings_or_owed_losses"] == "USD"
    other = tmp_path / "other"
    shutil.copytree(run, other)
    manifest = read_sealed(other / "manifest.json")
    manifest["settings"]["as_of"] = "2024-07-31"
    write_sealed(other / "manifest.json", manifest)
    (change,) = openvbc.compare(run, other).circumstances
    assert (change.name, change.before, change.after) == ("as_of", "", "2024-07-31")
    with pytest.raises(openvbc.errors.InputError):
        openvbc.track(tmp_path)


def test_a_trace_prints_as_explain_does(settled, folder):
    said = (
        CliRunner()
        .invoke(app, ["explain", str(folder), "--contract", "ALDER"], env={"COLUMNS": "300"})
        .output
    )
    text = str(openvbc.explain(settled, contract="ALDER"))
    rails = str.maketrans("", "", "│├└─ ")
    printed = {line.translate(rails) for line in said.splitlines()}
    missing = [line for line in text.splitlines() if line.translate(rails) not in printed]
    assert not missing
    assert "Savings beyond the corridor" in text


def test_objects_show_themselves(settled, folder):
    assert repr(settled) == (
        "<Settlement 'Value agreement of an invented health plan, 2025': 3 settled, 0 set aside>"
    )
    page = settled._repr_html_()
    assert "$189,200" in page
    assert "ALDER 2025" in page
    trace = openvbc.explain(settled, contract="ALDER")
    assert len(repr(trace)) < 120
    assert trace._repr_html_().startswith("<pre>")
    assert "agree" in openvbc.verify(*FILES, program="payer-contract")._repr_html_()


def test_what_is_shown_is_escaped(settled):
    from dataclasses import replace

    odd = replace(settled, title="<script>alert(1)</script>")
    assert "<script>" not in odd._repr_html_()


@pytest.mark.parametrize(
    ("line", "more", "message"),
    [("nothing", {}, "no line of the settlement"), (None, {}, "which of 3 rows is meant"),
     (None, {"contract": "ZED"}, "no such row")],
)  # fmt: skip
def test_a_question_that_names_nothing_is_refused(settled, line, more, message):
    with pytest.raises(openvbc.errors.InputError, match=message):
        openvbc.explain(settled, line, **more)


def test_simulation_from_python_is_that_of_the_command(tmp_path):
    from openvbc.programs.book import settle_book
    from openvbc.programs.run_folder import write_run

    write_run(settle_book()["mssp"], tmp_path)
    outcomes = openvbc.simulate(
        tmp_path, contract="A9012", quality_score=(0.6, 0.9), scenarios=1000, seed=3
    )
    again = openvbc.simulate(
        tmp_path, contract="A9012", quality_score=(0.6, 0.9), scenarios=1000, seed=3
    )
    assert len(outcomes) >= 1
    assert [o.mean for o in outcomes] == [o.mean for o in again]


def test_exact_money_beside_numeric(tmp_path):
    pytest.importorskip("pandas", reason="data frames")
    from openvbc.engine.duckdb import DuckDBEngine
    from openvbc.run_table import RunTable

    file = tmp_path / "part-000.parquet"
    with DuckDBEngine(threads=1) as engine:
        engine.materialise("select cast(10.25 as decimal(18,2)) as amount, 'a' as name", file)
    table = RunTable("paid", [file])
    assert table.df()["amount"][0] == Decimal("10.25")
    frame = table.df(numeric=True)
    assert list(frame.columns) == ["amount", "amount_exact", "name"]
    assert frame["amount"].dtype.kind == "f"
    assert frame["amount_exact"][0] == Decimal("10.25")


def test_a_day_is_a_day_in_a_frame(tmp_path):
    """Also the last day there is, which feeds use for "without end"; a missing one is missing."""
    pandas = pytest.importorskip("pandas", reason="data frames")
    from openvbc.engine.duckdb import DuckDBEngine
    from openvbc.run_table import RunTable

    file = tmp_path / "part-000.parquet"
    days = "(date '2024-02-29'), (date '9999-12-31'), (null)"
    with DuckDBEngine(threads=1) as engine:
        engine.materialise(f"select d as day_of_death from (values {days}) t(d)", file)
    column = RunTable("people", [file]).df()["day_of_death"]
    assert column.dtype.kind == "M"
    assert [str(d)[:10] for d in column.dropna().dt.date] == ["2024-02-29", "9999-12-31"]
    assert pandas.isna(column[2])
