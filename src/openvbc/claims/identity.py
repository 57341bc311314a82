"""Who is who: old identifiers to current ones, across every delivery held.

CMS gives people new identifiers. CCLF9 lists pairs (current, previous); chains are followed to
their end, over all deliveries together, before anything is grouped by person (CCLF Information
Packet 40.0 section 5.1). Each delivery's claims already carry that delivery's current identifier,
so an old delivery carries identifiers that a newer CCLF9 has replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
class Identities:
    """The current identifier of every identifier that was ever replaced."""

    current: dict[str, str]
    circular: int = 0
    """People whose links go round in a circle; the newest link decided."""
    _hashes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64), repr=False)
    _olds: tuple[str, ...] = field(default=(), repr=False)

    def of(self, identifier: str) -> str:
        """Current identifier of one person."""
        return self.current.get(identifier, identifier)

    def replace(self, columns: Bytes) -> tuple[Bytes, NDArray[np.uint64]]:
        """Current identifiers of many records, and their bucket hashes.

        `columns` holds one identifier a column, padded with blanks; it is not changed.
        """
        found = hashes(columns)
        if not self._olds:
            return columns, found
        places = np.searchsorted(self._hashes, found)
        places[places == len(self._hashes)] = 0
        hits = np.flatnonzero(self._hashes[places] == found)
        if not len(hits):
            return columns, found
        columns = columns.copy()
        for hit in hits:
            old = columns[:, hit].tobytes().decode("ascii").strip()
            new = self.current.get(old)
            if new is not None:
                columns[:, hit] = np.frombuffer(new.ljust(len(columns)).encode(), dtype=np.uint8)
                found[hit] = hash_of(new)
        return columns, found


def identities(links: Iterable[Link]) -> Identities:
    """Follow the chains to their end. Every identifier of a chain is the same person.

    The current identifier is the one that nothing replaced; where several or none qualify (two
    successors of one identifier, or a circle), the newest link names it.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    known = sorted({(link.order, link.current, link.previous) for link in links})
    for _, current, previous in known:
        parent.setdefault(current, current)
        parent.setdefault(previous, previous)
        parent[root(previous)] = root(current)
    replaced = {previous for _, current, previous in known if previous != current}
    chosen: dict[str, tuple[bool, object, str]] = {}
    for order, current, previous in known:
        if current != previous:
            rank = (current not in replaced, order, current)
            group = root(current)
            if group not in chosen or rank > chosen[group]:
                chosen[group] = rank
    new = {
        name: chosen[root(name)][2]
        for name in parent
        if root(name) in chosen and chosen[root(name)][2] != name
    }
    olds = sorted(new, key=hash_of)
    return Identities(
        current=new,
        circular=sum(1 for final, _, _ in chosen.values() if not final),
        _hashes=np.array([hash_of(old) for old in olds], dtype=np.uint64),
        _olds=tuple(olds),
    )
