"""Quality Payment Program: worked cases, reweighting rows, and every benchmark of every year."""

import csv
import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from openvbc.errors import InputError
from openvbc.programs.mips.benchmarks import read_benchmarks
from openvbc.rules.load import load_rules
from openvbc.worksheets.performance.mips.advanced_apm import QP_STATUS
from openvbc.worksheets.performance.mips.eligibility import MIPS_ELIGIBILITY
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE
from openvbc.worksheets.performance.mips.other_categories import (
    COMPLEX_PATIENTS,
    COST_MEASURE,
    IMPROVEMENT_ACTIVITIES,
)
from openvbc.worksheets.performance.mips.quality import (
    BOUNDARIES,
    QUALITY_CATEGORY,
    QUALITY_MEASURE,
)
from oracles.published import SHARED
from own_yaml import exact_yaml

RULES = load_rules("mips")
EXAMPLES = SHARED / "spec" / "params" / "examples" / "qpp.yaml"


def cases():
    if not EXAMPLES.exists():
        return [pytest.param("", {}, marks=pytest.mark.skip(reason="qpp.yaml is not here"))]
    examples = exact_yaml(EXAMPLES)
    return [
        pytest.param(kind, case, id=f"{kind}-{number}")
        for kind, listed in examples.items()
        for number, case in enumerate(listed, start=1)
    ]


def scored(case, rules=RULES, **given):
    plain = {
        "performance_year": case.get("performance_year", case.get("year", 2024)),
        "pathway": "traditional", "small_practice": False, "zeroed": "none",
        "quality_score": 0, "cost_score": 0, "improvement_activities_score": 0,
        "promoting_interoperability_score": 0,
    }  # fmt: skip
    return MIPS_FINAL_SCORE.evaluate({**plain, **given}, rules)


def payment_adjustment(case):
    rules = RULES.what_if(
        "scaling_factor", case.get("scaling_factor", case.get("sf", Decimal(1))), "the case"
    )
    if "sf2" in case:
        rules = rules.what_if("additional_scaling_factor", case["sf2"], "the case")
    evaluation = scored(case, rules, complex_patient_bonus=case["final_score"])
    adjustment = evaluation.value("payment_adjustment")
    if "expect" in case:
        assert adjustment == case["expect"]
    else:
        assert round(adjustment * 100, 2) == case["expect_rounded_percent"]


def quality_points(case):
    if "deciles" in case:
        boundaries = dict(zip(BOUNDARIES[1:], case["deciles"], strict=True))
    else:
        values = [case["percentiles"][key] for key in sorted(case["percentiles"])]
        values = values[::-1] if case["inverse"] else values
        boundaries = dict(zip(BOUNDARIES[1:], values, strict=True))
    evaluation = measured(
        case["year"], performance_rate=case["rate"], lower_is_better=case["inverse"], **boundaries
    )
    assert int(evaluation.value("decile_points")) == case["expect_decile"]
    assert evaluation.value("printed_decile_points") == case["expect_points"]


def measured(year, **given):
    plain = {"performance_year": year, "small_practice": False, "has_benchmark": True,
             "enough_cases": True, "data_complete": True}  # fmt: skip
    return QUALITY_MEASURE.evaluate({**plain, **given}, RULES)


def quality_floors(case):
    points = case.get("decile_points", Decimal(9))
    boundaries = {name: 10 * place for place, name in enumerate(BOUNDARIES)}
    evaluation = measured(
        case["year"], small_practice=case["small"], has_benchmark=case["benchmark"],
        enough_cases=case["cases"] >= 20, data_complete=case["complete"],
        measure_year=case.get("measure_year"), topped_out_years=case.get("topped_out_years"),
        performance_rate=10 * (points - 1), **boundaries,
    )  # fmt: skip
    assert evaluation.value("decile_points") == points
    assert evaluation.value("measure_points") == case["expect"]


def quality_category(case):
    evaluation = QUALITY_CATEGORY.evaluate(
        {
            "performance_year": 2024, "small_practice": case["small_practice"],
            "achievement_points": sum(case["points"]), "available_points": 60,
            "measures_submitted": len(case["points"]),
            "prior_achievement": case["prior_achievement"],
            "full_participation": case["full_participation"],
        },
        RULES,
    )  # fmt: skip
    names = {"with_bonus": "achievement_with_bonus", "improvement": "quality_improvement",
             "category": "quality_score"}  # fmt: skip
    for name, value in case["expect"].items():
        assert round(evaluation.value(names.get(name, name)), 6) == value


