"""Quality-data codes on claims: who is eligible for a measure, and what practices reported.

Steps, in order: quality_code_visit, quality_code_match, quality_code_person. Which visits,
diagnoses and codes count comes from CMS's machine-readable definitions of a year, which the user
gives.
"""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in


def steps() -> list[Step]:
    """The steps; they read the claim store and `withdrawn_claim` of the claim steps."""
    return steps_in(resources.files(__name__))
