"""A person's risk scores in a run: what each year's score is made of, and from which claims."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.table import SmallTable
from openvbc.programs.explanation import Field, Heading, Part, Sentence, SmallGrid
from openvbc.programs.risk.explain import REASONS, RESULTS, ScoreExplanation, explained
from openvbc.run import RULE_TABLES, Run
from openvbc.steps.risk.claims import claim_tables
from openvbc.steps.risk.steps import source_steps
from openvbc.steps.risk.tables import Scoring, fact_tables

Row = Mapping[str, Any]
TABLES = (*RESULTS, "scored_person", "counted_diagnosis", "computed_risk_score", "withdrawn_claim")
"""Tables of the run that must be registered in the engine."""
STORE_TABLES = ("diagnosis", "professional_line", "institutional_claim", "institutional_line")
"""Tables of the claim store, for where diagnoses came from."""


@dataclass(frozen=True)
class YearScore:
    """One person's score for a calendar year and enrollment type."""

    calendar_year: int
    enrollment_type: str
    models: tuple[ScoreExplanation, ...]
    multipliers: Mapping[str, Decimal]
    """What each model's raw score is multiplied with: its weight over the population's mean."""
    risk_score: Decimal | None
    demographic_score: Decimal | None
    sources: tuple[Row, ...]
    """Rows of ``diagnosis_source``: diagnoses with claim, date and why the claim counts; empty when
    the store is no longer there."""


def explain_scores(
    engine: DuckDBEngine,
    people: Sequence[str],
    scorings: Sequence[Scoring],
    renormalization: Sequence[Row],
    store: Mapping[str, Sequence[Path]] | None,
) -> list[YearScore]:
    """Explain every computed score of a person.

    Args:
        engine: holds :data:`TABLES` of the run.
        people: the person's identifiers in the run.
        scorings: models and years of the run (its rule table ``scoring``).
        renormalization: rows of its rule table ``renormalization``.
        store: files of :data:`STORE_TABLES`, or None when the store is gone.
    """
    engine.register_rows("asked_person", {"person_id": "string"}, [(p,) for p in people])
    mine = "in (select person_id from asked_person)"
    diagnoses: dict[int, list[str]] = {}
    for row in engine.rows(f"select * from counted_diagnosis where person_id {mine}"):
        diagnoses.setdefault(row["payment_year"], []).append(row["diagnosis_code"])
    sources = _sources(engine, scorings, people, store) if store else []
    final = {
        (r["calendar_year"], r["enrollment_type"]): r
        for r in engine.rows(f"select * from computed_risk_score where person_id {mine}")
    }
    year_scores = []
    keys = engine.rows(
        "select person_id, payment_year, enrollment_type from scored_person "
        f"where beneficiary_id {mine} order by payment_year, enrollment_type"
    )
    for key in keys:
        year, kind = key["payment_year"], key["enrollment_type"]
        multipliers = {
            str(r["model"]): Decimal(str(r["multiplier"]))
            for r in renormalization
            if int(r["payment_year"]) == year and r["enrollment_type"] == kind and r["multiplier"]
        }
        models = explained(
            engine,
            [s for s in scorings if s.payment_year == year and s.model in multipliers],
            key["person_id"],
            diagnoses,
        )
        score = final.get((year, kind), {})
        year_scores.append(
            YearScore(
                year,
                kind,
                tuple(models),
                multipliers,
                score.get("risk_score"),
                score.get("demographic_score"),
                tuple(s for s in sources if s["payment_year"] == year),
            )
        )
    return year_scores


def _sources(
    engine: DuckDBEngine,
    scorings: Sequence[Scoring],
    people: Sequence[str],
    store: Mapping[str, Sequence[Path]],
) -> list[dict[str, Any]]:
    """Rows of ``diagnosis_source`` of the asked person, from the claim store."""
    for name, files in store.items():
        engine.register_people(name, files, people)
    small: list[SmallTable] = [
        table for table in fact_tables(scorings) if table.name == "diagnosis_map"
    ]
    small += claim_tables(scorings, {})
    for table in small:
        engine.register_small(table)
    (step,) = source_steps()
    rows = engine.rows(step.sql)
    rows.sort(key=lambda r: (r["payment_year"], r["diagnosis_code"], r["service_date"]))
    return rows


