"""Bad input: a clear message, or a row set aside with its reason; nothing lost, nothing twice."""

from __future__ import annotations

import errno
import zipfile
from pathlib import Path

import pytest

from claims.cclf_text import control, delivery, record
from claims.stores import rows
from openvbc.claims.checks import run_checks
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import EmptyResult, EngineError, InputError, OpenvbcError

GOOD = {"CLM_LINE_CVRD_PD_AMT": "100.00", "CLM_CNTL_NUM": "K"}


def line(**values: str) -> bytes:
    return record("5", **(GOOD | values))


def build(tmp_path: Path, name: str = "store", **inputs: Path) -> StoreReport:
    cclf = (tmp_path / "cclf",) if (tmp_path / "cclf").exists() else ()
    return build_store(ClaimInputs(cclf=cclf, **inputs), tmp_path / name, buckets=1)


def found(report: StoreReport) -> dict[str, str]:
    with DuckDBEngine(threads=1) as engine:
        return {result.name: result.severity for result in run_checks(engine, report)}


BAD_RECORDS = [
    (line(CLM_LINE_CVRD_PD_AMT="12A.00"), "text where an amount belongs"),
    (line(CLM_LINE_CVRD_PD_AMT="1.005"), "text where an amount belongs"),
    (line(CLM_LINE_CVRD_PD_AMT=""), "no payment amount"),
    (line(CLM_LINE_CVRD_PD_AMT="99999999999.99"), "an amount of ten billion dollars or more"),
    (line(CLM_LINE_THRU_DT="2024-02-30"), "a date that does not exist"),
    (line(CLM_LINE_THRU_DT="20240301"), "a date that does not exist"),
    (line(CLM_LINE_THRU_DT="", CLM_THRU_DT=""), "no through date"),
    (line(BENE_MBI_ID=""), "no beneficiary identifier"),
    (line(CUR_CLM_UNIQ_ID=""), "no claim number"),
    (line(CLM_LINE_NUM="x"), "text where a number belongs"),
    (line(CLM_ADJSMT_TYPE_CD="7"), "adjustment type that is not 0, 1 or 2"),
    (line(CLM_LINE_HCPCS_CD="9921é"), "characters that are not plain text"),
    (line()[:200], "record length that no layout of the file knows"),
    (line() + b"x", "record length that no layout of the file knows"),
    (line(CLM_TYPE_CD="61"), "Medicare Advantage encounter (claim type 61)"),
]


