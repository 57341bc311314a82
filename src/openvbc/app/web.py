"""The web side of the app: addresses to pages, pages to HTML or CSV, errors to pages.

Every address is answered in the one thread of the server: there is one reader, and what a page
reads is small or kept. Nothing an address or a form says reaches SQL but through names the run
itself has.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from openvbc.app.blocks import AppPage
from openvbc.app.opened import OpenedRun
from openvbc.app.pages import (
    analysis,
    compare,
    drivers,
    number,
    overview,
    people,
    tables,
    what_if,
)
from openvbc.app.render import render_answer, render_figure, render_page
from openvbc.errors import EmptyResult, InputError, OpenvbcError
from openvbc.report.page import Grid
from openvbc.shipped import shipped_text

CSV = "text/csv; charset=utf-8"
STATIC = {
    "app.css": "text/css", "app.js": "text/javascript", "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}  # fmt: skip


class Desk:
    """The run the app shows; opened anew when its folder was written anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened = OpenedRun(folder)

    @property
    def opened(self) -> OpenedRun:
        """The run as it is now.

        Raises:
            InputError: it is being written, or is damaged.
        """
        if self._opened.has_changed:
            fresh = OpenedRun(self._folder)
            self._opened.close()
            self._opened = fresh
        return self._opened

    def warm(self) -> None:
        """Compose the first page once, so that the reader's first one comes at once."""
        with contextlib.suppress(OpenvbcError):  # which the page itself will say
            render_page(overview.overview(self.opened), self.opened, "/", "")

    def close(self) -> None:
        """Give back what the run holds."""
        self._opened.close()


Compose = Callable[[OpenedRun, Request], AppPage]


def make_app(folder: Path) -> Starlette:
    """The app over one run; the guard is put around it by whoever serves it."""
    desk = Desk(folder)
    pages: dict[str, Compose] = {
        "/": lambda o, r: overview.overview(o),
        "/contract/{row:int}": lambda o, r: overview.overview(o, r.path_params["row"]),
        "/board": lambda o, r: overview.board(o),
        "/board/{row:int}": lambda o, r: overview.board(o, r.path_params["row"]),
        "/sheets": lambda o, r: overview.sheets_page(o),
        "/sheet/{sheet}/{row:int}": lambda o, r: overview.sheet_page(o, *_of(r, "sheet", "row")),
        "/number/{sheet}/{row:int}/{name}": lambda o, r: number.number_page(
            o, *_of(r, "sheet", "row", "name")
        ),
        "/behind/{sheet}/{row:int}/{name}": lambda o, r: people.behind_page(
            o, *_of(r, "sheet", "row", "name"), page=_page(r)
        ),
        "/assigned/{period}": lambda o, r: people.assigned_page(
            o, r.path_params["period"], _page(r)
        ),
        "/people": lambda o, r: people.people_page(o),
        "/person/{key}": lambda o, r: people.person_page(o, r.path_params["key"]),
        "/claims/{key}/{year:int}": lambda o, r: people.claims_page(o, *_of(r, "key", "year")),
        "/tables": lambda o, r: tables.tables_page(o),
        "/table/{name}": lambda o, r: tables.table_page(o, r.path_params["name"], _page(r)),
        "/what-if/{row:int}": lambda o, r: what_if.what_if_page(o, r.path_params["row"]),
        "/compare": lambda o, r: compare.compare_page(o, r.query_params.get("with", "").strip()),
        "/year": lambda o, r: analysis.year_page(o),
        "/analysis": lambda o, r: analysis.analysis_page(o),
        "/drivers": lambda o, r: drivers.drivers_page(
            o, _against(r), f"/picture/drivers?{urlencode({'against': _against(r)})}"
        ),
        "/driver/{number}": lambda o, r: drivers.driver_page(o, r.path_params["number"]),
        "/lists": lambda o, r: analysis.lists_page(o),
    }
    routes = [Route(path, _page_route(desk, compose)) for path, compose in pages.items()]
    routes += [
        Route("/person", _searched(desk), methods=["POST"]),
        Route("/what-if/{row:int}/answer", _answer(desk), methods=["POST"]),
        Route("/picture/waterfall", _waterfall(desk)),
        Route("/picture/waterfall/{row:int}", _waterfall(desk)),
        Route("/picture/drivers", _drivers(desk)),
        Route("/download/{name}.csv", _download(desk)),
        Route("/static/{name}", _static),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={OpenvbcError: _told(desk), 404: _nowhere, Exception: _unforeseen},
    )
    app.state.desk = desk
    return app


def _of(request: Request, *names: str) -> list[Any]:
    return [request.path_params[name] for name in names]


