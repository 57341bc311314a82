"""What a reader of a page can work out: the page as printed, and an attacker who solves it.

The attacker holds the page for sharing against the private page of the same run only to know which
cells there are and which sums hold; what he may use are the numbers that the shared page prints, in
cards, tables, captions, sentences and pictures. Nothing of the program's method is used.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np

COUNT = re.compile(r"\d{1,3}(,\d{3})*|\d+")
MONEY = re.compile(r"-?\$-?[\d,]+(\.\d+)?")
SHARE = re.compile(r"([\d.]+)\s*%")
NO_PEOPLE = re.compile(
    r"year|tier|HCC|version|line|number|parameter|status|records|rows", re.IGNORECASE
)
"""Columns of whole numbers that count no people."""
BY_CHANCE = 40
"""Smaller numbers stand on a page for many reasons: that one is a total cannot be told."""


@dataclass
class Table:
    """A table as printed."""

    section: str
    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    total: list[str] = field(default_factory=list)

    @property
    def name(self) -> tuple[str, str, str]:
        return self.section, self.caption, "|".join(self.heads)


class Printed(HTMLParser):
    """The tables of a page, and every other text of it, pictures included."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.texts: list[str] = []
        self._path: list[str] = []
        self._section = ""
        self._cell: list[str] | None = None
        self._foot = False
        self.feed(re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.S))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "aria-label" and value:
                self.texts.append(value)
        if tag == "section":
            self._section = dict(attrs).get("id", "")
        elif tag == "table":
            self.tables.append(Table(self._section))
        elif tag == "tr" and self.tables and "thead" not in self._path:
            self._foot = "tfoot" in self._path
            (self.tables[-1].total if self._foot else self.tables[-1].rows.append([]))
        elif tag in ("td", "th", "caption", "text", "strong", "span", "p", "li", "figcaption"):
            self._cell = []
        self._path.append(tag)

    def handle_endtag(self, tag):
        while self._path and self._path.pop() != tag:
            pass
        if self._cell is None:
            return
        text = html.unescape("".join(self._cell)).strip()
        table = self.tables[-1] if self.tables else None
        if tag == "td" and table is not None and "thead" in self._path:
            table.heads.append(text)  # a heading without words
        elif tag == "td" and table is not None:
            (table.total if self._foot else table.rows[-1]).append(text)
        elif tag == "th" and table is not None:
            table.heads.append(text)
        elif tag == "caption" and table is not None:
            table.caption = text
        elif tag in ("text", "strong", "span", "p", "li", "figcaption"):
            self.texts.append(text)
        else:
            return
        self._cell = None

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)


def numbers_in(texts: list[str]) -> set[int]:
    """Every whole number in the texts."""
    matches = (re.finditer(r"(?<![\d.$])\d[\d,]*(?![\d.%])", text) for text in texts)
    return {int(each.group().replace(",", "")) for one in matches for each in one}


@dataclass
class Cell:
    """A count that the private page prints, and what the shared one prints in its place."""

    where: str
    column: tuple[str, str, str, int]
    group: str
    """The first cell of its row: a period, a model, a condition."""
    value: int
    shown: bool
    row: list[str]


def cells_of(own: Printed, shared: Printed) -> list[Cell]:
    """Every count of the private page; tables are the same where title, caption and heads are."""
    others: dict[tuple[str, str, str], Table] = {table.name: table for table in shared.tables}
    cells = []
    for table in own.tables:
        other = others.get(table.name)
        if other is None:
            continue  # left out of the shared page: nothing of it is printed
        printed = _by_label(other)
        for label, row in _by_label(table).items():
            theirs = printed.get(label, [])
            for at, text in enumerate(row):
                head = table.heads[at] if at < len(table.heads) else ""
                if not COUNT.fullmatch(text) or NO_PEOPLE.search(head):
                    continue
                same = at < len(theirs) and theirs[at] == text
                cells.append(
                    Cell(f"{table.caption or table.section}: {label} {head}", (*table.name, at),
                         row[0], int(text.replace(",", "")), same, theirs)
                )  # fmt: skip
    return cells


