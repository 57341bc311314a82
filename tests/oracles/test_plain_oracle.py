"""The engine against the plain oracle: every person of a generated set, assignment and spending.

The oracle (tests/oracles/plain) reads the raw deliveries itself and shares no code, rule file or
SQL with the engine; where the specification is silent both follow the readings written in
docs/programs/mssp.md.
"""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest

from oracles.plain.assignment import Assignment, Year
from oracles.plain.expenditure import TYPES, per_capita, person_amounts
from oracles.plain.feed import Feed, read_csv

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
pytestmark = pytest.mark.skipif(
    not (SHARED / "data/layouts/cclf_layouts.csv").exists(), reason="no shared layouts"
)


def years(calendar_year: int, performance_year: int, prospective: bool) -> list[Year]:
    return [
        Year(period, year, performance_year, prospective)
        for period, year in zip(
            ("BY1", "BY2", "BY3", "PY"),
            (*range(calendar_year - 3, calendar_year), performance_year),
            strict=True,
        )
    ]


def made(folder: Path, settings):
    """The run of a population that is generated into the folder."""
    import openvbc
    from openvbc.synth import generate

    generate(settings, folder)
    return openvbc.Project(folder / "openvbc.yaml").run()


def compare(folder: Path, settings, run) -> None:
    prospective = settings.assignment_method == "prospective"
    feed = Feed(folder, SHARED)
    rules = Assignment(feed, SHARED, "A9001", settings.performance_year)
    engine = {(r["person_id"], r["period"]): r for r in run.table("assignment").rows()}
    spending = {
        (r["person_id"], r["period"], r["enrollment_type"]): (r["person_months"], r["amount"])
        for r in run.table("person_expenditure").rows()
        if r["person_months"]
    }
    people = sorted({person for person, _ in engine})
    assert len(people) > settings.people * 0.9
    factors = read_csv(folder / "factors/national.csv")
    for year in years(settings.agreement_start.year, settings.performance_year, prospective):
        amounts = []
        for person in people:
            mine = rules.decide(person, year)
            theirs = engine[person, year.period]
            assert (theirs["is_assigned"], theirs["step"] or "") == (
                mine.assigned,
                mine.step if mine.assigned else theirs["step"] or "",
            ), (person, year)
            if mine.assigned:
                amounts.append(person_amounts(rules, person, year))
                for kind, (months, amount) in amounts[-1].items():
                    assert spending[person, year.period, kind] == (months, amount), (person, year)
        here = [f for f in factors if int(f["calendar_year"]) == year.calendar_year]
        by_type = {f["enrollment_type"]: f for f in here}
        expected = per_capita(
            amounts,
            {kind: Decimal(by_type[kind]["truncation_threshold"]) for kind in TYPES},
            {kind: Decimal(by_type[kind]["completion_factor"]) for kind in TYPES},
        )
        rates = {
            r["enrollment_type"]: Decimal(r["truncated_amount_times_12"]) / r["person_months"]
            for r in run.table("per_capita_expenditure").rows()
            if r["population"] == "ASSIGNED" and r["period"] == year.period and r["person_months"]
        }
        assert set(rates) == set(expected)
        for kind, value in expected.items():
            assert abs(rates[kind] - value) < Decimal("0.0000001")


def test_every_person_agrees(finished):
    """The project that was run for every test: 200 people, every planted case among them."""
    import openvbc
    from openvbc.synth import Settings

    settings = Settings(people=200, seed=5, light=True)
    compare(finished, settings, openvbc.Run.open(finished / "run"))


@pytest.mark.slow
def test_every_person_of_another_population_agrees(tmp_path):
    from openvbc.synth import Settings

    settings = Settings(people=400, seed=11, light=True)
    compare(tmp_path / "aco", settings, made(tmp_path / "aco", settings))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "start"),
    [
        ("retrospective", 2024),
        ("prospective", 2024),
        ("retrospective", 2025),
        ("prospective", 2025),
    ],
)
def test_every_person_of_two_thousand_agrees(tmp_path, method, start):
    from openvbc.synth import Settings

    settings = Settings(
        people=2000,
        seed=start,
        performance_year=start,
        agreement_start=dt.date(start, 1, 1),
        assignment_method=method,
    )
    compare(tmp_path / "aco", settings, made(tmp_path / "aco", settings))
