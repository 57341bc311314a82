"""The tables of a quality run that was written before, as an engine reads them."""

from __future__ import annotations

from pathlib import Path

from openvbc.clinical.model import EVENTS
from openvbc.clinical.store import ClinicalStore
from openvbc.engine.base import Engine
from openvbc.engine.pipeline import stored_parts
from openvbc.errors import InputError
from openvbc.programs.quality.quality_run import CHARTS


def register_charts(engine: Engine, run: Path) -> None:
    """Register the charts of a run, and which code is of which value set."""
    store = ClinicalStore.load(run / CHARTS)
    for table in store.tables(("patient", "coding", "concept", *EVENTS)):
        engine.register(table.name, table.parts)
    register_step(engine, run, "value_set_concept", "value_set_concept")


def register_step(engine: Engine, run: Path, step: str, name: str) -> None:
    """Register the table of a step under a name.

    Raises:
        InputError: it is missing or damaged.
    """
    step_table = stored_parts(run / "tables" / step)
    if step_table is None:
        raise InputError(
            "a table of this run is missing or damaged",
            action="run again: vbc quality",
            code="VBC-1910",
        )
    engine.register(name, step_table[1])
