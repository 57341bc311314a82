"""Why a score is what it is: diagnoses, conditions, hierarchies, interactions, demographics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openvbc.engine.base import Engine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.quoting import literal
from openvbc.engine.scratch import scratch_folder
from openvbc.programs.risk.people import check
from openvbc.programs.risk.rows import Rows
from openvbc.rules.load import load_code_table
from openvbc.steps.risk.steps import risk_steps
from openvbc.steps.risk.tables import Scoring, fact_tables

REASONS = {
    "PROFESSIONAL": "professional claim with a risk-eligible procedure",
    "INPATIENT": "hospital inpatient claim",
    "OUTPATIENT": "hospital outpatient claim with a risk-eligible procedure",
    "NO_ELIGIBLE_PROCEDURE": "no risk-eligible procedure on the claim",
    "CLAIM_TYPE": "this type of claim does not count (equipment, ambulance, laboratory)",
    "BILL_TYPE": "this type of bill does not count (nursing facility, home health, hospice)",
    "CANCELLATION": "the record is itself a cancellation",
    "CANCELLED": "the claim was cancelled later",
    "DENIED": "the claim was denied",
    "KNOWN_LATER": "known only after the cut-off date",
    "NO_SUCH_CLAIM": "its claim is not in the store",
}
"""In words: why a claim's diagnoses count, or do not."""


@dataclass(frozen=True)
class Term:
    """One addend of a raw score."""

    kind: str
    """demographic, condition, interaction or count."""
    variable: str
    label: str
    coefficient: Decimal


@dataclass(frozen=True)
class Condition:
    """A condition somebody was coded with, and the milder ones it is not paid beside."""

    hcc: int
    label: str
    diagnoses: tuple[str, ...]
    dropped_by: int | None
    """The condition whose hierarchy drops this one; None: it pays."""


@dataclass(frozen=True)
class ScoreExplanation:
    """One person's score in one model and payment year; the terms add up to the raw score."""

    model: str
    payment_year: int
    segment: str
    age: int
    conditions: tuple[Condition, ...]
    terms: tuple[Term, ...]
    raw_score: Decimal


RESULTS = ("risk_person", "risk_profile", "risk_demographic", "risk_condition", "risk_term",
           "risk_raw_score")  # fmt: skip
"""Tables of a scoring run that :func:`explained` reads."""


def explained(
    engine: Engine,
    scorings: Iterable[Scoring],
    key: str,
    diagnoses: Mapping[int, Sequence[str]],
) -> list[ScoreExplanation]:
    """The scores of one person of a scoring run.

    Args:
        engine: holds :data:`RESULTS` of the run.
        scorings: what was scored.
        key: the person's key in those tables.
        diagnoses: codes that counted, by payment year.
    """
    engine.register_rows("asked_key", {"person_id": "string"}, [(key,)])
    explanations = []
    for scoring in sorted(set(scorings)):
        year = f"payment_year = {scoring.payment_year}"
        mine = (
            f"where model = {literal(scoring.model)} and {year} "
            "and person_id in (select person_id from asked_key)"
        )
        for row in engine.rows(f"select * from risk_raw_score {mine}"):
            who = engine.rows(
                f"select age, profile from risk_person where {year} "
                "and person_id in (select person_id from asked_key)"
            )[0]
            explanations.append(
                ScoreExplanation(
                    scoring.model,
                    scoring.payment_year,
                    row["segment"],
                    who["age"],
                    _conditions(engine, scoring, mine, diagnoses.get(scoring.payment_year, ())),
                    _terms(engine, scoring, mine, who["profile"]),
                    row["raw_score"],
                )
            )
    return explanations


def labels(model: str) -> dict[int, str]:
    """CMS's label of each payment condition of a model."""
    return {
        int(r["hcc"]): r["label"]
        for r in load_code_table("hcc", "condition")
        if r["model"] == model
    }


def _conditions(
    engine: Engine, scoring: Scoring, mine: str, diagnoses: Sequence[str]
) -> tuple[Condition, ...]:
    names = labels(scoring.model)
    by_condition: dict[int, list[str]] = {}
    codes = set(diagnoses)
    for table in fact_tables([scoring]):
        if table.name == "diagnosis_map":
            for _, _, code, hcc, _ in table.rows:
                if code in codes:
                    by_condition.setdefault(int(str(hcc)), []).append(str(code))
    rows = engine.rows(f"select hcc, dropped_by from risk_condition {mine} order by hcc")
    return tuple(
        Condition(
            row["hcc"],
            names.get(row["hcc"], ""),
            tuple(sorted(by_condition.get(row["hcc"], ()))),
            row["dropped_by"],
        )
        for row in rows
    )


def _terms(engine: Engine, scoring: Scoring, mine: str, profile: int) -> tuple[Term, ...]:
    names = labels(scoring.model)
    rows = engine.rows(
        "select 'demographic' as kind, variable, coefficient from risk_demographic "
        f"where model = {literal(scoring.model)} and payment_year = {scoring.payment_year} "
        f"and profile = {profile}"
        f" union all select kind, variable, coefficient from risk_term {mine}"
    )
    order = ("demographic", "condition", "interaction", "count")
    rows.sort(key=lambda row: (order.index(row["kind"]), row["variable"]))
    return tuple(
        Term(
            row["kind"],
            row["variable"],
            names.get(int(row["variable"][3:]), "") if row["kind"] == "condition" else "",
            row["coefficient"],
        )
        for row in rows
    )


def explain_list(
    people: Rows, diagnoses: Rows, model: str | Sequence[str], year: int
) -> list[ScoreExplanation]:
    """Explain the scores of one person given as a plain list."""
    names = [model] if isinstance(model, str) else list(model)
    scorings = [Scoring(name, year) for name in names]
    checked = check(people, diagnoses, scorings)
    codes = [str(row[2]) for row in checked.diagnoses.rows]
    from openvbc.engine.reading import reading

    with scratch_folder() as folder, reading() as engine:
        tables = [*fact_tables(scorings), checked.people, checked.diagnoses]
        for name, result in Pipeline(risk_steps()).run(engine, [], tables, folder).items():
            engine.register(name, result.table.parts)
        return [
            one
            for person in checked.people.rows
            for one in explained(engine, scorings, str(person[0]), {year: codes})
        ]


def terms_of(people: Rows, diagnoses: Rows, model: str, year: int) -> tuple[Term, ...]:
    """The terms of one person's score in one model."""
    return explain_list(people, diagnoses, model, year)[0].terms