@pytest.fixture(scope="module")
def bad_records(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """The store of a file that holds a good record and after it every bad one."""
    folder = tmp_path_factory.mktemp("bad_records")
    records = [line(CUR_CLM_UNIQ_ID="2"), *(bad for bad, _ in BAD_RECORDS)]
    delivery(folder / "cclf", {"5": records})
    return build(folder)


@pytest.mark.parametrize("number", range(len(BAD_RECORDS)))
def test_a_bad_record_is_set_aside_with_its_reason(bad_records: StoreReport, number: int) -> None:
    entry = next(e for e in bad_records.waterfall if e.table == "professional_line" and e.records)
    reason = BAD_RECORDS[number][1]
    assert number + 2 in entry.lines[reason]
    alike = [n for n, (_, said) in enumerate(BAD_RECORDS, 2) if said == reason]
    assert (entry.lines[reason], entry.set_aside[reason]) == (alike, len(alike))


def test_a_good_record_among_bad_ones_is_used(bad_records: StoreReport) -> None:
    entry = next(e for e in bad_records.waterfall if e.table == "professional_line" and e.records)
    assert (entry.records, entry.used) == (len(BAD_RECORDS) + 1, 1)
    assert bad_records.rows["professional_line"] == 1


def test_mixed_versions_in_one_file_are_read_by_their_length(tmp_path: Path) -> None:
    old = record("5", 32, CUR_CLM_UNIQ_ID="3", **GOOD)
    delivery(tmp_path / "cclf", {"5": [line(), old]})
    report = build(tmp_path)
    assert report.rows["professional_line"] == 2
    assert "mixed_layouts_in_one_file" in found(report)


def test_windows_line_ends_and_a_last_line_without_end(tmp_path: Path) -> None:
    folder = tmp_path / "cclf"
    folder.mkdir()
    name = "P.A9001.ACO.ZC5Y24.D240415.T1200000"
    content = b"\xef\xbb\xbf" + line() + b"\r\n" + line(CUR_CLM_UNIQ_ID="2")
    (folder / name).write_bytes(content)
    report = build(tmp_path)
    assert report.rows["professional_line"] == 2
    assert found(report)["control_totals"] == "error"  # an unpacked delivery without CCLF0


def test_a_delivery_twice_counts_once(tmp_path: Path) -> None:
    one = delivery(tmp_path / "cclf", {"5": [line()], "1": [record("1", CLM_PMT_AMT="5")]})
    copy = tmp_path / "cclf" / "again" / one.name
    copy.parent.mkdir()
    copy.write_bytes(one.read_bytes())
    report = build(tmp_path)
    assert report.rows["professional_line"] == 1
    assert report.rows["institutional_claim"] == 1
    assert report.set_aside()["the same record in a later delivery"] == 2
    assert all(entry.balanced for entry in report.waterfall)


def test_a_record_of_an_older_delivery_under_an_old_identifier_counts_once(tmp_path: Path) -> None:
    delivery(tmp_path / "cclf", {"5": [line(BENE_MBI_ID="1S00A00AA99")]}, date="240315")
    links = [record("9", CRNT_NUM="1S00A00AA01", PRVS_NUM="1S00A00AA99")]
    delivery(tmp_path / "cclf", {"5": [line()], "9": links}, date="240415")
    report = build(tmp_path)
    assert rows(report, "select person_id, paid_amount from professional_line") == [
        {"person_id": "1S00A00AA01", "paid_amount": 100}
    ]
    assert report.set_aside()["the same record in a later delivery"] == 1


def test_a_restated_record_is_taken_from_the_later_delivery(tmp_path: Path) -> None:
    delivery(tmp_path / "cclf", {"5": [line(CLM_LINE_CVRD_PD_AMT="90")]}, date="240315")
    delivery(tmp_path / "cclf", {"5": [line(CLM_LINE_CVRD_PD_AMT="95")]}, kind="WY", date="240322")
    report = build(tmp_path)
    assert [
        r["paid_amount"] for r in rows(report, "select paid_amount from professional_line")
    ] == [95]
    assert report.set_aside() == {"replaced by a later delivery": 1}


def test_two_different_records_of_one_number_in_one_file_are_reported(tmp_path: Path) -> None:
    delivery(tmp_path / "cclf", {"5": [line(), line(CLM_LINE_CVRD_PD_AMT="7")]})
    report = build(tmp_path)
    assert report.rows["professional_line"] == 1
    reason = "another row of the same file with the same number says otherwise"
    assert report.set_aside() == {reason: 1}
    assert found(report)["rows_set_aside"] == "warning"


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        (b"", "CCLF0 does not list this file"),
        (control({"5": [b" " * 388] * 3}), "CCLF0 says 3 records, the file holds 1"),
        (b"CCLF5  |x|many|388\n", "CCLF0's record count is not a number"),
        (b"CCLF5  |x|1|383\n", "CCLF0 says records of 383 characters, the file has 388"),
    ],
)
def test_control_totals_that_are_wrong_or_missing_are_said(
    tmp_path: Path, totals: bytes, words: str
) -> None:
    delivery(tmp_path / "cclf", {"5": [line()]}, totals=totals)
    report = build(tmp_path)
    problems = {t.file: t.problem for t in report.control_totals}
    assert problems["CCLF5"] == words
    assert "control_totals" in found(report)


