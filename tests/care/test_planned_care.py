"""Stays judged by CMS's lists of planned care where they are given, else by how admitted."""

import datetime as dt
from pathlib import Path

import pytest

from care.care_store import CareStore
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.errors import InputError
from openvbc.programs.care.planned_care import PlannedCare
from openvbc.rules.load import load_rules
from openvbc.steps import care, claims, stays
from openvbc.steps.care.tables import tables

LISTS = Path(__file__).parents[1] / "tables_readmission" / "windows_chains_and_plans" / "lists"
AS_OF = dt.date(2024, 3, 15)


def unplanned(lists, folder):
    """Person to whether the stay is unplanned.

    ============  ============================  ========  ==================  ================
    person        principal diagnosis           type      by type             by lists
    ============  ============================  ========  ==================  ================
    CHEMO         Z51.11, always planned (45)   1 urgent  unplanned           planned
    FAILURE       I50.9, nothing planned        3         planned (elective)  unplanned
    MIND          F20.9, psychiatric hospital   3         planned (elective)  not judged: type
    ============  ============================  ========  ==================  ================
    """
    store = CareStore()
    for person, claim in (
        ("CHEMO", "stay A 2024-03-01..2024-03-05 9000.00 dx=Z5111 admit=1 ccn=010001"),
        ("FAILURE", "stay A 2024-03-01..2024-03-05 9000.00 dx=I509 admit=3 ccn=010001"),
        ("MIND", "stay A 2024-03-01..2024-03-05 9000.00 dx=F209 admit=3 ccn=014001"),
    ):
        store.person(person)
        store.claim(person, claim)
    planned = PlannedCare.of(lists, AS_OF)
    small = dict(store.tables())
    small |= {each.table.name: each.table for each in tables(load_rules("care"), AS_OF)}
    small |= {table.name: table for table in planned.tables}
    steps = [*claims.steps(), *stays.steps(), *care.steps(), *planned.steps]
    with DuckDBEngine(threads=1) as engine:
        run = Pipeline(steps).needed_for(["hospital_episode"])
        made = run.run(engine, [], small.values(), folder)
        engine.register("found", made["hospital_episode"].table.parts)
        rows = engine.rows(
            "select person_id, is_unplanned from found where as_of = date '2024-03-15'"
        )
    return {row["person_id"]: row["is_unplanned"] for row in rows}


def test_the_lists_decide_before_the_type_of_admission(tmp_path):
    by_type = {"CHEMO": True, "FAILURE": False, "MIND": False}
    assert unplanned(None, tmp_path / "type") == by_type
    assert unplanned(LISTS, tmp_path / "lists") == {**by_type, "CHEMO": False, "FAILURE": True}


def test_a_list_that_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match="always_planned_ccs_diagnosis_category"):
        PlannedCare.of(tmp_path, AS_OF)
