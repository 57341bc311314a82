"""The staged rows of every feed as SQL: of claim files taken in, and of what is read each time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.cells import APART, CLAIM_TABLES
from openvbc.claims.staging import staged_schema
from openvbc.claims.taken import Held, Taken
from openvbc.engine.private_files import only_for_owner
from openvbc.engine.quoting import parquet_scan


class StagedRows:
    """Where the staged rows of a table lie; each read is made sure of first."""

    def __init__(self, taken: Taken, scratch: Path) -> None:
        self.taken, self._scratch = taken, scratch
        self.buckets = taken.buckets
        self._places: dict[tuple[str, int, int], list[tuple[Held, list[Path]]]] = {}
        for held in sorted(taken.held, key=lambda held: held.rank):
            for key, paths in held.places().items():
                self._places.setdefault(key, []).append((held, paths))

    def quarters(self, bucket: int) -> list[int]:
        """Quarters of which the bucket has claims, those apart last."""
        own_quarters = {q for table, b, q in self._places if b == bucket and table in CLAIM_TABLES}
        return [*sorted(own_quarters - {APART}), APART]

    def claims(self, table: str, bucket: int, quarters: Iterable[int]) -> list[tuple[int, Path]]:
        """The files of a bucket's staged claims in its quarters, with the ranks of deliveries."""
        files = []
        for quarter in quarters:
            for held, paths in self._places.get((table, bucket, quarter), ()):
                held.make_sure(paths)
                files += [(held.rank, path) for path in paths]
        return files

    def sources(self, bucket: int, quarters: Iterable[int]) -> list[str]:
        """Digests of the rows of a bucket's quarters, those of a delivery together, in order."""
        digests_by_rank: dict[int, set[str]] = {}
        for table, quarter in product(CLAIM_TABLES, quarters):
            for held, _ in self._places.get((table, bucket, quarter), ()):
                digests_by_rank.setdefault(held.rank, set()).add(held.content)
        return [",".join(sorted(digests)) for _, digests in sorted(digests_by_rank.items())]

    def select(self, table: str, bucket: int) -> str:
        """SQL of the staged rows of a bucket's people; `delivery` is the rank of a delivery."""
        return self._union(table, [(table, bucket, APART)])

    def has(self, table: str, bucket: int | None = None) -> bool:
        """Whether a file of the table has rows, of the bucket's people where one is named."""
        if bucket is not None:
            return (table, bucket, APART) in self._places
        return any(table == name for name, *_ in self._places)

    def pieces(self, table: str, bucket: int) -> list[tuple[int, str, str]]:
        """The staged rows of a table in order of delivery: rank, digest and SQL of each file's."""
        fragments = []
        for held, paths in self._places.get((table, bucket, APART), ()):
            held.make_sure(paths)
            fragments.append((held.rank, held.content, _ranked(held.rank, paths)))
        return fragments

    def every(self, table: str) -> str:
        """SQL of the staged rows of a table, of all people."""
        return self._union(table, sorted(key for key in self._places if key[0] == table))

    def _union(self, table: str, keys: Iterable[tuple[str, int, int]]) -> str:
        paths_by_rank: dict[int, list[Path]] = {}
        for key in keys:
            for held, paths in self._places.get(key, ()):
                held.make_sure(paths)
                paths_by_rank.setdefault(held.rank, []).extend(paths)
        parts = [_ranked(rank, paths) for rank, paths in sorted(paths_by_rank.items())]
        if not parts:
            parts.append(f"select * from {parquet_scan([self._empty(table)])}")
        return "\nunion all\n".join(parts)

    def _empty(self, table: str) -> Path:
        import pyarrow.parquet as pq

        path = self._scratch / f"no_{table}.parquet"
        if not path.exists():
            pq.write_table(
                pyarrow().Table.from_batches([], staged_schema(table)), path, store_schema=False
            )
            only_for_owner(path)
        return path


def _ranked(rank: int, paths: list[Path]) -> str:
    governs = f" replace (cast({rank} as int) as delivery)" if rank else ""
    return f"select *{governs} from {parquet_scan(paths)}"


BUCKET_TABLES = (
    "demographics", "coverage_span", "person", "payment_detail", "risk_score",
    "voluntary_alignment", "non_claims_payment",
)  # fmt: skip
"""Staged tables of people that are not cut by time."""
