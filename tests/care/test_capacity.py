"""Minutes of owners: for whom they do not suffice, worked by hand, and what no panel can change."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable
from openvbc.programs.care.care_file import read_care_file
from openvbc.programs.care.user_files import read_user_files
from openvbc.rules.load import load_rules
from openvbc.steps import care
from openvbc.steps.care.tables import GIVEN, minutes_a_year, tables

TODAY = dt.date(2024, 12, 31)
NAMES = {5: "complex", 4: "high", 3: "rising", 2: "chronic", 1: "healthy"}
# Minutes a year by the shipped tiers: 365 days hold 52 weeks of 60 minutes, 26 fortnights of 40,
# 12 times 30 days of 30, 4 times 90 days of 20, once 365 days of 10.
MINUTES = {5: 3120, 4: 1040, 3: 360, 2: 80, 1: 10}


@pytest.fixture(scope="module")
def engine():
    with DuckDBEngine(threads=1) as opened:
        yield opened


def lists(panel, capacity, engine, folder):
    """Overflow and balance of a panel: person, owner, tier, percentile of spending."""
    columns = {
        "person_id": "string", "owner": "string", "tier": "int", "tier_name": "string",
        "rule": "string", "spending_percentile": "int", "next_contact_due": "date",
        "evidence_claim": "string",
    }  # fmt: skip
    rows = [(p, o, t, NAMES[t], "a rule", s, TODAY, f"claim of {p}") for p, o, t, s in panel]
    loads = next(t.table for t in tables(load_rules("care"), TODAY) if t.table.name == "tier_load")
    small = [
        SmallTable("panel", columns, rows), loads,
        SmallTable("owner_capacity", GIVEN["owner_capacity"], list(capacity.items())),
    ]  # fmt: skip
    wanted = ("panel_overflow", "owner_balance")
    steps = [each for each in care.steps() if each.name in wanted]
    made = Pipeline(steps).run(engine, [], small, folder)
    for name in wanted:
        engine.register(name, made[name].table.parts)
    return (
        engine.rows("select * from panel_overflow order by owner, place"),
        engine.rows("select * from owner_balance order by owner"),
    )


PANEL = [
    ("A", "Ana", 5, 40), ("B", "Ana", 4, 95), ("C", "Ana", 4, 20), ("D", "Ana", 1, 99),
    ("E", "Bo", 2, 10), ("F", "nobody", 3, 10),
]  # fmt: skip


def test_minutes_go_by_tier_then_by_spending_until_they_are_used_up(engine, tmp_path):
    # Ana: A 3,120, with B 4,160, with C 5,200, with D 5,210. She has 5,000: C is over, and D after
    # C, though D alone would fit.
    over, balance = lists(PANEL, {"Ana": 5000, "Bo": 0, "Cy": 500}, engine, tmp_path)
    said = [(r["person_id"], r["owner"], r["place"], r["minutes_up_to"]) for r in over]
    assert said == [("C", "Ana", 3, 5200), ("D", "Ana", 4, 5210), ("E", "Bo", 1, 80)]
    assert {r["evidence_claim"] for r in over} == {"claim of C", "claim of D", "claim of E"}
    told = [tuple(row.values()) for row in balance]
    assert told == [
        ("Ana", 4, 3, 5210, 5000, -210, 2),
        ("Bo", 1, 0, 80, 0, -80, 1),
        ("Cy", 0, 0, 0, 500, 500, 0),
        ("nobody", 1, 0, 360, None, None, None),
    ]


def test_minutes_that_just_suffice_leave_nobody_over(engine, tmp_path):
    assert not lists(PANEL, {"Ana": 5210}, engine, tmp_path)[0]
    over, _ = lists(PANEL, {"Ana": 5209}, engine, tmp_path)
    assert [row["person_id"] for row in over] == ["D"]


def test_minutes_of_a_year_are_those_of_whole_contacts():
    assert minutes_a_year(7, 60) == 3120
    assert minutes_a_year(14, 40) == 1040  # 26 fortnights, not 26.07


people = st.lists(
    st.tuples(st.sampled_from(["Ana", "Bo"]), st.integers(1, 5), st.integers(0, 100)), max_size=8
)


@settings(max_examples=25, deadline=None)
@given(panel=people, minutes=st.integers(0, 9000))
def test_who_is_not_over_fits_and_one_more_would_not(engine, tmp_path_factory, panel, minutes):
    named = [(f"P{n}", *row) for n, row in enumerate(panel)]
    over, balance = lists(named, {"Ana": minutes}, engine, tmp_path_factory.mktemp("c"))
    mine = {p: MINUTES[t] for p, o, t, _ in named if o == "Ana"}
    beyond = [row["person_id"] for row in over]
    fits = sum(need for p, need in mine.items() if p not in beyond)
    assert set(beyond) <= set(mine)
    assert fits <= minutes
    if beyond:
        assert fits + mine[beyond[0]] > minutes
    owners = {row["owner"]: row for row in balance}
    assert owners["Ana"]["minutes_needed"] == sum(mine.values())
    assert owners["Ana"]["people_over"] == len(beyond)
    assert sum(row["people"] for row in balance) == len(named)


def test_capacities_that_cannot_be_are_set_aside(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "care.yaml").write_text(
        "as_of: 2024-03-15\ncapacity: capacity.csv\n", encoding="utf-8"
    )
    (tmp_path / "capacity.csv").write_text(
        "owner,minutes_a_year\nAna,5000\nBo,10\nBo,20\nCy,-1\nDi,12.5\nEd,527041\nFay,many\nAna,5000\n",
        encoding="utf-8",
    )
    file, _ = read_care_file(tmp_path)
    entries = read_user_files(file)
    assert entries.rows["owner_capacity"] == [("Ana", 5000)]
    assert entries.set_aside["capacity: two capacities of one owner"] == 1
    assert sum(entries.set_aside.values()) == 5  # Bo's, and the four that are no minutes of a year
