"""Who is who: old identifiers to current ones, across every delivery held.

CMS gives people new identifiers. CCLF9 lists pairs (current, previous); chains are followed to
their end, over all deliveries together, before anything is grouped by person (CCLF Information
Packet 40.0 section 5.1). Each delivery's claims already carry that delivery's current identifier,
so an old delivery carries identifiers that a newer CCLF9 has replaced.

Identifiers are one person only where birth date and sex, as far as CCLF8 gives them, agree: an old
number that CMS used twice leads to two people. What cannot be told apart is counted and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.buckets import hash_of, hashes
from openvbc.claims.fixed_width import Bytes

WIDTH = 11


@dataclass(frozen=True)
class Link:
    """One line of CCLF9: `previous` was replaced by `current`; later `order` is newer news."""

    current: str
    previous: str
    order: tuple[object, ...]


@dataclass(frozen=True)
class Described:
    """What CCLF8 says of an identifier; empty where it says nothing."""

    birth_date: str = ""
    sex: str = ""

    @property
    def is_known(self) -> bool:
        """Whether both are given."""
        return bool(self.birth_date and self.sex)

    def agrees(self, other: Described) -> bool:
        """Whether both can be one person: nothing that both give differs."""
        return (
            not self.birth_date or not other.birth_date or self.birth_date == other.birth_date
        ) and (not self.sex or not other.sex or self.sex == other.sex)


@dataclass(frozen=True)
class Identities:
    """The current identifier of every identifier that was ever replaced."""

    current: dict[str, str]
    first: dict[str, str] = field(default_factory=dict)
    """The first identifier of every other one a person had: a new one does not change it."""
    circular: int = 0
    """People whose links go round in a circle; the newest link decided."""
    disputed: int = 0
    """Groups of linked identifiers that are several people, by birth date or sex."""
    nobody: int = 0
    """Old identifiers that lead to several people; each stays by itself."""
    untested: int = 0
    """Old identifiers with several successors that no CCLF8 describes; joined all the same."""
    asked: set[str] | None = field(default=None, repr=False, compare=False)
    """Whom :meth:`of` was asked for, where that is recorded."""
    _hashes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64), repr=False)
    _olds: tuple[str, ...] = field(default=(), repr=False)

    def by_first(self) -> Identities:
        """The same people, each named by the first identifier in place of the current one.

        Rows kept from an earlier delivery stay right when their people get new identifiers.
        """
        return _named(self.first)

    def recording(self) -> Identities:
        """The same, noting whom it is asked for."""
        return replace(self, asked=set())

    def renamed(self) -> dict[str, str]:
        """The current identifier of each first one that was replaced."""
        firsts = {*self.first.values(), *(old for old in self.current if old not in self.first)}
        return {first: self.of(first) for first in sorted(firsts) if self.of(first) != first}

    def of(self, identifier: str) -> str:
        """Current identifier of one person."""
        if self.asked is not None:
            self.asked.add(identifier)
        return self.current.get(identifier, identifier)

    def replace(self, columns: Bytes) -> tuple[Bytes, NDArray[np.uint64]]:
        """Current identifiers of many records, and their bucket hashes.

        `columns` holds one identifier a column, padded with blanks; it is not changed.
        """
        bucket_hashes = hashes(columns)
        if not self._olds:
            return columns, bucket_hashes
        places = np.searchsorted(self._hashes, bucket_hashes)
        places[places == len(self._hashes)] = 0
        hits = np.flatnonzero(self._hashes[places] == bucket_hashes)
        if not len(hits):
            return columns, bucket_hashes
        columns = columns.copy()
        for hit in hits:
            old = columns[:, hit].tobytes().decode("ascii").strip()
            new = self.current.get(old)
            if new is not None:
                columns[:, hit] = np.frombuffer(new.ljust(len(columns)).encode(), dtype=np.uint8)
                bucket_hashes[hit] = hash_of(new)
        return columns, bucket_hashes


def identities(
    links: Iterable[Link], described: Mapping[str, Described] | None = None
) -> Identities:
    """Follow the chains to their end. Linked identifiers are one person where they can be.

    The current identifier is the one that nothing replaced; where several or none qualify (two
    successors of one identifier, or a circle), the newest link names it.

    Args:
        links: every line of CCLF9.
        described: birth date and sex of identifiers as they stand in CCLF8.
    """
    known = described or {}
    lines = sorted({(link.order, link.current, link.previous) for link in links})
    pairs = [(current, previous) for _, current, previous in lines if current != previous]
    successors = {current for current, _ in pairs}
    replaced = {previous for _, previous in pairs}
    newest = {current: order for order, current, _ in lines}
    new: dict[str, str] = {}
    first: dict[str, str] = {}
    circular = disputed = nobody = untested = 0
    for group in _linked(pairs):
        if _can_be_one(group, known):
            people = [group]
            finals = [name for name in group if name not in replaced]
            untested += len(finals) > 1 and not all(_of(known, f).is_known for f in finals)
        else:
            people, alone = _told_apart(group, pairs, known)
            disputed += 1
            nobody += alone
        for person in people:
            named = [name for name in person if name in newest]
            current = max(
                named or person,
                key=lambda name: (name not in replaced, _rank(newest, name), name),
            )
            circular += len(person) > 1 and current in replaced and people == [group]
            new.update({name: current for name in person if name != current})
            oldest = min(person, key=lambda name: (name in successors, name))
            first.update({name: oldest for name in person if name != oldest})
    return replace(
        _named(new),
        first=first,
        circular=circular,
        disputed=disputed,
        nobody=nobody,
        untested=untested,
    )


def _named(names: dict[str, str]) -> Identities:
    olds = sorted(names, key=hash_of)
    return Identities(
        current=names,
        _hashes=np.array([hash_of(old) for old in olds], dtype=np.uint64),
        _olds=tuple(olds),
    )


def _rank(newest: Mapping[str, tuple[object, ...]], name: str) -> tuple[bool, tuple[object, ...]]:
    return (name in newest, newest.get(name, ()))


def _of(known: Mapping[str, Described], name: str) -> Described:
    return known.get(name, Described())


def _linked(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Groups of identifiers that links connect."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one, other in pairs:
        parent.setdefault(one, one)
        parent.setdefault(other, other)
        parent[root(other)] = root(one)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in parent:
        groups[root(name)].append(name)
    return list(groups.values())


def _can_be_one(group: Collection[str], known: Mapping[str, Described]) -> bool:
    said = {known[name] for name in group if name in known}
    return all(one.agrees(other) for one in said for other in said)


def _told_apart(
    group: Collection[str], pairs: Iterable[tuple[str, str]], known: Mapping[str, Described]
) -> tuple[list[list[str]], int]:
    """The people of a group, and how many identifiers could be of several of them.

    Identifiers of one birth date and sex are one person. One that is not described in full is of
    the person it leads to, if that is only one that it can be; else it stays by itself.
    """
    beside: dict[str, set[str]] = defaultdict(set)
    members = set(group)
    for one, other in pairs:
        if one in members:
            beside[one].add(other)
            beside[other].add(one)
    people: dict[Described, list[str]] = defaultdict(list)
    for name in group:
        if _of(known, name).is_known:
            people[known[name]].append(name)
    unclear: list[list[str]] = []
    alone = 0
    for name in group:
        if _of(known, name).is_known:
            continue
        could_be = [who for who in _reached(name, beside, known) if _of(known, name).agrees(who)]
        if len(could_be) == 1:
            people[could_be[0]].append(name)
        else:
            unclear.append([name])
            alone += 1
    return [*people.values(), *unclear], alone


def _reached(
    name: str, beside: Mapping[str, set[str]], known: Mapping[str, Described]
) -> list[Described]:
    """Who a chain of identifiers that are not described in full leads to."""
    people: dict[Described, None] = {}
    seen, todo = {name}, [name]
    while todo:
        for other in sorted(beside[todo.pop()] - seen):
            seen.add(other)
            if _of(known, other).is_known:
                people[known[other]] = None
            else:
                todo.append(other)
    return list(people)
