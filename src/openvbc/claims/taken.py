"""Claim files taken in before: their rows stay beside the store, so that a file is read once.

Each file of a delivery (a CCLF file) has a folder below ``taken``, named by the digest of its
content and of what else its rows follow from: staged rows by cell, the claims they are of, the
hashes of the identifiers in it, and ``record.json``, which is written last and proves itself. A
folder without a whole record is of a run that was stopped, and is made anew.

Rows stand under a person's first identifier, which new identifiers do not change. Where the
cross-reference says otherwise of an identifier that a file holds, that file is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.buckets import hash_of
from openvbc.claims.cells import GROUP, Groups, distinct, in_bucket
from openvbc.claims.delivery import Member
from openvbc.claims.identity import Identities
from openvbc.claims.report import TAKEN, FileRows, Finding
from openvbc.claims.staging import Staging
from openvbc.engine.digests import file_digest
from openvbc.engine.own_folder import remove
from openvbc.engine.private_files import only_for_owner, private_folder
from openvbc.engine.sealed import read_sealed, write_sealed

CELLS = "cells"
RECORD, GROUPS, PEOPLE = "record.json", "groups.parquet", "people.parquet"
SEEN, NAMES = "seen.json", "names.parquet"


@dataclass
class MemberRead:
    """What reading one CCLF file found."""

    entry: FileRows
    length: int | None
    findings: list[Finding] = field(default_factory=list)
    people: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64), repr=False)
    """Hashes of the identifiers as they stand in the file."""


class DamagedRows(Exception):
    """Kept rows are not what was written; what they were read from is read again."""


@dataclass(frozen=True)
class Held:
    """One file whose rows are kept: where, and its place in the order of deliveries."""

    key: str
    name: str
    folder: Path
    rank: int
    digests: dict[str, str]
    """SHA-256 of its files of rows, by their names."""

    def places(self) -> dict[tuple[str, int, int], list[Path]]:
        """Its files of rows, by table, bucket and quarter."""
        found: dict[tuple[str, int, int], list[Path]] = {}
        for name in sorted(self.digests):
            if name != GROUPS:
                table, bucket, quarter, _ = name.rsplit("_", 3)
                place = (table, int(bucket), int(quarter))
                found.setdefault(place, []).append(self.folder / name)
        return found

    def make_sure(self, paths: Iterable[Path]) -> None:
        """Raise DamagedRows, and forget the file, if what was kept is not what was written."""
        for path in paths:
            try:
                if file_digest([path]) == self.digests[path.name]:
                    continue
            except OSError:
                pass
            remove(self.folder)
            raise DamagedRows(self.name)


class Taken:
    """The claim files taken in, of this build and those before it."""

    def __init__(self, store: Path, buckets: int, program: str) -> None:
        self.folder = private_folder(store / TAKEN)
        self.buckets = buckets
        self.held: list[Held] = []
        self.read: list[str] = []
        """Names of the files that were read in this build."""
        self._program = program
        self._names: dict[str, str] = {}
        self._sure: set[str] = set()
        self._identities = ""

    def open(self, who: Identities) -> None:
        """Say by which identifiers people are named; files that another naming touches are read."""
        self._names = who.current
        self._identities = sha256(repr(sorted(who.current.items())).encode()).hexdigest()
        try:
            members = {str(key) for key in read_sealed(self.folder / SEEN)["members"]}
            before = dict(zip(*_read(self.folder / NAMES, ("name", "first")), strict=True))
            seen = _column(self.folder / PEOPLE)
        except (OSError, ValueError, KeyError, TypeError):
            return
        either = {*before, *self._names}
        changed = {n for n in either if before.get(n, n) != self._names.get(n, n)}
        wanted = np.array(sorted(hash_of(name) for name in changed), dtype=np.uint64)
        if not np.isin(wanted, seen).any():
            self._sure = members
        else:
            self._sure = {key for key in members if not self._holds_one(key, wanted)}

    def _holds_one(self, key: str, wanted: NDArray[np.uint64]) -> bool:
        try:
            return bool(np.isin(wanted, _column(self.folder / key / PEOPLE)).any())
        except (OSError, ValueError):
            return True

    def known(self, member: Member, rank: int) -> MemberRead | None:
        """What was found in a file taken in before; None if it must be read."""
        key = self._key(member)
        folder = self.folder / key
        try:
            record = read_sealed(folder / RECORD)
            digests = {str(name): str(digest) for name, digest in record["sha256"].items()}
            if key not in self._sure and record["identities"] != self._identities:
                return None
            if any(
                (folder / name).stat().st_size != size for name, size in record["bytes"].items()
            ):
                return None
            found = MemberRead(
                FileRows(**record["entry"]),
                record["length"],
                [Finding(**each) for each in record["findings"]],
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        self.held.append(Held(key, member.name, folder, rank, digests))
        return found

    def begin(self, member: Member) -> Staging:
        """An empty place for the rows of a file."""
        folder = self.folder / self._key(member)
        remove(folder)
        return Staging(folder, self.buckets)

    def finish(self, member: Member, rank: int, staging: Staging, found: MemberRead) -> None:
        """Keep what was read of a file; its record is written last."""
        staging.close()
        folder = staging.folder
        _write_groups(folder / GROUPS, staging.groups)
        _write_column(folder / PEOPLE, found.people)
        files = [*(path for each in staging.files.values() for path in each), folder / GROUPS]
        digests = {path.name: file_digest([path]) for path in files}
        write_sealed(
            folder / RECORD,
            {
                "entry": asdict(found.entry),
                "length": found.length,
                "findings": [asdict(each) for each in found.findings],
                "identities": self._identities,
                "sha256": digests,
                "bytes": {path.name: path.stat().st_size for path in files},
            },
        )
        self.read.append(member.name)
        self.held.append(Held(self._key(member), member.name, folder, rank, digests))

    def groups(self, bucket: int) -> Groups:
        """The claims of a bucket, of all files, and where they lie."""
        parts = [np.empty(0, GROUP)]
        for held in self.held:
            held.make_sure([held.folder / GROUPS])
            parts.append(_read_groups(held.folder / GROUPS, bucket))
        return distinct(np.concatenate(parts))

    def close(self) -> None:
        """Remember for the next build what is held; what no input gives any more is removed."""
        keys = [held.key for held in self.held]
        for old in self.folder.iterdir():
            if old.is_dir() and old.name not in (*keys, CELLS):
                remove(old)
        people = [_column(self.folder / key / PEOPLE) for key in keys]
        every = np.unique(np.concatenate([np.empty(0, np.uint64), *people]))
        _write_column(self.folder / PEOPLE, every)
        names = sorted(self._names.items())
        _write(self.folder / NAMES, {"name": [n for n, _ in names], "first": [f for _, f in names]})
        write_sealed(self.folder / SEEN, {"members": sorted(keys)})

    def _key(self, member: Member) -> str:
        parts: Sequence[Any] = (
            file_digest([member.found.container]), *member.found.inner, member.name, member.file,
            member.date, self.buckets, self._program,
        )  # fmt: skip
        return sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


def _write_column(path: Path, values: NDArray[np.uint64]) -> None:
    _write(path, {"value": values})


def _column(path: Path) -> NDArray[np.uint64]:
    import pyarrow.parquet as pq

    found: NDArray[np.uint64] = pq.read_table(path).column("value").to_numpy()
    return found


def _write_groups(path: Path, groups: Groups) -> None:
    _write(path, {name: groups[name] for name in GROUP.names or ()})


def _read_groups(path: Path, bucket: int) -> Groups:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    groups = np.empty(table.num_rows, GROUP)
    for name in GROUP.names or ():
        groups[name] = table.column(name).to_numpy()
    return in_bucket(groups, bucket)


def _write(path: Path, columns: Mapping[str, Any]) -> None:
    import pyarrow.parquet as pq

    pq.write_table(pyarrow().table(columns), path, compression="lz4")
    only_for_owner(path)


def _read(path: Path, names: Sequence[str]) -> list[list[Any]]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    return [table.column(name).to_pylist() for name in names]
