"""``vbc contract``: check a payer's contract file, show it in plain words, or give its schema."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from openvbc.commands.terminal import say


class Action(StrEnum):
    """What to do with a contract."""

    CHECK = "check"
    DRAFT = "draft"
    SCHEMA = "schema"


def contract(
    action: Annotated[Action, typer.Argument(help="check, draft or schema.")],
    files: Annotated[list[Path] | None, typer.Argument(help="Contract files (YAML).")] = None,
    program: Annotated[
        str, typer.Option(help="For schema: payer-contract, episodes, capitation, p4p-contract.")
    ] = "payer-contract",
) -> None:
    """Check payers' contract files (every clause missing or ambiguous), draft them in plain words,
    or print the JSON schema of their form.

    Exit status of check: 0 nothing must be corrected; 1 something must.
    """
    from openvbc.errors import InputError

    if action is Action.SCHEMA:
        from openvbc.programs.terms.schema import schema

        say(json.dumps(schema(program), indent=2))
        return
    if not files:
        raise InputError(
            "no contract was named", action=f"vbc contract {action} CONTRACT.yaml", code="VBC-9023"
        )
    if action is Action.DRAFT:
        from openvbc.programs.terms.draft import draft

        for path in files:
            say(draft(path))
        return
    if any(_checked(path) for path in files):
        raise typer.Exit(1)


def _checked(path: Path) -> bool:
    """Print the findings of a file; whether one of them must be corrected."""
    from openvbc.programs.terms.review import review

    found = review(path)
    wrong = [each for each in found if each.kind == "must be corrected"]
    say(f"{path.name}: " + ("cannot be settled" if wrong else "can be settled"))
    for each in found:
        say(f"  {each.kind}: {each.says}")
    return bool(wrong)
