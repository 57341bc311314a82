"""Birth date and sex of identifiers as they stand in CCLF8, before identifiers are joined."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from openvbc.claims.buckets import hash_of, hashes
from openvbc.claims.delivery import Member
from openvbc.claims.fixed_width import Block, blocks
from openvbc.claims.identity import Described
from openvbc.claims.layout import layouts_of
from openvbc.claims.null_dates import NULL_DATES

_SEXES = ("1", "2")


def described(members: list[Member], wanted: Collection[str]) -> dict[str, Described]:
    """What the newest CCLF8 that says it says of each identifier wanted.

    Only records of these identifiers are looked at in full; the hash narrows the search.
    """
    if not wanted:
        return {}
    sought = np.sort(np.array([hash_of(name) for name in wanted], dtype=np.uint64))
    found: dict[str, Described] = {}
    for member in sorted((m for m in members if m.file == "8"), key=lambda m: m.order):
        with member.open() as stream:
            for block in blocks(stream, frozenset(layouts_of("8"))):
                if isinstance(block, Block):
                    _read(block, sought, wanted, found)
    return found


def _read(
    block: Block, sought: np.ndarray, wanted: Collection[str], found: dict[str, Described]
) -> None:
    fields = layouts_of("8")[block.records.shape[1]].fields
    at = fields["BENE_MBI_ID"]
    identifiers = np.ascontiguousarray(block.records[:, at.start : at.end].T)
    hashed = hashes(identifiers)
    places = np.searchsorted(sought, hashed)
    places[places == len(sought)] = 0
    for row in np.flatnonzero(sought[places] == hashed):
        record = block.records[row].tobytes().decode("ascii", errors="replace")
        name, birth, sex = (
            record[fields[field].start : fields[field].end].strip(" ~")
            for field in ("BENE_MBI_ID", "BENE_DOB", "BENE_SEX_CD")
        )
        if name in wanted:
            before = found.get(name, Described())
            found[name] = Described(
                before.birth_date if birth in (*NULL_DATES, "") else birth,
                sex if sex in _SEXES else before.sex,
            )
