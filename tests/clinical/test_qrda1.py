"""QRDA category I in: entries by template; what is not understood is set aside with its reason."""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from clinical.charts import (
    blood_pressure,
    coded,
    condition,
    encounter,
    laboratory,
    of,
    patient,
    write_lines,
)
from clinical.qrda1_writer import QRDA, qrda1
from clinical.test_load import rows
from openvbc.clinical.load import build_clinical_store, practices_of

SAMPLES = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "data" / "quality" / "qrda"
CHART = [
    patient("p1", "1960-05-05", gender="female", name=[{"family": "Doe", "given": ["A & B"]}]),
    encounter("e1", "p1", "2026-02-01T09:00:00Z", "2026-02-01T09:30:00Z", "visit"),
    condition("c1", "p1", "hypertension"),
    condition("c2", "p1", "cured", status="resolved", abatementDateTime="2025-03-03"),
    blood_pressure("o1", "p1", "2026-03-04T10:00:00+01:00", 120, 80, category=[coded("vital")]),
    laboratory("o2", "p1", "4548-4", "2026-03-04", 7.5),
    {"resourceType": "Observation", "id": "o3", "status": "cancelled", "subject": of("p1"),
     "category": [coded("survey")], "code": coded("73832-8"), "issued": "2026-03-04T10:00:00Z",
     "extension": [{"url": "notDoneReason", "valueCodeableConcept": coded("declined")}]},
    {"resourceType": "DeviceRequest", "id": "d1", "status": "active", "intent": "order",
     "subject": of("p1"), "authoredOn": "2026-01-01", "codeCodeableConcept": coded("walker")},
]  # fmt: skip
COMPARED = {
    "patient": "select patient_id, birth_date, gender from patient",
    "encounter": "select * exclude (person_id, event_id, class_code, practice) from encounter",
    "condition": "select resource_id, clinical_status, is_encounter_diagnosis, onset_date, "
    "abatement_date from condition order by all",
    "observation": "select status, is_laboratory, is_survey, start_date, start_time, end_date, "
    "value_kind, value_number, value_unit from observation order by all",
    "component": "select position, value_number, value_unit from component order by all",
    "request": "select resource_id, kind, status, intent, authored_date from request",
    "coding": "select field, position, system, code from coding c "
    "join concept k on k.concept_id = c.concept_id order by all",
}


def built(folder, content, ending="xml"):
    folder.mkdir(parents=True)
    (folder / f"a.{ending}").write_bytes(content)
    return build_clinical_store(practices_of(folder), folder / "store", buckets=1)


