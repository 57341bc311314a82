"""Blocks that only a page in the app has: pictures that come after the page, forms, sliders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from openvbc.report.page import Block as ReportBlock
from openvbc.report.page import Section, anchor_of


@dataclass(frozen=True)
class Lazy:
    """A part that takes a moment (a picture): fetched when the page stands."""

    address: str
    label: str
    kind: ClassVar[str] = "lazy"


@dataclass(frozen=True)
class Links:
    """A row of links."""

    links: Sequence[tuple[str, str]]
    """Address and words."""
    label: str = "More"
    kind: ClassVar[str] = "links"


@dataclass(frozen=True)
class Search:
    """The field in which a person is asked for; sent in the body, never in the address."""

    kind: ClassVar[str] = "search"


@dataclass(frozen=True)
class Choice:
    """A form of one field that opens the same page for what was chosen."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    """Value and words; none: any text."""
    chosen: str = ""
    kind: ClassVar[str] = "choice"


@dataclass(frozen=True)
class Slider:
    """One lever: its ends, where it stands, and what that is called."""

    name: str
    label: str
    low: str
    high: str
    step: str
    value: str
    shown: str
    is_factor: bool


@dataclass(frozen=True)
class Sliders:
    """Levers, and where their answer comes from."""

    address: str
    sliders: Sequence[Slider]
    kind: ClassVar[str] = "sliders"


Block = ReportBlock | Lazy | Links | Search | Choice | Sliders


@dataclass(frozen=True)
class Part:
    """A heading and its blocks."""

    title: str
    blocks: Sequence[Block]
    lead: str = ""

    @property
    def anchor(self) -> str:
        """The part's name in a link."""
        return anchor_of(self.title)


@dataclass(frozen=True)
class AppPage:
    """A page of the app."""

    title: str
    parts: Sequence[Part | Section]
    lead: str = ""
    trail: Sequence[tuple[str, str]] = ()
    """Where the reader is: address and words, from the first page down."""
    style: str = ""
    """``board``: made to be printed on one page."""
