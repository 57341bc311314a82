"""A table that is not kept: what it is made of, and the key that says what a result depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from openvbc.engine.base import Engine
from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable, Table


@dataclass(frozen=True)
class PassingTable:
    """A table that is not kept: a step's SELECT, made where it is read."""

    step: Step
    key: str
    inputs: tuple[AnyTable, ...]

    @property
    def name(self) -> str:
        """The step's name."""
        return self.step.name


AnyTable = Table | SmallTable | PassingTable


def step_key(step: Step, inputs: Sequence[AnyTable], engine: Engine) -> str:
    """What a result depends on: the SQL text, the content of its inputs, the engine."""
    parts = [engine.major, step.name, step.sql]
    parts += [f"{table.name} {table.key}" for table in inputs]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def beneath(inputs: Sequence[AnyTable]) -> list[AnyTable]:
    """Tables and, after what they read, tables that pass; some may stand twice."""
    tables: list[AnyTable] = []
    for table in inputs:
        if isinstance(table, PassingTable):
            tables += beneath(table.inputs)
        tables.append(table)
    return tables
