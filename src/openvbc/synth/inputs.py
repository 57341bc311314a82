"""The CSV files beside the claim deliveries, and the project file that names them all."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import IO

import numpy as np

from openvbc.synth.factors import Factors
from openvbc.synth.network import COUNTIES, OWN, Network
from openvbc.synth.people import Population
from openvbc.synth.planting import Alignment, Payment
from openvbc.synth.published import ENROLLMENT_TYPES
from openvbc.synth.settings import Settings, day_number, day_of
from openvbc.synth.true_settlement import ELECTION, QUALITY_SCORE

HEADERS = {
    "participants.csv": "aco_id,performance_year,tin,npi,ccn,start_date,end_date",
    "provider_specialty.csv": "npi,specialty_code",
    "electing_teaching_hospitals.csv": "performance_year,ccn",
    "eligibility.csv": "member_id,start_date,end_date,part_a,part_b,medicare_advantage,"
    "enrollment_type,dual_status_code,other_initiative,state_county",
    "risk_scores.csv": "member_id,calendar_year,enrollment_type,risk_score,"
    "demographic_score,hcc_version",
    "voluntary_alignment.csv": "member_id,performance_year,tin,npi",
    "non_claims_payments.csv": "member_id,payment_date,paid_amount,program",
}


def write_lines(path: Path, header: str, rows: Iterable[str]) -> None:
    """A CSV file of ready-made rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii", newline="") as out:
        out.write(header + "\n")
        out.writelines(row + "\n" for row in rows)


def write_lists(folder: Path, network: Network, settings: Settings) -> None:
    """Participants of every organisation, specialties of clinicians, electing hospitals."""
    year = settings.performance_year
    rows = []
    for n, tin in enumerate(network.tins):
        for aco in network.tin_aco[n]:
            rows.append(f"{aco},{year},{tin},,,,")
            rows.extend(
                f"{aco},{year},{tin},{network.npis[p]},,,"
                for p in np.flatnonzero(network.provider_tin == n)
            )
    rows.extend(
        f"{a},{year},,,{c},," for c, a in zip(network.ccns, network.ccn_aco, strict=True) if a
    )
    write_lines(folder / "participants.csv", HEADERS["participants.csv"], rows)
    specialties = (f"{n},{s}" for n, s in zip(network.npis, network.specialty, strict=True))
    write_lines(folder / "provider_specialty.csv", HEADERS["provider_specialty.csv"], specialties)
    teaching = network.ccns[int(network.facilities("teaching")[0])]
    write_lines(
        folder / "electing_teaching_hospitals.csv",
        HEADERS["electing_teaching_hospitals.csv"],
        [f"{year},{teaching}"],
    )


def write_factors(folder: Path, factors: Factors, settings: Settings) -> None:
    """National, county, prospective trend and prior savings."""
    write_lines(
        folder / "national.csv",
        "calendar_year,enrollment_type,per_capita,truncation_threshold,completion_factor,person_years",
        (
            f"{year},{kind},{f.per_capita},{f.threshold},{f.completion},{f.person_years}"
            for (year, kind), f in factors.national.items()
        ),
    )
    write_lines(
        folder / "county.csv",
        "calendar_year,county,enrollment_type,per_capita,risk_score,demographic_score,person_years",
        (
            f"{year},{county},{kind},{f.per_capita},{f.risk_score},{f.demographic_score},"
            f"{f.person_years}"
            for (year, county, kind), f in factors.county.items()
        ),
    )
    write_lines(
        folder / "accountable_care_prospective_trend.csv",
        "performance_year,enrollment_type,flat_dollar_amount",
        (f"{settings.performance_year},{kind},{v}" for kind, v in factors.flat_dollar.items()),
    )
    write_lines(
        folder / "prior_savings.csv",
        "performance_year,updated_benchmark,expenditures,person_years",
        (
            f"{year},{p.updated_benchmark},{p.expenditures},{p.person_years}"
            for year, p in factors.prior.items()
        ),
    )


