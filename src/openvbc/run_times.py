"""What each part of a run took: seconds, processor, bytes and rows."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvbc.engine.pipeline import StepResult


@dataclass(frozen=True)
class PartTime:
    """One part of a run, or one of its steps (named ``step <table>``); all zero where it was kept.

    The processor's seconds are those of this process with all its threads: on Spark, of the driver.
    """

    seconds: float
    cpu_seconds: float
    bytes_read: int | None = None
    """Size of the files a step reads from, of which it takes the columns it needs."""
    bytes_written: int | None = None
    rows: int | None = None


class Stopwatch:
    """The parts of the run, in order."""

    def __init__(self) -> None:
        self.parts: dict[str, PartTime] = {}
        self._start = self._last = time.perf_counter()
        self._last_cpu = time.process_time()

    def lap(self, name: str) -> None:
        """Note the time since the last lap under `name`."""
        now, cpu = time.perf_counter(), time.process_time()
        self.parts[name] = PartTime(round(now - self._last, 3), round(cpu - self._last_cpu, 3))
        self._last, self._last_cpu = now, cpu

    def steps(self, results: Iterable[StepResult]) -> None:
        """Note the steps of a pipeline."""
        for result in results:
            self.parts[f"step {result.step.name}"] = PartTime(
                round(result.seconds, 3),
                round(result.cpu_seconds, 3),
                result.bytes_read,
                result.bytes_written,
                result.rows,
            )

    @property
    def total(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start
