"""Assignment list reports, exclusions and factors."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from claims.stores import rows
from openvbc.claims.factors import read_factors
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.errors import InputError

FLAGS = [f"ENROLLFLAG{n}" for n in range(1, 13)]
HEADER = ["BENE_MBI_ID", "BENE_BRTH_DT", "STATE_COUNTY_CD", "VA_TIN", "VA_NPI", "AGND_SCORE"]


def table(folder: Path, name: str, people: Mapping[str, Sequence[str]], tin: str = "") -> None:
    """Table 1-1 with a person's twelve flags as one text."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [",".join(f'"{title}"' for title in HEADER + FLAGS)]
    for person, flags in people.items():
        lines.append(",".join([person, "02/29/1940", "1001", tin, "", "1.01234567890123", *flags]))
    (folder / name).write_text("\n".join(lines) + "\n")


def built(tmp_path: Path) -> StoreReport:
    inputs = ClaimInputs(assignment_reports=(tmp_path / "alr",))
    return build_store(inputs, tmp_path / "store", buckets=1)


def months(report: StoreReport) -> list[tuple[str, int, str, int]]:
    spans = rows(report, "select * from enrollment order by all")
    return [
        (r["person_id"], r["calendar_year"], r["enrollment_type"], r["month_mask"]) for r in spans
    ]


def test_the_last_quarter_governs_and_who_is_absent_is_not_enrolled(tmp_path: Path) -> None:
    alr = tmp_path / "alr"
    table(alr, "P.A9001.ACO.QALR.2024Q1.D249999.T0100000_1-1.csv", {"M1": "4" * 12, "M2": "4" * 12})
    table(alr, "P.A9001.ACO.QALR.2024Q4.D249999.T0400000_1-1.csv", {"M1": "000033334444"})
    report = built(tmp_path)
    # M1: none to April, then aged dual (bits 4 to 7), then aged non-dual (bits 8 to 11); M2: gone.
    assert months(report) == [
        ("M1", 2024, "AGED_DUAL", 0b000011110000),
        ("M1", 2024, "AGED_NON_DUAL", 0b111100000000),
    ]
    reason = "restated by another assignment report, which governs the year"
    assert report.set_aside() == {reason: 2}
    assert rows(report, "select county from residence") == [{"county": "01001"}]
    assert rows(report, "select risk_score as s from risk_score") == [
        {"s": Decimal("1.01234567890123")}
    ]


def test_the_earliest_performance_year_governs_and_a_later_stamp_breaks_a_tie(
    tmp_path: Path,
) -> None:
    alr = tmp_path / "alr"
    later = "P.A9001.ACO.AALR.Y2023.D259999.T0100000_1-1.csv"  # 2023 as a benchmark year of 2025
    table(alr, later, {"M1": "1" * 12})
    table(alr, "P.A9001.ACO.QALR.2023Q4.D239999.T0100000_1-1.csv", {"M1": "2" * 12})
    table(alr, "P.A9001.ACO.QALR.2023Q4.D239999.T0200000_1-1.csv", {"M1": "3" * 12}, "12345678")
    report = built(tmp_path)
    assert months(report) == [("M1", 2023, "AGED_DUAL", 4095)]
    assert rows(report, "select tin from voluntary_alignment") == [{"tin": "012345678"}]


def test_a_flag_that_is_none_of_the_five_sets_the_row_aside(tmp_path: Path) -> None:
    name = "P.A9001.ACO.QALR.2024Q1.D249999.T0100000_1-1.csv"
    table(tmp_path / "alr", name, {"M1": "4" * 11 + "7", "M2": "4" * 12})
    report = built(tmp_path)
    assert report.set_aside() == {"ENROLLFLAG12: not one of 0 to 4": 1}


def test_a_blank_flag_beside_others_is_said_and_counts_as_not_enrolled(tmp_path: Path) -> None:
    name = "P.A9001.ACO.QALR.2024Q1.D249999.T0100000_1-1.csv"
    people = {"1S00A00AA01": ["4"] * 11 + [""], "1S00A00AA02": ["4"] * 12}
    table(tmp_path / "alr", name, people)
    report = built(tmp_path)
    said = {finding.name: (finding.count, finding.detail) for finding in report.findings}
    count, detail = said["months without an enrollment flag"]
    assert (count, "ENROLLFLAG12;" in detail) == (1, True)
    assert months(report)[0] == ("1S00A00AA01", 2024, "AGED_NON_DUAL", 4095 - 2048)
    assert "identifiers of another form" not in said


