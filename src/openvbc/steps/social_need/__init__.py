"""Social needs of people from screenings, claims and referrals; areas; strata.

Steps, in order: need_event (what was said of a need on a day), social_need (open or closed as of
the day asked for), screening (who answered an instrument whole), area_rank (indices joined by the
finest area that is known), person_stratum (who belongs to which stratum).
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in

PROGRAM = "social_need"
"""Whose folder holds the rules."""


def steps() -> list[Step]:
    """The steps."""
    return steps_in(resources.files(__name__))
