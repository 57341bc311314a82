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

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from openvbc.engine.base import Engine
from openvbc.engine.digests import size_of
from openvbc.engine.folder_lock import sole_use
from openvbc.engine.own_folder import claim, remove
from openvbc.engine.passing_table import AnyTable, PassingTable, step_key
from openvbc.engine.step import Step
from openvbc.engine.step_result import RECORD, Progress, Reporter, StepResult, stored_parts
from openvbc.engine.step_work import Asked, run_together
from openvbc.engine.table import SmallTable, Table
from openvbc.errors import EngineError

__all__ = ["RECORD", "Derived", "Pipeline", "Progress", "StepResult", "stored_parts"]


@dataclass(frozen=True)
class Derived:
    """Tables that follow from the sources alone, kept where every run over them finds them."""

    folder: Path
    names: frozenset[str]
    """Of steps that read nothing a run asks for: neither days nor people nor terms."""


class Pipeline:
    """Steps in order. Names are unique; an input nobody makes is a source."""

    def __init__(self, steps: Iterable[Step]) -> None:
        by_name: dict[str, Step] = {}
        for step in steps:
            if step.name in by_name:
                raise EngineError(f"two steps make the table {step.name}", code="VBC-402")
            by_name[step.name] = step
        self._together = _together(by_name)
        self.steps = [step for group in self._together for step in group]

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
        derived: Derived | None = None,
        bytes_at_once: int = 0,
    ) -> dict[str, StepResult]:
        """Make every table below `folder`; return the results by step name, in order.

        Args:
            engine: what runs them.
            sources: tables nobody here makes.
            small: tables of the program.
            folder: where the tables go.
            progress: told of each step.
            derived: what it names lies in its folder instead, where another run that is at work
                there is waited for.
            bytes_at_once: buckets of people are run together as long as the files of the sources
                they read have no more bytes, so that what a statement costs whatever its rows is
                spent less often; 0: each bucket alone. Rows do not depend on it, memory does.

        Raises:
            EngineError: a source is missing, or a step failed (named, with its SQL).
        """
        with ExitStack() as held:
            places = {step.name: folder for step in self.steps}
            if derived is not None:
                places |= dict.fromkeys(derived.names & set(places), derived.folder)
                claim(derived.folder, "derived tables", derived.names)
                held.enter_context(sole_use(derived.folder, wait=lambda: None))
            return self._run(engine, sources, small, folder, places, progress, bytes_at_once)

    def _run(
        self,
        engine: Engine,
        sources: Iterable[Table],
        small: Iterable[SmallTable],
        folder: Path,
        places: Mapping[str, Path],
        progress: Callable[[Progress], None] | None,
        bytes_at_once: int,
    ) -> dict[str, StepResult]:
        tables: dict[str, AnyTable] = {table.name: table for table in sources}
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
        read = [tables[name] for name in sorted(self.sources)]
        groups = _groups([t for t in read if isinstance(t, Table) and t.bucketed], bytes_at_once)
        results: dict[str, StepResult] = {}
        kept = [step.name for step in self.steps if step.made == "kept"]
        for group in self._together:
            if group[0].made != "kept":
                (step,) = group
                inputs = tuple(tables[name] for name in step.inputs)
                tables[step.name] = PassingTable(step, step_key(step, inputs, engine), inputs)
                remove(folder / step.name)
                continue
            said = [
                Asked(
                    step,
                    Reporter(progress, step, kept.index(step.name) + 1, len(kept)),
                    places[step.name],
                )
                for step in group
            ]
            for result in run_together(engine, said, tables, groups):
                results[result.step.name] = result
                tables[result.step.name] = result.table
        return {name: results[name] for name in kept}


def _groups(read: Sequence[Table], bytes_at_once: int) -> int:
    """How many groups of buckets keep below so many bytes each; 0: as many as buckets."""
    if not read or not bytes_at_once:
        return 0
    parts = [part for table in read for part in table.parts]
    size = sum(size_of(part) for part in parts if part.exists())  # a lost one is told when read
    buckets = math.gcd(*(len(table.parts) for table in read))
    fitting = (n for n in range(1, buckets) if buckets % n == 0 and size <= n * bytes_at_once)
    return next(fitting, 0)


def _together(by_name: dict[str, Step]) -> list[list[Step]]:
    """The steps in order; those that read one table made once a bucket stand together."""
    held = {
        name: [each for each in _read_through(step, by_name) if by_name[each].made != "on demand"]
        for name, step in by_name.items()
        if step.made == "kept"
    }
    group = {name: name for name in by_name}
    for name, tables in held.items():
        for other in held:
            if group[other] != group[name] and set(tables) & set(held[other]):
                group = {n: group[name] if g == group[other] else g for n, g in group.items()}
    graph: dict[str, set[str]] = {name: set() for name in dict.fromkeys(group.values())}
    for step in by_name.values():
        graph[group[step.name]] |= {group[name] for name in step.inputs if name in by_name}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise EngineError(f"steps wait for each other: {circle}", code="VBC-403") from error
    return [[by_name[name] for name in group if group[name] == each] for each in order]


def _read_through(step: Step, by_name: dict[str, Step]) -> set[str]:
    """Steps whose tables are not kept that a step reads, itself or through another such."""
    step_names: set[str] = set()
    waiting = list(step.inputs)
    while waiting:
        name = waiting.pop()
        if name in by_name and by_name[name].made != "kept" and name not in step_names:
            step_names.add(name)
            waiting.extend(by_name[name].inputs)
    return step_names
