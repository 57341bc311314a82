"""The options of programs over published files, read in one way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from openvbc.errors import InputError, Place


def read_options(program: str, options: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The options given, each known to the program."""
    names = tuple(known)
    if stray := sorted(set(options) - set(names)):
        raise InputError(
            f"unknown option {', '.join(stray)}: {program} has no option of this name",
            action=f"it knows: {', '.join(names)}" if names else "it knows none",
            code="VBC-160",
        )
    return dict(options)


def year_asked(options: Mapping[str, str]) -> int | None:
    """The option ``year``; None where it is not given."""
    text = options.get("year")
    if text is None:
        return None
    if not (text.isdigit() and len(text) == 4):
        raise InputError(
            "the option year is not a year",
            place=Place(value=text),
            action="give four digits, for example --year 2024",
            code="VBC-161",
        )
    return int(text)


def file_option(options: Mapping[str, str], name: str, action: str) -> Path | None:
    """An option that names a file, which must exist; None where it is not given."""
    text = options.get(name)
    if text is None:
        return None
    if not Path(text).is_file():
        raise InputError(
            f"there is no such file of {name}", place=Place(text), action=action, code="VBC-1056"
        )
    return Path(text)
