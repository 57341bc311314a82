"""A person's risk scores in a run: what each year's score is made of, and from which claims."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.table import SmallTable
from openvbc.programs.risk.explain import RESULTS, ScoreExplanation, explained
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
    engine: Engine,
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
    sources = _sources(engine, scorings, mine, store) if store else []
    final = {
        (r["calendar_year"], r["enrollment_type"]): r
        for r in engine.rows(f"select * from computed_risk_score where person_id {mine}")
    }
    found = []
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
        found.append(
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
    return found


def _sources(
    engine: Engine,
    scorings: Sequence[Scoring],
    mine: str,
    store: Mapping[str, Sequence[Path]],
) -> list[dict[str, Any]]:
    """Rows of ``diagnosis_source`` of the asked person, from the claim store."""
    with tempfile.TemporaryDirectory() as folder:
        for name, files in store.items():
            engine.register(f"whole_{name}", files)
            own = Path(folder) / f"{name}.parquet"
            engine.materialise(f"select * from whole_{name} where person_id {mine}", own)
            engine.register(name, own)
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
