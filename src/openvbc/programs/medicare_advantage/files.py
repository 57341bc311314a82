"""Read CMS's Medicare Advantage rate book: a row a county, its benchmark at three bonus levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.published_file import PublishedTable, read_tables

_RATE = (
    r"(?:benchmark |rate )?(?:parts a b )?(?:20\d\d )?{} ?(?:pct|percent)? ?bonus(?: .*rate| rate)?"
)

LAYOUT = Layout(
    "Medicare Advantage rate book",
    (
        Column("code", "(?:ssa |county )?code|ssa", "text", True, "SSA code"),
        Column("state", "state(?: code)?", "text"),
        Column("county", "county(?: name)?", "text"),
        Column("full", _RATE.format("5"), required=True, label="rate at 5% bonus"),
        Column("new", _RATE.format("3 5"), required=True, label="rate at 3.5% bonus"),
        Column("none", _RATE.format("0"), required=True, label="rate at 0% bonus"),
        Column("esrd", "esrd(?: statewide)?(?: rate)?"),
        Column("percentage", "(?:inferred )?applicable percent(?:age)?"),
        Column("double", "(?:inferred )?double bonus(?: county)?", "text"),
    ),
    identifier="code",
)
_CODE = re.compile(r"[0-9A-Z]{5}")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_FLAGS = {"yes": True, "y": True, "no": False, "n": False}


@dataclass(frozen=True)
class County:
    """One county as printed."""

    place: Place
    code: str
    state: str
    name: str
    full: Decimal
    new: Decimal
    none: Decimal
    esrd: Decimal | None
    percentage: Decimal | None
    """As the file gives it; CMS's own rate book does not."""
    double: bool | None
    table: PublishedTable = field(repr=False, compare=False)
    number_of_row: int = 0

    @property
    def at_the_limit(self) -> bool:
        """The three benchmarks are one number: no bonus shows."""
        return self.full == self.new == self.none

    def printed_at(self, name: str) -> Place:
        """Where a value of this row stands."""
        return self.table.place(self.number_of_row, name)


def year_of_names(files: Sequence[Path], asked: int | None) -> int:
    """The year asked for, else the one year in the files' names."""
    years = {int(year) for file in files for year in _YEAR.findall(file.stem)}
    if asked is not None:
        return asked
    if len(years) == 1:
        return years.pop()
    raise InputError(
        "the payment year is not told by the file's name",
        place=Place(files[0].name),
        rule="one calendar year in the names of all files",
        action="say it: --year 2026",
        code="VBC-1082",
    )


def read_counties(path: Path, program: str) -> tuple[list[County], list[SetAside]]:
    """Counties of one file; rows that cannot be read are set aside."""
    rows: list[County] = []
    set_aside: list[SetAside] = []
    for table in read_tables(path, (LAYOUT,), program):
        set_aside += table.set_aside
        for number in range(table.count):
            read = _row(table, number)
            if isinstance(read, SetAside):
                set_aside.append(read)
            else:
                rows.append(read)
    return rows, set_aside


def _row(table: PublishedTable, number: int) -> County | SetAside:
    code = table.text(number, "code").upper()
    if code.isdigit():
        code = code.zfill(5)
    if not _CODE.fullmatch(code):
        return SetAside("not a county's code", table.place(number, "code"), "five characters")
    numbers: dict[str, Decimal | None] = {}
    for name in ("full", "new", "none", "esrd", "percentage"):
        try:
            numbers[name] = table.number(number, name)
        except InputError as error:
            return SetAside(error.what, error.place, "a number")
    rates: list[Decimal] = []
    for name in ("none", "new", "full"):
        rate = numbers[name]
        if rate is None or rate <= 0:
            return SetAside("rate missing or not above zero", table.place(number, name))
        if rates and rate < rates[-1]:
            return SetAside("a higher bonus has a lower rate", table.place(number, name))
        rates.append(rate)
    word = table.text(number, "double").lower()
    if word and word not in _FLAGS:
        return SetAside("neither yes nor no", table.place(number, "double"), "yes or no")
    none, new, full = rates
    return County(
        Place(table.source, table.lines[number]), code, table.text(number, "state").upper(),
        table.text(number, "county"), full, new, none, numbers["esrd"], numbers["percentage"],
        _FLAGS.get(word), table, number,
    )  # fmt: skip
