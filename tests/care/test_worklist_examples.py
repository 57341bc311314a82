"""Every case of the specification's examples (``care_worklists.yaml``), through the steps."""

import os
from pathlib import Path

import pytest

from care.care_store import CareStore, run
from openvbc.engine.duckdb import DuckDBEngine
from own_yaml import plain_yaml

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
EXAMPLES = SHARED / "spec" / "params" / "examples" / "care_worklists.yaml"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_file(), reason="the shared examples are absent")
KINDS = {"IP": "stay", "SNF": "nursing", "HHA": "home", "OP": "outpatient", "CAR": "physician"}


@pytest.fixture(scope="module")
def examples():
    return plain_yaml(EXAMPLES)


@pytest.fixture(scope="module")
def conditions(examples, tmp_path_factory):
    """Every case is a person of one store."""
    store = CareStore()
    for number, case in enumerate(examples["ccw30"]):
        store.person(f"P{number}")
        for at, claim in enumerate(case["claims"]):
            codes = "+".join(claim["dx"])
            store.claim(f"P{number}", f"{KINDS[claim['type']]} c{at} {claim['dos']} 1 dx={codes}")
    with DuckDBEngine(threads=1) as engine:
        rows = run(
            store, "2024-12-31", engine, tmp_path_factory.mktemp("ccw"), ["person_condition"]
        )
    today = [row for row in rows["person_condition"] if str(row["as_of"]) == "2024-12-31"]
    return {(row["person_id"], row["condition"]) for row in today if row["algorithm"] == "CCW30"}


def test_every_case_of_the_chronic_conditions(examples, conditions):
    wanted = {
        (case["name"], condition): expected
        for case in examples["ccw30"]
        for condition, expected in case["expect"].items()
    }
    outcomes = {
        (case["name"], condition): (f"P{number}", condition) in conditions
        for number, case in enumerate(examples["ccw30"])
        for condition in case["expect"]
    }
    assert wanted
    assert outcomes == wanted


def test_every_case_of_the_prevention_indicators(examples, tmp_path):
    """A point of origin of another hospital leaves the discharge out."""
    store = CareStore()
    for number, case in enumerate(examples["pqi"]):
        name = f"P{number}"
        store.person(name, birth=f"{2024 - case['age']}-01-01")
        codes = "+".join(case["dx"])
        assert codes.startswith(case["dx1"])
        origin = f" origin={case['point_of_origin']}" if "point_of_origin" in case else ""
        store.claim(name, f"stay a 2024-06-01..2024-06-05 9000 dx={codes} ccn=010001{origin}")
    with DuckDBEngine(threads=1) as engine:
        rows = run(store, "2024-12-31", engine, tmp_path, ["indicator_event"])["indicator_event"]
    indicators = {n: [] for n in range(len(examples["pqi"]))}
    for row in rows:
        indicators[int(row["person_id"][1:])].append(row["indicator"])
    wanted = {n: sorted(case["expect"]) for n, case in enumerate(examples["pqi"])}
    assert {n: sorted(each) for n, each in indicators.items()} == wanted


@pytest.mark.parametrize("score", ["lace", "hospital"])
def test_every_case_of_the_discharge_scores(examples, score, tmp_path):
    """The parts of a score as the step takes them, its points as it gives them."""
    parts = {
        "los": "LENGTH_OF_STAY", "acute": "ACUTE_ADMISSION", "charlson": "COMORBIDITY",
        "ed_6m": "EMERGENCY_VISITS", "hb": "HEMOGLOBIN", "oncology": "ONCOLOGY",
        "sodium": "SODIUM", "procedure": "PROCEDURE", "urgent": "URGENT",
        "prior_admissions": "PRIOR_ADMISSIONS",
    }  # fmt: skip
    cases = examples[score]
    rows = [
        ("2024-12-31", f"P{number}", 1, score.upper(), parts[name], str(int(value))
         if isinstance(value, bool) else str(value))
        for number, case in enumerate(cases)
        for name, value in case.items()
        if name in parts
    ]  # fmt: skip
    scores = points_of(rows, tmp_path)
    for number, case in enumerate(cases):
        wanted = case["expect"]
        assert scores[f"P{number}"] == (wanted["points"] if isinstance(wanted, dict) else wanted)
        if isinstance(wanted, dict):
            assert level_of(score.upper(), scores[f"P{number}"]) == wanted["band"]


def points_of(rows, folder):
    from openvbc.engine.pipeline import Pipeline
    from openvbc.engine.table import SmallTable
    from openvbc.steps import care
    from openvbc.steps.care.code_sets import code_sets

    columns = {"as_of": "date", "person_id": "string", "episode_number": "bigint",
               "score": "string", "part": "string", "part_value": "decimal(18,4)"}  # fmt: skip
    step = next(step for step in care.steps() if step.name == "discharge_score")
    small = [SmallTable("discharge_part", columns, rows), *(each.table for each in code_sets())]
    with DuckDBEngine(threads=1) as engine:
        made = Pipeline([step]).run(engine, [], small, folder)
        engine.register("discharge_score", made["discharge_score"].table.parts)
        point_rows = engine.rows(
            "select person_id, sum(points) as points from discharge_score group by person_id"
        )
    return {row["person_id"]: row["points"] for row in point_rows}


def level_of(score, points):
    from openvbc.rules.load import load_code_table

    return next(
        row["level"]
        for row in load_code_table("care", "score_level")
        if row["score"] == score
        and float(row["low"]) <= points
        and (not row["below"] or points < float(row["below"]))
    )


def test_every_case_of_the_frailty_score(examples, tmp_path):
    store = CareStore()
    for number, case in enumerate(examples["hfrs"]):
        store.person(f"P{number}")
        codes = "+".join(case["codes"])
        store.claim(f"P{number}", f"stay a 2024-03-01..2024-03-05 9000 dx={codes}")
    with DuckDBEngine(threads=1) as engine:
        rows = run(store, "2024-12-31", engine, tmp_path, ["person_score"])["person_score"]
    for number, case in enumerate(examples["hfrs"]):
        points = sum(
            row["points"]
            for row in rows
            if row["person_id"] == f"P{number}"
            and row["score"] == "FRAILTY"
            and str(row["as_of"]) == "2024-12-31"
        )
        assert float(points) == case["expect"]["points"]
        assert level_of("FRAILTY", float(points)) == case["expect"]["band"]
