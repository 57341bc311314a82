"""Months of coverage: death, spans without end, filler dates; the newest statement governs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from claims.cclf_text import delivery, record
from claims.finding_cases import case_store, findings
from claims.stores import rows
from openvbc.claims.data_notes import data_checks, data_notes
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store

HEADER = (
    "member_id,start_date,end_date,part_a,part_b,medicare_advantage,enrollment_type,"
    "dual_status_code,other_initiative,state_county\n"
)
PERSON = "1S00A00AA01"


def masks(report: StoreReport, person: str = PERSON) -> dict[int, int]:
    enrollment_rows = rows(
        report, f"select calendar_year, month_mask from enrollment where person_id = '{person}'"
    )
    return {row["calendar_year"]: row["month_mask"] for row in enrollment_rows}


def death(report: StoreReport, person: str = PERSON) -> date | None:
    return rows(report, f"select death_date from person where person_id = '{person}'")[0][
        "death_date"
    ]


def snapshot(person: str = PERSON, died: str = "1000-01-01", **more: str) -> bytes:
    known = {
        "BENE_DOB": "1940-01-05", "BENE_SEX_CD": "2", "BENE_MDCR_STUS_CD": "10",
        "BENE_DUAL_STUS_CD": "NA", "BENE_ENTLMT_BUYIN_IND": "3",
    }  # fmt: skip
    return record("8", BENE_MBI_ID=person, BENE_DEATH_DT=died, **(known | more))


def store(
    tmp_path: Path,
    deliveries: dict[str, list[bytes]],
    spans: str = "",
    claims: tuple[str, ...] = ("2024-03-01",),
) -> StoreReport:
    for number, (day, people) in enumerate(deliveries.items()):
        lines = [
            record(
                "5",
                CUR_CLM_UNIQ_ID=f"{n:013d}",
                CLM_THRU_DT=served,
                CLM_LINE_FROM_DT=served,
                CLM_LINE_THRU_DT=served,
                CLM_LINE_CVRD_PD_AMT="100.00",
            )
            for n, served in enumerate(claims)
        ]
        records = {"8": people} | ({} if number else {"5": lines})
        delivery(tmp_path / "cclf", records, date=day, year=day[:2])
    eligibility = None
    if spans:
        eligibility = tmp_path / "eligibility.csv"
        eligibility.write_text(HEADER + spans)
    inputs = ClaimInputs(cclf=(tmp_path / "cclf",), eligibility=eligibility)
    return build_store(inputs, tmp_path / "store", buckets=1)


def span(start: str, end: str, person: str = PERSON) -> str:
    return f"{person},{start},{end},1,1,0,AGED_NON_DUAL,00,0,39049\n"


def test_the_finding_months_after_death(tmp_path: Path) -> None:
    report = case_store("months-after-death", tmp_path / "store")
    month_masks = masks(report, "1S00A00AA11")
    assert month_masks[2024] == 0b11111  # January to May
    assert month_masks[2023] == 0xFFF
    assert findings(report)["months after the month of death are left out"] == 7
    assert any(
        "months after the month of death" in note for note in data_notes(data_checks(report))
    )


def test_the_finding_open_ended_eligibility(tmp_path: Path) -> None:
    report = case_store("open-ended-eligibility", tmp_path / "store")
    years = rows(
        report, "select calendar_year, count(*) as n from enrollment group by 1 order by 1"
    )
    assert {row["calendar_year"]: row["n"] for row in years} == {
        2020: 3, 2021: 3, 2022: 3, 2023: 2, 2024: 2,
    }  # fmt: skip
    assert report.enrollment_sources[2024] == "eligibility.csv"


def test_the_finding_death_taken_back(tmp_path: Path) -> None:
    report = case_store("death-taken-back", tmp_path / "store")
    assert death(report, "1S00A00AA11") is None
    assert death(report, "1S00A00AA22") == date(2024, 3, 15)
    assert masks(report, "1S00A00AA22")[2024] == 0b111
    name = "a death that a newer statement takes back or dates anew"
    assert findings(report)[name] == 2
    assert any(name in note for note in data_notes(data_checks(report)))


def people_of(cases: Sequence[object]) -> list[str]:
    """A person for each case, so that one store holds them all."""
    return [f"1S00A00AB{number:02}" for number in range(len(cases))]


DEATHS = {
    "2024-01-01": 0b1,
    "2024-01-31": 0b1,
    "2024-12-31": 0xFFF,
    "2023-12-31": None,  # no month of 2024 at all
    "1900-01-01": 0xFFF,  # fillers are no death
    "0001-01-01": 0xFFF,
    "9999-12-31": 0xFFF,
    "2099-12-31": 0xFFF,
}


def test_nobody_is_covered_after_the_month_of_death(tmp_path: Path) -> None:
    people = people_of(list(DEATHS))
    known = [snapshot(person, died) for person, died in zip(people, DEATHS, strict=True)]
    spans = "".join(span("2023-01-01", "2024-12-31", person) for person in people)
    report = store(tmp_path, {"241215": known}, spans)
    covered = {
        died: masks(report, person).get(2024) for person, died in zip(people, DEATHS, strict=True)
    }
    assert covered == DEATHS
    assert report.set_aside() == {}


def test_the_day_of_death_ends_a_span_that_begins_later(tmp_path: Path) -> None:
    report = store(
        tmp_path, {"241215": [snapshot(died="2022-06-05")]}, span("2024-01-01", "2024-12-31")
    )
    assert masks(report) == {}
    assert findings(report)["months after the month of death are left out"] == 12


def test_a_span_that_ends_with_the_death_is_no_finding(tmp_path: Path) -> None:
    report = store(
        tmp_path, {"241215": [snapshot(died="2024-05-10")]}, span("2024-01-01", "2024-05-31")
    )
    assert masks(report)[2024] == 0b11111
    # The one line of the sample bears no specialty, which is a finding of its own.
    assert set(findings(report)) <= {"professional lines without a specialty"}


ENDS = ["", "9999-12-31", "99991231", "12/31/9999", "2099-12-31", "1900-01-01", "0001-01-01",
        "2999-12-31"]  # fmt: skip
STARTS = ["1900-01-01", "0001-01-01", "1000-01-01", "1960-05-01"]


def test_an_end_that_is_none_is_open(tmp_path: Path) -> None:
    people = people_of(ENDS)
    spans = [span("2021-03-01", end, person) for person, end in zip(people, ENDS, strict=True)]
    known = [snapshot(person) for person in people]
    report = store(tmp_path, {"240415": known}, "".join(spans), ("2023-05-05", "2024-03-01"))
    open_since = {2021: 0b111111111100, 2022: 0xFFF, 2023: 0xFFF, 2024: 0xFFF}
    assert [masks(report, person) for person in people] == [open_since] * len(ENDS)
    assert report.set_aside() == {}


def test_a_start_that_is_none_is_since_ever(tmp_path: Path) -> None:
    people = people_of(STARTS)
    spans = [span(start, "2024-06-30", who) for who, start in zip(people, STARTS, strict=True)]
    known = [snapshot(person) for person in people]
    report = store(tmp_path, {"240415": known}, "".join(spans), ("2022-05-05", "2024-03-01"))
    since_ever = {2022: 0xFFF, 2023: 0xFFF, 2024: 0b111111}
    assert [masks(report, person) for person in people] == [since_ever] * len(STARTS)
    assert report.set_aside() == {}


def test_open_at_both_ends_gives_the_years_of_the_data(tmp_path: Path) -> None:
    report = store(
        tmp_path, {"240415": [snapshot()]}, span("1900-01-01", ""), ("2022-05-05", "2024-03-01")
    )
    assert masks(report) == {2022: 0xFFF, 2023: 0xFFF, 2024: 0xFFF}


def test_one_claim_of_a_mistyped_year_does_not_stretch_open_spans(tmp_path: Path) -> None:
    days = tuple(["2024-03-01"] * 1001 + ["2094-03-01"])
    report = store(tmp_path, {"240415": [snapshot()]}, span("2023-01-01", ""), days)
    assert sorted(masks(report)) == [2023, 2024]


def test_a_death_first_told_by_a_newer_delivery_is_no_correction(tmp_path: Path) -> None:
    deliveries = {"240415": [snapshot()], "240815": [snapshot(died="2024-05-10")]}
    report = store(tmp_path, deliveries, span("2024-01-01", "2024-12-31"))
    assert death(report) == date(2024, 5, 10)
    assert "a death that a newer statement takes back or dates anew" not in findings(report)


def test_a_delivery_without_the_person_takes_nothing_back(tmp_path: Path) -> None:
    deliveries = {
        "240415": [snapshot(died="2024-02-10")],
        "240815": [snapshot(person="1S00A00AA02")],
    }
    report = store(tmp_path, deliveries, span("2024-01-01", "2024-12-31"))
    assert death(report) == date(2024, 2, 10)
    assert masks(report)[2024] == 0b11


def test_a_death_on_one_of_several_rows_of_a_delivery_is_its_statement(tmp_path: Path) -> None:
    people = [snapshot(died="2024-02-10"), snapshot(BENE_RNG_BGN_DT="2024-01-05")]
    report = store(tmp_path, {"240415": people}, span("2024-01-01", "2024-12-31"))
    assert death(report) == date(2024, 2, 10)


def test_two_days_of_death_in_one_delivery_are_said(tmp_path: Path) -> None:
    people = [snapshot(died="2024-02-10"), snapshot(died="2024-03-10")]
    report = store(tmp_path, {"240415": people}, span("2024-01-01", "2024-12-31"))
    assert death(report) == date(2024, 3, 10)
    assert findings(report)["one statement gives two days of death"] == 1


def test_months_from_snapshots_survive_a_death_that_was_taken_back(tmp_path: Path) -> None:
    deliveries = {
        "240115": [snapshot()],
        "240315": [snapshot(died="2024-02-10")],
        "240615": [snapshot()],
    }
    report = store(tmp_path, deliveries)
    assert masks(report)[2024] == 0b111111


ALR_NAME = "P.A9001.ACO.QALR.2024Q{}.D249999.T0{}00000_1-1.csv"
FLAGS = ",".join(f"ENROLLFLAG{month}" for month in range(1, 13))


def alr(tmp_path: Path, quarter: int, deaths: dict[str, str], column: bool = True) -> Path:
    folder = tmp_path / "alr"
    folder.mkdir(exist_ok=True)
    title = "BENE_MBI_ID," + ("BENE_DEATH_DT," if column else "") + FLAGS
    lines = [
        f"{person}," + (f"{day}," if column else "") + ",".join(["4"] * 12)
        for person, day in deaths.items()
    ]
    path = folder / ALR_NAME.format(quarter, quarter)
    path.write_text("\n".join([title, *lines]) + "\n")
    return folder


@pytest.mark.parametrize(
    ("quarter", "told", "column", "expected"),
    [
        (4, "", True, None),  # of December: newer than the delivery of August
        (4, "06/05/2024", True, date(2024, 6, 5)),
        (2, "", True, date(2024, 5, 10)),  # of June: older
        (4, "", False, date(2024, 5, 10)),  # a report without the column states nothing
    ],
)
def test_the_newest_of_deliveries_and_assignment_reports_governs(
    tmp_path: Path, quarter: int, told: str, column: bool, expected: date | None
) -> None:
    delivery(tmp_path / "cclf", {"8": [snapshot(died="2024-05-10")]}, date="240815")
    people = {PERSON: told, "1S00A00AA02": "03/03/2024"}
    folder = alr(tmp_path, quarter, people, column)
    inputs = ClaimInputs(cclf=(tmp_path / "cclf",), assignment_reports=(folder,))
    report = build_store(inputs, tmp_path / "store", buckets=1)
    assert death(report) == expected
    last = 12 if expected is None else expected.month
    assert masks(report)[2024] == (1 << last) - 1
