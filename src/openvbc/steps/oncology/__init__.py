"""Episodes of cancer care from claims: a therapy, its cancer, six months, a practice.

The engine of :mod:`openvbc.steps.episodes` with triggers, tests and attribution of its own; what
groups, prorates and adds up is shared. Steps, in order: cancer_claim, therapy_event,
oncology_candidate, cancer_visit, candidate_visit, candidate_cancer, candidate_practice,
model_failed_test, episode_trigger; then those of episodes; then episode_initiator, episode_drug,
episode_marker, oncology_spending, monthly_service.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.steps import episodes


def steps() -> list[Step]:
    """The steps from the claim store to episodes of cancer care."""
    own = steps_in(resources.files(__name__))
    replaced = {step.name for step in own}
    return [*(step for step in episodes.steps() if step.name not in replaced), *own]
