"""CJR, TEAM and a payer's own bundle as configurations; limits; laws of a run."""

from __future__ import annotations

import csv
import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

import openvbc
from episodes.episode_cases import Case, store_of
from episodes.test_episode_cases import faults, run
from openvbc.engine.step import Step
from openvbc.programs.bundles.definition import read_definition
from openvbc.programs.bundles.models import CJR, TEAM
from openvbc.programs.registry import program
from openvbc.rules.load import load_rules
from openvbc.run import TIMES
from openvbc.steps.episodes.medicare import read_lists, read_numbers
from openvbc.steps.episodes.terms import Given, Terms
from own_yaml import texts_of_yaml

WRITTEN = texts_of_yaml(Path(__file__).parent / "cases_of_models.yaml")["models"]
OWN = """
episodes: [{category: Knee, triggers: {ms_drg: [470]}}]
window: {after_anchor_days: 30, before_anchor_days: 7, lookback_days: 30}
tests: [NOT_ON_THE_ROSTER]
overlap: {keep: later}
included: {settings: [SKILLED_NURSING], hcpcs: ["99213"]}
"""
LEFT_OUT_DIAGNOSES = [
    ("EXCLUDED_DIAGNOSIS", None, "S0600XA", None, None),
    ("EXCLUDED_DIAGNOSIS", "OUTPATIENT", "E119", dt.date(2024, 4, 1), None),
]
YEARS = {"team": (TEAM, 2026), "cjr": (CJR, 2024)}


def terms_of(use: str, spans, folder: Path, addition=None) -> Terms:
    weights = [(year, "470", "08", 10) for year in (2024, 2025, 2026)]
    weights += [(year, "522", "08", 10) for year in (2024, 2025)]
    weights += [(year, "190", "04", 90) for year in (2024, 2026)]
    given = Given(claim_addition=addition, person_span=spans, drg_weight=weights)
    if use == "own":
        (folder / "bundle.yaml").write_text(OWN)
        numbers, lists = read_definition(folder / "bundle.yaml")
        year, doubts = 2025, ()
    else:
        declared, year = YEARS[use]
        numbers, doubts = read_numbers(declared.model, load_rules(use), year)
        lists = read_lists(declared.model, year, {"excluded_diagnosis": LEFT_OUT_DIAGNOSES})
    return Terms(
        numbers, lists, "PAID", dt.date(year, 1, 1), dt.date(year, 12, 31),
        dt.date(9999, 12, 31), given, doubts,
    )  # fmt: skip


@pytest.mark.parametrize("model", WRITTEN, ids=lambda each: each["use"])
def test_cases_of_a_model(model, tmp_path):
    from openvbc.engine.duckdb import DuckDBEngine

    cases = [
        Case(model["use"], f"M{number:02d}", said)
        for number, said in enumerate(model["cases"], start=1)
    ]
    store, spans = store_of(cases)
    if model["use"] == "own":
        spans.append(("M01", "ROSTER", dt.date(2025, 1, 1), dt.date(2025, 12, 31)))
    with DuckDBEngine(threads=1) as engine:
        terms = terms_of(model["use"], spans, tmp_path, store.addition())
        table_rows = run(engine, terms, store, tmp_path / "run")
    wrong = [f"{case}: {said}" for case in cases for said in faults(case, table_rows)]
    assert not wrong, "\n".join(wrong)


def test_an_anchor_whose_episode_is_not_over_cancels_the_earlier_one(tmp_path):
    """CJR: A lasts to 06-04, B from 05-01 to 07-31; of the claims known by 07-15 B is not over."""
    from openvbc.engine.duckdb import DuckDBEngine

    said = {
        "case": "not over",
        "claims": ["stay A 2024-03-05..2024-03-07 14000.00 drg=470",
                   "stay B 2024-05-01..2024-05-04 15000.00 drg=522"],
        "episodes": {"A": {"status": "DROPPED", "reason": "REPLACED_BY_LATER_EPISODE"},
                     "B": {"status": "DROPPED", "reason": "NOT_OVER"}},
    }  # fmt: skip
    case = Case("cjr", "M01", said)
    store, spans = store_of([case])
    terms = replace(terms_of("cjr", spans, tmp_path), known_by=dt.date(2024, 7, 15))
    with DuckDBEngine(threads=1) as engine:
        assert not faults(case, run(engine, terms, store, tmp_path / "run"))


