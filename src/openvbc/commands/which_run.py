"""The run or the project a user means: each command takes either."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.real_path import real_path


def folder_of_run(given: Path) -> Path:
    """The folder of the run: `given` itself, or the one its project file names.

    Raises:
        OpenvbcError: it is neither a run nor a project.
    """
    from openvbc.project_names import NAME as PROJECT

    if _is_run(given):
        return given
    if given.is_file() or (given / PROJECT).is_file():
        from openvbc.programs.registry import program
        from openvbc.project_file import read_project_file

        path = given / PROJECT if given.is_dir() else given
        read, _ = read_project_file(path, lambda name: program(name).claims_program().project_file)
        return read.output
    return given


def project_of(given: Path) -> Path:
    """The project: `given` itself, or the one that the run in this folder was made from.

    A run that was copied with its project is of the project beside it.
    """
    from openvbc.project_names import NAME as PROJECT

    if not _is_run(given) or (given / PROJECT).is_file():
        return given
    beside = real_path(given).parent / PROJECT
    if beside.is_file() and has_its_run_in(beside, given):
        return beside
    from openvbc.run import Run

    return Run.open(given).project or given


def run_apart(given: Path) -> Path | None:
    """`given`, where it is a run that lies elsewhere than its project has its run; else None."""
    if not _is_run(given):
        return None
    project = project_of(given)
    return None if project == given or has_its_run_in(project, given) else given


def run_named_in(project: Path) -> Path:
    """The folder of the run, as a project file says it; nothing else of the file is looked at.

    What is wrong with the file is said by who reads it whole.

    Raises:
        InputError: the file cannot be read.
    """
    from openvbc.project_names import OUTPUT
    from openvbc.rules.exact_yaml import read_yaml, text_of_yaml

    content = read_yaml(text_of_yaml(project), str(project))
    named = content.get("output") if isinstance(content, dict) else None
    return project.parent / (named if isinstance(named, str) and named else OUTPUT)


def has_its_run_in(project: Path, folder: Path) -> bool:
    """Whether a project file says that its run lies in this folder."""
    return real_path(run_named_in(project)) == real_path(folder)


def _is_run(given: Path) -> bool:
    from openvbc.engine.manifest import NAME as MANIFEST

    return given.is_dir() and (given / MANIFEST).is_file()
