"""What commands over published files are asked with, said once; options as ``name=value``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from openvbc.errors import InputError, Place

PublishedFiles: TypeAlias = Annotated[list[Path], typer.Argument(help="Result files as published.")]
PerformanceYear: TypeAlias = Annotated[
    int | None,
    typer.Option(min=1900, max=9999, help="Performance year, where the files do not tell it."),
]
Overlays: TypeAlias = Annotated[
    list[Path] | None, typer.Option(help="Rule overlay (YAML); may be given several times.")
]
ProgramOptions: TypeAlias = Annotated[
    list[str] | None, typer.Option(help="name=value of the program; may be repeated.")
]


def program_options(pairs: Sequence[str], year: int | None = None) -> dict[str, str]:
    """The options by name; `year` is one of them."""
    options: dict[str, str] = {} if year is None else {"year": str(year)}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InputError(
                "an option of a program is written name=value",
                place=Place(value=pair),
                code="VBC-1013",
            )
        options[name.strip()] = value.strip()
    return options
