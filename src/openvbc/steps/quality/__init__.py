"""Clinical quality measures on the clinical store: shared steps, and a step a measure.

The shared steps find the records of the value sets and the exclusions measures have in common; a
measure's own step says which tests each person passes; :func:`population_step` counts people into
populations. A new measure is a definition and an SQL file: nothing here knows one by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from importlib import resources

from openvbc.engine.quoting import literal
from openvbc.engine.step import Step, steps_in
from openvbc.engine.table import SmallTable
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter
from openvbc.steps.quality.definition import POPULATIONS, Measure, condition_sql
from openvbc.steps.rule_table import RuleTable, one_row

PROGRAM = "quality"
_BITS = 62
"""Tests that one whole number holds."""
LOOK_BACK = {"advanced_illness_months": "int", "older_age": "int"}


def shared_steps() -> list[Step]:
    """The steps measures have in common."""
    return steps_in(resources.files(__name__) / "shared")


def population_step(measure: Measure) -> Step:
    """Count people into a measure's populations, from the tests they pass."""
    name = f"{measure.step.name}_population"
    # A test is a bit: one number a row is put together instead of a flag for every test.
    tests = list(measure.tests)
    numbers = [tests[first : first + _BITS] for first in range(0, len(tests), _BITS)]
    bits = ",\n    ".join(_bits(n, held) for n, held in enumerate(numbers))
    flags = ",\n    ".join(
        f"(tests_{place // _BITS} & {1 << place % _BITS}) <> 0 as {test}"
        for place, test in enumerate(tests)
    )
    made = {
        population: condition_sql(measure, population)
        if population in measure.populations
        else "false"
        for population in POPULATIONS
    }
    counted = (
        f"({made['denominator']}) and not ({made['denominator_exclusion']})"
        f" and ({made['numerator']})"
    )
    text = f"""-- purpose: the populations of measure {measure.number} each person counts in
-- grain: one row a person of the initial population
-- scope: person
-- inputs: {measure.step.name}
-- cite: {measure.step.cite}
-- columns:
--   person_id: the person
--   denominator: in the denominator
--   denominator_exclusion: left out of it
--   numerator: counted in the numerator: met, and not left out
--   denominator_exception: excepted: not met, not left out, and there is a reason
with together as (
  select
    person_id,
    {bits}
  from {measure.step.name}
  group by person_id
),
passed as (
  select
    person_id,
    {flags}
  from together
)
select
  person_id,
  {made["denominator"]} as denominator,
  ({made["denominator"]}) and ({made["denominator_exclusion"]}) as denominator_exclusion,
  {counted} as numerator,
  ({made["denominator"]}) and not ({made["denominator_exclusion"]})
    and not ({made["numerator"]})
    and ({made["denominator_exception"]}) as denominator_exception
from passed
where {made["initial_population"]}
"""
    return Step.from_text(name, text)


def _bits(number: int, tests: Sequence[str]) -> str:
    whens = " ".join(f"when {literal(test)} then {1 << n}" for n, test in enumerate(tests))
    return f"bit_or(cast(case test {whens} else 0 end as bigint)) as tests_{number}"


def tables(
    measures: Sequence[Measure],
    rules: RuleSet,
    year: int,
    value_sets: Mapping[str, Sequence[tuple[str, str]]],
) -> list[RuleTable]:
    """The small tables of a measurement year: its days, numbers and codes.

    Args:
        measures: to be computed.
        rules: rules named ``quality``.
        year: measurement year.
        value_sets: codes (system, code) of each value set's OID, as the user gave them.
    """
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    days = SmallTable(
        "measurement_year", {"first_day": "date", "last_day": "date"}, [(first, last)]
    )
    rule_tables = [RuleTable(days, ()), RuleTable(_codes(measures, value_sets), ())]
    if any("frailty" in measure.step.inputs for measure in measures):
        looked = [rules.get(name, measurement_year=year) for name in LOOK_BACK]
        values = {each.name: _plain(each) for each in looked}
        rule_tables.append(one_row("look_back", LOOK_BACK, values, looked))
    for measure in measures:
        used = {
            name: rules.get(name, measure=measure.number, measurement_year=year)
            for name in measure.parameters
        }
        values = {name: _plain(parameter) for name, parameter in used.items()}
        rule_tables.append(one_row(measure.rule_table, measure.parameters, values, used.values()))
    return rule_tables


def _plain(parameter: Parameter) -> str:
    return str(parameter.value)


def _codes(
    measures: Sequence[Measure], value_sets: Mapping[str, Sequence[tuple[str, str]]]
) -> SmallTable:
    rows = set()
    for measure in measures:
        for name, oid in measure.value_sets.items():
            rows |= {(name, system, code) for system, code in value_sets.get(oid, ())}
        for name, codes in measure.codes.items():
            rows |= {(name, system, code) for system, code in codes}
    columns = {"value_set": "string", "system": "string", "code": "string"}
    return SmallTable("value_set_code", columns, sorted(rows))
