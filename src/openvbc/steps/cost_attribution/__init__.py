"""Whose the costs of a person or a hospital stay are, by two cost measures of MIPS: estimates.

Steps: cost_service, paid_day; candidate_event, attributed_person (total per capita cost);
attributed_stay (Medicare spending per beneficiary). Codes, days and shares arrive as small tables.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in


def steps() -> list[Step]:
    """The steps; they read the claim store, `withdrawn_claim` and `stay`."""
    return steps_in(resources.files(__name__))
