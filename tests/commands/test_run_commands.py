"""The commands on a run from raw claims, one after the other as a user types them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import OpenvbcError


def vbc(*words: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "100"})
    assert done.exit_code == code, (words, done.output, done.exception)
    return done.output


@pytest.fixture(scope="module")
def project(own_copy: Path) -> Path:
    return own_copy


def test_a_person_planted_for_a_cent_is_explained(project: Path) -> None:
    with (project / "truth" / "traps.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "plurality_by_a_cent"]
    said = vbc("explain", project / "run", "person", rows[0]["person_id"], "--period", "PY")
    assert "310.00" in said
    assert "309.99" in said


def test_a_code_of_the_emergency_is_left_out_by_name(project: Path) -> None:
    with (project / "truth" / "traps.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "telephone_visit"]
    said = vbc("explain", project / "run", "person", rows[0]["person_id"], "--period", "PY")
    (line,) = [line for line in said.splitlines() if "99441" in line]
    assert "500.00" in line
    assert "no month of the emergency in the window" in " ".join(said.split())


def test_the_run_is_tracked_reported_and_explained(project: Path) -> None:
    assert "By month" in vbc("track", project / "run")
    assert "report.html" in vbc("report", project)


def test_a_run_compared_with_itself_has_no_difference(project: Path) -> None:
    said = vbc("compare", project / "run", project / "run")
    assert "Every settlement line is the same." in said
    assert "Nobody's assignment changed." in said


def test_a_long_tree_stops_and_says_how_much_follows(project: Path) -> None:
    run = project / "run"
    short, deeper = vbc("explain", run), vbc("explain", run, "--depth", "20")
    assert "more below: --depth" in short
    assert len(short.splitlines()) < 1_000 < len(deeper.splitlines())


def test_columns_that_do_not_fit_are_named(project: Path) -> None:
    words = ["simulate", str(project / "run"), "--scenarios", "1000", "--quality-score", "0.6..0.9"]
    narrow, wide = (
        " ".join(CliRunner().invoke(app, words, env={"COLUMNS": columns}).output.split())
        for columns in ("70", "300")
    )
    assert "Too narrow for: " in narrow
    left_out = narrow.split("Too narrow for: ")[1].split(". They are in a wider terminal")[0]
    assert "95th percentile" in left_out.split(", ")
    narrow_json = CliRunner().invoke(app, [*words, "--json"], env={"COLUMNS": "70"}).output
    assert "Too narrow" not in wide + narrow_json
    assert "percentile" in wide


def test_check_shows_the_files_while_the_contract_is_wrong(project: Path, tmp_path: Path) -> None:
    """The store of the right project serves: only the contract differs."""
    wrong = project / "wrong.yaml"
    text = (project / "openvbc.yaml").read_text("utf-8")
    wrong.write_text(re.sub(r"(?m)^(\s+track:).*$", r"\1 GOLD", text), "utf-8")
    assert wrong.read_text("utf-8") != text
    done = CliRunner().invoke(app, ["check", str(wrong)], env={"COLUMNS": "200"})
    assert isinstance(done.exception, OpenvbcError)
    assert "rows in =" in done.output
    assert "what its years need was not looked for" in done.output


def test_check_says_that_no_participant_is_known(project: Path) -> None:
    bare = project / "bare.yaml"
    text = (project / "openvbc.yaml").read_text("utf-8")
    (project / "nobody.csv").write_text(
        (project / "participants.csv").read_text("utf-8").split("\n")[0] + "\n", "utf-8"
    )
    named = text.replace("participants: participants.csv", "participants: nobody.csv")
    assert named != text
    bare.write_text(named, "utf-8")
    done = CliRunner().invoke(app, ["check", str(bare)], env={"COLUMNS": "300"})
    assert "no participant is known" in done.output, done.exception
