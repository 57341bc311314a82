"""Drivers of a result: the arithmetic by hand on a few services, and that every part adds up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.engine.reading import reading
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.drivers import groups
from openvbc.programs.drivers.causes import causes_of, cents
from openvbc.programs.drivers.drivers import drivers_of
from openvbc.programs.drivers.groups import Group, groups_of
from openvbc.programs.drivers.listings import driver_listings
from openvbc.programs.mssp.from_claims import CLAIMS
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run


def test_volume_mix_and_price_by_hand():
    # Earlier year: 4 stays of DRG 470 for 40,000 (10,000 each), 1 of 871 for 20,000: 5 for 60,000,
    # 12,000 on average. Person-months grow by half, the benchmark by a tenth:
    #   expected 60,000 * 1.5 * 1.1 = 99,000.
    # The year: 3 of 470 for 36,000 and 4 of 871 for 100,000 and 1 of 291, which is new, for 9,000:
    #   8 for 145,000; effect 99,000 - 145,000 = -46,000.
    # Volume (5 * 1.5 - 8) * 12,000 * 1.1 = -6,600.
    # At earlier prices 3 * 10,000 + 4 * 20,000 + 1 * 12,000 (new: the average) = 122,000:
    #   mix (8 * 12,000 - 122,000) * 1.1 = -28,600; price 122,000 * 1.1 - 145,000 = -10,800.
    # -6,600 - 28,600 - 10,800 = -46,000.
    before = {"470": (4, Decimal(40000)), "871": (1, Decimal(20000))}
    now = {"470": (3, Decimal(36000)), "871": (4, Decimal(100000)), "291": (1, Decimal(9000))}
    causes = causes_of(before, now, Fraction(3, 2), Fraction(11, 10))
    assert (causes.expected, causes.spent, causes.effect) == (99000, 145000, -46000)
    assert (causes.volume, causes.mix, causes.price) == (-6600, -28600, -10800)


def test_care_the_earlier_year_did_not_have_is_all_volume():
    causes = causes_of({}, {"": (2, Decimal("10.50"))}, Fraction(1), Fraction(1))
    assert (causes.volume, causes.mix, causes.price) == (Fraction("-10.5"), 0, 0)


ITEMS = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(st.integers(-2, 9), st.decimals(-999, 9999, places=2)),
    max_size=4,
)


@given(ITEMS, ITEMS, st.fractions(0, 3), st.fractions(0, 3))
def test_the_causes_add_up_whatever_the_numbers_are(before, now, growth, trend):
    causes = causes_of(before, now, growth, trend)
    assert causes.volume + causes.mix + causes.price == causes.effect


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("1/3", "0.33"), ("-2/3", "-0.67"), ("0", "0.00")],
)
def test_cents_are_rounded_half_up(amount, shown):
    assert cents(Fraction(amount)) == Decimal(shown)


def test_a_group_of_three_by_hand():
    # Three people with shares 1000, 1000, 2000 of the benchmark spent 900, 1300, 2200: ratio
    # 4400 / 4000 = 1.1. Residuals 900 - 1100, 1300 - 1100, 2200 - 2200 = -200, 200, 0; their
    # squares 80,000, times 3/2 = 120,000; the root over 4000 is 0.0866.
    spread = {"people": 3, "yy": 900.0**2 + 1300.0**2 + 2200.0**2,
              "xy": 900e3 + 1300e3 + 4400e3, "xx": 1e6 + 1e6 + 4e6}  # fmt: skip
    error = groups._error(spread, Fraction(4000), Fraction(4400))
    assert error == pytest.approx(120000**0.5 / 4000)
    one = Group("p", 3, Fraction(3), None, Fraction(4000), Fraction(4400), error)
    at, low, high = one.risk_adjusted(Fraction(1500))
    assert (at, round(low, 2), round(high, 2)) == (1650.0, 1395.39, 1904.61)
    assert one.contribution == -400


@pytest.fixture(scope="module")
def told(finished):
    return {listing.name: listing for listing in driver_listings(Run.open(finished / "run"))}


def column(listing, label):
    at = [field.label for field in listing.fields].index(label)
    return [row[at] for row in listing.rows]


def test_the_largest_drivers_come_to_what_was_settled(finished, told):
    (row,) = StoredRun(finished / "run").rows("settlement", None, None)
    settled = (
        row.values["updated_benchmark_expenditures"] - row.values["performance_year_expenditures"]
    )
    *parts, total = column(told["drivers"], "Effect on the result")
    assert total == settled
    assert sum(parts) == total
    rounding = parts[-1]
    assert abs(rounding) < Decimal("0.25")


@pytest.mark.parametrize(
    "name", ["drivers_practices", "drivers_clinicians", "drivers_cohorts", "drivers_standing"]
)
def test_people_in_groups_come_to_what_was_settled(finished, told, name):
    listing = told[name]
    at = next(n for n, row in enumerate(listing.rows) if row[0] == "In all")
    for label in ("People", "Benchmark", "Spending", "Contribution to savings"):
        parts = column(listing, label)
        assert sum(parts[:at]) == pytest.approx(parts[at], abs=Decimal("0.01") * at)
    (row,) = StoredRun(finished / "run").rows("settlement", None, None)
    for label, name_of_line in (
        ("Benchmark", "updated_benchmark_expenditures"),
        ("Spending", "performance_year_expenditures"),
    ):
        assert column(listing, label)[at] == row.values[name_of_line]


def test_types_categories_and_the_earlier_year_come_to_the_same(finished, told):
    run = Run.open(finished / "run")
    effect = sum(column(told["drivers_types"], "Effect on the result"))
    assert effect == pytest.approx(
        column(told["drivers"], "Effect on the result")[-1], abs=Decimal("0.04")
    )
    spent = {
        p: sum(r["amount"] for r in run.table("category_expenditure").rows(
            f"population = 'ASSIGNED' and period = '{p}'"))
        for p in ("BY3", "PY")
    }  # fmt: skip
    assert sum(column(told["drivers_categories"], "Spent")) == spent["PY"]
    history = told["drivers_history"]
    assert sum(column(history, "Before")[:-2]) == spent["BY3"]
    assert sum(column(history, "Now")[:-2]) == spent["PY"]
    for row in history.rows[:-2]:
        before, *parts, now, change = row[1:]
        assert before + sum(parts) == pytest.approx(now, abs=Decimal("0.03"))
        assert now - before == change


def test_services_are_the_dollars_of_the_categories(finished):
    run = Run.open(finished / "run")
    key = ("period", "enrollment_type", "service_category")
    mix, category = {}, {}
    for row in run.table("service_mix").rows():
        mix[tuple(row[k] for k in key)] = mix.get(tuple(row[k] for k in key), 0) + row["amount"]
    for row in run.table("category_expenditure").rows("population = 'ASSIGNED'"):
        category[tuple(row[k] for k in key)] = row["amount"]
    assert mix == category


def test_the_people_of_a_driver_come_to_what_it_spent(finished):
    with reading() as engine:
        drivers = drivers_of(Run.open(finished / "run"), engine)
        for driver in drivers.all:
            people = drivers.people_of(driver.kind)
            assert sum(row["amount"] for row in people) == driver.causes.spent
            assert len(people) == driver.people
        with pytest.raises(InputError):
            drivers.driver("0")


def test_a_person_is_in_one_practice(finished):
    with reading() as engine:
        drivers = drivers_of(Run.open(finished / "run"), engine)
        named = groups_of(engine, drivers.yardstick, drivers.means, groups.PRACTICE)
        assigned = engine.rows(
            "select count(*) as n from population where period = 'PY' and population = 'ASSIGNED'"
        )
        assert sum(group.people for group in named) == assigned[0]["n"]


def test_a_driver_is_explained_and_listed(finished, tmp_path):
    said = CliRunner().invoke(app, ["explain", str(finished), "driver", "1"])
    assert said.exit_code == 0
    assert "Volume" in said.output
    unknown = CliRunner().invoke(app, ["explain", str(finished), "driver", "999"])
    assert "no driver of that number" in str(unknown.exception)
    listed = CliRunner().invoke(app, ["drivers", str(finished), "--csv", str(tmp_path / "out")])
    assert listed.exit_code == 0
    assert "Ten largest drivers" in listed.output
    assert "People behind" not in listed.output  # people only when asked for
    assert (tmp_path / "out" / "drivers_behind.csv").exists()


def test_nothing_of_the_drivers_is_in_what_is_shared(told):
    assert not any(listing.about == "safe" for listing in told.values())
    assert told["drivers_people"].about == "people"
    assert told["drivers_behind"].about == "people"


def test_a_run_without_the_tables_says_what_to_do(finished, tmp_path, monkeypatch):
    run = Run.open(finished / "run")
    monkeypatch.setattr(Run, "tables", property(lambda self: ["assignment"]))
    with pytest.raises(EmptyResult, match="assigned_person"):
        driver_listings(run)
    assert CLAIMS.driver_lists_told(run) == []
