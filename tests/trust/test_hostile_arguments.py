"""Every command, every argument, with hostile values: an answer in words, in time, and no more.

Files are named with every printable character, a path is a pipe, a device, a circle of links, a
folder where a file belongs, too long, empty, of another encoding, or holds what a terminal obeys.
"""

from __future__ import annotations

import os
import signal
import string
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from typer.models import ArgumentInfo, OptionInfo

from openvbc.commands import COMMANDS, function_of, terminal
from openvbc.commands.last_net import run_safely
from openvbc.start import _command
from programs.test_published_neighbours import reach_file

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes, devices and links of Unix")

LONGEST_SECONDS = 60
SERVES = {"app": "it would serve until it is stopped"}
GIVEN = {
    "synth": ["--people", "5"],
    "init": ["--people", "5"],
    "settle": ["--program", "reach"],
    "verify": ["--program", "reach"],
    "score": ["--model", "V28", "--year", "2026"],
    "facility": ["--contract", "010001"],
    "qpp": ["--year", "2024"],
    "quality": ["--year", "2026"],
    "quality-score": ["--year", "2024"],
    "quality-codes": ["--definitions", "nowhere.yaml", "--year", "2024"],
    "handover": ["--form", "fhir", "--name", "x"],
    "readmissions": ["--lists", "nowhere", "--known-to", "2024-12-31"],
}
"""What a command must be given, and what keeps small what it makes."""
FIRST = {"qpp": "score", "contract": "check", "news": "show", "boundaries": "list"}
"""The word that a command begins with."""
PRINTABLE = "".join(c for c in string.printable if c not in "/\n\r\t\x0b\x0c")
NAMES = {
    "empty": "", "blank": " ", "dash": "-", "option": "--no-such", "every printable": PRINTABLE,
    "pattern": "client [1]*?", "markup": "[bold]a[/b]\x1b[31m", "sql": "x'; drop table t; --",
    "line feed": "a\nb", "nothing": "a\x00b", "bytes": os.fsdecode(b"\xff\xfea"),
    "long": "a/" * 600,
    "long name": "a" * 1200, "up": "../" * 40 + "x", "formula": "=1+1", "home": "~nobody/x",
    "right to left": "a\u202eb", "device": "/dev/full",
}  # fmt: skip


def path_kinds(folder: Path) -> dict[str, str]:
    """Paths that are there and are not what belongs there, beside the names."""
    os.mkfifo(folder / "pipe")
    (folder / "one").symlink_to(folder / "two")
    (folder / "two").symlink_to(folder / "one")
    (folder / "folder").mkdir()
    (folder / "empty.csv").touch()
    (folder / PRINTABLE).write_text("a,b\n1,2\n")
    (folder / "binary").write_bytes(bytes(range(256)))
    there = ("pipe", "one", "folder", "empty.csv", "binary")
    return {**NAMES, "printable file": str(folder / PRINTABLE),
            **{name: str(folder / name) for name in there}}  # fmt: skip


class TookTooLongError(Exception):
    """A command did not end."""


