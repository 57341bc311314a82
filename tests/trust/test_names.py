"""Odd names of files and folders, hostile DuckDB files, cells that look like formulas, markup."""

import csv
import shutil
import string
from decimal import Decimal

import duckdb
import pytest
from typer.testing import CliRunner

import openvbc
from claims.cclf_text import delivery, record
from claims.stores import rows
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.cli import app
from openvbc.engine.csv_file import harmless
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.quoting import identifier, literal
from openvbc.errors import EngineError, InputError
from openvbc.synth import Settings, generate

ODD = ["client [1]", "client *", "client ?", "c**", "[!a]", "k=v", "it's", 'a"b', "{a,b}", "$(x)"]


def people_of(folder):
    """Who is in the deliveries, without a run: from the list of eligibility."""
    with (folder / "eligibility.csv").open() as file:
        return {row["member_id"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", ["client [1]", "client *"])
def test_a_folder_named_as_a_pattern_reads_its_own_people(tmp_path, name):
    for folder, person in ((name, "1S00A00AA01"), ("client 1", "1S00A00AA02")):
        rows_of = {
            "8": [record("8", BENE_MBI_ID=person, BENE_DOB="1940-01-05", BENE_SEX_CD="2")],
            "5": [record("5", BENE_MBI_ID=person, CLM_LINE_CVRD_PD_AMT="100.00")],
        }
        delivery(tmp_path / folder / "cclf", rows_of)
    read = ClaimInputs(cclf=(tmp_path / name / "cclf",))
    store = build_store(read, tmp_path / name / "store", buckets=1)
    for table in ("person", "professional_line"):
        assert rows(store, f"select person_id from {table}") == [{"person_id": "1S00A00AA01"}]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["client [1]", "client *"])
def test_a_project_in_a_folder_named_as_a_pattern_reads_its_own_people(gold, tmp_path, name):
    generate(Settings(people=230, seed=99, light=True), tmp_path / "client 1")
    shutil.copytree(gold, tmp_path / name, ignore=shutil.ignore_patterns("run", "store"))
    openvbc.Project(tmp_path / name).build_store()
    own, read = (
        {p.relative_to(f / "store"): p.read_bytes() for p in (f / "store").rglob("*.parquet")}
        for f in (gold, tmp_path / name)
    )
    assert read == own
    # A pattern that reached the folder beside it would have read everybody twice.
    assert people_of(gold) != people_of(tmp_path / "client 1")


@pytest.mark.parametrize("name", [*ODD, *(f"a{c}b" for c in string.punctuation if c != "/"), "é ü"])
def test_a_table_in_a_folder_of_any_name_is_read_from_there(name, tmp_path):
    with DuckDBEngine(threads=1) as engine:
        for folder, value in ((name, 1), ("client 1", 2), ("cb", 2), ("aab", 2), ("c", 2)):
            (tmp_path / folder).mkdir(exist_ok=True)
            if folder == name or (
                folder != name and not (tmp_path / folder / "p.parquet").exists()
            ):
                engine.materialise(f"select {value} as n", tmp_path / folder / "p.parquet")
        engine.register("one", tmp_path / name)
        assert engine.rows("select n from one") == [{"n": 1}]


def test_a_path_that_cannot_be_told_from_a_pattern_is_named(tmp_path):
    (tmp_path / "a\\[b").mkdir()
    with DuckDBEngine(threads=1) as engine:
        engine.materialise("select 1 as n", tmp_path / "a\\[b" / "p.parquet")
        with pytest.raises(EngineError, match="VBC-418"):
            engine.register("one", tmp_path / "a\\[b")


@pytest.mark.parametrize("text", ["it's", "'; drop table t; --", "", "\\", "''", "é"])
def test_a_literal_is_the_text(text):
    with DuckDBEngine(threads=1) as engine:
        assert engine.rows(f"select {literal(text)} as {identifier('a' + chr(34))}") == [
            {'a"': text}
        ]


SQL = "t' as source_file, 1 as source_line from x; copy (select 42 as x) to 'pwned.csv'; --.duckdb"


def tuva(path, *statements):
    connection = duckdb.connect(str(path.parent / "plain.duckdb"))
    for statement in statements:
        connection.execute(statement)
    connection.close()
    (path.parent / "plain.duckdb").rename(path)
    return path


CLAIM = (
    "create table {name}medical_claim as select '1' as claim_id, 1 as claim_line_number, "
    "'P1' as person_id, 'professional' as claim_type, date '2023-05-01' as claim_start_date, "
    "date '2023-05-01' as claim_end_date, '99213' as hcpcs_code, 10.00 as paid_amount"
)


def test_sql_in_a_file_name_is_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tuva(tmp_path / SQL, CLAIM.format(name=""))
    report = build_store(ClaimInputs(tuva=file), tmp_path / "store", buckets=1)
    assert report.rows["professional_line"] == 1
    assert not (tmp_path / "pwned.csv").exists()


def test_a_schema_may_have_any_name(tmp_path):
    file = tuva(
        tmp_path / "x.duckdb",
        'create schema "s\'"";x"',
        CLAIM.format(name='"s\'"";x".'),
    )
    assert build_store(ClaimInputs(tuva=file), tmp_path / "s", buckets=1).rows["professional_line"]


def test_a_view_or_macro_of_an_attached_file_is_never_run(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    secret = f"read_text('{tmp_path}/secret.txt')"
    view = f"create view medical_claim as select content as claim_id from {secret}"
    file = tuva(tmp_path / "view.duckdb", view, "create macro trim(x) as 'taken over'")
    with pytest.raises(InputError, match="VBC-1010"):
        build_store(ClaimInputs(tuva=file), tmp_path / "store", buckets=1)


@pytest.mark.parametrize("cell", ["=1+1", "+x", "-x", "@sum", "\tx", "\r=x", "=HYPERLINK(1)"])
def test_a_cell_is_no_formula(cell):
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-1.50", "+3", "-.5", Decimal("-2"), None, "A=1", "", "1e-3"])
def test_numbers_and_other_texts_stay(cell):
    assert harmless(cell) == cell


def test_markup_in_a_folder_name_is_shown_as_it_is(gold, tmp_path, monkeypatch):
    """The project was run where it lay before: what holds is kept, and shown where it is now."""
    monkeypatch.setattr("openvbc.commands.run_reports.write_run_reports", lambda *_, **__: "")
    name = "a[/b] [bold] :smile: \x1b[31mb"
    done = CliRunner().invoke(app, ["run", str(shutil.copytree(gold, tmp_path / name))])
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.output
    assert name.replace("\x1b", "\N{REPLACEMENT CHARACTER}") in done.output


def test_a_claim_number_or_date_with_markup_is_no_traceback(tmp_path, vbc):
    (tmp_path / "p.csv").write_text("person_id,birth_date,sex\n[/b],[/b],F\nA,1940-01-01,[/x]\n")
    (tmp_path / "d.csv").write_text("person_id,diagnosis_code\nA,[/b]\n")
    done = vbc("score", "p.csv", "d.csv", "--model", "V28", "--year", "2026", "--raw")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "VBC-6" in done.stderr or "set aside" in done.stdout
