"""Quality scores of ACOs as CMS published them, from the rates it published."""

import csv
import os
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.programs.mssp.pathway_set import ReportedRate, ReportedYear
from openvbc.programs.mssp.quality_score import (
    prior_achievements,
    score_acos,
    with_prior,
)
from openvbc.rules.load import load_rules

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data"
pytestmark = pytest.mark.skipif(
    not (SHARED / "aco_results").is_dir(), reason="the published results are not at OPENVBC_SHARED"
)
COLUMNS = {
    **{n: (f"QualityID_{n}", "cmsWebInterface") for n in ("318", "110", "226", "113", "112")},
    **{n: (f"QualityID_{n}_WI", "cmsWebInterface") for n in ("001", "236", "134")},
    **{f"CAHPS_{n}": (f"CAHPS_{n}", "certifiedSurveyVendor") for n in (1, 2, 3, 4, 5, 6, 8, 9, 11)},
    "479": ("Measure_479", "administrativeClaims"),
    "MCC1": ("Measure_MCC1", "administrativeClaims"),
    "484": ("Measure_484", "administrativeClaims"),
}
FLOORS = {2021: Decimal("65.76"), 2022: Decimal("70.63"), 2024: Decimal("77.05")}
"""Scores ACOs are raised to under the policy for extreme circumstances."""


def number(text):
    try:
        return Decimal((text or "").replace(",", "").replace("%", "").strip())
    except InvalidOperation:
        return None


def published(year):
    path = SHARED / "aco_results" / f"mssp_py{year}.csv"
    with path.open(encoding="utf-8-sig") as file:
        return {row["ACO_ID"]: row for row in csv.DictReader(file)}


def reported(year):
    """ACOs that reported through the Web Interface; in 2021 measure 134 had no benchmark there."""
    aco_years = []
    for aco, row in published(year).items():
        if number(row["QualityID_001_WI"]) is None:
            continue
        rates = [
            ReportedRate(measure, kind, value)
            for measure, (column, kind) in COLUMNS.items()
            if (value := number(row.get(column))) is not None
        ]
        aco_years.append(ReportedYear(aco, rates))
    return aco_years


def scores(year, prior=None, bonus=None):
    path = SHARED / "p4p" / "qpp" / f"benchmarks_{year}.json"
    benchmarks, _ = read_benchmarks(path, year)
    acos = with_prior(reported(year), prior or {})
    if bonus:
        acos = [replace(aco, measure_bonus=Decimal(bonus)) for aco in acos]
    return score_acos(acos, benchmarks, year, load_rules("mips"))


def before(year):
    path = SHARED / "p4p" / "qpp" / f"benchmarks_{year}.json"
    benchmarks, _ = read_benchmarks(path, year)
    return prior_achievements(reported(year), benchmarks, year, load_rules("mips"))


def agreement(settlement, year, electronic, only=None):
    """ACOs compared, and those within 0.02 percent; floors of circumstances apart."""
    rows = published(year)
    compared = agree = 0
    values = settlement.main.evaluation.column("pathway_quality_score")
    for contract, value in zip(settlement.main.contracts, values, strict=True):
        row = rows[contract.identifier]
        if any(row.get(name) not in ("0", "", None) for name in electronic):
            continue
        printed = number(row["QualScore"])
        if only is not None and contract.identifier not in only:
            continue
        if printed == FLOORS[year] and value * 100 < printed:
            continue
        compared += 1
        agree += abs(value * 100 - printed) <= Decimal("0.02")
    return compared, agree


def test_web_interface_scores_of_2022_with_a_computable_previous_year():
    prior = before(2021)
    compared, agree = agreement(scores(2022, prior), 2022, ["Report_eCQM_CQM"], prior)
    assert (compared, agree) == (379, 364)
    assert agree >= compared * 0.95


def test_progress_in_2021_with_the_bonus_most_had():
    """The bonus of measures (12 of 100 for most) and improvement over 2020 are not published."""
    compared, agree = agreement(scores(2021, bonus="0.12"), 2021, ["Report_eCQM", "Report_CQM"])
    assert (compared, agree) == (460, 258)


def test_progress_in_2024():
    """Without the previous year, whose results are not at hand: ACOs that did not improve."""
    compared, agree = agreement(scores(2024), 2024, ["Report_eCQM_CQM_MedicareCQM"])
    assert (compared, agree) == (293, 91)


def test_without_the_previous_year_the_scores_of_2022_do_not_come_out():
    """The test can fail: most ACOs improved."""
    prior = before(2021)
    _, agree = agreement(scores(2022), 2022, ["Report_eCQM_CQM"], prior)
    assert agree < 250
