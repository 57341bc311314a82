"""Why a person counts in a measure: each test, the record that passes it, its codes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.engine.reading import reading
from openvbc.errors import InputError
from openvbc.programs.explanation import Explanation, Field, Heading, Part, Sentence, SmallGrid
from openvbc.programs.quality.quality_run import stored_quality
from openvbc.programs.quality.run_tables import register_charts, register_step
from openvbc.steps.quality.definition import (
    POPULATIONS,
    Measure,
    shipped_measures,
    tests_of,
    tests_of_gap,
)

_DAYS = {
    "encounter": "start_date",
    "condition": "onset_date",
    "observation": "start_date",
    "procedure": "start_date",
    "request": "authored_date",
    "medication": "authored_date",
}
"""The day shown of a record."""
_EVIDENCE = """
with record as (
  {records}
)
select
  t.test, r.kind, r.resource_id, r.practice, cast(r.day as varchar) as day,
  v.value_set, c.code
from test t
left join record r on r.event_id = t.event_id
left join coding k on k.event_id = t.event_id
left join value_set_concept v on v.concept_id = k.concept_id
left join concept c on c.concept_id = k.concept_id
where t.person_id in (select person_id from asked)
  and (k.event_id is null or v.value_set is not null)
order by t.test, r.day, r.resource_id, v.value_set, c.code
"""
_FIELDS = (
    Field("Test"),
    Field("Passed"),
    Field("Record", whole=True),
    Field("Practice"),
    Field("Day", "date", whole=True),
    Field("Value set"),
    Field("Code", whole=True),
)


def explain_patient(run: Path, person: str, number: str | None = None) -> Explanation:
    """Explain a person in one measure of a run, or in all.

    Args:
        run: folder of the quality run.
        person: the person's identifier, or a patient's of any practice.
        number: only this measure.

    Raises:
        InputError: the run has no such measure, or knows nobody of this identifier.
    """
    stored = stored_quality(run)
    computed = {rate.number for rate in stored.rates}
    if number is not None and number not in computed:
        raise InputError(
            f"the run did not compute a measure {number}",
            rule=f"it computed {', '.join(sorted(computed))}",
            code="VBC-1908",
        )
    measures = [m for m in shipped_measures() if m.number in computed]
    parts: list[Part] = []
    with reading() as engine:
        register_charts(engine, run)
        who = _asked(engine, person)
        if who is None:
            raise InputError(
                "the run knows nobody of this identifier",
                action="name a person as gaps.csv does, or a patient as a practice does",
                code="VBC-1909",
            )
        parts.append(Heading(f"Measures of {stored.year}"))
        for each in measures:
            if number in (None, each.number):
                parts += _measure_parts(engine, run, each)
    return Explanation(parts)


def _asked(engine: Engine, person: str) -> str | None:
    engine.register_rows("named", {"identifier": "string"}, [(person,)])
    rows = engine.rows(
        "select distinct p.person_id from patient p join named n "
        "on n.identifier in (p.person_id, p.patient_id) order by 1"
    )
    if not rows:
        return None
    person_key = str(rows[0]["person_id"])
    engine.register_rows("asked", {"person_id": "string"}, [(person_key,)])
    return person_key


def _measure_parts(engine: Engine, run: Path, measure: Measure) -> list[Part]:
    name = measure.step.name
    register_step(engine, run, name, "test")
    register_step(engine, run, f"{name}_population", "population")
    counted = engine.rows(
        "select * from population where person_id in (select person_id from asked)"
    )
    records = "\n  union all ".join(
        f"select event_id, {literal(kind)} as kind, resource_id, practice, {day} as day "
        f"from {kind} where person_id in (select person_id from asked)"
        for kind, day in _DAYS.items()
    )
    evidence = engine.rows(_EVIDENCE.format(records=records))
    parts: list[Part] = [Heading(f"Measure {measure.number}", measure.title)]
    parts.append(Sentence(_populations(counted)))
    asked = [p for p, condition in measure.populations.items() if condition not in POPULATIONS]
    if not counted:
        asked = asked[:1]  # the others' tests are made only of who is in the first
    parts += [_grid(measure, population, evidence) for population in asked]
    if counted and _is_gap(measure, counted[0]):
        parts.append(Sentence(f"Open gap. What would close it: {measure.closes}."))
    return parts


def _populations(counted: Sequence[dict[str, Any]]) -> str:
    if not counted:
        return "Not in the initial population."
    said = [name.replace("_", " ") for name in POPULATIONS[1:] if counted[0][name]]
    return "Initial population, " + ", ".join(said) + "." if said else "Initial population."


def _is_gap(measure: Measure, row: dict[str, Any]) -> bool:
    if row["denominator_exclusion"] or row["denominator_exception"]:
        return False
    return bool(row["numerator"]) is measure.is_inverse


def _grid(measure: Measure, population: str, evidence: Sequence[dict[str, Any]]) -> SmallGrid:
    rows: list[list[Any]] = []
    # What is there though it does not count is told with the numerator.
    named = tests_of_gap(measure) if population == "numerator" else tests_of(measure, population)
    for test in named:
        test_rows = [row for row in evidence if row["test"] == test]
        for place, row in enumerate(test_rows):
            record = f"{row['kind']}/{row['resource_id']}" if row["kind"] else ""
            rows.append(
                [
                    measure.tests[test] if place == 0 else "", "yes" if place == 0 else "", record,
                    row["practice"] or "", row["day"] or "", row["value_set"] or "",
                    row["code"] or "",
                ]
            )  # fmt: skip
        if not test_rows:
            rows.append([measure.tests[test], "no", "", "", "", "", ""])
    title = f"{population.replace('_', ' ').capitalize()}: {measure.populations[population]}"
    return SmallGrid(title, _FIELDS, rows)
