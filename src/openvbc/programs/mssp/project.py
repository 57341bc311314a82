"""The project file of a Shared Savings Program contract: its own keys and input files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pydantic import Field

from openvbc.claims.inputs import ClaimInputs
from openvbc.project_file import Part, ProjectFile


class SharedSavingsInputs(ClaimInputs):
    """The feeds of the claim store, and the lists and factors that the program reads itself."""

    provider_specialty: Path | None = None
    electing_teaching_hospitals: Path | None = None
    attested_physicians: Path | None = None
    factors: Path | None = None
    """Folder of national.csv, county.csv, accountable_care_prospective_trend.csv and so on."""
    quality_score_run: Path | None = None
    """Folder of ``vbc quality-score``: the quality score is taken from there, not typed."""


class BenchmarkFacts(Part):
    """What the parties know about the agreement beyond the contract's own terms."""

    times_regional_adjustment_applied: int = Field(default=1, ge=1)
    """Agreement periods, this one included, under a regional adjustment."""


class KnownNumbers(Part):
    """Lines of the benchmark that CMS has computed and told, taken instead of computed."""

    source: str = Field(min_length=1)
    """Where they stand, for example ``benchmark report of 2024-03-29, table 2``."""
    values: dict[str, Decimal]
    """Line or input of the benchmark worksheet to its value, for example
    ``historical_benchmark_aged_dual: 15234.56``."""


class SharedSavingsProject(ProjectFile):
    """A project of one organisation, one Shared Savings contract and one performance year."""

    inputs: SharedSavingsInputs = SharedSavingsInputs()
    benchmark: BenchmarkFacts = BenchmarkFacts()
    known: KnownNumbers | None = None
