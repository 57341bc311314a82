"""Every feed the user gave, read in turn into the staged tables."""

from __future__ import annotations

from collections.abc import Callable

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.read_cclf import cclf_members, read_identities, read_records
from openvbc.claims.read_own import read_own_files
from openvbc.claims.report import StoreReport
from openvbc.claims.staging import Staging

Progress = Callable[[str, float | None], None]


def read_feeds(
    inputs: ClaimInputs, staging: Staging, report: StoreReport, threads: int, progress: Progress
) -> None:
    """Read the cross-reference first: every other feed's people are named by it."""
    members = cclf_members(inputs.cclf, report)
    who = read_identities(members, report)
    report.replaced = who.current
    read_records(members, who, staging, report, threads, progress)
    read_own_files(inputs, who, staging, report)