def cost_points(case):
    given = {"performance_year": 2024, "cost": case["cost"], "median_cost": Decimal("4722.88"),
             "standard_deviation": Decimal("1357.77")}  # fmt: skip
    points = COST_MEASURE.evaluate(given, RULES).value("cost_measure_points")
    low, high = case.get("expect_between") or (case["expect"], case["expect"])
    assert low <= points <= high


def improvement_activities(case):
    given = {
        "performance_year": case["year"], "pathway": case.get("pathway", "traditional"),
        "less_burden": case.get("practice") == "small",
        "medium_activities": case.get("medium", case.get("activities")),
        "high_activities": case.get("high", 0),
    }  # fmt: skip
    given["pathway"] = given["pathway"].replace("mvp", "MVP")
    evaluation = IMPROVEMENT_ACTIVITIES.evaluate(given, RULES)
    assert evaluation.value("activity_points") == case["expect_points"]


def final_score(case):
    if "scored_categories" in case:
        evaluation = scored(case, zeroed="three or more", fewer_than_two_categories=True)
        assert evaluation.value("final_score") == case["expect"]
        return
    per_cent = 100 if case["year"] == 2017 else 1
    pi, activities = case["pi"], case.get("ia", case.get("ia_points", 0))
    evaluation = scored(
        case, pathway=case.get("pathway", "traditional").replace("app", "APP"),
        small_practice=case.get("practice") == "small", zeroed="pi" if pi is None else "none",
        quality_score=case["quality"] / per_cent, cost_score=case.get("cost", 0),
        improvement_activities_score=activities if "ia" in case else activities / Decimal(40),
        promoting_interoperability_score=None if pi is None else Decimal(pi) / per_cent,
        complex_patient_bonus=case.get("cpb", 0),
    )  # fmt: skip
    value = evaluation.value("final_score")
    if "weights" in case:
        names = ("quality", "cost", "improvement_activities", "promoting_interoperability")
        order = [case["weights"][each] for each in (0, 1, 2, 3)]
        assert [100 * evaluation.parameter(f"{n}_weight", 0).value for n in names] == order
        low, high = case.get("expect_within") or (case["expect"], case["expect"])
        assert low <= round(value, 2) <= high
    else:
        assert value == case["expect"]


def complex_patient(case):
    given = {
        "performance_year": case["year"],
        "risk_score": case.get("hcc", case["hcc_mean"]),
        "dual_ratio": case.get("dual", case.get("dual_ratio")),
    }
    if "hcc" in case:
        for ours, theirs in (("median", "median"), ("mean", "mean"), ("deviation", "sd")):
            given[f"risk_{ours}"] = case[f"hcc_{theirs}"]
            given[f"dual_{ours}"] = case[f"dual_{theirs}"]
    evaluation = COMPLEX_PATIENTS.evaluate(given, RULES)
    assert evaluation.value("complex_patient_bonus") == case["expect"]


def eligibility(case):
    first, second = case.get("segment1", case), case.get("segment2", {})
    given = {"performance_year": case["year"]}
    for name in ("charges", "patients", "services"):
        given[f"{name}_first"], given[f"{name}_second"] = first[name], second.get(name)
    evaluation = MIPS_ELIGIBILITY.evaluate(given, RULES)
    assert evaluation.value("must_report") == (case["expect"] == "required")
    assert evaluation.value("may_opt_in") == ("opt_in" in case["expect"])


def qp(case):
    if case.get("option") == "all_payer":
        given = {"payments_attributed": case["medicare_payment_share"], "payments_eligible": 1,
                 "all_payer_payments_attributed": case["combined_payment_share"],
                 "all_payer_payments_eligible": 1}  # fmt: skip
    else:
        given = {name: case[name] for name in case if "_attributed" in name or "_eligible" in name}
    evaluation = QP_STATUS.evaluate({"performance_year": case["year"], **given}, RULES)
    assert evaluation.value("is_qp") == (case["expect"] == "QP")
    assert evaluation.value("is_partial_qp") == (case["expect"] in ("partial_QP", "not_QP_partial"))


KINDS = {
    each.__name__: each
    for each in (payment_adjustment, quality_points, quality_floors, quality_category, cost_points,
                 improvement_activities, final_score, complex_patient, eligibility, qp)
}  # fmt: skip


@pytest.mark.parametrize(("kind", "case"), cases())
def test_a_worked_case_is_exact(kind, case):
    KINDS[kind](case)


