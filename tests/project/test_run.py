"""A finished run as its user meets it: tables, explain, compare, track, reports, privacy."""

import csv
import os

import pytest
import yaml
from typer.testing import CliRunner

import openvbc
from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError


@pytest.fixture(scope="module")
def folder(own_copy, finished):
    said = (finished.parent / "said.txt").read_text(encoding="utf-8")
    assert "Assigned people, PY" in said
    assert "step assignment" in said
    return own_copy


@pytest.fixture(scope="module")
def run(folder):
    return openvbc.Run.open(folder / "run")


def test_what_every_step_took_is_kept_and_shown(run):
    from openvbc.commands.run import show_profile
    from openvbc.commands.terminal import terminal

    step = run.profile["step assignment"]
    assert step.rows == len(run.table("assignment").rows())
    parts = (run.folder / "tables" / "assignment").glob("part-*.parquet")
    assert step.bytes_written == sum(part.stat().st_size for part in parts)
    assert step.bytes_read > step.bytes_written
    assert step.cpu_seconds > 0
    assert run.profile["claim store"].rows is None
    console = terminal()
    with console.capture() as shown:
        show_profile(console, run.profile)
    lines = [line.split() for line in shown.get().splitlines() if "claim store" in line]
    assert lines[0][2:] == [f"{run.profile['claim store'].seconds:.2f}",
                            f"{run.profile['claim store'].cpu_seconds:.2f}"]  # fmt: skip
    assert f"{step.rows:,}" in next(x for x in shown.get().splitlines() if "step assignment " in x)


@pytest.fixture(scope="module")
def traps(folder):
    with (folder / "truth" / "traps.csv").open() as file:
        return {row["label"]: row for row in csv.DictReader(file)}


def vbc(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "120"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_tables_as_rows_arrow_and_frame(run):
    table = run.table("assignment")
    rows = table.rows("period = 'PY'")
    assert rows
    assert {row["period"] for row in rows} == {"PY"}
    assert table.arrow().num_rows == len(table.rows()) == len(table.df())
    assert sum(r["is_assigned"] for r in rows) == run.people_assigned()["PY"]
    with pytest.raises(InputError, match=r"no table named assignmnt(.|\n)*assignment, "):
        run.table("assignmnt")


def test_a_person_is_explained(run, traps):
    won = vbc("explain", run.folder, "person", traps["plurality_by_a_cent"]["person_id"])
    assert "PY 2024: assigned: most primary care" in won
    assert "310.00" in won
    assert "309.99" in won
    tie = vbc("explain", run.folder, "person", traps["recency_tie_lost"]["person_id"])
    assert "received equal primary care from another entity, which saw them later" in tie
    month = vbc("explain", run.folder, "person", traps["medicare_advantage_month"]["person_id"])
    assert "had a month in a Medicare group health plan" in month
    with pytest.raises(EmptyResult, match="nobody in this run has that identifier") as caught:
        vbc("explain", run.folder, "person", "9ZZ9ZZ9ZZ99")
    assert "9ZZ9" not in str(caught.value)


def test_an_earlier_identifier_finds_the_person(run, folder):
    earlier = None
    from openvbc.engine.duckdb import DuckDBEngine

    with DuckDBEngine() as engine:
        engine.register("person_identifier", folder / "store" / "person_identifier")
        rows = engine.rows("select * from person_identifier where member_id <> person_id")
        earlier = rows[0]
    old = vbc("explain", run.folder, "person", earlier["member_id"], "--period", "PY")
    assert old == vbc("explain", run.folder, "person", earlier["person_id"], "--period", "PY")


def test_two_runs_are_compared(run, folder, tmp_path):
    same = vbc("compare", run.folder, run.folder)
    assert "Inputs, rules, SQL, engine and program are the same." in same
    assert "Nobody's assignment changed." in same
    content = yaml.safe_load((folder / "openvbc.yaml").read_text())
    content |= {"output": "run-2", "as_of": "2024-06-30"}
    content["contract"]["quality"] = {"score": 0.5}
    (folder / "june.yaml").write_text(yaml.safe_dump(content))
    other = openvbc.Project(folder / "june.yaml").run()
    assert "NOT A SETTLEMENT" in other.settlement.title
    assert any("before the performance year is over" in note for note in other.settlement.notes)
    listed = tmp_path / "people.csv"
    said = vbc("compare", run.folder, other.folder, "--people", listed)
    for word in ("as_of", "contract.quality", "quality score", "lost"):
        assert word in said
    assert os.stat(listed).st_mode & 0o077 == 0
    lost = [row for row in csv.DictReader(listed.open()) if row["gained"] == "-1"]
    before, after = run.people_assigned(), other.people_assigned()
    won = [row for row in csv.DictReader(listed.open()) if row["gained"] == "1"]
    assert len(lost) - len(won) == before["PY"] - after["PY"]


def test_the_year_is_tracked(run):
    said = vbc("track", run.folder)
    assert "As of 2025-" in said
    for word in ("2024-01", "2024-12", "aged non dual", "skilled nursing", "benchmark"):
        assert word in said


def test_nothing_meant_for_reading_names_a_person(run, folder):
    with (folder / "truth" / "people.csv").open() as file:
        people = [row["person_id"] for row in csv.DictReader(file)]
    # the page for sharing: project/test_sharing.py
    for name in ("run/report.html", "run/manifest.json", "run/times.json"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not [person for person in people if person in text], name
    assert run.manifest.control_totals["professional_line"]["lines"] > 1000
