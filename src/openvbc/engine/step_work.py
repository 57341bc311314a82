"""The work of steps that run together: bucket by bucket, part by part, resumed where it was left.

Steps that read a table made once a bucket run side by side, so that it is made for all of them;
every other step runs alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine, failed
from openvbc.engine.columns_read import only_columns_read
from openvbc.engine.digests import file_digest, size_of
from openvbc.engine.own_folder import remove
from openvbc.engine.passing_table import AnyTable, PassingTable, beneath, step_key
from openvbc.engine.private_files import private_folder
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.engine.step import Step
from openvbc.engine.step_result import RECORD, Reporter, StepResult, kept_result
from openvbc.engine.table import Table
from openvbc.errors import EngineError


@dataclass
class _Work:
    """One step that must run."""

    step: Step
    key: str
    folder: Path
    report: Reporter
    inputs: Sequence[AnyTable]
    working: Path = Path()
    """Where unfinished work of this very key is."""
    counts: list[int] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def place(self) -> Path:
        """Where the finished table is."""
        return self.folder / self.step.name

    @property
    def stored(self) -> dict[str, Table]:
        """Tables on disk that it reads, itself or through tables that pass."""
        return {t.name: t for t in beneath(self.inputs) if isinstance(t, Table)}


@dataclass(frozen=True)
class Asked:
    """A step that is asked for, whom it tells, and the folder its table lies in."""

    step: Step
    report: Reporter
    folder: Path


def run_together(
    engine: Engine, asked: Sequence[Asked], tables: Mapping[str, AnyTable], groups: int = 0
) -> list[StepResult]:
    """Run steps that share what they read; the result of each, in order.

    Buckets of people are run together in `groups` groups at most; 0: part by part.
    """
    results: dict[str, StepResult] = {}
    works: list[_Work] = []
    for each in asked:
        step, folder = each.step, each.folder
        inputs = [tables[name] for name in step.inputs]
        key = step_key(step, inputs, engine)
        kept = kept_result(step, folder / step.name, key)
        if kept:
            each.report("kept", rows=kept.rows)
            results[step.name] = kept
        else:
            works.append(_Work(step, key, folder, each.report, inputs))
    if works:
        results |= {work.step.name: result for work, result in _run(engine, works, groups)}
    return [results[each.step.name] for each in asked]


def _run(engine: Engine, works: Sequence[_Work], groups: int) -> list[tuple[_Work, StepResult]]:
    stored: dict[str, Table] = {}
    passing: dict[str, PassingTable] = {}
    for work in works:
        stored |= work.stored
        passing |= {t.name: t for t in beneath(work.inputs) if isinstance(t, PassingTable)}
    divided = _buckets([work.step for work in works], list(stored.values()), engine)
    bucketed = [table for table in stored.values() if table.bucketed and divided]
    buckets = math.gcd(groups, *(len(table.parts) for table in bucketed)) if divided else 0
    for work in works:
        work.working = _working_folder(work, buckets if buckets != divided else 0)
    for table in stored.values():
        if table not in bucketed:
            engine.register(table.name, table.parts)
    try:
        for bucket in range(buckets or 1):
            for table in bucketed:
                engine.register(table.name, table.parts[bucket::buckets])
            _run_bucket(engine, works, list(passing.values()), bucket, buckets)
    finally:
        for name in passing:
            engine.drop(name)
    return [(work, _finish(engine, work, buckets, divided)) for work in works]


def _run_bucket(
    engine: Engine,
    works: Sequence[_Work],
    passing: Sequence[PassingTable],
    bucket: int,
    buckets: int,
) -> None:
    """Make the parts of one bucket; what an interrupted run left complete is not made again."""
    defined = False
    for work in works:
        started, started_cpu = time.perf_counter(), time.process_time()
        work.report("running", bucket, buckets or 1)
        part = work.working / f"part-{bucket:03d}.parquet"
        rows = _finished_part(part)
        if rows is None:
            if not defined:
                _define(engine, works, passing, bucket, buckets)
                defined = True
            with _saying(work.step, bucket, buckets):
                rows = _part(engine, work.step, part)
        work.counts.append(rows)
        work.seconds += time.perf_counter() - started
        work.cpu_seconds += time.process_time() - started_cpu


def _define(
    engine: Engine,
    works: Sequence[_Work],
    passing: Sequence[PassingTable],
    bucket: int,
    buckets: int,
) -> None:
    """Make the tables that pass readable; of those held in memory the columns that are read."""
    steps = [*(work.step for work in works), *(table.step for table in passing)]
    for table in passing:
        held = table.step.made == "once a bucket"
        readers = [step for step in steps if table.name in step.inputs]
        sql = only_columns_read(table.step, readers) if held else table.step.sql
        with _saying(table.step, bucket, buckets):
            engine.define(table.name, sql, held=held)


@contextmanager
def _saying(step: Step, bucket: int, buckets: int) -> Iterator[None]:
    """An error of the engine names the step and the bucket."""
    try:
        yield
    except EngineError as error:
        where = f"step {step.name}" + (f", bucket {bucket + 1} of {buckets}" if buckets else "")
        cause = error.__cause__
        raise failed(where, step.sql, cause if isinstance(cause, Exception) else error) from error


def _part(engine: Engine, step: Step, part: Path) -> int:
    unfinished = part.with_suffix(".unfinished")
    remove(unfinished)
    remove(part)
    count = engine.materialise(step.sql, unfinished)
    unfinished.replace(part)
    write_sealed(part.with_suffix(".rows"), {"rows": count, "sha256": file_digest([part])})
    return count


def _finished_part(part: Path) -> int | None:
    """Rows of a part that an interrupted run left, if part and record are whole."""
    try:
        record = read_sealed(part.with_suffix(".rows"))
        whole = record["sha256"] == file_digest([part])
        return int(record["rows"]) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _finish(engine: Engine, work: _Work, buckets: int, divided: int) -> StepResult:
    """Add up what is to be added up, write the record, move the whole to its place."""
    started, started_cpu = time.perf_counter(), time.process_time()
    step = work.step
    if step.added and buckets > 1:
        work.counts[:] = [_add_up(engine, step, work.working)]
    parts = sorted(work.working.glob("part-*.parquet"))
    record: dict[str, Any] = {
        "key": work.key,
        "bucketed": bool(buckets) and not step.added,
        "rows": work.counts,
        "bytes": [size_of(part) for part in parts],
        "sha256": file_digest(parts),
    }
    if record["bucketed"]:
        record["buckets"] = divided
    write_sealed(work.working / RECORD, record)
    for counted in work.working.glob("*.rows"):
        counted.unlink()
    remove(work.place)
    work.working.replace(work.place)
    finished = kept_result(step, work.place, work.key)
    assert finished is not None
    seconds = work.seconds + time.perf_counter() - started
    work.report("done", buckets or 1, buckets or 1, finished.rows, seconds)
    return replace(
        finished,
        kept=False,
        seconds=seconds,
        cpu_seconds=work.cpu_seconds + time.process_time() - started_cpu,
        bytes_read=sum(size_of(part) for t in work.stored.values() for part in t.parts),
        bytes_written=sum(record["bytes"]),
    )


def _add_up(engine: Engine, step: Step, working: Path) -> int:
    """One table from those of the buckets: rows alike but for what is added become one."""
    parts = sorted(working.glob("part-*.parquet"))
    name = f"{step.name}_of_buckets"
    engine.register(name, parts)
    types = engine.column_types(name)
    chosen = [
        f"cast(sum({column}) as {kind}) as {column}" if column in step.added else column
        for column, kind in types.items()
    ]
    alike = ", ".join(column for column in types if column not in step.added)
    whole = working / "whole.unfinished"
    remove(whole)
    count = engine.materialise(f"select {', '.join(chosen)} from {name} group by {alike}", whole)
    engine.drop(name)
    for part in parts:
        remove(part)
    whole.replace(parts[0])
    return count


def _buckets(steps: Sequence[Step], stored: Sequence[Table], engine: Engine) -> int:
    """Into how many buckets the people they read are divided; 0: all at once."""
    whole = [step.name for step in steps if not step.by_bucket]
    if not engine.by_bucket or len(whole) == len(steps):
        return 0
    if whole:
        raise EngineError(
            f"step {whole[0]} needs everybody at once and reads a table made once a bucket",
            rule="such a table is read by steps that may run on one bucket of people",
            code="VBC-40022",
        )
    counts = {table.buckets for table in stored if table.bucketed}
    if len(counts) > 1:
        cut = ", ".join(f"{t.name} {t.buckets}" for t in stored if t.bucketed)
        raise EngineError(
            f"step {steps[0].name} reads tables cut into different numbers of buckets: {cut}",
            rule="every bucketed table of a run is cut alike",
            action="build the claim store again",
            code="VBC-405",
        )
    return counts.pop() if counts else 0


def _working_folder(work: _Work, groups: int) -> Path:
    """Where unfinished work of this very key is; leftovers of others are removed.

    Args:
        work: a step that must run.
        groups: of buckets, where buckets are run together: parts cut otherwise do not fit; else 0.
    """
    step, cut = work.step, f"of{groups}" if groups else ""
    working = work.folder / f".{step.name}-{work.key[:16]}{cut}"
    for old in work.folder.glob(f".{step.name}-*"):
        if old != working and old.name.removeprefix(f".{step.name}-").isalnum():
            remove(old)
    private_folder(working)
    return working
