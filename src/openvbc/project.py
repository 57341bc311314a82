"""A project: a project file, and the run it makes::

project = openvbc.Project("my-aco/openvbc.yaml")
run = project.run()                      # resumes what an interrupted run left
run.settlement.main.evaluation.value("earned_savings_or_owed_losses")
run.table("assignment").df()
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvbc._version import __version__
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport, claim_store_folder
from openvbc.control_totals import control_totals
from openvbc.engine import engine_named
from openvbc.engine.base import Engine
from openvbc.engine.digests import BOOK, remembered
from openvbc.engine.folder_lock import sole_use
from openvbc.engine.manifest import InputFile, Manifest, claim_run_folder, records
from openvbc.engine.pipeline import Progress
from openvbc.engine.private_files import private_folder
from openvbc.engine.real_path import real_path
from openvbc.engine.scratch import sweep
from openvbc.engine.sealed import write_sealed
from openvbc.errors import Place
from openvbc.programs.claims_program import Measured, Outcome, Workbench
from openvbc.programs.laid_over_run import measured_again, run_with_laid_over
from openvbc.programs.registry import program
from openvbc.project_file import at_its_key, line_of, read_project_file, rules_of
from openvbc.project_names import NAME
from openvbc.rules.load import RuleSet
from openvbc.run import TABLES, TIMES, Run
from openvbc.run_record import record_run, write_rule_tables
from openvbc.run_times import Stopwatch

if TYPE_CHECKING:
    from openvbc.claims.checks import CheckResult
    from openvbc.programs.risk.review import RiskReview

Tell = Callable[[str, float | None], None]
"""What is being done, and how much of it is (0 to 1), where that is known."""


class Project:
    """What a project file says, ready to be run.

    Args:
        path: the project file, or the folder it is in.
        deliveries: what a project that names no deliveries of its own is run on, for example those
            of a book of contracts; with the folder of their claim store.
        as_of: the day by which something must be known to count, where the project says none.
        files_alone: for a look at the files while the contract is not right yet; not to be run.

    Raises:
        ContractError: the file is missing or says something that cannot be (file and line).
    """

    def __init__(
        self,
        path: str | Path,
        *,
        deliveries: tuple[ClaimInputs, Path] | None = None,
        as_of: dt.date | None = None,
        files_alone: bool = False,
    ) -> None:
        self.path = Path(path) / NAME if Path(path).is_dir() else Path(path)
        self.file, self.digest = read_project_file(
            self.path, lambda name: program(name).claims_program().project_file
        )
        if deliveries is not None and not self.file.deliveries().has_claims:
            self.file = self.file.run_on(*deliveries, Place(str(self.path)))
        if as_of is not None and self.file.as_of is None:
            self.file = self.file.model_copy(update={"as_of": as_of})
        self.program = program(self.file.program).claims_program()
        self.rules = rules_of(self.file)
        self.given: Any = None if files_alone else self._prepared(self.rules)

    def _prepared(self, rules: RuleSet) -> Any:
        """The contract, factors and lists, checked against these rules."""
        place = Place(str(self.path), line_of(self.path, "contract"))
        with at_its_key(self.path):
            return self.program.prepare(self.file, rules, place)

    def __repr__(self) -> str:
        return f"<Project {self.path}: {self.file.program}>"

    def _repr_html_(self) -> str:
        from openvbc.notebook import html_table

        rows = [[name, value] for name, value in self._settings().items() if value]
        return html_table(f"Project {self.path}", ["", ""], rows)

    def claim_inputs(self) -> ClaimInputs:
        """The deliveries, as the claim store takes them."""
        return self.file.deliveries()

    def build_store(self, said: Tell | None = None) -> StoreReport:
        """Build the claim store, or take it as it is if the deliveries did not change."""
        with self._sole_use_of_store(said):
            return self._build_store(said)

    @contextmanager
    def _sole_use_of_store(self, said: Tell | None, verify_inputs: bool = False) -> Iterator[None]:
        """No other run uses the store; the digests of files that did not change are known."""
        say = said or (lambda message, done: None)
        folder = claim_store_folder(self.file.store)
        waiting = "waiting for another run that uses the claim store"
        with (
            sole_use(folder, wait=lambda: say(waiting, None)),
            remembered(folder / BOOK, verify=verify_inputs),
        ):
            yield

    def _build_store(self, said: Tell | None) -> StoreReport:
        from openvbc.claims.store import buckets_for, build_store

        engine, inputs = self.file.engine, self.claim_inputs()
        return build_store(
            inputs,
            self.file.store,
            buckets=engine.buckets or buckets_for(inputs),
            threads=engine.threads or 2,
            progress=said,
        )

    def run(
        self,
        engine: str | Engine | None = None,
        *,
        output: Path | None = None,
        said: Tell | None = None,
        progress: Callable[[Progress], None] | None = None,
        verify_inputs: bool = False,
    ) -> Run:
        """Claims, assignment, expenditures, benchmark, settlement; what still holds is kept.

        Args:
            engine: ``duckdb``, ``spark`` or an engine of your own; the project file's if not given.
            output: folder of the run; the project file's if not given.
            said: told what is being done.
            progress: told of every step.
            verify_inputs: read deliveries again whose size and times say that nothing changed.

        Raises:
            OpenvbcError: an input, the contract, a rule or a step stands in the way.
        """
        folder = claim_run_folder(output or self.file.output)
        say = said or (lambda message, done: None)
        with sole_use(folder), self._sole_use_of_store(said, verify_inputs):
            return self._run(folder, engine, say, progress)

    def _run(
        self,
        folder: Path,
        engine: str | Engine | None,
        say: Tell,
        progress: Callable[[Progress], None] | None,
    ) -> Run:
        from openvbc.claims.data_notes import data_notes, refuse_to_settle

        watch = Stopwatch()
        say("claim store", None)
        store = self._build_store(say)
        watch.lap("claim store")
        checks = self.data_checks(store)
        refuse_to_settle(checks)
        chosen = engine if isinstance(engine, Engine) else self.engine(folder, engine)
        try:
            bench = Workbench(chosen, store.sources(), folder / TABLES, progress)
            watch.lap("digests of the store")
            say("steps", None)
            measured = self.program.measure(self.given, bench)
            watch.steps(measured.results.values())
            watch.lap("steps")
            say("benchmark and settlement", None)
            outcome = self.program.settle(self.given, chosen, measured)
            unread = self._unread(measured) if outcome.settlement else []
            overlays = [path.name for path in self.file.overlays]
            settle = partial(self._settled, chosen, measured)
            again = partial(measured_again, self.program, self._prepared, bench)
            outcome = run_with_laid_over(outcome, settle, measured, overlays, again, bench.folder)
            outcome = outcome.with_notes([*data_notes(checks), *unread])
            watch.lap("benchmark and settlement")
            self._write(folder, bench, measured, outcome)
        finally:
            if chosen is not engine:
                chosen.close()
        watch.lap("run folder")
        write_sealed(folder / TIMES, {name: asdict(part) for name, part in watch.parts.items()})
        lost = store.lost + (len(outcome.settlement.not_used) if outcome.settlement else 0)
        return Run(folder, outcome, watch.total, lost, tuple(store.work))

    def _settled(self, engine: Engine, measured: Measured, rules: RuleSet) -> Outcome:
        """What was measured, settled by other rules than the project's."""
        return self.program.settle(self._prepared(rules), engine, measured)

    def _unread(self, measured: Measured) -> list[str]:
        """What the project gives and nothing of the run asked for."""
        from openvbc.claims.unread_lists import notes_of_unread_lists as notes

        read = [each.step.inputs for each in measured.results.values()]
        return [*notes(self.claim_inputs(), read), *self.rules.notes_of_unasked()]

    def data_checks(self, store: StoreReport) -> list[CheckResult]:
        """What is wrong with the files and lists, and what the measured years lack."""
        from openvbc.claims.data_notes import data_checks

        expected, lists = self.program.expected_data(self.file, self.given)
        return data_checks(store, expected, self.file.accepted, lists)

    def review_risk(
        self,
        output: str | Path | None = None,
        *,
        run_folder: Path | None = None,
        said: Tell | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> tuple[RiskReview | None, Path]:
        """Risk scores, gaps and what closing them would do; the steps of a run are reused.

        Told of what is done are `said` and `progress`, as in :meth:`run`. Returns the review and
        the folder for its tables: `output`, or ``risk`` in the run; no review where the program
        has none. The run is the project's own, or the one in `run_folder`.
        """
        run = claim_run_folder(run_folder or self.file.output)
        folder = private_folder(Path(output) if output else run / "risk")
        sources = self.build_store(said).sources()
        if said:
            said("risk review", None)
        with sole_use(run), self.engine(run) as engine:
            bench = Workbench(engine, sources, run / TABLES, progress)
            measured = self.program.measure(self.given, bench)
            risk_review: RiskReview | None = self.program.review_risk(self.given, bench, measured)
        if risk_review is not None:
            write_rule_tables(run, risk_review.rule_tables)
        return risk_review, folder

    def _settings(self) -> dict[str, str]:
        """What the project file says that changes results, flat, for comparing runs."""
        chosen: dict[str, str] = {}
        for name, value in self.file.contract.items():
            parts = value.items() if isinstance(value, dict) else [("", value)]
            chosen |= {f"contract.{name}.{part}".rstrip("."): str(each) for part, each in parts}
        chosen |= self.file.own_settings()
        overlays = ", ".join(path.name for path in self.file.overlays)
        return chosen | {"as_of": str(self.file.as_of or ""), "overlays": overlays}

    def named_paths(self) -> list[Path]:
        """Every file and folder the project names: overlays, files of the contract, inputs."""
        texts = [each for each in self.file.contract.values() if isinstance(each, str)]
        of_contract = [path for path in map(self.path.parent.joinpath, texts) if path.is_file()]
        inputs = (path for _, path in self.file.inputs.named_paths())
        return [*self.file.overlays, *of_contract, *inputs]

    def engine(self, folder: Path, name: str | None = None) -> Engine:
        """The engine; what does not fit into memory goes into a run's own, private folder."""
        sweep(folder)
        chosen = self.file.engine
        return engine_named(
            name or chosen.name, threads=chosen.threads, memory_limit=chosen.memory_limit,
            address=chosen.address, scratch=folder,
        )  # fmt: skip

    def _write(self, folder: Path, bench: Workbench, measured: Measured, outcome: Outcome) -> None:
        settlement = outcome.settlement
        rules = self.rules if settlement is None else settlement.main.evaluation.rules
        source = {
            "project": str(real_path(self.path)),
            "store": str(real_path(self.file.store)),
            "title": outcome.title,
            "main_period": self.program.main_period,
            "period_names": dict(self.program.period_names),
            "store_sha256": {table.name: table.key for table in bench.store},
            "rule_columns": {table.name: dict(table.columns) for table in measured.small},
        }
        manifest = Manifest(
            openvbc=__version__,
            program=self.file.program,
            engine=bench.engine.name,
            engine_version=bench.engine.version,
            rules={self.file.program: rules.digest},
            project_sha256=self.digest,
            inputs=InputFile.of_all(self.named_paths()),
            control_totals=control_totals(bench.engine, bench.store),
            steps=records(measured.results),
            outputs={},
            settings=self._settings(),
            notes=outcome.notes,
            lacking=[str(each) for each in outcome.lacking],
        )
        record_run(folder, source, manifest, settlement, measured.small)
