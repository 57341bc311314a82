"""CMS's chronic condition flags (DE-SynPUF): a condition met by inpatient claims is flagged.

The sample holds every inpatient claim and the flags of each year, but no carrier and no outpatient
claims: what the algorithm of 27 conditions finds must be among the flags, not the reverse. The
flags of these synthetic files know each year alone (a claim of the year before says nothing of
them), so only conditions with a claim of the year itself are held against them. Cancer and
arthritis are left out: their flags do not follow the inpatient claims (58 and 63 of 100).
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.programs.care.work_lists import store_tables
from openvbc.rules.load import load_rules
from openvbc.steps import care, claims, stays
from openvbc.steps.care.tables import tables

FILES = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "claims" / "synpuf"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILES.is_dir(), reason="the shared DE-SynPUF files are absent"),
]
FLAGS = {
    "SP_ALZHDMTA": ("ALZHDMT", 1.0), "SP_CHF": ("CHF", 1.0), "SP_CHRNKIDN": ("CHRNKDN", 1.0),
    "SP_COPD": ("COPD", 0.98), "SP_DEPRESSN": ("DEPRESSN", 1.0),
    "SP_DIABETES": ("DIABETES", 1.0), "SP_ISCHMCHT": ("ISCHMCHT", 1.0),
    "SP_OSTEOPRS": ("OSTEOPRS", 1.0), "SP_STRKETIA": ("STRKETIA", 0.98),
}  # fmt: skip


@pytest.fixture(scope="module")
def agreement(tmp_path_factory):
    """Flag to (people and years found, of them flagged)."""
    folder = tmp_path_factory.mktemp("synpuf")
    build_store(ClaimInputs(synpuf=FILES), folder / "store", buckets=1)
    small = [t.table for t in tables(load_rules("care"), dt.date(2010, 12, 31), algorithm="CCW27")]
    steps = [*claims.steps(), *stays.steps(), *care.steps()]
    pipeline = Pipeline(steps).needed_for(["person_condition"])
    with DuckDBEngine(threads=2) as engine:
        made = pipeline.run(engine, store_tables(folder / "store"), small, folder / "tables")
        engine.register("person_condition", made["person_condition"].table.parts)
        rows = engine.rows(
            "select person_id, year(as_of) as year, condition from person_condition "
            "where algorithm = 'CCW27' and year(last_date) = year(as_of)"
        )
    met = {(row["person_id"], row["year"], row["condition"]) for row in rows}
    person_years, flagged = Counter(), Counter()
    for path in sorted(FILES.glob("*Beneficiary_Summary*")):
        year = int(path.name.split("_")[2])
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for flag, (condition, _) in FLAGS.items():
                    if (row["DESYNPUF_ID"], year, condition) in met:
                        person_years[flag] += 1
                        flagged[flag] += row[flag] == "1"
    return person_years, flagged


@pytest.mark.parametrize("flag", FLAGS)
def test_what_inpatient_claims_say_is_flagged(agreement, flag):
    person_years, flagged = agreement
    assert person_years[flag] > 500
    assert flagged[flag] / person_years[flag] >= FLAGS[flag][1]
