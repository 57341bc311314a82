"""Make a complete, consistent set of deliveries for an invented organisation, with its truth.

People are drawn in shards, so memory does not grow with their number. One simulated truth is the
source of everything: native claim files, reports, lists, factors, and the truth files that say what
a correct computation finds.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from openvbc.errors import InputError, Place
from openvbc.synth.factors import build_factors
from openvbc.synth.inputs import (
    HEADERS,
    alignment_rows,
    append,
    eligibility_rows,
    payment_rows,
    write_factors,
    write_lists,
    write_project,
)
from openvbc.synth.measure import BASES, Scores, Totals, known_deaths, results, scores_of
from openvbc.synth.network import build_network
from openvbc.synth.people import Population
from openvbc.synth.published import ENROLLMENT_TYPES as TYPES
from openvbc.synth.reports import Reports, write_exclusions
from openvbc.synth.settings import Settings, day_number, day_of
from openvbc.synth.simulate import simulate
from openvbc.synth.true_care import Entities
from openvbc.synth.truth import TruthWriter, revenue_of
from openvbc.synth.write_claims import ClaimWriter

_GROWING = (
    "eligibility.csv",
    "risk_scores.csv",
    "voluntary_alignment.csv",
    "non_claims_payments.csv",
)
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Generated:
    """What was made: records by CCLF file, people assigned by period on the feed basis."""

    folder: Path
    records: dict[str, int] = field(default_factory=dict)
    assigned: dict[str, int] = field(default_factory=dict)


def must_be_new(folder: Path) -> None:
    """Raise InputError (VBC-1079) for a folder that already holds something."""
    if folder.exists() and any(folder.iterdir()):
        raise InputError(
            "the folder is not empty",
            place=Place(str(folder)),
            action="name a folder that does not exist yet",
            code="VBC-1079",
        )


def generate(settings: Settings, folder: Path, progress: Progress | None = None) -> Generated:
    """Write everything into `folder`, which must be new or empty.

    Raises:
        InputError: VBC-1079, the folder already holds something.
    """
    must_be_new(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shards = -(-settings.people // settings.shard_size)
    with ExitStack() as stack:
        deliveries = _Deliveries(settings, folder, stack)
        for number in range(shards):
            if progress:
                progress(f"people {number * settings.shard_size:,}", number / shards)
            deliveries.add(number)
    deliveries.finish()
    if progress:
        progress("done", 1.0)
    assigned = deliveries.totals["feed"].assigned
    return Generated(folder, deliveries.claims.records, dict(assigned))


class _Deliveries:
    """The files of a delivery while they are written, a shard of people after another."""

    def __init__(self, settings: Settings, folder: Path, stack: ExitStack) -> None:
        self.settings, self.folder = settings, folder
        self.network = build_network(settings.people, settings.seed)
        self.entities = Entities(self.network)
        factors = build_factors(settings)
        write_lists(folder, self.network, settings)
        write_factors(folder / "factors", factors, settings)
        self.totals = {basis: Totals(settings, factors) for basis in BASES}
        self.claims = ClaimWriter(folder / "cclf", self.network, settings)
        self.reports = Reports(folder / "alr", settings)
        stack.callback(self.reports.close)
        self.truth = TruthWriter(folder / "truth", settings)
        stack.callback(self.truth.close)
        self.opted_out: list[tuple[str, date, int]] = []
        self.files = {
            name: stack.enter_context((folder / name).open("w", encoding="ascii", newline=""))
            for name in _GROWING
        }
        for name, file in self.files.items():
            file.write(HEADERS[name] + "\n")

    def add(self, number: int) -> None:
        """Draw a shard of people and write all that is delivered about them."""
        settings, network, files = self.settings, self.network, self.files
        shard = simulate(settings, network, number)
        people = shard.people
        scores = scores_of(shard, settings)
        cms = results(shard, network, self.entities, settings, "cms")
        deaths = known_deaths(shard, cms, settings)
        feed = results(shard, network, self.entities, settings, "feed", deaths)
        self.claims.add(shard)
        self.reports.add(shard, network, cms, scores)
        self.truth.add(shard, feed)
        by_basis = {"cms": cms, "feed": feed}
        for basis in BASES:
            self.totals[basis].add(by_basis[basis], scores, people)
        append(files["eligibility.csv"], eligibility_rows(people, settings))
        append(files["risk_scores.csv"], _scores(scores, people, settings))
        aligned = alignment_rows(shard.alignments, people, network)
        append(files["voluntary_alignment.csv"], aligned)
        append(files["non_claims_payments.csv"], payment_rows(shard.payments, people))
        self.opted_out.extend(
            (people.person_id[p], day_of(people.birth[p]), int(people.sex[p]))
            for p in (people.opted_out & people.ever_covered).nonzero()[0]
        )

    def finish(self) -> None:
        """What is known only after the last shard: exclusions, totals and the project file."""
        self.claims.close()
        year = self.settings.performance_year
        name = f"P.A9001.ACO.BNEX.Y{year % 100:02d}.xml"
        write_exclusions(self.folder / "exclusions" / name, self.opted_out, year)
        revenue = revenue_of(self.totals["feed"])
        self.truth.totals(self.totals, revenue)
        write_project(self.folder, self.settings, revenue)


def _scores(scores: Scores, people: Population, settings: Settings) -> list[str]:
    """Risk scores of the measured years, one row a type held in the year."""
    version = "V28" if settings.agreement_start.year >= 2024 else "V24"
    out = []
    for n, year in enumerate(settings.measured_years):
        january = (year - settings.first_year) * 12
        months = people.fee_for_service[:, january : january + 12]
        kinds = people.kind[:, january : january + 12]
        versions = people.mbi_version(day_number(date(year, 12, 31)))
        for kind in range(1, 5):
            for p in ((kinds == kind) & months).any(axis=1).nonzero()[0].tolist():
                out.append(
                    f"{people.mbi[p, versions[p]]},{year},{TYPES[kind - 1]},"
                    f"{scores.risk[p, n, kind] / 10_000:.4f},"
                    f"{scores.demographic[p, n, kind] / 10_000:.4f},{version}"
                )
    return out
