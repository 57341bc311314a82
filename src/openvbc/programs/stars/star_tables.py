"""What the data tables of the Star Ratings hold: contracts, cut points, the names of measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.published_cell import plain
from openvbc.programs.stars.cut_points import CutPoints


@dataclass
class StarContract:
    """What is published for a contract."""

    identifier: str
    place: Place
    organization_type: str = ""
    name: str = ""
    values: dict[str, Decimal | None] = field(default_factory=dict)
    stars: dict[str, Decimal | None] = field(default_factory=dict)
    not_required: set[str] = field(default_factory=set)
    categories: dict[str, int | str | None] = field(default_factory=dict)
    """A number; a letter in the years to 2019."""
    puerto_rico_only: bool = False
    disaster: dict[int, Decimal] = field(default_factory=dict)
    ratings: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, str], Place] = field(default_factory=dict, repr=False)
    """Where published stars and ratings stand, by kind (``stars``, ``ratings``) and name."""


@dataclass
class StarTables:
    """Everything read, by contract; cut points by organisation group and measure."""

    contracts: dict[str, StarContract] = field(default_factory=dict)
    cut_points: dict[tuple[str, str], CutPoints] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    """The rating year each file states."""
    kinds: dict[str, str] = field(default_factory=dict)
    """What each file was taken for."""
    measures: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The name of each measure by its number, and the file that printed it."""
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note_untold(
        self,
        file: str,
        columns: Sequence[tuple[str, str]],
        where: Mapping[str, int],
        blank: Mapping[str, int],
        means: str,
    ) -> None:
        """Say which columns a table lacks, and which it leaves blank: it writes a word for none."""
        for name, _ in columns:
            words = name.replace("_", " ")
            if name not in where:
                self.notes.append(f"{file} has no column for {words}: {means}.")
            elif blank[name]:
                self.notes.append(
                    f"{file}: the column for {words} is blank for {blank[name]:,} contracts:"
                    f" {means}."
                )

    def note_measure(self, file: str, code: str, name: str) -> None:
        """Keep a measure's name; two files that give one number two names are of two years."""
        known, first = self.measures.setdefault(code, (name, file))
        one, other = plain(known), plain(name)
        if one and other and not (one.startswith(other) or other.startswith(one)):
            raise InputError(
                f"two tables give {code} two names: {known!r} in {first}, {name!r} here",
                place=Place(file, column=f"{code}: {name}"),
                rule="measures are numbered anew every year: the tables seem to be of two years",
                action="give the tables of one year",
                code="VBC-1302",
            )
