"""Plain lines taken as a set give the rows and reasons that reading one by one gives."""

import gzip
import json
import os
from pathlib import Path

import pytest

from clinical.charts import blood_pressure, coded, condition, encounter, of, patient
from openvbc.clinical import load
from openvbc.clinical.model import TABLES
from openvbc.engine.duckdb import DuckDBEngine

DECKS = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "quality"
ROWS = {
    "coding": "select c.* exclude (concept_id), k.system, k.code from coding c "
    "join concept k on k.concept_id = c.concept_id order by all",
    "concept": "select system, code from concept order by all",
}
CHART = [
    patient("p1"), patient("p2"), {"resourceType": "Patient", "id": "p3"},
    encounter("e1", "p1", "2026-02-01T23:30:00-05:00", "2026-02-02T00:10:30.250+00:00", "visit"),
    encounter("e1", "p1", "2026-02-01T09:00:00Z", None, "visit again"),
    encounter("e2", "p2", "2026-02-01", "2026-02", "visit"),
    encounter("e3", "stranger", "2026-02-30", "2026-02-01", "no such day"),
    encounter("e4", "p2", "2026-02-01T09:00:00", "2026-02-01T24:00:00Z", "without zone"),
    {**encounter("e5", "p1", "2026-02-01", "2026-02-01", "x"), "class": [{"code": "AMB"}]},
    {**encounter("e6", "p1", "2026-02-01", "2026-02-01", "x"),
     "hospitalization": {"dischargeDisposition": coded("home")}},
    condition("c1", "p1", "hypertension"), condition("c2", "p2", "old", onset="2019"),
    condition("c3", "p1", "age", onset=None, onsetAge={"value": 40, "code": "a"}),
    condition("c4", "p1", "none", onset=None, bodySite=[coded("left"), coded("right")]),
    {**condition("c5", "p1", "x"), "clinicalStatus": {"coding": [{}, {"code": "resolved"}]}},
    condition("c6", "p2", "span", onset=None, encounter={"reference": "urn:uuid:e1"},
              onsetPeriod={"start": "2025-01-01"}, abatementPeriod={"end": "2025-05-05"},
              verificationStatus=coded("confirmed")),
    blood_pressure("o1", "p1", "2026-03-04T10:00:00+14:00", 120, 80.5),
    blood_pressure("o2", "p1", "2026-03-04", 120, 1e15),
    {"resourceType": "Observation", "id": "o3", "status": "final", "subject": of("p2"),
     "category": [coded("laboratory"), coded("survey")], "code": coded("x"),
     "effectivePeriod": {"start": "2026-01-01T00:00:00Z"}, "issued": "2026-01-02T00:00:00.5Z",
     "valueQuantity": {"value": 7, "unit": "%", "code": ""}, "encounter": of("e9")},
    {"resourceType": "Observation", "id": "o4", "status": "final", "subject": of("p2"),
     "code": coded("x"), "valueCodeableConcept": coded("negative")},
    {"resourceType": "Observation", "id": "o5", "subject": of("p2"), "valueString": "Ω words",
     "extension": [{"url": "http://x/notDoneReason", "valueCodeableConcept": coded("why")}]},
    {"resourceType": "Observation", "id": "o6", "subject": of("p2"),
     "valueQuantity": {"unit": "%"}},
    {"resourceType": "Observation", "id": "o7", "subject": of("p2"), "valueBoolean": True},
    {"resourceType": "Observation", "id": "o8", "subject": {"reference": ""}},
    {"resourceType": "Observation", "id": "o9", "status": 4, "subject": of("p2")},
    {"resourceType": "Observation", "id": "o10", "status": None, "subject": of("p2")},
    {"resourceType": "Procedure", "id": "d1", "status": "completed", "subject": of("p1"),
     "code": {"coding": [{"code": "a"}, {"system": "http://loinc.org", "code": "b"}, {}]},
     "performedPeriod": {"start": "2026-01-01T01:02:03Z", "end": "2026-01-01T02:02:03.1234Z"}},
    {"resourceType": "Procedure", "id": "d2", "status": "completed", "subject": of("p1"),
     "performedDateTime": "2026-01-01T01:02:03.999Z", "code": coded("c")},
    {"resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order",
     "subject": of("p1"), "authoredOn": "2026-01-01", "code": coded("ask"), "doNotPerform": True},
    {"resourceType": "ServiceRequest", "id": "s2", "intent": "plan", "subject": of("p1")},
    {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "subject": of("p1"),
     "medicationCodeableConcept": coded("pill"), "authoredOn": "2026-01-01"},
    {"resourceType": "Claim", "id": "x", "text": {"div": "null and void,}"}},
    {"resourceType": "Claim 9 of Mrs X", "id": "x"}, {"id": "no type"},
    '{"resourceType": "Claim", "id": 1,}', '{"resourceType": "Claim", "n": nan}',
    '{"resourceType": "Claim", "n": NaN}', '{"resourceType": "Pati', "[1, 2]", "7", "",
    '{"resourceType": "ServiceRequest", "id": "s3", "id": "s4", "subject": {"reference": "p1"}}',
]  # fmt: skip


