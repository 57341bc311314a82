"""What a quality run shows: rates, practices, completeness of their data, gaps, people left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.programs.listing import Field, Listing
from openvbc.programs.quality.intervals import wilson
from openvbc.programs.quality.measuring import Counts, Measured, MeasureRate
from openvbc.steps.quality.definition import Measure, tests_of, tests_of_gap

_COUNT_FIELDS = (
    Field("Initial population", "count"),
    Field("Denominator", "count"),
    Field("Left out", "count"),
    Field("Excepted", "count"),
    Field("Numerator", "count"),
    Field("Rate", "ratio"),
    Field("Rate, low", "ratio"),
    Field("Rate, high", "ratio"),
    Field("Gaps", "count"),
)


def rate_listing(measured: Measured) -> Listing:
    """The rate of every measure; measures that were not computed with what they lack."""
    rows: list[list[Any]] = [
        [one.measure.number, one.measure.title, _better(one.measure), *_cells(one, one.counts), ""]
        for one in measured.rates
    ]
    for lacking in measured.not_computed:
        one = lacking.measure
        said = f"not computed: no codes of {'; '.join(lacking.missing)}"
        rows.append([one.number, one.title, _better(one), *[None] * len(_COUNT_FIELDS), said])
    fields = (
        Field("Measure", role="who"),
        Field("Title"),
        Field("Better"),
        *_COUNT_FIELDS,
        Field("Note", role="evidence"),
    )
    lead = "The interval is Wilson's, 95 percent."
    return Listing("rates", f"Measures {measured.year}", fields, rows, lead, "small counts")


def practice_listing(measured: Measured) -> Listing:
    """The rate of every measure in every practice: a person counts in each that has a chart."""
    rows = [
        [practice, rate.measure.number, *_cells(rate, counts)]
        for rate in measured.rates
        for practice, counts in rate.by_practice.items()
    ]
    fields = (Field("Practice", role="who"), Field("Measure"), *_COUNT_FIELDS)
    lead = (
        "A person counts in every practice that has a chart of them, by what all practices know. "
        "Where two intervals do not overlap the practices differ by more than chance."
    )
    title = f"Measures by practice {measured.year}"
    return Listing("practices", title, fields, rows, lead, "small counts")


def _better(measure: Measure) -> str:
    return "lower" if measure.is_inverse else "higher"


def _cells(rate: MeasureRate, counts: Counts) -> list[Any]:
    low, high = wilson(counts.numerator, counts.eligible)
    return [
        counts.initial_population, counts.denominator, counts.denominator_exclusion,
        counts.denominator_exception, counts.numerator, counts.rate, low, high,
        rate.gaps_of(counts),
    ]  # fmt: skip


_COMPLETENESS = """
with person as (
  select practice, count(*) as patients, count(distinct person_id) as persons
  from patient
  group by practice
),
visit as (
  select
    e.practice,
    count(*) as encounters,
    count(distinct month(e.start_date)) as months
  from encounter e
  cross join measurement_year y
  where e.start_date between y.first_day and y.last_day
  group by e.practice
),
observed as (
  select
    o.practice,
    count(*) as observations,
    cast(
      sum(case when o.value_kind is null and c.event_id is null then 1 else 0 end) as bigint
    ) as without_value
  from observation o
  left join (select distinct event_id from component) c on c.event_id = o.event_id
  cross join measurement_year y
  where o.start_date between y.first_day and y.last_day
  group by o.practice
)
select
  p.practice, p.patients, p.persons, coalesce(v.encounters, 0) as encounters,
  coalesce(v.months, 0) as months, coalesce(o.observations, 0) as observations,
  coalesce(o.without_value, 0) as without_value
