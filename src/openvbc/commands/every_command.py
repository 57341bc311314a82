"""What every command takes, wherever on the line: --quiet, --json, --verbose, --log FILE, --debug.

They are taken off the line before the command reads it, so no command can lack one of them.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from openvbc._version import __version__
from openvbc.errors import InputError

DEBUG, QUIET, JSON, VERBOSE, LOG = "--debug", "--quiet", "--json", "--verbose", "--log"
FLAGS = (DEBUG, QUIET, JSON, VERBOSE)
HELP = {"--help", "--version"}
FIRST, BETWEEN = 2.0, 10.0
"""Seconds until a command that is not on a terminal says what it does, and between such lines."""


@dataclass(frozen=True)
class Asked:
    """Which of them stand on the line."""

    debug: bool = False
    quiet: bool = False
    json: bool = False
    verbose: bool = False
    log: str = ""


def taken_off(words: Sequence[str]) -> tuple[Asked, list[str]]:
    """What is asked, and the line without it; help and version keep what they describe.

    Raises:
        InputError: ``--log`` names no file, or a word is no text.
    """
    _all_text(words)
    if HELP & set(words):
        return Asked(debug=DEBUG in words), [word for word in words if word != DEBUG]
    flags = {word for word in words if word in FLAGS}
    left, log = [], ""
    given = iter(word for word in words if word not in FLAGS)
    for word in given:
        if word == LOG:
            log = next(given, "")
        elif word.startswith(LOG + "="):
            log = word.removeprefix(LOG + "=")
        else:
            left.append(word)
            continue
        if not log:
            raise InputError("--log names no file", action="say: --log FILE", code="VBC-9907")
    return Asked(DEBUG in flags, QUIET in flags, JSON in flags, VERBOSE in flags, log), left


def _all_text(words: Sequence[str]) -> None:
    """Stop at a word in another encoding: neither DuckDB nor Arrow opens a file of such a name."""
    for number, word in enumerate(words, 1):
        try:
            word.encode()
        except UnicodeEncodeError:
            raise InputError(
                f"word {number} of the line is not in UTF-8, the encoding of this system",
                rule="names of files and folders are text",
                action="rename the file or folder",
                code="VBC-1140",
            ) from None


class Log:
    """What a command did and when, in a file and on standard error; never a value of the data.

    With `seldom` a line goes to standard error now and then: where it is no terminal and no bar
    shows that something moves. Of the command's line only its name and the names of its options are
    kept: a word may be a person's identifier.
    """

    def __init__(
        self, words: Sequence[str], *, verbose: bool, file: IO[str] | None, seldom: bool = False
    ) -> None:
        self._verbose, self._file = verbose, file
        self._began, self._last, self._doing = time.perf_counter(), "", ""
        self._ended = threading.Event()
        if seldom:
            threading.Thread(target=self._beat, daemon=True).start()
        self.command = next((word for word in words if not word.startswith("-")), "")
        options = sorted({w.partition("=")[0] for w in words if w.startswith("--")})
        self.note(f"vbc {__version__}: {' '.join([self.command, *options])}")
        self._doing = f"{self.command or 'vbc'} begins"

    def note(self, text: str) -> None:
        """A line, unless it is the one before again."""
        if text == self._last:
            return
        self._last = text
        seconds = time.perf_counter() - self._began
        line = f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {seconds:8.2f} s  {text}"
        if self._file is not None:
            print(line, file=self._file, flush=True)
        if self._verbose:
            print(line, file=sys.stderr, flush=True)
        self.moving(text)

    def moving(self, text: str) -> None:
        """What is being done, now and then, for who sees no bar move."""
        self._doing = text

    def _beat(self) -> None:
        """Tell now and then what is being done, until the end, or until nobody reads it."""
        wait = FIRST
        while not self._ended.wait(wait):
            seconds = time.perf_counter() - self._began
            try:
                print(f"{seconds:.0f} s: {self._doing}", file=sys.stderr, flush=True)
            except (OSError, ValueError):
                return
            wait = BETWEEN

    def end(self, code: int) -> None:
        """How it ended: status, processor time, the most memory it took; nothing is noted after."""
        self._ended.set()
        self.note(f"ended with {code}; {time.process_time():.2f} s of processor{_memory()}")
        _open.clear()
        if self._file is not None:
            self._file.close()


def _memory() -> str:
    """The most memory the process took, where the system tells it (Windows does not)."""
    try:
        import resource
    except ImportError:
        return ""
    return f", {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most"


_open: list[Log] = []


def begin(log: Log) -> None:
    """The log that :func:`note` writes to."""
    _open[:] = [log]


def note(text: str) -> None:
    """Say in the log what is being done; nothing where no log was asked for."""
    for log in _open:
        log.note(text)


def moving(text: str) -> None:
    """Say what is being done where nobody sees a bar move, at most every few seconds."""
    for log in _open:
        log.moving(text)
