"""A finished run that still stands: what it was made from and what it wrote are as they were.

``vbc run`` asks this before it loads what computes. The record lies in the run's folder and holds
the digest of every file the run was given, of every file of its folder and of its claim store, the
names in the folders the user named, the program's own state, and what was said at the end. One
that differs, or cannot be known, and the run is made in full, which says what there is to say.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvbc.commands.run_shown import RunShown
from openvbc.commands.which_run import run_named_in
from openvbc.engine.digests import BOOK, file_digest, is_settled, remembered
from openvbc.engine.folder_lock import FILE as LOCK
from openvbc.engine.folder_lock import sole_use
from openvbc.engine.real_path import real_path
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import OpenvbcError
from openvbc.input_file import files_given, forget_files_given, regular_file
from openvbc.program_files import program_files
from openvbc.project_names import NAME

if TYPE_CHECKING:
    from openvbc.project import Project
    from openvbc.run import Run

RECORD = "standing.json"
_CHANGES = {RECORD, BOOK, LOCK}
"""Files of a run or store that say nothing of it."""
_TAKEN = "taken"
"""What the claim store keeps of the deliveries; a run that stands does not read it."""


class Asked:
    """What is asked of ``vbc run``: a project, an engine, a folder.

    Args:
        project: the project file.
        engine: as given on the line.
        output: as given on the line.
    """

    def __init__(self, project: Path, engine: str | None, output: Path | None) -> None:
        self._begun, self._program = time.time_ns(), program_files()
        self._project = project / NAME if project.is_dir() else project
        self._output = output
        self._content = {
            "project": str(real_path(self._project)),
            "engine": engine or "",
            "output": "" if output is None else str(real_path(output)),
            "program": self._program,
        }
        forget_files_given()

    def standing(self) -> tuple[Path, RunShown] | None:
        """The run's folder and what was said of it, if it stands; None: it must be made in full."""
        try:
            folder = self._output or run_named_in(self._project)
            record = read_sealed(folder / RECORD)
            store = Path(record["store"])
            if record["asked"] != self._content:
                return None
            with sole_use(folder), sole_use(store), remembered(store / BOOK):
                stands = _holds(record, folder, store)
            return (folder, RunShown(**record["shown"])) if stands else None
        except (OpenvbcError, OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def remember(self, project: Project, run: Run, shown: RunShown) -> None:
        """Record that the run stands, unless something was written while it was made."""
        folders = [path.absolute() for path in project.named_paths() if path.is_dir()]
        made, store = run.folder.absolute(), project.file.store.absolute()
        given = {file for folder in folders for file in _files(folder)}
        given |= {
            file
            for file in map(Path.absolute, files_given())
            if made not in file.parents and store not in file.parents
        }
        below = [Path(at) for folder in folders for at, _, _ in os.walk(folder)]
        if run.manifest.engine != "duckdb" or not all(
            is_settled(each, self._begun) for each in [*given, *below]
        ):
            return
        content = {
            "asked": self._content,
            "given": {str(file): file_digest([file]) for file in sorted(given)},
            "folders": {str(folder): _names(folder) for folder in folders},
            "run": _contents(made),
            "store": str(store),
            "stored": _contents(store),
            "shown": asdict(shown),
        }
        write_sealed(made / RECORD, content)


def _holds(record: Mapping[str, Any], folder: Path, store: Path) -> bool:
    """Whether every name and every digest is that of the record; folders before contents."""
    return (
        all(_names(Path(each)) == names for each, names in record["folders"].items())
        and all(_digest(Path(file)) == digest for file, digest in record["given"].items())
        and _contents(folder) == record["run"]
        and _contents(store) == record["stored"]
    )


def _contents(folder: Path) -> dict[str, str]:
    """The digest of each file of a folder of ours."""
    return {
        file.relative_to(folder).as_posix(): _digest(file)
        for file in _files(folder, left_out=[_TAKEN])
        if file.name not in _CHANGES
    }


def _names(folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in _files(folder)]


def _files(folder: Path, left_out: Iterable[str] = ()) -> list[Path]:
    """Everything below a folder that is no folder, in the order of the names."""
    files: list[Path] = []
    for at, below, names in os.walk(folder):
        if at == str(folder):
            below[:] = [name for name in below if name not in left_out]
        files += [Path(at, name) for name in names]
    return sorted(files)


def _digest(file: Path) -> str:
    regular_file(file)
    return file_digest([file])
