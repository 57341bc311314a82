"""The steps of risk scoring, by what they are for; each folder is one group."""

from __future__ import annotations

from importlib import resources

from openvbc.engine.step import Step, steps_in


def risk_steps() -> list[Step]:
    """The scoring steps, from ``scored_person`` and ``scored_diagnosis`` to ``risk_raw_score``."""
    return steps_in(resources.files("openvbc.steps.risk") / "scoring")


def diagnosis_steps() -> list[Step]:
    """From the claim store to ``scored_diagnosis``: which claims count, and their diagnoses."""
    return steps_in(resources.files("openvbc.steps.risk") / "diagnoses")


def shared_savings_steps() -> list[Step]:
    """From the claim store to ``scored_person`` and ``scored_diagnosis`` of everyone enrolled.

    Also ``risk_mean``, the mean of the assignable people, which follows the scoring steps.
    """
    return steps_in(resources.files("openvbc.steps.risk") / "shared_savings")


def renormalized_steps() -> list[Step]:
    """``computed_risk_score``: raw scores over the mean of the reference population, weighed."""
    return steps_in(resources.files("openvbc.steps.risk") / "renormalized")


def source_steps() -> list[Step]:
    """For explaining: every mapped diagnosis with its claim, and why the claim counts or not."""
    return steps_in(resources.files("openvbc.steps.risk") / "sources")


def exposure_steps() -> list[Step]:
    """Gaps of a year: conditions to capture again, and conditions that other evidence suggests."""
    return steps_in(resources.files("openvbc.steps.risk") / "exposure")


def closing_steps() -> list[Step]:
    """People and diagnoses as they would be if gaps were closed, to be scored again in full."""
    return steps_in(resources.files("openvbc.steps.risk") / "closing")
