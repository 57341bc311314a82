"""Claim files taken in before: their rows stay beside the store, so that a file is read once.

Each file of a delivery (a CCLF file) has a folder below ``taken``, named by the digest of its
content and of what else its rows follow from: staged rows by cell, the claims they are of, the
hashes of the identifiers in it, and ``record.json``, which is written last and proves itself. A
folder without a whole record is of a run that was stopped, and is made anew.

Rows stand under a person's first identifier, which new identifiers do not change. Where the
cross-reference says otherwise of an identifier that a file holds, that file is read again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.buckets import hash_of
from openvbc.claims.cells import GROUP, Groups, in_bucket
from openvbc.claims.delivery import Member
from openvbc.claims.identity import Identities
from openvbc.claims.kept_tables import KeptTables, read_columns, write_columns
from openvbc.claims.report import TAKEN
from openvbc.claims.staging import Staging
from openvbc.engine.digests import file_digest
from openvbc.engine.own_folder import remove
from openvbc.engine.private_files import only_for_owner, private_folder
from openvbc.engine.sealed import read_sealed, write_sealed

CELLS, WHO = "cells", "people"
RECORD, GROUPS, PEOPLE = "record.json", "groups.npy", "people.npy"
ARRAY, NEW, KEPT = ".npy", ".new.npy", (".npy", ".parquet")
SEEN, NAMES, TABLES = "seen.json", "names.parquet", "tables"


class DamagedRows(Exception):
    """Kept rows are not what was written; what they were read from is read again."""


@dataclass(frozen=True)
class Held:
    """One file whose rows are kept: where, and its place in the order of deliveries."""

    key: str
    name: str
    folder: Path
    rank: int
    """Of its delivery, from 1; 0 where the rows say themselves which of them governs."""
    digests: dict[str, str]
    """SHA-256 of its files, by their names."""
    is_new: bool = False
    """Written in this build, a moment ago."""

    @cached_property
    def content(self) -> str:
        """What its rows are, in one digest."""
        return sha256(repr((self.key, sorted(self.digests.items()))).encode()).hexdigest()

    def places(self) -> dict[tuple[str, int, int], list[Path]]:
        """Its files of rows, by table, bucket and quarter."""
        paths_by_place: dict[tuple[str, int, int], list[Path]] = {}
        for name in sorted(self.digests):
            if name not in (GROUPS, PEOPLE):
                table, bucket, quarter, _ = name.rsplit("_", 3)
                place = (table, int(bucket), int(quarter))
                paths_by_place.setdefault(place, []).append(self.folder / name)
        return paths_by_place

    def make_sure(self, paths: Iterable[Path]) -> None:
        """Raise DamagedRows, and forget the file, if what was kept is not what was written."""
        for path in () if self.is_new else paths:
            try:
                if file_digest([path]) == self.digests.get(path.name):
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
        self.tables = KeptTables(self.folder / TABLES)
        """What files say of people, by the key of the file."""
        self._records: dict[str, dict[str, Any]] = {}
        """The records of what the last build held."""
        self._members: set[str] = set()
        """Keys of what the last build held, if what it put together is whole."""
        self._sure: set[str] = set()
        self._identities = ""

    def name_people(self, who: Identities) -> None:
        """Say by which identifiers people are named; files that another naming touches are read."""
        for left in self.folder.glob(f"*{NEW}"):
            remove(left)
        self._names = who.current
        self._identities = sha256(repr(sorted(who.current.items())).encode()).hexdigest()
        try:
            record = read_sealed(self.folder / SEEN)
            records = {str(key): dict(each) for key, each in record["members"].items()}
            for name, digest in record["sha256"].items():
                if file_digest([self.folder / name]) != digest:
                    return
            named = read_columns(self.folder / NAMES, ("name", "first")).to_pydict()
            before = dict(zip(named["name"], named["first"], strict=True))
            seen = _load(self.folder / PEOPLE)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return
        self._records = records
        self._members = members = set(records)
        either = {*before, *self._names}
        changed = {n for n in either if before.get(n, n) != self._names.get(n, n)}
        wanted = np.array(sorted(hash_of(name) for name in changed), dtype=np.uint64)
        if not np.isin(wanted, seen).any():
            self._sure = members
        else:
            self._sure = {key for key in members if not self._holds_one(key, wanted)}

    def _holds_one(self, key: str, wanted: NDArray[np.uint64]) -> bool:
        path = self.folder / key / PEOPLE
        try:
            if file_digest([path]) != self._records[key]["sha256"][PEOPLE]:
                return True
            return bool(np.isin(wanted, _load(path)).any())
        except (OSError, ValueError, KeyError, TypeError):
            return True

    def known(self, key: str, name: str, rank: int) -> dict[str, Any] | None:
        """What was found in a file taken in before; None if it must be read."""
        folder = self.folder / key
        try:
            record = self._records.get(key) or read_sealed(folder / RECORD)
            digests = {str(name): str(digest) for name, digest in record["sha256"].items()}
            if key not in self._sure and record["identities"] != self._identities:
                return None
            if not set(digests) <= set(os.listdir(folder)):
                return None
            facts: dict[str, Any] = deepcopy(record["found"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        self._records[key] = record
        self.held.append(Held(key, name, folder, rank, digests))
        return facts

    def begin(self, key: str) -> Staging:
        """An empty place for the rows of a file."""
        remove(self.folder / key)
        return Staging(self.folder / key, self.buckets)

    def finish(
        self,
        name: str,
        rank: int,
        staging: Staging,
        people: NDArray[np.uint64],
        facts: Mapping[str, Any],
    ) -> None:
        """Keep what was read of a file; its record is written last.

        Args:
            name: of the file.
            rank: of its delivery.
            staging: its rows.
            people: hashes of the identifiers as they stand in it.
            facts: what else is to be known of it.
        """
        staging.close()
        folder = staging.folder
        if folder.name in self._members:
            self._members = set()  # what was put together of it no longer holds
        _save(folder / GROUPS, staging.groups)
        _save(folder / PEOPLE, people)
        files = [path for each in staging.files.values() for path in each]
        files += [folder / GROUPS, folder / PEOPLE]
        digests = {path.name: file_digest([path]) for path in files}
        record = {"found": deepcopy(dict(facts)), "identities": self._identities, "sha256": digests}
        write_sealed(folder / RECORD, record)
        self._records[folder.name] = record
        self.read.append(name)
        self.held.append(Held(folder.name, name, folder, rank, digests, is_new=True))

    def groups(self, bucket: int) -> Groups:
        """The claims of a bucket, of all files, and where they lie."""
        path = self.folder / f"groups_{bucket:03d}{ARRAY}"
        new, parts = self.held, [np.empty(0, GROUP)]
        if self._holds_all_before():
            new = [held for held in self.held if held.key not in self._members]
            parts.append(_load(path))
        for held in new:
            held.make_sure([held.folder / GROUPS])
            parts.append(in_bucket(_load(held.folder / GROUPS), bucket))
        bucket_groups = np.concatenate(parts)
        if new:
            _save(path.with_suffix(NEW), bucket_groups)
        return bucket_groups

    def _holds_all_before(self) -> bool:
        return bool(self._members) and self._members <= {held.key for held in self.held}

    def close(self) -> None:
        """Remember for the next build what is held; what no input gives any more is removed."""
        keys = {held.key for held in self.held}
        self.tables.close()
        for old in self.folder.iterdir():
            if old.is_dir() and old.name not in (*keys, CELLS, TABLES, WHO):
                remove(old)
        parts = [np.empty(0, np.uint64)]
        if grown := self._holds_all_before():
            parts.append(_load(self.folder / PEOPLE))
        for held in self.held:
            if not grown or held.key not in self._members:
                held.make_sure([held.folder / PEOPLE])
                parts.append(_load(held.folder / PEOPLE))
        (self.folder / SEEN).unlink(missing_ok=True)
        _save(self.folder / PEOPLE, np.unique(np.concatenate(parts)))
        names = sorted(self._names.items())
        columns = {"name": [n for n, _ in names], "first": [f for _, f in names]}
        schema = pyarrow().schema([(name, pyarrow().string()) for name in columns])
        write_columns(self.folder / NAMES, pyarrow().table(columns, schema))
        for path in self.folder.glob(f"groups_*{NEW}"):
            path.replace(path.with_name(path.name.replace(NEW, ARRAY)))
        files = sorted(path for path in self.folder.iterdir() if path.suffix in KEPT)
        write_sealed(
            self.folder / SEEN,
            {
                "members": {key: self._records[key] for key in sorted(keys)},
                "sha256": {path.name: file_digest([path]) for path in files},
            },
        )

    def key(self, *of: object) -> str:
        """Name of what is kept of a file: of this version of the program and its buckets."""
        parts = (*of, self.buckets, self._program)
        return sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]

    def key_of(self, member: Member) -> str:
        """Name of what is kept of a CCLF file."""
        file = member.source
        return self.key(
            file_digest([file.container]), *file.inner, member.name, member.file, member.date
        )


def _save(path: Path, values: NDArray[Any]) -> None:
    """Write an array as it lies in memory."""
    np.save(path, values, allow_pickle=False)
    only_for_owner(path)


def _load(path: Path) -> NDArray[Any]:
    """An array that :func:`_save` wrote; ValueError if it is none."""
    try:
        stored_array: NDArray[Any] = np.load(path, allow_pickle=False)
    except EOFError as error:
        raise ValueError("an array that is cut off") from error
    return stored_array
