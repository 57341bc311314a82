"""What the tables of a run are: the headers of the steps that make them."""

from __future__ import annotations

from functools import cache
from importlib import resources

from openvbc.engine.step import Step, steps_in


@cache
def described_steps() -> dict[str, Step]:
    """Every step that ships, by the name of its table."""
    return {step.name: step for step in steps_in(resources.files("openvbc.steps"))}


def columns_of(table: str) -> dict[str, str]:
    """What each column of a table means; empty for a table that no step makes."""
    step = described_steps().get(table)
    return dict(step.columns) if step else {}
