"""The vbc command: names and options only; each command's work is in :mod:`openvbc.commands`.

Exit status (:mod:`openvbc.exit_status`): 0 done; 1 done, but something differs or was refused and
the command was asked to be strict; 2 the command could not do its work (the message says why);
3 done, with rows set aside; 4 done, but not to be relied on.
"""

from __future__ import annotations

import errno
import sys

import typer

from openvbc._version import __version__
from openvbc.commands import register
from openvbc.errors import OpenvbcError

app = typer.Typer(
    name="vbc",
    help="Value-based care, from claims to the money, every number explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Value-based care, from claims to the money, every number explained."""
    if show:
        typer.echo(f"vbc {__version__}")
        raise typer.Exit


register(app)


def main() -> None:
    """Run the command; what goes wrong is said in words, never as a traceback."""
    try:
        app()
    except OpenvbcError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except OSError as error:
        typer.echo(_of_the_system(error), err=True)
        sys.exit(2)


def _of_the_system(error: OSError) -> str:
    """What the operating system refused, where it says so, and what to do about a full disk."""
    lines = [f"VBC-130: {error.strerror or error or type(error).__name__}"]
    if error.filename:
        lines.append(f"  where: {error.filename}")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        lines.append("  what to do: free space and run again; what is finished is kept")
    return "\n".join(lines)
