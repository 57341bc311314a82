"""The door for a program outside: bounded, silent, and without our surroundings."""

import os
import sys
import time
from pathlib import Path

import pytest

from openvbc.engine.outside_program import answer_of
from openvbc.errors import InputError


def asked(folder, code, question="", **bounds):
    return answer_of([sys.executable, "-c", code], question, folder, surroundings={}, **bounds)


def test_it_answers_what_it_is_asked(tmp_path):
    code = "import sys; print(sys.stdin.read().upper())"
    assert asked(tmp_path / "in", code, "day").strip() == "DAY"


def test_it_sees_none_of_our_surroundings(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENVBC_SECRET", "canary")
    said = asked(tmp_path / "in", "import os; print(sorted(os.environ), os.getcwd())")
    assert "OPENVBC_SECRET" not in said
    assert str(tmp_path / "in") in said


def test_it_is_ended_with_all_it_started_when_it_takes_too_long(tmp_path):
    code = (
        "import subprocess, sys, time; "
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "open('child', 'w').write(str(p.pid)); time.sleep(60)"
    )
    with pytest.raises(InputError, match="took longer than 3 seconds"):
        asked(tmp_path / "in", code, seconds=3)
    child = int((tmp_path / "in" / "child").read_text())
    for _ in range(50):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if b"Z" in Path(f"/proc/{child}/stat").read_bytes().split()[2:3]:
            return
        time.sleep(0.1)
    pytest.fail("what it started lives on")


def test_it_is_ended_when_it_answers_without_end(tmp_path):
    code = "while True: print('canary' * 1000)"
    with pytest.raises(InputError, match="answers without end"):
        asked(tmp_path / "in", code, limit=100_000)


def test_its_words_are_in_no_message(tmp_path):
    with pytest.raises(InputError, match="ended with status 3") as error:
        asked(tmp_path / "in", "import sys; sys.stderr.write('canary'); sys.exit(3)")
    assert "canary" not in str(error.value)


def test_a_program_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="does not start"):
        answer_of([str(tmp_path / "none")], "", tmp_path / "in", surroundings={})


def test_only_the_owner_can_read_what_passes(tmp_path):
    asked(tmp_path / "in", "print(1)")
    for name in ("question", "answer"):
        assert (tmp_path / "in" / name).stat().st_mode & 0o777 == 0o600
