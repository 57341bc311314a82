"""Measure the people of a Shared Savings contract by period: assignment, months, risk, spending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from openvbc.engine.pipeline import Pipeline, StepResult
from openvbc.engine.quoting import literal
from openvbc.errors import ParameterMissing
from openvbc.programs.claims_program import Lacking, Measured, Workbench
from openvbc.programs.drivers.care_events import avoidable_events
from openvbc.programs.mssp import measures as mssp_measures
from openvbc.programs.mssp.benchmark import Known, sheet_with
from openvbc.programs.mssp.contract import SharedSavingsContract
from openvbc.programs.mssp.periods import PERFORMANCE_YEAR, measurement_periods
from openvbc.programs.risk import shared_savings as risk_scores
from openvbc.programs.risk.shared_savings import ComputedScores
from openvbc.rules.load import RuleSet
from openvbc.steps import attribution, claims, drivers, expenditure, stays
from openvbc.steps.periods import Periods
from openvbc.steps.rule_table import RuleTable

SETTLED = (*mssp_measures.TABLES, "county_expenditure", "completion_triangle")
"""The tables of the steps that a settlement reads."""

BY_PARTICIPANTS = "people are assigned to an organisation by the services of its participants"
"""Why a participant list is needed; where there is none, that nobody is assigned follows."""


@dataclass(frozen=True)
class SharedSavingsGiven:
    """A contract and everything that is not claims: rules, factors, lists."""

    contract: SharedSavingsContract
    rules: RuleSet
    factors: mssp_measures.Factors = field(default_factory=dict)
    times_regional_adjustment_applied: int = 1
    electing_teaching_hospitals: Sequence[str] = ()
    attested_physicians: Sequence[str] = ()
    provider_specialties: Sequence[tuple[str, str]] = ()
    as_of: dt.date | None = None
    known: Known | None = None
    quality_note: str = ""
    """Where the quality score comes from: typed, or computed by which run."""
    """Numbers of the benchmark that are given and not computed."""

    @property
    def periods(self) -> Periods:
        """The benchmark years and the performance year."""
        return measurement_periods(
            self.rules,
            self.contract.performance_year,
            self.contract.agreement_start,
            self.contract.assignment_method,
            self.as_of,
        )

    @property
    def years(self) -> dict[str, int]:
        """Calendar year by period."""
        return {period.period: period.calendar_year for period in self.periods.periods}

    def small_tables(self) -> list[RuleTable]:
        """Periods, parameters and code sets for the steps, with the doubts about them."""
        return [
            *self.periods.tables,
            *attribution.tables(
                self.rules,
                aco_id=self.contract.aco_id,
                performance_year=self.contract.performance_year,
                electing_teaching_hospitals=self.electing_teaching_hospitals,
                attested_physicians=self.attested_physicians,
                provider_specialties=self.provider_specialties,
            ),
            *expenditure.tables(
                self.rules,
                self.periods,
                national_factors=self.factors.get("national_factor", ()),
                complete_without_factor="national_factor" not in self.factors,
            ),
            # No dollar of the settlement rests on these: their doubts are told with the drivers.
            *(RuleTable(each.table, ()) for each in drivers.tables(self.rules)),
        ]


def pipeline() -> Pipeline:
    """Every step of the program, in order."""
    return Pipeline(
        [
            *claims.steps(),
            *stays.steps(),
            *attribution.steps(),
            *expenditure.steps(),
            *drivers.steps(),
        ]
    )


def run_steps(given: SharedSavingsGiven, bench: Workbench) -> Measured:
    """Measure the people of the store, by period, as far as the data go.

    Avoidable encounters of the performance year are found as well, for the drivers of the result.
    """
    measured = _measured(given, bench, pipeline())
    year = next(p for p in given.periods.periods if p.period == PERFORMANCE_YEAR)
    encounters = avoidable_events(bench, year, dict(measured.results))
    return replace(measured, results={**measured.results, **encounters})


def run_settled_steps(given: SharedSavingsGiven, bench: Workbench) -> Measured:
    """The same without what only explains: the tables that a settlement reads."""
    return _measured(given, bench, pipeline().needed_for(SETTLED))


def _measured(given: SharedSavingsGiven, bench: Workbench, steps: Pipeline) -> Measured:
    """Assignment, months, risk and spending.

    Risk scores that were given are used as they are; only without them are they computed. What is
    lacking (participants, scores of a year) is said, and what does not depend on it is measured.
    """
    small = given.small_tables()
    tables = [table.table for table in small]
    doubts = [doubt for table in small for doubt in table.doubts]
    lacking = _no_participants(given, bench)
    if _count(bench, "risk_score"):
        results = steps.run(bench.engine, bench.store, tables, bench.folder, bench.progress)
        note = "Risk scores were given (in a file or in assignment reports) and used as they are."
        return Measured(results, tables, tuple(dict.fromkeys(doubts)), [note], lacking)
    before = pipeline().needed_for(risk_scores.NEEDED)
    made = before.run(bench.engine, bench.store, tables, bench.folder, bench.progress)
    try:
        risk = compute_scores(given, bench, made)
    except ParameterMissing as unknown:
        lacking.append(
            Lacking(
                f"risk scores were not given and cannot be computed: {unknown.what}",
                unknown.rule or "",
                "give inputs.risk_scores, or the parameter in an overlay",
            )
        )
        results = steps.run(bench.engine, bench.store, tables, bench.folder, bench.progress)
        return Measured(results, tables, tuple(dict.fromkeys(doubts)), (), lacking)
    store = list(bench.store)
    if risk.results:
        store = [table for table in store if table.name != "risk_score"] + [risk.as_risk_score()]
    results = steps.run(bench.engine, store, tables, bench.folder, bench.progress)
    fresh = {name: result for name, result in made.items() if not result.kept}
    return Measured(
        {**results, **fresh, **risk.results},
        [*tables, *risk.small],
        tuple(dict.fromkeys([*doubts, *risk.doubts])),
        ["Risk scores were not given; they are computed from the claims.", *risk.notes],
        [*lacking, *_not_scored(risk, given)],
    )


def _no_participants(given: SharedSavingsGiven, bench: Workbench) -> list[Lacking]:
    contract = given.contract
    organisation = literal(contract.aco_id)
    listed = f"aco_id = {organisation} and performance_year = {contract.performance_year}"
    if _count(bench, "participant", listed):
        return []
    return [
        Lacking(
            f"no participant of {contract.aco_id} is known for performance year "
            f"{contract.performance_year}",
            BY_PARTICIPANTS,
            "give the participant list (inputs: participants), with the contract's aco_id and "
            "performance_year; 'vbc check' says which rows were set aside",
        )
    ]


def _not_scored(risk: ComputedScores, given: SharedSavingsGiven) -> list[Lacking]:
    """The years without a score, of those that the benchmark reads scores of."""
    periods = mssp_measures.periods_read(sheet_with(given.known), "risk_score")
    read = {given.years[period] for period in periods}
    absent = [year for year in risk.without_claims if year in read]
    if not absent:
        return []
    years = ", ".join(str(year) for year in absent)
    services = ", ".join(str(year - 1) for year in absent)
    return [
        Lacking(
            f"risk scores of {years} are neither given nor computable",
            f"a score comes from diagnoses of the year before; claims of {services} are missing "
            "from the deliveries, in whole or in some months",
            "deliver the claims of those years, or give inputs.risk_scores",
        )
    ]


def compute_scores(
    given: SharedSavingsGiven, bench: Workbench, made: Mapping[str, StepResult]
) -> ComputedScores:
    """Score the people of the store for the years of the contract, even where scores are given.

    `made` holds the results of the program's steps.
    """
    return risk_scores.compute(
        bench.engine,
        bench.store,
        made,
        agreement_start=given.contract.agreement_start,
        performance_year=given.contract.performance_year,
        known_by={period.calendar_year: period.known_by for period in given.periods.periods},
        folder=bench.folder,
        national_means=given.factors.get("national_risk", ()),
        progress=bench.progress,
    )


def _count(bench: Workbench, name: str, where: str = "true") -> int:
    for table in bench.store:
        if table.name == name:
            bench.engine.register(name, table.parts)
            rows = bench.engine.rows(f"select count(*) as n from {name} where {where}")
            return int(rows[0]["n"])
    return 0
