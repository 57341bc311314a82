"""The door of the app: only the browser that was given the key, at this machine's own address.

A request is let in if its ``Host`` is a loopback name with the app's port (so that a foreign page
cannot reach it by a name of its own), and if it carries the session's cookie. The key in the first
address opens one session, once. Every answer forbids what is not the app's own: no script, style,
picture or address from outside, no frame, nothing kept by the browser.
"""

from __future__ import annotations

import hmac
import secrets
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOOPBACK = ("127.0.0.1", "localhost")
OPEN = "/open/"
"""Where the one-time key is taken."""


class Guard:
    """Middleware around the app; `port` is the one it listens at."""

    def __init__(self, app: ASGIApp, port: int, key: str | None = None) -> None:
        self._app = app
        self._key: str | None = key or secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self._cookie = f"openvbc_{port}"
        self._hosts = {f"{name}:{port}" for name in LOOPBACK}
        self._origins = {f"http://{host}" for host in self._hosts}
        self.first_address = f"http://127.0.0.1:{port}{OPEN}{self._key}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refused = self._refusal(Request(scope))
        await (refused or self._app)(scope, receive, sealed)

    def _refusal(self, request: Request) -> Response | None:
        headers = request.headers
        if headers.get("host", "").lower() not in self._hosts:
            return _no(
                "This app answers at this machine's own address only.",
                "Open the address that 'vbc app' printed.", 421,
            )  # fmt: skip
        if not self._is_from_here(headers):
            return _no("Another page asked for this.", "Use the pages of the app itself.", 403)
        if request.url.path.startswith(OPEN):
            return self._opened(request)
        given = request.cookies.get(self._cookie, "")
        if hmac.compare_digest(given.encode(), self._session.encode()):
            return None
        return _no(
            "This browser was not given the key.",
            "Open the address that 'vbc app' printed; it works once. If it was used, stop the "
            "app and start it again.", 403,
        )  # fmt: skip

    def _is_from_here(self, headers: Headers) -> bool:
        """Whether what asks is a page of ours, or the person at the address bar."""
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            return False
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")

    def _opened(self, request: Request) -> Response:
        given = request.url.path.removeprefix(OPEN)
        if self._key is None or not hmac.compare_digest(given.encode(), self._key.encode()):
            return _no(
                "This key was used, or is of another start of the app.",
                "Use the window it opened, or stop the app and start it again.", 403,
            )  # fmt: skip
        self._key = None
        # Not a redirect: the next request is then one of our own page, which a strict cookie needs.
        page = HTMLResponse(
            "<!doctype html><html lang=en><title>openvbc</title><p><a href='/'>Open the run</a>"
        )
        page.headers["Refresh"] = "0; url=/"
        page.set_cookie(self._cookie, self._session, httponly=True, samesite="strict", path="/")
        return page


def _no(what: str, action: str, status: int) -> Response:
    return HTMLResponse(
        "<!doctype html><html lang=en><title>openvbc: not here</title>"
        f"<p>{escape(what)}<p>What to do: {escape(action)}",
        status,
    )
