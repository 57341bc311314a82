"""``vbc init``: a commented project file, on request with invented deliveries to try it on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openvbc.commands.terminal import say


def init(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of the new project; not with --list.")
    ] = None,
    program: Annotated[
        str, typer.Option(help="The program of the contract; --list says which there are.")
    ] = "mssp",
    sample: Annotated[
        bool, typer.Option("--sample", help="Also make invented deliveries to run at once.")
    ] = False,
    people: Annotated[int, typer.Option(help="With --sample: how many people.")] = 1000,
    seed: Annotated[int, typer.Option(help="With --sample: which invented population.")] = 1,
    list_programs: Annotated[
        bool, typer.Option("--list", help="Say which programs a project can be of, and stop.")
    ] = False,
) -> None:
    """Write a commented project file into a folder, with the folders and lists it names."""
    from importlib import resources

    from openvbc.commands.new_project import NOTEBOOK, SCHEMA, write_beside
    from openvbc.engine.private_files import private_folder, write_text
    from openvbc.errors import ContractError, Place
    from openvbc.programs.registry import program as program_named
    from openvbc.programs.registry import programs
    from openvbc.project_file import NAME

    if list_programs:
        for each in programs():
            if each.claims:
                say(f"{each.name}: {each.title} ({each.contract_model})")
        return
    if folder is None:
        raise ContractError(
            "where? name the folder of the new project", action="vbc init DIR", code="VBC-212"
        )
    claims = program_named(program).claims_program()
    target = folder / NAME
    if target.exists():
        raise ContractError(
            "there is a project file already; it is left as it is",
            place=Place(str(target)),
            action="choose another folder, or take the file away first",
            code="VBC-2001",
        )
    private_folder(folder)
    if sample:
        claims.generate(folder, people, seed)
        say(f"{folder}: invented deliveries of {people} people, and {NAME}")
        say(f"next: vbc run {folder}")
        return
    template = resources.files("openvbc").joinpath(claims.template).read_text(encoding="utf-8")
    write_text(target, f"# yaml-language-server: $schema={SCHEMA}\n{template}")
    notebook = resources.files("openvbc").joinpath(claims.template.rpartition("/")[0], NOTEBOOK)
    starter = notebook.read_text(encoding="utf-8") if notebook.is_file() else ""
    made = write_beside(folder, template, claims, starter)
    say(f"{target}: fill in what is marked CHANGE")
    say(f"made beside it: {', '.join(made)}")
    say("which columns the lists have, and where factors are found: docs/input-files.md")
    say(f"next: vbc check {folder}")
