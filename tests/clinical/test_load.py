"""From FHIR files to the clinical store: every row is used or set aside with a reason."""

import gzip
import json
import stat

import pytest

from clinical.charts import (
    blood_pressure,
    condition,
    encounter,
    of,
    patient,
    write_lines,
)
from openvbc.clinical.load import build_clinical_store, practices_of
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import EmptyResult, InputError


def built(tmp_path, **more):
    return build_clinical_store(
        practices_of(tmp_path / "charts"), tmp_path / "store", buckets=2, **more
    )


def rows(store, sql, *names):
    with DuckDBEngine(threads=1) as engine:
        for table in store.tables(names):
            engine.register(table.name, table.parts)
        return [tuple(row.values()) for row in engine.rows(sql)]


BAD = [
    patient(),
    '{"resourceType": "Patient", "id": ',
    {"resourceType": "Organization", "id": "o"},
    {"no": "type"},
    patient("p2", birth=None),
    patient("p3", birth="1950"),
    {"resourceType": "Encounter", "id": "e0"},
    encounter("e1", "p1", "2026-02-01T09:00:00Z", "2026-02-01T09:30:00Z", "visit"),
    encounter("e1", "p1", "2026-02-01T09:00:00Z", "2026-02-01T09:30:00Z", "visit"),
    encounter("e2", "stranger", "2026-02-01", "2026-02-01", "visit"),
    {**encounter("e3", "p1", "2026-02-01", "2026-02-01", "visit"), "class": [{"code": "AMB"}]},
    {**condition("c0", "p1", "hypertension"), "clinicalStatus": "active"},
    condition("c1", "p1", "hypertension", onset="about christmas"),
    condition("c2", "p1", "hypertension", onset="2019"),
    encounter("e4", "p1", "2026-02-01T09:00:00", None, "visit"),
]


def test_rows_in_are_rows_used_and_set_aside(tmp_path):
    write_lines(tmp_path / "charts" / "111111111" / "all.ndjson", BAD)
    store = built(tmp_path)
    (file,) = store.waterfall
    assert file.balanced
    assert file.records == len(BAD)
    assert dict(file.set_aside) == {
        "not valid JSON": 1,
        "resource type not used: Organization": 1,
        "not a FHIR resource": 1,
        "patient without a birth date": 2,
        "without a patient": 1,
        "another version of FHIR (R4 is read)": 2,
        "not in the form of FHIR R4": 1,
    }
    assert store.dropped == {
        "encounter: record of a patient who is not here, or was set aside": 1,
        "encounter: the same record given again": 1,
    }
    assert (store.persons, store.rows["encounter"], store.rows["condition"]) == (1, 2, 1)
    assert (store.imprecise_dates, store.times_without_zone) == (2, 1)


def test_nothing_that_is_said_holds_what_stands_in_a_chart(tmp_path):
    write_lines(tmp_path / "charts" / "a.ndjson", BAD)
    store = built(tmp_path)
    said = " ".join([*store.notes(), *store.set_aside()])
    assert "christmas" not in said
    assert "stranger" not in said
    assert "1960" not in said


FAILING_LATE = [
    {**encounter("e1", "p1", "2026-02-01", "2026-02-01", "visit"), "type": ["visit"]},
    {**condition("c1", "p1", "hypertension"), "bodySite": [{"coding": [{"code": "1"}, 2]}]},
    {**blood_pressure("o1", "p1", "2026-02-01", 120, 80), "component": ["120", "80"]},
    {
        **blood_pressure("o2", "p1", "2026-02-01", 120, 80),
        "component": [{"valueQuantity": {"value": 120}}, {"valueQuantity": {"value": "low"}}],
    },
    {
        "resourceType": "Medication",
        "id": "m1",
        "code": {"coding": [{"code": "1"}, {"code": "2"}, 3]},
    },
]


def test_a_dose_of_nothing_given_as_text_is_set_aside(tmp_path):
    order = {
        "resourceType": "MedicationRequest", "id": "r1", "subject": of("p1"),
        "authoredOn": "2026-02-01", "dispenseRequest": {"quantity": {"value": 30}},
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": "0"}}],
            }
        ],
    }  # fmt: skip
    write_lines(tmp_path / "charts" / "a.ndjson", [patient(), order])
    store = built(tmp_path)
    assert dict(store.set_aside()) == {"not in the form of FHIR R4": 1}
    assert store.rows["medication"] == 0


@pytest.mark.parametrize("resource", FAILING_LATE, ids=lambda resource: resource["id"])
def test_a_record_that_fails_in_its_last_codes_leaves_no_row_behind(tmp_path, resource):
    named = {
        "resourceType": "MedicationRequest", "id": "r1", "subject": of("p1"),
        "medicationReference": {"reference": "Medication/m1"},
    }  # fmt: skip
    write_lines(tmp_path / "charts" / "a.ndjson", [patient(), resource, named])
    store = built(tmp_path)
    assert dict(store.set_aside()) == {"not in the form of FHIR R4": 1}
    there = {name: count for name, count in store.rows.items() if count and name != "concept"}
    assert there == {"patient": 1, "medication": 1}