def test_a_column_of_blank_flags_is_a_month_that_the_quarter_does_not_know(tmp_path: Path) -> None:
    name = "P.A9001.ACO.QALR.2024Q1.D249999.T0100000_1-1.csv"
    table(tmp_path / "alr", name, {"M1": ["4"] * 11 + [""], "0001": ["4"] * 11 + [""]})
    said = {finding.name: finding.count for finding in built(tmp_path).findings}
    assert "months without an enrollment flag" not in said
    assert said["identifiers of another form"] == 2


def test_eligibility_comes_before_reports_year_by_year(tmp_path: Path) -> None:
    alr = tmp_path / "alr"
    for year in (2023, 2024):
        name = f"P.A9001.ACO.QALR.{year}Q4.D{year % 100}9999.T0100000_1-1.csv"
        table(alr, name, {"M1": "4" * 12})
    path = tmp_path / "eligibility.csv"
    path.write_text(
        "member_id,start_date,end_date,part_a,part_b,medicare_advantage,enrollment_type\n"
        "M1,2024-01-01,2024-03-31,1,1,0,ESRD\n"
        "M1,2024-03-01,2024-04-30,1,1,0,AGED_DUAL\n"  # March twice: ESRD comes first
        "M1,2024-05-01,2024-05-31,1,1,1,\n"  # Medicare Advantage
        "M1,2024-06-01,2024-06-30,1,0,0,\n"  # Part A alone
    )
    inputs = ClaimInputs(assignment_reports=(alr,), eligibility=path)
    report = build_store(inputs, tmp_path / "store", buckets=1)
    assert report.enrollment_sources == {2023: "ALR", 2024: "eligibility.csv"}
    assert months(report) == [
        ("M1", 2023, "AGED_NON_DUAL", 4095),
        ("M1", 2024, "AGED_DUAL", 0b1000),
        ("M1", 2024, "ESRD", 0b111),
    ]
    coverage = rows(report, "select * from coverage where calendar_year = 2024")[0]
    assert coverage["part_a_mask"] == 0b111111
    assert coverage["part_b_mask"] == 0b011111
    assert coverage["medicare_advantage_mask"] == 0b010000
    assert "two types in a month" in [finding.name for finding in report.findings]


def test_exclusions_leave_a_count_and_no_name(tmp_path: Path) -> None:
    people = "".join(
        f"<Beneficiary><MBI>{m}</MBI><BeneExcReasons><BeneExcReason1>{why}</BeneExcReason1>"
        "</BeneExcReasons></Beneficiary>"
        for m, why in (("M1", "BD"), ("M2", "PL"), ("M1", "BD"), ("", "BD"))
    )
    path = tmp_path / "x.xml"
    path.write_text(f"<PFDCACOBeneData><Beneficiarys>{people}</Beneficiarys></PFDCACOBeneData>")
    name = "P.A9001.ACO.QALR.2024Q1.D249999.T0100000_1-1.csv"
    table(tmp_path / "alr", name, {"M9": "4" * 12})
    inputs = ClaimInputs(assignment_reports=(tmp_path / "alr",), exclusions=(path,))
    report = build_store(inputs, tmp_path / "store", buckets=1)
    gap = report.gaps[0]
    assert (gap.count, "1 BD, 1 PL" in gap.detail) == (2, True)
    assert report.set_aside() == {"no beneficiary identifier": 1}
    saved = (tmp_path / "store" / "report.json").read_text()
    assert '"M1"' not in saved


NATIONAL = (
    "calendar_year,enrollment_type,per_capita,truncation_threshold,completion_factor,person_years\n"
)


