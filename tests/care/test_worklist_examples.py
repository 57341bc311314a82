"""Every case of the specification's examples (``care_worklists.yaml``), through the steps."""

import os
from pathlib import Path

import pytest
import yaml

from care.care_store import CareStore, run
from openvbc.engine.duckdb import DuckDBEngine

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
EXAMPLES = SHARED / "spec" / "params" / "examples" / "care_worklists.yaml"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_file(), reason="the shared examples are absent")
KINDS = {"IP": "stay", "SNF": "nursing", "HHA": "home", "OP": "outpatient", "CAR": "physician"}


@pytest.fixture(scope="module")
def examples():
    return yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))


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
    found = {
        (case["name"], condition): (f"P{number}", condition) in conditions
        for number, case in enumerate(examples["ccw30"])
        for condition in case["expect"]
    }
    assert wanted
    assert found == wanted
