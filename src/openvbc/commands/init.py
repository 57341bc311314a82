"""``vbc init``: a commented project file, on request with invented deliveries to try it on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from openvbc.commands.terminal import say

if TYPE_CHECKING:
    from openvbc.programs.program import Program
    from openvbc.programs.settlement import BeginsFiles


def init(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of the new project; not with --list.")
    ] = None,
    program: Annotated[
        str, typer.Option(help="The program of the contract; without a name: which there are.")
    ] = "mssp",
    sample: Annotated[
        bool, typer.Option("--sample", help="Also make invented deliveries to run at once.")
    ] = False,
    people: Annotated[int, typer.Option(help="With --sample: how many people.")] = 1000,
    seed: Annotated[int, typer.Option(help="With --sample: which invented population.")] = 1,
    book: Annotated[
        bool, typer.Option("--book", help="Begin a book of contracts from worked ones.")
    ] = False,
    list_programs: Annotated[
        bool, typer.Option("--list", help="Say which programs a project can be of, and stop.")
    ] = False,
) -> None:
    """Write a commented project file into a folder, with the folders and lists it names.

    For a program that is settled from your own totals or contract: that file, to be filled in. With
    --book the file of a book of contracts, and worked contracts of every model beside it.
    """
    from importlib import resources

    from openvbc.commands.new_project import NOTEBOOK, SCHEMA, write_beside
    from openvbc.engine.private_files import private_folder, write_text
    from openvbc.errors import ContractError, Place
    from openvbc.programs.registry import program as program_named
    from openvbc.programs.registry import programs
    from openvbc.project_names import NAME
    from openvbc.shipped import shipped_text

    if list_programs:
        for each in programs():
            if each.claims or _begins_own_file(each):
                own = "" if each.claims else ", from your own file"
                say(f"{each.name}: {each.title} ({each.contract_model}{own})")
        return
    if folder is None:
        raise ContractError(
            "where? name the folder of the new project", action="vbc init DIR", code="VBC-212"
        )
    if book:
        _begin_book(folder)
        return
    chosen = program_named(program)
    if not chosen.claims and _begins_own_file(chosen):
        if sample:
            raise ContractError(
                f"{chosen.title} is settled from your own file; there are no deliveries to invent",
                action=f"leave out --sample: vbc init DIR --program {chosen.name} writes that file",
                code="VBC-2024",
            )
        _begin_own_file(chosen, folder)
        return
    claims = chosen.claims_program()
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
    template = shipped_text(claims.template)
    write_text(target, f"# yaml-language-server: $schema={SCHEMA}\n{template}")
    notebook = resources.files("openvbc").joinpath(claims.template.rpartition("/")[0], NOTEBOOK)
    starter = notebook.read_text(encoding="utf-8") if notebook.is_file() else ""
    made = write_beside(folder, template, claims, starter)
    say(f"{target}: fill in what is marked CHANGE")
    say(f"made beside it: {', '.join(made)}")
    say("which columns the lists have, and where factors are found: docs/input-files.md")
    say(f"next: vbc check {folder}")


def _begin_book(folder: Path) -> None:
    """Begin a book of contracts from the worked ones."""
    from openvbc.commands.new_book import write_book

    names = write_book(folder)
    say(f"{folder / 'book.yaml'}: worked contracts of every model, in {len(names) - 1} files")
    say("each file has its arithmetic in its head; edit them into your own, take out the others")
    say(f"next: vbc book {folder}")


def _begins_own_file(program: Program) -> bool:
    """Whether it is settled from the user's own totals or contract, not from files of CMS."""
    from openvbc.programs.settlement import BeginsFiles

    return bool(program.published) and isinstance(program.published_program(), BeginsFiles)


def _begin_own_file(chosen: Program, folder: Path) -> None:
    """Begin the file of a program that is settled from the user's own totals or contract.

    Raises:
        ContractError: the file is there already.
    """
    from openvbc.engine.private_files import private_folder
    from openvbc.errors import ContractError, Place

    settles = cast("BeginsFiles", chosen.published_program())
    private_folder(folder)
    if there := [each for each in settles.begins if (folder / each).exists()]:
        raise ContractError(
            f"there is a {there[0]} already; it is left as it is",
            place=Place(str(folder / there[0])),
            action="choose another folder, or take the file away first",
            code="VBC-2022",
        )
    settles.begin(folder)
    main, *beside = settles.begins
    say(f"{folder / main}: fill it in")
    if beside:
        say(f"what its columns mean: {', '.join(str(folder / each) for each in beside)}")
    say(f"next: vbc settle --program {chosen.name} {folder / main}")
