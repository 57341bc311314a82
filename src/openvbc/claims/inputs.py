"""What a claim store is built from: paths only, nothing is read here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class ClaimInputs(BaseModel):
    """The user's files. Every feed is optional; the run says what is missing and what that means.

    cclf: folders, zips or single members, any mix of monthly, weekly and run-out deliveries.
    assignment_reports: folders, zips or CSV tables of quarterly and annual assignment list reports.
    exclusions: BNEX files (people who declined data sharing).
    The others are the CSV files of ``docs/input-files.md``; `tuva` is a folder (CSV or Parquet) or
    a DuckDB file in the Tuva input layer; `synpuf` a folder of CMS DE-SynPUF files; `fhir` a folder
    of claims as bulk FHIR (BCDA, AB2D, DPC).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

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
    fhir: Path | None = None

    def named_paths(self) -> Iterator[tuple[tuple[str | int, ...], Path]]:
        """Every path given, with its key in the project file, below ``inputs``."""
        for name, value in self:
            if isinstance(value, tuple):
                yield from (((name, number), path) for number, path in enumerate(value))
            elif value is not None:
                yield (name,), value

    @property
    def has_claims(self) -> bool:
        """Whether deliveries of claims are named, and not lists alone."""
        return bool(self.cclf or self.tuva or self.synpuf or self.fhir)

    def paths(self) -> list[Path]:
        """Every path given to the claim store."""
        feeds = set(ClaimInputs.model_fields)
        return [path for key, path in self.named_paths() if key[0] in feeds]


def names_in(path: Path) -> list[str]:
    """The name of a file, the names of all files in a folder: names say whose and of when."""
    if not path.is_dir():
        return [path.name]
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
