"""``vbc init``: a commented project file, on request with invented deliveries to try it on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new project.")],
    sample: Annotated[
        bool, typer.Option("--sample", help="Also make invented deliveries to run at once.")
    ] = False,
    people: Annotated[int, typer.Option(help="With --sample: how many people.")] = 1000,
    seed: Annotated[int, typer.Option(help="With --sample: which invented population.")] = 1,
) -> None:
    """Write a commented project file into a folder."""
    from importlib import resources

    from openvbc.engine.manifest import private_folder
    from openvbc.errors import ContractError, Place
    from openvbc.project_file import NAME

    target = folder / NAME
    if target.exists():
        raise ContractError(
            "there is a project file already; it is left as it is",
            place=Place(str(target)),
            action="choose another folder, or take the file away first",
        )
    private_folder(folder)
    if sample:
        from openvbc.synth import Settings, generate

        generate(Settings(people=people, seed=seed, light=True), folder)
        typer.echo(f"{folder}: invented deliveries of {people} people, and {NAME}")
        typer.echo(f"next: vbc run {folder}")
        return
    text = resources.files("openvbc").joinpath("project_template.yaml").read_text(encoding="utf-8")
    target.write_text(text, encoding="utf-8")
    typer.echo(f"{target}: fill in what is marked CHANGE")
    typer.echo(f"next: vbc check {folder}")
