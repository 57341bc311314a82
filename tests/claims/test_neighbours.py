"""Neighbours of the findings: cases of the same kinds that an adversary would try next.

Each is an error, a finding with its count, or read rightly; none is silent.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from claims import mutated_feeds
from claims.cclf_text import delivery, record
from claims.stores import rows
from claims.test_months import HEADER, PERSON, masks, snapshot
from claims.test_normal_form import tuva
from openvbc.claims import csv_values as read
from openvbc.claims.amount_form import odd_amounts, whole_amounts
from openvbc.claims.code_forms import odd_forms
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine

OLD = "1S00A00AB01"


def told(report: StoreReport) -> dict[str, int]:
    """Findings by name, with their counts."""
    counts: dict[str, int] = {}
    for finding in report.findings:
        counts[finding.name] = counts.get(finding.name, 0) + finding.count
    return counts


def store(folder: Path, spans: str = "", **deliveries: dict[str, list[bytes]]) -> StoreReport:
    """A store of deliveries by their day (d240415), and of spans of eligibility.csv."""
    for day, records in deliveries.items():
        delivery(folder / "cclf", records, date=day[1:])
    eligibility = folder / "eligibility.csv"
    eligibility.write_text(HEADER + spans)
    return build_store(
        ClaimInputs(cclf=(folder / "cclf",), eligibility=eligibility if spans else None),
        folder / "store",
        buckets=1,
    )


def line(**values: str) -> bytes:
    usual = {"CLM_LINE_CVRD_PD_AMT": "100.00", "CLM_CNTL_NUM": "K1"}
    return record("5", **(usual | values))


# Months


@pytest.mark.parametrize(
    ("start", "end"), [("2024-02-20", "2024-12-31"), ("2024-02-01", "2025-01-01")]
)
def test_a_span_within_a_month_is_counted_whole_and_said(
    tmp_path: Path, start: str, end: str
) -> None:
    span = f"{PERSON},{start},{end},1,1,0,AGED_NON_DUAL,00,0,39035\n"
    report = store(tmp_path, span, d240415={"5": [line()]})
    assert masks(report)[2024] == 0b111111111110
    assert told(report)["spans that begin or end within a month"] == 1


def test_a_death_after_the_day_that_states_it_is_said(tmp_path: Path) -> None:
    report = store(tmp_path, d240415={"5": [line()], "8": [snapshot(died="2031-05-10")]})
    assert told(report)["a death after the day that states it"] == 1


def test_a_death_moved_by_a_newer_delivery_is_the_newer(tmp_path: Path) -> None:
    span = f"{PERSON},2024-01-01,2024-12-31,1,1,0,AGED_NON_DUAL,00,0,39035\n"
    report = store(
        tmp_path,
        span,
        d240615={"5": [line()], "8": [snapshot(died="2024-03-10")]},
        d241215={"5": [line()], "8": [snapshot(died="2024-08-10")]},
    )
    assert masks(report)[2024] == 0b11111111
    assert told(report)["a death that a newer statement takes back or dates anew"] == 1


def test_months_whose_status_is_not_known_count_for_nobody_and_are_said(tmp_path: Path) -> None:
    report = store(tmp_path, d240415={"5": [line()], "8": [snapshot(BENE_MDCR_STUS_CD="99")]})
    assert masks(report) == {}
    assert told(report)["months without an enrollment type"] > 0


# Identity


def test_a_number_of_two_people_is_an_error(tmp_path: Path) -> None:
    other = snapshot(BENE_DOB="1931-02-03", BENE_SEX_CD="1")
    report = store(tmp_path, d240415={"5": [line()], "8": [snapshot()]}, d240515={"8": [other]})
    finding = next(f for f in report.findings if f.name == "an identifier of two people")
    assert (finding.severity, finding.count) == ("error", 1)


def test_a_corrected_birth_date_is_a_warning(tmp_path: Path) -> None:
    other = snapshot(BENE_DOB="1940-01-06")
    report = store(tmp_path, d240415={"5": [line()], "8": [snapshot()]}, d240515={"8": [other]})
    assert told(report)["an identifier with two birth dates or sexes"] == 1
    assert "an identifier of two people" not in told(report)


def test_identifiers_in_small_letters_are_the_same_people(tmp_path: Path) -> None:
    report = store(
        tmp_path,
        d240415={
            "5": [line(BENE_MBI_ID=PERSON.lower()), line(CUR_CLM_UNIQ_ID="2", BENE_MBI_ID=PERSON)],
            "8": [snapshot(PERSON.lower())],
            "9": [record("9", CRNT_NUM=PERSON.lower(), PRVS_NUM=OLD.lower())],
        },
    )
    assert [row["person_id"] for row in rows(report, "select person_id from person")] == [PERSON]
    assert report.replaced == {OLD: PERSON}


def test_an_identifier_that_is_moved_in_its_field_joins_nobody(tmp_path: Path) -> None:
    moved = record("9", CRNT_NUM=PERSON, PRVS_NUM=" 1S00A00AB0")
    report = store(tmp_path, d240415={"5": [line()], "9": [moved]})
    assert report.replaced == {}
    assert report.set_aside()["an identifier with a blank in it"] == 1


def test_assignment_reports_tell_linked_identifiers_apart(tmp_path: Path) -> None:
    """No CCLF8 describes them; the report gives each a birth date of its own."""
    flags = ",".join(f"ENROLLFLAG{n}" for n in range(1, 13))
    months = ",".join("4" * 12)
    alr = tmp_path / "alr"
    alr.mkdir()
    (alr / "P.A9001.ACO.QALR.2024Q4.D249999.T0400000_1-1.csv").write_text(
        f"BENE_MBI_ID,BENE_SEX_CD,BENE_BRTH_DT,{flags}\n"
        f"{PERSON},1,01/31/1950,{months}\n{OLD},2,05/05/1933,{months}\n"
    )
    delivery(tmp_path / "cclf", {"5": [line()], "9": [record("9", CRNT_NUM=PERSON, PRVS_NUM=OLD)]})
    inputs = ClaimInputs(cclf=(tmp_path / "cclf",), assignment_reports=(alr,))
    report = build_store(inputs, tmp_path / "store", buckets=1)
    assert report.replaced == {}
    assert told(report)["linked identifiers of different people"] == 1


# Normal form and plausibility


def test_codes_in_small_letters_are_the_same_codes(tmp_path: Path) -> None:
    report = store(tmp_path, d240415={"5": [line(CLM_LINE_HCPCS_CD="g0463")]})
    assert rows(report, "select hcpcs_code from professional_line")[0]["hcpcs_code"] == "G0463"


def test_bill_types_lost_from_every_claim_are_an_error(tmp_path: Path) -> None:
    report = tuva(tmp_path, *[{"bill_type_code": ""}] * 20)
    finding = next(f for f in report.findings if f.name == "type of bill missing or not understood")
    assert (finding.severity, finding.subject) == ("error", "types of bill")


@pytest.mark.parametrize("lost", ["CLM_BILL_FAC_TYPE_CD", "CLM_BILL_CLSFCTN_CD"])
def test_a_type_of_bill_of_which_a_part_is_missing_is_none(tmp_path: Path, lost: str) -> None:
    """What follows the missing part would stand in its place: 3 and 1 would be home health."""
    whole = {"CLM_BILL_FAC_TYPE_CD": "1", "CLM_BILL_CLSFCTN_CD": "3", "CLM_BILL_FREQ_CD": "1"}
    stay = record("1", **({"CLM_PMT_AMT": "10.00", "CLM_TYPE_CD": "40"} | whole | {lost: ""}))
    report = store(tmp_path, d240415={"1": [stay]})
    assert rows(report, "select bill_type_code as code from institutional_claim") == [
        {"code": None}
    ]
    assert told(report)["type of bill missing or not understood"] == 1


@pytest.mark.parametrize(
    ("lost", "county"),
    [("", "39035"), ("BENE_FIPS_STATE_CD", None), ("BENE_FIPS_CNTY_CD", None)],
)
def test_a_county_without_its_state_is_none(tmp_path: Path, lost: str, county: str | None) -> None:
    whole = {
        "BENE_FIPS_STATE_CD": "39", "BENE_FIPS_CNTY_CD": "035", "BENE_ENTLMT_BUYIN_IND": "3",
        "BENE_PART_A_ENRLMT_BGN_DT": "2015-01-01", "BENE_PART_B_ENRLMT_BGN_DT": "2015-01-01",
        "BENE_MDCR_STUS_CD": "10",
    }  # fmt: skip
    person = record("8", **(whole | ({lost: ""} if lost else {})))
    report = store(tmp_path, d240415={"5": [line()], "8": [person]})
    found = {row["county"] for row in rows(report, "select county from residence")}
    assert found == ({county} if county else set())


@pytest.mark.parametrize(
    ("kind", "aside"), [("0", 0), ("2", 0), ("", 0), ("Z", 1), ("?", 1), ("-1", 1), ("9", 1)]
)
def test_a_fill_whose_adjustment_type_is_none_is_set_aside(
    tmp_path: Path, kind: str, aside: int
) -> None:
    fill = record("7", CLM_LINE_NDC_CD="00000000001", CLM_ADJSMT_TYPE_CD=kind)
    report = store(tmp_path, d240415={"5": [line()], "7": [fill]})
    assert report.set_aside().get("adjustment type that is not 0, 1 or 2", 0) == aside
    assert report.rows["pharmacy_claim"] == 1 - aside


def test_a_line_of_a_feed_given_twice_is_paid_once(tmp_path: Path) -> None:
    report = tuva(tmp_path, {"claim_id": "C1"}, {"claim_id": "C1"})
    paid = rows(report, "select paid_amount, claim_id from institutional_claim")
    assert [(str(row["paid_amount"]), row["claim_id"]) for row in paid] == [("10.00", "C1")]
    assert report.set_aside()["the same record twice in one file"] == 1


def test_values_of_a_feed_that_are_not_understood_are_said(tmp_path: Path) -> None:
    report = tuva(tmp_path, {}, eligibility="P1,woman,19500301,,2024-01-01,2024-12-31,aged,00,0\n")
    assert told(report)["values that are not understood"] == 2


def test_columns_that_a_feed_lacks_are_named(tmp_path: Path) -> None:
    report = tuva(tmp_path, {})
    finding = next(f for f in report.findings if f.name == "columns that a table does not have")
    assert "hcpcs_code" in finding.detail


def test_the_point_of_origin_of_a_stay_is_kept(tmp_path: Path) -> None:
    stay = {"CLM_PMT_AMT": "9000.00", "BENE_PTNT_STUS_CD": "01", "CLM_ADMSN_SRC_CD": "5"}
    report = store(tmp_path, d240415={"1": [record("1", **stay)]})
    assert rows(report, "select admit_source_code from institutional_claim") == [
        {"admit_source_code": "5"}
    ]


STRANGE = "warning codes of people that are not understood"


def damaged(folder: Path, file: str, field: str, change: str) -> list[str]:
    """What is said of a delivery of which one field is changed: a damage, or another text."""
    files = {n: c for n, c in mutated_feeds.feeds().items() if n.startswith("cclf/")}
    name = next(n for n in files if f".ZC{file}" in n)
    lines = files[name].splitlines()
    at = mutated_feeds.layouts_of(file)[len(lines[0])].fields[field]
    damage = {
        "blank": mutated_feeds._blanked,
        "no point": mutated_feeds._without_point,
        "no point in some": lambda lines, *at: [
            *mutated_feeds._without_point(lines[:5], *at),
            *lines[5:],
        ],
        "moved left": mutated_feeds._shifted,
        "moved right": mutated_feeds._pushed,
    }.get(change)
    if damage is None:  # the text itself, in some records
        width = at.end - at.start
        odd = [
            each[: at.start] + change.encode().ljust(width) + each[at.end :] for each in lines[:5]
        ]
        files[name] = b"".join(each + b"\n" for each in [*odd, *lines[5:]])
        return mutated_feeds.read_all(folder, files)[1]
    changed = damage(lines, at.start, at.end, mutated_feeds.random.Random(1))
    files[name] = b"".join(each + b"\n" for each in changed)
    return mutated_feeds.read_all(folder, files)[1]


@pytest.mark.parametrize(
    ("file", "field", "change", "expected"),
    [
        ("5", "CLM_LINE_HCPCS_CD", "blank", "error a column that is empty in every record"),
        ("5", "CLM_CNTL_NUM", "blank", "error a column that is empty in every record"),
        ("8", "BENE_MDCR_STUS_CD", "blank", "error a column that is empty in every record"),
        ("1", "CLM_OPRTNL_IME_AMT", "blank", "warning a column that is empty in every record"),
        ("5", "CLM_LINE_CVRD_PD_AMT", "no point", "error amounts beyond belief"),
        ("1", "CLM_PMT_AMT", "no point", "error amounts beyond belief"),
        ("5", "CLM_LINE_CVRD_PD_AMT", "no point in some", "warning amounts without cents beside"),
        ("8", "BENE_SEX_CD", "Z", STRANGE),
        ("8", "BENE_DUAL_STUS_CD", "Z", STRANGE),
        ("8", "BENE_ENTLMT_BUYIN_IND", "Z", STRANGE),
        ("8", "BENE_FIPS_CNTY_CD", "Z", STRANGE),
        ("5", "CLM_IDR_LD_DT", "2124-01-01", "warning claims loaded after their delivery"),
        ("1", "CLM_IDR_LD_DT", "2124-01-01", "warning claims loaded after their delivery"),
        ("1", "CLM_OPRTNL_DSPRPRTNT_AMT", "moved right", "warning amounts that stand oddly"),
        ("2", "CLM_LINE_CVRD_PD_AMT", "moved left", "warning amounts that stand oddly"),
        ("2", "CLM_LINE_CVRD_PD_AMT", "moved right", "warning amounts that stand oddly"),
    ],
)
def test_a_column_lost_or_in_another_unit(
    tmp_path: Path, file: str, field: str, change: str, expected: str
) -> None:
    said = damaged(tmp_path, file, field, change)
    assert len(said) == 1
    assert said[0].startswith(expected)


@pytest.mark.parametrize("text", ["2024/1/5", "2024-01-05", "1/5/2024", "20240105"])
def test_dates_in_the_forms_that_are_certain(text: str) -> None:
    assert str(read.date(text)) == "2024-01-05"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("45296", "day count"),
        ("1/5/24", "does not exist"),
        ("2024/13/5", "does not exist"),
        ("2024/1/5/7", "does not exist"),
        ("5.1.2024", "does not exist"),
    ],
)
def test_dates_in_other_forms_are_refused(text: str, why: str) -> None:
    with pytest.raises(read.Refused, match=why):
        read.date(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.50", "1234.50"), ("(12.00)", "-12.00"), ("$5", "5.00"), ("($1,000)", "-1000.00")],
)
def test_amounts_as_spreadsheets_write_them(text: str, value: str) -> None:
    assert str(read.money(text)) == value


@pytest.mark.parametrize("text", ["120,50", "1,23", "1.234,50", "12,34,567", "5-", "1 234"])
def test_amounts_whose_comma_is_no_thousand_are_refused(text: str) -> None:
    with pytest.raises(read.Refused):
        read.money(text)


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        ("804.02    ", False), ("    804.02", False), ("0000804.02", False), ("-804.02   ", False),
        ("0.00      ", False), ("804       ", False), ("          ", False), ("~         ", False),
        ("04.02     ", True), (" 804.02   ", True), ("   804.0  ", True), ("    804.0 ", True),
        ("   804.020", True), (".00       ", True), ("    0804.0", True), ("   804.02 ", True),
    ],
)  # fmt: skip
def test_amounts_that_stand_oddly_in_their_field(field: str, odd: bool) -> None:
    columns = np.frombuffer(field.encode(), np.uint8)[:, None]
    assert bool(odd_amounts(columns)[0]) is odd


def test_amounts_without_cents_are_counted_beside_those_with_them() -> None:
    fields = ["804.02    ", "80402     ", "0         ", "          ", "-80402    ", "0.00      "]
    columns = np.frombuffer("".join(fields).encode(), np.uint8).reshape(-1, 10).T
    assert whole_amounts(np.ascontiguousarray(columns)) == (2, 2)


@pytest.mark.parametrize(
    ("table", "column", "right", "odd"),
    [
        ("institutional_claim", "drg_code", ["470", "0470", "470.0"], ["ZZ", "-5", "47A"]),
        ("institutional_claim", "discharge_disposition_code", ["01", "1"], ["?", "ZZ"]),
        (
            "institutional_claim",
            "admit_source_code",
            ["4", "04", "4.0", "D"],
            ["?", "14", "004", "ZZ", "0.5", "4E"],
        ),
        ("institutional_line", "revenue_center_code", ["0450", "450"], ["04X0"]),
        ("professional_line", "place_of_service_code", ["11", "9"], ["XX", "?", '"']),
        (
            "professional_line",
            "specialty_code",
            ["08", "8", "A0", "C3"],
            ["ZZ", "?", '"', "0", "-1", "'1"],
        ),
        ("professional_line", "place_of_service_code", ["11", "2", "02"], ["0", "00", "-1", "Z"]),
        ("professional_line", "rendering_npi", ["9000000001", "9000000001.0"], ["Z" * 10, "9"]),
        ("institutional_line", "revenue_center_code", ["0450", "450", "1"], ["1E3", "+5", "0.5"]),
        ("payment_detail", "demonstration_codes", ["75", "7577", "7577868788"], ["Z", "5", "0.5"]),
        (
            "diagnosis",
            "diagnosis_code",
            ["I5022", "I50.22", "4280", "V5789", "U07.1", "E8889"],
            ["0.5", "N/A", "null", "1E3", '"I50'],
        ),
        (
            "procedure",
            "procedure_code",
            ["0SRC0J9", "8154", "81.54", "345"],
            ["1E3", "null", "N/A", "0.5", "0SRC0J"],
        ),
    ],
)
def test_codes_whose_characters_are_none_of_their_kind(
    table: str, column: str, right: list[str], odd: list[str]
) -> None:
    with DuckDBEngine(threads=1) as engine:
        for code in (*right, *odd):
            engine.register_rows("staged", {column: "string"}, [[code]])
            (row,) = engine.rows(f"select {odd_forms(table)[column]} as is_odd from staged")
            assert row["is_odd"] is (code in odd), code
            engine.drop("staged")


@pytest.mark.parametrize(
    ("field", "code", "column"),
    [
        ("CLM_DEMO_1ST_NUM", "Z", "demonstration_codes"),
        ("CLM_DEMO_1ST_NUM", "-1", "demonstration_codes"),
        ("CLM_DEMO_2ND_NUM", "'1", "demonstration_codes"),
        ("CLM_TYPE_CD", "6", "claim_type_code"),
    ],
)
def test_odd_codes_of_payment_details_are_said(
    tmp_path: Path, field: str, code: str, column: str
) -> None:
    """Two details of which one has the odd code, told of no other column."""
    whole = {"CLM_DEMO_1ST_NUM": "75", "CLM_DEMO_2ND_NUM": "77"}
    right = record("B", CUR_CLM_UNIQ_ID="0000000000001", **whole)
    odd = {"CUR_CLM_UNIQ_ID": "0000000000002", field: code}
    report = store(tmp_path, d240415={"5": [line()], "B": [right, record("B", **odd)]})
    said = [f for f in report.findings if f.name == "codes of another form"]
    assert [(f.count, f.detail.partition(":")[0]) for f in said] == [
        (1, f"{column} of payment_detail")
    ]
    assert report.rows["payment_detail"] == 2


def test_an_identifier_of_a_feed_that_holds_a_quote_is_set_aside(tmp_path: Path) -> None:
    quoted = '"""P1",F,19500301,,2024-01-01,2024-12-31,10,00,0.0\n'
    other = "P2,F,19500301,,2024-01-01,2024-12-31,10,00,0.0\n"
    report = tuva(tmp_path, {}, {"person_id": '"""P1"'}, eligibility=quoted + other)
    assert report.set_aside()["a person_id that holds a quote"] == 2
    with pytest.raises(read.Refused, match="quote"):
        read.identifier('"P1')
