"""Care management from claims: chronic cohorts, scores, tiers, transitions, emergency follow-up.

Steps, in order: scored_code, care_claim (what each claim tells of, whatever the day);
counted_claim, covered_month, person_condition (chronic conditions); person_score (comorbidity and
frailty); hospital_episode,
emergency_visit, discharge_part, discharge_score; panel_person, panel_spending, panel_rank,
usual_clinician, panel_component, panel_tier, person_contact, person_owner, panel; panel_overflow,
owner_balance; discharge, transition; emergency_follow_up. They read `stay` of
:mod:`openvbc.steps.stays`.

Every table but those of :data:`DERIVED` is as of a date; claims known by it count, so that a list
of an earlier day can be made again. :mod:`openvbc.steps.care.tables` makes the small tables.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.steps import stays

PROGRAM = "care"
"""Whose folder holds the rules."""
DERIVED = (*stays.DERIVED, "scored_code", "care_claim")
"""Tables that do not depend on the day: they follow from the store and the shipped code sets."""

BYTES_AT_ONCE = 112 << 20
"""Of the store's files, for :meth:`openvbc.engine.pipeline.Pipeline.run`: some 30,000 people.

Of 50,000 the tables that statements group in memory outgrow the processor's caches."""


def steps() -> list[Step]:
    """The steps of care management."""
    return steps_in(resources.files(__name__))
