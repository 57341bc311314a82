"""The Shared Savings Program from raw claims: the steps that measure, the worksheets that settle.

::

    given = ClaimsContract(contract, rules, ...)
    measured = run_steps(given, engine, store_tables, folder / "tables")
    settled = settle(given, engine, measured)
    settled.settlement          # openvbc.programs.settlement.Settlement, one contract
    settled.benchmark           # every line of the benchmark
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline, Progress, StepResult
from openvbc.engine.table import SmallTable, Table
from openvbc.errors import EmptyResult, EngineError, InputError
from openvbc.programs.mssp import measures as mssp_measures
from openvbc.programs.mssp.benchmark import (
    Benchmark,
    BenchmarkContract,
    compute_benchmark,
    link_benchmark,
)
from openvbc.programs.mssp.contract import SharedSavingsContract
from openvbc.programs.mssp.results import PRESENTATION
from openvbc.programs.risk import shared_savings as risk_scores
from openvbc.programs.risk.shared_savings import ComputedScores
from openvbc.programs.settlement import Contract, Settlement, Sheet
from openvbc.rules.load import RuleSet
from openvbc.steps import attribution, claims, expenditure
from openvbc.steps.periods import Periods, measurement_periods
from openvbc.steps.rule_table import Doubt, RuleTable
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS


@dataclass(frozen=True)
class ClaimsContract:
    """A contract and everything that is not claims: rules, factors, lists."""

    contract: SharedSavingsContract
    rules: RuleSet
    factors: mssp_measures.Factors = field(default_factory=dict)
    times_regional_adjustment_applied: int = 1
    electing_teaching_hospitals: Sequence[str] = ()
    provider_specialties: Sequence[tuple[str, str]] = ()
    as_of: dt.date | None = None

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
                provider_specialties=self.provider_specialties,
            ),
            *expenditure.tables(
                self.rules,
                self.periods,
                national_factors=self.factors.get("national_factor", ()),
                complete_without_factor="national_factor" not in self.factors,
            ),
        ]


@dataclass(frozen=True)
class Measured:
    """What the steps made, and which of the rules they used are not confirmed."""

    results: Mapping[str, StepResult]
    small: Sequence[SmallTable]
    doubts: Sequence[Doubt]
    notes: Sequence[str] = ()
    """About the risk scores: computed or given, and from what."""


@dataclass(frozen=True)
class Settled:
    """A contract settled from claims."""

    settlement: Settlement
    benchmark: Benchmark

    def with_notes(self, notes: Sequence[str]) -> Settled:
        """The same, with `notes` on the data before its own."""
        told = replace(self.settlement, notes=[*notes, *self.settlement.notes])
        return replace(self, settlement=told)


def pipeline() -> Pipeline:
    """Every step of the program, in order."""
    return Pipeline([*claims.steps(), *attribution.steps(), *expenditure.steps()])


def run_steps(
    given: ClaimsContract,
    engine: Engine,
    store: Iterable[Table],
    folder: Path,
    progress: Callable[[Progress], None] | None = None,
) -> Measured:
    """Measure the people of the store: assignment, months, risk, spending, by period.

    Risk scores that were given are used as they are; only without them are they computed.

    Raises:
        InputError: the participant list names nobody of the contract, or risk scores of a year are
            neither given nor computable.
    """
    small = given.small_tables()
    tables = [table.table for table in small]
    doubts = [doubt for table in small for doubt in table.doubts]
    sources = list(store)
    contract = given.contract
    listed = f"aco_id = '{contract.aco_id}' and performance_year = {contract.performance_year}"
    if not _rows(engine, sources, "participant", listed):
        raise InputError(
            f"no participant of {contract.aco_id} is known for performance year "
            f"{contract.performance_year}",
            rule="people are assigned to an organisation by the services of its participants",
            action="give the participant list (inputs: participants), with the contract's aco_id "
            "and performance_year; 'vbc check' says which rows were set aside",
            code="VBC-123",
        )
    if _rows(engine, sources, "risk_score"):
        results = pipeline().run(engine, sources, tables, folder, progress)
        note = "Risk scores were given (in a file or in assignment reports) and used as they are."
        return Measured(results, tables, tuple(dict.fromkeys(doubts)), [note])
    before = pipeline().needed_for(risk_scores.NEEDED)
    made = before.run(engine, sources, tables, folder, progress)
    risk = compute_scores(given, engine, sources, made, folder, progress)
    sources = [table for table in sources if table.name != "risk_score"] + [risk.as_risk_score()]
    results = pipeline().run(engine, sources, tables, folder, progress)
    fresh = {name: result for name, result in made.items() if not result.kept}
    return Measured(
        {**results, **fresh, **risk.results},
        [*tables, *risk.small],
        tuple(dict.fromkeys([*doubts, *risk.doubts])),
        ["Risk scores were not given; they are computed from the claims.", *risk.notes],
    )


def compute_scores(
    given: ClaimsContract,
    engine: Engine,
    store: Iterable[Table],
    made: Mapping[str, StepResult],
    folder: Path,
    progress: Callable[[Progress], None] | None = None,
) -> ComputedScores:
    """Score the people of the store for the years of the contract, even where scores are given.

    `made` holds the results of the program's steps.
    """
    return risk_scores.compute(
        engine,
        store,
        made,
        agreement_start=given.contract.agreement_start,
        performance_year=given.contract.performance_year,
        known_by={period.calendar_year: period.known_by for period in given.periods.periods},
        folder=folder,
        national_means=given.factors.get("national_risk", ()),
        progress=progress,
    )


def _rows(engine: Engine, sources: Iterable[Table], name: str, where: str = "true") -> int:
    for table in sources:
        if table.name == name:
            engine.register(name, table.parts)
            return int(engine.rows(f"select count(*) as n from {name} where {where}")[0]["n"])
    return 0


def settle(
    given: ClaimsContract,
    engine: Engine,
    measured: Measured,
    risk: Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]] | None = None,
) -> Settled:
    """Benchmark and settlement of the contract from what was measured.

    `risk` may change the mean risk scores (rows period, enrollment_type, risk_score ...) before
    the benchmark is computed: what would be, were people coded otherwise.
    """
    for name in (*mssp_measures.TABLES, "county_expenditure"):
        if name not in measured.results:
            raise EngineError(f"no step made the table {name}", code="VBC-404")
        engine.register(name, measured.results[name].table.parts)
    measures = mssp_measures.measure(engine, given.factors, given.years)
    tables = measures.tables
    if risk is not None:
        tables = replace(tables, risk_scores=risk(tables.risk_scores))
    contract = given.contract
    first = SHARED_SAVINGS.evaluate(
        {
            **contract.settlement_inputs(),
            "assigned_beneficiaries": measures.assigned_beneficiaries,
            "updated_benchmark_expenditures": None,
            "performance_year_expenditures": None,
        },
        given.rules,
    )
    if first.refused:
        raise first.refused[0]
    two_sided = first.value("risk_model") == "two-sided"
    if two_sided and first.value("minimum_savings_rate") is None:
        raise EmptyResult(
            f"no minimum savings rate is defined for the {measures.assigned_beneficiaries} people "
            "assigned in the performance year",
            rule="42 CFR 425.605(b), 425.610(b)",
            action="see 'vbc check'; are the claims and the participant list of the performance "
            "year among the inputs?",
        )
    benchmark = compute_benchmark(
        BenchmarkContract(
            identifier=contract.aco_id,
            performance_year=contract.performance_year,
            agreement_start=contract.agreement_start,
            agreement_number=contract.agreement_number,
            times_regional_adjustment_applied=given.times_regional_adjustment_applied,
            two_sided=two_sided,
            minimum_loss_rate=first.value("minimum_savings_rate") if two_sided else None,
            prior_agreement_savings=contract.prior_agreement_savings,
            prior_agreement_person_years=contract.prior_agreement_person_years,
        ),
        tables,
        given.rules,
    )
    lines = benchmark.evaluation
    inputs: dict[str, Any] = {
        **contract.settlement_inputs(),
        "assigned_beneficiaries": measures.assigned_beneficiaries,
        "updated_benchmark_expenditures": lines.value("total_benchmark"),
        "performance_year_expenditures": lines.value("total_expenditures"),
        "guardrail_applied": lines.value("guardrail_applied"),
    }
    evaluation = SHARED_SAVINGS.evaluate(inputs, given.rules)
    if evaluation.refused:
        raise evaluation.refused[0]
    link_benchmark(evaluation, lines, contract.aco_id)
    who = Contract(contract.aco_id, contract.performance_year, group=contract.track)
    details = {"benchmark": Sheet([who], lines, [contract.aco_id])}
    if benchmark.counties is not None:
        rows = benchmark.county_rows
        details["counties"] = Sheet([who] * len(rows), benchmark.counties, rows)
    unfinished = _unfinished(given, engine, measured)
    notes = [
        *unfinished,
        *measures.notes,
        *measured.notes,
        *_gaps_in_factors(given, benchmark),
        *_doubts_in_words(measured.doubts),
    ]
    settlement = Settlement(
        program="mssp",
        title=f"Shared Savings Program, {contract.aco_id}, performance year "
        f"{contract.performance_year}, from claims" + (": NOT A SETTLEMENT" if unfinished else ""),
        main=Sheet([who], evaluation),
        presentation=PRESENTATION,
        rows_in=1,
        set_aside=benchmark.set_aside,
        details=details,
        notes=notes,
    )
    return Settled(settlement, benchmark)


def _unfinished(given: ClaimsContract, engine: Engine, measured: Measured) -> list[str]:
    """What to know where the performance year, or its run-out, is not over in the data."""
    year = next(p for p in given.periods.periods if p.period == "PY")
    engine.register("completion_triangle", measured.results["completion_triangle"].table.parts)
    last = engine.rows(
        "select max(year(incurred_month) * 12 + month(incurred_month) - 1 + age) as month "
        "from completion_triangle"
    )[0]["month"]
    if last is None:
        return ["No payment of an assigned person is known: nothing here is a settlement."]
    known = min(year.known_by, dt.date(last // 12, last % 12 + 1, 28))
    if known > year.year_end:
        return []
    return [
        f"The last payments known are of {known:%B %Y}, before the performance year is over. The "
        "expenditures are of the year so far and the benchmark of the whole year: savings and "
        "payments are NOT what the year will bring. See 'vbc track'."
    ]


def _gaps_in_factors(given: ClaimsContract, benchmark: Benchmark) -> list[str]:
    """What the factor files lack without stopping the benchmark."""
    found = []
    if benchmark.set_aside:
        shown = "; ".join(str(row) for row in benchmark.set_aside[:3])
        found.append(
            f"DATA ERROR, the regional expenditures lack {len(benchmark.set_aside)} county rows "
            f"without a factor: {shown}."
        )
    if given.contract.agreement_number > 1 and not given.factors.get("prior_savings"):
        found.append(
            "No results of earlier years were given (factors/prior_savings.csv): the benchmark "
            "has no prior savings adjustment."
        )
    return found


NOT_CONFIRMED = "Not confirmed: "
"""How a note begins that names a rule the steps used."""


def _doubts_in_words(doubts: Iterable[Doubt]) -> list[str]:
    """One note a rule: its doubtful parts, each with its status and citation."""
    by_name: dict[str, list[str]] = {}
    for doubt in doubts:
        by_name.setdefault(doubt.name, []).append(f"{doubt.detail} {doubt.status} ({doubt.cite})")
    return [f"{NOT_CONFIRMED}{name}: {'; '.join(said)}" for name, said in by_name.items()]
