"""Claims as FHIR into the claim store: amounts, codes, people; what is not used has its reason."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from openvbc.claims.checks import SEVERITIES, run_checks
from openvbc.claims.fhir import NOT_FORM
from openvbc.claims.fhir_people import coverage_rows
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


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """The store of resources as they are, built once for all that hold others against it."""
    made = {}

    def of(resources):
        key = json.dumps(resources)
        if key not in made:
            made[key] = built(tmp_path_factory.mktemp("usual"), resources)
        return made[key]

    return of


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


@pytest.mark.parametrize("system", [BLUE + "clm_src_ip_admsn_cd", V3 + "CLM-ADMSN-SRC-CD"])
def test_the_point_of_origin_of_a_stay_is_kept(tmp_path, system):
    stay = inpatient("10", supportingInfo=[{"code": coded(system, "4")}])
    report = built(tmp_path, [PERSON, PART_B, stay])
    assert rows(report, "institutional_claim", "admit_source_code") == [("4",)]


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


def in_extension(name, code):
    return {"url": BLUE + name, "valueCoding": {"code": code}}


def in_information(name, code):
    return {"code": coded(V3 + name, code)}


@pytest.mark.parametrize(
    ("more", "denied"),
    [
        ({"extension": [in_extension("carr_clm_pmt_dnl_cd", "0")]}, True),
        ({"extension": [in_extension("carr_clm_pmt_dnl_cd", "1")]}, False),
        ({"supportingInfo": [in_information("CLM-CARR-PMT-DNL-CD", "D")]}, True),
        ({"supportingInfo": [in_information("CLM-CARR-PMT-DNL-CD", "8")]}, False),
    ],
)
def test_a_denied_claim_of_a_physician_is_denied(tmp_path, more, denied):
    """CCLF Information Packet 40.0 section 3.5: CLM_CARR_PMT_DNL_CD 0 and D deny the claim."""
    report = built(tmp_path, [PERSON, carrier("9", **more)])
    assert rows(report, "professional_line", "is_denied") == [(denied,)]


@pytest.mark.parametrize(
    ("line", "denied"),
    [
        ({"extension": [in_extension("line_prcsg_ind_cd", "C")]}, True),
        ({"extension": [in_extension("line_prcsg_ind_cd", "A")]}, False),
        ({"extension": [in_extension("CLM-PRCSG-IND-CD", "N")]}, True),
    ],
)
def test_a_denied_line_is_denied(tmp_path, line, denied):
    """CLM_PRCSG_IND_CD C (not covered) and N (not necessary) deny a line, A allows it."""
    claim = carrier("9")
    claim["item"] = [{**claim["item"][0], **line}, {**claim["item"][0], "sequence": 2}]
    report = built(tmp_path, [PERSON, claim])
    lines = sorted(rows(report, "professional_line", "claim_line_number, is_denied"))
    assert lines == [(1, denied), (2, False)]


def test_a_line_of_version_1_is_denied_by_the_reason_of_its_adjudication(tmp_path):
    claim = carrier("9")
    reason = {"category": {"coding": [{"code": BLUE + "line_prcsg_ind_cd"}]},
              "reason": coded(BLUE + "line_prcsg_ind_cd", "D")}  # fmt: skip
    claim["item"][0]["adjudication"].append(reason)
    assert rows(built(tmp_path, [PERSON, claim]), "professional_line", "is_denied") == [(True,)]


def test_any_reason_not_to_pay_denies_a_claim_of_a_facility(tmp_path):
    unpaid = inpatient("10", extension=[in_extension("clm_mdcr_non_pmt_rsn_cd", "N")])
    report = built(tmp_path, [PERSON, unpaid, inpatient("11")])
    claims = sorted(rows(report, "institutional_claim", "claim_id, is_denied"))
    assert claims == [("10", True), ("11", False)]


def test_a_code_of_denial_that_is_not_known_is_said(tmp_path):
    odd = carrier("9", extension=[in_extension("carr_clm_pmt_dnl_cd", "Z9")])
    report = built(tmp_path, [PERSON, odd])
    assert "a code of denial that is not known: it denies nothing" in names(report)
    assert rows(report, "professional_line", "is_denied") == [(False,)]


def names(report):
    return {finding.name for finding in report.findings}


def test_a_cancellation_of_version_3_is_set_aside(tmp_path):
    void = inpatient("10", supportingInfo=[in_information("CLM-ADJSTMT-TYPE-CD", "1")])
    report = built(tmp_path, [PERSON, carrier("9"), void])
    assert dict(report.set_aside()) == {"claim that is cancelled or in error": 1}


def test_tax_number_and_specialty_of_version_3_stand_on_the_line(tmp_path):
    claim = carrier("9", careTeam=[])
    claim["item"][0]["extension"] = [
        {"url": V3 + "CLM-PRVDR-TAX-NUM", "valueIdentifier": {"value": "012345678"}},
        {"url": V3 + "CLM-PRVDR-SPCLTY-CD", "valueCoding": {"code": "08"}},
    ]
    report = built(tmp_path, [PERSON, claim])
    lines = rows(report, "professional_line", "rendering_tin, specialty_code")
    assert lines == [("012345678", "08")]


@pytest.mark.parametrize(
    "died", [{"deceasedBoolean": True}, {"deceasedDateTime": "2025-05"}, {"deceasedDateTime": "?"}]
)
def test_a_death_on_a_day_that_is_not_told_is_said(tmp_path, died):
    report = built(tmp_path, [{**PERSON, **died}, PART_B, carrier("9")])
    assert "people who died on a day that is not told: they count as living" in names(report)


@pytest.mark.parametrize(
    "changed",
    [
        {**PERSON, "gender": "F"},
        {**PART_B, "extension": []},
        {**PART_B, "extension": [in_extension("BENE-MDCR-STUS-CD", "7")]},
    ],
)
def test_what_moves_a_person_between_types_is_said(tmp_path, usual, changed):
    before = names(usual([PERSON, PART_B, carrier("9")]))
    kept = [each for each in (PERSON, PART_B) if each["id"] != changed["id"]]
    finding_names = names(built(tmp_path, [changed, *kept, carrier("9")]))
    ours = ("people whose gender", "coverage without a Medicare status")
    assert [said for said in finding_names - before if said.startswith(ours)]


def make(folder):
    folder.mkdir()
    return folder


def test_fillers_are_no_days(tmp_path):
    claim = carrier("9", billablePeriod={"start": "2025-02-03", "end": "9999-12-31"})
    report = built(tmp_path, [PERSON, claim, carrier("8")])
    assert dict(report.set_aside()) == {"claim without its days": 1}
    since = {**PART_B, "period": {"start": "0001-01-01", "end": "9999-12-31"}}
    (row,) = coverage_rows(since, str)
    assert (row["start_date"], row["end_date"]) == (dt.date(1966, 7, 1), None)


@pytest.mark.parametrize("value", [float("nan"), 1e300, True, "abc"])
def test_an_amount_that_is_no_number_is_set_aside(tmp_path, value):
    odd = carrier("7")
    odd["item"][0]["adjudication"][0]["amount"]["value"] = value
    report = built(tmp_path, [PERSON, carrier("9"), odd])
    assert dict(report.set_aside()) == {"not in the form of a FHIR claim": 1}


@pytest.mark.parametrize("value", [1e300, -1, 2.5])
def test_a_sequence_that_is_none_is_set_aside(tmp_path, value):
    odd = carrier("7")
    odd["diagnosis"][0]["sequence"] = value
    report = built(tmp_path, [PERSON, carrier("9"), odd])
    assert dict(report.set_aside()) == {"not in the form of a FHIR claim": 1}


def test_a_claim_without_a_line_is_set_aside(tmp_path):
    report = built(tmp_path, [PERSON, carrier("9"), carrier("8", item=[])])
    assert dict(report.set_aside()) == {"claim without a line": 1}


def test_a_file_of_another_kind_beside_the_feed_is_said(tmp_path):
    make(tmp_path / "feed")
    (tmp_path / "feed" / "all.ndjson").write_text(json.dumps(carrier("9")))
    (tmp_path / "feed" / "eob.csv").write_text("a\n1\n")
    (tmp_path / "feed" / ".DS_Store").write_text("x")
    report = build_store(ClaimInputs(fhir=tmp_path / "feed"), tmp_path / "store", threads=1)
    subjects = [f.subject for f in report.findings if f.name.startswith("a file that is not known")]
    assert subjects == ["eob.csv"]


def test_a_feed_as_fhir_is_checked(tmp_path):
    """A note of the reader had a severity that checks do not sort: `vbc check` ended in a fault."""
    report = built(tmp_path, [PERSON, PART_B, carrier("9")])
    with DuckDBEngine(threads=1) as engine:
        checks = run_checks(engine, report)
    assert "claims_as_FHIR" in {result.name for result in checks}
    assert {finding.severity for finding in report.findings} <= set(SEVERITIES)


AGED = [in_extension("BENE-MDCR-STUS-CD", "10")]


def in_2025(part, extensions, **more):
    return {
        **PART_B, "id": f"part-{part}-77", "class": [{"value": f"Part {part}"}],
        "period": {"start": "2024-11-01"}, "extension": extensions, **more,
    }  # fmt: skip


def by_month(codes, year="2025"):
    """Version 2: a status for each month of the reference year, and the Medicare status."""
    given = [{"url": BLUE + "ms_cd", "valueCoding": {"code": "10"}}]
    given += [{"url": BLUE + "rfrnc_yr", "valueDate": year}] if year else []
    return given + [
        {"url": f"{BLUE}dual_{month:02d}", "valueCoding": {"code": code}}
        for month, code in codes.items()
    ]


def types_of(report):
    named = "calendar_year, enrollment_type, month_mask"
    return sorted(rows(report, "enrollment", named))


def test_the_dual_status_of_a_month_is_that_months(tmp_path):
    """January to March dual, April to November not, December untold; 2024 tells none."""
    codes = by_month({**dict.fromkeys((1, 2, 3), "02"), **dict.fromkeys(range(4, 12), "NA")})
    report = built(tmp_path, [PERSON, in_2025("A", codes), in_2025("B", codes), carrier("9")])
    # bit n is month n+1: 0b111 = 7; months 4 to 11 are 2^11 - 2^3 = 2040
    assert types_of(report) == [(2025, "AGED_DUAL", 7), (2025, "AGED_NON_DUAL", 2040)]
    # November and December 2024 and December 2025
    untyped = {f.name: f.count for f in report.findings}["months without an enrollment type"]
    assert untyped == 3
    assert rows(report, "coverage", "dual_mask") == [(0,), (7,)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (by_month({1: "02"}, year=None), "names no year"),
        (by_month({1: "02"}, year="25"), "names no year"),
        (by_month({1: "02"}, year="٢٠٢٥"), "names no year"),
        (by_month({1: "**"}), "is no code"),
        (by_month({1: "7"}), "is no code"),
        (by_month({1: ""}), "is no code"),
        (by_month({1: "02"}, year="2031"), None),
    ],
)
def test_a_dual_status_that_is_not_understood_makes_no_month_dual_and_is_said(
    tmp_path, changed, said
):
    both = [in_2025("A", changed, period={"start": "2025-01-01", "end": "2025-12-31"}),
            in_2025("B", changed, period={"start": "2025-01-01", "end": "2025-12-31"})]  # fmt: skip
    report = built(tmp_path, [PERSON, *both, carrier("9")])
    assert types_of(report) == []
    counts = {f.name: f.count for f in report.findings}
    assert counts["months without an enrollment type"] == 12
    assert [counts[name] for name in counts if said and said in name] == ([2] if said else [])


def in_a_plan(codes, year="2025"):
    """Part C as version 2 gives it: managed care by month, no period."""
    told = [{"url": BLUE + "rfrnc_yr", "valueDate": year}] if year else []
    told += [
        {"url": f"{BLUE}hmo_ind_{month:02d}", "valueCoding": {"code": code}}
        for month, code in codes.items()
    ]
    part_c = {**PART_B, "id": "part-c-77", "class": [{"value": "Part C"}], "extension": told}
    return {name: value for name, value in part_c.items() if name != "period"}


@pytest.mark.parametrize("code", ["1", "2", "A", "B", "C"])
def test_months_of_managed_care_are_those_that_version_2_tells(tmp_path, code):
    """October to December in a plan: bits 9 to 11 are 3584. 0 and 4 are in none."""
    codes = {**dict.fromkeys(range(1, 9), "0"), 9: "4", 10: code, 11: code, 12: code}
    report = built(tmp_path, [PERSON, in_2025("A", AGED), in_a_plan(codes), carrier("9")])
    masks = rows(report, "coverage", "calendar_year, medicare_advantage_mask")
    assert (2025, 3584) in masks
    assert report.lost == 0


@pytest.mark.parametrize(
    ("part_c", "reason", "said"),
    [
        (in_a_plan(dict.fromkeys(range(1, 13), "0")), "coverage of a plan without a month in one",
         None),
        (in_a_plan({1: "C"}, year=None),
         "coverage whose managed care by month names no year", None),
        (in_a_plan({1: "X"}), "coverage with a managed care code that is none", None),
        (in_a_plan({}), "coverage without a period (version 1 gives a year only)", None),
        (in_a_plan({1: "C", 2: "N/A"}), None, "managed care code that is none"),
    ],
)  # fmt: skip
def test_managed_care_that_is_not_understood_is_said(tmp_path, part_c, reason, said):
    report = built(tmp_path, [PERSON, in_2025("A", AGED), part_c, carrier("9")])
    assert dict(report.set_aside()) == ({reason: 1} if reason else {})
    assert any(said in name for name in names(report)) if said else True


def test_the_disabled_stay_disabled_whatever_their_dual_status(tmp_path):
    codes = by_month(dict.fromkeys(range(1, 13), "02"))
    codes[0] = {"url": BLUE + "ms_cd", "valueCoding": {"code": "20"}}
    report = built(tmp_path, [PERSON, in_2025("A", codes), in_2025("B", codes), carrier("9")])
    assert types_of(report) == [(2024, "DISABLED", 3072), (2025, "DISABLED", 4095)]
    assert "two types in a month" not in names(report)


def test_a_coverage_of_the_dual_status_alone_types_the_aged(tmp_path):
    """Version 3: dual from March; January and February are not told."""
    dual = {
        **PART_B, "id": "part-DUAL-77", "class": [{"value": "Dual Medicare/Medicaid"}],
        "period": {"start": "2025-03-11", "end": "2025-12-31"},
        "extension": [in_extension("BENE-DUAL-STUS-CD", "02")],
    }  # fmt: skip
    parts = [in_2025(part, AGED, period={"start": "2025-01-01", "end": "2025-12-31"})
             for part in "AB"]  # fmt: skip
    report = built(tmp_path, [PERSON, dual, *parts, carrier("9")])
    assert types_of(report) == [(2025, "AGED_DUAL", 4092)]
    assert report.lost == 0
    dual["extension"] = [in_extension("BENE-DUAL-STUS-CD", "77")]
    report = built(make(tmp_path / "b"), [PERSON, dual, *parts, carrier("9")])
    assert types_of(report) == []
    assert dict(report.set_aside()) == {"coverage with a dual status that is no code": 1}


@pytest.mark.parametrize("part", "ABC")
def test_one_dual_status_of_a_coverage_of_a_part_is_said(tmp_path, usual, part):
    """It types nobody; the coverage of the part counts all the same."""
    both = [in_2025(each, AGED) for each in "ABC"]
    before = usual([PERSON, *both, carrier("9")])
    dual = in_extension("BENE-DUAL-STUS-CD", "02")
    given = [in_2025(e, [*AGED, dual] if e == part else AGED) for e in "ABC"]
    report = built(tmp_path, [PERSON, *given, carrier("9")])
    said = {f.name: f.count for f in report.findings if f.name not in names(before)}
    name = "coverage of a part of Medicare with one dual status for all months: not used"
    assert said == {name: 1}
    assert (types_of(report), report.lost) == (types_of(before), 0)


def test_a_dual_status_of_a_coverage_of_part_d_is_said(tmp_path):
    part_d = in_2025("D", [*AGED, in_extension("BENE-DUAL-STUS-CD", "02")])
    report = built(tmp_path, [PERSON, part_d, in_2025("D", AGED), PART_B, carrier("9")])
    assert dict(report.set_aside()) == {
        "coverage of Part D, with a dual status that is not used": 1,
        "coverage of no part of Medicare that is counted": 1,
    }


def without(path, claim):
    """The claim with one element taken out."""
    copy = json.loads(json.dumps(claim))
    *way, last = path
    at = copy
    for step in way:
        at = at[step]
    del at[last]
    return copy


WHOLE = inpatient(
    "10",
    diagnosis=[{"sequence": 1, "diagnosisCodeableConcept": coded("icd-10", "i50.9")}],
    supportingInfo=[
        {"code": coded(V3 + name, code)}
        for name, code in (
            ("BENE-PTNT-STUS-CD", "1"), ("CLM-DRG-CD", "291"), ("CLM-BILL-FAC-TYPE-CD", "1"),
            ("CLM-BILL-CLSFCTN-CD", "1"), ("CLM-BILL-FREQ-CD", "1"),
        )
    ],
)  # fmt: skip
VISIT = carrier("9", created="2025-03-01")
VISIT["item"][0]["extension"] = [in_extension("tax_num", "123456789")]


@pytest.mark.parametrize(
    ("claim", "path", "said"),
    [
        (WHOLE, ("supportingInfo", 0), "inpatient claims without a discharge status"),
        (WHOLE, ("supportingInfo", 1), "inpatient claims without a DRG"),
        (WHOLE, ("supportingInfo", 2), "institutional claims without a bill type"),
        (WHOLE, ("contained",), "institutional claims without the CCN"),
        (WHOLE, ("diagnosis",), "claims without a diagnosis"),
        (WHOLE, ("diagnosis", 0, "diagnosisCodeableConcept"), "a diagnosis that has no code"),
        (VISIT, ("careTeam", 0, "qualification"), "physicians' lines without a specialty"),
        (VISIT, ("careTeam", 0, "sequence"), "physicians' lines without a specialty"),
        (VISIT, ("careTeam",), "physicians' lines without the NPI"),
        (VISIT, ("item", 0, "extension"), "physicians' lines without a tax number"),
        (VISIT, ("item", 0, "locationCodeableConcept"), "lines without a place of service"),
        (VISIT, ("item", 0, "productOrService"), "professional lines without a service code"),
        (VISIT, ("item", 0, "adjudication", 1), "professional lines without what was allowed"),
        (VISIT, ("diagnosis",), "claims without a diagnosis"),
    ],
)
def test_what_a_claim_lacks_that_moves_people_or_money_is_said(tmp_path, usual, claim, path, said):
    whole = [PERSON, PART_B, WHOLE, VISIT]
    before = names(usual(whole))
    changed = [without(path, each) if each is claim else each for each in whole]
    report = built(tmp_path, changed)
    assert [name for name in names(report) - before if said in name]
    assert not [name for name in before if said in name]
    assert report.lost == 0


@pytest.mark.parametrize(
    "made", [{"created": "2025-02-03"}, {"meta": {"lastUpdated": "2025-02-03"}}]
)
def test_a_claim_that_ends_after_it_was_made_out_is_said(tmp_path, made):
    """It ends on 4 February 2025."""
    report = built(tmp_path, [PERSON, PART_B, carrier("9", **made)])
    assert "claims that end after the day they were made out" in names(report)
    same = {"created": "2025-02-04", "meta": {"lastUpdated": "2025-02-04T00:00:00Z"}}
    report = built(make(tmp_path / "b"), [PERSON, PART_B, carrier("9", **same)])
    assert "claims that end after the day they were made out" not in names(report)


@pytest.mark.parametrize("meta", ["x", ["2025-02-03"], 7])
def test_a_claim_whose_meta_is_no_object_is_set_aside(tmp_path, meta):
    """Its tags tell whether a claim is final, so that it cannot be paid unread."""
    report = built(tmp_path, [PERSON, PART_B, carrier("8"), carrier("9", meta=meta)])
    assert dict(report.set_aside()) == {NOT_FORM: 1}
    assert rows(report, "professional_line", "paid_amount") == [(Decimal("80.10"),)]


def test_a_day_of_update_that_cannot_be_read_sets_no_claim_aside(tmp_path):
    report = built(tmp_path, [PERSON, PART_B, carrier("9", meta={"lastUpdated": 7})])
    assert rows(report, "professional_line", "paid_amount") == [(Decimal("80.10"),)]
    assert report.lost == 0