def _page(request: Request) -> int:
    asked = request.query_params.get("page", "0")
    return int(asked) if asked.isdecimal() and len(asked) < 9 else 0


def _against(request: Request) -> str:
    return request.query_params.get("against", "").strip()


Endpoint = Callable[[Request], Awaitable[Response]]


def _page_route(desk: Desk, compose: Compose) -> Endpoint:
    async def answer(request: Request) -> Response:
        opened = desk.opened
        page = compose(opened, request)
        asked = request.query_params.get("csv", "")
        if not asked:
            return HTMLResponse(render_page(page, opened, request.url.path, _query(request)))
        grids = [block for part in page.parts for block in part.blocks if isinstance(block, Grid)]
        if not asked.isdecimal() or int(asked) >= len(grids):
            raise opened.nothing("table", "on this page")
        return _csv(tables.grid_as_csv(grids[int(asked)]))

    return answer


def _query(request: Request) -> str:
    """The query of an address without the number of a table."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "csv"]
    return urlencode(kept)


def _csv(text: str) -> Response:
    return Response(
        text, media_type=CSV, headers={"Content-Disposition": 'attachment; filename="table.csv"'}
    )


def _searched(desk: Desk) -> Endpoint:
    async def answer(request: Request) -> Response:
        form = await request.form()
        asked = str(form.get("identifier", "")).strip()
        opened = desk.opened
        try:
            if not asked:
                raise InputError("no identifier was given", code="VBC-19006")
            return RedirectResponse(f"/person/{opened.search(asked)}", 303)
        except (EmptyResult, InputError) as error:
            page = people.people_page(opened, f"{error.what}. {error.action or ''}")
            return HTMLResponse(render_page(page, opened, "/people", ""), 404)

    return answer


def _answer(desk: Desk) -> Endpoint:
    async def answer(request: Request) -> Response:
        opened, row = desk.opened, request.path_params["row"]
        form = {name: str(value) for name, value in (await request.form()).items()}
        names = {lever.name for lever in opened.question(row).levers}
        asked = what_if.asked_levers(form, names)
        return HTMLResponse(render_answer(what_if.answer_blocks(opened, row, asked)))

    return answer


def _waterfall(desk: Desk) -> Endpoint:
    async def answer(request: Request) -> Response:
        figure = overview.waterfall_figure(desk.opened, request.path_params.get("row"))
        return HTMLResponse(render_figure(figure) if figure else "")

    return answer


def _drivers(desk: Desk) -> Endpoint:
    async def answer(request: Request) -> Response:
        figure = drivers.drivers_figure(desk.opened, _against(request))
        return HTMLResponse(render_figure(figure) if figure else "")

    return answer


def _download(desk: Desk) -> Endpoint:
    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        pieces = tables.table_as_csv(desk.opened, name)
        named = {"Content-Disposition": f'attachment; filename="{name}.csv"'}

        async def one_by_one() -> Any:
            for piece in pieces:
                yield piece

        return StreamingResponse(one_by_one(), media_type=CSV, headers=named)

    return answer


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return await _nowhere(request, None)
    text = shipped_text(f"app/static/{name}")
    shared = {"app.css": "style.css", "app.js": "tables.js"}.get(name)
    if shared is not None:  # the reports' own style and tables, and what only the app has
        text = shipped_text(f"report/templates/{shared}") + text
    return Response(text, media_type=STATIC[name])


def _told(desk: Desk) -> Callable[[Request, Exception], Awaitable[Response]]:
    """An error as a page: what, where, the rule, what to do."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, OpenvbcError)
        missing = isinstance(error, EmptyResult) or error.code == "VBC-19003"
        return HTMLResponse(_error_page(error), 404 if missing else 409)

    del desk
    return answer


def _error_page(error: OpenvbcError) -> str:
    from openvbc.app.render import render_error

    facts = [("Where", str(error.place)), ("Rule", error.rule or ""),
             ("What to do", error.action or "")]  # fmt: skip
    return render_error(error.code, error.what, [fact for fact in facts if fact[1]])


async def _nowhere(request: Request, error: Exception | None) -> Response:
    from openvbc.app.render import render_error

    del request, error
    action = [("What to do", "go back to the first page")]
    return HTMLResponse(render_error("", "there is no such page", action), 404)


async def _unforeseen(request: Request, error: Exception) -> Response:
    from openvbc.app.render import render_error

    del request
    facts = [("Kind", type(error).__name__), ("What to do", "run 'vbc check'; if that finds "
              "nothing, report the kind of error and the address, never data")]  # fmt: skip
    return HTMLResponse(render_error("", "something went wrong that was not foreseen", facts), 500)
