"""What a claim store is built from: paths only, nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ClaimInputs:
    """The user's files. Every feed is optional; the run says what is missing and what that means.

    cclf: folders, zips or single members, any mix of monthly, weekly and run-out deliveries.
    assignment_reports: folders, zips or CSV tables of quarterly and annual assignment list reports.
    exclusions: BNEX files (people who declined data sharing).
    The others are the CSV files of ``docs/input-files.md``; `tuva` is a folder (CSV or Parquet) or
    a DuckDB file in the Tuva input layer; `synpuf` a folder of CMS DE-SynPUF files.
    """

    cclf: tuple[Path, ...] = ()
    assignment_reports: tuple[Path, ...] = ()
    exclusions: tuple[Path, ...] = ()
    participants: Path | None = None
    eligibility: Path | None = None
    risk_scores: Path | None = None
    voluntary_alignment: Path | None = None
    non_claims_payments: Path | None = None
    tuva: Path | None = None
    synpuf: Path | None = None

    def paths(self) -> list[Path]:
        """Every path given."""
        single = (
            self.participants, self.eligibility, self.risk_scores, self.voluntary_alignment,
            self.non_claims_payments, self.tuva, self.synpuf,
        )  # fmt: skip
        given = (*self.cclf, *self.assignment_reports, *self.exclusions, *single)
        return [path for path in given if path is not None]
