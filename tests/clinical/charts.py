"""Invented FHIR resources for tests, small and readable."""

import json

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"


def coded(code, system=LOINC):
    return {"coding": [{"system": system, "code": code}]}


def patient(who="p1", birth="1960-05-05", **more):
    return {"resourceType": "Patient", "id": who, "birthDate": birth, **more}


def of(who):
    return {"reference": f"Patient/{who}"}


def encounter(identifier, who, start, end, code, system=SNOMED, kind="AMB", status="finished"):
    period = {"start": start} | ({"end": end} if end else {})
    return {
        "resourceType": "Encounter", "id": identifier, "status": status, "subject": of(who),
        "class": {"code": kind}, "type": [coded(code, system)], "period": period,
    }  # fmt: skip


def condition(identifier, who, code, onset="2020-01-01", status="active", **more):
    return {
        "resourceType": "Condition", "id": identifier, "subject": of(who),
        "clinicalStatus": coded(status, "http://terminology.hl7.org/CodeSystem/condition-clinical"),
        "category": [coded("encounter-diagnosis")], "code": coded(code, SNOMED),
        **({"onsetDateTime": onset} if onset else {}), **more,
    }  # fmt: skip


def blood_pressure(identifier, who, day, systolic, diastolic, **more):
    def part(code, value):
        quantity = {"value": value, "unit": "mmHg", "code": "mm[Hg]"}
        return {"code": coded(code), "valueQuantity": quantity}

    return {
        "resourceType": "Observation", "id": identifier, "status": "final", "subject": of(who),
        "code": coded("85354-9"), "effectiveDateTime": day,
        "component": [part("8480-6", systolic), part("8462-4", diastolic)], **more,
    }  # fmt: skip


def laboratory(identifier, who, code, day, value, unit="%"):
    return {
        "resourceType": "Observation", "id": identifier, "status": "final", "subject": of(who),
        "category": [coded("laboratory")], "code": coded(code), "effectiveDateTime": day,
        "valueQuantity": {"value": value, "unit": unit},
    }  # fmt: skip


def write_lines(path, resources):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [each if isinstance(each, str) else json.dumps(each) for each in resources]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


INVENTED_SETS = {
    "2.16.840.1.113883.3.464.1003.101.12.1001": [(SNOMED, "visit")],
    "2.16.840.1.113883.3.464.1003.104.12.1011": [(SNOMED, "hypertension")],
    "2.16.840.1.113883.3.666.5.307": [(SNOMED, "stay")],
    "2.16.840.1.113883.3.464.1003.103.12.1001": [(SNOMED, "diabetes")],
    "2.16.840.1.113883.3.464.1003.198.12.1013": [(LOINC, "hba1c")],
    "2.16.840.1.113883.3.464.1003.1165": [(SNOMED, "hospice")],
}
"""Codes of our own for the value sets the tests need; no licensed content."""


def write_sets(path):
    rows = [f"{oid},{s},{c}" for oid, codes in INVENTED_SETS.items() for s, c in codes]
    path.write_text("oid,system,code\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path
