"""Two finished runs held against each other: what ``vbc compare`` shows and Python gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.programs import comparison
from openvbc.programs.comparison import Change, LineChange, Movement
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun

if TYPE_CHECKING:
    from openvbc.run import Run


@dataclass(frozen=True)
class ComparedRuns:
    """What is not the same in two runs; nothing here names a person."""

    circumstances: list[Change]
    """What went in differently: inputs, rules, parameters, settings, SQL, engine, version."""
    lines: list[LineChange]
    """Lines and inputs of the settlement with different values, each in its own unit; of every
    contract, where a run settles several."""
    result: str
    """The line that is settled; empty where neither run is."""
    movements: list[Movement] | None
    """People whose assignment differs, counted; None where a run assigns nobody."""
    units: dict[str, str]
    """Unit of each line and input: USD, ratio, count ..."""
    labels: dict[str, str]
    """What a reader calls it."""


def compared_runs(before: Run, after: Run) -> ComparedRuns:
    """Everything that differs; a run that is not settled has no lines and no parameters."""
    one, other = (StoredRun(run.folder) if run.is_settled else None for run in (before, after))
    changes = comparison.changed_circumstances(before.manifest, after.manifest)
    changes += comparison.changed_parameters(
        one.parameters if one else {}, other.parameters if other else {}
    )
    settled = other or one
    result = settled.result if settled else ""
    lines = comparison.changed_rows(_rows(one), _rows(other), result)
    moved = None
    if assigns(before) and assigns(after):
        with DuckDBEngine(scratch=after.folder) as engine:
            _register(engine, before, after)
            moved = comparison.movements(engine)
    items = _items(one) | _items(other)
    units = {name: item["unit"] for name, item in items.items()}
    labels = {name: item["label"] for name, item in items.items()}
    return ComparedRuns(changes, lines, result, moved, units, labels)


def people_moved(before: Run, after: Run) -> list[dict[str, Any]]:
    """The people whose assignment differs, by name; for a private file alone."""
    with DuckDBEngine(scratch=after.folder) as engine:
        _register(engine, before, after)
        return comparison.moved_people(engine)


def assigns(run: Run) -> bool:
    """Whether the run assigns people."""
    return "assignment" in run.tables


def _register(engine: DuckDBEngine, before: Run, after: Run) -> None:
    before.register(engine, "assignment", prefix="before_")
    after.register(engine, "assignment", prefix="after_")


def _rows(stored: StoredRun | None) -> list[dict[str, object]]:
    """What each contract was given and came to; parameters are compared by themselves."""
    rows = stored.rows(MAIN, None, None) if stored else []
    return [
        {name: value for name, value in row.values.items() if not name.startswith("parameter_")}
        for row in rows
    ]


def _items(stored: StoredRun | None) -> dict[str, Any]:
    """Lines and inputs that are settled, by name: unit, label."""
    sheet = stored.sheets[MAIN] if stored else {"lines": (), "inputs": ()}
    return {item["name"]: item for item in (*sheet["lines"], *sheet["inputs"])}
