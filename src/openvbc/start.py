"""Where the vbc command starts; the version is told before anything else is loaded."""

from __future__ import annotations

import sys

from openvbc._version import __version__
from openvbc.commands.last_net import run_safely
from openvbc.commands.pyarrow_alone import leave_pandas_alone
from openvbc.commands.terminal import say


def main() -> None:
    """Run the command; what goes wrong is said in words, never as a traceback."""
    leave_pandas_alone()
    run_safely(_command)


def _command() -> None:
    if sys.argv[1:] == ["--version"]:
        say(f"vbc {__version__}")
        return
    from openvbc.cli import app

    app()
