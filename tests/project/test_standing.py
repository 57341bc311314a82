"""A run that stands is told from its record; whatever was changed, added or lost, it is made anew.

Each file of a finished project is damaged in turn, in one bit and under the same times of writing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import openvbc
from fresh_run import FreshRun, copy_with_overlay, fresh_run_in, make_fresh_run
from openvbc.cli import app
from openvbc.commands import run as run_command
from openvbc.commands import standing_run
from openvbc.commands.standing_run import RECORD, Asked
from openvbc.engine.folder_lock import sole_use
from openvbc.project import Project
from source_trees import SOURCE

SAID = "nothing changed since it was made"


def run(folder: Path, *options: str) -> str:
    done = CliRunner().invoke(app, ["run", str(folder), *options], env={"COLUMNS": "100"})
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def stands(project: Path, engine: str | None = None, output: Path | None = None) -> bool:
    return Asked(project, engine, output).standing() is not None


@pytest.fixture(scope="module")
def ran(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copied project with an overlay, run where it is; what it was given is two seconds old."""
    project = copy_with_overlay(finished, tmp_path_factory.mktemp("copy") / "aco")
    time.sleep(2.1)
    run(project)
    return project


@pytest.fixture(autouse=True)
def stood(ran: Path) -> Iterator[None]:
    """Every test finds the run standing, and leaves it so."""
    assert stands(ran)
    yield
    assert stands(ran)


def damaged(path: Path) -> Callable[[], None]:
    """Turn one bit of a file around, under its times; what puts it back."""
    whole, stamp = path.read_bytes(), path.stat()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    return lambda: path.write_bytes(whole) and None


def test_it_says_what_was_said(ran):
    (ran / "run" / RECORD).unlink()
    made, told = run(ran).splitlines(), run(ran).splitlines()
    assert told[:-1] == made[:-1]
    assert SAID in told[-1]
    assert SAID not in made[-1]
    assert any("Earned savings" in line for line in told)


def test_as_one_document(fresh):
    """The same results with --json, where the run is made and where it stands."""
    home = {"PYTHONPATH": str(SOURCE.parent)}
    command = [sys.executable, "-m", "openvbc", "run", str(fresh.project), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, env=os.environ | home).stdout)
    assert SAID in told["output"][-1]["text"]
    assert SAID not in fresh.said["output"][-1]["text"]
    assert told["output"][:-1] == fresh.said["output"][:-1]


def test_every_file_counts(ran):
    """Inputs, project file, overlay, records, tables, reports, parts of the store: all recorded."""
    files = {p for p in ran.rglob("*") if p.is_file() and p.name not in (".lock", "digests.json")}
    files -= {ran / "run" / RECORD, ran / "said.txt"}
    files = {p for p in files if not p.is_relative_to(ran / "store" / "taken")}
    files = {p for p in files if not p.is_relative_to(ran / "truth")}
    record = json.loads((ran / "run" / RECORD).read_text())
    recorded = {Path(name) for name in record["given"]}
    recorded |= {ran / "run" / name for name in record["run"]}
    recorded |= {ran / "store" / name for name in record["stored"]}
    assert files <= recorded
    assert len(files) > 100
    some = sorted(p for p in files if p.stat().st_size)[::9]
    for path in [ran / "openvbc.yaml", ran / "own.yaml", ran / "run" / RECORD, *some]:
        mend = damaged(path)
        assert not stands(ran), path
        mend()


@pytest.mark.parametrize(
    "where", ["cclf/new.zip", "factors/new.csv", "run/new", "store/new", "store/.scratch/a/b"]
)
def test_a_file_more_counts(ran, where):
    path = ran / where
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert not stands(ran)
    path.unlink()


@pytest.mark.parametrize(
    "where", ["cclf", "exclusions", "run/.openvbc", "run/tables/.openvbc", "store/.openvbc",
              "run/report.html", "store/person", "own.yaml", "openvbc.yaml", "participants.csv"],
)  # fmt: skip
def test_what_is_gone_counts(ran, where, tmp_path):
    aside = shutil.move(ran / where, tmp_path / "aside")
    assert not stands(ran)
    shutil.move(aside, ran / where)


def test_another_name_counts(ran):
    """A delivery's name says whose it is and of when."""
    path = sorted((ran / "cclf").iterdir())[0]
    other = path.with_name(path.name.replace("T12", "T13"))
    assert other != path
    path.rename(other)
    assert not stands(ran)
    other.rename(path)


