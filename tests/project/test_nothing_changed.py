"""A run of which nothing changed writes nothing again; whatever did change is made anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

import openvbc
from openvbc.cli import app
from openvbc.commands.kept_reports import reports_hold
from openvbc.commands.run_reports import NAMES
from openvbc.engine.manifest import Manifest

WRITTEN = ("manifest.json", "settlement.parquet", "source.json", *NAMES[False])


def run(folder: Path, *options: str) -> str:
    done = CliRunner().invoke(app, ["run", str(folder), *options], env={"COLUMNS": "100"})
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def numbers(folder: Path) -> dict[str, int]:
    """The number of each file of the run: a file that is written again has another."""
    return {name: (folder / "run" / name).stat().st_ino for name in WRITTEN}


@pytest.fixture(scope="module")
def ran(own_copy: Path) -> Path:
    """A copied project, run where it is now."""
    run(own_copy)
    return own_copy


def test_nothing_is_written_again_and_the_same_is_said(ran):
    before = numbers(ran)
    first = run(ran).splitlines()
    second = run(ran).splitlines()
    assert numbers(ran) == before
    assert second[:-1] == first[:-1]  # all but how long it took
    assert any("Earned savings" in line for line in second)


def test_what_was_damaged_is_written_again(ran):
    paths = [ran / "run" / name for name in ("report.html", "report.xlsx", "settlement.parquet")]
    whole = {path: path.read_bytes() for path in paths}
    for path in paths[:2]:  # each is noticed for itself
        path.write_bytes(whole[path][:-7] + b"garbled")
        assert not reports_hold(openvbc.Run.open(ran / "run")), path
        path.write_bytes(whole[path])
    assert reports_hold(openvbc.Run.open(ran / "run"))
    for path in paths:
        path.write_bytes(whole[path][:-7] + b"garbled")
    run(ran)
    assert {path: path.read_bytes() for path in paths} == whole


def test_another_word_in_the_project_file_changes_settlement_and_reports(ran):
    before = numbers(ran)
    path = ran / "openvbc.yaml"
    path.write_text(path.read_text() + "\n# a remark\n")
    run(ran)
    assert numbers(ran)["manifest.json"] != before["manifest.json"]
    assert numbers(ran)["report.html"] != before["report.html"]


def test_an_input_of_the_same_size_and_time_of_writing_is_noticed(ran):
    path = next((ran / "factors").rglob("*.csv"))
    stamp = path.stat()
    before = {entry.name: entry.sha256 for entry in Manifest.read(ran / "run").inputs}
    text = path.read_bytes()
    last = max(at for at, byte in enumerate(text) if chr(byte).isdigit())
    other = b"1" if text[last : last + 1] != b"1" else b"2"
    path.write_bytes(text[:last] + other + text[last + 1 :])
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    run(ran, "--verify-inputs")
    after = {entry.name: entry.sha256 for entry in Manifest.read(ran / "run").inputs}
    assert {name for name in after if after[name] != before[name]} == {path.name}
