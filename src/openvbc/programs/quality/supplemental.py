"""Populations of measures by sex, race, ethnicity and payer, as category III reports ask for.

One person counts once: where practices say different things the first value by code counts. A
person without a value counts as unknown (the empty code), so that each element adds up to its
population.
"""

from __future__ import annotations

from collections.abc import Mapping

from openvbc.engine.base import Engine
from openvbc.steps.quality.definition import POPULATIONS

ELEMENTS = ("sex", "race", "ethnicity", "payer")
Supplement = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Element to code to population to people."""

_SEX = {"248152002": "F", "248153007": "M"}
"""SNOMED CT codes of the US Core sex."""
_PAYERS = {"1": "A", "2": "B", "5": "C", "6": "C"}
"""First digit of the Source of Payment Typology: Medicare, Medicaid, private, Blue Cross."""
_OTHER_PAYER = "D"

_DESCRIBED = """
with patients as (
  select p.person_id, p.gender, p.sex_code, p.race_code, p.ethnicity_code
  from patient p
  join counted n on n.person_id = p.person_id
),
described as (
  select
    person_id,
    min(coalesce(sex_code, case gender when 'female' then 'F' when 'male' then 'M' end)) as sex,
    min(race_code) as race,
    min(ethnicity_code) as ethnicity
  from patients
  group by person_id
),
covered as (
  select c.person_id, min(k.code) as payer
  from coding c
  join concept k on k.concept_id = c.concept_id
  where c.field = 'coverage_type' and k.system = 'https://nahdo.org/sopt'
  group by c.person_id
)
select
  d.person_id,
  coalesce(d.sex, '') as sex, coalesce(d.race, '') as race,
  coalesce(d.ethnicity, '') as ethnicity, coalesce(v.payer, '') as payer
from described d
left join covered v on v.person_id = d.person_id
"""
_BY_ELEMENT = """
select d.sex, d.race, d.ethnicity, d.payer, count(*) as initial_population, {sums}
from population p
join described d on d.person_id = p.person_id
group by d.sex, d.race, d.ethnicity, d.payer
"""


def describe_people(engine: Engine) -> None:
    """Make ``described``, what the charts say of each person counted, for every measure at once.

    The engine holds ``patient``, ``coding``, ``concept`` and ``counted`` (people, each once).
    """
    engine.define("described", _DESCRIBED, held=True)


def supplement_of(engine: Engine) -> Supplement:
    """The registered population by each element.

    The engine holds ``population`` and ``described``.
    """
    sums = ", ".join(
        f"cast(sum(case when p.{name} then 1 else 0 end) as bigint) as {name}"
        for name in POPULATIONS[1:]
    )
    counts_by_element: dict[str, dict[str, dict[str, int]]] = {element: {} for element in ELEMENTS}
    for row in engine.rows(_BY_ELEMENT.format(sums=sums)):
        for element in ELEMENTS:
            counts = counts_by_element[element].setdefault(_code(element, row[element]), {})
            for population in POPULATIONS:
                counts[population] = counts.get(population, 0) + int(row[population] or 0)
    return {element: dict(sorted(codes.items())) for element, codes in counts_by_element.items()}


def _code(element: str, given: str) -> str:
    if element == "sex":
        return _SEX.get(given, given if given in ("F", "M") else "")
    if element == "payer" and given:
        return _PAYERS.get(given[0], _OTHER_PAYER)
    return given
