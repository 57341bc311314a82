"""Invariants of the work lists: tiers partition the panel, dates never move, nothing is lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.care_store import CareStore, run
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable
from openvbc.programs.care.user_files import preset_rules
from openvbc.rules.load import load_code_table, load_rules
from openvbc.steps import care
from openvbc.steps.care.calendar import business_day_after, holidays, is_business_day
from openvbc.steps.care.tables import tables

TODAY = dt.date(2024, 12, 31)
COMPONENTS = sorted({row["component"] for row in load_code_table("care", "tier_rule")})


@pytest.fixture(scope="module")
def engine():
    with DuckDBEngine(threads=1) as opened:
        yield opened


def tiers(people, engine, folder, rules=None):
    """Tiers of people given as components; every name may be missing."""
    panel = [(TODAY, name, dt.date(1950, 1, 1), "female") for name in people]
    rows = [
        (TODAY, name, component, value, "c")
        for name, components in people.items()
        for component, value in components.items()
    ]
    kinds = {"as_of": "date", "person_id": "string", "component": "string",
             "component_value": "decimal(18,4)", "evidence_claim": "string"}  # fmt: skip
    columns = {"as_of": "date", "person_id": "string", "birth_date": "date", "sex": "string"}
    small = [
        SmallTable("panel_person", columns, panel), SmallTable("panel_component", kinds, rows),
        *(t.table for t in tables(load_rules("care"), TODAY, tier_rules=rules)
          if t.table.name.startswith("tier")),
    ]  # fmt: skip
    step = next(each for each in care.steps() if each.name == "panel_tier")
    made = Pipeline([step]).run(engine, [], small, folder)["panel_tier"]
    engine.register("panel_tier", made.table.parts)
    return engine.rows("select * from panel_tier order by person_id")


@pytest.mark.parametrize(
    ("preset", "components", "tier"),
    [
        ("lace", {"lace": 10}, 4),
        ("lace", {"lace": 9, "frailty_score": 40}, 3),
        ("lace", {"lace": 4, "chronic_conditions": 2}, 2),
        ("lace", {}, 1),
        ("hospital-frailty", {"frailty_score": Decimal("15.1")}, 4),
        ("hospital-frailty", {"frailty_score": 15}, 3),
        ("hospital-frailty", {"frailty_score": Decimal("4.9"), "lace": 12}, 1),
        ("charlson", {"charlson": 5}, 4),
        ("charlson", {"charlson": 2}, 2),
        ("spending", {"spending_percentile": 98}, 5),
        ("spending", {"spending_percentile": 89}, 3),
    ],
)
def test_a_preset_makes_tiers_by_its_score_alone(engine, tmp_path, preset, components, tier):
    assert tiers({"A": components}, engine, tmp_path, preset_rules(preset))[0]["tier"] == tier


def expected_tier(components):
    """The rules read one by one, in plain Python."""
    rules = {}
    for row in load_code_table("care", "tier_rule"):
        rules.setdefault((int(row["tier"]), row["rule"]), []).append(row)
    for (tier, rule), conditions in sorted(rules.items(), key=lambda each: -each[0][0]):
        if all(
            c["component"] in components
            and (
                components[c["component"]] > Decimal(c["threshold"])
                if c["comparison"] == "MORE_THAN"
                else components[c["component"]] >= Decimal(c["threshold"])
            )
            for c in conditions
        ):
            return tier, rule
    return 1, ""


VALUES = st.sampled_from([Decimal(v) for v in ("0", "0.3", "1", "2", "2.5", "3", "10", "15", "15.1",
                                               "90", "98")])  # fmt: skip
PEOPLE = st.lists(st.dictionaries(st.sampled_from(COMPONENTS), VALUES), min_size=20, max_size=60)


@given(PEOPLE)
@settings(max_examples=4)
def test_tiers_partition_the_panel(engine, tmp_path_factory, people):
    """Everybody has one tier, the highest of which a rule holds."""
    named = {f"P{number:02d}": components for number, components in enumerate(people)}
    rows = tiers(named, engine, tmp_path_factory.mktemp("tiers"))
    assert [row["person_id"] for row in rows] == sorted(named)
    for row in rows:
        tier, rule = expected_tier(named[row["person_id"]])
        assert row["tier"] == tier
        assert bool(row["rule"]) == bool(rule)


def test_a_threshold_is_reached_or_passed_as_its_rule_says(engine, tmp_path):
    people = {
        "A": {"frailty_score": Decimal(15)},  # more than 15 is asked for
        "B": {"frailty_score": Decimal("15.1")},
        "C": {"risk_score": Decimal("2.5")},  # 2.5 is enough
        "D": {"risk_score": Decimal("2.4999")},
        "E": {"unplanned_admissions": Decimal(1), "chronic_conditions": Decimal(2)},
        "F": {"unplanned_admissions": Decimal(1), "chronic_conditions": Decimal(3)},
    }
    tier_by_person = {row["person_id"]: row["tier"] for row in tiers(people, engine, tmp_path)}
    assert tier_by_person == {"A": 1, "B": 5, "C": 4, "D": 1, "E": 2, "F": 4}


DELAYS = st.lists(st.integers(0, 60), min_size=24, max_size=24)


@given(DELAYS)
@settings(max_examples=2)
def test_due_dates_never_move_when_data_arrive_late(engine, tmp_path_factory, delays):
    """The same discharges, known sooner or later: dates of those listed are the same."""
    days = [dt.date(2024, 12, day) for day in (2, 9, 17, 27)]
    due = {  # two business days by hand: 25 December is a holiday, 28 and 29 a weekend
        days[0]: dt.date(2024, 12, 4), days[1]: dt.date(2024, 12, 11),
        days[2]: dt.date(2024, 12, 19), days[3]: dt.date(2024, 12, 31),
    }  # fmt: skip
    store = CareStore()
    days *= len(delays) // len(days)
    for number, (day, delay) in enumerate(zip(days, delays, strict=True)):
        store.person(f"P{number}")
        known = day + dt.timedelta(delay)
        first = day - dt.timedelta(3)
        store.claim(f"P{number}", f"stay a {first}..{day} 900 dx=R1013 known={known}")
    rows = run(
        store, "2024-12-31", engine, tmp_path_factory.mktemp("late"), ["transition", "discharge"]
    )
    known = sorted(day for day, delay in zip(days, delays, strict=True)
                   if day + dt.timedelta(delay) <= TODAY)  # fmt: skip
    assert sorted(row["discharge_date"] for row in rows["transition"]) == known
    for row in rows["transition"]:
        assert row["contact_due"] == due[row["discharge_date"]]
        assert row["visit_due_14"] == row["discharge_date"] + dt.timedelta(14)
        late = row["known_on"] > row["contact_due"]
        assert row["state"] == ("LATE_KNOWLEDGE" if late else "NEW")


CLAIM = st.tuples(
    st.sampled_from(["stay", "physician", "outpatient", "nursing", "home"]),
    st.dates(dt.date(2022, 6, 1), dt.date(2024, 12, 31)),
    st.sampled_from(["I5020", "E119", "J449", "I639", "I639+S06340A", "N183", "Z000"]),
)


@given(st.lists(st.lists(CLAIM, min_size=1, max_size=5), min_size=10, max_size=20))
@settings(max_examples=2)
def test_a_claim_more_never_takes_a_condition_away(engine, tmp_path_factory, people):
    """Of each two people the first has the claims but the last, the second all of them."""
    store = CareStore()
    for pair, claims in enumerate(people):
        for name, held in ((f"A{pair}", claims[:-1]), (f"B{pair}", claims)):
            store.person(name)
            for number, (kind, day, codes) in enumerate(held):
                store.claim(name, f"{kind} c{number} {day} 10 dx={codes}")
    rows = run(store, "2024-12-31", engine, tmp_path_factory.mktemp("more"), ["person_condition"])[
        "person_condition"
    ]
    of = {
        side: {
            (r["person_id"][1:], r["as_of"], r["algorithm"], r["condition"])
            for r in rows
            if r["person_id"].startswith(side)
        }
        for side in "AB"
    }
    assert of["B"]
    assert of["A"] <= of["B"]


def test_business_days_by_hand():
    # Thursday 3 July 2025: the next business day is Monday the 7th (4 July is a holiday).
    assert business_day_after(dt.date(2025, 7, 3), 2) == dt.date(2025, 7, 8)
    # New Year's Day of 2022 was a Saturday, kept on Friday 31 December 2021.
    assert not is_business_day(dt.date(2021, 12, 31))
    # Juneteenth is a holiday from 2021; 19 June 2020 was a working Friday.
    assert is_business_day(dt.date(2020, 6, 19))
    assert dt.date(2024, 11, 28) in holidays(2024)  # the fourth Thursday
    assert dt.date(2024, 5, 27) in holidays(2024)  # the last Monday of May


def test_owners_add_up_to_the_panel(engine, tmp_path):
    store = CareStore()
    for name in ("A", "B", "C", "D"):
        store.person(name)
    store.claim("B", "physician v 2024-05-01 100 code=99213 tin=222222222")
    given_rows = {"owner": [("A", "Ana")]}
    rows = run(store, "2024-12-31", engine, tmp_path, ["panel"], given_rows)["panel"]
    owners = {row["person_id"]: row["owner"] for row in rows}
    assert owners == {"A": "Ana", "B": "222222222", "C": "nobody", "D": "nobody"}


def test_the_year_before_is_tested_by_what_was_known_then(engine, tmp_path):
    """Ten people: the one of a high tier a year ago costs most since, by hand 900 of 1,400."""
    store = CareStore()
    for number in range(10):
        store.person(f"P{number}")
        store.claim(f"P{number}", f"physician n 2024-03-0{number % 9 + 1} 50 code=99213")
    for stay, day in (("a", "2023-09-01"), ("b", "2023-11-01")):
        store.claim("P7", f"stay {stay} {day}..{day} 10 dx=R1013 admit=1")
    store.claim("P7", "stay c 2024-06-01..2024-06-04 900 dx=R1013 admit=1")
    rows = run(store, "2024-12-31", engine, tmp_path, ["back_test"])["back_test"]
    ten = next(row for row in rows if row["share"] == 10)
    assert (ten["panel_people"], ten["people"], ten["found"]) == (10, 1, 1)
    assert (ten["spending"], ten["spending_all"]) == (Decimal("950.00"), Decimal("1400.00"))
    assert (ten["admissions"], ten["admissions_all"]) == (1, 1)
