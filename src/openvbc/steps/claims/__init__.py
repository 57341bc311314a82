"""Steps on the claim store itself: which records stopped standing."""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in


def steps() -> list[Step]:
    """The steps, here only `withdrawn_claim`."""
    return steps_in(resources.files(__name__))