def test_a_bundle_and_packed_lines_give_the_same_rows(tmp_path):
    resources = [patient(), blood_pressure("o1", "p1", "2026-03-01T10:00:00Z", 132, 84)]
    folder = tmp_path / "charts" / "111111111"
    folder.mkdir(parents=True)
    entries = [{"resource": each} for each in resources]
    (folder / "a.json").write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    sql = "select value_number, value_unit from component order by 1"
    assert [(float(n), u) for n, u in rows(built(tmp_path), sql, "component")] == [
        (84.0, "mm[Hg]"), (132.0, "mm[Hg]"),
    ]  # fmt: skip
    (folder / "a.json").unlink()
    lines = "\n".join(map(json.dumps, resources))
    (folder / "a.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
    assert len(rows(built(tmp_path), sql, "component")) == 2


def test_charts_named_after_their_patients_are_named_nowhere(tmp_path):
    folder = tmp_path / "charts" / "111111111"
    folder.mkdir(parents=True)
    (folder / "Doe_John.json").write_text(json.dumps(patient()))
    (folder / "Roe_Jane.json").write_text("{")
    store = built(tmp_path)
    (documents,) = store.waterfall
    assert documents.file == "documents of 111111111, numbered by name"
    # The second by name is the one that is not JSON.
    assert (documents.records, documents.lines) == (2, {"not valid JSON": [2]})
    (report,) = (tmp_path / "store").glob("report.json")
    assert "Roe" not in report.read_text()


def named(identifier, family="Muster", given="Anna", birth="1950-01-01", mbi=None, **more):
    identifiers = [{"system": "http://hl7.org/fhir/sid/us-mbi", "value": mbi}] if mbi else []
    name = [{"family": family, "given": [given]}]
    return patient(identifier, birth, name=name, gender="female", identifier=identifiers, **more)


@pytest.mark.parametrize(
    ("one", "other", "persons"),
    [
        (named("a"), named("b", "Mustermann", "Anna"), 2),
        (named("a"), named("b", "MÜSTER-", "anna"), 1),
        (named("a"), named("b", birth="1950-01-02"), 2),
        (named("a", mbi="1EG4"), named("b", "Other", mbi="1eg4"), 1),
        (named("a", "X", mbi="1EG4"), named("b", "Y", mbi="1EG4", birth="1951-01-01"), 2),
    ],
)
def test_patients_of_two_practices_are_joined_by_the_stated_match(tmp_path, one, other, persons):
    write_lines(tmp_path / "charts" / "111111111" / "a.ndjson", [one])
    write_lines(tmp_path / "charts" / "222222222" / "b.ndjson", [other])
    assert built(tmp_path).persons == persons
    assert built(tmp_path, join=False).persons == 2


def test_two_that_fit_in_one_practice_join_nobody(tmp_path):
    write_lines(tmp_path / "charts" / "111111111" / "a.ndjson", [named("a"), named("b")])
    write_lines(tmp_path / "charts" / "222222222" / "b.ndjson", [named("c")])
    assert built(tmp_path).persons == 3


def test_one_identifier_of_two_people_in_a_practice_is_set_aside(tmp_path):
    """Other birth date and other name: two people, whose charts nobody can tell apart. With one of
    the two the same it is a correction, and the later record holds."""

    def named(family):
        return {"name": [{"family": family, "given": ["X"]}]}

    write_lines(
        tmp_path / "fhir" / "a.ndjson",
        [
            patient("two", "1950-01-01", **named("A")), patient("two", "1960-01-01", **named("B")),
            patient("corrected", "1950-01-01", **named("C")),
            patient("corrected", "1951-01-01", **named("C")),
            condition("c1", "two", "hypertension"), condition("c2", "corrected", "hypertension"),
        ],
    )  # fmt: skip
    store = build_clinical_store(practices_of(tmp_path / "fhir"), tmp_path / "store", buckets=1)
    assert (store.patients, store.identifiers_of_two, store.patients_given_twice) == (1, 1, 1)
    assert store.rows["condition"] == 1
    assert any("two people of one practice" in note for note in store.notes())


def test_one_identifier_in_two_practices_is_two_persons(tmp_path):
    write_lines(tmp_path / "charts" / "111111111" / "a.ndjson", [patient("7", "1950-01-01")])
    write_lines(tmp_path / "charts" / "222222222" / "b.ndjson", [patient("7", "1960-01-01")])
    person_ids = rows(built(tmp_path), "select person_id from patient order by 1", "patient")
    assert person_ids == [("222222222/7",), ("7",)]


def test_an_age_at_onset_is_a_day_counted_from_birth(tmp_path):
    aged = condition("c", "p1", "hypertension", onset=None, onsetAge={"value": 50, "unit": "a"})
    write_lines(tmp_path / "charts" / "a.ndjson", [patient(birth="1960-05-05"), aged])
    onsets = rows(built(tmp_path), "select cast(onset_date as varchar) from condition", "condition")
    assert onsets == [("2010-05-05",)]


def test_the_store_is_for_its_owner_alone(tmp_path):
    write_lines(tmp_path / "charts" / "a.ndjson", [patient()])
    store = built(tmp_path)
    for path in (store.folder, *store.folder.rglob("*")):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


def test_nothing_usable_is_an_error_with_its_reasons(tmp_path):
    write_lines(tmp_path / "charts" / "a.ndjson", [patient(birth=None)])
    with pytest.raises(EmptyResult, match="patient without a birth date"):
        built(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        practices_of(tmp_path / "nowhere")
