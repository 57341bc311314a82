"""Files and folders that only their owner can read, written whole or not at all.

A folder we make has mode 700, a file 600, whatever the umask; the rights of a folder that was there
are the user's business and stay as they are.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TextIO

_BYTES_OF_A_NAME = 200


def private_folder(folder: Path) -> Path:
    """Make a folder, and the folders it is in, for its owner alone; one that exists stays."""
    missing = []
    for each in (folder, *folder.parents):
        if each.is_dir():
            break
        missing.append(each)
    for each in reversed(missing):
        with contextlib.suppress(FileExistsError):
            each.mkdir(mode=0o700)
            each.chmod(0o700)
    folder.mkdir(exist_ok=True)
    return folder


@contextlib.contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8, lines as given) that appears under its name when it is complete."""
    with (
        writing_bytes(path) as whole,
        open(whole.fileno(), "w", encoding="utf-8", newline="", closefd=False) as text,
    ):
        yield text


@contextlib.contextmanager
def writing_bytes(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when it is complete, readable by its owner only.

    What is no ordinary file, ``/dev/stdout`` for example, is written into as it is.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with target.open("wb") as stream:
            yield stream
        return
    unfinished = unfinished_name(target)
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a whole text file, readable by its owner only."""
    with writing(path) as file:
        file.write(text)


def unfinished_name(target: Path) -> Path:
    """Where a file is written before it has its name: the next attempt finds and replaces it."""
    name = os.fsencode(target.name)[:_BYTES_OF_A_NAME].decode("utf-8", "ignore")
    return target.with_name(f".{name}.unfinished")


def only_for_owner(path: Path) -> None:
    """Close to others a file that another library wrote for us."""
    path.chmod(0o600)
