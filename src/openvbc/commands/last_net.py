"""The last net: whatever was not foreseen becomes a short report without data, never a traceback.

Output that the terminal's encoding lacks is written in its nearest form.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from openvbc._version import __version__
from openvbc.commands.as_json import Recorded
from openvbc.commands.every_command import Log, begin, taken_off
from openvbc.commands.terminal import record, say
from openvbc.errors import EngineError, InputError, OpenvbcError, Place

INTERRUPTED = 130
_NEAREST = {
    "−": "-", "–": "-", "—": "-", "·": ";", "…": "...", "×": "x", "÷": "/", "≤": "<=", "≥": ">=",
    "’": "'", "‘": "'", "“": '"', "”": '"', "§": "sec. ", "→": "->",
    "─": "-", "━": "-", "│": "|", "┃": "|",
}  # fmt: skip
"""What stands for a character that the terminal does not have."""


def run_safely(command: Callable[[], object]) -> None:
    """Run a command; end the process with its exit code and never with a traceback."""
    _prepare_streams()
    os.umask(0o077)
    try:
        asked, words = taken_off(sys.argv[1:])
        file = open(asked.log, "a", encoding="utf-8") if asked.log else None  # noqa: SIM115
    except (InputError, OSError) as error:
        say(of_the_system(error) if isinstance(error, OSError) else str(error), err=True)
        sys.exit(2)
    sys.argv = [sys.argv[0], *words]
    is_piped = sys.stderr is not None and not sys.stderr.isatty()
    seldom = is_piped and not (asked.quiet or asked.verbose)
    log = Log(words, verbose=asked.verbose, file=file, seldom=seldom)
    begin(log)
    results = Recorded()
    record(results if asked.json else None)
    if asked.quiet and not asked.json:  # results go to files; errors still go to the terminal
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if not asked.debug:
        sys.unraisablehook = lambda _: None
    try:
        code = _code_of(command, asked.debug)
    except BrokenPipeError:
        code = _stop_writing()
    log.end(code)
    if asked.json:
        with contextlib.suppress(BrokenPipeError):
            print(results.document(log.command, code))
    _end(code)


def _code_of(command: Callable[[], object], debug: bool) -> int:
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except OpenvbcError as error:
        if debug:
            traceback.print_exc()
        say(str(error), err=True)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        say("stopped; what is finished is kept", err=True)
        return INTERRUPTED
    except OSError as error:
        if debug:
            traceback.print_exc()
        say(of_the_system(error), err=True)
    except Exception as error:
        if debug:
            traceback.print_exc()
        say(unforeseen(error), err=True)
    else:
        return 0
    return 2


def unforeseen(error: Exception) -> str:
    """What happened and where in the program, without the message: it may hold data."""
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if f"{os.sep}openvbc{os.sep}" in frame.filename
    ]
    where = Place(f"openvbc {__version__}, {' < '.join(reversed(places[-4:]))}")
    if isinstance(error, MemoryError):
        action = "close other programs, or use more buckets"
        return str(
            EngineError("there is not enough memory", place=where, action=action, code="VBC-4001")
        )
    return str(
        EngineError(
            f"the program met something it does not foresee: {type(error).__name__}",
            place=where,
            action="report this text, which holds no data; the same command with --debug shows the "
            "whole trace, which may hold data",
            code="VBC-420",
        )
    )


def of_the_system(error: OSError) -> str:
    """What the operating system refused, where it says so, and what to do about a full disk."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return str(
        InputError(
            f"{error.strerror or type(error).__name__}",
            place=Place(os.fsdecode(error.filename)) if error.filename else None,
            action="free space and run again; what is finished is kept" if full else None,
            code="VBC-130",
        )
    )


def _prepare_streams() -> None:
    codecs.register_error("openvbc", _nearest)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="openvbc")  # type: ignore[union-attr]


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_NEAREST.get(character, "?") for character in lacking), error.end


def _stop_writing() -> int:
    """Nobody reads any more: write the rest nowhere, as other programs do."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())
    return 1


def _end(code: int) -> None:
    """Give out what is still waiting; a full disk under the output is said, not thrown."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _stop_writing()
    except OSError as error:
        _stop_writing()
        with contextlib.suppress(OSError):
            say(of_the_system(error), err=True)
        code = 2
    sys.exit(code)
