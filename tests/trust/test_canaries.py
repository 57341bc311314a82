"""No identifier, birth date or text of a record in what is printed, logged or kept beside tables.

Canaries stand in every field of every feed and list (:mod:`trust.canaries`); and every command is
run on a project whose people are known: a new command is walked as soon as it is one.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import zipfile
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import typer
from typer.testing import CliRunner

from openvbc.claims.store import build_store
from openvbc.cli import app
from openvbc.commands import COMMANDS, function_of
from openvbc.errors import OpenvbcError
from trust.canaries import BIRTH, feeds

FOR_SHARING = ("report-shared.html", "report-shared.xlsx")
ABOUT_PEOPLE = ("report.html", "report.xlsx")
"""Private by design: the pages of an analyst name people."""


def kept_beside(folder: Path) -> str:
    """File names, and what stands in files that are neither tables nor private pages."""
    texts = []
    for path in sorted(folder.rglob("*")):
        texts.append(str(path.relative_to(folder)))
        if path.is_file() and path.suffix in (".json", ".log", ".txt", ".yaml"):
            texts.append(path.read_text("utf-8", errors="replace"))
        elif path.name in FOR_SHARING:
            texts.append(text_of(path))
    return "\n".join(texts)


def text_of(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8", errors="replace")
                         for name in book.namelist())  # fmt: skip


def test_no_field_of_any_feed_is_repeated_anywhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    read = 0
    inputs, canaries = feeds(tmp_path / "in")
    for number, each in enumerate(inputs):
        try:
            report = build_store(
                each, tmp_path / f"store{number}", buckets=1,
                progress=lambda text, done, said=said: said.append(text),
            )  # fmt: skip
            said.append(json.dumps([f.__dict__ for f in report.findings], default=str))
            said.append(json.dumps([e.__dict__ for e in report.waterfall], default=str))
            said += [gap.detail for gap in report.gaps]
            read += 1
        except OpenvbcError as error:
            said.append(str(error))
    printed = capfd.readouterr()
    text = "\n".join([*said, printed.out, printed.err, caplog.text, kept_beside(tmp_path)])
    assert len(canaries.put) > 250
    assert read >= 7
    assert "text where an amount belongs" in text
    assert [where for canary, where in canaries.put.items() if canary in text] == []
    assert BIRTH not in text


# Every command


def _given(command: str) -> list[str]:
    """Names of its arguments that must be files or folders."""
    hints = get_type_hints(function_of(command), include_extras=True)
    return [
        name
        for name, hint in hints.items()
        if any(isinstance(each, typer.models.ArgumentInfo) for each in get_args(hint)[1:])
        and get_args(hint)[0] is Path
    ]


FOLDER_OF = {"project": "", "run": "run", "before": "run", "after": "run", "store": "store",
             "book": "", "charts": "alr", "folder": ""}  # fmt: skip
"""What stands for an argument by its name."""
MORE = {
    "explain": ["earned_savings_or_owed_losses"],
    "simulate": ["--scenarios", "1000", "--expenditure-trend", "0.98..1.02"],
    "readmissions": ["--lists", "PROJECT", "--known-to", "2024-12-31", "--output", "OUT/r"],
    "report": ["--shared"],
    "quality": ["--value-sets", "PROJECT", "--year", "2024", "--output", "OUT/q"],
    "score": ["PROJECT/provider_specialty.csv", "--model", "V28", "--year", "2026", "--output",
              "OUT/s.csv"],
    "quality-score": ["--year", "2025", "--rates", "PROJECT/risk_scores.csv", "--output", "OUT/x"],
    "init": ["--program", "mssp"],
}  # fmt: skip
FILE_OF = {"score": "eligibility.csv", "quality-score": "risk_scores.csv", "qpp": "eligibility.csv",
           "init": "OUT/new", "synth": "OUT/made"}  # fmt: skip
STARTS = {"qpp": ["eligibility"]}
SERVES = ("app",)
"""Would answer until it is stopped; its own tests look at its pages."""
MAKES_ITS_OWN = ("demo", "synth")
"""Reads nothing of the user's."""
TAKES_LONG = ("report", "risk")
SUCCEED = ("check", "explain", "compare", "track", "simulate")
"""Succeed on a project or its run, so that what they print is really seen."""
YEAR = {"qpp": ["--year", "2025", "--output", "OUT/p"]}
LISTS = {"settle": "mssp", "verify": "mssp", "facility": "hrrp", "fit-trends": ""}
"""Take results files: given a list of people, each must refuse it without repeating it."""


def words_for(command: str, project: Path) -> list[str]:
    if command in LISTS:
        words = [command, str(project / "eligibility.csv"), str(project / "risk_scores.csv")]
        words += ["--program", LISTS[command]] if LISTS[command] else []
        return [*words, *(["--contract", "A9001"] if command == "facility" else [])]
    words = [command, *STARTS.get(command, [])]
    for name in _given(command):
        words.append(str(project / FILE_OF.get(command, FOLDER_OF.get(name, ""))))
    return [*words, *MORE.get(command, []), *YEAR.get(command, [])]


@pytest.fixture(scope="module")
def known(own_copy: Path) -> tuple[Path, set[str]]:
    """A project, and what must be nowhere: identifiers and birth dates of its people."""
    people: set[str] = set()
    with (own_copy / "eligibility.csv").open() as file:
        people |= {row["member_id"] for row in csv.DictReader(file)}
    for path in (own_copy / "alr").glob("*_1-1.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))):
            month, day, year = row["BENE_BRTH_DT"].split("/")
            people |= {row["BENE_MBI_ID"], row["BENE_BRTH_DT"], f"{year}-{month}-{day}"}
    assert len(people) > 300
    return own_copy, people


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(each, marks=pytest.mark.slow if each in TAKES_LONG else ())
        for each in COMMANDS
        if each not in (*SERVES, *MAKES_ITS_OWN)
    ],
)
def test_no_command_names_a_person(
    command: str, known: tuple[Path, set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, people = known
    monkeypatch.chdir(tmp_path)
    if command == "run":
        monkeypatch.setattr("openvbc.commands.run_reports.write_run_reports", lambda *_, **__: "")
    words = [
        word.replace("PROJECT", str(project)).replace("OUT", str(tmp_path))
        for word in words_for(command, project)
    ]
    done = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    fine = done.exception is None or isinstance(done.exception, SystemExit | OpenvbcError)
    assert fine, (words, done.exception)
    said = f"{done.output}\n{done.exception}\n{kept_beside(project / 'run')}{kept_beside(tmp_path)}"
    assert [each for each in people if each in said] == []
    if command in SUCCEED:
        assert done.exit_code in (0, 1, 3), (command, done.output, done.exception)
        assert len(done.output) > 100
