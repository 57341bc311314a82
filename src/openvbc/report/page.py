"""What a report page is made of: sections of blocks, rendered into one self-contained HTML file.

A page knows nothing of programs. Those who compose it (``settlement_page``, ``run_page`` ...) turn
results into these blocks; the templates turn blocks into HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from openvbc._version import __version__
from openvbc.engine.private_files import private_folder, write_text
from openvbc.errors import ExtraMissing


@dataclass(frozen=True)
class Figure:
    """A picture: inline SVG with a caption that says what to see."""

    svg: str
    caption: str
    kind: ClassVar[str] = "figure"


@dataclass(frozen=True)
class Card:
    """One number people look for first."""

    label: str
    value: str
    note: str = ""
    link: str = ""
    """Where the number opens, in the app; a page in a file has none."""


@dataclass(frozen=True)
class Cards:
    """A row of key numbers."""

    cards: Sequence[Card]
    kind: ClassVar[str] = "cards"


LONGEST_WORD = 12
"""Characters of a date, a month or a code; a longer word may be broken."""


@dataclass(frozen=True)
class Grid:
    """A table of text; columns whose name is in `numeric` are set to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    numeric: frozenset[str] = frozenset()
    total: Sequence[str] | None = None
    searchable: bool = False
    pinned: bool = False
    """The first and the last column stay in view: whose row it is, and what it came to."""
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Where cells (row, column) open: a page of the app, or a place of the same file."""
    kind: ClassVar[str] = "grid"

    @property
    def unbroken(self) -> frozenset[int]:
        """Columns of dates, months and codes: short words that are not broken over two lines."""
        return frozenset(
            at
            for at in range(len(self.columns))
            if all(len(row[at]) <= LONGEST_WORD and " " not in row[at] for row in self.rows)
        )

    @property
    def ends_in_view(self) -> bool:
        """Whether the last column is kept in view: an empty one would only cover others."""
        return self.pinned and any(row[-1].strip(" –") for row in self.rows)


@dataclass(frozen=True)
class Note:
    """A paragraph; `tone` is info, good, warning or loss."""

    text: str
    tone: str = "info"
    kind: ClassVar[str] = "note"


@dataclass(frozen=True)
class Notes:
    """Several notes under one line that opens them, so that they do not bury the numbers."""

    title: str
    texts: Sequence[str]
    kind: ClassVar[str] = "notes"


@dataclass(frozen=True)
class Explorer:
    """Worksheets a reader can open line by line; data from :mod:`openvbc.report.worksheet_data`."""

    data: Any
    identity: str
    row: str = "Contract"
    """What is chosen."""
    kind: ClassVar[str] = "explorer"


Block = Figure | Cards | Grid | Note | Notes | Explorer


def anchor_of(title: str) -> str:
    """The name a heading has in a link."""
    return "".join(c if c.isalnum() else "-" for c in title.lower()).strip("-")


@dataclass(frozen=True)
class Section:
    """A heading and its blocks; the page's navigation lists the sections."""

    title: str
    blocks: Sequence[Block]
    lead: str = ""
    in_print: bool = True
    """False where it is looked things up in, on the screen or in the workbook: paper has enough."""

    @property
    def anchor(self) -> str:
        """The section's name in a link."""
        return anchor_of(self.title)


@dataclass(frozen=True)
class Page:
    """A whole report."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    footer: Sequence[str] = field(default_factory=tuple)
    mark: str = ""
    """Who may see it; stands in the title, above everything and at the end."""


def render(page: Page) -> str:
    """The page as one HTML file: styles, pictures and script inside, nothing loaded."""
    return str(_template().render(page=page, version=__version__))


@cache
def _template() -> Any:
    """The page's template; compiled once, which takes longer than many a page."""
    try:
        import jinja2
    except ImportError as error:
        raise ExtraMissing("report", "Writing an HTML report") from error
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("openvbc.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("page.html.j2")


def write(page: Page, path: Path) -> Path:
    """Render `page` into `path` (its folder is made where it is missing)."""
    private_folder(path.parent)
    write_text(path, render(page))
    return path
