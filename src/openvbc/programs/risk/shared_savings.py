"""Risk scores for the Shared Savings Program, from the claim store: raw, renormalized, weighed.

A person is scored for a calendar year from the diagnoses of the year before, once for each
enrollment type of the year. Raw scores of a model are divided by their mean over the reference
population of the type (the nation's where its means are given, else the assignable people loaded,
and the notes say so), weighed by the year's blend and added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline, Progress, StepResult
from openvbc.engine.table import SmallTable, Table
from openvbc.enrollment_type import ENROLLMENT_TYPES
from openvbc.rules.load import RuleSet, load_rules
from openvbc.rules.parameter import Parameter
from openvbc.steps.risk import claims as risk_claims
from openvbc.steps.risk import steps as risk_steps
from openvbc.steps.risk import tables as risk_tables
from openvbc.steps.risk.tables import Scoring
from openvbc.steps.rule_table import Doubt, parameter_doubts
from openvbc.worksheets.kernel.worksheet import EXACT

Row = Mapping[str, Any]
NEEDED = ("withdrawn_claim", "population", "measured_enrollment")
"""Tables of the program's other steps that scoring reads."""
MONTHS = 12
"""A year of service is there when every month has diagnoses; part of a year would score too low."""
MULTIPLIER = Decimal("0.00000000000001")


@dataclass(frozen=True)
class Weights:
    """Which models score a calendar year, and with what weight: by population and model."""

    calendar_year: int
    model_year: int
    by_population: Mapping[str, Mapping[str, Parameter]]

    def of(self, enrollment_type: str) -> Mapping[str, Parameter]:
        """The weights that hold for an enrollment type."""
        return self.by_population["ESRD" if enrollment_type == "ESRD" else "other"]

    @property
    def models(self) -> list[str]:
        """Every model of the year."""
        return sorted({m for weights in self.by_population.values() for m in weights})


@dataclass(frozen=True)
class ComputedScores:
    """What scoring made: ``computed_risk_score`` and the tables before it."""

    results: Mapping[str, StepResult]
    small: tuple[SmallTable, ...]
    weights: Mapping[int, Weights]
    """By calendar year that could be scored."""
    without_claims: tuple[int, ...]
    """Calendar years that could not: the store lacks diagnoses of some month of the year before."""
    doubts: tuple[Doubt, ...]
    notes: tuple[str, ...]

    def as_risk_score(self) -> Table:
        """The computed scores as the table ``risk_score``, of the years that could be scored."""
        made = self.results["computed_risk_score"].table
        return replace(made, name="risk_score")


def weights(
    rules: RuleSet, agreement_start: dt.date, performance_year: int, years: Iterable[int]
) -> dict[int, Weights]:
    """The models and weights of each calendar year of a contract.

    Raises:
        ParameterMissing: the model of a year is not known.
    """
    weights_by_year = {}
    for year in years:
        own = rules.get("hcc_model_year", agreement_start=agreement_start).value
        model_year = year if own == "calendar year" else performance_year
        weights_by_year[year] = Weights(
            year,
            model_year,
            {
                population: _weights(rules, model_year, population)
                for population in ("ESRD", "other")
            },
        )
    return weights_by_year


def _weights(rules: RuleSet, model_year: int, population: str) -> dict[str, Parameter]:
    asked = {"model_year": model_year, "population": population}
    parameters = {
        model: parameter
        for parameter in rules.in_force(**asked)
        if parameter.name == "shared_savings_model_weight"
        for model in parameter.applies["model"].values or ()
    }
    if not parameters:  # stops, naming what is missing
        rules.get("shared_savings_model_weight", **asked, model="any")
    return {str(model): parameter for model, parameter in parameters.items()}


