"""Quality scores of ACOs under the APM Performance Pathway from rates, benchmarks and a prior year.

::

    scored = score_acos(reported, benchmarks, prior, 2022, rules)
    scored.settlement       # a row an ACO, its measures below; explained like any other

A measure outside the year's set is set aside. One reported in several ways counts by the way that
gives the most points. A measure without a benchmark is not scored; one that is required, has a
benchmark and was not reported has no points, the survey too. What CMS computes from claims is not
the ACO's to report: it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.programs.mips.benchmarks import Benchmark
from openvbc.programs.mips.submissions.counted import point_or_room
from openvbc.programs.mips.submissions.inventory import (
    CLAIMS,
    ELECTRONIC,
    SURVEY_MEASURE,
    SURVEY_PART,
)
from openvbc.programs.mssp.pathway_set import (
    Known,
    ReportedRate,
    ReportedYear,
    by_name,
    caveats,
    counted_as,
    of_the_set,
)
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.performance.mips.quality import BOUNDARIES
from openvbc.worksheets.shared_savings.quality_score import APP_MEASURE, APP_SCORE

PRESENTATION = Presentation(
    headline=("achievement_points", "pathway_achievement", "pathway_improvement",
              "pathway_quality_score"),
    result="pathway_quality_score",
    totals=(),
    distribution="pathway_quality_score",
)  # fmt: skip


def score_acos(
    reported: Sequence[ReportedYear],
    benchmarks: Sequence[Benchmark],
    year: int,
    rules: RuleSet,
    sources: Sequence[Path] = (),
) -> Settlement:
    """Score every ACO in a performance year.

    Args:
        reported: ACOs with their rates, in the unit of the benchmarks.
        benchmarks: of the year, see :func:`openvbc.programs.mips.benchmarks.read_benchmarks`.
        year: performance year.
        rules: rules named ``mips``.
        sources: files the rates came from.
    """
    known = by_name(benchmarks)
    sorted_out = [of_the_set(aco) for aco in reported]
    reported = [
        replace(aco, rates=kept) for aco, (kept, _) in zip(reported, sorted_out, strict=True)
    ]
    aside = [each for _, outside in sorted_out for each in outside]
    rows = [row for at, aco in enumerate(reported) for row in _rows(at, aco, known)]
    given = _inputs(rows, year)
    evaluation = APP_MEASURE.evaluate(given, rules)
    every = evaluation.column("pathway_points")
    best = _best(rows, every)
    kept = [rows[at] for at in best]
    detail = Detail.of(
        APP_MEASURE.evaluate(_inputs(kept, year), rules),
        [row.owner for row in kept],
        [f"{row.measure} ({row.collection_type})" for row in kept],
        len(reported),
    )
    points = detail.evaluation.column("pathway_points")
    main = {
        "performance_year": [year] * len(reported),
        "achievement_points": [_together(points, kept, own) for own in detail.rows],
        "available_points": [Decimal(10) * len({counted_as(kept[at].measure) for at in own})
                             for own in detail.rows],
        "prior_achievement": [aco.prior_achievement for aco in reported],
        "electronic_points": _electronic_points(reported, rows, every, year, rules),
        "measure_bonus": [aco.measure_bonus for aco in reported],
        "health_equity_scaler": [aco.health_equity_scaler for aco in reported],
        "underserved_share": [aco.underserved_share for aco in reported],
    }  # fmt: skip
    who = [ContractYear(aco.aco, year, "", aco.name) for aco in reported]
    owners = [who[row.owner] for row in kept]
    return Settlement(
        program="app-quality",
        title=f"Quality scores, APM Performance Pathway {year}",
        main=Sheet(who, APP_SCORE.evaluate(main, rules)),
        presentation=PRESENTATION,
        rows_in=len(reported) + len(aside),
        set_aside=tuple(aside),
        details={"measures": Sheet(owners, detail.evaluation, detail.items)},
        sources=tuple(sources),
        notes=tuple(
            dict.fromkeys(
                note
                for aco in reported
                for note in (*aco.notes, *_left_out(aco, known), *caveats(aco.rates, known))
            )
        ),
    )


def _electronic_points(
    reported: Sequence[ReportedYear], rows: Sequence[_Row], points: Any, year: int, rules: RuleSet
) -> list[Decimal]:
    """Points for the electronic measures of each ACO that pass the gates of cases and completeness.

    Whether the measure counts by its electronic way or by another, its room is that of the
    electronic one; one without a benchmark has earned nothing.
    """
    each = rules.get("complex_organization_points", performance_year=year).value
    if each is None:
        return [Decimal(0)] * len(reported)
    earned: dict[tuple[int, str], Decimal] = {}
    for row, row_points in zip(rows, points, strict=True):
        if row.collection_type == ELECTRONIC:
            key = (row.owner, row.measure)
            earned[key] = max(row_points, earned.get(key, Decimal(0)))
    return [
        sum(
            (
                point_or_room(earned.get((owner, measure), Decimal(0)), Decimal(str(each)))
                for measure in _electronic_measures(aco.rates)
            ),
            Decimal(0),
        )
        for owner, aco in enumerate(reported)
    ]


def _electronic_measures(rates: Sequence[ReportedRate]) -> set[str]:
    return {
        rate.measure
        for rate in rates
        if rate.collection_type == ELECTRONIC and rate.data_complete and rate.enough_cases
    }


def prior_achievements(
    reported: Sequence[ReportedYear], benchmarks: Sequence[Benchmark], year: int, rules: RuleSet
) -> dict[str, Decimal]:
    """The achievement of each ACO in `year`, which improvement in the year after starts from."""
    moved = rules.get("prior_measure_one_decile_up", performance_year=year + 1).value
    as_prior = [_one_decile_up(each) if each.measure == moved else each for each in benchmarks]
    sheet = score_acos(reported, as_prior, year, rules).main
    values = sheet.evaluation.column("pathway_achievement")
    return {
        contract.identifier: value
        for contract, value in zip(sheet.contracts, values, strict=True)
        if value == value
    }


def _one_decile_up(benchmark: Benchmark) -> Benchmark:
    """The benchmark with each decile beginning where the one before began."""
    begins = (None, benchmark.worst_end, *benchmark.boundaries[1:9])
    return replace(benchmark, boundaries=begins)


def with_prior(
    reported: Sequence[ReportedYear], prior: Mapping[str, Decimal]
) -> list[ReportedYear]:
    """The same ACOs with the achievement of the year before, where there is one."""
    return [replace(aco, prior_achievement=prior.get(aco.aco)) for aco in reported]


@dataclass(frozen=True)
class _Row:
    owner: int
    measure: str
    collection_type: str
    rate: Decimal | None
    data_complete: bool
    benchmark: Benchmark
    cases: int | None = None


def _rows(owner: int, aco: ReportedYear, known: Known) -> list[_Row]:
    """A row a measure that is scored: with a benchmark and enough cases, or required and absent."""
    rows = []
    for given in aco.rates:
        benchmark = known.get((given.measure, given.collection_type))
        if benchmark is not None and given.enough_cases:
            rows.append(
                _Row(
                    owner, given.measure, given.collection_type, given.rate, given.data_complete,
                    benchmark, given.cases,
                )
            )  # fmt: skip
    for measure in _absent(aco.rates, aco.required):
        ways = _benchmarks_of(measure, known)
        own = [ways[kind] for kind in ways if kind != CLAIMS and aco.takes(kind)]
        if own:
            rows.append(_Row(owner, measure, "not reported", None, False, own[0]))
    return rows


def _left_out(aco: ReportedYear, known: Known) -> list[str]:
    """A note of each required measure without a rate that CMS alone computes, from claims."""
    absent = _absent(aco.rates, aco.required)
    return [
        f"CMS computes {each} from claims: left out; a rate of it in the list counts."
        for each in absent
        if set(_benchmarks_of(each, known)) == {CLAIMS}
    ]


def _absent(rates: Sequence[ReportedRate], required: Sequence[str]) -> list[str]:
    there = {counted_as(rate.measure) for rate in rates}
    return [measure for measure in required if measure not in there]


def _benchmarks_of(measure: str, known: Known) -> dict[str, Benchmark]:
    """Collection types of a measure with a benchmark; the survey's are its summary measures'."""
    return {
        kind: benchmark
        for (name, kind), benchmark in known.items()
        if name == measure or (measure == SURVEY_MEASURE and name.startswith(SURVEY_PART))
    }


def _inputs(rows: Sequence[_Row], year: int) -> dict[str, Any]:
    given: dict[str, Any] = {
        "performance_year": [year] * len(rows),
        "performance_rate": [row.rate for row in rows],
        "lower_is_better": [row.benchmark.lower_is_better for row in rows],
        "data_complete": [row.data_complete for row in rows],
        "eligible_cases": [row.cases or None for row in rows],
    }
    for decile, name in enumerate(BOUNDARIES):
        given[name] = [row.benchmark.boundaries[decile] for row in rows]
    return given


def _best(rows: Sequence[_Row], points: Any) -> list[int]:
    """Of several ways of reporting a measure the one with the most points, the first of equals."""
    best: dict[tuple[int, str], int] = {}
    for at, row in enumerate(rows):
        key = (row.owner, row.measure)
        if key not in best or points[at] > points[best[key]]:
            best[key] = at
    return sorted(best.values())


def _together(points: Any, rows: Sequence[_Row], own: Sequence[int]) -> Decimal:
    """Points of an ACO's measures; the survey's are the mean of its summary measures."""
    survey = [points[at] for at in own if counted_as(rows[at].measure) == SURVEY_MEASURE]
    others = [points[at] for at in own if counted_as(rows[at].measure) != SURVEY_MEASURE]
    mean = sum(survey, Decimal(0)) / len(survey) if survey else Decimal(0)
    return sum(others, Decimal(0)) + mean
