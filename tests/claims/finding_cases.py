"""The folders of the trial's findings, read where the shared data are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store


def case_folder(name: str) -> Path:
    """The folder of a finding; the test is skipped where it is not."""
    shared = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
    folder = shared / "findings" / "cases" / name
    if not folder.is_dir():
        pytest.skip("findings of the trial not found; set OPENVBC_SHARED")
    return folder


def case_store(name: str, store: Path) -> StoreReport:
    """The claim store of a finding's folder."""
    folder = case_folder(name)

    def there(path: str) -> Path | None:
        return folder / path if (folder / path).exists() else None

    cclf = there("cclf")
    inputs = ClaimInputs(
        cclf=(cclf,) if cclf else (),
        participants=there("participants.csv"),
        eligibility=there("eligibility.csv"),
        tuva=there("tuva"),
    )
    return build_store(inputs, store, buckets=1)


def findings(report: StoreReport) -> dict[str, int]:
    """Findings by name, with how many."""
    return {finding.name: finding.count for finding in report.findings}
