"""What an ACO reported in a year, and what of it the year's set of the pathway (APP) counts.

A rate counts where its measure is of the set and the set takes the way it was reported; every other
is set aside by name. A Medicare CQM is the measure of its number in a collection type of its own,
``medicareCQM``: benchmarks and submissions name it ``236SSP`` by registry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from openvbc.errors import Place, SetAside
from openvbc.programs.mips.benchmarks import Benchmark
from openvbc.programs.mips.submissions.inventory import (
    CLAIMS,
    SURVEY,
    SURVEY_MEASURE,
    SURVEY_PART,
)
from openvbc.rules.load import RuleSet

REGISTRY, MEDICARE = "registry", "medicareCQM"
"""The collection types of MIPS CQMs, and of Medicare CQMs."""
MEDICARE_SUFFIX = "SSP"
Known = Mapping[tuple[str, str], Benchmark]
"""Benchmarks by measure and collection type."""


@dataclass(frozen=True)
class ReportedRate:
    """A measure as an ACO reported it in one way."""

    measure: str
    collection_type: str
    """As benchmarks name it: electronicHealthRecord, registry, cmsWebInterface ..."""
    rate: Decimal
    data_complete: bool = True
    enough_cases: bool = True
    cases: int | None = None
    """Cases the rate counts, where that is known: what one more closed gap moves."""
    place: Place = field(default_factory=Place)
    """Where it was given."""
    says_completeness: bool = True
    """False where nobody said which share of the eligible was reported: it is taken as enough."""


@dataclass(frozen=True)
class ReportedYear:
    """What one ACO reported in a year, and what the score needs besides."""

    aco: str
    rates: Sequence[ReportedRate]
    required: Sequence[str] = ()
    """The measures of the year's set: they count whether reported or not, but for those CMS
    computes from claims, and no other does. Empty: every measure with a benchmark counts."""
    collection_types: Sequence[str] = ()
    """Ways of reporting the set takes, beside the survey and what CMS computes; empty: all."""
    prior_achievement: Decimal | None = None
    measure_bonus: Decimal | None = None
    """To 2021: bonus of high priority measures, as a share of the available points."""
    health_equity_scaler: Decimal | None = None
    underserved_share: Decimal | None = None
    name: str = ""
    notes: Sequence[str] = field(default_factory=tuple)

    def takes(self, collection_type: str) -> bool:
        """Whether the set takes measures reported in this way."""
        ways = (*self.collection_types, SURVEY, CLAIMS)
        return not self.collection_types or collection_type in ways


@dataclass(frozen=True)
class PathwaySet:
    """The measures of a year's set and the ways it takes, by how it is collected."""

    measures: tuple[str, ...]
    collection_types: tuple[str, ...]

    @classmethod
    def of(cls, rules: RuleSet, year: int, collection: str) -> PathwaySet:
        """The set of a performance year; `collection` is ``electronic`` or ``web interface``."""
        words = (
            rules.get(name, performance_year=year, collection=collection).value
            for name in ("pathway_measures", "pathway_collection_types")
        )
        measures, ways = (tuple(str(each).split()) for each in words)
        return cls(measures, ways)


def one_name(measure: str, collection_type: str) -> tuple[str, str]:
    """Measure and collection type as they are counted: 236SSP by registry is 236 as medicareCQM."""
    if measure.endswith(MEDICARE_SUFFIX) and collection_type in (REGISTRY, MEDICARE):
        return measure.removesuffix(MEDICARE_SUFFIX), MEDICARE
    return measure, collection_type


def by_name(benchmarks: Sequence[Benchmark]) -> Known:
    """The benchmarks by measure and collection type, as rates are counted."""
    return {one_name(each.measure, each.collection_type): each for each in benchmarks}


def counted_as(measure: str) -> str:
    """The measure of the set: a summary measure of the survey is a part of the survey."""
    return SURVEY_MEASURE if measure.startswith(SURVEY_PART) else measure


def of_the_set(aco: ReportedYear) -> tuple[list[ReportedRate], list[SetAside]]:
    """The rates the ACO's set counts, and the others with the reason."""
    kept: list[ReportedRate] = []
    aside: list[SetAside] = []
    for given in aco.rates:
        measure, kind = one_name(given.measure, given.collection_type)
        rate = replace(given, measure=measure, collection_type=kind)
        said = f"{measure} ({kind})"
        if aco.required and counted_as(measure) not in aco.required:
            detail = f"{said}; the set: {', '.join(aco.required)}"
            aside.append(
                SetAside("a measure outside the year's set", rate.place, detail, by_rule=True)
            )
        elif not aco.takes(kind):
            detail = f"{said}; it takes {', '.join(aco.collection_types)}"
            reason = "a way of reporting that the year's set does not take"
            aside.append(SetAside(reason, rate.place, detail, by_rule=True))
        else:
            kept.append(rate)
    return kept, aside


def _named(rates: Sequence[ReportedRate]) -> str:
    return ", ".join(f"{each.measure} ({each.collection_type})" for each in rates)


def caveats(rates: Sequence[ReportedRate], known: Known) -> list[str]:
    """Notes of what is of the set and leaves the score, and of completeness nobody stated."""
    bare = [each for each in rates if (each.measure, each.collection_type) not in known]
    few = [each for each in rates if each not in bare and not each.enough_cases]
    untold = [
        each for each in rates
        if not each.says_completeness and each.collection_type not in (SURVEY, CLAIMS)
    ]  # fmt: skip
    taken = [
        f"Which share of the eligible was reported is not said, taken as enough: {_named(untold)}; "
        "say it (data_completeness in the list, --data-completeness of a run): short of it a "
        "measure has no points."
    ] if untold else []  # fmt: skip
    return taken + [
        f"{why}, not scored: {_named(names)}."
        for why, names in (("Without a benchmark", bare), ("With too few cases", few))
        if names
    ]