def stored(charts, folder):
    """Everything a store says, whatever numbers its codes have."""
    store = load.build_clinical_store(load.practices_of(charts), folder, buckets=2)
    with DuckDBEngine(threads=1) as engine:
        for table in store.tables():
            engine.register(table.name, table.parts)
        rows = {
            name: engine.rows(ROWS.get(name, f"select * from {name} order by all"))
            for name in TABLES
        }
    said = [(f.records, f.used, dict(f.set_aside), f.lines) for f in store.waterfall]
    counts = store.dropped, store.imprecise_dates, store.times_without_zone, store.notes()
    return rows, said, counts


def both_ways(charts, tmp_path, monkeypatch):
    monkeypatch.setattr(load, "LARGE", 1 << 60)
    one_by_one = stored(charts, tmp_path / "one by one")
    monkeypatch.setattr(load, "LARGE", 0)
    return one_by_one, stored(charts, tmp_path / "as a set")


def test_an_awkward_chart_is_read_the_same(tmp_path, monkeypatch):
    lines = [each if isinstance(each, str) else json.dumps(each) for each in CHART]
    for practice, end in (("111111111", ""), ("222222222", "\n")):
        folder = tmp_path / "charts" / practice
        folder.mkdir(parents=True)
        (folder / "all.ndjson").write_text("\n".join(lines) + end)
    packed = gzip.compress("\n".join(lines).encode())
    (tmp_path / "charts" / "cut.ndjson.gz").write_bytes(packed[:-9])
    damaged = '{"resourceType": "Claim", "x": "\udcff"}\n'.encode(errors="surrogateescape")
    (tmp_path / "charts" / "z.ndjson").write_bytes(damaged + lines[3].encode())
    monkeypatch.setattr("openvbc.clinical.fhir_files.PIECE", 5_000)
    one_by_one, as_a_set = both_ways(tmp_path / "charts", tmp_path, monkeypatch)
    assert one_by_one == as_a_set
    assert one_by_one[0]["observation"]
    assert sum(records for records, *_ in one_by_one[1]) > 100


def test_most_lines_are_taken_as_a_set(tmp_path, monkeypatch):
    """So that the test above compares two ways, and not one with itself."""
    folder = tmp_path / "charts"
    folder.mkdir()
    lines = [each if isinstance(each, str) else json.dumps(each) for each in CHART]
    (folder / "all.ndjson").write_text("\n".join(lines))
    read = []
    monkeypatch.setattr(load, "LARGE", 0)
    one = load.read_line
    monkeypatch.setattr(load, "read_line", lambda n, line: read.append(n) or one(n, line))
    load.build_clinical_store(load.practices_of(folder), tmp_path / "store", buckets=1)
    kinds = {
        json.loads(lines[n - 1]).get("id")
        for n in read
        if "Mrs" not in lines[n - 1]
        and lines[n - 1].startswith('{"resourceType": "')
        and "nan" not in lines[n - 1]
        and not lines[n - 1].endswith((",}", "Pati"))
    }
    taken = {"e1", "c1", "c4", "c6", "o1", "o3", "o4", "o7", "d2", "s1", "s2"}
    assert not taken & kinds


@pytest.mark.slow
def test_the_shared_deck_is_read_the_same(tmp_path, monkeypatch):
    if not DECKS.is_dir():
        pytest.skip(f"no shared data at {DECKS}: set OPENVBC_SHARED")
    charts = tmp_path / "charts"
    charts.mkdir()
    for deck in ("ecqm_py2026", "ecqm_py2026_more"):
        for place in sorted((DECKS / deck).glob("*.gz")):
            with gzip.open(place, "rt") as file, (charts / place.name[:-3]).open("w") as out:
                for line in file:
                    case = json.loads(line)
                    for resource in case["resources"]:
                        out.write(json.dumps(resource) + "\n")
    one_by_one, as_a_set = both_ways(charts, tmp_path, monkeypatch)
    assert one_by_one == as_a_set
