"""What the feeds cannot contain, named, so that nobody takes a gap for an error.

Sources: CCLF Information Packet 40.0 sections 2.4, 3.3, 3.7 and appendix A.
"""

from __future__ import annotations

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import Gap, StoreReport


def known_gaps(inputs: ClaimInputs, report: StoreReport) -> list[Gap]:
    """Gaps that follow from which feeds were given."""
    gaps: list[Gap] = []
    if inputs.cclf:
        gaps.append(
            Gap(
                "substance use disorder claims withheld",
                "CMS removes claims with a substance use disorder code from the feed, but counts "
                "them in its own expenditures; totals here are lower by them",
            )
        )
        if not inputs.exclusions:
            gaps.append(
                Gap(
                    "people who declined data sharing",
                    "they are absent from the claim feed, but CMS counts them as assigned; no "
                    "BNEX file was given, so their number is not known",
                )
            )
        gaps.append(
            Gap(
                "Part D plan payments",
                "the feed holds only what the patient paid, and only for stand-alone drug plans",
            )
        )
    from_snapshots = [y for y, s in report.enrollment_sources.items() if s == "CCLF8"]
    if from_snapshots:
        years = ", ".join(str(year) for year in sorted(from_snapshots))
        gaps.append(
            Gap(
                "months taken from CCLF8 snapshots",
                f"{years}: CCLF8 says how a person stands when delivered, not month by month, and "
                "nothing of Medicare Advantage; give eligibility.csv or assignment list reports",
            )
        )
    if inputs.paths() and not report.enrollment_sources:
        gaps.append(
            Gap(
                "no enrollment months",
                "no feed gives months of coverage, so no person-years can be computed",
            )
        )
    return gaps
