"""MIPS cost from measures: points by benchmark, case minimums, improvement, pathways; by hand."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.programs.mips.submissions.quality import BenchmarkTable
from openvbc.rules.load import load_code_table, load_rules
from openvbc.worksheets.performance.mips.cost import COST_MEASURE_BY_BENCHMARK
from openvbc.worksheets.performance.mips.other_categories import COST_MEASURE
from openvbc.worksheets.performance.mips.quality import BOUNDARIES
from programs.mips_submitted import NPI, quality_row, settled

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
P4P, QPP = SHARED / "data/p4p/qpp", SHARED / "data/qpp"
MEASURES = {"A": ("outcome", True, "registry")}
DOLLARS = [900, 800, 700, 600, 500, 400, 300, 200, 100]
"""Deciles 2 to 10 begin at 900 to 100: 450 is half-way in the sixth, 6.5 points; 100 is 10."""
OTHER = "1003000126"


def cost_row(measure, dollars, cases, who=NPI):
    return quality_row(measure, "", rate=dollars, cases=cases, who=who)


def costed(folder, year, rows, people="", measures=("TPCC_1", "MSPB_1", "COST_KA_1"), **more):
    return settled(folder, year, quality_row("A") + rows, MEASURES, people=people, cost=measures,
                   boundaries=dict.fromkeys(measures, DOLLARS), **more)  # fmt: skip


def cost_score(settlement, row=0):
    return settlement.main.evaluation.value("cost_score", row)


@pytest.mark.parametrize(
    ("cases", "score"),
    [
        # 6.5 + 10 + 2.5 of 30
        ((20, 35, 10), Decimal(19) / 30),
        # one short of each minimum: 414.1350(c)(1), (2), (4)
        ((19, 35, 10), Decimal("0.625")),
        ((20, 34, 10), Decimal("0.45")),
        ((20, 35, 9), Decimal("0.825")),
        ((19, 34, 9), None),
    ],
)
def test_measures_with_their_case_minimum_are_scored(tmp_path, cases, score):
    rows = "".join(
        cost_row(name, dollars, n)
        for name, dollars, n in zip(
            ("TPCC_1", "MSPB_1", "COST_KA_1"), (450, 90, 850), cases, strict=True
        )
    )
    settlement = costed(tmp_path, 2024, rows)
    assert not settlement.set_aside
    if score is None:
        assert cost_score(settlement) is None
    else:
        assert abs(cost_score(settlement) - score) < Decimal("1e-20")


def test_a_measure_without_a_benchmark_is_not_scored(tmp_path):
    rows = cost_row("TPCC_1", 450, 100) + cost_row("MSPB_1", 90, 100)
    settlement = costed(tmp_path, 2024, rows, unscored=("MSPB_1",))
    assert cost_score(settlement) == Decimal("0.65")


def test_improvement_needs_the_score_of_the_year_before(tmp_path):
    """6.5 of 10 over 0.5: 0.65 + 0.01 x 0.15/0.5 = 0.653; in 2022 it adds nothing, and is said."""
    people = f"npi,prior_cost_score\n{NPI},0.5\n"
    row = cost_row("TPCC_1", 450, 100)
    counts = costed(tmp_path, 2024, row, people)
    assert cost_score(counts) == Decimal("0.653")
    assert not [note for note in counts.notes if "of no effect" in note]
    settlement = costed(tmp_path, 2022, row, people)
    assert cost_score(settlement) == Decimal("0.65")
    assert [note for note in settlement.notes if "of no effect" in note] == [
        f"Given, and of no effect, whatever the other numbers: prior_cost_score ({NPI} 2022)."
    ]


def test_a_cost_score_of_a_pathway_without_cost_is_said(tmp_path):
    """414.1367(c)(2): cost has no weight in the APP."""
    people = f"npi,pathway,cost_score,complex_patient_bonus\n{NPI},APP,0.5,3\n"
    settlement = settled(tmp_path, 2024, quality_row("A"), MEASURES, people=people)
    assert [note for note in settlement.notes if "of no effect" in note] == [
        f"Given, and of no effect, whatever the other numbers: cost_score ({NPI} 2024)."
    ]


def test_what_cannot_be_scored_is_said(tmp_path):
    rows = cost_row("TPCC_1", "", 100) + cost_row("MSPB_1", 100, "") + cost_row("COST_X_1", 100, 50)
    settlement = costed(tmp_path, 2024, rows, measures=("TPCC_1", "MSPB_1", "COST_X_1"))
    assert [each.reason for each in settlement.set_aside] == [
        "no cost of the measure", "how many cases is not told",
        "a cost measure whose case minimum is not known",
    ]  # fmt: skip
    given = f"npi,cost_score\n{NPI},0.4\n"
    settlement = costed(tmp_path, 2024, cost_row("TPCC_1", 450, 100), given)
    assert cost_score(settlement) == Decimal("0.4")
    assert [each.reason for each in settlement.set_aside] == [
        "a cost measure of whom the list gives the score"
    ]


def test_an_mvp_has_its_own_measures_and_a_subgroup_those_of_its_group(tmp_path):
    """414.1365(d)(3)(ii): of the group's 10 and 2.5 the MVP holds the second: 0.25, not 0.625."""
    mvp = {"mvpId": "M1", "qualityMeasureIds": ["A"], "costMeasureIds": ["COST_KA_1"]}
    rows = quality_row("A", who=OTHER) + cost_row("TPCC_1", 90, 50, OTHER)
    rows += cost_row("COST_KA_1", 850, 50, OTHER)
    people = f"npi,pathway,mvp,subgroup_of\n{NPI},MVP,M1,{OTHER}\n{OTHER},,,\n"
    settlement = costed(tmp_path, 2024, rows, people, mvps=[mvp])
    scores = {
        each.identifier: cost_score(settlement, n)
        for n, each in enumerate(settlement.main.contracts)
    }
    assert scores == {NPI: Decimal("0.25"), OTHER: Decimal("0.625")}
    # without the MVP's measure the subgroup has no cost score, whatever its group's is
    settlement = costed(tmp_path, 2024, rows.replace("850,50", "850,9"), people, mvps=[mvp])
    scores = {
        each.identifier: cost_score(settlement, n)
        for n, each in enumerate(settlement.main.contracts)
    }
    assert scores == {NPI: None, OTHER: 1}


