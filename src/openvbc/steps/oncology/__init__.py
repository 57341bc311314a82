"""Episodes of cancer care from claims: a therapy, its cancer, six months, a practice.

The engine of :mod:`openvbc.steps.episodes` with triggers, tests and attribution of its own; what
groups, prorates and adds up is shared. Steps, in order: cancer_claim, therapy_event,
oncology_candidate, cancer_visit, candidate_visit, candidate_cancer, candidate_practice,
model_failed_test, oncology_span, oncology_trigger; then those of episodes; then oncology_initiator,
episode_drug, episode_marker, oncology_spending, monthly_service.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

from openvbc.engine.step import Step, steps_in
from openvbc.steps import episodes

STANDS_FOR = {
    "oncology_span": "triggered_span",
    "oncology_trigger": "episode_trigger",
    "oncology_initiator": "episode_initiator",
}
"""Steps of oncology that make a table of the shared engine in their own way."""


def steps() -> list[Step]:
    """The steps from the claim store to episodes of cancer care."""
    own = [
        replace(step, name=STANDS_FOR.get(step.name, step.name))
        for step in steps_in(resources.files(__name__))
    ]
    replaced = set(STANDS_FOR.values())
    return [*(step for step in episodes.steps() if step.name not in replaced), *own]
