"""Settle a Shared Savings contract from what its steps measured: benchmark, then settlement.

::

    given = SharedSavingsGiven(contract, rules, ...)
    measured = run_steps(given, bench)                 # openvbc.programs.mssp.measuring
    settled = settle(given, engine, measured)
    settled.settlement          # openvbc.programs.settlement.Settlement, one contract
    settled.benchmark           # every line of the benchmark

While the performance year is not over in the data there is no payment: the settlement then holds
the benchmark alone, and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openvbc.engine.base import Engine
from openvbc.errors import EmptyResult, EngineError
from openvbc.programs.claims_program import Lacking, Measured
from openvbc.programs.mssp import measures as mssp_measures
from openvbc.programs.mssp.benchmark import (
    Benchmark,
    BenchmarkContract,
    compute_benchmark,
    link_benchmark,
    sheet_with,
)
from openvbc.programs.mssp.idle_facts import idle_facts
from openvbc.programs.mssp.measures import Measures
from openvbc.programs.mssp.measuring import BY_PARTICIPANTS, SharedSavingsGiven
from openvbc.programs.mssp.periods import PERFORMANCE_YEAR
from openvbc.programs.mssp.results import PRESENTATION, track_in_words
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

Row = Mapping[str, Any]
ChangedScores = Callable[[Sequence[Row]], Sequence[Row]]

BENCHMARK_ALONE = Presentation(
    headline=("historical_benchmark", "updated_benchmark"), result="updated_benchmark"
)
"""What is shown while the year is not over: no payment, no savings, no totals."""


@dataclass(frozen=True)
class Settled:
    """A contract settled from claims."""

    settlement: Settlement
    benchmark: Benchmark


def settle(
    given: SharedSavingsGiven,
    engine: Engine,
    measured: Measured,
    risk: ChangedScores | None = None,
) -> Settled:
    """Benchmark and settlement of the contract from what was measured.

    `risk` may change the mean risk scores (rows period, enrollment_type, risk_score ...) before
    the benchmark is computed: what would be, were people coded otherwise.

    Raises:
        EmptyResult: what was measured does not suffice; DataMissing: no file given holds a value
            that is needed; ParameterMissing: a rule is not known.
    """
    if lacks := what_lacks(given, engine, measured):
        raise EmptyResult(
            f"the settlement lacks data: {lacks[0].what}",
            rule=lacks[0].rule,
            action=lacks[0].supply,
            code="VBC-6005",
        )
    return settle_measured(given, engine, measured, risk)


def what_lacks(given: SharedSavingsGiven, engine: Engine, measured: Measured) -> list[Lacking]:
    """What the settlement needs and the steps could not measure; the engine learns the tables."""
    _register(engine, measured)
    if any(each.rule == BY_PARTICIPANTS for each in measured.lacking):
        return list(measured.lacking)  # that nobody is assigned follows
    sheet = sheet_with(given.known)
    return [*measured.lacking, *mssp_measures.lacking(engine, given.years, sheet)]


def settle_measured(
    given: SharedSavingsGiven,
    engine: Engine,
    measured: Measured,
    risk: ChangedScores | None = None,
) -> Settled:
    """:func:`settle` where :func:`what_lacks` was asked before and named nothing."""
    measures = mssp_measures.measure(engine, given.factors, given.years)
    if risk is not None:
        scores = risk(measures.tables.risk_scores)
        measures = replace(measures, tables=replace(measures.tables, risk_scores=scores))
    unfinished = _unfinished(given, engine, measured)
    benchmark = _benchmark(given, measures, is_over=not unfinished)
    notes = [
        *unfinished,
        *rule_not_read(given),
        *_known(given),
        *idle_facts(given.contract, given.rules),
        *([given.quality_note] if given.quality_note else []),
        *measures.notes,
        *measured.notes,
        *_gaps_in_factors(given, benchmark),
        *measured.not_confirmed(),
    ]
    if unfinished:
        return Settled(_standing(given, benchmark, notes), benchmark)
    return Settled(_settlement(given, measures, benchmark, notes), benchmark)


def rule_not_read(given: SharedSavingsGiven) -> list[str]:
    """What is said of a year whose own rule was not read."""
    year = given.contract.performance_year
    rule = given.rules.get("rule_not_read", performance_year=year).value
    if rule is None:
        return []
    return [
        f"Performance year {year} follows the regulation as in force on 1 January 2025; what the "
        f"{rule} changed was not read."
    ]


def _known(given: SharedSavingsGiven) -> list[str]:
    """What of the benchmark is given and not computed, said where the result is shown."""
    known = given.known
    if known is None:
        return []
    named = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in known.values.items())
    return [f"Given and not computed ({known.source}): {named}."]


def _register(engine: Engine, measured: Measured) -> None:
    """Make the tables of a run that a settlement reads known to the engine."""
    for name in (*mssp_measures.TABLES, "county_expenditure"):
        if name not in measured.results:
            raise EngineError(f"no step made the table {name}", code="VBC-4006")
        engine.register(name, measured.results[name].table.parts)


def _benchmark(given: SharedSavingsGiven, measures: Measures, *, is_over: bool) -> Benchmark:
    """The contract's benchmark; of a year that is not over without the year's spending."""
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
            code="VBC-6006",
        )
    return compute_benchmark(
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
        measures.tables,
        given.rules,
        is_over=is_over,
        known=given.known,
    )


def _settlement(
    given: SharedSavingsGiven, measures: Measures, benchmark: Benchmark, notes: Sequence[str]
) -> Settlement:
    contract, lines = given.contract, benchmark.evaluation
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
    who = _who(given)
    return Settlement(
        program="mssp",
        title=title(given),
        main=Sheet([who], evaluation, about="safe"),
        presentation=replace(
            PRESENTATION,
            before={"benchmark": ("updated_benchmark", "performance_year_expenditure")},
        ),
        rows_in=1,
        set_aside=benchmark.set_aside,
        details={
            "benchmark": Sheet([who], lines, [contract.aco_id], "small counts"),
            **_counties(who, benchmark),
        },
        notes=notes,
    )


def _standing(given: SharedSavingsGiven, benchmark: Benchmark, notes: Sequence[str]) -> Settlement:
    """The benchmark alone: a year that is not over has no payment to show."""
    who = _who(given)
    return Settlement(
        program="mssp",
        title=f"{title(given)}: the year is not over, NOT A SETTLEMENT",
        main=Sheet([who], benchmark.evaluation, about="small counts"),
        presentation=BENCHMARK_ALONE,
        rows_in=1,
        set_aside=benchmark.set_aside,
        details=_counties(who, benchmark),
        notes=notes,
        is_final=False,
    )


def title(given: SharedSavingsGiven) -> str:
    """Whose result, of which year."""
    contract = given.contract
    return (
        f"Shared Savings Program, {contract.aco_id}, performance year "
        f"{contract.performance_year}, from claims"
    )


def _who(given: SharedSavingsGiven) -> ContractYear:
    contract = given.contract
    return ContractYear(
        contract.aco_id, contract.performance_year, group=track_in_words(contract.track)
    )


def _counties(who: ContractYear, benchmark: Benchmark) -> dict[str, Sheet]:
    if benchmark.counties is None:
        return {}
    rows = benchmark.county_rows
    return {"counties": Sheet([who] * len(rows), benchmark.counties, rows, "small counts")}


def _unfinished(given: SharedSavingsGiven, engine: Engine, measured: Measured) -> list[str]:
    """What to know where the performance year, or its run-out, is not over in the data."""
    year = next(p for p in given.periods.periods if p.period == PERFORMANCE_YEAR)
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
        f"The last payments known are of {known:%B %Y}, before the performance year is over. "
        "Spending of a part of the year is not held against the benchmark of a whole year: there "
        "are no savings and no payment yet. 'vbc track' shows how the year is going."
    ]


def _gaps_in_factors(given: SharedSavingsGiven, benchmark: Benchmark) -> list[str]:
    """What the factor files lack without stopping the benchmark."""
    gaps = []
    if benchmark.set_aside:
        shown = "; ".join(str(row) for row in benchmark.set_aside[:3])
        gaps.append(
            f"DATA ERROR, the regional expenditures lack {len(benchmark.set_aside)} county rows "
            f"without a factor: {shown}."
        )
    if given.contract.agreement_number > 1 and not given.factors.get("prior_savings"):
        gaps.append(
            "No results of earlier years were given (factors/prior_savings.csv): the benchmark "
            "has no prior savings adjustment."
        )
    return gaps
