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
    COMPARE = "compare"


def contract(
    action: Annotated[Action, typer.Argument(help="check, draft, schema or compare.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Contract files (YAML); to compare: two of them and totals."),
    ] = None,
    program: Annotated[
        str, typer.Option(help="For schema: payer-contract, episodes, capitation, p4p-contract.")
    ] = "payer-contract",
) -> None:
    """Check payers' contract files (every clause missing or ambiguous), draft them in plain words,
    print the JSON schema of their form, or compare two offers at equal experience.

    Exit status of check: 0 nothing must be corrected; 1 something must.
    """
    from openvbc.commands.leave import leave
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
    if action is Action.COMPARE:
        _compare(files)
        return
    wrong = [_checked(path) for path in files]
    leave(differs=any(wrong))


def _checked(path: Path) -> bool:
    """Print the findings of a file; whether one of them must be corrected."""
    from openvbc.errors import OpenvbcError
    from openvbc.programs.terms.review import review

    try:
        findings = review(path)
    except OpenvbcError as error:
        line = f", line {error.place.line}" if error.place and error.place.line else ""
        say(f"{path.name}{line}: {error.what}")
        return True
    wrong = [each for each in findings if each.kind == "must be corrected"]
    say(f"{path.name}: " + ("cannot be settled" if wrong else "can be settled"))
    for each in findings:
        say(f"  {each.kind}: {each.says}")
    return bool(wrong)


def _compare(files: list[Path]) -> None:
    """Print what two offers pay over a range of spending, and where they cross."""
    from rich.table import Table

    from openvbc.commands.terminal import terminal
    from openvbc.errors import InputError
    from openvbc.format import show
    from openvbc.programs.terms.offers import FACTORS, compare_offers

    if len(files) != 3:
        raise InputError(
            "two contracts and one file of totals are compared",
            action="vbc contract compare ONE.yaml OTHER.yaml TOTALS.csv",
            code="VBC-9032",
        )
    for offers in compare_offers(*files):
        grid = Table(title=f"{offers.provider}: {offers.first.name} and {offers.second.name}")
        for heading in ("spending", offers.first.name, f"{offers.second.name} ", "difference"):
            grid.add_column(heading, justify="right")
        for number in range(0, len(FACTORS), 10):
            one, other = offers.first.amounts[number], offers.second.amounts[number]
            cells = (FACTORS[number], "ratio"), (one, "USD"), (other, "USD"), (one - other, "USD")
            grid.add_row(*(show(value, unit) for value, unit in cells))
        terminal().print(grid)
        for offer in (offers.first, offers.second):
            turns = ", ".join(show(each, "ratio") for each in offer.turns)
            at = f"goes from paying to owing at {turns} of the spending" if turns else (
                "nowhere goes from paying to owing"
            )  # fmt: skip
            say(f"{offer.name} {at}")
        equal = ", ".join(show(each, "ratio") for each in offers.equal_at)
        at = f"changes at {equal} of the spending" if equal else "is the same at every spending"
        say(f"the better of the two {at}")
