"""A folder in use by one process: two runs that write to one folder would mix their results.

The lock belongs to the process and goes with it, so that a killed run leaves nothing to clean up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from openvbc.errors import EngineError, Place

FILE = ".lock"


@contextmanager
def sole_use(folder: Path, wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold a folder for this process alone.

    Args:
        folder: exists.
        wait: called once before waiting for another process to let go; without it, the folder
            being in use is an error.

    Raises:
        EngineError: another process uses the folder.
    """
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(descriptor, block=False):
            if wait is None:
                raise EngineError(
                    "another run is writing to this folder",
                    place=Place(str(folder)),
                    action="wait until it is done, or give this run another folder with --output",
                    code="VBC-411",
                )
            wait()
            _lock(descriptor, block=True)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this process without waiting; false where another one holds it."""
    return _lock(descriptor, block=False)


if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(descriptor: int, block: bool) -> bool:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                if not block:
                    return False
                time.sleep(0.2)
            else:
                return True

else:
    import fcntl

    def _lock(descriptor: int, block: bool) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if block else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
