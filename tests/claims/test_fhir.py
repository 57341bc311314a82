"""Claims as FHIR into the claim store: amounts, codes, people; what is not used has its reason."""

import json
from decimal import Decimal

import pytest

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import InputError

BLUE = "https://bluebutton.cms.gov/resources/variables/"
V3 = "https://bluebutton.cms.gov/fhir/CodeSystem/"


def coded(system, code):
    return {"coding": [{"system": system, "code": code}]}


def paid(name, value, system=BLUE):
    category = {"coding": [{"system": system + "Adjudication", "code": name}]}
    return {"category": category, "amount": {"value": value}}


def carrier(number, **more):
    """A physician's claim in the shape of version 1 and 2."""
    return {
        "resourceType": "ExplanationOfBenefit", "id": f"carrier-{number}",
        "identifier": [{"system": BLUE + "clm_id", "value": number}],
        "type": coded(BLUE + "nch_clm_type_cd", "71"), "patient": {"reference": "Patient/77"},
        "billablePeriod": {"start": "2025-02-03", "end": "2025-02-04"},
        "careTeam": [{
            "sequence": 1, "role": coded("x", "performing"),
            "provider": {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi",
                                        "value": "1234567893"}},
            "qualification": coded(BLUE + "prvdr_spclty", "11"),
        }],
        "diagnosis": [{"sequence": 1, "diagnosisCodeableConcept": coded("icd-10", "e11.9")}],
        "item": [{
            "sequence": 1, "careTeamSequence": [1], "servicedDate": "2025-02-03",
            "productOrService": coded(BLUE + "hcpcs", "99213"),
            "locationCodeableConcept": coded(BLUE + "line_place_of_srvc_cd", "11"),
            "adjudication": [paid(BLUE + "line_nch_pmt_amt", 80.1),
                             paid(BLUE + "line_alowd_chrg_amt", 100.13)],
        }],
        **more,
    }  # fmt: skip


def inpatient(number, **more):
    """A stay in the shape of version 3."""
    return {
        "resourceType": "ExplanationOfBenefit", "id": number,
        "identifier": [{"value": number}],
        "type": coded(V3 + "CLM-TYPE-CD", "60"), "patient": {"reference": "Patient/77"},
        "billablePeriod": {"start": "2025-03-01", "end": "2025-03-05"},
        "payment": {"amount": {"value": 9000.5}}, "provider": {"reference": "#org"},
        "contained": [{"resourceType": "Organization", "id": "org", "identifier": [
            {"system": "http://terminology.hl7.org/NamingSystem/CCN", "value": "220135"}]}],
        "supportingInfo": [{"code": coded(V3 + "BENE-PTNT-STUS-CD", "1")}], **more,
    }  # fmt: skip


PERSON = {
    "resourceType": "Patient", "id": "77", "birthDate": "1950-01-01", "gender": "female",
    "identifier": [
        {"system": "http://hl7.org/fhir/sid/us-mbi", "value": "1OLD",
         "period": {"end": "2024-01-01"}},
        {"system": "http://hl7.org/fhir/sid/us-mbi", "value": "1EG4TE5MK73"},
    ],
}  # fmt: skip
PART_B = {
    "resourceType": "Coverage", "id": "part-b-77", "beneficiary": {"reference": "Patient/77"},
    "class": [{"value": "Part B"}], "period": {"start": "2025-01-01"},
    "extension": [{"url": V3 + "BENE-MDCR-STUS-CD", "valueCoding": {"code": "20"}}],
}  # fmt: skip


def built(tmp_path, resources):
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed" / "all.ndjson").write_text("\n".join(map(json.dumps, resources)))
    inputs = ClaimInputs(fhir=tmp_path / "feed")
    return build_store(inputs, tmp_path / "store", buckets=2, threads=1)


def rows(report, table, columns):
    with DuckDBEngine(threads=1) as engine:
        engine.register(table, report.parts(table))
        return [tuple(row.values()) for row in engine.rows(f"select {columns} from {table}")]


def test_claims_of_both_shapes_become_the_same_tables(tmp_path):
    report = built(tmp_path, [PERSON, PART_B, carrier("9"), inpatient("10")])
    columns = "person_id, hcpcs_code, rendering_npi, specialty_code, place_of_service_code, " \
        "paid_amount, allowed_amount"  # fmt: skip
    assert rows(report, "professional_line", columns) == [
        ("1EG4TE5MK73", "99213", "1234567893", "11", "11", Decimal("80.10"), Decimal("100.13"))
    ]
    columns = "person_id, facility_ccn, discharge_disposition_code, paid_amount"
    assert rows(report, "institutional_claim", columns) == [
        ("1EG4TE5MK73", "220135", "01", Decimal("9000.50"))
    ]
    assert rows(report, "diagnosis", "diagnosis_code, position") == [("E119", 1)]
    assert report.lost == 0


def test_what_is_not_used_has_its_reason(tmp_path):
    report = built(
        tmp_path,
        [
            PERSON,
            carrier("1"),
            carrier("2", outcome="partial"),
            carrier("3", status="cancelled"),
            carrier("4", billablePeriod={}),
            carrier("5", type=coded(BLUE + "nch_clm_type_cd", "99")),
            carrier("6", patient={}),
            carrier("7", item=[{"adjudication": 5}]),
            inpatient("8", payment={}),
            {**PART_B, "period": {}},
            {"resourceType": "Claim"},
        ],
    )
    assert dict(report.set_aside()) == {
        "claim that is not final (partially adjudicated)": 1,
        "claim that is cancelled or in error": 1,
        "claim without its days": 1,
        "claim of a type that is not known": 1,
        "claim without a patient": 1,
        "not in the form of a FHIR claim": 1,
        "claim without a payment amount": 1,
        "coverage without a period (version 1 gives a year only)": 1,
        "resource type not used for claims": 1,
    }
    assert all(entry.balanced for entry in report.waterfall)
    assert any("final actions" in finding.detail for finding in report.findings)


def test_people_without_a_medicare_identifier_are_said(tmp_path):
    report = built(tmp_path, [carrier("1")])
    assert "people named as in the FHIR feed" in {finding.name for finding in report.findings}


def test_no_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no file of FHIR claims"):
        build_store(ClaimInputs(fhir=tmp_path / "nowhere"), tmp_path / "store", threads=1)
