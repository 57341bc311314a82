"""Scores of groups as CMS published them: quality, advancing care information, activities, final.

Quality and advancing care information (now promoting interoperability) are printed in percent,
improvement activities in points of 40, the final score in points with two decimals. A zero stands
for zero and for "not scored" alike. Quality is printed to a tenth but never rounded up across a
whole number: 81.99 is printed 81.9.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.plausible import Plausible, check_columns
from openvbc.programs.published.published_file import PublishedTable, read_tables

LAYOUT = Layout(
    "file of MIPS scores of groups",
    (
        Column("group", "(?:org pac id|group pac id)", "text", required=True, label="org_pac_id"),
        Column("quality", "quality category score", required=True, label="quality_category_score"),
        Column(
            "promoting_interoperability",
            "(?:aci|pi) category score",
            required=True,
            label="aci_category_score",
        ),
        Column("activities", "ia category points", required=True, label="ia_category_points"),
        Column("final", "final mips score", required=True, label="final_mips_score"),
    ),
    identifier="group",
)
PERCENT = Plausible(Decimal(0), Decimal(100))
FULL_ACTIVITIES = Decimal(40)
"""Points of improvement activities that are the whole category, 42 CFR 414.1380(b)(3)."""
RANGES = {
    ("quality", ""): PERCENT,
    ("promoting_interoperability", ""): PERCENT,
    ("activities", ""): Plausible(Decimal(0), FULL_ACTIVITIES),
    ("final", ""): PERCENT,
}
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class GroupScores:
    """What is printed of a group."""

    identifier: str
    table: PublishedTable = field(repr=False, compare=False)
    number: int
    """Of its row in the table."""
    quality: Decimal
    """Percent, as printed."""
    promoting_interoperability: Decimal
    activities: Decimal
    """Points of 40."""
    final: Decimal

    @property
    def place(self) -> Place:
        """The file and line."""
        return self.table.line(self.number)

    def quality_ends(self) -> tuple[Decimal, Decimal]:
        """Lowest and highest quality in percent that is printed so."""
        place = min(int(self.quality.as_tuple().exponent), -1)
        half = Decimal(5).scaleb(place - 1)
        up = TENTH if place == -1 and (self.quality * 10) % 10 == 9 else half
        low, high = self.quality - half, self.quality + up
        return max(low, Decimal(0)), min(high, Decimal(100))


def read_groups(files: Sequence[Path], set_aside: list[SetAside]) -> list[GroupScores]:
    """Every group of the files once; rows that cannot be used are set aside with the reason."""
    return read_scores(files, LAYOUT, RANGES, lambda table: partial(_group, table), set_aside)


class Scored(Protocol):
    """A row of a file of scores: whose, and where it stands."""

    @property
    def identifier(self) -> str:
        """Whose scores they are."""
        ...

    @property
    def place(self) -> Place:
        """The file and line."""
        ...


Score = TypeVar("Score", bound=Scored)


def read_scores(
    files: Sequence[Path],
    layout: Layout,
    ranges: Mapping[tuple[str, str], Plausible],
    reader_of: Callable[[PublishedTable], Callable[[int], Score | SetAside]],
    set_aside: list[SetAside],
) -> list[Score]:
    """Every group or clinician of files of scores once; what cannot be used is set aside.

    Args:
        files: of one layout.
        layout: its columns; its identifier says who appears twice.
        ranges: what the scores can be.
        reader_of: what reads a row, by its number, of a table.
        set_aside: takes rows that cannot be used, with the reason.
    """
    scores: dict[str, Score] = {}
    for path in files:
        for table in read_tables(path, (layout,), "mips"):
            set_aside.extend(table.set_aside)
            implausible, read = check_columns(table, ranges), reader_of(table)
            for row in range(table.count):
                score = implausible.get(row) or read(row)
                if not isinstance(score, SetAside) and score.identifier in scores:
                    first = scores[score.identifier].place
                    score = SetAside(
                        f"{layout.identifier} appears twice in the files", score.place,
                        f"first seen at {first}",
                    )  # fmt: skip
                if isinstance(score, SetAside):
                    set_aside.append(score)
                else:
                    scores[score.identifier] = score
    return list(scores.values())


def _group(table: PublishedTable, row: int) -> GroupScores | SetAside:
    identifier = table.text(row, "group")
    if not re.fullmatch(r"\d{10}", identifier):
        return SetAside(
            "not an identifier of a group",
            table.place(row, "group"),
            "expected ten digits; a spreadsheet takes off leading zeros",
        )
    values: dict[str, Decimal] = {}
    for name, _ in RANGES:
        try:
            value = table.number(row, name)
        except InputError as error:
            return SetAside(error.what, error.place)
        if value is None:
            return SetAside("a score is not given", table.place(row, name))
        values[name] = value
    return GroupScores(identifier, table, row, **values)
