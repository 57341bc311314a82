"""Tells one state of the program on this machine from another, without loading it.

The version alone would not, where somebody works on the program.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def program_files() -> str:
    """SHA-256 of the stamps of this program's files, of Python's version and of DuckDB's files.

    A stamp is a file's size, times of writing and of change, and number.
    """
    stamps = [sys.version, *_stamps(Path(__file__).parent)]
    library = find_spec("duckdb")
    if library is not None and library.origin is not None:
        init = Path(library.origin)
        beside = sorted(name for name in os.listdir(init.parents[1]) if "duckdb" in name)
        stamps += [*beside, _stamp(init)]
    return hashlib.sha256("\n".join(stamps).encode()).hexdigest()


def _stamps(home: Path) -> list[str]:
    stamps = []
    for folder, below, names in os.walk(home):
        below.sort()
        for name in sorted(names):
            if not name.endswith(".pyc"):
                stamps.append(_stamp(Path(folder, name)))
    return stamps


def _stamp(file: Path) -> str:
    status = file.stat()
    times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
    return f"{file.name} {status.st_size} {times} {status.st_ino}"
