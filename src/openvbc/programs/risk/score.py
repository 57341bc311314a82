"""Score a plain list of people: tables in, table out, without a project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.csv_file import write_csv
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.scratch import scratch_folder
from openvbc.errors import EmptyResult
from openvbc.programs.risk.payment import Normalization, normalization
from openvbc.programs.risk.people import Checked, check
from openvbc.programs.risk.rows import Report, Rows
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter, Status
from openvbc.steps.risk.steps import risk_steps
from openvbc.steps.risk.tables import Scoring, check_scoring, fact_tables

COLUMNS = (
    "person_id", "model", "payment_year", "segment", "age", "payment_conditions", "conditions",
    "demographic_score", "disease_score", "raw_score", "normalized_score", "payment_score",
)  # fmt: skip


@dataclass(frozen=True)
class Scores:
    """Scores of a list of people.

    `rows` has one mapping a person and model, columns ``COLUMNS``; scores are Decimal with three
    decimals, `conditions` the payment conditions as ``HCC18;HCC85``; the last two columns are None
    when raw scores were asked for.
    """

    rows: list[dict[str, Any]] = field(repr=False)
    people: Report
    diagnoses: Report
    without_segment: int
    """People whom a model asked for does not score (an ESRD model without kidney status)."""
    not_confirmed: tuple[Parameter, ...]
    """Parameters used that are secondary or unverified."""

    def write_csv(self, path: Path | str) -> None:
        """Write the rows as CSV with a header."""
        write_csv(Path(path), self.rows, COLUMNS)


def score(
    people: Rows,
    diagnoses: Rows,
    model: str | Sequence[str] = "V28",
    year: int = 2026,
    *,
    raw: bool = False,
    coding_adjustment: bool = False,
    engine: Engine | None = None,
    rules: RuleSet | None = None,
) -> Scores:
    """Risk scores of people from their diagnoses of the year before `year`.

    Args:
        people: a CSV path, mappings or an Arrow table: person_id, birth_date, sex, and where known
            original_reason_entitlement_code, dual_status_code, is_institutional, is_new_enrollee,
            in_special_needs_plan, has_low_income_subsidy, kidney_status, months_since_transplant,
            death_date.
        diagnoses: likewise: person_id, diagnosis_code, and where known service_date, code_version.
        model: V22, V24, V28, ESRD_V21, ESRD_V24, or several of them.
        year: the payment year.
        raw: raw scores only; no normalization factor is needed.
        coding_adjustment: take off the Medicare Advantage coding adjustment.

    Raises:
        InputError: a table cannot be read. ParameterMissing: a model, its diagnosis map or its
            normalization factor is not known for the year. EmptyResult: nobody could be scored.

    Example::

        import openvbc
        scores = openvbc.score("people.csv", "diagnoses.csv", model="V28", year=2026)
        scores.rows[0]["raw_score"]
    """
    names = [model] if isinstance(model, str) else list(model)
    scorings = [Scoring(name, year) for name in names]
    for scoring in scorings:
        check_scoring(scoring)
    factors = {
        name: normalization(name, year, coding_adjustment=coding_adjustment, rules=rules)
        for name in names
        if not raw
    }
    checked = check(people, diagnoses, scorings)
    if not checked.people_report.used:
        raise EmptyResult(
            f"none of {checked.people_report.rows_in} people could be scored",
            rule="; ".join(f"{n} x {r}" for r, n in checked.people_report.set_aside.items())
            or "the list of people is empty",
            code="VBC-6011",
        )
    score_rows = _run(checked, scorings, engine)
    rows = [_row(row, factors.get(row["model"])) for row in score_rows]
    if not rows:
        raise EmptyResult(
            f"{' and '.join(names)} scores none of the {checked.people_report.used} people",
            rule="an ESRD model scores people with a kidney status only",
            code="VBC-6012",
        )
    return Scores(
        rows,
        checked.people_report,
        checked.diagnoses_report,
        checked.people_report.used * len(names) - len(rows),
        _not_confirmed(factors),
    )


def _not_confirmed(factors: dict[str, Normalization]) -> tuple[Parameter, ...]:
    used = [p for f in factors.values() for p in (*f.factors.values(), f.coding) if p is not None]
    doubtful = [p for p in used if p.status in (Status.SECONDARY, Status.UNVERIFIED)]
    return tuple({(p.name, p.applies_in_words()): p for p in doubtful}.values())


def _row(row: dict[str, Any], factor: Normalization | None) -> dict[str, Any]:
    normalized = paid = None
    if factor is not None:
        raw: Decimal = row["raw_score"]
        normalized = factor.normalized(raw, row["segment"])
        paid = factor.paid(normalized)
    return {**row, "normalized_score": normalized, "payment_score": paid}


_RESULT = """
select
  s.person_id,
  s.model,
  s.payment_year,
  s.segment,
  p.age,
  s.payment_conditions,
  s.demographic_score,
  s.disease_score,
  s.raw_score
from risk_raw_score s
join risk_person p on p.person_id = s.person_id and p.payment_year = s.payment_year
order by s.person_id, s.model
"""
_CONDITIONS = """
select person_id, model, hcc
from risk_condition
where dropped_by is null
order by person_id, model, hcc
"""


def _run(
    checked: Checked, scorings: Sequence[Scoring], engine: Engine | None
) -> list[dict[str, Any]]:
    small = [*fact_tables(scorings), checked.people, checked.diagnoses]

    def compute(running: Engine) -> list[dict[str, Any]]:
        with scratch_folder() as folder:
            for name, result in Pipeline(risk_steps()).run(running, [], small, folder).items():
                running.register(name, result.table.parts)
            conditions: dict[tuple[str, str], list[str]] = {}
            for row in running.rows(_CONDITIONS):
                conditions.setdefault((row["person_id"], row["model"]), []).append(
                    f"HCC{row['hcc']}"
                )
            rows = running.rows(_RESULT)
        for row in rows:
            row["conditions"] = ";".join(conditions.get((row["person_id"], row["model"]), ()))
        return rows

    return _with_engine(compute, engine)


def _with_engine(
    compute: Callable[[Engine], list[dict[str, Any]]], engine: Engine | None
) -> list[dict[str, Any]]:
    if engine is not None:
        return compute(engine)
    from openvbc.engine.duckdb import DuckDBEngine

    with scratch_folder() as folder, DuckDBEngine(scratch=folder) as own:
        return compute(own)
