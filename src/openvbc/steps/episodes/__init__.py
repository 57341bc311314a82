"""Episodes from claims: triggers, windows, tests, overlap, grouping, proration, limits.

One engine, configured by data: what triggers, what drops an episode, what is left out and which of
two overlapping episodes stands are tables (:mod:`openvbc.steps.episodes.tables`); the model's
numbers are one row. Steps, in order: episode_facility, inpatient_stay, transfer_leg,
triggered_span, outpatient_line, episode_trigger, episode_failed_test, episode_precedence,
episode_claim_line, episode_line, episode_spending, episode_outcome, episode_limit, episode,
episode_covid.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.steps import claims, stays

MOST_CANDIDATES = 64
"""So many candidate episodes of one person `episode_precedence` can follow."""


def steps() -> list[Step]:
    """The steps from the claim store to episodes."""
    return [*claims.steps(), *stays.steps(), *steps_in(resources.files(__name__))]
