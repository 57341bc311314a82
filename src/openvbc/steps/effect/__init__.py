"""What a program changed: what people cost and used before and after it began, and others.

Steps: effect_span (who can be looked at, from which month), effect_outcome (what each cost and
used, in the months before and after).
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in

PROGRAM = "effect"
"""Whose folder holds the rules."""


def steps() -> list[Step]:
    """The steps; they read `stay` and `withdrawn_claim`."""
    return steps_in(resources.files(__name__))
