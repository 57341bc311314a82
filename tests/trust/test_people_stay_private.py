"""Rights of what is written, scratch that goes, and no person in any message."""

import os
import stat

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.scratch import NAME, Scratch
from openvbc.errors import Place, form_of


def open_to_others(folder):
    return [p for p in folder.rglob("*") if stat.S_IMODE(p.lstat().st_mode) & 0o077]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="rights of Windows")
def test_nothing_is_open_to_others_whatever_the_umask(gold, tmp_path):
    before = os.umask(0)
    try:
        import shutil

        import openvbc

        project = shutil.copytree(
            gold, tmp_path / "p", ignore=shutil.ignore_patterns("run", "store")
        )
        openvbc.Project(project).run()
    finally:
        os.umask(before)
    assert not open_to_others(project / "run")
    assert not open_to_others(project / "store")


def test_scratch_goes_with_the_engine_and_a_killed_one_at_the_next_start(tmp_path):
    left = tmp_path / NAME / "killed"
    left.mkdir(parents=True)
    (left / "spill.tmp").write_text("people")
    held = Scratch(tmp_path)
    with DuckDBEngine(threads=1, scratch=tmp_path):
        assert not left.exists()
        assert held.folder.exists()  # another one's, in use
        assert len([p for p in (tmp_path / NAME).iterdir() if p.is_dir()]) == 2
    held.close()
    assert not [p for p in (tmp_path / NAME).iterdir() if p.is_dir()]


def test_without_a_scratch_folder_nothing_goes_to_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows("t", {"a": "string"}, [("x",)])
        assert engine.rows("select current_setting('temp_directory') as t") == [{"t": ""}]
    assert not list(tmp_path.iterdir())


def test_of_a_value_about_a_person_only_its_form_is_shown():
    assert form_of("17.07.1931") == "00.00.0000"
    assert "1931" not in str(Place.of_person("people.csv", 2, "birth_date", "17.07.1931"))


def test_score_prints_no_person(tmp_path, vbc):
    (tmp_path / "p.csv").write_text(
        "person_id,birth_date,sex\nCANARY77,17.07.1931,F\nB1,1940-01-01,M\n"
    )
    (tmp_path / "d.csv").write_text("person_id,diagnosis_code\nE119,CANARY77\nB1,E119\n")
    done = vbc("score", "p.csv", "d.csv", "--model", "V28", "--year", "2026", "--raw")
    said = done.stdout + done.stderr
    assert done.returncode == 3, said  # a row is set aside
    assert "CANARY77" not in said
    assert "1931" not in said
    assert stat.S_IMODE((tmp_path / "scores.csv").stat().st_mode) == 0o600
