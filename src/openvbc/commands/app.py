"""``vbc app``: a run in the browser, on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def app(
    run: Annotated[
        Path, typer.Argument(help="A project (file or folder) or the folder of a run.")
    ] = Path("."),
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; a free one if not given.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open a run in the browser: result, drill-down to claim lines, what-if, people, tables.

    Answers at this machine's loopback address only, to the one browser that opens the address
    printed; loads nothing from outside. Stop it with Ctrl+C.
    """
    from openvbc.app.server import serve
    from openvbc.commands.terminal import say
    from openvbc.commands.which_run import folder_of_run

    serve(folder_of_run(run), port, open_browser=browser, say=say)
