"""Which patients of several practices are one person.

Two patients of different practices are joined when they have the same Medicare beneficiary
identifier and birth date, or the same family name, first given name, birth date and gender, all of
them given. Patients of one practice are never joined: it knows its own, and where it has two that
fit, nobody is joined by that. One identifier with two birth dates joins nobody and is counted.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Described:
    """What a practice says of a patient; days are counted from 1970-01-01."""

    practice: str
    identifier: str
    birth_day: int
    death_day: int | None
    gender: str | None
    sex_code: str | None
    race_code: str | None
    ethnicity_code: str | None
    family: str
    given: str
    medicare: list[str]
    source_file: str
    source_line: int

    def is_another_than(self, other: Described) -> bool:
        """Whether two records under one identifier are of two people: birth date and name differ.

        One of them alone is a correction.
        """
        names = [(each.family, each.given) for each in (self, other)]
        return self.birth_day != other.birth_day and all(map(any, names)) and names[0] != names[1]


@dataclass
class Joined:
    """The person of each patient, by the patient's number, and how it came about."""

    person: dict[int, str]
    by_identifier: int = 0
    """Patients joined to another by the Medicare identifier."""
    by_name: int = 0
    """Patients joined to another by name, birth date and gender."""
    contradictions: int = 0
    """Medicare identifiers that stand with more than one birth date."""


def join_patients(described: Mapping[int, Described], join: bool = True) -> Joined:
    """Join patients; `join` false keeps every patient a person of its own."""
    above = {number: number for number in described}
    joins = Joined({})
    if join and len({one.practice for one in described.values()}) > 1:
        by_identifier: dict[str, list[int]] = defaultdict(list)
        by_name: dict[tuple[str, str, int, str], list[int]] = defaultdict(list)
        for number, one in described.items():
            for identifier in one.medicare:
                by_identifier[identifier.upper()].append(number)
            name = (_plain(one.family), _plain(one.given), one.birth_day, one.gender or "unknown")
            if name[0] and name[1] and name[3] not in ("unknown", ""):
                by_name[name].append(number)
        for same in by_identifier.values():
            if len({described[number].birth_day for number in same}) > 1:
                joins.contradictions += 1
            else:
                joins.by_identifier += _unite(same, described, above)
        for same in by_name.values():
            joins.by_name += _unite(same, described, above)
    joins.person = _named(described, above)
    return joins


def _unite(same: list[int], described: Mapping[int, Described], above: dict[int, int]) -> int:
    """Join patients; return how many were not joined before.

    Where a practice has two that fit, nobody can say which of them: nobody is joined.
    """
    joined = 0
    practices = [described[number].practice for number in same]
    if len(set(practices)) < len(practices):
        return 0
    for one, other in pairwise(same):
        a, b = _top(one, above), _top(other, above)
        if a != b:
            above[max(a, b)] = min(a, b)
            joined += 1
    return joined


def _top(number: int, above: dict[int, int]) -> int:
    while above[number] != number:
        above[number] = above[above[number]]
        number = above[number]
    return number


def _named(described: Mapping[int, Described], above: dict[int, int]) -> dict[int, str]:
    """A person is named as its first patient is; with the practice where that name is taken."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for number in sorted(described):
        top = _top(number, above)
        if top not in names:
            one = described[top]
            name = one.identifier
            if name in taken:
                name = f"{one.practice}/{one.identifier}"
            names[top] = name
            taken.add(name)
    return {number: names[_top(number, above)] for number in described}


def _plain(name: str) -> str:
    """Upper case letters only, without accents."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(each for each in apart.upper() if each.isalpha())
