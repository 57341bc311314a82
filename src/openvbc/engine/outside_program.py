"""The one door for a program of the user's: started only where the user names it, and bounded.

It is given a text and gives back a text. No shell, a surrounding of three variables, a private
scratch folder as its place, an end to its time and to what it may say; it is ended with everything
it started. What it says goes nowhere but to who asked: an error never repeats it, as it may hold
what a chart says.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from openvbc.engine.private_files import private_folder
from openvbc.errors import InputError

SECONDS = 600
ANSWER_LIMIT = 256 * 1024 * 1024
"""Bytes a program may answer."""
_LOOKS = 0.05


def answer_of(
    command: Sequence[str],
    question: str,
    folder: Path,
    *,
    surroundings: Mapping[str, str],
    seconds: float = SECONDS,
    limit: int = ANSWER_LIMIT,
) -> str:
    """What a program answers to a text on its standard input.

    Args:
        command: the program and its arguments; the program as an absolute path.
        question: what it is given.
        folder: a private scratch folder, in which it stands.
        surroundings: variables it may see beside its path.
        seconds: after which it is ended.
        limit: bytes of answer after which it is ended.

    Raises:
        InputError: it does not start, takes too long, says too much, or ends with an error.
    """
    private_folder(folder)
    asked, said = folder / "question", folder / "answer"
    name = Path(command[0]).name
    with os.fdopen(os.open(asked, _WRITE, 0o600), "w", encoding="utf-8") as file:
        file.write(question)
    with (
        os.fdopen(os.open(asked, os.O_RDONLY), "rb") as given,
        os.fdopen(os.open(said, _WRITE, 0o600), "wb") as answer,
    ):
        try:
            running = subprocess.Popen(
                list(command), stdin=given, stdout=answer, stderr=subprocess.DEVNULL,
                cwd=folder, start_new_session=True,
                env={"PATH": os.path.dirname(command[0]), **surroundings},
            )  # fmt: skip
        except OSError:
            raise _failed(name, "does not start") from None
        _wait(running, said, name, seconds, limit)
    with os.fdopen(os.open(said, os.O_RDONLY), "r", encoding="utf-8", errors="replace") as file:
        return file.read()


_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def _wait(
    running: subprocess.Popen[bytes], said: Path, name: str, seconds: float, limit: int
) -> None:
    until = time.monotonic() + seconds
    try:
        while running.poll() is None:
            if time.monotonic() > until:
                raise _failed(name, f"took longer than {seconds:g} seconds")
            if said.stat().st_size > limit:
                raise _failed(name, "answers without end")
            time.sleep(_LOOKS)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
    if running.returncode:
        raise _failed(name, f"ended with status {running.returncode}")


def _failed(name: str, what: str) -> InputError:
    return InputError(
        f"the program {name}, which was asked to compute, {what}",
        rule="a program outside is bounded in time and in what it answers; its words are not shown",
        action="try it alone, or with fewer people",
        code="VBC-1118",
    )
