"""Every command takes a project or a run, is silent when asked, and completes by tabulator."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.commands.which_run import folder_of_run, project_of, run_apart

runner = CliRunner()


@pytest.mark.parametrize("where", [".", "openvbc.yaml", "run"])
def test_a_run_is_meant_by_its_project_its_file_or_its_folder(finished, where):
    assert folder_of_run(finished / where).resolve() == (finished / "run").resolve()
    assert project_of(finished / where) in (finished / where, finished / "openvbc.yaml")


def test_a_run_copied_with_its_project_is_of_the_copy(finished, tmp_path):
    """Its record names the first project, whose run nobody asked for."""
    copy = tmp_path / "copy"
    shutil.copytree(finished, copy, ignore=shutil.ignore_patterns("store", "tables"))
    assert project_of(copy / "run") == copy.resolve() / "openvbc.yaml"
    assert run_apart(copy / "run") is None


def test_a_run_made_elsewhere_is_reported_and_reviewed_where_it_lies(finished, tmp_path):
    """And nothing is written in the project's own run."""

    def written():
        return {path: path.stat().st_mtime_ns for path in (finished / "run").rglob("*")}

    elsewhere = Path(shutil.copytree(finished / "run", tmp_path / "elsewhere"))  # tables are kept
    (elsewhere / "report.html").unlink()
    shutil.rmtree(elsewhere / "risk")
    assert runner.invoke(app, ["run", str(finished), "--output", str(elsewhere)]).exit_code in (
        0,
        3,
    )
    (elsewhere / "report.html").unlink()
    before = written()
    said = runner.invoke(app, ["report", str(elsewhere)])
    assert (elsewhere / "report.html").is_file(), said.output
    reviewed = runner.invoke(app, ["risk", str(elsewhere)])
    assert list((elsewhere / "risk").glob("*.csv")), reviewed.output
    with (elsewhere / "risk" / "gaps_by_diagnosis.csv").open(encoding="utf-8") as file:
        named = {row["diagnosis_code"]: row["condition"] for row in csv.DictReader(file)}
    with (elsewhere / "risk" / "gaps_by_condition.csv").open(encoding="utf-8") as file:
        assert set(named.values()) == {row["condition"] for row in csv.DictReader(file)}
    assert not set(named) & set(named.values())  # a diagnosis is not its own name
    assert written() == before
    assert run_apart(finished / "run") is None


def test_track_and_compare_take_a_project(finished):
    by_run = runner.invoke(app, ["track", str(finished / "run")])
    assert runner.invoke(app, ["track", str(finished)]).output == by_run.output
    same = runner.invoke(app, ["compare", str(finished), str(finished / "run")])
    assert "Every settlement line is the same." in same.output


def test_a_new_project_has_its_folders_its_list_and_a_schema_an_editor_reads(tmp_path):
    target = tmp_path / "mine"
    assert runner.invoke(app, ["init", str(target)]).exit_code == 0
    assert (target / "cclf").is_dir()
    assert (target / "alr").is_dir()
    assert (target / "participants.csv").read_text().startswith("aco_id,performance_year,tin")
    assert (target / ".gitignore").read_text().splitlines()[1] == "*"
    schema = json.loads((target / "openvbc.schema.json").read_text())
    written = yaml.safe_load((target / "openvbc.yaml").read_text())
    assert set(written) <= set(schema["properties"])
    first = (target / "openvbc.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=openvbc.schema.json"
    assert written["contract"]["revenue_category"] == "low"  # BASIC E asks for it
    said = str(runner.invoke(app, ["check", str(target)]).exception)
    assert "no rows lie in cclf (cclf), assignment_reports (alr)" in said  # not the contract
    assert "vbc check" not in said
    bare = (target / "openvbc.yaml").read_text().replace("  track: BASIC_E", "  # track:")
    (target / "openvbc.yaml").write_text(bare.replace("score: 0.80", "score: 8.0"))
    where = 1 + next(n for n, line in enumerate(bare.splitlines()) if line.startswith("    score:"))
    said = str(runner.invoke(app, ["check", str(target)]).exception)
    assert "track is missing" in said
    (target / "openvbc.yaml").write_text(
        bare.replace("score: 0.80", "score: 8.0").replace("  # track:", "  track: BASIC_E #")
    )
    said = str(runner.invoke(app, ["check", str(target)]).exception)
    assert f"openvbc.yaml:{where}, column quality.score, value '8.0'" in said


def test_quiet_stands_anywhere_and_leaves_errors(finished, tmp_path):
    def vbc(*words):
        command = [sys.executable, "-m", "openvbc", *words]
        return subprocess.run(command, capture_output=True, text=True, env=os.environ)

    silent = vbc("track", "--quiet", str(finished))
    assert (silent.returncode, silent.stdout) == (0, "")
    failed = vbc("track", str(tmp_path), "--quiet")
    assert failed.returncode == 2
    assert "no manifest" in failed.stderr


def test_names_and_options_complete():
    def completed(line):
        code = "import sys; sys.argv = ['vbc']; from openvbc.start import main; main()"
        asked = {"_VBC_COMPLETE": "complete_bash", "_TYPER_COMPLETE_ARGS": line}
        asked |= {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | asked
        )
        return done.stdout.split()

    assert completed("vbc tra") == ["track"]
    assert "--scenarios" in completed("vbc simulate --sc")


def test_the_values_most_like_what_was_asked_are_told_first():
    from openvbc.errors import ParameterMissing
    from openvbc.rules.load import load_rules

    with pytest.raises(ParameterMissing) as error:
        load_rules("hcc").get("normalization_factor", model="V28", part="all", payment_year=2099)
    assert str(error.value.rule).startswith("known for: model V28")
