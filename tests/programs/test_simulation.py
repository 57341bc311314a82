"""Scenarios through the settlement's own worksheet: the exact answer, only faster."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.book import read_chapter, settle_book
from openvbc.programs.mssp.contract import read_contract
from openvbc.programs.mssp.simulation import caveats, elections_of, simulate
from openvbc.programs.run_folder import write_run
from openvbc.programs.simulation import CHUNK, Range, Scenarios, parse_range
from openvbc.rules.load import load_rules
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

RULES = load_rules("mssp")
SHARING_75 = RULES.what_if("maximum_sharing_rate", Decimal("0.75"), "the test's own")
BOOK = {entry.contract["aco_id"]: entry for entry in read_chapter("shared_savings").contracts}


def settled(identifier):
    entry = BOOK[identifier]
    return {**read_contract(entry.contract).settlement_inputs(), **entry.given}


@pytest.mark.parametrize("identifier", ["A9001", "A9005", "A9008", "A9012", "A9015"])
def test_a_scenario_that_changes_nothing_is_the_settlement(identifier):
    same = Scenarios(10, expenditure_trend=Range(1, 1))
    (outcome,) = simulate(settled(identifier), same, RULES)
    exact = SHARED_SAVINGS.evaluate(settled(identifier), RULES)
    earned = float(exact.value("earned_savings_or_owed_losses"))
    assert np.allclose(outcome.amounts, earned, rtol=1e-9)
    assert earned != 0 or BOOK[identifier].expect["earned_savings_or_owed_losses"] == 0


def test_each_scenario_is_what_the_exact_worksheet_gives():
    """Trend 1.01 on 128,400,000 and quality 0.88: each draw is one exact settlement."""
    inputs = settled("A9012")
    (outcome,) = simulate(inputs, Scenarios(1, expenditure_trend=Range(0.93, 0.93)), RULES)
    moved = {**inputs, "performance_year_expenditures": Decimal("128400000") * Decimal("0.93")}
    exact = SHARED_SAVINGS.evaluate(moved, RULES).value("earned_savings_or_owed_losses")
    assert abs(outcome.amounts[0] - float(exact)) < 0.01


def test_the_seed_decides_the_scenarios_however_they_are_cut():
    varied = {"expenditure_trend": Range(0.95, 1.05), "quality_score": Range(0.5, 1)}
    first, again = (
        simulate(settled("A9012"), Scenarios(CHUNK + 5, 7, **varied), RULES)[0] for _ in range(2)
    )
    other = simulate(settled("A9012"), Scenarios(CHUNK + 5, 8, **varied), RULES)[0]
    assert len(first.amounts) == CHUNK + 5
    assert np.array_equal(first.amounts, again.amounts)
    assert not np.array_equal(first.amounts, other.amounts)


def test_a_higher_minimum_rate_earns_and_owes_less_often():
    varied = Scenarios(20_000, 1, expenditure_trend=Range(0.90, 1.02))
    inputs = settled("A9012")
    outcomes = simulate(inputs, varied, RULES, elections_of(inputs, RULES))
    assert [each.election for each in outcomes] == [
        "0.0%",
        "0.5%",
        "1.0%",
        "1.5%",
        "2.0%",
        "by size",
    ]
    earning = [each.share_earning for each in outcomes]
    owing = [each.share_owing for each in outcomes]
    assert earning == sorted(earning, reverse=True)
    assert owing == sorted(owing, reverse=True)


LOSING = {
    "performance_year": 2024,
    "track": "ENHANCED",
    "agreement_start": dt.date(2022, 1, 1),
    "agreement_performance_year": 3,
    "performance_year_months": 12,
    "assigned_beneficiaries": 20_000,
    "minimum_savings_rate_election": Decimal("0.01"),
    "updated_benchmark_expenditures": 100_000_000,
    "performance_year_expenditures": 105_000_000,
    "quality_score": Decimal("0.95"),
}
"""Loss rate 1 - 0.75 x 0.95 = 28.75%, at least 40%: 5,000,000 x 0.40 = 2,000,000 before relief."""


def test_relief_is_a_share_of_the_losses():
    """Relief of 500,000 is a quarter of 2,000,000; 10,000,000 lost: 4,000,000 less a quarter."""
    given = {**LOSING, "extreme_circumstances_amount": 500_000}
    (same,) = simulate(given, Scenarios(1, expenditure_trend=Range(1, 1)), RULES)
    (more,) = simulate(given, Scenarios(1, expenditure_trend=Range(110 / 105, 110 / 105)), RULES)
    assert np.allclose(same.amounts, -1_500_000)
    assert np.allclose(more.amounts, -3_000_000)


def test_amounts_owed_under_an_unknown_limit_are_called_upper_bounds():
    given = {**LOSING, "track": "BASIC_E"}
    outcomes = simulate(given, Scenarios(1, expenditure_trend=Range(1, 1)), RULES)
    assert [each.owed_is_upper_bound for each in outcomes] == [True]
    assert any("upper bounds" in words for words in caveats(given, outcomes))
    known = {**given, "participant_revenue": 40_000_000}
    outcomes = simulate(known, Scenarios(1, expenditure_trend=Range(1, 1)), RULES)
    assert not any(each.owed_is_upper_bound for each in outcomes)
    assert caveats(known, outcomes) == []


def test_the_floor_of_extreme_circumstances_holds_in_every_scenario():
    """At 50% the loss rate would be the highest, 75%; at the percentile 1 - 0.75 x 0.7705."""
    given = {**LOSING, "quality_score_floor": Decimal("0.7705")}
    (outcome,) = simulate(given, Scenarios(1, quality_score=Range(0.5, 0.5)), SHARING_75)
    assert np.allclose(outcome.amounts, -5_000_000 * (1 - 0.75 * 0.7705))


def test_an_unknown_alternative_standard_is_not_taken_as_failed():
    """60% with the alternative standard: 1 - 0.75 x 0.60 = 55%; without, 75%."""
    outcomes = simulate(LOSING, Scenarios(1, quality_score=Range(0.6, 0.6)), SHARING_75)
    assert [each.election for each in outcomes] == [
        "1.0%, alternative standard failed",
        "1.0%, alternative standard met",
    ]
    assert [round(float(each.amounts[0])) for each in outcomes] == [-3_750_000, -2_750_000]
    assert any("both answers" in words for words in caveats(LOSING, outcomes))


@pytest.mark.parametrize(
    ("scenarios", "words"),
    [
        (Scenarios(10), "nothing varies"),
        (Scenarios(0, expenditure_trend=Range(1, 1)), "at least one scenario"),
        (Scenarios(10, expenditure_trend=Range(1.1, 0.9)), "lower number first"),
        (Scenarios(10, quality_score=Range(0.5, 1.5)), "from 0 to 1"),
    ],
)
def test_ranges_that_cannot_be(scenarios, words):
    with pytest.raises(InputError, match=words):
        simulate(settled("A9012"), scenarios, RULES)


def test_a_range_is_written_with_two_points():
    assert parse_range("0.97..1.03", "risk-ratio") == Range(0.97, 1.03)
    assert parse_range("1", "risk-ratio") == Range(1, 1)
    with pytest.raises(InputError, match=r"--risk-ratio 0\.97\.\.1\.03"):
        parse_range("some", "risk-ratio")


def test_the_command_reads_a_run_and_writes_a_report(tmp_path):
    write_run(settle_book()["mssp"], tmp_path / "run")
    asked = ["simulate", str(tmp_path / "run"), "--contract", "A9013", "--scenarios", "1000"]
    report = tmp_path / "out.html"
    result = CliRunner().invoke(
        app, [*asked, "--expenditure-trend", "0.98..1.04", "--output", str(report)]
    )
    assert result.exit_code == 0, result.output
    assert "A9013 · 2024 · ENHANCED" in result.output
    assert "<svg" in report.read_text()
