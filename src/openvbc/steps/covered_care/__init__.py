"""Care in the months that a contract covers, by kind: what drivers of a contract are told from.

One step, `covered_care`, run over the claim store when it is asked for, not in every run.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in


def steps() -> list[Step]:
    """The step."""
    return steps_in(resources.files(__name__))