def test_factors_are_read_exactly(tmp_path: Path) -> None:
    (tmp_path / "national.csv").write_text(
        NATIONAL + '2024,esrd,"84,512.335",500000,1.013,400000\n'
    )
    factors = read_factors(tmp_path)["national_factor"]
    assert factors.rows[0] == (2024, "ESRD", Decimal("84512.335"), 500000, Decimal("1.013"), 400000)
    assert factors.columns["per_capita"] == "decimal(38,14)"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2024,ESRD,-1,1,1,1\n", "not above zero"),
        ("2024,ESRD,x,1,1,1\n", "text where a number belongs"),
        ("2024,ESRD,80000,,,\n2024,ESRD,80001,,,\n", "repeats line 2"),
        ("2024,ESRD,80,,,\n", "VBC-191"),
        ("2024,AGED_DUAL,8000000,,,\n", "VBC-191"),
        ("2024,AGED_DUAL,16000,,101.25,\n", "VBC-191"),
        ("2024,OLD,1,1,1,1\n", "not one of"),
    ],
)
def test_a_factor_file_is_used_whole_or_not_at_all(tmp_path: Path, row: str, words: str) -> None:
    (tmp_path / "national.csv").write_text(NATIONAL + row)
    with pytest.raises(InputError, match=words):
        read_factors(tmp_path)


def test_roster_of_the_test_deliveries_beside_the_checkout(tmp_path: Path) -> None:
    """CMS's own test delivery: seven full-length CCLF8 rows, six links, a CCLF0 wrong on CCLF9."""
    shared = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
    folder = shared / "data" / "claims" / "bcda_cclf_roster"
    if not folder.exists():
        pytest.skip("shared data are not beside the checkout")
    given = folder / "T.BCD.A0001.ZCY18.D181120.T1000000.zip"
    report = build_store(ClaimInputs(cclf=(given,)), tmp_path / "store", buckets=1)
    used = {entry.table: entry.used for entry in report.waterfall}
    assert used == {"person_identifier": 6, "demographics": 7, "control totals": 11}
    # Links lead from 32 over 33 and 34 to 35, but CCLF8 gives the four different birth dates.
    assert report.rows["person"] == 6
    assert {f.name: f.count for f in report.findings} == {
        "linked identifiers of different people": 1
    }
    problems = {total.file: total.problem for total in report.control_totals}
    assert problems["CCLF8"] == ""
    assert problems["CCLF9"] == "CCLF0 says records of 54 characters, the file has 55"


BNEX_HEADER = "<Header><FileCreationDate>2024-01-01</FileCreationDate><PerformanceYear>2024"
BNEX_HEADER += "</PerformanceYear></Header>"
ONE = "<Beneficiary><MBI>1EG4TE5MK73</MBI></Beneficiary>"


@pytest.mark.parametrize(
    ("content", "count", "said"),
    [
        (f"<B>{BNEX_HEADER}{ONE}</B>", 1, ""),
        (f"<B>{BNEX_HEADER}{ONE.lower()}</B>", 1, ""),
        (f"<B>{BNEX_HEADER}{ONE.replace('4TE5', '4-TE5-')}</B>", 1, ""),
        (f"<B>{BNEX_HEADER}</B>", 0, "a beneficiary exclusion file that names nobody"),
        (f"<B>{BNEX_HEADER}{ONE.replace('Beneficiary', 'Person')}</B>", 0,
         "a beneficiary exclusion file that names nobody"),
        (f"<B>{ONE.replace('1EG4TE5MK73', 'see note')}</B>", 1,
         "excluded people whose identifier has another form"),
        ("<html><body>sign in</body></html>", 0, "a file that is not known, so not used"),
    ],
)  # fmt: skip
def test_exclusions_that_count_nobody_are_said(
    tmp_path: Path, content: str, count: int, said: str
) -> None:
    (tmp_path / "x.xml").write_text(content)
    name = "P.A9001.ACO.QALR.2024Q1.D249999.T0100000_1-1.csv"
    table(tmp_path / "alr", name, {"M9": "4" * 12})
    inputs = ClaimInputs(assignment_reports=(tmp_path / "alr",), exclusions=(tmp_path / "x.xml",))
    report = build_store(inputs, tmp_path / "store", buckets=1)
    assert report.gaps[0].count == count
    finding_names = {finding.name for finding in report.findings if "x.xml" in finding.detail}
    assert finding_names == ({said} if said else set())
