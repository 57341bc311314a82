"""Which programs there are: every folder here that holds a ``program.py``; found, never listed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from openvbc.errors import InputError
from openvbc.programs.program import Program

_HERE = Path(__file__).parent


def program_names() -> list[str]:
    """The names of all programs, in alphabetical order."""
    folders = sorted(file.parent.name for file in _HERE.glob("*/program.py"))
    return [folder.replace("_", "-") for folder in folders]


def program(name: str) -> Program:
    """The program called `name`.

    Raises:
        InputError: there is none.
    """
    if name not in program_names():
        known = ", ".join(program_names())
        raise InputError(
            f"there is no program named {name!r}", action=f"choose one of: {known}", code="VBC-1064"
        )
    module = import_module(f"openvbc.programs.{name.replace('-', '_')}.program")
    matching_program: Program = module.PROGRAM
    return matching_program


def programs() -> list[Program]:
    """All programs, in alphabetical order of their names."""
    return [program(name) for name in program_names()]
