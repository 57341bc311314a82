"""The public deck of test patients and its mutants: every population of every case."""

import gzip
import json
import os
from pathlib import Path

import pytest
import yaml

from clinical.qrda1_writer import qrda1
from openvbc.clinical.load import build_clinical_store
from openvbc.clinical.value_sets import read_value_sets
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.programs.quality.measuring import measure
from openvbc.steps.quality.definition import shipped_measures

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "quality"
FILES = {
    "CMS122": "CMS122FHIRDiabetesAssessGT9Pct",
    "CMS125": "CMS125FHIRBreastCancerScreen",
    "CMS130": "CMS130FHIRColorectalCancerScrn",
    "CMS165": "CMS165FHIRControllingHighBP",
    "CMS2": "CMS2FHIRPCSDepScreenAndFollowUp",
}
NAMES = {
    "denominator": "denominator",
    "denominator-exclusion": "denominator_exclusion",
    "numerator": "numerator",
    "denominator-exception": "denominator_exception",
}
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared quality data are not at OPENVBC_SHARED"
)


def cases(folder, ending):
    deck = []
    for cms_id, name in FILES.items():
        with gzip.open(SHARED / folder / f"{name}{ending}", "rt") as lines:
            deck += [(cms_id, json.loads(line)) for line in lines]
    return deck


def expected(case):
    if "expected_fqm" in case:
        return {name: bool(value) for name, value in case["expected_fqm"].items()}
    return {name: bool(n) for name, n in case["expected"][0]["population"].items()}


def as_lines(resources):
    return "\n".join(map(json.dumps, resources))


def differences(tmp_path, deck, write=as_lines, ending="ndjson"):
    """Each case is a practice of its own; all measures are computed, its own is compared."""
    practices = {}
    for number, (_, case) in enumerate(deck):
        path = tmp_path / f"{number}.{ending}"
        path.write_text(write(case["resources"]), encoding="utf-8")
        practices[f"{number:04d}"] = [path]
    store = build_clinical_store(practices, tmp_path / "store", buckets=1, join=False)
    sets = read_value_sets([SHARED / "ecqm_spec" / "valueset_codes.csv.gz"])
    got = {}
    with DuckDBEngine(threads=2) as engine:
        measured = measure(store, shipped_measures(), 2026, sets, tmp_path / "tables", engine)
        for rate in measured.rates:
            made = measured.results[f"{rate.measure.step.name}_population"]
            engine.register("population", made.table.parts)
            for row in engine.rows(
                "select practice, x.* from population x join patient p on p.person_id = x.person_id"
            ):
                got[row["practice"], rate.measure.cms_id] = row
    wrong = []
    for number, (cms_id, case) in enumerate(deck):
        row = got.get((f"{number:04d}", cms_id))
        ours = {"initial-population": row is not None}
        ours |= {name: bool(row and row[column]) for name, column in NAMES.items()}
        wrong += [
            (case["case"], cms_id, name, value, ours[name])
            for name, value in expected(case).items()
            if value != ours[name]
        ]
    return wrong


def test_every_population_of_every_case_of_the_deck(tmp_path):
    deck = cases("ecqm_py2026", ".cases.ndjson.gz")
    assert len(deck) == 192
    assert differences(tmp_path, deck) == []


@pytest.mark.slow
def test_the_deck_as_qrda_category_1_has_the_same_populations(tmp_path):
    deck = cases("ecqm_py2026", ".cases.ndjson.gz")
    assert differences(tmp_path, deck, qrda1, "xml") == []


@pytest.mark.slow
def test_mutated_patients_differ_only_where_it_was_adjudicated(tmp_path):
    adjudicated = yaml.safe_load(
        Path(__file__).with_name("ecqm_differences.yaml").read_text(encoding="utf-8")
    )
    deck = cases("ecqm_py2026_mutants", ".ndjson.gz")
    assert len(deck) == 720
    assert sorted(differences(tmp_path, deck)) == sorted(
        (a["case"], a["measure"], a["population"], a["reference"], a["ours"]) for a in adjudicated
    )
