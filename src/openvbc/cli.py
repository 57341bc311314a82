"""The vbc command: names and options only; each command's work is in :mod:`openvbc.commands`.

Exit status (:mod:`openvbc.exit_status`): 0 done; 1 done, but something differs or was refused and
the command was asked to be strict; 2 the command could not do its work (the message says why);
3 done, with rows set aside; 4 done, but not to be relied on.
"""

from __future__ import annotations

import typer

from openvbc._version import __version__
from openvbc.commands.late_group import LateGroup
from openvbc.commands.terminal import say

app = typer.Typer(
    name="vbc",
    cls=LateGroup,
    help="Value-based care, from claims to the money, every number explained.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Print the version and stop."),
    quiet: bool = typer.Option(
        False, "--quiet", help="Anywhere on the line: print nothing but errors."
    ),
    json: bool = typer.Option(
        False, "--json", help="Anywhere on the line: print results as one JSON document."
    ),
    verbose: bool = typer.Option(
        False, "--verbose", help="Anywhere on the line: say what is done, and when, on stderr."
    ),
    log: str = typer.Option(
        "", "--log", help="Anywhere on the line: the same into a file, which holds no data."
    ),
    debug: bool = typer.Option(
        False,
        "--debug",
        help="Anywhere on the line: show the trace of an error, which may hold data.",
    ),
) -> None:
    """Value-based care, from claims to the money, every number explained."""
    del (
        debug,
        quiet,
        json,
        verbose,
        log,
    )  # taken off the line by the last net, before this is reached
    if show:
        say(f"vbc {__version__}")
        raise typer.Exit
