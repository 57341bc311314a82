"""CJR from files: quality as published, hospitals with episodes and prices, what is refused."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.errors import InputError
from openvbc.programs.registry import program

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
DERIVED = SHARED / "data/bundles/cjr_cqs_derived_dev.csv"
PUBLISHED = SHARED / "data/p4p/bundles/cjr_quality_reporting_january_2024.csv"
HOSPITALS = """hospital,py,rural,complications percentile,hcahps percentile,pro submitted
10001,PY3,no,84,47,N
010002,3,yes,84,47%,N
010003,2018,no,20,10,N
"""
EPISODES = """hospital,performance year,episode,price cell,episodes,spending,dropped
010001,3,all,4,30,730000,
010002,3,all,4,30,850000,
010003,3,a,4,,20000,
010003,3,b,4,,20000,died in the episode
"""
PRICES = """hospital,performance year,price cell,hospital mean,regional mean,baseline episodes
010001,3,4,27000,24600,30
010002,3,4,27000,24600,30
010003,3,4,27000,24600,30
"""


def settle(tmp_path, options=None, **tables):
    files = []
    for name, text in tables.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, "utf-8")
        files.append(path)
    return program("cjr").published_program().settle(files, (), options or {})


def results(settled, line="reconciliation"):
    sheet = settled.main.evaluation
    return {
        who.identifier: sheet.value(line, row) for row, who in enumerate(settled.main.contracts)
    }


@pytest.mark.skipif(not DERIVED.is_file(), reason="the derived quality scores are not here")
def test_points_and_categories_derived_by_another_hand():
    cjr = program("cjr").published_program()
    scores = cjr.verify(cjr.settle([DERIVED])).scores
    assert [(score.rows, score.agree) for score in scores] == [(212, 212)] * 9


@pytest.mark.skipif(not DERIVED.is_file(), reason="the derived quality scores are not here")
def test_a_changed_point_is_found(tmp_path):
    path = tmp_path / "changed.csv"
    text = DERIVED.read_text("utf-8")
    assert ",9.25,0,0,9.25," in text
    path.write_text(text.replace(",9.25,0,0,9.25,", ",8.5,0,0,9.25,", 1), "utf-8")
    cjr = program("cjr").published_program()
    assert cjr.verify(cjr.settle([path])).unexplained == 1


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="CMS's quality file is not here")
def test_the_quality_file_as_published():
    settlement = program("cjr").published_program().settle([PUBLISHED])
    assert (settlement.rows_in, len(settlement.set_aside)) == (323, 0)
    assert settlement.presentation.result == "composite_quality_score"
    assert any("does not tell its performance year" in note for note in settlement.notes)


def test_hospitals_with_episodes_and_prices(tmp_path):
    settlement = settle(tmp_path, hospitals=HOSPITALS, episodes=EPISODES, prices=PRICES)
    # 25,400 x 30: x 0.98 - 730,000 = 16,760; 850,000 - 754,380 = 95,620, rural limit 5% = 37,719;
    # below acceptable (20th, 10th percentile) nothing is paid.
    assert results(settlement) == {"010001": 16760, "010002": Decimal("-37719.00"), "010003": 0}
    assert [aside.reason for aside in settlement.set_aside] == ["dropped: died in the episode"]
    assert settlement.rows_in == 7


def test_order_of_rows_changes_nothing(tmp_path):
    def turned(text):
        head, *rows = text.splitlines()
        return "\n".join([head, *reversed(rows)]) + "\n"

    settlement = settle(
        tmp_path, hospitals=turned(HOSPITALS), episodes=turned(EPISODES), prices=turned(PRICES)
    )
    assert results(settlement) == {"010001": 16760, "010002": Decimal("-37719.00"), "010003": 0}


def test_prices_of_another_year_are_refused(tmp_path):
    with pytest.raises(InputError, match="prices are of another period"):
        settle(
            tmp_path, hospitals=HOSPITALS, episodes=EPISODES, prices=PRICES.replace(",3,", ",4,")
        )


def test_an_episode_without_a_price_is_set_aside_and_the_others_are_settled(tmp_path):
    prices = PRICES.replace("010003,3,4", "010003,3,2")
    settlement = settle(tmp_path, hospitals=HOSPITALS, episodes=EPISODES, prices=prices)
    assert set(results(settlement)) == {"010001", "010002"}
    reasons = {aside.reason for aside in settlement.set_aside}
    assert {"no price for the episode", "neither episodes nor totals"} <= reasons


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("84,47,N", "0.84,47,N", "outside what can be meant"),
        ("84,47,N", "101,47,N", "outside what can be meant"),
        ("84,47,N", "84,47,maybe", "neither yes nor no"),
        ("10001,PY3", "10001,PY9", "outside what can be meant"),
        ("10001,PY3", ",PY3", "a row that is of no contract"),
    ],
)
def test_a_hospital_that_cannot_be_meant(tmp_path, old, new, reason):
    settlement = settle(
        tmp_path, hospitals=HOSPITALS.replace(old, new, 1), episodes=EPISODES, prices=PRICES
    )
    assert reason in {aside.reason for aside in settlement.set_aside}
    assert "010001" not in results(settlement)


def test_a_year_that_is_told_nowhere(tmp_path):
    hospitals = (
        "hospital,complications percentile,hcahps percentile,pro submitted\n010001,84,47,N\n"
    )
    with pytest.raises(InputError, match="performance year is told nowhere"):
        settle(tmp_path, hospitals=hospitals)
    settlement = settle(tmp_path, {"year": "2019"}, hospitals=hospitals)
    assert results(settlement, "effective_discount") == {"010001": Decimal("0.02")}


def test_a_heading_that_is_not_understood(tmp_path):
    with pytest.raises(InputError, match="not understood"):
        settle(tmp_path, hospitals=HOSPITALS.replace("rural", "rurall"))


def test_totals_told_twice(tmp_path):
    head, *rows = HOSPITALS.splitlines()
    hospitals = "\n".join([f"{head},total spending", *(f"{row},1" for row in rows)]) + "\n"
    with pytest.raises(Exception, match="totals told twice"):
        settle(tmp_path, hospitals=hospitals, episodes=EPISODES, prices=PRICES)


@pytest.mark.parametrize(
    ("start", "covid", "spending"),
    [
        ("2020-01-30", "yes", 30000),  # before the emergency
        ("2020-01-31", "no", 25000 * Decimal("0.97")),  # every episode
        ("2021-03-31", "no", 25000 * Decimal("0.97")),
        ("2021-04-01", "no", 30000),  # only with the diagnosis
        ("2021-04-01", "yes", 25000 * Decimal("0.97")),
    ],
)
def test_the_emergency_rule_by_anchor_and_diagnosis(tmp_path, start, covid, spending):
    hospitals = "hospital,py,rural,complications percentile,hcahps percentile,pro submitted\n"
    hospitals += "010001,5.2,no,20,40,N\n"  # 0 + 5 = 5: acceptable, 3.0%
    episodes = "hospital,py,episode,regional mean,spending,anchor start,covid 19\n"
    episodes += f"010001,5.2,1,25000,30000,{start},{covid}\n"
    settlement = settle(tmp_path, hospitals=hospitals, episodes=episodes)
    assert results(settlement, "total_spending") == {"010001": spending}


def test_a_diagnosis_without_the_day_of_the_anchor(tmp_path):
    episodes = EPISODES.replace("dropped\n", "dropped,covid 19\n", 1)
    episodes = episodes.replace("730000,", "730000,,yes").replace("850000,", "850000,,")
    episodes = episodes.replace("20000,\n", "20000,,\n").replace("the episode", "the episode,")
    settlement = settle(tmp_path, hospitals=HOSPITALS, episodes=episodes, prices=PRICES)
    assert "the emergency rule cannot be told" in {aside.reason for aside in settlement.set_aside}


def test_printed_quality_is_held_against_hospitals_with_episodes(tmp_path):
    """Quality stands on a sheet of its own there; 010001 has the percentiles 84 and 47 of year 3:
    complications from the 80th to below the 90th 9.25 points (42 CFR 510.315(c)(1)).
    """
    head, *rows = HOSPITALS.splitlines()
    text = "\n".join([f"{head},complications points", f"{rows[0]},9.25", f"{rows[1]},9.25",
                      f"{rows[2]},"]) + "\n"  # fmt: skip
    cjr = program("cjr").published_program()
    settlement = settle(tmp_path, hospitals=text, episodes=EPISODES, prices=PRICES)
    (score,) = cjr.verify(settlement).scores
    assert (score.rows, score.agree) == (2, 2)
    wrong = settle(
        tmp_path, hospitals=text.replace("9.25", "8.00", 1), episodes=EPISODES, prices=PRICES
    )
    assert cjr.verify(wrong).unexplained == 1


@pytest.mark.parametrize(
    ("start", "target"),
    [
        # 2021-09-30 is in performance year 5.2: its price is 24,000, which nothing multiplies
        ("2021-09-30", 24000 * Decimal("0.97")),
        # 2021-10-01 is in year 6: 20,000 x 1.10 x 1.02 = 22,440
        ("2021-10-01", 22440 * Decimal("0.97")),
        # no first day: the price of the year that is settled
        ("", 22440 * Decimal("0.97")),
    ],
)
def test_an_episode_has_the_price_of_the_year_in_which_it_begins(tmp_path, start, target):
    """42 CFR 510.300(a)(3), 510.301: of two years' prices that of the first day of the anchor."""
    hospitals = "hospital,py,rural,complications percentile,hcahps percentile,pro submitted\n"
    hospitals += "010001,6,no,20,40,N\n"  # 0 + 5 = 5: acceptable, 3.0%
    episodes = "hospital,py,episode,price cell,spending,anchor start,multiplier hcc count,"
    episodes += f"multiplier age,multiplier dual\n010001,6,1,4,21000,{start},1.1,1,1\n"
    prices = "hospital,py,price cell,regional mean,normalization,market trend\n"
    prices += "010001,5.2,4,24000,,\n010001,6,4,20000,1,1.02\n"
    settlement = settle(tmp_path, hospitals=hospitals, episodes=episodes, prices=prices)
    assert results(settlement, "total_target_for_gains") == {"010001": target}


def test_an_episode_without_the_price_of_its_year(tmp_path):
    hospitals = HOSPITALS.splitlines()[0] + "\n010001,6,no,20,40,N\n"
    episodes = "hospital,py,episode,price cell,spending,anchor start\n"
    episodes += "010001,6,1,4,21000,2021-09-01\n010001,6,2,4,21000,2021-11-01\n"
    prices = "hospital,py,price cell,regional mean\n010001,6,4,20000\n"
    episodes = episodes.replace("anchor start", "anchor start,given target before discount")
    episodes = episodes.replace("2021-09-01", "2021-09-01,").replace(
        "2021-11-01", "2021-11-01,21000"
    )
    settlement = settle(tmp_path, hospitals=hospitals, episodes=episodes, prices=prices)
    (aside,) = settlement.set_aside
    assert (aside.reason, aside.detail) == ("no price for the episode", "4, 2021")
