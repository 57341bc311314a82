"""``vbc programs``: the register of value-based programs and models, and their state on a date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openvbc.policy.register import Registered


def programs(
    program: Annotated[
        str | None, typer.Argument(help="One program, for example mssp or chart; without: all.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The date, as 2026-11-29; without: today.")] = None,
    state: Annotated[
        str | None, typer.Option(help="Only programs in this state, for example active.")
    ] = None,
    settled: Annotated[bool, typer.Option(help="Only programs openvbc settles.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write what is listed to this CSV file.")] = None,
) -> None:
    """List Medicare's and Medicaid's programs and models, or tell all of one, on any date.

    A date marked ? is known and was not checked.
    """
    from openvbc.errors import InputError
    from openvbc.policy.asked_date import asked_date
    from openvbc.policy.register import State, registered, registered_program, standing

    day = asked_date(on) if on else dt.date.today()
    if program is not None:
        _tell(registered_program(program), day)
        return
    if state is not None and not any(each.startswith(state.lower()) for each in State):
        raise InputError(
            f"there is no state {state!r}",
            rule=f"one of: {'; '.join(State)}",
            action="write one of these, or how it begins",
            code="VBC-1135",
        )
    shown = [
        each
        for each in registered().values()
        if (state is None or standing(each, day).state.startswith(state.lower()))
        and (not settled or each.facts["settled_by"])
    ]
    if csv is not None:
        _write(csv, shown, day)
    _list(shown, day)


def _list(shown: list[Registered], day: dt.date) -> None:
    from collections import Counter

    from rich.table import Table as Grid

    from openvbc.commands.terminal import say, terminal
    from openvbc.policy.register import standing

    grid = Grid(title=f"programs and models on {day}")
    for heading in ("program", "name", "dates", "state", "taking part", "LAN", "openvbc"):
        grid.add_column(heading, overflow="fold")
    states = Counter[str]()
    for each in shown:
        position = standing(each, day)
        states[position.state] += 1
        facts = each.facts
        grid.add_row(
            each.program, each.name, each.dates, position.state,
            facts["obligation"], facts["lan_categories"], facts["settled_by"],
        )  # fmt: skip
    terminal().print(grid)
    say(f"{len(shown)} listed: " + ", ".join(f"{count} {name}" for name, count in states.items()))
    unverified = sum(each.unverified for each in shown)
    say(f"? marks dates that are known and were not checked: in {unverified} of them")


def _tell(entry: Registered, day: dt.date) -> None:
    from openvbc.commands.terminal import say
    from openvbc.policy.told import told

    say(f"{entry.name} ({entry.program})")
    for heading, lines in told(entry, day):
        for number, line in enumerate(lines):
            say(f"  {heading if not number else '':<18}{line}")


def _write(path: Path, shown: list[Registered], day: dt.date) -> None:
    from openvbc.commands.terminal import say
    from openvbc.engine.csv_file import write_csv
    from openvbc.policy.register import advanced_apm, standing
    from openvbc.policy.settled import settled_in_words

    rows: list[dict[str, object]] = [
        {
            **each.facts,
            "on": day.isoformat(),
            "state": standing(each, day).state,
            "advanced_apm_in_year": advanced_apm(each, day.year),
            "openvbc_settles": settled_in_words(each),
        }
        for each in shown
    ]
    columns = list(rows[0]) if rows else ["program"]
    write_csv(path, rows, columns)
    say(f"written to {path}")
