"""Only what carries our mark is emptied; a folder of the user keeps its content and its rights."""

import os
import shutil
import stat

import pytest

import openvbc
from openvbc.claims.model import TABLES
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
