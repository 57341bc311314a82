"""MIPS eligibility from a claim store: each rule by hand."""

import csv
import datetime as dt

import pytest
from typer.testing import CliRunner

from episode_store import Store
from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mips.clinician_volumes import clinician_volumes, segments_of
from openvbc.programs.mips.special_statuses import _of_group
from openvbc.rules.load import load_rules
from programs.written_store import written_store

A, B = "1234567893", "1245319599"
"""Two NPIs with right check digits."""

# Performance year 2024: first segment October 2022 to September 2023, second October 2023 to
# September 2024, each with 30 days of run-out.
CLAIMS = [
    f"physician a/1 2022-10-01 80.00 allowed=100.00 npi={A}",
    f"physician a/2 2022-10-01 80.00 allowed=50.25 npi={A} place=22",
    f"physician b/1 2023-09-30 80.00 allowed=10.00 npi={A} place=22",
    # the day before the segment, after both, not on the schedule, denied, nothing allowed
    f"physician c/1 2022-09-30 80.00 allowed=1000.00 npi={A}",
    f"physician d/1 2024-10-01 80.00 allowed=1000.00 npi={A}",
    f"physician e/1 2022-11-01 80.00 allowed=1000.00 npi={A} code=J1100",
    f"physician f/1 2022-11-01 80.00 allowed=1000.00 npi={A} denied=true",
    f"physician g/1 2022-11-01 0.00 allowed=0.00 npi={A}",
    # known on the last day of the run-out, and the day after
    f"physician h/1 2023-09-01 80.00 allowed=7.00 npi={A} place=21 known=2023-10-30",
    f"physician i/1 2023-09-01 80.00 allowed=1000.00 npi={A} known=2023-10-31",
    # the other clinician, first seen in the second segment; no clinician named
    f"physician j/1 2024-01-05 80.00 allowed=20.00 npi={B} known=2024-01-31",
    "physician k/1 2024-01-06 80.00 allowed=3.00",
]


@pytest.fixture
def store(tmp_path):
    store = Store()
    for person in ("p", "q"):
        store.person(person)
    for text in CLAIMS:
        store.claim("p", text)
    store.claim("q", f"physician a/1 2023-01-05 80.00 allowed=5.00 npi={A}")
    return written_store(store, tmp_path / "store")


@pytest.fixture
def schedule(tmp_path):
    path = tmp_path / "schedule.csv"
    path.write_text("HCPCS_Code\n99213\n99214\n")
    return path


def by_who(path):
    with path.open() as file:
        return {(row["tin"], row["npi"]): row for row in csv.DictReader(file)}


def test_charges_patients_and_services_of_each_segment(store, schedule, tmp_path):
    volumes = clinician_volumes(store, 2024, schedule, tmp_path / "out")
    rows = by_who(volumes.clinicians)
    first = ("charges_first", "patients_first", "services_first")
    second = ("charges_second", "patients_second", "services_second")
    # 100 + 50.25 + 10 + 7 of one person, 5 of the other
    assert [rows["111111111", A][name] for name in first] == ["172.25", "2", "5"]
    # seen in the first segment only: nothing in the second
    assert [rows["111111111", A][name] for name in second] == ["0", "0", "0"]
    # first seen in the second: judged by that one
    assert [rows["111111111", B][name] for name in first] == ["", "", ""]
    assert [rows["111111111", B][name] for name in second] == ["20.00", "1", "1"]
    # the whole number counts the line without a clinician too
    assert [rows["111111111", ""][name] for name in second] == ["23.00", "1", "2"]
    notes = " ".join(volumes.notes)
    assert "An estimate" in notes
    assert "1 lines name no clinician" in notes


def test_special_statuses(store, schedule, tmp_path):
    volumes = clinician_volumes(store, 2024, schedule, tmp_path / "out")
    rows = {tuple(row[:3]): row[3:] for row in volumes.statuses.rows}
    # three of five services in places 21 and 22: 60 percent, below 75
    assert [float(each) for each in rows["111111111", A, "first"][2:4]] == [0.6, 0]
    # encounters, non-patient-facing, rural and HPSA are not known without their lists
    assert rows["111111111", A, "first"][4:] == [None, False, False, None, None, None]
    assert rows["111111111", "", "first"][:2] == [1, True]
    assert "patient_facing" in volumes.statuses.lead


