"""The people and dollars of a book of contracts, for all contracts at once.

Who is in which contract by month, where contracts hold one person at once, who gets the credit,
what was spent, and under which payment category every dollar was paid.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in


def steps() -> list[Step]:
    """Every step of the area."""
    return steps_in(resources.files(__name__))
