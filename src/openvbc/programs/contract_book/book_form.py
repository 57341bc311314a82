"""The form of a book's file: what an entry, the cases and the reserve may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from openvbc.claims.inputs import ClaimInputs
from openvbc.programs.contract_book.overlap_rules import initiatives
from openvbc.programs.contract_book.payment_category import categories
from openvbc.project_file import Part

LINES_OF_BUSINESS = ("Traditional Medicare", "Medicare Advantage", "Medicaid", "Commercial")

Text = Annotated[str, Field(min_length=1)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Span = Annotated[str, Field(pattern=r"^\d+(\.\d+)?\.\.\d+(\.\d+)?$")]


_TAKEN_BY = {
    "program": ("files",), "overlays": ("files",), "options": ("files",),
    "row": ("files", "project"), "known": ("terms",),
}  # fmt: skip
"""Keys that one way of settling reads: beside another they would move nothing."""


class Source(Part):
    """How a contract, or a part of one that mixes models, is settled: one of three ways.

    `files`: as ``vbc settle`` would; `project`: as ``vbc run`` would; `terms` with `members`: from
    the claims of the book.
    """

    program: str = ""
    """Of published results; a payer's contract says its program itself."""
    files: tuple[Path, ...] = ()
    overlays: tuple[Path, ...] = ()
    options: dict[str, str] = Field(default_factory=dict)
    row: str = ""
    """Which contract (provider, facility) of the files; every one if not said."""
    project: Path | None = None
    terms: Path | None = None
    known: dict[str, Decimal] = Field(default_factory=dict)
    """Totals that no claim carries, where it is settled from claims."""

    @model_validator(mode="after")
    def _one_way(self) -> Source:
        ways = [name for name in ("files", "project", "terms") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} are given; one of them settles a contract")
        for name, takers in _TAKEN_BY.items():
            if getattr(self, name) and not set(ways) & set(takers):
                raise ValueError(
                    f"{name} is given, and only {' or '.join(takers)} of the same entry takes it"
                )
        return self

    @property
    def is_given(self) -> bool:
        """Whether there is anything to settle by."""
        return bool(self.files or self.project or self.terms)


class Entry(Source):
    """One contract of the book."""

    contract: Text
    """Its identifier, once in a book."""
    payer: Text
    line_of_business: Text
    parts: tuple[Source, ...] = ()
    """The parts of a contract that mixes models, instead of one way of its own."""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    population: str = ""
    """What the payer calls the population, where it has several contracts over time for one."""
    members: Path | None = None
    """Who is in it: member_id, first_day, last_day, and optionally how each came to be in it."""
    excluded: Path | None = None
    """Who is taken out by a clause of the contract: member_id, first_day, last_day, reason."""
    providers: tuple[Text, ...] = ()
    """Taxpayer numbers of the providers in it."""
    initiative: str = ""
    """The program or model the overlap rules know it by, for example MSSP."""
    precedence: int = 0
    prospective: bool = True
    payment_category: str = ""
    """HCP-LAN category, where it does not follow from the terms."""
    quality_link: bool | None = None
    condition_scope: bool = False
    """A capitation for one condition or set of services, not for all care."""
    settled_in: Month | None = None
    """Month of payment, where the contract's calendar does not say it."""

    @model_validator(mode="after")
    def _a_way(self) -> Entry:
        if self.parts and self.is_given:
            raise ValueError("parts are given, and a way of its own beside them")
        if any(part.terms for part in self.parts):
            raise ValueError("a part is settled by files or project; terms settle a whole contract")
        if self.payment_category and self.payment_category not in categories():
            raise ValueError(f"the payment category is one of: {', '.join(categories())}")
        if self.initiative and self.initiative not in initiatives():
            raise ValueError(f"the initiative is one of: {', '.join(sorted(initiatives()))}")
        if not self.parts and not self.is_given:
            raise ValueError("nothing to settle by: give files, project, terms or parts")
        if self.line_of_business not in LINES_OF_BUSINESS:
            raise ValueError(f"the line of business is one of: {', '.join(LINES_OF_BUSINESS)}")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the period ends before it begins")
        return self

    def sources(self) -> Sequence[Source]:
        """The ways it is settled: its own, or one a part."""
        return self.parts or (self,)


class Cases(Part):
    """What the best and the worst case are: ranges, as ``vbc simulate`` has them."""

    expenditure_trend: Span | None = None
    risk_ratio: Span | None = None
    quality_score: Span | None = None
    volume: Span | None = None

    @model_validator(mode="after")
    def _can_be(self) -> Cases:
        for name, text in self:
            low, _, high = str(text or "").partition("..")
            most = 1 if name == "quality_score" else 10
            if text is not None and not Decimal(low) <= Decimal(high) <= most:
                raise ValueError(f"{name} goes from 0 to {most}, the lower number first: {text}")
        return self


class Reserve(Part):
    """The organisation's own policy on what is reserved for losses."""

    of_worst_case: Share
    """Share of what the worst case would owe that is reserved; never less than expected losses."""


class BookForm(Part):
    """The whole file; its contracts are held against :class:`Entry` one by one."""

    book: Text
    year: Annotated[int, Field(ge=2000, le=2099)]
    contracts: Annotated[tuple[Any, ...], Field(min_length=1)]
    claims: ClaimInputs = ClaimInputs()
    dollars: Path | None = None
    """All dollars paid, where the shares by payment category are wanted without claims."""
    dollars_rule: Annotated[str, Field(pattern="^(provider dollars|fee only)$")] = (
        "provider dollars"
    )
    as_of: dt.date | None = None
    cases: Cases | None = None
    reserve: Reserve | None = None
    store: Path = Path("store")
    output: Path = Path("run")
