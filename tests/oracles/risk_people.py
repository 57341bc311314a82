"""Random people and their scores, for the independent programs that score the same people."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable
from openvbc.rules.load import load_code_table
from openvbc.steps.risk.steps import risk_steps
from openvbc.steps.risk.tables import (
    SCORED_DIAGNOSIS,
    SCORED_PERSON,
    Scoring,
    fact_tables,
    models,
)

DUAL = ("00", "01", "02", "03", "04", "05", "06", "08")


@dataclass
class Someone:
    """A person as every scoring program needs to know them."""

    person_id: str
    age: int
    birth_date: dt.date
    sex: str
    entitlement: str
    dual: str
    institutional: bool = False
    new_enrollee: bool = False
    special_needs_plan: bool = False
    low_income: bool = False
    kidney_status: str | None = None
    months: int | None = None
    diagnoses: list[str] = field(default_factory=list)


@dataclass
class Scored:
    """Our score of a person: the segment, every term by variable, and the sum."""

    segment: str
    raw_score: Decimal
    terms: dict[str, Decimal]


def born(age: int, year: int, rng: random.Random) -> dt.date:
    """A birth date that makes the age on 1 February of `year`, often right at the boundary."""
    last = dt.date(year - age, 2, 1)
    first = dt.date(year - age - 1, 2, 2)
    return rng.choice(
        [last, first, first + dt.timedelta(days=rng.randrange((last - first).days + 1))]
    )


def mapped_codes(model: str, year: int) -> dict[int, list[str]]:
    """Every diagnosis the model maps in the year, by condition."""
    of_model = models()[model]["diagnosis_map"]
    by_condition: dict[int, list[str]] = {}
    for row in load_code_table("hcc", "diagnosis_map"):
        if row["diagnosis_map"] == of_model and int(row["first_year"]) <= year <= int(
            row["last_year"]
        ):
            by_condition.setdefault(int(row["hcc"]), []).append(row["diagnosis_code"])
    return by_condition


def random_people(count: int, model: str, year: int, seed: int) -> list[Someone]:
    """People over all segments and ages, and diagnoses over all conditions of the model.

    Half the diagnoses are drawn condition by condition, so that rare conditions and their
    hierarchies occur as often as common ones; a tenth are codes the model does not map.
    """
    rng = random.Random(f"{model} {seed}")
    by_condition = mapped_codes(model, year)
    conditions = sorted(by_condition)
    codes = sorted({code for condition_codes in by_condition.values() for code in condition_codes})
    edited = sorted(
        {
            r["diagnosis_code"]
            for r in load_code_table("hcc", "diagnosis_edit")
            if r["model"] == model
        }
    )
    people = []
    for number in range(count):
        age = rng.choice(
            [
                rng.randrange(0, 105),
                rng.randrange(60, 100),
                rng.randrange(30, 70),
                64,
                65,
                0,
                17,
                18,
                49,
            ]
        )
        kidney = esrd_state(rng) if model.startswith("ESRD") else (None, None)
        someone = Someone(
            f"P{number:06}",
            age,
            born(age, year, rng),
            rng.choice(("female", "male")),
            rng.choice("000123"),
            rng.choice(("00", "00", *DUAL)),
            institutional=rng.random() < 0.15,
            new_enrollee=rng.random() < 0.2,
            special_needs_plan=rng.random() < 0.3,
            low_income=rng.random() < 0.4,
            kidney_status=kidney[0],
            months=kidney[1],
        )
        wanted = rng.choice((0, 1, 2, 3, 4, 6, 9, 14))
        for _ in range(wanted):
            draw = rng.random()
            if draw < 0.45:
                someone.diagnoses.append(rng.choice(by_condition[rng.choice(conditions)]))
            elif draw < 0.8:
                someone.diagnoses.append(rng.choice(codes))
            elif draw < 0.9 and edited:
                someone.diagnoses.append(rng.choice(edited))
            else:
                someone.diagnoses.append(rng.choice(("Z0000", "I10", "E785", "R0602")))
        people.append(someone)
    return people


def esrd_state(rng: random.Random) -> tuple[str, int | None]:
    """Dialysis, or months since a transplant whose graft works."""
    if rng.random() < 0.5:
        return "dialysis", None
    return "functioning graft", rng.randrange(4, 30)


def score(people: Sequence[Someone], scorings: Iterable[Scoring]) -> dict[tuple[str, str], Scored]:
    """Our scores by person and model, through the shipped steps."""
    scorings = list(scorings)
    years = {scoring.payment_year for scoring in scorings}
    assert len(years) == 1
    year = years.pop()
    persons = [
        (
            p.person_id, year, p.birth_date, p.sex, p.entitlement, p.dual, p.institutional,
            p.new_enrollee, p.special_needs_plan, p.low_income, p.kidney_status, p.months,
        )
        for p in people
    ]  # fmt: skip
    diagnoses = [(p.person_id, year, code) for p in people for code in sorted(set(p.diagnoses))]
    small = [
        *fact_tables(scorings),
        SmallTable("scored_person", SCORED_PERSON, persons),
        SmallTable("scored_diagnosis", SCORED_DIAGNOSIS, diagnoses),
    ]
    scored: dict[tuple[str, str], Scored] = {}
    with DuckDBEngine(threads=2) as engine, tempfile.TemporaryDirectory() as folder:
        results = Pipeline(risk_steps()).run(engine, [], small, Path(folder))
        for name, result in results.items():
            engine.register(name, result.table.parts)
        for row in engine.rows("select person_id, model, segment, raw_score from risk_raw_score"):
            scored[row["person_id"], row["model"]] = Scored(row["segment"], row["raw_score"], {})
        terms = (
            "select person_id, model, variable, coefficient from risk_term union all "
            "select r.person_id, d.model, d.variable, d.coefficient from risk_person r "
            "join risk_demographic d on d.payment_year = r.payment_year and d.profile = r.profile"
        )
        for row in engine.rows(terms):
            scored[row["person_id"], row["model"]].terms[row["variable"]] = row["coefficient"]
    return scored
