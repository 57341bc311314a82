"""A hand case for each rule of the prevention indicators, and what composites may never be."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from care.care_store import CareStore, run
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.programs.quality.intervals import byar
from openvbc.rules.load import load_code_table
from openvbc.steps.care.expected import probabilities

# Each: what it shows, birth, claim, indicators that it counts in. Principal diagnosis first.
CASES = [
    ("ketoacidosis", 1950, "stay dx=E1010", {"PQI01", "PQI90", "PQI92", "PQI93"}),
    ("ketoacidosis at 17", 2007, "stay dx=E1010", set()),
    ("complication of diabetes", 1950, "stay dx=E1121", {"PQI03", "PQI90", "PQI92", "PQI93"}),
    ("diabetes out of control", 1950, "stay dx=E1165", {"PQI14", "PQI90", "PQI92", "PQI93"}),
    ("COPD", 1950, "stay dx=J441", {"PQI05", "PQI90", "PQI92"}),
    ("COPD with cystic fibrosis", 1950, "stay dx=J441+E840", set()),
    ("asthma at 30", 1994, "stay dx=J45901", {"PQI15", "PQI90", "PQI92"}),
    ("asthma at 30 with cystic fibrosis", 1994, "stay dx=J45901+E840", set()),
    ("hypertension", 1950, "stay dx=I10", {"PQI07", "PQI90", "PQI92"}),
    ("hypertension, kidney disease and dialysis access", 1950,
     "stay dx=I10+I129 procedures=031509D", set()),
    ("hypertension and kidney disease without access", 1950, "stay dx=I10+I129",
     {"PQI07", "PQI90", "PQI92"}),
    ("heart failure", 1950, "stay dx=I5020", {"PQI08", "PQI90", "PQI92"}),
    ("heart failure and a pacemaker", 1950, "stay dx=I5020 procedures=02H43JZ", set()),
    ("heart failure, second diagnosis", 1950, "stay dx=Z000+I5020", set()),
    ("pneumonia", 1950, "stay dx=J13", {"PQI11", "PQI90", "PQI91"}),
    ("pneumonia with sickle cell disease", 1950, "stay dx=J13+D5700", set()),
    ("pneumonia with HIV", 1950, "stay dx=J13+B20", set()),
    ("urinary infection", 1950, "stay dx=N390", {"PQI12", "PQI90", "PQI91"}),
    ("urinary infection, kidney disorder", 1950, "stay dx=N390+N110", set()),
    ("urinary infection, immunocompromised", 1950, "stay dx=N390+B20", set()),
    ("amputation with diabetes", 1950, "stay dx=I70261+E119 procedures=0Y620ZZ",
     {"PQI16", "PQI90", "PQI92", "PQI93"}),
    ("amputation without diabetes", 1950, "stay dx=I70261 procedures=0Y620ZZ", set()),
    ("amputation after an injury", 1950, "stay dx=I70261+E119+S88011A procedures=0Y620ZZ", set()),
    ("could not be grouped", 1950, "stay dx=I5020 drg=999", set()),
    ("from a hospital", 1950, "stay dx=I5020 origin=4", set()),
    ("from a nursing facility", 1950, "stay dx=I5020 origin=5", set()),
    ("from another facility", 1950, "stay dx=I5020 origin=6", set()),
    ("from a clinic", 1950, "stay dx=I5020 origin=2", {"PQI08", "PQI90", "PQI92"}),
    ("a stay in another hospital before, origin not said", 1950,
     "stay dx=Z000 ccn=020002 & stay dx=I5020 ccn=010001", set()),
    ("a rehabilitation hospital", 1950, "stay dx=I5020 ccn=013025", set()),
    ("dental visit", 1950, "emergency dx=K029", {"PQE01"}),
    ("dental visit after an injury of the face", 1950, "emergency dx=K029+S01401A", set()),
    ("dental visit at 4", 2020, "emergency dx=K029", set()),
    ("heart failure visit", 1950, "emergency dx=I5020", {"PQE02"}),
    ("bronchitis with COPD", 1950, "emergency dx=J209+J449", {"PQE02"}),
    ("bronchitis alone", 1950, "emergency dx=J209", set()),
    ("heart failure visit at 39", 1985, "emergency dx=I5020", set()),
    ("cellulitis at 60", 1964, "emergency dx=L03116", {"PQE03"}),
    ("cellulitis at 60 with diabetes", 1964, "emergency dx=L03116+E119", set()),
    ("cellulitis at 60 with HIV", 1964, "emergency dx=L03116+B20", set()),
    ("cellulitis at 70", 1954, "emergency dx=L03116", set()),
    ("urinary infection of a woman of 30", 1994, "emergency dx=N390", {"PQE03"}),
    ("urinary infection of a woman of 40", 1984, "emergency dx=N390", set()),
    ("asthma visit at 30", 1994, "emergency dx=J45901", {"PQE04"}),
    ("asthma visit at 30 with pneumonia", 1994, "emergency dx=J45901+J13", set()),
    ("bronchitis with asthma at 30", 1994, "emergency dx=J209+J45901", {"PQE04"}),
    ("one visit for back pain", 1950, "emergency dx=M5450", set()),
    ("three visits for back pain", 1950,
     "emergency dx=M5450 & emergency dx=M5450 & emergency dx=M5450", {"PQE05"}),
    ("back pain, the second with cancer", 1950,
     "emergency dx=M5450 & emergency dx=M5450+C001", set()),
    ("back pain at 17", 2007, "emergency dx=M5450 & emergency dx=M5450", set()),
]  # fmt: skip


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    store = CareStore()
    for number, (_, birth, claim, _) in enumerate(CASES):
        store.person(f"P{number}", birth=f"{birth}-01-01")
        for day, one in enumerate(claim.split(" & "), start=1):
            kind, said = one.split(" ", 1)
            if kind == "stay":
                store.claim(f"P{number}", f"stay a{day} 2024-06-0{day}..2024-06-05 9000 {said}")
            else:
                store.claim(
                    f"P{number}", f"outpatient a{day}/1 2024-06-0{day} 300 revenue=0450 {said}"
                )
    with DuckDBEngine(threads=1) as engine:
        return run(
            store, "2024-12-31", engine, tmp_path_factory.mktemp("rates"),
            ["indicator_event", "population_count"],
        )  # fmt: skip


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: CASES[n][0])
def test_case_of_an_indicator(events, number):
    indicators = [
        row["indicator"] for row in events["indicator_event"] if row["person_id"] == f"P{number}"
    ]
    assert sorted(indicators) == sorted(CASES[number][3])


def test_back_pain_counts_at_the_second_visit(events):
    days = [r["encounter_date"] for r in events["indicator_event"] if r["indicator"] == "PQE05"]
    assert days == [dt.date(2024, 6, 2)]


def test_every_indicator_has_a_case_that_counts_and_one_that_is_left_out():
    counted = set().union(*(each[3] for each in CASES))
    assert {row["indicator"] for row in load_code_table("care", "indicator_branch")} <= counted


def test_a_composite_is_never_more_than_its_parts(events):
    rows = events["indicator_event"]
    for row in load_code_table("care", "indicator_composite"):
        parts = {
            each["indicator"]
            for each in load_code_table("care", "indicator_composite")
            if each["composite"] == row["composite"]
        }
        whole = sum(1 for each in rows if each["indicator"] == row["composite"])
        assert 0 < whole <= sum(1 for each in rows if each["indicator"] in parts)


def test_only_people_of_the_age_are_looked_at(events):
    months = {(row["person_id"], row["measure"]): row["months"] for row in
              events["population_count"]}  # fmt: skip
    assert months["P0", "PQI05"] == 12
    assert months["P6", "PQI05"] == 0  # 30 years old
    assert months["P6", "PQI15"] == 12
    assert months["P1", "PQI90"] == 0  # 17 years old


def test_the_expected_rate_is_the_logistic_of_the_published_terms():
    """PQI 05, women of 70 to 74, by hand: -5.591889652529 - 0.080883378763 - 0.268501081089
    + 0.199797815472 = -5.741476296909; 1 / (1 + e^5.741476...) = 0.0031998 (a calculator)."""
    rates = {(m, sex, low): p for m, sex, low, _, p in probabilities()}
    assert abs(rates["PQI05", "female", 70 * 12] - Decimal("0.0032")) < Decimal("0.000001")
    oldest = rates["PQI05", "male", 85 * 12]  # the group of reference: the intercept alone
    assert abs(oldest - Decimal("0.0037132")) < Decimal("0.000001")


@pytest.mark.parametrize("events", [1, 3, 10, 47, 250])
def test_the_interval_of_a_count_is_near_the_exact_one(events):
    stats = pytest.importorskip("scipy.stats")
    low, high = byar(events)
    assert float(low) == pytest.approx(stats.chi2.ppf(0.025, 2 * events) / 2, abs=0.06)
    assert float(high) == pytest.approx(stats.chi2.ppf(0.975, 2 * events + 2) / 2, abs=0.06)


def test_no_event_has_an_interval_from_zero():
    low, high = byar(0)
    assert low == 0
    assert Decimal("3.6") < high < Decimal("3.7")  # 3.689 exactly


def test_the_year_is_the_twelve_months_to_the_day(tmp_path):
    store = CareStore()
    store.person("P")
    store.claim("P", "stay a 2023-12-20..2023-12-31 9000 dx=I5020")
    store.claim("P", "stay b 2024-01-02..2024-01-05 9000 dx=I5020")
    with DuckDBEngine(threads=1) as engine:
        rows = run(store, "2024-12-31", engine, tmp_path, ["indicator_event"])["indicator_event"]
    assert {row["encounter_date"] for row in rows} == {dt.date(2024, 1, 5)}