LIMITS = [
    # 100 episodes of 1 to 100: 1% of 100 is 1, whole: the mean of the 1st and 2nd, 1.5; 99% is 99:
    # the mean of the 99th and 100th, 99.5
    (range(1, 101), "1.500", "99.500"),
    # 150: 1.5, so the 2nd; 148.5, so the 149th
    (range(1, 151), "2.000", "149.000"),
    # 3: 0.03, so the 1st; 2.97, so the 3rd: nothing is limited
    (range(1, 4), "1.000", "3.000"),
    # 200: 2, the mean of the 2nd and 3rd; 198, the mean of the 198th and 199th
    (range(1, 201), "2.500", "198.500"),
]


@pytest.mark.parametrize(("amounts", "lower", "upper"), LIMITS, ids=lambda v: str(v)[:14])
def test_limits_are_percentiles_of_definition_5(any_engine, amounts, lower, upper):
    engine = any_engine
    text = {"person_id": "string", "episode_id": "string"}
    shuffled = random.Random(1).sample(list(amounts), len(amounts))
    engine.register_rows(
        "episode_trigger", text | {"category": "string", "price_cell": "string"},
        [("P", str(n), "A", "470") for n in amounts],
    )  # fmt: skip
    engine.register_rows(
        "episode_outcome",
        text | {"status": "string", "fiscal_year": "int", "updated_amount": "decimal(18,2)"},
        [("P", str(n), "SETTLED", 2025, Decimal(n)) for n in shuffled],
    )
    engine.register_rows(
        "episode_model", {"lower_percentile": "int", "upper_percentile": "int"}, [(1, 99)]
    )
    given = {"category": "string", "price_cell": "string", "fiscal_year": "int"}
    money = {"lower_limit": "decimal(18,3)", "upper_limit": "decimal(18,3)"}
    engine.register_rows("given_limit", given | money, [])
    step = Step.from_file(resources.files("openvbc.steps.episodes") / "episode_limit.sql")
    row = engine.rows(step.sql)[0]
    assert (str(row["lower_limit"]), str(row["upper_limit"])) == (lower, upper)


def rows_of(run: openvbc.Run) -> dict[str, list[tuple]]:
    names = ("episode", "episode_line", "episode_limit", "episode_initiator")
    return {
        name: sorted((tuple(row.values()) for row in run.table(name).rows()), key=repr)
        for name in names
    }


@pytest.fixture
def usual(tmp_path):
    program("bpci-advanced").claims_program().generate(tmp_path, 60, 2)
    return openvbc.Project(tmp_path).run()


@pytest.mark.slow
def test_a_step_that_is_lost_is_made_as_it_was(tmp_path, usual):
    """As in a run of Shared Savings (tests/laws)."""
    digest = {n: s.output_sha256 for n, s in usual.manifest.steps.items()}
    for part in (usual.folder / "tables" / "episode_line").glob("*.parquet"):
        part.unlink()
    (usual.folder / TIMES).unlink()
    again = openvbc.Project(tmp_path).run()
    assert {n: s.output_sha256 for n, s in again.manifest.steps.items()} == digest


def test_order_buckets_and_threads_change_nothing(tmp_path, usual):
    """The rows of the files in another order, three buckets, one thread."""
    expected = rows_of(usual)
    assert expected["episode_line"]
    claims = tmp_path / "tuva" / "medical_claim.csv"
    with claims.open(newline="") as file:
        head, *body = list(csv.reader(file))
    random.Random(4).shuffle(body)
    with claims.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *body])
    path = tmp_path / "openvbc.yaml"
    path.write_text(
        path.read_text() + "engine: {threads: 1, buckets: 3}\nstore: store2\noutput: run2\n"
    )
    assert rows_of(openvbc.Project(tmp_path).run()) == expected
