"""Only what carries our mark is emptied; a folder of the user keeps its content and its rights."""

import os
import shutil
import stat

import pytest
from typer.testing import CliRunner

import openvbc
from openvbc.claims.model import TABLES
from openvbc.cli import app
from openvbc.errors import InputError


def test_a_demo_leaves_a_folder_of_the_user(tmp_path, vbc):
    (tmp_path / "aco").mkdir()
    (tmp_path / "aco" / "thesis.txt").write_text("mine")
    done = vbc("demo", "--output", ".", "--people", 300)
    assert done.returncode == 2
    assert "aco" in done.stderr
    assert (tmp_path / "aco" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["person", "report.json"])
def test_a_store_takes_no_folder_that_holds_its_names(gold, tmp_path, name):
    project = shutil.copytree(gold, tmp_path / "p", ignore=shutil.ignore_patterns("run", "store"))
    theirs = project / "store" / name
    theirs.mkdir(parents=True)
    (theirs / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="VBC-131") as said:
        openvbc.Project(project).run()
    assert str(project / "store") in str(said.value)
    assert (theirs / "thesis.txt").read_text() == "mine"
    assert name in TABLES or name == "report.json"


def test_a_run_takes_no_folder_that_holds_its_names(gold, tmp_path):
    project = shutil.copytree(gold, tmp_path / "p", ignore=shutil.ignore_patterns("run"))
    (tmp_path / "out" / "tables").mkdir(parents=True)
    (tmp_path / "out" / "tables" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="VBC-131"):
        openvbc.Project(project).run(output=tmp_path / "out")
    assert (tmp_path / "out" / "tables" / "thesis.txt").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="rights of Windows")
def test_the_rights_of_a_folder_that_was_there_stay_and_its_files_are_private(project, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o1777)
    (out / "thesis.txt").write_text("mine")
    openvbc.Project(project).run(output=out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o1777
    assert (out / "thesis.txt").read_text() == "mine"
    for path in out.rglob("*"):
        if path.name != "thesis.txt":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["report", "P", "--output", "O"], "report.xlsx"),
        (["report", "P", "--shared", "--output", "O"], "report-shared.html"),
        (["run", "P", "--output", "O"], "report.html"),
        (["risk", "P", "--output", "O"], "tiers.csv"),
        (["synth", "O", "--people", "200", "--light"], "participants.csv"),
        (["init", "O", "--sample", "--people", "200"], "eligibility.csv"),
        (["demo", "--output", "O", "--people", "200"], "aco/eligibility.csv"),
    ],
)
def test_no_command_writes_over_a_file_of_the_user(own_copy, tmp_path, words, name):
    """The names that a command writes may be a user's own, in the folder a user names."""
    theirs = tmp_path / "theirs" / name
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    places = {"P": str(own_copy), "O": str(tmp_path / "theirs")}
    done = CliRunner().invoke(app, [places.get(word, word) for word in words])
    assert getattr(done.exception, "code", "") in ("VBC-131", "VBC-1079"), done.output
    assert theirs.read_text() == "mine"


@pytest.mark.parametrize(
    ("commands", "name"),
    [
        ([["risk"]], "tiers.csv"),
        pytest.param(
            [["report", "--shared"], ["risk"]], "report-shared.html", marks=pytest.mark.slow
        ),
    ],
    ids=["alone", "two commands"],
)
def test_what_we_wrote_is_written_anew(own_copy, tmp_path, commands, name):
    for _ in ("new", "written by us"):
        for words in commands:
            done = CliRunner().invoke(app, [*words, str(own_copy), "--output", str(tmp_path / "o")])
            assert done.exit_code == 0, done.output
    assert (tmp_path / "o" / name).exists()
