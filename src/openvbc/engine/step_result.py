"""What a step left: its table, the record beside it, what it took; and what is told meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from openvbc.engine.digests import file_digest, size_of
from openvbc.engine.sealed import read_sealed
from openvbc.engine.step import Step
from openvbc.engine.table import Table

RECORD = "step.json"


@dataclass(frozen=True)
class Progress:
    """What a pipeline reports while it runs. Holds no values from the data."""

    step: Step
    number: int
    """From 1."""
    steps: int
    state: Literal["running", "done", "kept"]
    """``kept``: the result of an earlier run still holds."""
    bucket: int = 0
    """Buckets finished so far, of `buckets`."""
    buckets: int = 1
    rows: int = 0
    seconds: float = 0.0


class Reporter:
    """Reports on one step."""

    def __init__(
        self, progress: Callable[[Progress], None] | None, step: Step, number: int, steps: int
    ) -> None:
        self._progress = progress
        self._place = (step, number, steps)

    def __call__(
        self,
        state: Literal["running", "done", "kept"],
        bucket: int = 0,
        buckets: int = 1,
        rows: int = 0,
        seconds: float = 0.0,
    ) -> None:
        """Say where the step stands."""
        if self._progress:
            self._progress(Progress(*self._place, state, bucket, buckets, rows, seconds))


@dataclass(frozen=True)
class StepResult:
    """A finished step: its table, how many rows, how long it took (0 when kept)."""

    step: Step
    table: Table
    rows: int
    digest: str
    """SHA-256 of the files of the result."""
    kept: bool
    seconds: float
    cpu_seconds: float = 0.0
    """Of this process, all its threads. A table made once for several steps counts with the first
    of them."""
    bytes_read: int = 0
    """Size of the files it reads from, of which it takes the columns it needs; 0 when kept."""
    bytes_written: int = 0


def stored_parts(place: Path) -> tuple[dict[str, Any], tuple[Path, ...]] | None:
    """The record of a step's folder and its part files, if they are what was written."""
    try:
        record = read_sealed(place / RECORD)
        parts = tuple(sorted(place.glob("part-*.parquet")))
        whole = record["bytes"] == [size_of(part) for part in parts]
        whole = whole and record["sha256"] == file_digest(parts)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (record, parts) if whole else None


def kept_result(step: Step, place: Path, key: str) -> StepResult | None:
    """The result in a step's folder, if it is whole and of this key."""
    stored = stored_parts(place)
    if stored is None or stored[0].get("key") != key:
        return None
    record, parts = stored
    table = Table(step.name, parts, key, record["bucketed"], record.get("buckets", 0))
    return StepResult(step, table, sum(record["rows"]), record["sha256"], True, 0.0)
