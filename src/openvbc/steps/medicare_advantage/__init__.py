"""Medicare Advantage: the months of a plan's members at each risk sweep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable

SWEEPS = ("INITIAL", "MID_YEAR", "FINAL")
"""In the order in which CMS computes them; a sweep's number is its place, from 1."""


def steps() -> list[Step]:
    """The step `sweep_revenue`; it reads the tables of :mod:`openvbc.steps.capitation`."""
    return steps_in(resources.files(__name__))


def tables(scores: Iterable[tuple[str, str, Decimal]], known: Sequence[str]) -> list[SmallTable]:
    """What the step is given: person, sweep and payment score; the sweeps that are known."""
    return [
        SmallTable(
            "sweep_score",
            {"person_id": "string", "sweep_number": "int", "risk_score": "decimal(9,6)"},
            sorted((who, SWEEPS.index(sweep) + 1, score) for who, sweep, score in scores),
        ),
        SmallTable(
            "risk_sweep",
            {"sweep_number": "int", "sweep": "string"},
            [(SWEEPS.index(sweep) + 1, sweep) for sweep in sorted(known, key=SWEEPS.index)],
        ),
    ]