def test_every_reweighting_row_is_the_rule_and_adds_to_100():
    path = SHARED / "spec" / "params" / "qpp" / "reweighting_by_year.csv"
    if not path.exists():
        pytest.skip("reweighting_by_year.csv is not here (see OPENVBC_SHARED)")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 74
    for row in rows:
        asked = {
            "performance_year": int(row["performance_years"][:4]),
            "pathway": "APP" if row["practice"] == "APP" else "traditional",
            "small_practice": row["practice"] == "small",
            "zeroed": row["zeroed"] or "none",
        }
        names = {"quality": "quality", "cost": "cost", "ia": "improvement_activities",
                 "pi": "promoting_interoperability"}  # fmt: skip
        ours = {
            short: 100 * Decimal(RULES.get(f"{name}_weight", **asked).value)
            for short, name in names.items()
        }
        assert sum(ours.values()) == 100, row
        for short in names:
            if row[short]:  # one row, of APM entities, only says that cost weighs nothing
                assert ours[short] == Decimal(row[short]), row


@pytest.mark.parametrize("year", range(2017, 2027))
def test_a_better_rate_never_gets_fewer_points(year):
    """Every benchmark of the year is parsed, and points rise from the worst rate to the best."""
    path = SHARED / "data" / "p4p" / "qpp" / f"benchmarks_{year}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not here (see OPENVBC_SHARED)")
    benchmarks, aside = read_benchmarks(path, year)
    out_of_order = {2018: 1, 2020: 1}
    assert len(aside) == out_of_order.get(year, 0)
    assert {each.reason for each in aside} <= {"the deciles of a benchmark are out of order"}
    published = json.loads(path.read_text(encoding="utf-8"))
    assert len(benchmarks) + len(aside) == len(published)
    rows = []
    for number, each in enumerate(benchmarks):
        known = [bound for bound in each.boundaries if bound is not None]
        between = [(low + high) / 2 for low, high in pairwise(known)]
        rates = sorted({*known, *between, min(known) - 1, max(known) + 1},
                       reverse=each.lower_is_better)  # fmt: skip
        rows += [(number, rate) for rate in rates]
    evaluation = QUALITY_MEASURE.evaluate(
        {
            "performance_year": year, "small_practice": False, "has_benchmark": True,
            "enough_cases": True, "data_complete": True,
            "performance_rate": [rate for _, rate in rows],
            "lower_is_better": [benchmarks[number].lower_is_better for number, _ in rows],
            **{name: [benchmarks[number].boundaries[place] for number, _ in rows]
               for place, name in enumerate(BOUNDARIES)},
        },
        RULES,
    )  # fmt: skip
    for line in ("decile_points", "measure_points"):
        points = evaluation.column(line)
        for row, (number, _) in enumerate(rows):
            assert 1 <= points[row] <= 10
            if row and rows[row - 1][0] == number:
                assert points[row] >= points[row - 1]
    ends = [row for row, (number, _) in enumerate(rows[:-1]) if rows[row + 1][0] != number]
    assert all(evaluation.column("decile_points")[row] == 10 for row in ends)
    assert sum(each.lower_is_better for each in benchmarks) > 20


def inventory(name):
    path = SHARED / "data" / "qpp" / name
    if not path.exists():
        pytest.skip(f"{path.name} is not here (see OPENVBC_SHARED)")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("year", range(2017, 2027))
def test_directions_are_those_of_the_measure_inventory(year):
    """Read from the numbers to 2022, from the file's own flag later; AQI18 of 2017 contradicts."""
    told = {
        row["measure_id"]: row["inverse"] == "1"
        for row in inventory("quality_measures_2017_2027.csv")
        if row["year"] == str(year) and row["inverse"]
    }
    path = SHARED / "data" / "p4p" / "qpp" / f"benchmarks_{year}.json"
    both = [each for each in read_benchmarks(path, year)[0] if each.measure in told]
    wrong = {each.measure for each in both if each.lower_is_better != told[each.measure]}
    assert wrong == ({"AQI18"} if year == 2017 else set())
    assert len(both) > 200


def test_a_file_of_benchmarks_of_another_year_or_of_none_is_refused(tmp_path):
    for text, code in (
        ('[{"measureId": "001", "performanceYear": 2023, "deciles": []}]', "VBC-706"),
        ('{"measureId": "001"}', "VBC-705"),
        ("measure,decile", "VBC-705"),
        ("[]", "VBC-706"),
    ):
        path = Path(tmp_path / "benchmarks.json")
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=code):
            read_benchmarks(path, 2024)
