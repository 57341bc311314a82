"""Billing of care management: what was billed and should not have been, what may still be billed.

Steps, in order: care_line, care_visit, care_discharge, care_transition, person_month (what the
claims and logs say), care_billed (services as billed), billed_fit, billed_time,
billed_transition, billed_conflict, billed_model, billed_coding, billed_minutes (each with the rules
it may fail),
billed_verdict (the first that fails decides), care_owner, care_candidate, care_opportunity
(eligible = billed + blocked + not billed).
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in

PROGRAM = "care_billing"
"""Whose folder holds the rules."""


def steps() -> list[Step]:
    """The steps; they read `withdrawn_claim` and `stay`."""
    return steps_in(resources.files(__name__))
