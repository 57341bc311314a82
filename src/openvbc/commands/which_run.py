"""The run or the project a user means: each command takes either."""

from __future__ import annotations

from pathlib import Path


def folder_of_run(given: Path) -> Path:
    """The folder of the run: `given` itself, or the one its project file names.

    Raises:
        OpenvbcError: it is neither a run nor a project.
    """
    from openvbc.engine.manifest import NAME as MANIFEST
    from openvbc.project_names import NAME as PROJECT

    if (given / MANIFEST).is_file():
        return given
    if given.is_file() or (given / PROJECT).is_file():
        from openvbc.programs.registry import program
        from openvbc.project_file import read_project_file

        path = given / PROJECT if given.is_dir() else given
        read, _ = read_project_file(path, lambda name: program(name).claims_program().project_file)
        return read.output
    return given


def project_of(given: Path) -> Path:
    """The project: `given` itself, or the one that the run in this folder was made from."""
    from openvbc.engine.manifest import NAME as MANIFEST
    from openvbc.project_names import NAME as PROJECT

    if given.is_dir() and (given / MANIFEST).is_file() and not (given / PROJECT).is_file():
        from openvbc.run import Run

        return Run.open(given).project or given
    return given
