"""Pages to HTML, with the reports' own templates and the app's around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from openvbc._version import __version__
from openvbc.app.blocks import AppPage, Block
from openvbc.app.opened import OpenedRun
from openvbc.report.page import Figure, Grid

MENU = (
    ("/", "Result"), ("/drivers", "Why"), ("/year", "The year"), ("/what-if/0", "What if"),
    ("/sheets", "Worksheets"),
    ("/analysis", "Analysis"), ("/people", "People"), ("/lists", "Lists"), ("/tables", "Tables"),
    ("/compare", "Compare"), ("/board", "For the board"),
)  # fmt: skip
"""What stands above every page."""


@cache
def _templates() -> Any:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("openvbc.app", "templates"),
                jinja2.PackageLoader("openvbc.report", "templates"),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["identity"] = id
    return made


def render_page(page: AppPage, opened: OpenedRun, path: str, query: str) -> str:
    """A page; `path` and `query` are its own address, from which its tables are downloaded."""
    grids = [block for part in page.parts for block in part.blocks if isinstance(block, Grid)]
    before = f"{path}?{query}&" if query else f"{path}?"
    downloads = {id(grid): f"{before}csv={number}" for number, grid in enumerate(grids)}
    html: str = _templates().get_template("app_page.html.j2").render(
        page=page, menu=MENU, here=path, run=opened, downloads=downloads, version=__version__
    )  # fmt: skip
    return html


def render_answer(blocks: Sequence[Block]) -> str:
    """Blocks alone, to take the place of others on a page."""
    html: str = _templates().get_template("app_answer.html.j2").render(blocks_given=blocks)
    return html


def render_figure(figure: Figure) -> str:
    """A picture alone."""
    return render_answer([figure])


def render_error(code: str, what: str, facts: Sequence[tuple[str, str]]) -> str:
    """What went wrong, in words, with the way back."""
    html: str = _templates().get_template("app_error.html.j2").render(
        code=code, what=what, facts=facts, version=__version__
    )  # fmt: skip
    return html
