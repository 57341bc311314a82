"""Scratch folders: where what does not fit into memory goes, for its owner alone, and not to stay.

Each is a folder of its own below ``.scratch`` of a private folder, held by a lock while its process
lives; what a killed process left is removed when the next one begins.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from openvbc.engine.folder_lock import FILE, sole_use, try_lock
from openvbc.engine.private_files import private_folder

NAME = ".scratch"


class Scratch:
    """One scratch folder, removed by :meth:`close`.

    Where `home` cannot be written (a run kept on a read-only disk), the user's own folder serves.
    """

    def __init__(self, home: Path | None = None) -> None:
        try:
            self._make(home or user_home())
        except OSError:
            if home is None:
                raise
            self._make(user_home())

    def _make(self, home: Path) -> None:
        place = private_folder(home / NAME)
        with sole_use(place, wait=lambda: None):
            _remove_left(place)
            self.folder = place / secrets.token_hex(8)
            self.folder.mkdir(mode=0o700)
            self._lock = os.open(self.folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
            try_lock(self._lock)

    def copy(self, tables: Path) -> None:
        """The files of a folder of tables, under its name; their bytes are shared where they can.

        A file is never written in place, so that what is made anew in the copy leaves the other.
        """
        shutil.copytree(tables, self.folder / tables.name, copy_function=_linked)

    def close(self) -> None:
        """Remove the folder and let it go."""
        if self._lock >= 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1
            shutil.rmtree(self.folder, ignore_errors=True)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without links
        shutil.copy2(source, target)


def sweep(home: Path) -> None:
    """Remove the scratch folders below `home` whose process is gone."""
    place = home / NAME
    if place.is_dir():
        with contextlib.suppress(OSError), sole_use(place, wait=lambda: None):
            _remove_left(place)


def _remove_left(place: Path) -> None:
    for old in place.iterdir():
        if old.is_dir() and not _in_use(old):
            shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def scratch_folder(home: Path | None = None) -> Iterator[Path]:
    """A scratch folder below `home`, or below the user's own folder for caches."""
    scratch = Scratch(home)
    try:
        yield scratch.folder
    finally:
        scratch.close()


def user_home() -> Path:
    """The user's own folder for what has no run to belong to; ``OPENVBC_SCRATCH`` names another."""
    named = os.environ.get("OPENVBC_SCRATCH")
    if named:
        return private_folder(Path(named))
    caches = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    return private_folder((Path(caches) if caches else Path.home() / ".cache") / "openvbc")


def _in_use(folder: Path) -> bool:
    """Whether a process holds the lock; a folder without one was left while it was made."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDWR)
    except OSError:
        return False
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)
