"""`openvbc.score` and `vbc score`: worked examples, and every kind of bad row by its reason."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

import openvbc
from openvbc.errors import EmptyResult, InputError, ParameterMissing
from openvbc.programs.risk.explain import terms_of
from openvbc.programs.risk.payment import blended, normalization
from own_yaml import plain_yaml

EXAMPLES = (
    Path(os.environ.get("OPENVBC_SHARED", "../shared"))
    / "spec/params/examples/risk_adjustment.yaml"
)
PERSON_1 = {"person_id": "P", "birth_date": "1949-06-01", "sex": "F",
            "original_reason_entitlement_code": "0", "dual_status_code": "00"}  # fmt: skip


@pytest.fixture(scope="module")
def examples():
    if not EXAMPLES.is_file():
        pytest.skip("the shared specification is not at OPENVBC_SHARED")
    return plain_yaml(EXAMPLES)


def coded(*codes):
    return [{"person_id": "P", "diagnosis_code": code} for code in codes]


@pytest.mark.parametrize("model", ["V24", "V28"])
def test_worked_example_aged_non_dual(examples, model):
    given = examples["person_1"]
    expect = given[model]
    diagnoses = coded(*given["dx"])
    row = openvbc.score([PERSON_1], diagnoses, model, 2026, raw=True).rows[0]
    assert row["segment"] == given["segment"]
    assert row["conditions"] == ";".join(f"HCC{hcc}" for hcc in expect["hccs"])
    assert row["raw_score"] == Decimal(str(expect["raw"]))
    terms = {t.variable: t.coefficient for t in terms_of([PERSON_1], diagnoses, model, 2026)}
    assert terms == {name: Decimal(str(value)) for name, value in expect["terms"].items()}


@pytest.mark.parametrize("model", ["V24", "V28"])
def test_worked_example_disabled_full_dual(examples, model):
    given = examples["person_2_disabled_full_dual"]
    person = {
        **PERSON_1,
        "birth_date": "1967-06-01",
        "sex": given["sex"],
        "original_reason_entitlement_code": given["orec"],
        "dual_status_code": "02",
    }
    row = openvbc.score([person], coded(*given["dx"]), model, 2026, raw=True).rows[0]
    assert row["segment"] == given["segment"]
    assert row["conditions"] == ";".join(f"HCC{hcc}" for hcc in given[model]["hccs"])
    assert row["raw_score"] == Decimal(str(given[model]["raw"]))


@pytest.mark.parametrize("model", ["V24", "V28"])
def test_worked_example_new_enrollee(examples, model):
    expect = examples["new_enrollee_65_male_nonmedicaid"][model]
    for born in ("1961-01-31", "1960-02-02"):  # both are 65 on 1 February 2026
        person = {**PERSON_1, "birth_date": born, "sex": "M", "is_new_enrollee": True}
        row = openvbc.score([person], [], model, 2026, raw=True).rows[0]
        assert row["raw_score"] == Decimal(str(expect))


@pytest.mark.parametrize("case", ["V24_2024", "V28_2024", "V28_2026"])
def test_worked_example_payment(examples, case):
    given = examples["person_1"]["payment"][case]
    model, year = case.split("_")
    factors = normalization(model, int(year), coding_adjustment=True)
    assert factors.factor("CNA") == Decimal(str(given["norm"]))
    raw = Decimal(str(examples["person_1"][model]["raw"]))
    paid = factors.paid(factors.normalized(raw, "CNA"))
    assert abs(paid - Decimal(str(given["expect"]))) <= Decimal("0.001")  # order of rounding


def test_worked_example_blend(examples):
    expect = Decimal(str(examples["person_1"]["payment"]["blend_2024"]["expect_unrounded_parts"]))
    parts = {}
    for model in ("V24", "V28"):
        factors = normalization(model, 2024, coding_adjustment=True)
        raw = Decimal(str(examples["person_1"][model]["raw"]))
        parts[model] = factors.paid(factors.normalized(raw, "CNA"))
    assert abs(blended(parts, 2024) - expect) <= Decimal("0.001")


def test_worked_example_of_the_tuva_project(examples):
    given = examples["tuva_doc_example"]
    factors = normalization("V28", 2024, coding_adjustment=True)
    paid = factors.paid(factors.normalized(Decimal(str(given["raw"])), "CNA"))
    assert paid == Decimal(str(given["expect"]))


BAD_PEOPLE = {
    "no birth date": {"birth_date": ""},
    "not a date": {"birth_date": "1950-13-45"},
    "born after the payment year began": {"birth_date": "2026-02-02"},
    "older than anyone": {"birth_date": "1899-01-01"},
    "no sex": {"sex": ""},
    "a sex that is not known": {"sex": "X"},
    "died before the payment year": {"death_date": "2025-12-31"},
    "an impossible entitlement code": {"original_reason_entitlement_code": "4"},
    "an impossible dual status code": {"dual_status_code": "07"},
    "no person identifier": {"person_id": ""},
    "neither yes nor no": {"is_institutional": "maybe"},
    "a kidney status that is not known": {"kidney_status": "fine"},
    "no months since the transplant": {"kidney_status": "functioning graft"},
    "months since a transplant that cannot be": {"months_since_transplant": "5"},
    "months that do not fit the kidney status": {
        "kidney_status": "transplant",
        "months_since_transplant": "5",
    },
}


@pytest.fixture(scope="module")
def among_bad_people():
    """A list of one good person and one of every bad kind, in the order of BAD_PEOPLE."""
    good = {**{column: "" for bad in BAD_PEOPLE.values() for column in bad}, **PERSON_1}
    bad = [{**good, "person_id": f"Q{n}", **BAD_PEOPLE[r]} for n, r in enumerate(BAD_PEOPLE)]
    return openvbc.score([good, *bad], coded("E1122"), "V28", 2026, raw=True)


@pytest.mark.parametrize("reason", BAD_PEOPLE)
def test_a_bad_person_is_set_aside(among_bad_people, reason):
    assert among_bad_people.people.set_aside[reason] == 1
    (example,) = [e for e in among_bad_people.people.examples if reason in str(e)]
    assert example.place.line == list(BAD_PEOPLE).index(reason) + 2  # after the good one


def test_the_others_are_scored(among_bad_people):
    people = among_bad_people.people
    assert (people.used, people.set_aside.total()) == (1, len(BAD_PEOPLE))
    assert people.rows_in == people.used + people.set_aside.total()
    assert [row["person_id"] for row in among_bad_people.rows] == ["P"]
    assert among_bad_people.rows[0]["raw_score"] == Decimal("0.631")  # 0.465 + HCC37 0.166
    assert "Q" not in "".join(str(example.place.value) for example in people.examples)


def test_people_named_twice():
    other = {**PERSON_1, "person_id": "R", "sex": "M"}
    changed = {**other, "birth_date": "1950-01-01"}
    scoring = openvbc.score([PERSON_1, PERSON_1, other, changed], [], "V28", 2026, raw=True)
    assert dict(scoring.people.set_aside) == {
        "the same person again": 1,
        "two different rows for one person": 2,
    }
    assert [row["person_id"] for row in scoring.rows] == ["P"]


def test_flags_do_not_change_the_rest():
    person = {"person_id": "P", "birth_date": "1970-01-01", "sex": "F"}
    scoring = openvbc.score([person], [], "V28", 2026, raw=True)
    assert set(scoring.people.flagged) == {
        "no entitlement code",
        "no dual status",
    }
    stated = {**person, "original_reason_entitlement_code": "0", "dual_status_code": "00"}
    scoring = openvbc.score([stated], [], "V28", 2026, raw=True)
    assert set(scoring.people.flagged) == {"entitled by age, and under 64"}


BAD_DIAGNOSES = {
    "no diagnosis code": {"diagnosis_code": ""},
    "an ICD-9 code": {"diagnosis_code": "250.00"},
    "not a diagnosis code": {"diagnosis_code": "?"},
    "a service outside the diagnosis year": {
        "diagnosis_code": "C9100",
        "service_date": "2024-12-31",
    },
    "a person who is not scored": {"person_id": "N", "diagnosis_code": "C9100"},
    "the same diagnosis again": {"diagnosis_code": "e11.22"},
}


@pytest.fixture(scope="module")
def with_bad_diagnoses():
    """A person for each bad kind, with a good diagnosis and the bad one."""
    people, codes = [], []
    for n, bad in enumerate(BAD_DIAGNOSES.values()):
        who = {"person_id": f"P{n}"}
        people.append({**PERSON_1, **who})
        codes.append({**who, "diagnosis_code": "E1122", "service_date": "2025-12-31"})
        codes.append({**who, "service_date": "", **bad})
    return openvbc.score(people, codes, "V28", 2026, raw=True)


@pytest.mark.parametrize("reason", BAD_DIAGNOSES)
def test_a_bad_diagnosis_is_set_aside(with_bad_diagnoses, reason):
    scoring = with_bad_diagnoses
    assert scoring.diagnoses.set_aside[reason] == 1
    (example,) = [e for e in scoring.diagnoses.examples if reason in str(e)]
    assert example.place.line == 2 * list(BAD_DIAGNOSES).index(reason) + 2
    row = scoring.rows[list(BAD_DIAGNOSES).index(reason)]
    assert row["raw_score"] == Decimal("0.631")


def test_no_other_diagnosis_is_set_aside(with_bad_diagnoses):
    assert with_bad_diagnoses.diagnoses.set_aside.total() == len(BAD_DIAGNOSES)
    assert len(with_bad_diagnoses.rows) == len(BAD_DIAGNOSES)


def test_codes_are_cleaned_and_unmapped_ones_flagged():
    scoring = openvbc.score([PERSON_1], coded("e11.22", "Z0000", "G20"), "V28", 2026, raw=True)
    assert scoring.rows[0]["raw_score"] == Decimal("0.631")
    assert dict(scoring.diagnoses.flagged) == {
        "written with a dot, a space or small letters": 1,
        "a code no model asked for maps": 1,
        "a code the model maps in other years only": 1,  # G20 was split in October 2023
    }


def test_what_cannot_be_done_stops_by_name():
    with pytest.raises(ParameterMissing, match="no diagnosis map of V24"):
        openvbc.score([PERSON_1], [], "V24", 2027)
    with pytest.raises(ParameterMissing, match="normalization_factor"):
        openvbc.score([PERSON_1], [], "V24", 2026)
    with pytest.raises(EmptyResult, match="none of 1 people"):
        openvbc.score([{**PERSON_1, "sex": ""}], [], "V28", 2026)
    with pytest.raises(EmptyResult, match="scores none"):
        openvbc.score([PERSON_1], [], "ESRD_V24", 2026, raw=True)
    with pytest.raises(InputError, match="there is no column sex"):
        openvbc.score([{"person_id": "P", "birth_date": "1950-01-01"}], [], "V28", 2026)
    with pytest.raises(InputError, match="cannot be read"):
        openvbc.score("no such file.csv", [], "V28", 2026)


def test_the_command(tmp_path):
    from openvbc.cli import app

    people, diagnoses = tmp_path / "people.csv", tmp_path / "diagnoses.csv"
    people.write_text("person_id,birth_date,sex\nSECRET,1949-06-01,F\nHIDDEN,,F\n")
    diagnoses.write_text("person_id,diagnosis_code\nSECRET,E11.22\nSECRET,250.00\n")
    out = tmp_path / "scores.csv"
    said = CliRunner().invoke(
        app,
        ["score", str(people), str(diagnoses), "--model", "V28", "--year", "2026",
         "--output", str(out)],
    )  # fmt: skip
    assert said.exit_code == 3, said.output  # rows were set aside
    text = " ".join(said.output.split())
    assert "people: 2 rows, 1 used" in text
    assert "1 set aside: no birth date" in text
    assert "1 set aside: an ICD-9 code" in text
    assert "SECRET" not in text
    assert "HIDDEN" not in text
    _, row = out.read_text().splitlines()
    assert row.startswith("SECRET,V28,2026,CNA,76,1,HCC37,0.465,0.166,0.631,0.591")


@pytest.mark.parametrize(
    ("model", "reason"), [("RXHCC_V08", "two sets"), ("CMMI_HCC", "concurrent"), ("V29", "V28")]
)
def test_a_model_that_is_not_scored_is_refused_with_the_reason(model, reason):
    with pytest.raises(ParameterMissing, match=model) as raised:
        openvbc.score([PERSON_1], [], model, 2026, raw=True)
    assert reason in str(raised.value)


def _scored_case(name, model, year):
    folder = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "findings" / "cases" / name
    if not folder.is_dir():
        pytest.skip("findings of the trial not found; set OPENVBC_SHARED")
    return openvbc.score(
        str(folder / "people.csv"), str(folder / "diagnoses.csv"), model, year, raw=True
    )


@pytest.mark.parametrize(("model", "year", "raw"), [("V24", 2025, "3.419"), ("V28", 2026, "4.073")])
def test_under_65_without_an_entitlement_code_is_disabled(model, year, raw):
    scoring = _scored_case("no-entitlement-code-under-65", model, year)
    assert {row["person_id"]: row["raw_score"] for row in scoring.rows} == {
        "BLANK": Decimal(raw),
        "ONE": Decimal(raw),
    }
    assert scoring.people.flagged["no entitlement code"] == 1


BLANK = [
    ("1961-02-02", "0", "1"),  # 64 on 1 February 2026 and in Medicare a year before: disabled
    ("1961-02-02", "1", "0"),  # turns 65 in the year: entitled by age
    ("1961-02-01", "0", "0"),  # 65 on 1 February
    ("1962-01-31", "1", "1"),  # a new enrollee of 64 who does not turn 65 in the year
    ("1940-05-05", "0", "0"),
]


@pytest.fixture(scope="module")
def blank_scores():
    """Each with a blank code (A), the one that can be (B) and the other (C)."""
    people = []
    for n, (born, new, as_code) in enumerate(BLANK):
        for letter, code in (("A", ""), ("B", as_code), ("C", "0" if as_code == "1" else "1")):
            people.append({"person_id": f"{letter}{n}", "birth_date": born, "sex": "F",
                           "dual_status_code": "00", "is_new_enrollee": new,
                           "is_institutional": str(int(born > "1961-02-01")),
                           "original_reason_entitlement_code": code})  # fmt: skip
    codes = [{"person_id": p["person_id"], "diagnosis_code": code}
             for p in people for code in ("I5022", "G35")]  # fmt: skip
    rows = openvbc.score(people, codes, "V28", 2026, raw=True).rows
    return {row["person_id"]: {**row, "person_id": ""} for row in rows}


@pytest.mark.parametrize("case", range(len(BLANK)))
def test_a_blank_entitlement_code_is_scored_as_the_one_that_can_be(blank_scores, case):
    assert blank_scores[f"A{case}"] == blank_scores[f"B{case}"]
    assert blank_scores[f"A{case}"] != blank_scores[f"C{case}"]


def test_icd_10_codes_in_e_are_not_icd_9():
    scoring = _scored_case("icd10-e-codes-called-icd9", "V28", 2026)
    assert not scoring.diagnoses.set_aside
    assert scoring.diagnoses.used == 8
    assert scoring.diagnoses.flagged["a code no model asked for maps"] == 6  # five in E, and I10


VERSIONS = [
    ("E9500", "", "", "an ICD-9 code"),  # ICD-10-CM ends at E89
    ("E8859", "", "", None),  # E88 exists; unknown codes are used without effect
    ("E8859", "9", "", "an ICD-9 code"),
    ("E8859", "ICD-9-CM", "", "an ICD-9 code"),
    ("E9500", "icd-10-cm", "", None),  # the row says so; it has no effect
    ("E039", "10", "", None),
    ("E039", "0", "", None),
    ("V1582", "", "", "an ICD-9 code"),
    ("V1582", "0", "", None),
    ("2500", "", "", "an ICD-9 code"),
    ("E039", "seven", "", "a code version that is not known"),
    ("E039", "", "2014-05-05", "an ICD-9 code"),  # before October 2015
]


@pytest.mark.parametrize("reason", sorted({case[3] or "" for case in VERSIONS}))
def test_which_version_a_code_is_of(reason):
    alike = [case for case in VERSIONS if (case[3] or "") == reason]
    people = [{**PERSON_1, "person_id": f"P{n}"} for n in range(len(alike))]
    rows = [
        {"person_id": f"P{n}", "diagnosis_code": code, "code_version": version,
         "service_date": served}
        for n, (code, version, served, _) in enumerate(alike)
    ]  # fmt: skip
    scored = openvbc.score(people, rows, "V28", 2026, raw=True)
    assert dict(scored.diagnoses.set_aside) == ({reason: len(alike)} if reason else {})