def compute(
    engine: Engine,
    store: Iterable[Table],
    made: Mapping[str, StepResult],
    *,
    agreement_start: dt.date,
    performance_year: int,
    known_by: Mapping[int, dt.date],
    folder: Path,
    national_means: Sequence[Row] = (),
    progress: Callable[[Progress], None] | None = None,
    rules: RuleSet | None = None,
) -> ComputedScores:
    """Score everyone of the store for the calendar years of a contract.

    Args:
        engine: where the steps run.
        store: tables of the claim store.
        made: results of the program's steps, with :data:`NEEDED`.
        agreement_start: decides whose year's models apply.
        performance_year: the performance year.
        known_by: for each calendar year, the day by which a claim must have been known.
        folder: where the tables go.
        national_means: rows with model, calendar_year, enrollment_type, mean_raw_score and
            mean_demographic_score; those missing are taken from the assignable people loaded.
        progress: told what runs.
        rules: the rules ``hcc``, with overlays.
    """
    rules = rules or load_rules("hcc")
    sources = [t for t in store if t.name != "risk_score"]
    sources += [made[name].table for name in NEEDED]
    every = weights(rules, agreement_start, performance_year, sorted(known_by))
    there = _years_with_diagnoses(engine, sources)
    scored = {year: every[year] for year in every if year - 1 in there}
    absent = tuple(year for year in every if year - 1 not in there)
    if not scored:
        return ComputedScores({}, (), {}, absent, (), ())
    scorings = [Scoring(model, year) for year, w in scored.items() for model in w.models]
    status = risk_claims.enrollment_status()
    small = [
        *risk_tables.fact_tables(scorings),
        *risk_claims.claim_tables(scorings, known_by),
        status.table,
    ]
    steps = [
        *risk_steps.diagnosis_steps(),
        *risk_steps.shared_savings_steps(),
        *risk_steps.risk_steps(),
    ]
    results = dict(Pipeline(steps).run(engine, sources, small, folder, progress))
    engine.register("risk_mean", results["risk_mean"].table.parts)
    means = engine.rows("select * from risk_mean")
    table, notes = renormalization(scored, means, national_means)
    small.append(table)
    read = [results[name].table for name in ("risk_raw_score", "scored_person")]
    results |= Pipeline(risk_steps.renormalized_steps()).run(
        engine, read, [table], folder, progress
    )
    used = [p for w in scored.values() for by in w.by_population.values() for p in by.values()]
    used += [rules.get("hcc_model_year", agreement_start=agreement_start)]
    used += [risk_claims.procedure_list(year - 1) for year in scored]
    doubts = (*parameter_doubts(used), *status.doubts)
    return ComputedScores(results, tuple(small), scored, absent, doubts, tuple(notes))


def _years_with_diagnoses(engine: Engine, sources: Iterable[Table]) -> set[int]:
    for table in sources:
        if table.name == "diagnosis":
            engine.register("diagnosis", table.parts)
    rows = engine.rows(
        "select year(claim_end_date) as service_year, "
        "count(distinct month(claim_end_date)) as months from diagnosis "
        "where claim_end_date is not null group by year(claim_end_date)"
    )
    return {int(row["service_year"]) for row in rows if row["months"] == MONTHS}


def renormalization(
    scored: Mapping[int, Weights], loaded: Sequence[Row], national: Sequence[Row]
) -> tuple[SmallTable, list[str]]:
    """What raw scores are multiplied with: the model's weight over the mean of its population.

    Multipliers carry fourteen decimals. A mean comes from `national` where it is there, else from
    `loaded` (rows of ``risk_mean``).
    """
    given = {
        (r["model"], int(r["calendar_year"]), r["enrollment_type"]): (
            Decimal(r["mean_raw_score"]),
            Decimal(r["mean_demographic_score"]),
        )
        for r in national
    }
    own = {}
    with localcontext(EXACT):
        for r in loaded:
            months = Decimal(r["person_months"])
            own[r["model"], r["payment_year"], r["enrollment_type"]] = (
                r["raw_times_months"] / months,
                r["demographic_times_months"] / months,
            )
        rows = []
        from_loaded: set[int] = set()
        for year, weights_of_year in scored.items():
            for kind in ENROLLMENT_TYPES:
                by_model = weights_of_year.of(kind)
                version = "+".join(by_model)
                for model, weight in by_model.items():
                    key = (model, year, kind)
                    mean = given.get(key) or own.get(key)
                    if mean is None:
                        continue  # nobody of the type in the year
                    if key not in given:
                        from_loaded.add(year)
                    value = Decimal(str(weight.value))
                    rows.append(
                        (
                            *key,
                            (value / mean[0]).quantize(MULTIPLIER) if mean[0] else None,
                            (value / mean[1]).quantize(MULTIPLIER) if mean[1] else None,
                            version,
                        )
                    )
    columns = {
        "model": "string",
        "payment_year": "int",
        "enrollment_type": "string",
        "multiplier": "decimal(18,14)",
        "demographic_multiplier": "decimal(18,14)",
        "hcc_version": "string",
    }
    notes = []
    if from_loaded:
        years = ", ".join(str(year) for year in sorted(from_loaded))
        notes.append(
            f"National mean risk scores of {years} were not given, or not for every model and "
            "enrollment type; there scores are renormalized to the assignable people loaded, which "
            "are not the nation. factors/national_risk.csv may give them."
        )
    return SmallTable("renormalization", columns, rows), notes
