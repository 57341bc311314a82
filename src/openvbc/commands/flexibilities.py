"""``vbc flexibilities``: dated changes of rules, and the overlay that takes them out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def flexibilities(
    program: Annotated[
        str | None, typer.Argument(help="A program of the register, for example ngaco; or all.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Only those in force on this date.")] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Write an overlay that takes this one out; may be repeated."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Where that overlay is written.")] = Path(
        "without.yaml"
    ),
) -> None:
    """List the flexibilities of a program in the order in which they apply.

    With --without, write the rule overlay that takes some out: settle with it and without it, and
    'vbc compare' shows what they were worth.
    """
    from openvbc.commands.terminal import say
    from openvbc.engine.private_files import write_text
    from openvbc.policy.asked_date import asked_date
    from openvbc.policy.flexibilities import flexibilities as every
    from openvbc.policy.flexibilities import flexibilities_of, overlay_without
    from openvbc.policy.register import registered_program

    if without:
        write_text(output, overlay_without(without))
        say(f"written to {output}: give it with --overlay")
        return
    day = asked_date(on) if on else None
    shown = list(every())
    if program is not None and program != "all":
        shown = flexibilities_of(registered_program(program).program)
    shown = [each for each in shown if day is None or each.span.holds(day)]
    for each in shown:
        say(f"{' '.join(each.programs)}, {each.kind}: {each.in_words()}")
    held = sum(bool(each.rules) for each in shown)
    unverified = sum(each.status == "unverified" for each in shown)
    say(
        f"{len(shown)} listed; {held} are in openvbc's rules, and --without takes them out; "
        f"{len(shown) - held} change no settlement; {unverified} are unverified"
    )
