"""Run steps in the order their inputs demand, each result kept under a content key.

A step is run again only if its inputs, its SQL text or the engine's major version changed. Results
are written beside their place and moved there when complete, bucket by bucket, so that a run
killed anywhere resumes and ends with the same files::

    tables/
      assignment/
        part-000.parquet      one file a bucket for steps of scope person, else one
        step.json             key, row counts, sizes, SHA-256 of the files
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal

from openvbc.engine.base import Engine, failed
from openvbc.engine.digests import file_digest, size_of
from openvbc.engine.own_folder import claim, remove
from openvbc.engine.private_files import private_folder
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable, Table
from openvbc.errors import EngineError

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
    """Of this process, all its threads."""
    bytes_read: int = 0
    """Size of the files it reads from, of which it takes the columns it needs; 0 when kept."""
    bytes_written: int = 0


class Pipeline:
    """Steps in order. Names are unique; an input nobody makes is a source."""

    def __init__(self, steps: Iterable[Step]) -> None:
        by_name: dict[str, Step] = {}
        for step in steps:
            if step.name in by_name:
                raise EngineError(f"two steps make the table {step.name}", code="VBC-402")
            by_name[step.name] = step
        graph = {step.name: set(step.inputs) & set(by_name) for step in by_name.values()}
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = " -> ".join(error.args[1])
            raise EngineError(f"steps wait for each other: {circle}", code="VBC-403") from error
        self.steps = [by_name[name] for name in order]

    @property
    def sources(self) -> set[str]:
        """Names of the tables the steps read and none of them makes."""
        made = {step.name for step in self.steps}
        return {name for step in self.steps for name in step.inputs} - made

    def needed_for(self, names: Iterable[str]) -> Pipeline:
        """Only the steps needed to make the tables `names`."""
        by_name = {step.name: step for step in self.steps}
        wanted: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in by_name and name not in wanted:
                wanted.add(name)
                waiting.extend(by_name[name].inputs)
        return Pipeline(step for step in self.steps if step.name in wanted)

    def run(
        self,
        engine: Engine,
        sources: Iterable[Table],
        small: Iterable[SmallTable],
        folder: Path,
        progress: Callable[[Progress], None] | None = None,
    ) -> dict[str, StepResult]:
        """Make every table below `folder`; return the results by step name, in order.

        Raises:
            EngineError: a source is missing, or a step failed (named, with its SQL).
        """
        tables: dict[str, Table | SmallTable] = {table.name: table for table in sources}
        tables |= {table.name: table for table in small}
        missing = sorted(self.sources - set(tables))
        if missing:
            raise EngineError(
                f"no table is given for {', '.join(missing)}",
                rule="every input of a step is a source, a small table or another step",
                code="VBC-404",
            )
        claim(folder, "tables of a run", [step.name for step in self.steps])
        for table in tables.values():
            if isinstance(table, SmallTable) and table.name in self.sources:
                engine.register_small(table)
        results: dict[str, StepResult] = {}
        for number, step in enumerate(self.steps, start=1):
            said = _Reporter(progress, step, number, len(self.steps))
            result = _run_step(engine, step, [tables[n] for n in step.inputs], folder, said)
            results[step.name] = result
            tables[step.name] = result.table
        return results


class _Reporter:
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
        if self._progress:
            self._progress(Progress(*self._place, state, bucket, buckets, rows, seconds))


def step_key(step: Step, inputs: Sequence[Table | SmallTable], engine: Engine) -> str:
    """What a result depends on: the SQL text, the content of its inputs, the engine."""
    parts = [engine.major, step.name, step.sql]
    parts += [f"{table.name} {table.key}" for table in inputs]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _run_step(
    engine: Engine,
    step: Step,
    inputs: Sequence[Table | SmallTable],
    folder: Path,
    report: _Reporter,
) -> StepResult:
    started, started_cpu = time.perf_counter(), time.process_time()
    key = step_key(step, inputs, engine)
    place = folder / step.name
    kept = _kept(step, place, key)
    if kept:
        report("kept", rows=kept.rows)
        return kept
    stored = [table for table in inputs if isinstance(table, Table)]
    buckets = _buckets(step, stored, engine)
    working = _working_folder(folder, step, key)
    for table in stored:
        if not (table.bucketed and buckets):
            engine.register(table.name, table.parts)
    counts: list[int] = []
    for bucket in range(buckets or 1):
        report("running", bucket, buckets or 1)
        if buckets:
            for table in stored:
                if table.bucketed:
                    engine.register(table.name, table.parts[bucket])
        counts.append(_run_part(engine, step, working, bucket, buckets))
    parts = sorted(working.glob("part-*.parquet"))
    record: dict[str, Any] = {
        "key": key,
        "bucketed": bool(buckets),
        "rows": counts,
        "bytes": [size_of(part) for part in parts],
        "sha256": file_digest(parts),
    }
    write_sealed(working / RECORD, record)
    _move(working, place)
    finished = _kept(step, place, key)
    assert finished is not None
    seconds = time.perf_counter() - started
    report("done", buckets or 1, buckets or 1, finished.rows, seconds)
    return replace(
        finished,
        kept=False,
        seconds=seconds,
        cpu_seconds=time.process_time() - started_cpu,
        bytes_read=sum(size_of(part) for table in stored for part in table.parts),
        bytes_written=sum(record["bytes"]),
    )


def _run_part(engine: Engine, step: Step, working: Path, bucket: int, buckets: int) -> int:
    """Make one part unless an interrupted run left it complete; return its row count."""
    part = working / f"part-{bucket:03d}.parquet"
    counted = part.with_suffix(".rows")
    if (rows := _finished_part(part, counted)) is not None:
        return rows
    unfinished = part.with_suffix(".unfinished")
    remove(unfinished)
    remove(part)
    try:
        count = engine.materialise(step.sql, unfinished)
    except EngineError as error:
        where = f"step {step.name}" + (f", bucket {bucket + 1} of {buckets}" if buckets else "")
        cause = error.__cause__
        raise failed(where, step.sql, cause if isinstance(cause, Exception) else error) from error
    unfinished.replace(part)
    write_sealed(counted, {"rows": count, "sha256": file_digest([part])})
    return count


def _finished_part(part: Path, counted: Path) -> int | None:
    """Rows of a part that an interrupted run left, if part and record are whole."""
    try:
        record = read_sealed(counted)
        whole = record["sha256"] == file_digest([part])
        return int(record["rows"]) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


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


def _kept(step: Step, place: Path, key: str) -> StepResult | None:
    stored = stored_parts(place)
    if stored is None or stored[0].get("key") != key:
        return None
    record, parts = stored
    table = Table(step.name, parts, key, record["bucketed"])
    return StepResult(step, table, sum(record["rows"]), record["sha256"], True, 0.0)


def _buckets(step: Step, stored: Sequence[Table], engine: Engine) -> int:
    """How many parts to run one at a time; 0: all at once."""
    if not engine.by_bucket or step.scope != "person":
        return 0
    counts = {len(table.parts) for table in stored if table.bucketed}
    if len(counts) > 1:
        cut = ", ".join(f"{t.name} {len(t.parts)}" for t in stored if t.bucketed)
        raise EngineError(
            f"step {step.name} reads tables cut into different numbers of buckets: {cut}",
            rule="every bucketed table of a run is cut alike",
            action="build the claim store again",
            code="VBC-405",
        )
    return counts.pop() if counts else 0


def _working_folder(folder: Path, step: Step, key: str) -> Path:
    """Where unfinished work of this very key is; leftovers of other keys are removed."""
    working = folder / f".{step.name}-{key[:16]}"
    for old in folder.glob(f".{step.name}-*"):
        if old != working and old.name.removeprefix(f".{step.name}-").isalnum():
            remove(old)
    private_folder(working)
    return working


def _move(working: Path, place: Path) -> None:
    for counted in working.glob("*.rows"):
        counted.unlink()
    remove(place)
    working.replace(place)
