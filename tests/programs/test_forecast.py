"""The forecast of a year: its parts by hand, and held against invented years whose end is known."""

import dataclasses
import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.forecast import (
    chain_ladder,
    errors_of_completion,
    forecast,
    lean_of_completion,
)
from openvbc.programs.mssp.year_end import year_end
from openvbc.run import Run
from openvbc.steps.expenditure.completion import develop
from openvbc.synth.aco_years import aco_year
from programs.forecast_test_years import SEEN, how_well, known_at, naive, years

TRIANGLE = np.array(
    [[60.0, 30.0, 10.0], [50.0, 30.0, np.nan], [40.0, np.nan, np.nan]]
)  # by hand: 60 -> 90 -> 100; 50 -> 80; so 1 -> 2: 100/90, 0 -> 1: 170/110


def test_the_chain_ladder_is_the_one_worked_by_hand_and_the_one_that_track_uses():
    factors = chain_ladder(TRIANGLE)
    assert factors == pytest.approx([170 / 110 * 100 / 90, 100 / 90, 1])
    rows = [
        {
            "incurred_month": dt.date(2024, 1 + m, 1),
            "age": a,
            "amount": Decimal(str(TRIANGLE[m, a])),
        }
        for m in range(3)
        for a in range(3 - m)
    ]
    known = develop(rows, dt.date(2024, 3, 31))
    assert [float(row.to_ultimate) for row in known] == pytest.approx(factors[:2])


def test_months_that_run_out_alike_have_no_error_of_completion():
    paid = np.tile([60.0, 30.0, 10.0], (20, 1))
    assert errors_of_completion(paid) == pytest.approx(np.zeros((3, 3)), abs=1e-12)


def test_what_the_completed_months_lack_in_the_mean_is_the_one_worked_by_hand():
    # by hand: of a dollar 0.5, 0.3 and 0.2 are paid at ages 0, 1 and 2; mean age paid so far 0,
    # 0.375 and 0.7, spread 0, 0.234375 and 0.61. The speed's variance is 0.0004; age 0 has 0.001
    # of its own.
    slope = np.array([-0.7, -0.325, 0])
    moments = 0.0004 * np.outer(slope, slope) + np.diag([0.001, 0, 0])
    found = lean_of_completion(np.array([2, 1.25, 1]), moments)
    expected = [0.0005 + 0.61 * 0.0002, (0.61 - 0.234375) * 0.0002, 0]
    assert found == pytest.approx(expected, abs=1e-12)
    assert not lean_of_completion(np.array([2, 0.0, 1]), moments).any()  # nothing to be told


@pytest.mark.slow
def test_young_months_are_completed_right_in_the_mean():
    wrong, plain = [], []
    for seed in range(5_000, 5_600):
        year = aco_year(seed)
        known = known_at(year, 12)
        factors = chain_ladder(known.paid)
        lean = lean_of_completion(factors, errors_of_completion(known.paid))
        for age in range(1, 9):
            month = 47 - age
            paid = np.nansum(known.paid[month]) * factors[age]
            plain.append(np.log(year.spending[month] / paid))
            wrong.append(plain[-1] - lean[age])
    assert abs(np.mean(wrong)) < 0.6 * abs(np.mean(plain))


def test_a_year_without_chance_ends_where_it_must():
    year = aco_year(1)
    spending = np.full(48, 1000.0)
    pattern = np.array([0.5, 0.3, 0.2] + [0.0] * 10)
    flat = dataclasses.replace(
        year, person_months=np.ones(48), spending=spending, paid=spending[:, None] * pattern,
        truncated_share=np.ones(4), benchmark=12500.0, final_benchmark=12500.0,
    )  # fmt: skip
    known = dataclasses.replace(known_at(flat, 9), benchmark_error=0.0)
    year_forecast = forecast(known, draws=1000)
    # by hand: 12 months of $1,000 against $12,500 is a savings rate of 4%
    assert np.median(year_forecast.savings_rate) == pytest.approx(0.04, abs=0.006)


def test_the_same_seed_gives_the_same_and_more_months_a_narrower_interval():
    year = aco_year(3)
    four, nine = (forecast(known_at(year, m), 1000, seed=7) for m in (4, 9))
    again = forecast(known_at(year, 4), 1000, seed=7)
    assert np.array_equal(four.savings_rate, again.savings_rate)
    low, high = four.interval()
    assert low < np.median(four.savings_rate) < high
    assert nine.interval()[1] - nine.interval()[0] < high - low


def test_each_part_alone_is_narrower_than_all_together():
    year_forecast = forecast(known_at(aco_year(5), 6), 4000)
    assert max(year_forecast.width.values()) <= np.std(year_forecast.savings_rate) * 1.05
    assert year_forecast.width["benchmark"] == pytest.approx(0.012, rel=0.25)


def test_a_dozen_invented_years_are_mostly_inside_and_nearer_than_the_naive_rate():
    inside, ours, theirs = 0, [], []
    for seed, year in enumerate(years(12)):
        year_forecast = forecast(known_at(year, 6), 800, seed)
        low, high = year_forecast.interval()
        inside += low <= year.savings_rate <= high
        ours.append(abs(np.median(year_forecast.savings_rate) - year.savings_rate))
        theirs.append(abs(naive(year, 6) - year.savings_rate))
    assert inside >= 6
    assert np.mean(ours) < np.mean(theirs) * 2 / 3


@pytest.mark.slow
@pytest.mark.parametrize("months", SEEN)
def test_the_interval_holds_what_it_says_on_two_hundred_years(months):
    year_forecast = how_well(months, 200)
    assert 0.77 <= year_forecast.inside <= 0.83
    # the mean of 200 years has a standard error of 0.2 points itself at month 4 (docs/forecast.md)
    assert abs(year_forecast.bias) < 0.003
    assert year_forecast.absolute < year_forecast.naive * 2 / 3


def test_a_finished_year_of_a_run_is_forecast_near_what_was_settled(finished):
    run = Run.open(finished / "run")
    year_forecast = year_end(run, benchmark_error=0.0)
    from openvbc.programs.stored_run import StoredRun

    stored = StoredRun(finished / "run")
    (row,) = stored.rows("settlement", None, None)
    assert year_forecast.months == 12
    # a small, invented ACO: the truncation of its own benchmark years is all that differs
    assert float(np.median(year_forecast.drawn.savings_rate)) == pytest.approx(
        float(row.values["savings_rate"]), abs=0.06
    )
    assert year_forecast.payment is not None
    assert year_forecast.payment.size == year_forecast.drawn.savings_rate.size


def test_the_command_says_it_is_a_forecast(finished):
    said = CliRunner().invoke(app, ["forecast", str(finished)])
    assert said.exit_code == 0, said.output
    assert "A forecast, not a settlement" in said.output
    assert "what makes it wide" in said.output


def test_an_error_of_the_benchmark_that_cannot_be_is_refused(finished):
    with pytest.raises(InputError):
        year_end(Run.open(finished / "run"), benchmark_error=2)


def test_a_program_without_a_forecast_says_so():
    from openvbc.programs.claims_program import PlainClaimsProgram

    with pytest.raises(EmptyResult):
        PlainClaimsProgram().forecast(None, None, 1)