@pytest.mark.skipif(os.name == "nt", reason="pipes of Unix")
def test_a_pipe_in_the_place_of_a_file_counts_and_stops_nobody(ran, tmp_path):
    path = ran / "participants.csv"
    aside = shutil.move(path, tmp_path / "aside")
    os.mkfifo(path)
    assert not stands(ran)
    path.unlink()
    shutil.move(aside, path)


def test_what_is_asked_counts(ran, monkeypatch):
    assert not stands(ran, engine="duckdb")
    assert not stands(ran, output=ran / "run")
    other = shutil.copy(ran / "openvbc.yaml", ran / "other.yaml")
    assert not stands(other)  # the same words, to the same folder, of another file
    Path(other).unlink()
    monkeypatch.setattr(standing_run, "program_files", lambda: "another state of the program")
    assert not stands(ran)


class Made(Exception):
    """Raised where a run would be made."""


@pytest.mark.parametrize("option", ["--verify-inputs", "--times", "--profile"])
def test_whoever_wants_to_see_it_made_does(ran, monkeypatch, option):
    def made(*_):
        raise Made

    monkeypatch.setattr(run_command, "_run", made)
    done = CliRunner().invoke(app, ["run", str(ran), option])
    assert isinstance(done.exception, Made), done.output
    assert SAID in run(ran)


def test_a_folder_in_use_is_waited_for_or_refused_as_ever(ran):
    for name in ("run", "store"):
        with sole_use(ran / name):
            assert not stands(ran)


def test_a_garbled_record_is_none(ran):
    path = ran / "run" / RECORD
    whole = path.read_bytes()
    for other in (b"", b"{}", b"[]", whole[: len(whole) // 2], whole.replace(b"a", b"b", 1)):
        path.write_bytes(other)
        assert not stands(ran)
    path.write_bytes(whole)


@pytest.mark.parametrize("name", ["openvbc.yaml", "own.yaml", "participants.csv", "cclf"])
def test_what_was_written_while_it_was_made_is_not_recorded(ran, name):
    """Nobody knows which of its states the run read."""
    project, made = Project(ran), openvbc.Run.open(ran / "run")
    shown = Asked(ran, None, None).standing()[1]
    record = ran / "run" / RECORD
    whole = record.read_bytes()
    record.unlink()
    asked = Asked(ran, None, None)
    for file in ("participants.csv", "own.yaml", "openvbc.yaml"):
        standing_run.regular_file(ran / file)
    os.utime(ran / name)
    asked.remember(project, made, shown)
    assert not record.exists()
    record.write_bytes(whole)


STATE = "from openvbc.program_files import program_files; print(program_files())"


def test_the_program_itself_counts(tmp_path):
    """A rule of the same size and times of writing, a file more: another state of the program."""
    copy = Path(shutil.copytree(SOURCE, tmp_path / "openvbc"))

    def state() -> str:
        home = {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-c", STATE], capture_output=True, text=True, env=os.environ | home
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    states = [state(), state()]
    assert states[0] == states[1]
    damaged(next((copy / "rules" / "mssp").glob("*.yaml")))
    states.append(state())
    (copy / "steps" / "more.sql").touch()
    states.append(state())
    assert len(set(states)) == 3


def opened_and_recorded(made: FreshRun) -> tuple[set[str], set[str]]:
    """Files given to a project that its run opened, and those its record knows."""
    ours = [made.project / "run", made.project / "store"]
    given = {str(p) for p in made.opened if not any(p.is_relative_to(o) for o in ours)}
    record = json.loads((made.project / "run" / RECORD).read_text())
    return given, set(record["given"])


def test_the_record_knows_every_file_that_was_opened(fresh):
    opened, recorded = opened_and_recorded(fresh)
    assert len(opened) > 10
    assert str(fresh.project / "own.yaml") in opened
    assert opened <= recorded


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    ["bpci-advanced", "capitation", "cjr", "eom", "episodes", "medicare-advantage", "ocm",
     "p4p-contract", "payer-contract", "reach", "team"],
)  # fmt: skip
def test_the_record_knows_every_file_that_a_program_opened(tmp_path, program):
    project = tmp_path / "project"
    words = ["init", str(project), "--program", program, "--sample", "--people", "300"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (done.output, done.exception)
    assert yaml.safe_load((project / "openvbc.yaml").read_text())
    make_fresh_run(project, tmp_path)
    opened, recorded = opened_and_recorded(fresh_run_in(project, tmp_path))
    assert opened
    assert opened <= recorded
