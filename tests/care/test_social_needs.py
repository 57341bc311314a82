"""Social needs, areas and strata: worked cases of the specification, small stores by hand."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episode_store import Store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.errors import ContractError
from openvbc.programs.social_need.adjuster import adjusted, read_adjuster
from openvbc.programs.social_need.given_files import outcomes_of
from openvbc.programs.social_need.strata import divide
from openvbc.report.disclosure import Disclosure
from openvbc.report.strata import register, strata_lists
from openvbc.rules.load import load_rules
from openvbc.steps import claims, social_need
from openvbc.steps.social_need.tables import given_tables, rule_tables
from openvbc.worksheets.capitation.reach_equity import REACH_EQUITY
from openvbc.worksheets.shared_savings.health_equity import HEALTH_EQUITY
from own_yaml import plain_yaml

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))
FILE = SHARED / "spec" / "params" / "examples" / "sdoh.yaml"
CASES = plain_yaml(FILE) if FILE.exists() else {}
needs_cases = pytest.mark.skipif(not CASES, reason="the worked cases are not here")


def steps_over(store, folder, as_of, files, area_values=(), wanted=("social_need",)):
    small = {
        **store.tables(),
        **{
            t.table.name: t.table
            for t in rule_tables(load_rules("social_need"), as_of, area_values)
        },
        **{t.name: t for t in given_tables(files, ())},
    }
    pipeline = Pipeline([*claims.steps(), *social_need.steps()]).needed_for(wanted)
    with DuckDBEngine(threads=1) as engine:
        made = pipeline.run(engine, [], small.values(), folder)
        rows_by_table = {}
        for name in wanted:
            engine.register(name, made[name].table.parts)
            rows_by_table[name] = engine.rows(f"select * from {name}")
    return rows_by_table


@needs_cases
@pytest.mark.parametrize("number", range(len(CASES.get("needs", ()))))
def test_a_need_is_open_until_it_is_told_closed(number, tmp_path):
    case = CASES["needs"][number]
    store, answers = Store(), []
    store.person("P1")
    for event in case["events"]:
        if "icd10cm" in event:
            store.add("diagnosis", claim_id="c1", person_id="P1", claim_kind="professional",
                      position=2, diagnosis_code=event["icd10cm"], code_version="0",
                      claim_start_date=event["date"], claim_end_date=event["date"])  # fmt: skip
            continue
        row = {"instrument": "AHC-HRSN", "code": event["code"], "answer": event["answer"]}
        answers += [
            {"person_id": "P1", "screening_date": event["date"], **row, "domain": d, "outcome": o}
            for d, o in outcomes_of(row)
        ]
    rows = steps_over(store, tmp_path, case["as_of"], {"screening_answer": answers})
    states = {r["domain"]: "open" if r["is_open"] else "closed" for r in rows["social_need"]}
    assert states == case["expect"]


def strata_of(case):
    return [
        {"measure": "m", "division": "d", "stratum": name, "people": s["den"],
         "numerator": s["num"], "denominator": s["den"], "amount": None}
        for name, s in case["strata"].items()
    ]  # fmt: skip


@needs_cases
def test_rates_of_strata_beside_the_reference_and_the_total():
    case = CASES["stratified"][0]
    (stratification,) = divide(strata_of(case))
    dual = next(c for c in stratification.strata if c.stratum.stratum == "dual")
    assert float(stratification.total.rate) == case["expect"]["total"]
    assert float(dual.stratum.rate) == case["expect"]["dual"]
    assert float(dual.difference) == case["expect"]["difference"]
    assert float(dual.ratio) == case["expect"]["ratio"]
    assert dual.differs


@needs_cases
def test_a_small_cell_is_hidden_with_what_would_reveal_it():
    case = CASES["stratified"][1]
    divisions = divide(strata_of(case))
    shown = Disclosure(shared=True)
    register(shown, divisions)
    rows = strata_lists(divisions, shown)[1].rows
    hidden = {row[2] for row in rows if row[4] is None}
    assert hidden == {"a", case["expect"]["complementary"]}
    assert next(row[4] for row in rows if row[2] == "everybody") == 46


def test_an_area_that_does_not_join_is_left_missing_and_counted(tmp_path):
    store = Store()
    for person in ("P1", "P2", "P3", "P4"):
        store.person(person)
    areas = [
        {"person_id": "P1", "level": "block_group", "area_code": "A1"},
        {"person_id": "P1", "level": "zip", "area_code": "90001"},
        {"person_id": "P2", "level": "zip", "area_code": "90001"},
        {"person_id": "P3", "level": "block_group", "area_code": "ELSEWHERE"},
        {"person_id": "P4", "level": "block_group", "area_code": "A2"},
    ]
    index = "ADI national rank"
    values = [
        {"area_index": index, "level": "block_group", "area_code": "A1", "value": 88},
        {"area_index": index, "level": "block_group", "area_code": "A2", "value": None},
        {"area_index": index, "level": "zip", "area_code": "90001", "value": 40},
    ]
    tables = steps_over(
        store, tmp_path, dt.date(2024, 12, 31), {"person_area": areas}, values,
        ("area_rank", "person_stratum"),
    )  # fmt: skip
    ranks = {r["person_id"]: r for r in tables["area_rank"]}
    assert (ranks["P1"]["value"], ranks["P1"]["level"]) == (88, "block_group")
    assert (ranks["P2"]["value"], ranks["P2"]["is_approximate"]) == (40, True)
    assert (ranks["P3"]["state"], ranks["P3"]["value"]) == ("not joined", None)
    assert (ranks["P4"]["state"], ranks["P4"]["value"]) == ("unranked", None)
    divided = {r["person_id"]: r["stratum"] for r in tables["person_stratum"]
               if r["division"] == index}  # fmt: skip
    assert divided == {"P1": "5 of 5", "P2": "2 of 5"}


def test_weights_of_standardisation_are_those_of_everybody():
    # everybody: 100 young at 30/100, 100 old at 60/100; stratum a has 20 young at 10%, 80 old at
    # 50%: 0.5 x 0.1 + 0.5 x 0.5 = 0.3, where its crude rate is 42/100
    rows = [
        ("a", "young", 20, 2), ("a", "old", 80, 40), ("b", "young", 80, 28), ("b", "old", 20, 20),
    ]  # fmt: skip
    (stratification,) = divide(
        {"measure": "m", "division": "d", "stratum": s, "cell": c, "people": n, "numerator": k,
         "denominator": n, "amount": None}
        for s, c, n, k in rows
    )  # fmt: skip
    a = next(c.stratum for c in stratification.strata if c.stratum.stratum == "a")
    assert float(a.rate) == 0.42
    assert float(a.standardized) == 0.3


def equity_inputs(case):
    given = {
        "performance_year": case["py"], "top_third_measures": case.get("thirds", []).count("top"),
        "middle_third_measures": case.get("thirds", []).count("middle"),
        "score_before_equity": Decimal(str(case.get("score", 0))) / 100,
    }  # fmt: skip
    if "adi_known" in case:
        return given | {
            "deprived_people": case["adi85"], "ranked_people": case["adi_known"],
            "low_income_count": case["lis_dual_person_years"],
            "low_income_base": case["person_years"],
        }  # fmt: skip
    return given | {
        "deprived_people": int(case["adi85_share"] * 1000), "ranked_people": 1000,
        "low_income_count": int(case["lis_dual_share"] * 1000), "low_income_base": 1000,
    }  # fmt: skip


LINES = {"scaler": "health_equity_scaler", "underserved": "underserved_share",
         "bonus": "health_equity_adjustment", "score": "pathway_quality_score",
         "adi85_share": "deprived_share", "lis_dual_share": "low_income_share"}  # fmt: skip


@needs_cases
@pytest.mark.parametrize("number", range(len(CASES.get("hea", ()))))
def test_health_equity_adjustment(number):
    case = CASES["hea"][number]
    evaluation = HEALTH_EQUITY.evaluate(equity_inputs(case), load_rules("mips"))
    for name, expected in case["expect"].items():
        value = evaluation.value(LINES[name], 0)
        if name in ("bonus", "score"):
            value *= 100
        assert value == Decimal(str(expected)), name


@needs_cases
@pytest.mark.parametrize("number", range(len(CASES.get("heba_2023", ()))))
def test_reach_equity_amount(number):
    case = CASES["heba_2023"][number]
    given = {"performance_year": 2023, "tenth_from_top": case["decile_from_top"],
             "person_months": case["person_months"]}  # fmt: skip
    evaluation = REACH_EQUITY.evaluate(given, load_rules("reach"))
    assert evaluation.value("equity_amount", 0) == case["expect"]


@given(
    top=st.integers(0, 10), middle=st.integers(0, 10), deprived=st.integers(0, 1000),
    poor=st.integers(0, 1000), score=st.integers(0, 100), year=st.sampled_from([2023, 2024, 2026]),
)  # fmt: skip
def test_the_bonus_never_lowers_a_score_and_is_none_below_a_fifth(
    top, middle, deprived, poor, score, year
):
    evaluation = HEALTH_EQUITY.evaluate(
        {
            "performance_year": year, "top_third_measures": top, "middle_third_measures": middle,
            "deprived_people": deprived, "ranked_people": 1000, "low_income_count": poor,
            "low_income_base": 1000, "score_before_equity": Decimal(score) / 100,
        },
        load_rules("mips"),
    )  # fmt: skip
    bonus = evaluation.value("health_equity_adjustment", 0)
    assert Decimal(score) / 100 <= evaluation.value("pathway_quality_score", 0) <= 1
    assert 0 <= bonus <= Decimal("0.1")
    assert bonus == 0 or (max(deprived, poor) >= 200 and year < 2026)


ADJUSTER = """
title: Social risk payment
clause: Invented agreement, section 7
metric: share dual or low income
unit: member months
bins: [{from: 0.2, amount: 1.00}, {from: 0.4, amount: 2.50}]
limit: 20000.00
budget_neutral: BUDGET
"""


@pytest.mark.parametrize(
    ("neutral", "expected"),
    [
        # A: 0.19 is below the first bin; B: 0.20 x 12,000 months: 12,000.00; C: 10,000 x 2.50 =
        # 25,000.00, limited to 20,000.00. Neutral: 32,000 / 30,000 months = 1.0666... a month:
        # A 8,000 months give 8,533.33; B 12,800.00; C 10,666.67.
        ("false", [0, 12000, 20000]),
        ("true", ["-8533.33", "-800.00", "9333.33"]),
    ],
)
def test_an_agreed_adjustment_by_bins_limit_and_budget(neutral, expected, tmp_path):
    (tmp_path / "a.yaml").write_text(ADJUSTER.replace("BUDGET", neutral), encoding="utf-8")
    (tmp_path / "adjuster_group.csv").write_text(
        "group,metric,units\nA,0.19,8000\nB,0.2,12000\nC,0.9,10000\n", encoding="utf-8"
    )
    adjustment = adjusted(read_adjuster(tmp_path / "a.yaml"), tmp_path)
    assert [row[-1] for row in adjustment.rows] == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    "wrong", ["bins: []", "linear: {above: 0.1, amount: 3}\nbins: [{from: 0, amount: 1}]"]
)
def test_an_adjustment_that_says_two_things_or_none_is_refused(wrong, tmp_path):
    text = ADJUSTER.replace("BUDGET", "false")
    kept = [line for line in text.splitlines() if not line.startswith("bins")]
    (tmp_path / "a.yaml").write_text("\n".join([*kept, wrong]), encoding="utf-8")
    with pytest.raises(ContractError, match="bins or linear"):
        read_adjuster(tmp_path / "a.yaml")
