"""Odd values of DE-SynPUF files: each sets its record aside with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.mutated_feeds import feeds, inputs_of
from openvbc.claims.store import build_store

SUMMARY = "synpuf/DE1_0_2008_Beneficiary_Summary_File_Sample_1.csv"


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (1, "00010101", "BENE_BIRTH_DT: no birth date"),
        (1, "9999-12-31", "BENE_BIRTH_DT: no birth date"),
        (3, "Z", "BENE_SEX_IDENT_CD: not one of 1, 2"),
        (3, "0", "BENE_SEX_IDENT_CD: not one of 1, 2"),
        (5, "?", "BENE_ESRD_IND: not one of Y, 0"),
    ],
)
def test_a_value_that_cannot_be_meant_sets_its_person_aside(
    tmp_path: Path, column: int, value: str, reason: str
) -> None:
    rows = [line.split(",") for line in feeds()[SUMMARY].decode().splitlines()]
    rows[8][column] = value
    path = tmp_path / SUMMARY
    path.parent.mkdir()
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    report = build_store(inputs_of(tmp_path), tmp_path / "store", buckets=1)
    assert report.set_aside() == {reason: 1}
