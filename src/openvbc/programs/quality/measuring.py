"""Compute clinical measures on a clinical store: populations, rates, people without what they need.

::

    quality = measure(store, shipped_measures(), 2026, value_sets, folder, engine)
    quality.rates[0].rate          # numerator over denominator less exclusions and exceptions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.clinical.store import ClinicalStore
from openvbc.clinical.value_sets import ValueSets
from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline, Progress, StepResult
from openvbc.engine.table import SmallTable
from openvbc.errors import EmptyResult
from openvbc.programs.quality.supplemental import Supplement, describe_people, supplement_of
from openvbc.rules.load import load_rules
from openvbc.steps.quality import PROGRAM, population_step, shared_steps, tables
from openvbc.steps.quality.definition import POPULATIONS, Measure
from openvbc.steps.rule_table import RuleTable


@dataclass(frozen=True)
class Counts:
    """People of a measure's populations; the arithmetic of a proportion."""

    initial_population: int = 0
    denominator: int = 0
    denominator_exclusion: int = 0
    denominator_exception: int = 0
    numerator: int = 0

    @property
    def eligible(self) -> int:
        """The denominator without those left out and those excepted."""
        return self.denominator - self.denominator_exclusion - self.denominator_exception

    @property
    def rate(self) -> Decimal | None:
        """Numerator over those eligible; None where nobody is."""
        return Decimal(self.numerator) / self.eligible if self.eligible else None


@dataclass(frozen=True)
class MeasureRate:
    """A measure that was computed, for everybody and by practice."""

    measure: Measure
    counts: Counts
    by_practice: Mapping[str, Counts]
    supplement: Supplement
    """The populations by sex, race, ethnicity and payer."""

    @property
    def gaps(self) -> int:
        """People eligible for whom the wanted result is not there."""
        return self.gaps_of(self.counts)

    def gaps_of(self, counts: Counts) -> int:
        """As `gaps`, of a practice's people."""
        return counts.numerator if self.measure.is_inverse else counts.eligible - counts.numerator


@dataclass(frozen=True)
class NotComputed:
    """A measure that was not, and the value sets it lacks."""

    measure: Measure
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """What was computed in a year."""

    year: int
    rates: Sequence[MeasureRate]
    not_computed: Sequence[NotComputed]
    results: Mapping[str, StepResult]
    small: Sequence[RuleTable]


def measure(
    store: ClinicalStore,
    measures: Sequence[Measure],
    year: int,
    value_sets: ValueSets,
    folder: Path,
    engine: Engine,
    progress: Callable[[Progress], None] | None = None,
) -> Measured:
    """Compute every measure whose value sets are there.

    Args:
        store: the charts.
        measures: which measures.
        year: calendar year that is measured.
        value_sets: the user's value sets.
        folder: where the tables of the steps go.
        engine: what runs them.
        progress: told of each step.

    Raises:
        ParameterMissing: a measure's numbers are not known for the year.
        EmptyResult: no measure has its value sets.
    """
    lacking = {m.number: missing_sets(m, value_sets) for m in measures}
    computed = [m for m in measures if not lacking[m.number]]
    not_computed = [NotComputed(m, lacking[m.number]) for m in measures if lacking[m.number]]
    if not computed:
        raise EmptyResult(
            "no measure can be computed",
            rule="; ".join(
                f"measure {each.measure.number} lacks {', '.join(each.missing[:3])}"
                for each in not_computed
            ),
            action="load the value sets the measures name, under your own licence",
            code="VBC-6902",
        )
    small = tables(computed, load_rules(PROGRAM), year, value_sets.codes)
    steps = [step for m in computed for step in (m.step, population_step(m))]
    wanted = [f"{m.step.name}_population" for m in computed]
    pipeline = Pipeline([*shared_steps(), *steps]).needed_for(wanted)
    sources = [table for table in store.tables() if table.name in pipeline.sources]
    made = pipeline.run(engine, sources, [each.table for each in small], folder, progress)
    for name in ("patient", "coding", "concept"):
        engine.register(name, store.tables((name,))[0].parts)
    populations = [made[name] for name in wanted]
    _tell_of_people(engine, populations)
    rates = [
        _rate(m, population, engine) for m, population in zip(computed, populations, strict=True)
    ]
    for name in ("described", "placed", "counted"):
        engine.drop(name)
    return Measured(year, rates, not_computed, made, small)


def _tell_of_people(engine: Engine, populations: Sequence[StepResult]) -> None:
    """Make what the charts say of everybody in any population readable, once for all measures."""
    for each in populations:
        engine.register(each.step.name, each.table.parts)
    people = [f"select person_id from {each.step.name}" for each in populations]
    engine.define("counted", " union ".join(people), held=True)
    engine.define(
        "placed",
        "select distinct p.person_id, p.practice from patient p "
        "join counted n on n.person_id = p.person_id",
        held=True,
    )
    describe_people(engine)


def missing_sets(measure: Measure, value_sets: ValueSets) -> tuple[str, ...]:
    """The value sets a measure names and nobody gave, by name and OID."""
    return tuple(
        f"{name} ({oid})"
        for name, oid in measure.value_sets.items()
        if not value_sets.codes.get(oid)
    )


def _rate(measure: Measure, made: StepResult, engine: Engine) -> MeasureRate:
    engine.register("population", made.table.parts)
    sums = ", ".join(
        f"cast(sum(case when {name} then 1 else 0 end) as bigint) as {name}"
        for name in POPULATIONS[1:]
    )
    everybody = engine.rows(f"select count(*) as initial_population, {sums} from population")[0]
    rows = engine.rows(
        f"select practice, count(*) as initial_population, {sums} from population p "
        "join placed on placed.person_id = p.person_id "
        "group by practice order by practice"
    )
    by_practice = {row.pop("practice"): _counts(row) for row in rows}
    return MeasureRate(measure, _counts(everybody), by_practice, supplement_of(engine))


def _counts(row: Mapping[str, int | None]) -> Counts:
    return Counts(**{name: int(value or 0) for name, value in row.items()})


def small_table(measured: Measured, name: str) -> SmallTable:
    """A small table the steps were given."""
    return next(each.table for each in measured.small if each.table.name == name)
