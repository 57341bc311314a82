"""Codes come in many forms; the store holds one."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.cclf_text import delivery, record
from claims.finding_cases import case_folder, case_store, findings
from claims.stores import rows
from openvbc.claims.data_notes import data_checks, data_notes
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.lists import read_provider_specialties
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.errors import InputError

MEDICAL = (
    "claim_id", "claim_line_number", "claim_type", "person_id", "claim_start_date",
    "claim_end_date", "bill_type_code", "revenue_center_code", "discharge_disposition_code",
    "drg_code", "facility_ccn", "place_of_service_code", "specialty_code", "rendering_tin",
    "rendering_npi", "paid_amount", "diagnosis_code_type", "diagnosis_code_1",
    "claim_line_start_date", "claim_line_end_date", "paid_date", "charge_amount",
    "service_unit_quantity", "admit_source_code",
)  # fmt: skip
USUAL = {
    "claim_line_number": "1", "claim_type": "institutional", "person_id": "P1",
    "claim_start_date": "2024-03-01", "claim_end_date": "2024-03-05", "paid_amount": "10.00",
    "bill_type_code": "111", "diagnosis_code_type": "icd-10-cm", "diagnosis_code_1": "I50.23",
}  # fmt: skip
ELIGIBILITY = (
    "person_id,gender,birth_date,death_date,enrollment_start_date,enrollment_end_date,"
    "medicare_status_code,dual_status_code,original_reason_entitlement_code\n"
)


def tuva(tmp_path: Path, *lines: dict[str, str], eligibility: str = "") -> StoreReport:
    folder = tmp_path / "tuva"
    folder.mkdir()
    text = [",".join(MEDICAL)]
    for number, line in enumerate(lines, start=1):
        values = {"claim_id": f"C{number}"} | USUAL | line
        text.append(",".join(values.get(name, "") for name in MEDICAL))
    (folder / "medical_claim.csv").write_text("\n".join(text) + "\n")
    people = eligibility or "P1,F,19500301,,2024-01-01,2024-12-31,10,00,0.0\n"
    (folder / "eligibility.csv").write_text(ELIGIBILITY + people)
    return build_store(ClaimInputs(tuva=folder), tmp_path / "store", buckets=1)


def test_the_finding_bill_type_leading_zero(tmp_path: Path) -> None:
    report = case_store("bill-type-leading-zero", tmp_path / "store")
    claims = rows(
        report, "select claim_type_code, bill_type_code from institutional_claim order by claim_id"
    )
    assert [tuple(row.values()) for row in claims] == [
        ("60", "111"), ("60", "111"), ("20", "211"), ("10", "321"), ("50", "811"), ("40", "771"),
        ("40", "131"),
    ]  # fmt: skip
    line = rows(report, "select revenue_center_code from institutional_line where claim_id = 'A7'")
    assert line[0]["revenue_center_code"] == "0450"


TYPES = [
    ("0181", "30", "181"),
    ("011A", "60", "11A"),
    ("11", "60", "11"),
    ("111.0", "60", "111"),
    ("0131", "40", "131"),
    ("0821", "50", "821"),
    ("0417", "60", "417"),
]


@pytest.fixture(scope="module")
def types_of_bill(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """A claim of each type of bill, numbered as written."""
    lines = [{"claim_id": written, "bill_type_code": written} for written, *_ in TYPES]
    return tuva(tmp_path_factory.mktemp("types"), *lines)


@pytest.mark.parametrize(("written", "kind", "stored"), TYPES)
def test_types_of_bill(types_of_bill: StoreReport, written: str, kind: str, stored: str) -> None:
    select = "select claim_type_code, bill_type_code from institutional_claim"
    (claim,) = rows(types_of_bill, f"{select} where claim_id = '{written}'")
    assert tuple(claim.values()) == (kind, stored)
    assert "type of bill missing or not understood" not in findings(types_of_bill)


def test_a_type_of_bill_that_is_none_is_said(tmp_path: Path) -> None:
    """Each of four that are none, and not the usual one among them."""
    none = [{"bill_type_code": written} for written in ("", "0", "xyz", "11110")]
    report = tuva(tmp_path, *none, {})
    assert findings(report)["type of bill missing or not understood"] == 4
    assert any("type of bill missing" in note for note in data_notes(data_checks(report)))


@pytest.mark.parametrize(("of_claim", "of_line", "said"), [
    ("5.00", "1.00", 0), ("", "1.00", 1), ("5.00", "", 1), ("", "", 2), ("0.00", "0.00", 0),
])  # fmt: skip
def test_payment_details_of_which_none_gives_a_reduction(
    tmp_path: Path, of_claim: str, of_line: str, said: int
) -> None:
    delivery(tmp_path / "cclf", {
        "1": [record("1", CLM_PMT_AMT="100")],
        "5": [record("5", CLM_LINE_NUM="1", CLM_LINE_CVRD_PD_AMT="10")],
        "A": [record("A", CLM_PBP_RDCTN_AMT=of_claim)],
        "B": [record("B", CLM_LINE_NUM="1", CLM_PBP_RDCTN_AMT=of_line)],
    })  # fmt: skip
    inputs = ClaimInputs(cclf=(tmp_path / "cclf",))
    report = build_store(inputs, tmp_path / "store", buckets=1)
    told = [f for f in report.findings if "without a reduction for what was paid" in f.name]
    assert len(told) == said


CODES = [
    ("institutional", "revenue_center_code", "450", "institutional_line", "0450"),
    ("institutional", "revenue_center_code", "1", "institutional_line", "0001"),
    ("institutional", "revenue_center_code", "0450", "institutional_line", "0450"),
    ("institutional", "discharge_disposition_code", "1", "institutional_claim", "01"),
    ("institutional", "discharge_disposition_code", "30.0", "institutional_claim", "30"),
    ("institutional", "admit_source_code", "04", "institutional_claim", "4"),
    ("institutional", "admit_source_code", "4.0", "institutional_claim", "4"),
    ("institutional", "admit_source_code", "D", "institutional_claim", "D"),
    ("institutional", "drg_code", "65", "institutional_claim", "065"),
    ("institutional", "drg_code", "0470", "institutional_claim", "470"),
    ("institutional", "facility_ccn", "10001", "institutional_claim", "010001"),
    ("institutional", "facility_ccn", "36T001", "institutional_claim", "36T001"),
    ("professional", "place_of_service_code", "2", "professional_line", "02"),
    ("professional", "specialty_code", "8", "professional_line", "08"),
    ("professional", "specialty_code", "C6", "professional_line", "C6"),
    ("professional", "rendering_tin", "1234567", "professional_line", "001234567"),
    ("professional", "rendering_npi", "9000000001.0", "professional_line", "9000000001"),
]


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """A claim of each code, numbered as the codes are."""
    lines = [{"claim_type": kind, column: written} for kind, column, written, *_ in CODES]
    return tuva(tmp_path_factory.mktemp("codes"), *lines)


@pytest.mark.parametrize("case", CODES, ids="-".join)
def test_codes_of_a_tuva_feed(codes: StoreReport, case: tuple[str, ...]) -> None:
    _, column, _, table, stored = case
    claim = f"C{CODES.index(case) + 1}"
    (row,) = rows(codes, f"select {column} as code from {table} where claim_id = '{claim}'")
    assert row["code"] == stored


CCLF = [
    ("1", "BENE_PTNT_STUS_CD", "1 ", "institutional_claim", "discharge_disposition_code", "01"),
    ("1", "BENE_PTNT_STUS_CD", " 1", "institutional_claim", "discharge_disposition_code", "01"),
    ("1", "PRVDR_OSCAR_NUM", "10001", "institutional_claim", "facility_ccn", "010001"),
    ("1", "DGNS_DRG_CD", "0470", "institutional_claim", "drg_code", "470"),
    ("2", "CLM_LINE_PROD_REV_CTR_CD", "450", "institutional_line", "revenue_center_code",
     "0450"),
    ("5", "CLM_PRVDR_SPCLTY_CD", "8", "professional_line", "specialty_code", "08"),
    ("5", "CLM_POS_CD", "2", "professional_line", "place_of_service_code", "02"),
    ("5", "CLM_RNDRG_PRVDR_TAX_NUM", "1234567", "professional_line", "rendering_tin",
     "001234567"),
    ("4", "CLM_DGNS_CD", "i50.23", "diagnosis", "diagnosis_code", "I5023"),
]  # fmt: skip


@pytest.fixture(scope="module")
def codes_of_cclf(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """A record of each code, its claim numbered as the codes are."""
    amounts = {"1": "CLM_PMT_AMT", "2": "CLM_LINE_CVRD_PD_AMT", "5": "CLM_LINE_CVRD_PD_AMT"}
    files: dict[str, list[bytes]] = {}
    for number, (file, field, written, *_) in enumerate(CCLF):
        values = {field: written, "CUR_CLM_UNIQ_ID": f"{number:013d}"}
        values |= {amounts[file]: "1.00"} if file in amounts else {}
        files.setdefault(file, []).append(record(file, **values))
    folder = tmp_path_factory.mktemp("cclf")
    delivery(folder / "cclf", files)
    return build_store(ClaimInputs(cclf=(folder / "cclf",)), folder / "store", buckets=1)


@pytest.mark.parametrize("case", CCLF, ids="-".join)
def test_codes_of_cclf(codes_of_cclf: StoreReport, case: tuple[str, ...]) -> None:
    *_, table, column, stored = case
    claim = f"{CCLF.index(case):013d}"
    select = f"select {column} as code from {table} where claim_id = '{claim}'"
    (row,) = rows(codes_of_cclf, select)
    assert row["code"] == stored


def test_header_values_on_some_lines_hold_for_the_claim(tmp_path: Path) -> None:
    bare = dict.fromkeys(
        ("claim_start_date", "claim_end_date", "bill_type_code", "diagnosis_code_type",
         "diagnosis_code_1"), "",
    )  # fmt: skip
    report = tuva(
        tmp_path,
        {"claim_id": "C", "claim_line_number": "1", "paid_amount": "5.00"} | bare,
        {"claim_id": "C", "claim_line_number": "2", "bill_type_code": "0111",
         "discharge_disposition_code": "3", "paid_amount": "7.00"},
    )  # fmt: skip
    claim = rows(
        report,
        "select claim_type_code, bill_type_code, discharge_disposition_code, "
        "cast(paid_amount as varchar) as paid from institutional_claim",
    )
    assert [tuple(row.values()) for row in claim] == [("60", "111", "03", "12.00")]
    assert report.set_aside() == {}


@pytest.mark.parametrize(
    ("column", "one", "other", "words"),
    [
        ("bill_type_code", "111", "131", "type of bill"),
        ("facility_ccn", "360001", "360002", "facility's certification number"),
        ("drg_code", "470", "469", "DRG"),
        ("discharge_disposition_code", "01", "20", "discharge disposition"),
        ("diagnosis_code_1", "I50.23", "I21.4", "principal diagnosis"),
    ],
)
def test_lines_that_differ_in_what_a_claim_has_once_are_said(
    tmp_path: Path, column: str, one: str, other: str, words: str
) -> None:
    report = tuva(
        tmp_path,
        {"claim_id": "C", column: one},
        {"claim_id": "C", "claim_line_number": "2", column: other},
        {"claim_id": "D", column: one},
    )
    assert findings(report)[f"lines of one claim differ in their {words}"] == 1


MISREAD = [
    ("claim_line_start_date", "2024-02-30"),
    ("claim_line_end_date", "1724-03-01"),
    ("paid_date", "soon"),
    ("charge_amount", "1200 USD"),
    ("service_unit_quantity", "two"),
    ("diagnosis_code_type", "snomed"),
]


@pytest.mark.parametrize(("column", "text"), MISREAD)
def test_a_value_that_another_stands_for_is_said(tmp_path: Path, column: str, text: str) -> None:
    report = tuva(tmp_path, {column: text}, {})
    (said,) = [f for f in report.findings if f.name == "values that are not understood"]
    assert (said.count, column in said.detail) == (1, True)
    assert report.set_aside() == {}


def test_a_dual_status_with_a_fraction_is_not_the_whole_one(tmp_path: Path) -> None:
    people = "P1,F,,,2024-01-01,2024-12-31,10,0.5,0.0\nP2,F,,,2024-01-01,2024-12-31,10,2.0,0\n"
    report = tuva(tmp_path, {}, eligibility=people)
    (said,) = [f for f in report.findings if f.name == "values that are not understood"]
    assert (said.count, "dual_status_code" in said.detail) == (1, True)


def test_a_part_of_a_line_number_is_none(tmp_path: Path) -> None:
    report = tuva(tmp_path, {"claim_line_number": "1.5"}, {"claim_line_number": "2.0"})
    assert report.set_aside() == {"no line number": 1}


@pytest.mark.parametrize("day", ["2024-02-30", "1724-03-01"])
def test_a_claim_of_a_day_that_does_not_exist_is_set_aside(tmp_path: Path, day: str) -> None:
    report = tuva(tmp_path, {"claim_start_date": day}, {})
    assert report.set_aside() == {"a date that does not exist": 1}


@pytest.mark.parametrize("day", ["2024-02-30", "1724-03-01"])
def test_a_birth_that_does_not_exist_sets_the_span_aside(tmp_path: Path, day: str) -> None:
    people = f"P1,F,{day},,2024-01-01,2024-12-31,10,00,0\nP2,F,,,2024-01-01,2024-12-31,10,00,0\n"
    report = tuva(tmp_path, {}, eligibility=people)
    assert report.set_aside() == {"a date that does not exist": 1}


def test_an_event_of_a_pharmacy_that_appears_twice_counts_once(tmp_path: Path) -> None:
    header = "claim_id,claim_line_number,person_id,dispensing_date,ndc_code,quantity,days_supply\n"
    event = "R1,1,P1,2024-02-01,00000000001,30,30\n"
    (tmp_path / "tuva").mkdir()
    text = header + event + event + event.replace(",30,30", ",x,many").replace("R1", "R2")
    (tmp_path / "tuva" / "pharmacy_claim.csv").write_text(text)
    report = build_store(ClaimInputs(tuva=tmp_path / "tuva"), tmp_path / "store", buckets=1)
    assert report.set_aside() == {"the same record twice in one file": 1}
    said = [f.detail for f in report.findings if f.name == "values that are not understood"]
    assert [detail.partition(":")[0] for detail in said] == [
        "pharmacy_claim, quantity", "pharmacy_claim, days_supply",
    ]  # fmt: skip
    assert len(rows(report, "select * from pharmacy_claim")) == 2


@pytest.mark.parametrize(
    ("days", "copayment", "aside", "stored"),
    [
        ("30", "4.50", 0, 30),
        ("30.0", "4.5", 0, 30),
        ("30", "4.505", 1, None),
        (".5", "4.50", 0, None),
    ],
)
def test_a_part_of_a_day_or_of_a_cent_of_a_fill_is_said(
    tmp_path: Path, days: str, copayment: str, aside: int, stored: int | None
) -> None:
    header = "claim_id,claim_line_number,person_id,dispensing_date,ndc_code,quantity,days_supply"
    event = f"R1,1,P1,2024-02-01,00000000001,30,{days},{copayment}\n"
    (tmp_path / "tuva").mkdir()
    path = tmp_path / "tuva" / "pharmacy_claim.csv"
    path.write_text(f"{header},copayment_amount\n{event}R2,1,P1,2024-02-01,00000000001,30,9,1.00\n")
    report = build_store(ClaimInputs(tuva=tmp_path / "tuva"), tmp_path / "store", buckets=1)
    assert report.set_aside() == ({"an amount with more than two decimals": 1} if aside else {})
    said = [f for f in report.findings if f.detail.startswith("pharmacy_claim, days_supply")]
    assert len(said) == (days == ".5")
    kept = rows(report, "select days_supply from pharmacy_claim where claim_id = 'R1'")
    assert [row["days_supply"] for row in kept] == ([] if aside else [stored])


VERSIONS = [
    ("icd-10-cm", "2014-03-05", "0"),  # stated: it holds
    ("icd-9-cm", "2024-03-05", "9"),
    ("", "2015-09-30", "9"),
    ("", "2015-10-01", "0"),
]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """A diagnosis of each, its claim numbered as they are."""
    lines = [
        {"diagnosis_code_type": stated, "claim_start_date": day, "claim_end_date": day}
        for stated, day, _ in VERSIONS
    ]
    return tuva(tmp_path_factory.mktemp("versions"), *lines)


@pytest.mark.parametrize("case", VERSIONS)
def test_the_version_of_a_diagnosis(versions: StoreReport, case: tuple[str, str, str]) -> None:
    claim = f"C{VERSIONS.index(case) + 1}"
    (row,) = rows(versions, f"select code_version from diagnosis where claim_id = '{claim}'")
    assert row["code_version"] == case[2]


def test_diagnoses_without_a_stated_version_are_said(versions: StoreReport) -> None:
    assert findings(versions)["diagnoses without a code version"] == 2


DAYS = ("2024-03-05", "20240305", "03/05/2024", "2024-03-05 00:00:00")


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """A claim of the same day in each way of writing it, numbered as they are."""
    lines = [{"claim_start_date": day, "claim_end_date": day} for day in DAYS]
    return tuva(tmp_path_factory.mktemp("dates"), *lines)


@pytest.mark.parametrize("day", DAYS)
def test_dates_of_a_tuva_feed(dated: StoreReport, day: str) -> None:
    claim = f"C{DAYS.index(day) + 1}"
    select = "select claim_end_date as d from institutional_claim"
    (row,) = rows(dated, f"{select} where claim_id = '{claim}'")
    assert str(row["d"]) == "2024-03-05"


OPEN = ("", "9999-12-31", "99991231", "2099-12-31")


@pytest.fixture(scope="module")
def open_spans(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """A person whose span is open, in each way of writing it; numbered as they are."""
    people = [
        f"P{number},2,1950-03-01,9999-12-31,1900-01-01,{end},10,00,0"
        for number, end in enumerate(OPEN, start=1)
    ]
    lines = [{"person_id": f"P{number}"} for number in range(1, len(OPEN) + 1)]
    return tuva(tmp_path_factory.mktemp("open"), *lines, eligibility="\n".join([*people, ""]))


@pytest.mark.parametrize("end", OPEN)
def test_an_open_span_of_a_tuva_feed(open_spans: StoreReport, end: str) -> None:
    where = f"where person_id = 'P{OPEN.index(end) + 1}'"
    enrollment_rows = rows(open_spans, f"select calendar_year, month_mask from enrollment {where}")
    assert [tuple(row.values()) for row in enrollment_rows] == [(2024, 0xFFF)]
    person = rows(open_spans, f"select sex, death_date from person {where}")[0]
    assert tuple(person.values()) == ("female", None)


def test_a_birth_date_on_one_of_several_rows_is_the_persons(tmp_path: Path) -> None:
    people = "P1,F,1950-03-01,,2024-01-01,2024-03-31,10,00,0\nP1,,,,2024-04-01,2024-12-31,10,00,\n"
    report = tuva(tmp_path, {}, eligibility=people)
    person = rows(report, "select birth_date, sex, original_reason_entitlement_code from person")
    assert [str(value) for value in person[0].values()] == ["1950-03-01", "female", "0"]


def test_lines_without_specialty_are_said(tmp_path: Path) -> None:
    line = {"claim_type": "professional"}
    report = tuva(tmp_path, line, line | {"specialty_code": "08"})
    assert findings(report)["professional lines without a specialty"] == 1
    assert any("provider_specialty.csv" in note for note in data_notes(data_checks(report)))


def test_a_clinician_of_two_specialties_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "provider_specialty.csv"
    path.write_text("npi,specialty_code\n9000000001,08\n9000000001,8\n")
    assert read_provider_specialties(path) == [("9000000001", "08")]
    path.write_text("npi,specialty_code\n9000000001,08\n9000000001,11\n")
    with pytest.raises(InputError, match="two specialties") as raised:
        read_provider_specialties(path)
    assert raised.value.code == "VBC-180"


def test_the_finding_tuva_no_specialty(tmp_path: Path) -> None:
    import shutil

    from openvbc.project import Project

    folder = tmp_path / "project"
    shutil.copytree(case_folder("tuva-no-specialty"), folder)
    assert "professional lines without a specialty" in findings(Project(folder).build_store())
    run = Project(folder).run()
    assert run.people_assigned() == {"BY1": 5, "BY2": 5, "BY3": 5, "PY": 5}
