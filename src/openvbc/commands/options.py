"""Options of a program given on the command line as ``name=value``."""

from __future__ import annotations

from collections.abc import Sequence

from openvbc.errors import InputError, Place


def program_options(pairs: Sequence[str], year: int | None = None) -> dict[str, str]:
    """The options by name; `year` is one of them."""
    options: dict[str, str] = {} if year is None else {"year": str(year)}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InputError(
                "an option of a program is written name=value", place=Place(value=pair)
            )
        options[name.strip()] = value.strip()
    return options