def test_statuses_that_need_lists(store, tmp_path):
    """99213 is patient-facing: five lines of A are at most 100, so A and the group of one are
    non-patient-facing; the number's practices are rural but for B's, who is not."""
    schedule = tmp_path / "schedule.csv"
    schedule.write_text("HCPCS_Code,patient_facing\n99213,yes\n99214,no\n")
    practices = tmp_path / "practices.csv"
    practices.write_text(
        f"tin,npi,rural,hpsa\n111111111,,yes,no\n111111111,{B},no,no\n,{A},yes,yes\n"
    )
    volumes = clinician_volumes(store, 2024, schedule, tmp_path / "out", practices=practices)
    rows = {tuple(row[:3]): row[7:] for row in volumes.statuses.rows}
    assert rows["111111111", A, "first"] == [5, False, False, True, True, False]
    assert rows["111111111", "", "first"] == [5, False, False, True, True, False]
    assert rows["111111111", B, "second"][3:] == [True, False, False]
    assert any("a practice without a taxpayer number" in note for note in volumes.notes)
    schedule.write_text("HCPCS_Code,patient_facing\n99213,yes\n99213,no\n")
    with pytest.raises(InputError, match="patient-facing in one row"):
        clinician_volumes(store, 2024, schedule, tmp_path / "again")
    schedule.write_text("HCPCS_Code,patient_facing\n99213,perhaps\n")
    with pytest.raises(InputError, match="neither yes nor no"):
        clinician_volumes(store, 2024, schedule, tmp_path / "again")


@pytest.mark.parametrize(
    ("year", "status", "flags", "expected"),
    [
        (2024, "hospital-based", [True, True, True, False], False),  # 75 percent is not above it
        (2024, "hospital-based", [True] * 4 + [False], True),  # 80 percent
        (2019, "hospital-based", [True] * 4 + [False], False),  # then every member had to be
        (2019, "hospital-based", [True] * 4, True),
        (2024, "rural", [True, None], None),
        (2024, "ASC-based", [True, True], True),
        (2024, "ASC-based", [True] * 9 + [False], False),  # all of them have to be
    ],
)
def test_a_group_has_a_status_by_its_clinicians(year, status, flags, expected):
    assert _of_group(load_rules("mips"), year, status, flags) is expected


def test_before_2018_every_part_b_line_counts(store, tmp_path):
    # second segment of 2024 is the first one of no year before 2018: ask 2017 of days of then
    assert [
        (s.first_day, s.last_day, s.known_by) for s in segments_of(load_rules("mips"), 2017)
    ] == [
        (dt.date(2015, 9, 1), dt.date(2016, 8, 31), dt.date(2016, 10, 30)),
        (dt.date(2016, 9, 1), dt.date(2017, 8, 31), dt.date(2017, 10, 30)),
    ]
    with pytest.raises(EmptyResult, match="2015-09-01 to 2016-08-31"):
        clinician_volumes(store, 2017, None, tmp_path / "out")


def test_without_the_schedule_nothing_is_guessed(store, tmp_path):
    with pytest.raises(InputError, match="--services"):
        clinician_volumes(store, 2024, None, tmp_path / "out")


def test_a_segment_the_store_does_not_reach_is_not_judged(store, schedule, tmp_path):
    volumes = clinician_volumes(store, 2025, schedule, tmp_path / "out")
    # 2025: the second segment is October 2024 to September 2025; one line of 1 October 2024
    assert "it is not complete" in " ".join(volumes.notes)
    volumes = clinician_volumes(store, 2026, schedule, tmp_path / "later")
    assert "The second segment (2025-10-01 to 2026-09-30) is not judged" in " ".join(volumes.notes)


def test_the_command_judges_by_them(store, schedule, tmp_path):
    result = CliRunner().invoke(
        app,
        ["qpp", "eligibility", str(store), "--year", "2024", "--services", str(schedule),
         "--output", str(tmp_path / "qpp"), "--no-reports"],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "3 excluded by low volume" in result.output
    assert (tmp_path / "qpp" / "special_statuses.csv").exists()
