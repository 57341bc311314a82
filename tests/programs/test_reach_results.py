"""Direct Contracting and ACO REACH results files: read, settled, held against what CMS printed."""

from __future__ import annotations

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.errors import EmptyResult, InputError
from openvbc.programs.reach.results import PROGRAM

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "aco_results"
PUBLISHED = SHARED / "gpdc_reach_py2021_py2023.csv"

HEADER = (
    "ACO_ID,ACO_NAME,RISK_ARRANGEMENT,FINAL_BENCHMARK,TOT_COST_CARE,TOT_COST_CARE_NET,"
    "CAP_PMT,CLM_PMT,HEBA_UP_AMT,HEBA_DOWN_AMT,GROSS_SAVINGS,SHARED_SAVINGS,SHARED_SAVINGS_SEQ,"
    "SAV_RATE,BENE_CNT"
)
GOOD = (
    'D0001,Example,GLOBAL,"$1,000,000",900000,910000,100000,800000,10000,-5000,95000,95000,'
    "93100,0.095,7000"
)
"""Benchmark 1,005,000 less 910,000 = 95,000, 9.5% of the final benchmark; all shared; less 2%."""


def write(folder, *rows, name="py3_results.csv", header=HEADER):
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_a_file_in_cms_spelling_is_settled_and_verified(tmp_path):
    settlement = PROGRAM.settle([write(tmp_path, GOOD)])
    assert settlement.main.contracts[0].year == 2023
    assert settlement.main.evaluation.value("shared_savings_after_sequestration") == 93100
    scores = PROGRAM.verify(settlement).scores
    assert {score.line for score in scores} >= {"gross_savings", "savings_rate", "shared_savings"}
    assert all(score.rows == score.agree for score in scores)


def test_a_printed_number_that_is_wrong_is_found(tmp_path):
    wrong = GOOD.replace("93100", "94000")
    verification = PROGRAM.verify(PROGRAM.settle([write(tmp_path, wrong)]))
    (score,) = [s for s in verification.scores if s.line == "shared_savings_after_sequestration"]
    (difference,) = score.differences
    assert (difference.computed, difference.published) == (Decimal("93100.00"), 94000)
    assert not difference.explained


def test_savings_printed_as_zero_are_told_as_forfeited(tmp_path):
    forfeited = GOOD.replace("93100", "0")
    verification = PROGRAM.verify(PROGRAM.settle([write(tmp_path, forfeited)]))
    (score,) = [s for s in verification.scores if s.line == "shared_savings_after_sequestration"]
    assert score.explained == 1
    assert "forfeited" in score.differences[0].reason


@pytest.mark.parametrize(
    ("row", "reason", "where"),
    [
        (GOOD.replace("GLOBAL", "PARTIAL"), "unknown risk arrangement", "value 'PARTIAL'"),
        (GOOD.replace("910000", "lots"), "text where a number belongs", "TOT_COST_CARE_NET"),
        (GOOD.replace(",7000", ",-7"), "negative number of people", "BENE_CNT"),
        (GOOD.replace('"$1,000,000"', "0"), "benchmark not above zero", "FINAL_BENCHMARK"),
        (GOOD.replace("900000", "", 1), "a value is missing", "TOT_COST_CARE"),
        (GOOD, "duplicate ACO", "D0001"),
        ("D0009,Short", "row is cut short", ":3"),
        (GOOD.replace("D0001", ""), "no identifier", "ACO_ID"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_others_settled(tmp_path, row, reason, where):
    settlement = PROGRAM.settle([write(tmp_path, GOOD, row)])
    assert (settlement.rows_in, len(settlement.main.contracts)) == (2, 1)
    (aside,) = settlement.set_aside
    assert aside.reason == reason
    assert where in str(aside.place)


def test_a_year_without_rules_is_named(tmp_path):
    path = write(tmp_path, GOOD, name="results.csv")
    with pytest.raises(InputError, match="--year 2023"):
        PROGRAM.settle([path])
    with pytest.raises(EmptyResult, match="risk_corridor"):
        PROGRAM.settle([path], options={"year": "2026"})
    with pytest.raises(InputError, match="it knows: year"):
        PROGRAM.settle([path], options={"track": "x"})


def test_a_file_of_another_kind_is_told(tmp_path):
    path = write(tmp_path, "1,2", header="a,b")
    with pytest.raises(InputError, match="no header of a file of reach"):
        PROGRAM.settle([path])
    path = write(tmp_path, GOOD, header=HEADER.replace("FINAL_BENCHMARK", "TARGET"))
    with pytest.raises(InputError, match="lacks the column FINAL_BENCHMARK"):
        PROGRAM.settle([path])


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="published results are not here")
def test_every_published_result_is_reproduced():
    settlement = PROGRAM.settle([PUBLISHED])
    assert settlement.rows_in == len(settlement.main.contracts) == 185
    scores = {score.line: score for score in PROGRAM.verify(settlement).scores}
    for line in ("total_cost_of_care", "gross_savings", "savings_rate", "shared_savings"):
        assert scores[line].rows == scores[line].agree == 185
    after = scores["shared_savings_after_sequestration"]
    assert [d.contract.identifier for d in after.differences] == ["D0120"]
    assert after.explained == 1


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="published results are not here")
def test_headings_order_and_number_formats_do_not_matter(tmp_path):
    """Columns reversed, headings in capitals, thousands separators: the same settlement."""
    with PUBLISHED.open(newline="") as file:
        grid = [row[::-1] for row in csv.reader(file)]
    first = grid[0]
    money = [i for i, name in enumerate(first) if name in {"final_benchmark", "tot_cost_care"}]
    for row in grid[1:]:
        for index in money:
            row[index] = f"{Decimal(row[index]):,}"
    changed = tmp_path / "changed.csv"
    with changed.open("w", newline="") as file:
        csv.writer(file).writerows([[name.upper() for name in first], *grid[1:]])
    line = "shared_savings_after_sequestration"
    before, after = (
        PROGRAM.settle([path]).main.evaluation.column(line) for path in (PUBLISHED, changed)
    )
    assert list(before) == list(after)
