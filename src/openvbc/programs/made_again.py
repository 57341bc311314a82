"""Tables that a run does not keep, made again for the people asked for.

Some steps only pass rows on to the next, or only explain (``made: on demand`` or ``once a bucket``
in their header). Their rows are made again from the run's tables, its rule tables and the claim
store it was made from, with the same SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.claims.model import TABLES
from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import EmptyResult, Place
from openvbc.run import Run
from openvbc.steps.described import described_steps


def made_again(
    run: Run, engine: DuckDBEngine, names: Sequence[str], people: Sequence[str] | None = None
) -> None:
    """Make tables of a run readable in an engine by their names, kept by the run or not.

    Args:
        run: a finished run.
        engine: where nothing is registered under the names of these tables or what they read.
        names: of tables.
        people: whose rows, by the run's identifiers; None: everybody's.

    Raises:
        EmptyResult: the claim store is gone, or is not the one the run was made from.
        InputError: a table of the store or of the run is damaged.
    """
    maker = _Maker(run, engine, people)
    for name in names:
        maker.make(name)


class _Maker:
    def __init__(self, run: Run, engine: DuckDBEngine, people: Sequence[str] | None) -> None:
        self._run = run
        self._engine = engine
        self._people = people
        self._kept = set(run.tables)
        self._store = StoreReport.load(run.store) if run.store else None
        self._store_digests = run.store_digests
        self._made: set[str] = set()

    def make(self, name: str) -> None:
        """Make a table readable, once, and before it what it reads."""
        if name in self._made:
            return
        self._made.add(name)
        step = described_steps().get(name)
        if name in self._kept:
            files = list(self._run.table(name).files)
            self._register(name, files, step is not None and "person_id" in step.columns)
        elif step is not None and step.made != "kept":
            for needed in step.inputs:
                self.make(needed)
            self._engine.define(name, step.sql, held=True)
        elif name in TABLES:
            self._register(name, self._of_store(name), "person_id" in TABLES[name].names)
        else:
            self._rule_table(name)

    def _register(self, name: str, files: list[Path], has_people: bool) -> None:
        if self._people is None or not has_people:
            self._engine.register(name, files)
            return
        self._engine.register_people(name, files, self._people)

    def _of_store(self, name: str) -> list[Path]:
        """Files of the store the run was made from."""
        store = self._store
        if store is None or store.sha256.get(name) != self._store_digests.get(name):
            raise EmptyResult(
                "the claim store of this run is gone, or was made anew since",
                place=Place(str(self._run.folder)),
                rule="what a run does not keep is made again from the store it was made from",
                action="run the project again: vbc run",
                code="VBC-60071",
            )
        return list(store.checked_parts(name))

    def _rule_table(self, name: str) -> None:
        """A small table the steps were given."""
        table = self._run.given(name)
        if table is None:
            raise EmptyResult(
                f"the run does not say how its table {name} is read",
                place=Place(str(self._run.folder)),
                rule="a run of an older version kept every table; one of this version says it",
                action="run the project again: vbc run",
                code="VBC-60072",
            )
        self._engine.register_small(table)
