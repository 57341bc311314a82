"""Odd values of DE-SynPUF files: each sets its record aside with its reason."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from claims.mutated_feeds import feeds, inputs_of
from claims.stores import rows
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store

INPATIENT = "synpuf/DE1_0_2008_to_2010_Inpatient_Claims_Sample_1.csv"
SUMMARY = "synpuf/DE1_0_2008_Beneficiary_Summary_File_Sample_1.csv"


def store_with(folder: Path, name: str, column: int, value: str) -> StoreReport:
    """The store of the people of the tests, with one value of the eighth changed."""
    for each in (SUMMARY, INPATIENT):
        rows = [line.split(",") for line in feeds()[each].decode().splitlines()]
        if each == name:
            rows[8][column] = value
        path = folder / each
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(",".join(row) + "\n" for row in rows))
    return build_store(inputs_of(folder), folder / "store", buckets=1)


@pytest.mark.parametrize(
    ("name", "column", "value", "reason"),
    [
        (SUMMARY, 1, "00010101", "BENE_BIRTH_DT: no birth date"),
        (SUMMARY, 1, "9999-12-31", "BENE_BIRTH_DT: no birth date"),
        (SUMMARY, 3, "Z", "BENE_SEX_IDENT_CD: not one of 1, 2"),
        (SUMMARY, 3, "0", "BENE_SEX_IDENT_CD: not one of 1, 2"),
        (SUMMARY, 5, "?", "BENE_ESRD_IND: not one of Y, 0"),
        (INPATIENT, 4, "", "no CLM_THRU_DT"),
        (INPATIENT, 4, "99991231", "CLM_THRU_DT: no through date"),
        (INPATIENT, 4, "00010101", "CLM_THRU_DT: no through date"),
        (INPATIENT, 4, "20110101",
         "CLM_THRU_DT: not a day of 2008 to 2010, the years of the file"),
        (INPATIENT, 4, "20071231",
         "CLM_THRU_DT: not a day of 2008 to 2010, the years of the file"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_meant_sets_its_record_aside(
    tmp_path: Path, name: str, column: int, value: str, reason: str
) -> None:
    report = store_with(tmp_path, name, column, value)
    assert report.set_aside() == {reason: 1}


@pytest.mark.parametrize("day", ["", "00010101", "99991231"])
def test_a_claim_that_does_not_say_when_it_began_is_said(tmp_path: Path, day: str) -> None:
    report = store_with(tmp_path, INPATIENT, 3, day)
    said = [(f.name, f.count) for f in report.findings if "CLM_FROM_DT" in f.detail]
    assert said == [("values that are not understood", 1)]
    [claim] = rows(report, "select claim_start_date as day from institutional_claim "
                   "where claim_id = '7-1'")  # fmt: skip
    assert claim["day"] == dt.date(2008, 3, 5)


@pytest.mark.parametrize("code", ["000", "0", "OTH"])
def test_a_group_that_is_none_is_said(tmp_path: Path, code: str) -> None:
    """DE-SynPUF writes 000 and OTH where a stay has no DRG that an episode could begin with."""
    report = store_with(tmp_path, INPATIENT, 9, code)
    assert [f.count for f in report.findings if "drg_code" in f.detail] == [1]


def test_usual_values_are_not_said(tmp_path: Path) -> None:
    report = store_with(tmp_path, INPATIENT, 4, "20101231")
    assert report.set_aside() == {}
    assert not [f for f in report.findings if "drg_code" in f.detail or "CLM_" in f.detail]
