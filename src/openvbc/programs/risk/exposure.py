"""What is not coded, and what it is worth: gaps, their value by full rescoring, and dollars.

A gap is a chronic condition coded in one of the two years before and not this year (recapture), or
a condition that drugs or other diagnoses suggest (suspect). Its value is the change of the whole
renormalized score when the diagnosis is added and everything is computed again: mapping, edits,
hierarchies, interactions, counts, in every model of the year. It may be negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline, Progress, StepResult
from openvbc.engine.quoting import literal
from openvbc.engine.table import Table, Value
from openvbc.errors import InputError
from openvbc.programs.risk.explain import labels
from openvbc.programs.risk.shared_savings import ComputedScores, Weights
from openvbc.steps.risk.gaps import gap_tables
from openvbc.steps.risk.steps import closing_steps, exposure_steps, risk_steps
from openvbc.steps.risk.tables import Scoring, fact_tables
from openvbc.steps.rule_table import Doubt

Row = dict[str, Any]
ALL = "ALL"


@dataclass(frozen=True)
class Exposure:
    """The gaps of a payment year among the assigned people, with what closing them would change."""

    payment_year: int
    period: str
    gaps: list[Row]
    """One row an open gap: person_id, enrollment_type, gap, kind (RECAPTURE or SUSPECT),
    diagnosis_code, rule, last_year, evidence_claim, value (change of the renormalized score)."""
    states: list[Row]
    """kind, state, count: how many gaps there were and what became of them."""
    by_diagnosis: list[Row]
    """kind, diagnosis_code, condition (its label in the year's models), gaps, mean_value: what is
    open most, and worth most."""
    by_condition: list[Row]
    """kind, condition (its label in the year's models), gaps, people, mean_value, total_value."""
    by_type: list[Row]
    """enrollment_type, people, person_months, score_times_months, closed_times_months: the sums of
    the mean score of the assigned people as it is, and with every gap closed."""
    doubts: tuple[Doubt, ...]


def find_exposure(
    engine: Engine,
    store: Iterable[Table],
    results: Mapping[str, StepResult],
    computed: ComputedScores,
    *,
    payment_year: int,
    period: str,
    folder: Path,
    progress: Callable[[Progress], None] | None = None,
) -> Exposure:
    """Find the gaps of a payment year and value each by scoring the person again.

    Args:
        engine: where the steps run.
        store: tables of the claim store.
        results: results of the run's steps (assignment, months, scores).
        computed: the scores of the run.
        payment_year: a year the run scored, with at least one year scored before it.
        period: the period of that year.
        folder: where the tables go; steps whose inputs did not change are kept.
        progress: told what runs.

    Raises:
        InputError: the year was not scored, or no year before it was.
    """
    if payment_year not in computed.weights or payment_year - 1 not in computed.weights:
        raise InputError(
            f"gaps of {payment_year} need the scores of {payment_year - 1} and {payment_year}",
            rule="a gap is what was coded in an earlier year and not in this one",
            action="deliver claims of the years before, or ask for a later year",
            code="VBC-1065",
        )
    scorings = [Scoring(m, y) for y, w in computed.weights.items() for m in w.models]
    rules = gap_tables(scorings, payment_year, period)
    small = [*fact_tables(scorings), *computed.small, *(rule.table for rule in rules)]
    unique = list({table.name: table for table in small}.values())
    sources = [t for t in store if t.name in ("diagnosis", "pharmacy_claim")]
    made = {**results, **computed.results}
    sources += [
        made[name].table
        for name in ("risk_condition", "risk_raw_score", "scored_person", "scored_diagnosis",
                     "counted_diagnosis", "population")
    ]  # fmt: skip
    steps = Pipeline([*exposure_steps(), *closing_steps()])
    gap_results = steps.run(engine, sources, unique, folder, progress)
    again = Pipeline(risk_steps()).run(
        engine,
        [
            _renamed(gap_results["closing_person"].table, "scored_person"),
            _renamed(gap_results["closing_diagnosis"].table, "scored_diagnosis"),
        ],
        fact_tables([s for s in scorings if s.payment_year == payment_year]),
        folder / "closed",
        progress,
    )
    for name in ("open_gap", "recapture", "suspect", "closing_person"):
        engine.register(name, gap_results[name].table.parts)
    engine.register("closed_score", again["risk_raw_score"].table.parts)
    for name in ("risk_raw_score", "scored_person", "computed_risk_score"):
        engine.register(name, made[name].table.parts)
    for name in ("measured_enrollment", "population"):
        engine.register(name, made[name].table.parts)
    multipliers = next(t for t in computed.small if t.name == "renormalization")
    engine.register_small(multipliers)
    values = _values(engine)
    gaps = [
        {**row, "value": values.get((row["person_id"], row["enrollment_type"], row["gap"]))}
        for row in engine.rows("select * from open_gap")
    ]
    condition = _condition_of(computed.weights[payment_year])
    return Exposure(
        payment_year,
        period,
        gaps,
        engine.rows(
            "select * from ("
            "select 'RECAPTURE' as kind, state, count(*) as count from recapture group by state "
            "union all select 'SUSPECT' as kind, 'OPEN' as state, count(*) as count from suspect"
            ") s order by kind, state"
        ),
        _by_diagnosis(gaps, condition),
        _by_condition(gaps, condition),
        _by_type(engine, values, payment_year, period),
        tuple(doubt for rule in rules for doubt in rule.doubts),
    )


def _renamed(table: Table, name: str) -> Table:
    return replace(table, name=name)


_CHANGE = """
select
  c.beneficiary_id,
  c.enrollment_type,
  c.gap,
  cast(sum((n.raw_score - r.raw_score) * m.multiplier) as decimal(38, 14)) as value
from closing_person c
join closed_score n
  on n.person_id = c.person_id
  and n.payment_year = c.payment_year
join risk_raw_score r
  on r.person_id = c.scored_person_id
  and r.payment_year = c.payment_year
  and r.model = n.model
join renormalization m
  on m.model = n.model
  and m.payment_year = c.payment_year
  and m.enrollment_type = c.enrollment_type
group by c.beneficiary_id, c.enrollment_type, c.gap
"""


def _values(engine: Engine) -> dict[tuple[str, str, str], Decimal]:
    """Change of the renormalized score, by person, type and gap (or ALL)."""
    return {
        (row["beneficiary_id"], row["enrollment_type"], row["gap"]): row["value"]
        for row in engine.rows(_CHANGE)
    }


def _by_diagnosis(gaps: Sequence[Row], condition: Mapping[str, str]) -> list[Row]:
    values_by_diagnosis: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for gap in gaps:
        if gap["value"] is not None:
            values_by_diagnosis[gap["kind"], gap["diagnosis_code"]].append(gap["value"])
    rows = [
        {
            "kind": kind,
            "diagnosis_code": code,
            "condition": condition.get(code, ""),
            "gaps": len(values),
            "mean_value": sum(values, Decimal(0)) / len(values),
        }
        for (kind, code), values in values_by_diagnosis.items()
    ]
    return sorted(rows, key=lambda row: -row["gaps"] * row["mean_value"])


def _condition_of(weights: Weights) -> dict[str, str]:
    """The condition of each diagnosis, named by the heaviest of the year's models that map it."""
    by_weight = sorted(
        (Decimal(str(weight.value)), model)
        for by_model in weights.by_population.values()
        for model, weight in by_model.items()
    )
    condition: dict[str, str] = {}
    for _, model in by_weight:
        names = labels(model)
        for row in _map(Scoring(model, weights.calendar_year)):
            condition[str(row[2])] = names.get(int(str(row[3])), "")
    return condition


def _by_condition(gaps: Sequence[Row], condition: Mapping[str, str]) -> list[Row]:
    """Open gaps by condition; by diagnosis where no model of the year names one."""
    gaps_by_condition: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for gap in gaps:
        if gap["value"] is not None:
            code = gap["diagnosis_code"]
            gaps_by_condition[gap["kind"], condition.get(code) or code].append(gap)
    rows = []
    for (kind, label), own in gaps_by_condition.items():
        total = sum((gap["value"] for gap in own), Decimal(0))
        rows.append(
            {
                "kind": kind,
                "condition": label,
                "gaps": len(own),
                "people": len({gap["person_id"] for gap in own}),
                "mean_value": total / len(own),
                "total_value": total,
            }
        )
    return sorted(rows, key=lambda row: (-row["total_value"], row["kind"], row["condition"]))


def _map(scoring: Scoring) -> Sequence[Sequence[Value]]:
    return next(table.rows for table in fact_tables([scoring]) if table.name == "diagnosis_map")


def _by_type(
    engine: Engine, values: Mapping[tuple[str, str, str], Decimal], year: int, period: str
) -> list[Row]:
    scores = engine.rows(
        "select m.person_id, m.enrollment_type, m.person_months, s.risk_score "
        "from measured_enrollment m "
        "join population q on q.person_id = m.person_id and q.period = m.period "
        "join computed_risk_score s on s.person_id = m.person_id "
        "and s.enrollment_type = m.enrollment_type and s.calendar_year = m.calendar_year "
        f"where q.population = 'ASSIGNED' and m.period = {literal(period)} and m.person_months > 0 "
        f"and m.calendar_year = {year}"
    )
    totals_by_type: dict[str, Row] = {}
    for row in scores:
        kind, months = row["enrollment_type"], row["person_months"]
        change = values.get((row["person_id"], kind, ALL), Decimal(0))
        total = totals_by_type.setdefault(
            kind,
            {
                "enrollment_type": kind,
                "people": 0,
                "person_months": 0,
                "score_times_months": Decimal(0),
                "closed_times_months": Decimal(0),
            },
        )
        total["people"] += 1
        total["person_months"] += months
        total["score_times_months"] += row["risk_score"] * months
        total["closed_times_months"] += (row["risk_score"] + change) * months
    return [totals_by_type[kind] for kind in sorted(totals_by_type)]