def _by_label(table: Table) -> dict[str, list[str]]:
    """Rows by the words in them, which both pages print; told apart by their order."""
    rows: dict[str, list[str]] = {}
    for row in [*table.rows, *([table.total] if table.total else [])]:
        words = " ".join(text for text in row if not re.search(r"\d", text) and text != "hidden")
        label = f"{row[0] if row else ''}|{words}"
        while label in rows:
            label += "'"
        rows[label] = row
    return rows


def sums_of(cells: list[Cell], printed: set[int]) -> Iterator[tuple[list[int], int]]:
    """Sums that hold: a column, or the rows of one group in it, adds up to a printed number."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, cell in enumerate(cells):
        groups.setdefault((cell.column,), []).append(number)
        groups.setdefault((cell.column, cell.group), []).append(number)
    for members in groups.values():
        total = sum(cells[number].value for number in members)
        if len(members) > 1 and total in printed and total > BY_CHANCE:
            yield members, total
        last = cells[members[-1]]
        if len(members) > 2 and total == 2 * last.value > 0 and last.shown:
            yield members[:-1], last.value


def recovered(own_page: str, shared_page: str) -> list[str]:
    """The small counts that a reader of the shared page can find out, and where."""
    own, shared = Printed(own_page), Printed(shared_page)
    cells = cells_of(own, shared)
    printed = numbers_in(shared.texts) | {cell.value for cell in cells if cell.shown}
    small = {n for n, cell in enumerate(cells) if 0 < cell.value < 11}
    leaks = [f"printed: {cells[n].where} = {cells[n].value}" for n in small if cells[n].shown]
    hidden = [n for n, cell in enumerate(cells) if not cell.shown]
    at = {number: place for place, number in enumerate(hidden)}
    rows, known = [], []
    for members, total in sums_of(cells, printed):
        row = np.zeros(len(hidden))
        rest = total
        for number in members:
            if cells[number].shown:
                rest -= cells[number].value
            else:
                row[at[number]] += 1
        if row.any():
            rows.append(row)
            known.append(rest)
    least = [min(cells[n].value, 1) for n in hidden]
    for number in sorted(small - {n for n in small if cells[n].shown}):
        if at_most(rows, known, least, at[number]) < 11:
            leaks.append(f"by sums: {cells[number].where} = {cells[number].value}")
        elif (how := _by_rate(cells[number], printed)) is not None:
            leaks.append(f"by {how}: {cells[number].where} = {cells[number].value}")
    return leaks


def at_most(rows: list[np.ndarray], known: list[int], least: list[int], at: int) -> float:
    """The most that a hidden count can be, by the sums it is in and the least that each can be."""
    touched = [n for n, row in enumerate(rows) if row[at]]
    if not touched:
        return float("inf")
    from scipy import optimize  # half a second for whoever only collects the tests

    goal = np.zeros(len(rows[0]))
    goal[at] = -1
    result = optimize.linprog(
        goal, A_eq=np.array(rows), b_eq=np.array(known), method="highs",
        bounds=[(low, None) for low in least],
    )  # fmt: skip
    assert result.status in (0, 3), result.message
    return float("inf") if result.status == 3 else -result.fun


def _by_rate(cell: Cell, printed: set[int]) -> str | None:
    """A share of a printed total, or dollars over dollars a head, beside the hidden count."""
    shares = [float(m.group(1)) / 100 for text in cell.row if (m := SHARE.fullmatch(text))]
    for share in shares:
        for total in printed:
            if 10 < total < 5000 and 0 < share < 1 and abs(share * total - cell.value) < 0.02:
                return f"{share:.1%} of {total}"
    money = [float(re.sub(r"[$,]", "", text)) for text in cell.row if MONEY.fullmatch(text)]
    for whole in money:
        for each in money:
            if each > 0 and whole > each and abs(whole / each - cell.value) < 0.01:
                return f"{whole:,.0f} over {each:,.0f}"
    return None
