"""Serve the app: one socket at the loopback address, one process, no log of what is asked."""

from __future__ import annotations

import contextlib
import errno
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

from openvbc.errors import ExtraMissing, InputError, Place

FIRST_PORT = 8765
"""The port that is tried first where none is asked for; then any that is free."""


def serve(
    folder: Path, port: int | None, *, open_browser: bool, say: Callable[[str], None]
) -> None:
    """Open the run, listen, tell the address, and answer until stopped.

    Raises:
        ExtraMissing: Starlette or uvicorn is not installed.
        InputError: the folder holds no finished run, or the port asked for is in use.
    """
    try:
        import uvicorn

        from openvbc.app.guard import Guard
        from openvbc.app.web import make_app
    except ImportError as error:
        raise ExtraMissing("app", "The app in the browser") from error
    app = make_app(folder)
    app.state.desk.warm()
    listening, moved = _socket(port)
    number = listening.getsockname()[1]
    guard = Guard(app, number)
    if moved:
        say(f"port {FIRST_PORT} is in use, by another app perhaps; this one listens at {number}")
    say(f"{folder}: open {guard.first_address}")
    say("the address works once, for one browser; stop the app with Ctrl+C")
    if open_browser:
        webbrowser.open(guard.first_address)
    config = uvicorn.Config(
        guard, access_log=False, log_level="critical", lifespan="off", server_header=False,
        date_header=False,
    )  # fmt: skip
    try:
        with contextlib.suppress(KeyboardInterrupt):  # how it is meant to be stopped
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        app.state.desk.close()
        listening.close()


def _socket(port: int | None) -> tuple[socket.socket, bool]:
    """A listening socket at the loopback address, and whether it is not the usual port."""
    asked = FIRST_PORT if port is None else port
    try:
        return _listen(asked), False
    except OSError as error:
        if port is None and error.errno in (errno.EADDRINUSE, errno.EACCES):
            return _listen(0), True
        raise InputError(
            "the port cannot be used: something else listens there, or it is kept for the system",
            place=Place(column="--port", value=str(asked)),
            action="leave --port out, then a free one is found; or stop the other app",
            code="VBC-19007",
        ) from None


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener
