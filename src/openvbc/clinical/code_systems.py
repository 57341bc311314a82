"""One name for each code system, whichever way a source names it."""

from __future__ import annotations

_BY_OID = {
    "2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    "2.16.840.1.113883.6.4": "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.6.285": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
    "2.16.840.1.113883.6.238": "urn:oid:2.16.840.1.113883.6.238",
    "2.16.840.1.113883.3.221.5": "https://nahdo.org/sopt",
    "2.16.840.1.113883.6.13": "http://www.ada.org/cdt",
}
_OTHER = {
    "http://www.cms.gov/Medicare/Coding/HCPCS": "2.16.840.1.113883.6.285",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "2.16.840.1.113883.6.285",
    "http://hl7.org/fhir/sid/icd-10": "2.16.840.1.113883.6.90",
    "http://www.icd10data.com/icd10pcs": "2.16.840.1.113883.6.4",
    "https://www.cms.gov/Medicare/Coding/ICD10": "2.16.840.1.113883.6.4",
    "https://loinc.org": "2.16.840.1.113883.6.1",
    "SNOMEDCT": "2.16.840.1.113883.6.96",
    "LOINC": "2.16.840.1.113883.6.1",
    "ICD10CM": "2.16.840.1.113883.6.90",
    "ICD10PCS": "2.16.840.1.113883.6.4",
    "CPT": "2.16.840.1.113883.6.12",
    "HCPCS": "2.16.840.1.113883.6.285",
    "HCPCS Level II": "2.16.840.1.113883.6.285",
    "RXNORM": "2.16.840.1.113883.6.88",
    "CVX": "2.16.840.1.113883.12.292",
    "SOP": "2.16.840.1.113883.3.221.5",
}


def code_system(name: str | None) -> str | None:
    """The name a code system has in the store: the address FHIR gives it."""
    if name is None:
        return None
    oid = name.removeprefix("urn:oid:")
    return _BY_OID.get(_OTHER.get(name, oid), name)