def test_a_file_of_the_delivery_that_is_missing_is_said(tmp_path: Path) -> None:
    path = delivery(
        tmp_path / "cclf", {"5": [line()], "6": [record("6", CLM_LINE_CVRD_PD_AMT="1")]}
    )
    with zipfile.ZipFile(path) as bundle:
        members = {name: bundle.read(name) for name in bundle.namelist()}
    with zipfile.ZipFile(path, "w") as bundle:
        for name, content in members.items():
            if ".ZC6" not in name:
                bundle.writestr(name, content)
    report = build(tmp_path)
    missing = {t.file for t in report.control_totals if "does not hold it" in t.problem}
    assert missing == {"CCLF6"}


def test_a_damaged_zip_says_so(tmp_path: Path) -> None:
    path = delivery(tmp_path / "cclf", {"5": [line() for _ in range(50)]})
    content = bytearray(path.read_bytes())
    middle = content.find(b"ZC5") + 60
    content[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match="download"):
        build(tmp_path)
    path.write_bytes(bytes(content[:100]))
    with pytest.raises(InputError, match="not a zip file"):
        build(tmp_path)


def test_nothing_usable_is_an_error_that_says_why(tmp_path: Path) -> None:
    delivery(tmp_path / "cclf", {"5": [line()[:50]]})
    with pytest.raises(EmptyResult, match="record length that no layout"):
        build(tmp_path)
    delivery(tmp_path / "cclf", {})
    with pytest.raises(EmptyResult, match="no rows"):
        build(tmp_path, "second")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        build_store(ClaimInputs(cclf=(tmp_path / "nowhere",)), tmp_path / "store")


def test_a_full_disk_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from openvbc.claims import staging

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    delivery(tmp_path / "cclf", {"5": [line()]})
    monkeypatch.setattr(staging.Staging, "write", full)
    with pytest.raises(EngineError, match="the disk is full"):
        build(tmp_path)


def test_a_killed_build_is_built_again_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openvbc.claims.sorted_file import SortedFile

    delivery(tmp_path / "cclf", {"5": [line()]})

    def killed(file: SortedFile) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SortedFile, "close", killed)
        with pytest.raises(KeyboardInterrupt):
            build(tmp_path)
    assert build(tmp_path).rows["professional_line"] == 1


ELIGIBILITY = (
    "member_id,start_date,end_date,part_a,part_b,medicare_advantage,enrollment_type,"
    "dual_status_code,other_initiative,state_county\n"
)


BAD_ROWS = [
    ("M1,2024-01-01,2024-12-31,1,1,0,OLD,,,39035", "enrollment_type: not one of"),
    ("M1,2024-13-01,2024-12-31,1,1,0,ESRD,,,39035", "start_date: a date that does not exist"),
    ("M1,2024-05-01,2024-04-30,1,1,0,ESRD,,,39035", "ends before it starts"),
    ("M1,2024-05-01,2024-06-30,maybe,1,0,ESRD,,,39035", "part_a: neither yes nor no"),
    ("M1,2024-05-01,2024-06-30,1,1,0,,,,39035", "no enrollment_type"),
    (",2024-05-01,2024-06-30,1,1,0,ESRD,,,39035", "no member_id"),
    ("1.2E+10,2024-05-01,2024-06-30,1,1,0,ESRD,,,39035", "member_id: damaged by a spreadsheet"),
    ("M1,2024-05-01,2024-06-30,1,1,0,ESRD,,,39", "state_county: a county has five digits"),
    ("M1,2024-05-01,2024-06-30,1,1", "a row with more or fewer values"),
]


@pytest.fixture(scope="module")
def bad_rows(tmp_path_factory: pytest.TempPathFactory) -> StoreReport:
    """The store of a list that holds a good row and after it every bad one."""
    folder = tmp_path_factory.mktemp("bad_rows")
    path = folder / "eligibility.csv"
    good = "M2,2024-01-01,2024-12-31,1,1,0,AGED_DUAL,02,0,39035"
    path.write_text(ELIGIBILITY + "\n".join([good, *(text for text, _ in BAD_ROWS)]) + "\n")
    return build(folder, eligibility=path)