CLAIMS_SHOWN = 3
"""Claims shown for each diagnosis, those that count first."""
_SOURCES = [
    Field("diagnosis", whole=True), Field("date", "date", True), Field("claim"), Field("counts"),
    Field("why"),
]  # fmt: skip
_TERMS = [
    Field("", whole=True), Field("variable", whole=True), Field("meaning"), Field("factor", "text")
]  # fmt: skip


def person_scores(
    engine: DuckDBEngine, run: Run, people: Sequence[str], year: int | None = None
) -> list[Part]:
    """How each risk score of a person came about; nothing if the run computed none."""
    names = ("scoring", "renormalization")
    given = all(f"{RULE_TABLES}/{name}.csv" in run.manifest.outputs for name in names)
    if "computed_risk_score" not in run.tables or not given:
        return []
    needed = [run.rule_table(name) for name in names]
    run.register(engine, *(name for name in TABLES if name in run.tables))
    with needed[0].open(encoding="utf-8", newline="") as file:
        scorings = [Scoring(r["model"], int(r["payment_year"])) for r in csv.DictReader(file)]
    with needed[1].open(encoding="utf-8", newline="") as file:
        renormalization = list(csv.DictReader(file))
    store = StoreReport.load(run.store) if run.store else None
    files = {name: store.checked_parts(name) for name in STORE_TABLES} if store else None
    return [
        part
        for score in explain_scores(engine, people, scorings, renormalization, files)
        if year is None or score.calendar_year == year
        for part in _parts(score)
    ]


def _parts(score: YearScore) -> list[Part]:
    kind = score.enrollment_type.lower().replace("_", " ")
    total = "none" if score.risk_score is None else f"{score.risk_score:.4f}"
    parts: list[Part] = [Heading(f"Risk score {score.calendar_year}", f"{kind}: {total}")]
    if score.sources:
        title = f"Diagnoses of {score.calendar_year - 1} that a model knows"
        parts.append(SmallGrid(title, _SOURCES, _source_rows(score.sources)))
    for model in score.models:
        title = f"{model.model}, segment {model.segment}, age {model.age}"
        rows = _term_rows(model, score.multipliers[model.model])
        parts.append(SmallGrid(title, _TERMS, rows, has_total=True))
        parts += [
            Sentence(f"HCC{condition.hcc} from {', '.join(condition.diagnoses)}")
            for condition in model.conditions
        ]
    return parts


def _source_rows(sources: Sequence[Row]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for code, code_rows in groupby(sources, key=lambda row: str(row["diagnosis_code"])):
        claims = sorted(code_rows, key=lambda row: (not row["counts"], row["service_date"]))
        for row in claims[:CLAIMS_SHOWN]:
            counts = "yes" if row["counts"] else "no"
            reason = REASONS[row["reason"]]
            rows.append([code, row["service_date"], row["claim_id"], counts, reason])
        if len(claims) > CLAIMS_SHOWN:
            more = sum(1 for row in claims[CLAIMS_SHOWN:] if row["counts"])
            rest = len(claims) - CLAIMS_SHOWN - more
            words = f"{more} more that count, {rest} that do not"
            rows.append([code, None, "", "", words])
    return rows


def _term_rows(model: ScoreExplanation, multiplier: Decimal) -> list[list[str]]:
    rows = [[t.kind, t.variable, t.label, f"{t.coefficient:.3f}"] for t in model.terms]
    rows += [
        ["hierarchy", f"HCC{c.hcc}", c.label, f"dropped by HCC{c.dropped_by}"]
        for c in model.conditions
        if c.dropped_by is not None
    ]
    rows.append(["raw score", "", "", f"{model.raw_score:.3f}"])
    weighed = f"{model.raw_score * multiplier:.4f}"
    rows.append(
        [
            "renormalized and weighed",
            f"x {multiplier:.6f}",
            "weight of the model / mean of the reference population",
            weighed,
        ]
    )
    return rows
