"""Pieces of large NDJSON files, prepared side by side and numbered in the order of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from openvbc.clinical.fhir_files import pieces_of
from openvbc.clinical.plain_reading import Piece, PlainLines
from openvbc.clinical.staging import Staged
from openvbc.engine.duckdb import DuckDBEngine

MOST = 4
"""Pieces in memory at once; each is some hundred megabytes with its tables."""


class _Lane:
    """One thread with an engine of its own, which prepares and writes one piece after another."""

    def __init__(self, pool: ThreadPoolExecutor, plain: PlainLines) -> None:
        self._pool = pool
        self._plain = plain
        self._written: list[Future[None]] = []

    def begin(self, piece: Piece) -> Future[Piece]:
        return self._pool.submit(self._plain.prepare, piece)

    def go_on(self, piece: Piece, practice: str) -> Piece:
        """Number a prepared piece, now; its files are written while others go on."""
        files = self._plain.number(piece, practice)
        self._written.append(self._pool.submit(self._plain.write, files))
        return piece

    def finish(self) -> None:
        for each in self._written:
            each.result()
        self._written.clear()


class PieceReaders:
    """Reads files of a resource a line, as many pieces at a time as there are threads.

    Args:
        threads: how many pieces are prepared at a time, at most four.
        scratch: a folder for what does not fit into memory.
        staged: numbers patients and codes, and is told of the files written.
        read: resource types that are read at all.
    """

    def __init__(self, threads: int, scratch: Path, staged: Staged, read: Iterable[str]) -> None:
        self._threads = max(1, min(threads, MOST))
        self._scratch = scratch
        self._staged = staged
        self._read = frozenset(read)
        self._open = ExitStack()
        self._lanes: list[_Lane] = []
        self._pieces = 0

    def close(self) -> None:
        """End the threads and close their engines, if any were started."""
        self._open.close()

    def pieces(self, file: Path, practice: str) -> Iterator[Piece]:
        """The pieces of a practice's file in order, their plain lines taken.

        Raises:
            InputError: as `pieces_of`.
        """
        lanes = self._lanes or self._begin()
        ahead: deque[tuple[_Lane, Future[Piece]]] = deque()
        for lines, problem in pieces_of(file):
            lane = lanes[self._pieces % len(lanes)]
            self._pieces += 1
            ahead.append((lane, lane.begin(Piece(self._pieces, lines, problem))))
            if len(ahead) == len(lanes):
                lane, prepared = ahead.popleft()
                yield lane.go_on(prepared.result(), practice)
        for lane, prepared in ahead:
            yield lane.go_on(prepared.result(), practice)
        for lane in lanes:
            lane.finish()

    def _begin(self) -> list[_Lane]:
        """Engines and threads are started with the first large file."""
        for _ in range(self._threads):
            engine = self._open.enter_context(DuckDBEngine(threads=1, scratch=self._scratch))
            pool = self._open.enter_context(ThreadPoolExecutor(1))
            self._lanes.append(_Lane(pool, PlainLines(engine, self._staged, self._read)))
        return self._lanes