def test_a_patient_is_the_same_through_fhir_and_qrda(tmp_path):
    write_lines(tmp_path / "fhir" / "a.ndjson", CHART)
    fhir = build_clinical_store(practices_of(tmp_path / "fhir"), tmp_path / "store", buckets=1)
    qrda = built(tmp_path / "qrda", gzip.compress(qrda1(CHART).encode()), "xml.gz")
    for table, sql in COMPARED.items():
        wanted = rows(fhir, sql, *COMPARED, "concept")
        assert wanted, table
        assert rows(qrda, sql, *COMPARED, "concept") == wanted, table
    assert qrda.set_aside() == {}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (f'<observation><templateId root="{QRDA}.3.999"/></observation>',
         f"QRDA entry of a template that is not read: {QRDA}.3.999"),
        ('<observation><templateId root="John Doe"/></observation>',
         "QRDA entry of a template that is not read: none of QRDA"),
        (f'<act negationInd="true"><templateId root="{QRDA}.3.32"/><id root="1"/>'
         '<code nullFlavor="NA"/></act>', "QRDA entry that says a whole value set was not done"),
        (f'<act><templateId root="{QRDA}.3.32"/><id root="1"/><code nullFlavor="UNK"/></act>',
         "QRDA entry without a code"),
        (f'<observation><templateId root="{QRDA}.3.38"/><id root="1"/><code code="1"/>'
         '<effectiveTime value="at noon"/></observation>', "not in the form of FHIR R4"),
        (f'<observation><templateId root="{QRDA}.3.38"/><code code="1"/></observation>',
         "without an identifier"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_set_aside(tmp_path, more, reason):
    store = built(tmp_path / "a", qrda1(CHART, more=f"<entry>{more}</entry>").encode())
    assert store.set_aside() == {reason: 1}
    (file,) = store.waterfall
    assert file.balanced
    assert file.used == len(CHART)


def test_a_document_without_the_section_of_data_says_so(tmp_path):
    content = qrda1(CHART).replace(f"{QRDA}.2.1", f"{QRDA}.2.9")
    store = built(tmp_path / "a", content.encode())
    reason = "QRDA category I document without a section of patient data"
    assert store.set_aside() == {reason: 1}
    assert (store.patients, store.rows["encounter"]) == (1, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<ClinicalDocument", "not well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
         "XML that declares a document type or entities, which are not read"),
        ("<a/>", "XML that is no QRDA category I document"),
        (qrda1(CHART, "2014-12-01"), "QRDA category I of another edition (2017-08-01 to "
         "2021-08-01 are read)"),
        (qrda1(CHART).replace("patientRole", "role"),
         "QRDA category I document without a patient"),
        (qrda1(CHART).replace('<birthTime value="19600505"/>', ""),
         "patient without a birth date"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_read_is_set_aside(tmp_path, content, reason):
    folder = tmp_path / "a"
    write_lines(folder / "other.ndjson", [patient("p9")])
    (folder / "b.xml").write_text(content, encoding="utf-8")
    store = build_clinical_store(practices_of(folder), tmp_path / "store", buckets=1)
    assert store.set_aside() == {reason: 1}
    assert store.patients == 1


def test_a_document_named_after_its_patient_is_named_nowhere(tmp_path):
    folder = tmp_path / "111111111"
    folder.mkdir()
    for name in ("Roe_Jane.xml", "Roe_Janet.xml"):
        (folder / name).write_text(qrda1(CHART, more="<entry><act/></entry>"), encoding="utf-8")
    said = []
    store = build_clinical_store(
        practices_of(folder), tmp_path / "store", buckets=1, progress=said.append
    )
    assert said == ["reading 2 files of 111111111"]
    (documents,) = store.waterfall
    assert documents.records == 2 * (len(CHART) + 1)
    assert "Roe" not in (tmp_path / "store" / "report.json").read_text()


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the shared QRDA samples are not at OPENVBC_SHARED"
)
def test_public_samples_are_read(tmp_path):
    for place in (SAMPLES / "cypress").glob("*.gz"):
        if "cat3" not in place.name:
            (tmp_path / "p").mkdir(exist_ok=True)
            (tmp_path / "p" / place.name).write_bytes(place.read_bytes())
    store = build_clinical_store(practices_of(tmp_path / "p"), tmp_path / "store", buckets=1)
    # by hand: five documents, of which two patients stand twice; five encounters, two documents
    # with an administered medication twice
    (documents,) = store.waterfall
    assert documents.balanced
    assert (documents.file, documents.records) == ("documents of p, numbered by name", 19)
    assert store.set_aside() == {f"QRDA entry of a template that is not read: {QRDA}.3.42": 4}
    assert store.patients == 3
    assert store.rows["encounter"] == 3


def test_charts_in_a_zip_are_those_beside_each_other(tmp_path):
    """Two patients as QRDA I, and lines of FHIR, in one zip; what is neither is set aside."""
    other = [patient("p2", "1970-01-01"), condition("c9", "p2", "hypertension")]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("north/a.xml", qrda1(CHART))
        bundle.writestr("north/b.ndjson", "\n".join(map(json.dumps, other)) + "\nnot json\n")
        bundle.writestr("readme.txt", "charts of January")
        bundle.writestr("__MACOSX/._a.xml", "left by a desktop")
    zip_store = built(tmp_path / "zip", packed.getvalue(), "zip")
    alone = built(tmp_path / "one", qrda1(CHART).encode())
    assert (zip_store.patients, alone.patients) == (2, 1)
    mine = "select code from coding c join concept k on k.concept_id = c.concept_id order by all"
    assert set(map(str, rows(alone, mine, "coding", "concept"))) <= set(
        map(str, rows(zip_store, mine, "coding", "concept"))
    )
    assert zip_store.set_aside() == {
        "not valid JSON": 1,
        "file of a zip that is neither QRDA I (.xml) nor FHIR": 1,
    }


def test_a_damaged_zip_is_refused(tmp_path):
    from openvbc.errors import InputError

    with pytest.raises(InputError):
        built(tmp_path / "zip", b"PK\x03\x04 cut off", "zip")
