"""Lists, reports and feeds that are read as a whole: as they were while none of them changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from openvbc.claims.buckets import hash_of
from openvbc.claims.identity import Identities
from openvbc.claims.inputs import ClaimInputs, names_in
from openvbc.claims.report import FileRows, Finding, Gap, HeldReport, StoreReport
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
    found = taken.known(key, LISTS, 0)
    if found is None:
        staging = taken.begin(key)
        asked = who.recording()
        part = StoreReport(report.folder, report.buckets)
        read(asked, staging, part)
        people = np.unique(np.array([hash_of(n) for n in asked.asked or ()], dtype=np.uint64))
        found = _record(part)
        taken.finish(LISTS, 0, staging, people, found)
    _add(report, found)


def _record(part: StoreReport) -> dict[str, Any]:
    return {
        "waterfall": [asdict(each) for each in part.waterfall],
        "findings": [asdict(each) for each in part.findings],
        "gaps": [asdict(each) for each in part.gaps],
        "assignment_reports": [asdict(each) for each in part.assignment_reports],
        "organizations": part.organizations,
        "alignment_years": part.alignment_years,
    }


def _add(report: StoreReport, found: dict[str, Any]) -> None:
    report.waterfall += [FileRows(**each) for each in found["waterfall"]]
    report.findings += [Finding(**each) for each in found["findings"]]
    report.gaps += [Gap(**each) for each in found["gaps"]]
    report.assignment_reports += [HeldReport(**each) for each in found["assignment_reports"]]
    report.organizations = sorted({*report.organizations, *found["organizations"]})
    report.alignment_years = list(found["alignment_years"])
