"""Published files of several programs, told apart by their headers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.errors import InputError, Place
from openvbc.programs.published.unrecognised_file import head_of, programs_told
from openvbc.programs.registry import programs


def files_by_program(files: Sequence[Path], wanted: Sequence[str] = ()) -> dict[str, list[Path]]:
    """Each program's files, in alphabetical order of the programs.

    A list of the user's own (dollars by facility) goes to every program that takes it.

    Args:
        files: published files and lists.
        wanted: the programs asked for; all where none is named.

    Raises:
        InputError: a file is of no program (asked for).
    """
    paths_by_program: dict[str, list[Path]] = {}
    lists: list[tuple[Path, list[str]]] = []
    for path in files:
        named = [name for name in programs_told(path) if not wanted or name in wanted]
        head = head_of(path)
        takers = [
            each.name for each in programs() if any(word in head for word in each.takes_lists)
        ]
        if named:
            paths_by_program.setdefault(named[0], []).append(path)
        elif takers:
            lists.append((path, takers))
        elif len(wanted) == 1:
            paths_by_program.setdefault(wanted[0], []).append(path)
        else:
            known = ", ".join(wanted or [each.name for each in programs() if each.told_by])
            raise InputError(
                "the file is of no program that is known by its header",
                place=Place(path.name),
                rule=f"known: {known}",
                action="name the program with --program, or leave the file out",
                code="VBC-1055",
            )
    for path, takers in lists:
        for name in takers:
            if name in paths_by_program:
                paths_by_program[name].append(path)
    return {name: paths_by_program[name] for name in sorted(paths_by_program)}
