"""Each person of a quality run: in which populations, and by which records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from openvbc.clinical.model import EVENTS
from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.programs.quality.run_tables import register_step
from openvbc.steps.quality.definition import POPULATIONS

_RESOURCE = {
    "encounter": "Encounter", "condition": "Condition", "observation": "Observation",
    "procedure": "Procedure", "request": "ServiceRequest", "medication": "MedicationRequest",
}  # fmt: skip
_PEOPLE = """
with record as ({records}),
evidence as (
  select distinct t.person_id, r.kind, r.resource_id
  from test t
  join record r on r.event_id = t.event_id
)
select p.person_id, {populations}, e.kind, e.resource_id
from population p
left join evidence e on e.person_id = p.person_id
order by p.person_id, e.kind, e.resource_id
"""


@dataclass(frozen=True)
class PersonResult:
    """A person of a measure's initial population."""

    person: str
    passed: Mapping[str, bool]
    records: list[str]

    @property
    def is_eligible(self) -> bool:
        """Whether the person is in the denominator and neither left out nor excepted."""
        return (
            self.passed["denominator"]
            and not self.passed["denominator_exclusion"]
            and not self.passed["denominator_exception"]
        )


def people_of(engine: Engine, run: Path, step: str) -> Iterator[PersonResult]:
    """The people of a measure, by its step's name; the engine holds the charts of the run."""
    register_step(engine, run, step, "test")
    register_step(engine, run, f"{step}_population", "population")
    records = " union all ".join(
        f"select event_id, {literal(_RESOURCE[kind])} as kind, resource_id from {kind}"
        for kind in EVENTS
    )
    populations = ", ".join(f"p.{name}" for name in POPULATIONS[1:])
    person = ""
    passed: dict[str, bool] = {}
    references: list[str] = []
    for row in engine.rows(_PEOPLE.format(records=records, populations=populations)):
        if row["person_id"] != person:
            if person:
                yield PersonResult(person, passed, references)
            person, references = row["person_id"], []
            passed = {"initial_population": True}
            passed |= {name: bool(row[name]) for name in POPULATIONS[1:]}
        if row["resource_id"]:
            references.append(f"{row['kind']}/{row['resource_id']}")
    if person:
        yield PersonResult(person, passed, references)
