"""Value sets are the user's: FHIR ValueSets, packages that hold them, tables."""

import json

import pytest

from openvbc.clinical.value_sets import read_value_sets
from openvbc.errors import InputError

EXPANDED = {
    "resourceType": "ValueSet",
    "url": "http://cts.nlm.nih.gov/fhir/ValueSet/1.2.3",
    "expansion": {
        "total": 3,
        "contains": [
            {"system": "http://loinc.org", "code": "a"},
            {
                "system": "urn:oid:2.16.840.1.113883.6.96",
                "code": "b",
                "contains": [{"system": "http://loinc.org", "code": "c"}],
            },
        ],
    },
}  # fmt: skip
COMPOSED = {
    "resourceType": "ValueSet",
    "id": "4.5",
    "compose": {"include": [{"system": "http://loinc.org", "concept": [{"code": "d"}]}]},
}


def test_expansions_lists_and_tables_are_read_alike(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(EXPANDED))
    bundle = {"resourceType": "Bundle", "entry": [{"resource": COMPOSED}]}
    (tmp_path / "b.json").write_text(json.dumps(bundle))
    (tmp_path / "c.csv").write_text("OID,Code System OID,Code\n6.7,2.16.840.1.113883.6.1,e\n")
    value_sets = read_value_sets([tmp_path])
    assert value_sets.codes == {
        "1.2.3": [
            ("http://loinc.org", "a"),
            ("http://loinc.org", "c"),
            ("http://snomed.info/sct", "b"),
        ],
        "4.5": [("http://loinc.org", "d")],
        "6.7": [("http://loinc.org", "e")],
    }
    assert value_sets.truncated == ()


def test_a_capped_expansion_is_known_as_such(tmp_path):
    capped = {**EXPANDED, "expansion": {**EXPANDED["expansion"], "total": 1987}}
    (tmp_path / "a.json").write_text(json.dumps(capped))
    assert read_value_sets([tmp_path]).truncated == ("1.2.3",)


def test_no_value_set_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no value set"):
        read_value_sets([tmp_path])
