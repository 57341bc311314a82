"""--json, --verbose, --log and --quiet on every command, wherever on the line."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from openvbc.commands import COMMANDS, every_command, terminal
from openvbc.commands.every_command import Asked, Log, taken_off
from openvbc.commands.last_net import run_safely
from openvbc.errors import InputError
from openvbc.start import _command

SOURCE = Path(__file__).resolve().parents[2] / "src"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SOURCE)}


@pytest.fixture
def vbc(monkeypatch, capsys):
    """Run a line as the command does, in this process: status, standard output, standard error."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["vbc", *map(str, words)])
        monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
        kept, before = os.umask(0o022), sys.stdout
        try:
            with pytest.raises(SystemExit) as ended:
                run_safely(_command)
        finally:
            os.umask(kept)
            sys.stdout = before
            terminal.record(None)
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_in_json_and_keeps_a_log(command, vbc, tmp_path):
    log = tmp_path / "vbc.log"
    code, out, _ = vbc(command, "--no-such-option", "SECRET-PERSON", "--json", f"--log={log}")
    told = json.loads(out)
    assert (told["command"], told["exit_status"]) == (command, code) == (command, 2)
    first, last = log.read_text().splitlines()
    assert first.endswith(f": {command} --no-such-option")
    assert "ended with 2" in last
    assert "SECRET" not in log.read_text()
    assert oct(log.stat().st_mode)[-2:] == "00"


@pytest.mark.parametrize("words", [["track"], ["drivers", "--all"], ["explain"], ["compare"]])
def test_what_is_printed_is_the_same_as_data(words, vbc, finished, monkeypatch):
    command, *options = words
    given = [finished, finished / "run"] if command == "compare" else [finished]
    monkeypatch.setenv("COLUMNS", "400")
    code, out, _ = vbc("--json", command, *given, *options)
    told = json.loads(out)
    assert code == told["exit_status"] == 0
    _, shown, _ = vbc(command, *given, *options)
    texts = list(_texts(told["output"]))
    assert len(texts) > 2
    for text in texts:
        for word in text.split():
            assert word in shown


def _texts(output):
    for each in output:
        yield each.get("text", each.get("table", ""))
        yield from each.get("columns", ())
        for row in each.get("rows", ()):
            yield from row
        yield from _texts(each.get("children", ()))


@pytest.mark.parametrize(
    "widths",
    [(50, 124), pytest.param((60, 80, 100, 120), marks=pytest.mark.slow)],
    ids=["narrowest and widest", "between"],
)
@pytest.mark.parametrize("command", ["drivers", "track"])
def test_money_is_never_cut(command, widths, vbc, finished, monkeypatch):
    def shown(columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        return vbc(command, finished)[1]

    whole = sorted(re.findall(r"\d", shown(400)))
    for width in widths:
        narrow = shown(width)
        assert "…" not in narrow, width
        assert sorted(re.findall(r"\d", narrow)) == whole, width


def test_verbose_says_what_is_done_on_standard_error(vbc, finished):
    code, out, err = vbc("track", finished, "--verbose", "--quiet")
    assert (code, out) == (0, "")
    assert "track" in err.splitlines()[0]
    assert "s of processor" in err.splitlines()[-1]


def test_an_error_is_in_the_document_and_on_standard_error(vbc, tmp_path):
    code, out, err = vbc("track", tmp_path, "--json")
    told = json.loads(out)
    assert code == 2
    assert told["errors"][0].startswith("VBC-")
    assert told["errors"][0].splitlines()[0] in err


def test_options_are_taken_off_wherever_they_stand():
    asked, left = taken_off(["--json", "run", "--log", "a.log", "aco", "--verbose"])
    assert asked == Asked(json=True, verbose=True, log="a.log")
    assert left == ["run", "aco"]
    assert taken_off(["run", "--help", "--json"]) == (Asked(), ["run", "--help", "--json"])
    with pytest.raises(InputError, match="names no file"):
        taken_off(["run", "--log"])


def test_a_log_that_cannot_be_written_is_said(vbc, tmp_path):
    code, _, err = vbc("track", tmp_path, "--log", tmp_path / "none" / "vbc.log")
    assert code == 2
    assert "VBC-130" in err


def test_a_command_that_is_piped_says_now_and_then_what_it_does(capsys, monkeypatch):
    """After the first seconds, also of what began before them; nothing after the end."""
    monkeypatch.setattr(every_command, "FIRST", 0.02)
    monkeypatch.setattr(every_command, "BETWEEN", 0.02)
    log = Log(["run", "aco"], verbose=False, file=None, seldom=True)
    log.note("settling")
    said = ""
    until = time.monotonic() + 20
    while said.count("0 s: settling") < 2 and time.monotonic() < until:
        time.sleep(0.02)
        said += capsys.readouterr().err
    assert said.count("0 s: settling") >= 2
    log.end(0)
    time.sleep(0.1)
    capsys.readouterr()
    time.sleep(0.1)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "terminal", "told"),
    [([], False, True), ([], True, False), (["--quiet"], False, False),
     (["--verbose"], False, False)],
)  # fmt: skip
def test_who_sees_bars_asked_for_quiet_or_for_all_gets_no_such_lines(
    vbc, finished, monkeypatch, words, terminal, told
):
    asked = {}

    class Kept(Log):
        def __init__(self, *args, **given):
            asked.update(given)
            super().__init__(*args, **given)

    monkeypatch.setattr("openvbc.commands.last_net.Log", Kept)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    vbc("track", finished, *words)
    assert asked["seldom"] is told


def test_a_closed_standard_error_is_no_fault():
    words = [sys.executable, "-m", "openvbc", "rules", "mssp"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", *words], capture_output=True, env=ENVIRONMENT
    )
    assert done.returncode == 0
