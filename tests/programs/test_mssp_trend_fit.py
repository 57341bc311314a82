"""Recovering national trend factors: from invented ACOs whose factors are known, and from CMS's."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest

from openvbc.errors import InputError, Place
from openvbc.programs.mssp.category_file import CategoryRow, read_categories
from openvbc.programs.mssp.historical_benchmark import historical_benchmark_line, read_all
from openvbc.programs.mssp.trend_fit import (
    SMALLEST_COHORT,
    UNKNOWNS,
    fit_trends,
    read_trends,
    write_trends,
)
from openvbc.programs.published.compared_line import compare
from openvbc.rules.load import load_rules
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES

RULES = load_rules("mssp")
START = dt.date(2015, 1, 1)
TRENDS = dict(
    zip(UNKNOWNS, ("1.02", "1.01", "1.05", "1.03", "1.01", "1.00", "1.04", "1.02"), strict=True)
)
SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "aco_results"


def invented(count, seed=1):
    """ACOs whose historical benchmark was worked with TRENDS, weights 10, 30, 60, in USD."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        given = {"prior_agreement_savings": Decimal(0)}
        benchmark = Decimal(0)
        people = [Decimal(int(n)) for n in draw.integers(50, 9000, 4)]
        for kind, number_of in zip(ENROLLMENT_TYPES, people, strict=True):
            spent = [Decimal(int(each)) for each in draw.integers(8000, 16000, 3)]
            risk = [Decimal(int(each)) / 1000 for each in draw.integers(900, 1200, 3)]
            given[f"person_years_benchmark_year_3_{kind}"] = number_of
            for year in (1, 2, 3):
                given[f"expenditure_benchmark_year_{year}_{kind}"] = spent[year - 1]
                given[f"risk_score_benchmark_year_{year}_{kind}"] = risk[year - 1]
            first = spent[0] * risk[2] / risk[0] * Decimal(TRENDS[f"benchmark_year_1_{kind}"])
            second = spent[1] * risk[2] / risk[1] * Decimal(TRENDS[f"benchmark_year_2_{kind}"])
            of_type = (10 * first + 30 * second + 60 * spent[2]) / 100
            benchmark += of_type * number_of / sum(people)
        printed = benchmark.quantize(Decimal(1), ROUND_HALF_UP)
        rows.append(CategoryRow(Place("x"), 2015, f"A{number:04}", START, 1, printed, given))
    return rows


def test_known_factors_are_recovered():
    cohort = fit_trends(invented(200), RULES).cohorts[2015, START, 1]
    assert cohort.acos == 200
    for name, factor in TRENDS.items():
        assert abs(float(cohort.factors[name]) - float(factor)) < 4 * cohort.standard_errors[name]
    assert max(abs(each) for each in cohort.residuals) < 1
    assert max(abs(each) for each in cohort.left_out) < 1


def test_a_cohort_with_too_few_acos_is_refused():
    fit = fit_trends(invented(SMALLEST_COHORT - 1), RULES)
    assert not fit.cohorts
    assert [aside.reason for aside in fit.set_aside] == ["cohort too small to fit"] * 15
    assert "15 ACOs began on 2015-01-01; at least 16" in fit.set_aside[0].detail


def test_one_wrong_cell_does_not_spoil_a_cohort():
    rows = invented(60)
    wrong = dict(rows[7].given)
    wrong["expenditure_benchmark_year_1_aged_non_dual"] *= 10
    rows[7] = replace(rows[7], given=wrong)
    fit = fit_trends(rows, RULES)
    assert [aside.reason for aside in fit.set_aside] == ["not used in the fit"]
    assert fit.cohorts[2015, START, 1].acos == 59
    assert max(abs(each) for each in fit.cohorts[2015, START, 1].left_out) < 1


def test_acos_that_are_all_alike_do_not_determine_the_trends():
    fit = fit_trends([invented(1)[0]] * 20, RULES)
    assert not fit.cohorts
    assert {aside.reason for aside in fit.set_aside} == {"trends cannot be told"}


def test_a_table_of_factors_is_read_back(tmp_path):
    cohorts = fit_trends(invented(40), RULES).cohorts
    write_trends(cohorts.values(), tmp_path / "trends.csv")
    assert read_trends(tmp_path / "trends.csv") == {k: c.factors for k, c in cohorts.items()}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "lacks agreement_number"),
        (
            "performance_year,agreement_start,agreement_number,benchmark_year,enrollment_type,"
            "trend_factor\n2015,2015-01-01,1,1,ESRD,high\n",
            "trends.csv:2",
        ),
        (
            "performance_year,agreement_start,agreement_number,benchmark_year,enrollment_type,"
            "trend_factor\n2015,2015-01-01,1,1,ESRD,1.02\n",
            "lack benchmark_year_1_aged_dual",
        ),
    ],
)
def test_a_wrong_table_is_refused(tmp_path, text, words):
    (tmp_path / "trends.csv").write_text(text)
    with pytest.raises(InputError, match=words):
        read_trends(tmp_path / "trends.csv")


def test_a_file_without_benchmark_years_is_told(tmp_path):
    (tmp_path / "mssp_2016.csv").write_text("ACO_ID,N_AB\nA1,5000\n")
    with pytest.raises(InputError, match=r"lacks the column|no header of a file"):
        read_categories(tmp_path / "mssp_2016.csv")
    assert historical_benchmark_line([tmp_path / "mssp_2016.csv"], RULES) is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="published results are not here")
@pytest.mark.parametrize("year", [2014, 2015, 2016, 2018])
def test_every_published_historical_benchmark_is_within_ten_dollars(year):
    file = SHARED / f"mssp_py{year}.csv"
    line = historical_benchmark_line([file], RULES)
    assert line is not None
    score = compare(line)
    assert score.rows == score.agree + score.explained
    # What is explained: a hidden cell, or the two ACOs of PY2018 left of the 2015 start.
    assert score.explained <= 5
    left_out = [
        abs(each)
        for cohort in fit_trends(read_all([file])[0], RULES).cohorts.values()
        for each in cohort.left_out
    ]
    assert np.mean([each <= 10 for each in left_out]) > 0.99
    assert np.median(left_out) < 2.1
