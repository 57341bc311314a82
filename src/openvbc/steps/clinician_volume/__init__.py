"""What clinicians bill in the segments of a MIPS determination period, from the claim store.

Steps, in order: covered_service, clinician_volume. The days of the segments, the places of service
and the codes that count arrive as small tables.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in


def steps() -> list[Step]:
    """The steps; they read the claim store and `withdrawn_claim` of the claim steps."""
    return steps_in(resources.files(__name__))