@pytest.fixture
def vbc(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[Any, str]]:
    """Run a line in this process: its status, and all it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENVBC_SCRATCH", str(tmp_path / "scratch"))

    def stop(*_: Any) -> None:
        raise TookTooLongError

    def run(*words: str) -> tuple[Any, str]:
        monkeypatch.setattr(sys, "argv", ["vbc", *words])
        monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
        kept, before = os.umask(0o022), (sys.stdout, sys.stderr)
        signal.signal(signal.SIGALRM, stop)
        signal.alarm(LONGEST_SECONDS)
        try:
            with pytest.raises(SystemExit) as ended:
                run_safely(_command)
        finally:
            signal.alarm(0)
            os.umask(kept)
            sys.stdout, sys.stderr = before
            terminal.record(None)
        told = capsys.readouterr()
        return ended.value.code, told.out + told.err

    return run


def parameters(command: str) -> Iterator[tuple[str, bool]]:
    """Names of what takes a text or a path, and whether it is an option."""
    function = function_of(command)
    for name, kind in get_type_hints(function, include_extras=True).items():
        told = [each for each in get_args(kind) if isinstance(each, (ArgumentInfo, OptionInfo))]
        words = str(get_args(kind)[0]) if told else ""
        if told and ("str" in words or "Path" in words):
            yield name, isinstance(told[0], OptionInfo)


def wrong(code: Any, said: str) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if "Traceback" in said or "VBC-420" in said:
        return "unforeseen"
    if code not in (0, 1, 2, 3, 4):
        return f"status {code}"
    if code != 0 and not said.strip():
        return "nothing is said"
    odd = {c for c in said if (ord(c) < 32 and c not in "\n\t") or c in "\u202e\x7f"}
    return f"characters a terminal obeys: {sorted(map(hex, map(ord, odd)))}" if odd else ""


def option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in SERVES])
def test_a_hostile_argument_ends_in_words(
    command: str, vbc: Callable[..., tuple[Any, str]], tmp_path: Path
) -> None:
    """Every argument that is no option, and every option that must be given."""
    findings = []
    given = [name for name, is_option in parameters(command) if not is_option]
    usual = ["nowhere" for _ in given]
    if command in FIRST:
        usual[0] = FIRST[command]
    must = GIVEN.get(command, [])
    for kind, value in path_kinds(tmp_path).items():
        lines = [(name, [*must, "--", *usual[:at], value, *usual[at + 1 :]])
                 for at, name in enumerate(given)]  # fmt: skip
        lines += [(must[at - 1], [*must[:at], value, *must[at + 1 :], "--", *usual])
                  for at in range(1, len(must), 2)]  # fmt: skip
        for name, line in lines:
            code, said = vbc(command, *line)
            if fault := wrong(code, said):
                findings.append(f"{command} {name} {kind}: {fault}: {said[-300:]}")
    assert findings == []


def test_a_word_in_another_encoding_is_named(vbc: Callable[..., tuple[Any, str]]) -> None:
    code, said = vbc("settle", "--program", "reach", os.fsdecode(b"\xff\xfe.csv"))
    assert code == 2
    assert "VBC-1140: word 4 of the line is not in UTF-8" in said


REACH_FILE = ("facility", "settle", "verify")
"""Commands of result files, given one that can be settled."""
OF_A_PROJECT = ("check", "report", "explain", "compare", "drivers", "track", "forecast", "risk",
                "simulate", "export", "care", "billing", "equity", "effect", "quality-score",
                "book", "run", "handover")  # fmt: skip


def hostile_options(command: str, usual: list[str], vbc: Any, folder: Path) -> list[str]:
    findings = []
    names = [name for name, is_option in parameters(command) if is_option]
    for kind, value in path_kinds(folder).items():
        for name in names:
            must = GIVEN.get(command, [])
            given = must if option(name) not in must else [
                word for at, word in enumerate(must) if option(name) not in must[at - at % 2 :][:1]
            ]  # fmt: skip
            code, said = vbc(command, *given, option(name), value, "--", *usual)
            if fault := wrong(code, said):
                findings.append(f"{command} {name} {kind}: {fault}: {said[-300:]}")
    return findings


@pytest.mark.parametrize("command", REACH_FILE)
def test_a_hostile_option_of_results_ends_in_words(
    command: str, vbc: Callable[..., tuple[Any, str]], tmp_path: Path
) -> None:
    """Overlays, outputs, contracts, options of a program: beside a file that settles."""
    usual = [str(reach_file(tmp_path))]
    assert hostile_options(command, usual, vbc, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", OF_A_PROJECT)
def test_a_hostile_option_of_a_project_ends_in_words(
    command: str, vbc: Callable[..., tuple[Any, str]], tmp_path: Path, project: Path
) -> None:
    arguments = [name for name, is_option in parameters(command) if not is_option]
    usual = [str(project) for _ in arguments][: 2 if command == "compare" else 1]
    assert hostile_options(command, usual, vbc, tmp_path) == []
