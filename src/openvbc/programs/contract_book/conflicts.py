"""Entries of a book that cannot both be right: neither counts, and each says why.

Names are compared without regard to case and spaces: one payer, population or contract written two
ways is one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openvbc.engine.real_path import real_path
from openvbc.programs.contract_book.book_form import Entry, Source

Conflict = tuple[str, str]
"""What is wrong, and what to do."""


def plain(name: str) -> str:
    """A name as it is compared with others."""
    return " ".join(name.split()).casefold()


def one_spelling(entries: Sequence[Entry]) -> list[Entry]:
    """The same with each payer written in one way: the first in the order of the alphabet."""
    spelled: dict[str, str] = {}
    for name in sorted(entry.payer for entry in entries):
        spelled.setdefault(plain(name), name)
    return [entry.model_copy(update={"payer": spelled[plain(entry.payer)]}) for entry in entries]


def conflicts(entries: Sequence[Entry], others: Iterable[str], year: int) -> dict[int, Conflict]:
    """By place in `entries`, the first thing that keeps an entry out of the book.

    Args:
        entries: of the book, those that can be read.
        others: identifiers of those that cannot.
        year: of the book.
    """
    names = [*(entry.contract for entry in entries), *others]
    count = Counter(map(plain, names))
    conflict_by_place: dict[int, Conflict] = {}
    for number, entry in enumerate(entries):
        beside = [other for n, other in enumerate(entries) if n != number]
        if count[plain(entry.contract)] > 1:
            conflict_by_place[number] = _standing_twice(entry.contract, names)
        elif twice := sorted(e.contract for e in beside if _settled_by_the_same(entry, e)):
            conflict_by_place[number] = (
                f"it is settled by the same files as {', '.join(twice)}: its dollars would count "
                "twice",
                "name the files of each contract, or tell rows apart with row:",
            )
        elif over := [e.contract for e in beside if _same_population(entry, e, year)]:
            conflict_by_place[number] = (
                f"its period overlaps that of {', '.join(over)} for one population",
                "correct first_day and last_day, or the name of the population",
            )
    return conflict_by_place


def _standing_twice(name: str, names: Sequence[str]) -> Conflict:
    alike = [each for each in names if plain(each) == plain(name)]
    written = sorted(set(alike))
    ways = f", written as {' and '.join(map(repr, written))}" if len(written) > 1 else ""
    return (
        f"the identifier stands {len(alike)} times in the book{ways}",
        "give each contract its own",
    )


def _settled_by_the_same(one: Entry, other: Entry) -> bool:
    mine, theirs = (dict(_settled_by(each)) for each in (one, other))
    return any(
        not mine[way] or not theirs[way] or mine[way] & theirs[way] for way in mine.keys() & theirs
    )


def _settled_by(entry: Entry) -> Iterator[tuple[Any, frozenset[str]]]:
    """What the parts of an entry are settled by, with the rows taken; none: every row."""
    rows: dict[Any, set[str]] = {}
    for source in entry.sources():
        rows.setdefault(_way(entry, source), set()).add(source.row)
    for way, taken in rows.items():
        yield way, frozenset() if "" in taken else frozenset(taken)


def _way(entry: Entry, source: Source) -> tuple[Any, ...]:
    if source.terms is not None:
        who = entry.members or tuple(sorted(entry.providers))
        return "terms", real_path(source.terms), who, entry.first_day, entry.last_day
    if source.project is not None:
        return "project", real_path(source.project)
    return "files", frozenset(map(real_path, source.files))


def _same_population(one: Entry, other: Entry, year: int) -> bool:
    mine, theirs = ((plain(each.payer), plain(each.population)) for each in (one, other))
    if not one.population or mine != theirs:
        return False
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return (one.first_day or first) <= (other.last_day or last) and (other.first_day or first) <= (
        one.last_day or last
    )


def spelling_of(payers: Iterable[str]) -> Mapping[str, str]:
    """The spelling of each payer of a book, by the name as it is compared."""
    return {plain(name): name for name in payers}
