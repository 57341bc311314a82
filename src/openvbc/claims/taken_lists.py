"""Lists, reports and feeds that are read as a whole: as they were while none of them changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from openvbc.claims.buckets import hash_of
from openvbc.claims.identity import Identities
from openvbc.claims.inputs import ClaimInputs, names_in
from openvbc.claims.report import StoreReport
from openvbc.claims.staging import Staging
from openvbc.claims.taken import Taken
from openvbc.engine.digests import file_digest

LISTS = "lists"
Read = Callable[[Identities, Staging, StoreReport], None]


def read_or_take(
    inputs: ClaimInputs, who: Identities, report: StoreReport, taken: Taken, read: Read
) -> None:
    """Add to the report what the lists say, and hold their rows; `read` reads them if need be.

    They are read again when a file changed, or when the cross-reference names anybody otherwise of
    whom they speak.
    """
    named = [(key, path) for key, path in inputs.named_paths() if key[0] != "cclf"]
    names = [f"{key[0]} {name}" for key, path in named for name in names_in(path)]
    digest = file_digest([path for _, path in named if path.exists()])
    key = taken.key(LISTS, digest, *names)
    facts = taken.known(key, LISTS, 0)
    if facts is None:
        staging = taken.begin(key)
        asked = who.recording()
        part = StoreReport(report.folder, report.buckets)
        read(asked, staging, part)
        people = np.unique(np.array([hash_of(n) for n in asked.asked or ()], dtype=np.uint64))
        facts = part.content()
        taken.finish(LISTS, 0, staging, people, facts)
    _add(report, facts)


def _add(report: StoreReport, facts: dict[str, Any]) -> None:
    part = StoreReport.of_content(report.folder, facts)
    report.waterfall += part.waterfall
    report.findings += part.findings
    report.gaps += part.gaps
    report.assignment_reports += part.assignment_reports
    report.organizations = sorted({*report.organizations, *part.organizations})
    report.alignment_years = part.alignment_years
