"""Every feed the user gave, read in turn into the staged tables."""

from __future__ import annotations

from collections.abc import Callable

from openvbc.claims.alr import read_reports
from openvbc.claims.bnex import read_exclusions
from openvbc.claims.cross_reference import read_identities
from openvbc.claims.fhir import read_fhir
from openvbc.claims.identity import Identities
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.read_cclf import cclf_members, read_records
from openvbc.claims.read_own import read_own_files
from openvbc.claims.report import StoreReport
from openvbc.claims.staging import Staging
from openvbc.claims.synpuf import read_synpuf
from openvbc.claims.taken import Taken
from openvbc.claims.taken_lists import read_or_take
from openvbc.claims.tuva import read_tuva

Progress = Callable[[str, float | None], None]


def read_feeds(
    inputs: ClaimInputs,
    staging: Staging,
    report: StoreReport,
    threads: int,
    progress: Progress,
    taken: Taken | None = None,
) -> None:
    """Read the cross-reference first: every other feed's people are named by it.

    Rows are staged under the first identifier of each person. Files of `taken` are not read again.
    """
    members = cclf_members(inputs.cclf, report)
    identities = read_identities(members, report, inputs.assignment_reports, taken)
    report.replaced, report.renamed = identities.current, identities.renamed()
    who = identities.by_first()
    if taken:
        taken.name_people(who)
    read_records(members, who, staging, report, threads, progress, taken)

    def lists(who: Identities, staging: Staging, report: StoreReport) -> None:
        _read_lists(inputs, who, staging, report)

    if taken:
        read_or_take(inputs, who, report, taken, lists)
    else:
        lists(who, staging, report)


def _read_lists(
    inputs: ClaimInputs, who: Identities, staging: Staging, report: StoreReport
) -> None:
    """What is read as a whole: reports, lists, feeds of another form than CCLF."""
    read_reports(
        inputs.assignment_reports,
        who,
        staging,
        report,
        with_scores=inputs.risk_scores is None,
        with_alignment=inputs.voluntary_alignment is None,
    )
    read_exclusions(inputs.exclusions, who, report)
    read_own_files(inputs, who, staging, report)
    if inputs.tuva is not None:
        read_tuva(inputs.tuva, staging, report)
    if inputs.synpuf is not None:
        read_synpuf(inputs.synpuf, staging, report)
    if inputs.fhir is not None:
        read_fhir(inputs.fhir, staging, report)
    report.findings += staging.tally.findings()