def eligibility_rows(people: Population, settings: Settings) -> Iterable[str]:
    """Spans of equal coverage, whole months; the identifier is the one at the end of the span."""
    state = (
        people.part_a.astype(np.int64) + 2 * people.part_b + 4 * people.advantage
        + 8 * people.other_initiative + 16 * people.dual + 32 * people.kind.astype(np.int64)
        + 512 * people.county.astype(np.int64)
    )  # fmt: skip
    covered = people.part_a | people.part_b
    months = settings.months
    starts = [day_of(int(d)) for d in _month_starts(settings)]
    ends = [day_of(int(d) - 1) for d in _month_starts(settings)[1:]]
    first = np.ones_like(covered)
    first[:, 1:] = (state[:, 1:] != state[:, :-1]) | (covered[:, 1:] != covered[:, :-1])
    first &= covered
    places = [*COUNTIES, "FOREIGN"]
    versions = [people.mbi_version(day_number(end)) for end in ends]
    for person, month in zip(*np.nonzero(first), strict=True):
        end = month
        while end + 1 < months and covered[person, end + 1] and not first[person, end + 1]:
            end += 1
        yes = [
            "1" if flags[person, month] else "0"
            for flags in (people.part_a, people.part_b, people.advantage)
        ]
        dual = "02" if people.dual[person, month] else "NA"
        other = "1" if people.other_initiative[person, month] else "0"
        kind = ENROLLMENT_TYPES[people.kind[person, month] - 1]
        mbi = people.mbi[person, versions[end][person]]
        yield (
            f"{mbi},{starts[month]},{ends[end]},{','.join(yes)},{kind},{dual},{other},"
            f"{places[people.county[person, month]]}"
        )


def _month_starts(settings: Settings) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    months = np.datetime64(f"{settings.first_year}-01", "M") + np.arange(settings.months + 1)
    return np.asarray(months.astype("datetime64[D]").astype(np.int64))


def alignment_rows(
    alignments: list[Alignment], people: Population, network: Network
) -> Iterable[str]:
    """Designations of a shard."""
    for a in alignments:
        tin = network.tins[network.provider_tin[a.provider]]
        yield f"{people.mbi[a.person, -1]},{a.year},{tin},{network.npis[a.provider]}"


def payment_rows(payments: list[Payment], people: Population) -> Iterable[str]:
    """Payments outside claims of a shard."""
    for p in payments:
        amount = Decimal(p.cents) / 100
        yield f"{people.mbi[p.person, -1]},{day_of(p.day)},{amount:.2f},SYNTHETIC DEMONSTRATION"


def append(out: IO[str], rows: Iterable[str]) -> None:
    """Add rows to an open CSV file."""
    out.writelines(row + "\n" for row in rows)


def write_project(folder: Path, settings: Settings, revenue: Decimal) -> None:
    """openvbc.yaml: everything a run needs to know."""
    election = ELECTION.get(settings.track)
    elected = f"  minimum_savings_rate_election: {election}\n" if election else ""
    text = f"""# A generated project: {settings.people} invented people, seed {settings.seed}.
program: mssp
contract:
  aco_id: {OWN}
  performance_year: {settings.performance_year}
  agreement_start: {settings.agreement_start}
  agreement_number: {settings.agreement_number}
  track: {settings.track}
  assignment_method: {settings.assignment_method}
{elected}  revenue_category: low
  participant_revenue: {revenue}
  quality: {{score: {QUALITY_SCORE}}}
benchmark:
  times_regional_adjustment_applied: 1
inputs:
  cclf: [cclf]
  assignment_reports: [alr]
  exclusions: [exclusions]
  participants: participants.csv
  eligibility: eligibility.csv
  risk_scores: risk_scores.csv
  voluntary_alignment: voluntary_alignment.csv
  non_claims_payments: non_claims_payments.csv
  provider_specialty: provider_specialty.csv
  electing_teaching_hospitals: electing_teaching_hospitals.csv
  factors: factors
"""
    (folder / "openvbc.yaml").write_text(text, encoding="utf-8")
