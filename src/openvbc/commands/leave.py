"""How a command ends: by the exit status of what was done (:mod:`openvbc.exit_status`)."""

from __future__ import annotations

import typer

from openvbc.exit_status import exit_status


def leave(
    *,
    set_aside: bool = False,
    differs: bool = False,
    not_reliable: bool = False,
    not_settled: bool = False,
) -> None:
    """End the command with the status of what was done; nothing where all is clean."""
    status = exit_status(
        set_aside=set_aside, differs=differs, not_reliable=not_reliable, not_settled=not_settled
    )
    if status:
        raise typer.Exit(int(status))