@pytest.mark.skipif(not P4P.is_dir(), reason="the benchmarks are not here")
def test_boundaries_of_2024_are_deviations_from_the_median(tmp_path):
    """Half a deviation either way spans the fourth and the third number of CMS's file."""
    path = P4P / "benchmarks_2024.json"
    table = BenchmarkTable(read_benchmarks(path, 2024)[0], "decimal")
    published = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    rules = load_rules("mips")
    tried = 0
    for each in published:
        if not each["measureId"].startswith(("COST_", "TPCC", "MSPB")):
            continue
        low, high = (Decimal(each["percentiles"][name]) for name in ("30", "40"))
        middle, deviation = (low + high) / 2, high - low
        number = table.number[each["measureId"], "administrativeClaims"]
        for times in ("-2", "-1.2", "0", "0.8", "2.1", "2.6", "3"):
            cost = middle + Decimal(times) * deviation
            one = COST_MEASURE.evaluate(
                {"performance_year": 2024, "cost": cost, "median_cost": middle,
                 "standard_deviation": deviation}, rules
            ).value("cost_measure_points")  # fmt: skip
            other = COST_MEASURE_BY_BENCHMARK.evaluate(
                {"performance_rate": cost, "has_benchmark": True, "cases": 50, "case_minimum": 10,
                 **{name: table.boundaries[n][number] for n, name in enumerate(BOUNDARIES)}}, rules
            ).value("scored_cost_points")  # fmt: skip
            assert abs(one - other) < Decimal("0.001"), (each["measureId"], times)
        tried += 1
    assert tried == 28


@pytest.mark.skipif(not QPP.is_dir(), reason="the inventories are not here")
def test_every_cost_measure_of_every_year_has_a_kind():
    kinds = {row["measure"] for row in load_code_table("mips", "cost_measure_kind")}
    lines = (QPP / "cost_measures_2017_2027.csv").read_text("utf-8").splitlines()[1:]
    assert {line.split(",")[1] for line in lines} == kinds
