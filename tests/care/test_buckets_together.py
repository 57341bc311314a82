"""The lists of a store of several buckets do not depend on how many are run together."""

import duckdb
import pytest

from made_once import made_once
from openvbc.claims.store import ClaimInputs, build_store
from openvbc.programs.care.care_file import read_care_file
from openvbc.programs.care.work_lists import make_work_lists
from openvbc.steps import care
from openvbc.synth import Settings, generate

GRAINS = {
    "panel_component": "as_of, person_id, component",
    "panel_tier": "as_of, person_id",
    "person_condition": "as_of, person_id, algorithm, condition",
    "care_claim": "person_id, claim_id, claim_kind",
}


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return made_once(tmp_path_factory, "care buckets", _make)


def _make(root):
    generate(Settings(people=300, seed=11, light=True), root / "given")
    build_store(ClaimInputs(cclf=(root / "given" / "cclf",)), root / "store", buckets=4)
    (root / "care.yaml").write_text("as_of: 2023-12-31\nstore: store\n", encoding="utf-8")


def lists(folder, output, monkeypatch, bytes_at_once):
    monkeypatch.setattr(care, "BYTES_AT_ONCE", bytes_at_once)
    monkeypatch.setattr("os.access", lambda path, mode: False)  # nothing beside the store
    file, digest = read_care_file(folder)
    run = make_work_lists(file.model_copy(update={"output": output}), digest)
    tables = run.folder / "tables"
    parts = len(list((tables / "care_claim").glob("part-*")))
    rows_by_file = {
        path.name: duckdb.sql(f"select * from '{path}' order by all").fetchall()
        for path in (run.folder / "lists").glob("*.parquet")
    }
    for table, key in GRAINS.items():
        twice = f"select {key} from '{tables}/{table}/*.parquet' group by all having count(*) > 1"
        assert duckdb.sql(twice).fetchall() == [], table
    return parts, rows_by_file


def test_buckets_run_together_give_the_same_lists(people, tmp_path, monkeypatch):
    alone, expected = lists(people, tmp_path / "alone", monkeypatch, 0)
    together, rows_by_file = lists(people, tmp_path / "together", monkeypatch, 1 << 40)
    assert (alone, together) == (4, 1)
    assert len(expected["panel.parquet"]) > 100
    assert rows_by_file == expected
