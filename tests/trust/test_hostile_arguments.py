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

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes, devices and links of Unix")

LONGEST_SECONDS = 60
SERVES = {"app": "it would serve until it is stopped"}
FEW = {"synth": ["--people", "5"], "init": ["--people", "5"]}
"""Options that keep what a command makes small."""
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


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in SERVES])
def test_a_hostile_argument_ends_in_words(
    command: str, vbc: Callable[..., tuple[Any, str]], tmp_path: Path
) -> None:
    """Every argument that is no option."""
    found = []
    given = [name for name, is_option in parameters(command) if not is_option]
    for kind, value in path_kinds(tmp_path).items():
        for at, _ in enumerate(given):
            line = [value if n == at else "nowhere" for n in range(len(given))]
            code, said = vbc(command, *FEW.get(command, []), "--", *line)
            if fault := wrong(code, said):
                found.append(f"{command} {given[at]} {kind}: {fault}: {said[-300:]}")
    assert found == []
