"""The drivers of a run, read once from its tables: kinds of care, groups of people, what followed.

::

    with reading() as engine:
        drivers = drivers_of(run, engine)
        drivers.largest[0].effect            # what the largest driver did to the result
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal
from openvbc.errors import EmptyResult
from openvbc.programs.drivers.groups import mean_scores
from openvbc.programs.drivers.kinds import Kind, Kinds, kinds_of
from openvbc.programs.drivers.ranked import CareDrivers, ranked
from openvbc.programs.drivers.yardstick import yardstick_of
from openvbc.run import Run

Row = Mapping[str, Any]
TABLES = (
    "assigned_person", "attributed_practice", "population", "service_mix", "person_payment",
    "hospital_discharge", "specialty_care",
)  # fmt: skip
"""Tables of the run that are read; without them the run is of before there were drivers."""


@dataclass(frozen=True)
class Drivers(CareDrivers):
    """Everything that is told of a run, with the engine that holds its tables."""

    engine: Engine = field(repr=False)
    means: Mapping[str, Fraction]
    """Mean risk score by enrollment type."""
    has_indicators: bool
    """Whether avoidable encounters were looked for."""
    calendar_year: int
    """Of the year that is settled."""

    @cached_property
    def benchmark_a_person_year(self) -> Fraction:
        """The benchmark of everybody over their person-years, USD; zero without any."""
        kinds = self.kinds
        months = sum(kinds.year(self.yardstick.main, each).months for each in kinds.types)
        benchmark = sum((kinds.benchmark(each) for each in kinds.types), Fraction(0))
        return benchmark / Fraction(months, 12) if months else Fraction(0)

    def people_of(self, kind: Kind, at_most: int | None = None) -> Sequence[Row]:
        """Who had this care in the year, by dollars, the most first."""
        limit = "" if at_most is None else f" limit {at_most}"
        return self.engine.rows(
            "select y.person_id, sum(y.amount) as amount "
            f"from ({_payments(self.yardstick.main)}) y "
            f"where y.enrollment_type = {literal(kind[0])} "
            f"and y.service_category = {literal(kind[1])} group by y.person_id "
            f"order by amount desc, y.person_id{limit}"
        )

    def foremost_people(self, at_most: int) -> Mapping[Kind, Sequence[Row]]:
        """Of every kind of care the people with most dollars, the most first."""
        rows = self.engine.rows(
            "with paid as (select enrollment_type, service_category, person_id, "
            f"sum(amount) as amount from ({_payments(self.yardstick.main)}) y "
            "group by enrollment_type, service_category, person_id), placed as (select *, "
            "row_number() over (partition by enrollment_type, service_category "
            "order by amount desc, person_id) as place from paid) "
            f"select * from placed where place <= {at_most} order by place"
        )
        people_by_kind: dict[Kind, list[Row]] = defaultdict(list)
        for row in rows:
            people_by_kind[row["enrollment_type"], row["service_category"]].append(row)
        return people_by_kind


def drivers_of(run: Run, engine: Engine) -> Drivers:
    """Read the tables of a run into an engine, which must stay open while drivers are asked.

    Raises:
        EmptyResult: the year is not over, has no earlier year, or the run is of an older version.
    """
    known = set(run.tables)
    lacking = [name for name in TABLES if name not in known]
    if lacking:
        raise EmptyResult(
            f"the run has no table {lacking[0]}",
            rule="drivers are read from tables that a Shared Savings run of this version makes",
            action="run the project again",
            code="VBC-9903",
        )
    events = [name for name in ("indicator_event",) if name in known]
    run.register(engine, *TABLES, *events)
    yardstick = yardstick_of(run, engine)
    mix = engine.rows("select * from service_mix")
    people = engine.rows(
        "select period, enrollment_type, sum(person_months) as months, sum(amount) as paid, "
        "sum(truncated_amount_times_12) as counted_times_12 from assigned_person "
        "group by period, enrollment_type"
    )
    kinds = kinds_of(yardstick, mix, people)
    year = next(p["calendar_year"] for p in run.periods if p["period"] == yardstick.main)
    return Drivers(
        kinds, ranked(kinds, _people(kinds, engine)), engine, mean_scores(engine, yardstick),
        bool(events), year,
    )  # fmt: skip


def _people(kinds: Kinds, engine: Engine) -> dict[Kind, int]:
    """How many people had a payment of each kind of care in the year."""
    counted = engine.rows(
        "select enrollment_type, service_category, count(distinct person_id) as people "
        f"from ({_payments(kinds.yardstick.main)}) y group by enrollment_type, service_category"
    )
    return {(r["enrollment_type"], r["service_category"]): int(r["people"]) for r in counted}


def _payments(period: str) -> str:
    """Payments that count of people assigned in a period."""
    return (
        "select p.* from person_payment p join population q on q.person_id = p.person_id "
        f"and q.period = p.period and q.population = 'ASSIGNED' where p.period = {literal(period)}"
    )
