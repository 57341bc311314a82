"""Two finished runs held against each other: what ``vbc compare`` shows and Python gets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.reading import reading
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
    changes = comparison.changed_circumstances(before.manifest, after.manifest)
    changes += comparison.changed_parameters(_parameters(before), _parameters(after))
    result = _result(after) or _result(before)
    lines = comparison.changed_rows(_settled(before), _settled(after), result)
    moved = None
    if assigns(before) and assigns(after):
        with DuckDBEngine(scratch=after.folder) as engine:
            _register(engine, before, after)
            moved = comparison.movements(engine)
    items = _items(before) | _items(after)
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


def _parameters(run: Run) -> dict[str, list[dict[str, object]]]:
    if not run.is_settled:
        return {}
    found: dict[str, list[dict[str, object]]] = json.loads(
        run.file("parameters.json").read_text(encoding="utf-8")
    )
    return found


def _settled(run: Run) -> list[dict[str, object]]:
    if not run.is_settled:
        return []
    with reading() as engine:
        engine.register("settlement", run.file("settlement.parquet"))
        rows = engine.rows('select * from settlement order by "row"')
    return [
        {name: value for name, value in row.items() if not name.startswith("parameter_")}
        for row in rows
    ]


def _result(run: Run) -> str:
    return StoredRun(run.folder).result if run.is_settled else ""


def _items(run: Run) -> dict[str, Any]:
    """Lines and inputs that are settled, by name: unit, label."""
    if not run.is_settled:
        return {}
    sheet = StoredRun(run.folder).sheets[MAIN]
    return {item["name"]: item for item in (*sheet["lines"], *sheet["inputs"])}
