"""Every command that reads rows says when it set some aside, also when quiet, and by its status.

The commands are walked: a new one that is given files must end by the status of their rows.
"""

from __future__ import annotations

import inspect
import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import get_args, get_type_hints

import pytest
import typer
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.commands import COMMANDS, function_of
from openvbc.commands.late_group import _whole
from openvbc.errors import Place
from openvbc.exit_status import ExitStatus
from openvbc.programs.registry import program
from openvbc.programs.settlement import SetAside
from programs import results_files, test_mssp_trend_fit
from programs.quality import test_quality_score
from trust.corpus import CORPUS

ASIDE = SetAside("a row nobody can read", Place("file.csv", line=3), "")


def _changed(words: list[str], file: Path, old: str, new: str) -> list[str]:
    text = file.read_text("utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return words


def settle(folder: Path) -> list[str]:
    words = CORPUS["shared savings"](folder)
    return _changed(words, folder / "results_2024.csv", ",16000,", ",-16000,")


def verify(folder: Path) -> list[str]:
    file = settle(folder)[1]
    return ["verify", file, "--program", "mssp", "--year", "2024"]


def facility(folder: Path) -> list[str]:
    words = CORPUS["hospital readmissions"](folder)
    file = folder / "supplemental.csv"
    lines = file.read_text("utf-8-sig").splitlines()
    lines.append(lines[-1].replace("010005", "01X-05"))
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return ["facility", words[1], "--program", "hrrp", "--contract", "010001"]


def qpp(folder: Path) -> list[str]:
    words = CORPUS["clinicians"](folder)
    file = folder / "c.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, "x" + lines[-1]]) + "\n")
    return words


def score(folder: Path) -> list[str]:
    words = CORPUS["risk scores"](folder)
    return _changed(words, folder / "p.csv", "1950-12-31", "1950-13-31")


def quality_score(folder: Path) -> list[str]:
    (folder / "rates.csv").write_text(test_quality_score.RATES)
    known = [test_quality_score.benchmark(each) for each in ("236", "112")]
    known.append({**test_quality_score.benchmark("134"), "percentiles": {"1": "x"}})
    (folder / "benchmarks.json").write_text(json.dumps(known))
    return ["quality-score", str(folder / "benchmarks.json"), "--year", "2025",
            "--rates", str(folder / "rates.csv"), "--output", "OUT"]  # fmt: skip


ONE_ROW_CANNOT_BE_USED = {
    "settle": settle,
    "verify": verify,
    "facility": facility,
    "qpp": qpp,
    "score": score,
    "quality-score": quality_score,
}
OF_A_PROJECT = ("check", "run", "report", "risk")
SHOWN_BELOW = ("fit-trends", "readmissions")
ELSEWHERE = {"quality": "tests/programs/quality/test_quality_run.py, a resource that is broken"}
OF_A_RUN = {"run", "before", "after"}
"""Arguments that are runs: their rows were judged when they were made."""
MADE = {"folder"}
"""What is written, not read."""
READS_NO_ROWS = ("app", "export", "handover", "quality-codes", "measure-report")
"""Their rows were judged when the run, or the store, was made; or every value is shown."""


def _paths_given(command: str) -> set[str]:
    """Its arguments that are files or folders to read."""
    hints = get_type_hints(function_of(command), include_extras=True)
    return {
        name
        for name, hint in hints.items()
        if any(isinstance(each, typer.models.ArgumentInfo) for each in get_args(hint)[1:])
        and Path in (get_args(hint)[0], *get_args(get_args(hint)[0]))
    }


def test_every_command_that_is_given_files_ends_by_what_it_made_of_their_rows() -> None:
    given = {command: _paths_given(command) - OF_A_RUN - MADE for command in COMMANDS}
    assert len([command for command, paths in given.items() if paths]) > 8
    for command, paths in given.items():
        if paths and command not in READS_NO_ROWS:
            source = inspect.getsource(function_of(command))
            assert "leave(" in source or "leave_run(" in source, (
                f"vbc {command} does not say by its exit status that rows were set aside: "
                "openvbc.commands.leave"
            )


def test_the_commands_tried_are_commands() -> None:
    tried = {*ONE_ROW_CANNOT_BE_USED, *OF_A_PROJECT, *SHOWN_BELOW, *ELSEWHERE}
    assert tried <= set(COMMANDS)


def _run(words: list[str], out: Path) -> tuple[int, str]:
    words = [word.replace("OUT", str(out)) for word in words]
    done = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("command", ONE_ROW_CANNOT_BE_USED)
def test_a_row_set_aside_is_said_and_gives_its_status(command: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    words = ONE_ROW_CANNOT_BE_USED[command](tmp_path / "in")
    quiet = ["--quiet"] if any(p.name == "quiet" for p in _whole(command).params) else None
    for more in ([], quiet):
        if more is not None:
            status, said = _run([*words, *more], tmp_path / "out")
            assert status == ExitStatus.ROWS_SET_ASIDE, said
            assert "set aside" in said or "cannot be used" in said


@pytest.fixture(scope="module")
def spoiled(own_copy: Path) -> Path:
    """A project with one score that is none among its risk scores."""
    file = own_copy / "risk_scores.csv"
    lines = file.read_text().splitlines()
    lines.append(",".join("much" if cell[:2] in ("0.", "1.") else cell
                          for cell in lines[-1].split(",")))  # fmt: skip
    file.write_text("\n".join(lines) + "\n")
    return own_copy


@pytest.mark.parametrize(
    "command", [pytest.param(each, marks=pytest.mark.slow if each == "risk" else ())
                for each in OF_A_PROJECT]
)  # fmt: skip
def test_every_command_of_a_project_says_it(
    command: str, spoiled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page, workbook and risk review are left out of `run` and `report`: they take long."""
    monkeypatch.setattr("openvbc.commands.run_reports.write_run_reports", lambda *_, **__: "")
    if command == "report":
        monkeypatch.setattr("openvbc.project.Project.review_risk", lambda *_, **__: (None, spoiled))
    status, said = _run([command, str(spoiled)], spoiled)
    assert status == ExitStatus.ROWS_SET_ASIDE, said
    assert "set aside" in said


def test_fit_trends_says_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = test_mssp_trend_fit.invented(40)
    for aside, status in (([], 0), ([ASIDE], 3)):
        monkeypatch.setattr(
            "openvbc.programs.mssp.historical_benchmark.read_all",
            lambda files, year, aside=aside: (rows, list(aside)),
        )
        exit_code, said = _run(["fit-trends", "x.csv"], tmp_path)
        assert exit_code == status, said
        assert ("not used: 1 (a row nobody can read)" in said) == bool(aside)


def test_readmissions_says_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = results_files.write(tmp_path / "results_2024.csv", results_files.rows())
    settled = program("mssp").published_program().settle([file])
    for aside, status in (((), 0), ((ASIDE,), 3)):
        settled = settled.__class__(**{**settled.__dict__, "set_aside": list(aside)})
        built = SimpleNamespace(settlement=settled, people=Decimal(0))
        monkeypatch.setattr(
            "openvbc.programs.readmission.cohorts.build", lambda *given, built=built: built
        )
        monkeypatch.setattr("openvbc.programs.readmission.cohorts.store_tables", lambda store: {})
        words = ["readmissions", "store", "--lists", "lists", "--known-to", "2024-12-31"]
        exit_code, said = _run([*words, "--output", "OUT/readmissions"], tmp_path)
        assert exit_code == status, said
        assert ("1 a row nobody can read" in said) == bool(aside)