from person p
left join visit v on v.practice = p.practice
left join observed o on o.practice = p.practice
order by p.practice
"""


def completeness_listing(engine: Engine, year: int) -> Listing:
    """What each practice delivered; the engine holds the store and the year."""
    rows = [
        [
            row["practice"], row["patients"], row["persons"], row["encounters"], row["months"],
            row["observations"], row["without_value"], _remark(row),
        ]
        for row in engine.rows(_COMPLETENESS)
    ]  # fmt: skip
    fields = (
        Field("Practice", role="who"),
        Field("Patients", "count"),
        Field("Persons", "count"),
        Field("Encounters in the year", "count"),
        Field("Months with encounters", "count"),
        Field("Observations in the year", "count"),
        Field("Without a value", "count"),
        Field("Remark", role="evidence"),
    )
    lead = "A practice that delivers no encounters of a month may lack data of that month."
    return Listing("completeness", f"Data by practice {year}", fields, rows, lead, "small counts")


def _remark(row: Mapping[str, Any]) -> str:
    if not row["encounters"]:
        return "no encounter of the year"
    if not row["observations"]:
        return "no observation of the year"
    return ""


_STATES = """
select p.person_id, {flags}
from population p
left join test t on t.person_id = p.person_id
where {where}
group by p.person_id
order by p.person_id
"""
GAP = "p.denominator and not p.denominator_exclusion and not p.denominator_exception and {state}"


def gap_listing(engine: Engine, measured: Measured, practices: Mapping[str, str]) -> Listing:
    """Every person eligible without the wanted result: what is there, what closes it, by when."""
    year_end = dt.date(measured.year, 12, 31)
    rows: list[list[Any]] = []
    for rate in measured.rates:
        state = "p.numerator" if rate.measure.is_inverse else "not p.numerator"
        tests = tests_of_gap(rate.measure)
        for person in _people(engine, measured, rate, GAP.format(state=state), tests):
            there = "; ".join(rate.measure.tests[test] for test in tests if person[test])
            rows.append(
                [
                    person["person_id"], practices[person["person_id"]], rate.measure.number,
                    rate.measure.title, there or "nothing of what is asked for",
                    rate.measure.closes, year_end,
                ]
            )  # fmt: skip
    fields = (
        Field("Person", role="who"),
        Field("Practices", role="who"),
        Field("Measure"),
        Field("Title"),
        Field("What is there", role="evidence"),
        Field("What would close it"),
        Field("By", "date", "due"),
    )
    lead = "A gap is a question to the practice, never a diagnosis."
    return Listing("gaps", f"Open gaps {measured.year}", fields, rows, lead)


def doubts(engine: Engine, measured: Measured) -> list[str]:
    """What a reader of a rate must know of the readings behind it: people by reason, none named."""
    said = []
    for rate in measured.rates:
        if not rate.measure.doubts:
            continue
        where = "p.denominator and not p.denominator_exclusion"
        people = _people(engine, measured, rate, where, rate.measure.doubts)
        for test in rate.measure.doubts:
            if count := sum(1 for person in people if person[test]):
                said.append(
                    f"Measure {rate.measure.number}, {count:,} people: {rate.measure.tests[test]}."
                )
    return said


def left_out_listing(engine: Engine, measured: Measured, practices: Mapping[str, str]) -> Listing:
    """Every person left out of a measure or excepted, and why."""
    rows: list[list[Any]] = []
    for rate in measured.rates:
        for population in ("denominator_exclusion", "denominator_exception"):
            if population not in rate.measure.populations:
                continue
            tests = tests_of(rate.measure, population)
            for person in _people(engine, measured, rate, f"p.{population}", tests):
                why = "; ".join(rate.measure.tests[test] for test in tests if person[test])
                kind = "left out" if population == "denominator_exclusion" else "excepted"
                rows.append(
                    [
                        person["person_id"],
                        practices[person["person_id"]],
                        rate.measure.number,
                        kind,
                        why,
                    ]
                )
    fields = (
        Field("Person", role="who"),
        Field("Practices", role="who"),
        Field("Measure"),
        Field("State"),
        Field("Why", role="evidence"),
    )
    return Listing("left_out", f"Left out and excepted {measured.year}", fields, rows)


def _people(
    engine: Engine, measured: Measured, rate: MeasureRate, where: str, tests: Sequence[str]
) -> list[dict[str, Any]]:
    """People of a state with the tests they pass and the practices that have a chart of them."""
    name = rate.measure.step.name
    engine.register("population", measured.results[f"{name}_population"].table.parts)
    engine.register("test", measured.results[name].table.parts)
    flags = ", ".join(
        f"max(case when t.test = {literal(test)} then 1 else 0 end) = 1 as {test}" for test in tests
    )
    return engine.rows(_STATES.format(flags=flags, where=where))


def practices_of_people(engine: Engine) -> dict[str, str]:
    """The practices that have a chart of each person, in one text."""
    practices: dict[str, list[str]] = {}
    for row in engine.rows("select distinct person_id, practice from patient order by 1, 2"):
        practices.setdefault(row["person_id"], []).append(row["practice"])
    return {person: " ".join(names) for person, names in practices.items()}
