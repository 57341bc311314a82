"""What the files of every facility program share: the year they are for, the money they move."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.published.layout import CCN_COLUMN, Column, Layout
from openvbc.programs.published.options import year_asked
from openvbc.programs.published.published_cell import parse_ccn
from openvbc.programs.published.published_file import PublishedTable, read_tables
from openvbc.rules.load import RuleSet
from openvbc.rules.overlay_template import all_missing, missing_for


def money_layout(name: str, pattern: str, label: str) -> Layout:
    """A facility's own figures (one row a facility), to turn factors into dollars."""
    return Layout(
        f"list of {label}", (CCN_COLUMN, Column(name, pattern, required=True, label=label))
    )


BASE_PAYMENTS = money_layout(
    "base_operating_drg_payments",
    "(?:total )?base operating (?:ms )?drg payments?(?: amounts?)?(?: usd)?",
    "base operating DRG payments",
)

_YEAR = re.compile(r"(?:fy|fiscal[ _-]*year)[ _-]*(20\d\d)(?!\d)", re.IGNORECASE)


def read_files(
    files: Sequence[Path], layouts: Sequence[Layout], program: str
) -> dict[str, list[PublishedTable]]:
    """Every table of every file, by the kind of its layout."""
    if not files:
        raise InputError(
            "no file was given", action="name the files CMS publishes", code="VBC-1045"
        )
    tables_by_kind: dict[str, list[PublishedTable]] = {layout.kind: [] for layout in layouts}
    for path in files:
        for table in read_tables(path, layouts, program):
            tables_by_kind[table.layout.kind].append(table)
    return tables_by_kind


def stated_year(table: PublishedTable) -> int | None:
    """The fiscal year a file states: in its title, else in its name.

    Raises:
        InputError: title and name state two years.
    """
    title, name = (
        years.pop() if len(years := {int(year) for year in _YEAR.findall(text)}) == 1 else None
        for text in (table.title, table.path.name)
    )
    if title is not None and name is not None and title != name:
        raise InputError(
            f"the file's title says fiscal year {title}, its name {name}",
            place=Place(table.source),
            rule="a file is settled under the rules of its year",
            action="name the file by the year it holds",
            code="VBC-1321",
        )
    return name if title is None else title


def file_years(tables: Iterable[PublishedTable]) -> dict[str, int]:
    """The fiscal year that most rows of each file state in their column."""
    years = {}
    for table in tables:
        stated = Counter(table.text(row, "fiscal_year") for row in range(table.count))
        year_texts = [text for text, _ in stated.most_common() if re.fullmatch(r"20\d\d", text)]
        if year_texts:
            years[table.path.name] = int(year_texts[0])
    return years


def fiscal_year(
    tables: Iterable[PublishedTable],
    options: Mapping[str, str],
    others: Mapping[str, int] | None = None,
) -> int:
    """The one fiscal year the files are for; InputError if none is stated or they differ.

    `others` are years known otherwise (from a performance period), by file name.
    """
    stated = {t.path.name: year for t in tables if (year := stated_year(t)) is not None}
    for name, year in (others or {}).items():
        stated.setdefault(name, year)
        if stated[name] != year:
            raise InputError(
                f"the file says fiscal year {stated[name]}, its period is that of {year}",
                place=Place(name),
                code="VBC-1046",
            )
    if (asked := year_asked(options)) is not None:
        stated[""] = asked
    years = sorted(set(stated.values()))
    if not years:
        raise InputError(
            "the files do not say which fiscal year they are for",
            action="give --year, for example --year 2025",
            code="VBC-1047",
        )
    if len(years) > 1:
        words = ", ".join(f"{name or 'the option year'}: {year}" for name, year in stated.items())
        raise InputError(
            f"the files are of different fiscal years ({words})",
            action="settle one fiscal year at a time",
            code="VBC-1048",
        )
    return years[0]


def facilities(
    table: PublishedTable, set_aside: list[SetAside], noun: str = "facility"
) -> dict[str, int]:
    """Each facility's row; unreadable and repeated ones are set aside."""
    rows: dict[str, int] = {}
    for row in range(table.count):
        ccn = parse_ccn(table.text(row, "facility"))
        if ccn is None:
            set_aside.append(
                SetAside(
                    "not a CMS certification number",
                    table.place(row, "facility"),
                    "expected six characters; a row of notes is no facility",
                )
            )
        elif ccn in rows:
            set_aside.append(
                SetAside(f"{noun} appears twice in the file", table.place(row, "facility"))
            )
        else:
            rows[ccn] = row
    return rows


def money_by_facility(
    tables: Sequence[PublishedTable], column: str, set_aside: list[SetAside]
) -> dict[str, Decimal]:
    """Dollars by facility, from the user's own list."""
    dollars: dict[str, Decimal] = {}
    for table in tables:
        set_aside.extend(table.set_aside)
        for ccn, row in facilities(table, set_aside).items():
            amount = table.number(row, column)
            if amount is None or amount < 0:
                set_aside.append(SetAside("payments missing or negative", table.place(row, column)))
            else:
                dollars[ccn] = amount
    return dollars


def base_payments(
    tables: Sequence[PublishedTable], set_aside: list[SetAside]
) -> dict[str, Decimal]:
    """Base operating DRG payments by facility, from the user's own list."""
    return money_by_facility(tables, "base_operating_drg_payments", set_aside)


def check_year(rules: RuleSet, names: Sequence[str], year: int, key: str = "fiscal_year") -> None:
    """Stop with every parameter that is not known for the year, before any row is settled.

    A year that CMS suppressed is said by name: no parameter would make it settle.
    """
    if "suppressed" in rules.names and key in rules.keys_of("suppressed"):
        for entry in rules.history("suppressed"):
            if entry.applies[key].matches(year):
                raise InputError(
                    f"{rules.program} has no result for {key.replace('_', ' ')} {year}:"
                    f" {entry.value}",
                    rule=entry.cite,
                    action="settle another year",
                    code="VBC-174",
                )
    if missing := missing_for(rules, names, key, year):
        raise all_missing(rules, missing, key, year)