@pytest.mark.parametrize("number", range(len(BAD_ROWS)))
def test_a_bad_eligibility_row_is_set_aside(bad_rows: StoreReport, number: int) -> None:
    entry = bad_rows.waterfall[0]
    (reason,) = [said for said, lines in entry.lines.items() if number + 3 in lines]
    assert reason.startswith(BAD_ROWS[number][1])
    assert (entry.lines[reason], entry.set_aside[reason]) == ([number + 3], 1)
    assert (entry.records, entry.used) == (len(BAD_ROWS) + 1, 1)


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252"), ("\t", "utf-8-sig")],
)
def test_encodings_and_separators_of_spreadsheets(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "eligibility.csv"
    text = ELIGIBILITY + "M2,1/1/2024,12/31/2024,Yes,Y,No,aged dual,2,0,1001\n"
    path.write_bytes(text.replace(",", delimiter).encode(encoding))
    report = build(tmp_path, eligibility=path)
    assert rows(report, "select * from residence")[0]["county"] == "01001"
    assert rows(report, "select month_mask from enrollment") == [{"month_mask": 4095}]


def test_a_workbook_and_a_missing_column_are_said(tmp_path: Path) -> None:
    path = tmp_path / "eligibility.csv"
    path.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(InputError, match="Excel workbook"):
        build(tmp_path, eligibility=path)
    path.write_text("member_id,start_date\nM1,2024-01-01\n")
    with pytest.raises(InputError, match="no column end_date, part_a"):
        build(tmp_path, eligibility=path)


def test_damaged_numbers_of_providers_are_repaired_or_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "participants.csv"
    path.write_text(
        "aco_id,performance_year,tin,npi,ccn\n"
        "A9001,2024,12345678,,\n"  # nine digits once its zero is back
        "A9001,2024.0,012345679.0,9000000001,\n"
        "A9001,2024,,,10001\n"  # six characters once its zero is back
        "A9001,2024,1.23E+08,,\n"
        "A9001,2024,,,\n"
        "A9002,2024,012345678,,\n"  # the same TIN in two lists
    )
    report = build(tmp_path, participants=path)
    kept = rows(report, "select tin, ccn from participant order by source_line")
    assert kept == [
        {"tin": "012345678", "ccn": None},
        {"tin": "012345679", "ccn": None},
        {"tin": None, "ccn": "010001"},
        {"tin": "012345678", "ccn": None},
    ]
    assert sum(report.waterfall[0].set_aside.values()) == 2
    assert found(report)["tin_in_two_organizations"] == "warning"


def test_people_with_claims_but_no_enrollment_are_named_by_claim(tmp_path: Path) -> None:
    delivery(tmp_path / "cclf", {"5": [line()]})
    path = tmp_path / "eligibility.csv"
    path.write_text(ELIGIBILITY + "M2,2024-01-01,2024-12-31,1,1,0,AGED_DUAL,02,0,39035\n")
    report = build(tmp_path, eligibility=path)
    with DuckDBEngine(threads=1) as engine:
        results = {result.name: result for result in run_checks(engine, report)}
    assert results["claims_without_enrollment"].claims == ("0000000000001",)
    assert "1S00A00AA01" not in str(results)
    assert rows(report, "select count(*) as n from person") == [{"n": 2}]


def test_no_error_names_a_person(tmp_path: Path) -> None:
    path = tmp_path / "bnex.xml"
    path.write_text("<root><Beneficiary><MBI>1S00A00AA01</MBI></Beneficiary>")
    with pytest.raises(OpenvbcError) as caught:
        build_store(ClaimInputs(exclusions=(path,)), tmp_path / "store")
    assert "1S00A00AA01" not in str(caught.value)
