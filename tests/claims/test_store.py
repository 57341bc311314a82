"""A small delivery becomes a store: every record counted once, amounts signed, people current."""

from __future__ import annotations

from pathlib import Path

from claims.cclf_text import delivery, record
from claims.stores import rows
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.model import TABLES
from openvbc.claims.store import build_store


def test_a_delivery_becomes_a_store(tmp_path: Path) -> None:
    delivery(
        tmp_path / "cclf",
        {
            "1": [
                record(
                    "1", CLM_PMT_AMT="200.00", PRVDR_OSCAR_NUM="360001", CLM_OPRTNL_IME_AMT="12.5"
                ),
                record("1", CUR_CLM_UNIQ_ID="2", CLM_PMT_AMT=" 200.00", CLM_ADJSMT_TYPE_CD="1"),
            ],
            "2": [record("2", CLM_LINE_CVRD_PD_AMT="200.00", CLM_LINE_PROD_REV_CTR_CD="0450")],
            "3": [record("3", CLM_PRCDR_CD="0SRC0J9")],
            "4": [record("4", CLM_DGNS_CD="I5022", CLM_PROD_TYPE_CD="D")],
            "5": [
                record(
                    "5",
                    CUR_CLM_UNIQ_ID="7",
                    CLM_LINE_CVRD_PD_AMT="         100.25",
                    CLM_LINE_ALOWD_CHRG_AMT="125.30",
                    CLM_CNTL_NUM="K7",
                    CLM_DGNS_1_CD="E119",
                    CLM_DGNS_2_CD="I10",
                    CLM_RNDRG_PRVDR_TAX_NUM="012345678",
                    CLM_LINE_SRVC_UNIT_QTY="1.0000",
                ),
                record(
                    "5",
                    CUR_CLM_UNIQ_ID="7",
                    CLM_LINE_NUM="2",
                    CLM_LINE_CVRD_PD_AMT="1",
                    CLM_CNTL_NUM="K7",
                    CLM_DGNS_1_CD="E119",
                    CLM_DGNS_2_CD="I10",
                    CLM_PRCSG_IND_CD="D",
                ),
            ],
            "6": [
                record(
                    "6",
                    CUR_CLM_UNIQ_ID="8",
                    CLM_LINE_CVRD_PD_AMT="50.00",
                    BENE_MBI_ID="1S00A00AA00",
                )
            ],
            "7": [
                record(
                    "7",
                    CUR_CLM_UNIQ_ID="9",
                    CLM_LINE_NDC_CD="00000000001",
                    CLM_LINE_BENE_PMT_AMT="3.10",
                )
            ],
            "8": [
                record(
                    "8",
                    BENE_FIPS_STATE_CD="39",
                    BENE_FIPS_CNTY_CD="035",
                    BENE_DOB="1940-02-29",
                    BENE_SEX_CD="2",
                    BENE_DEATH_DT="9999-12-31",
                    BENE_MDCR_STUS_CD="10",
                    BENE_DUAL_STUS_CD="NA",
                    BENE_ENTLMT_BUYIN_IND="3",
                )
            ],
            "9": [
                record("9", HICN_MBI_XREF_IND="M", CRNT_NUM="1S00A00AA01", PRVS_NUM="1S00A00AA00")
            ],
            "A": [record("A", CLM_SQSTRTN_RDCTN_AMT="4.00", CLM_DEMO_1ST_NUM="92")],
            "B": [record("B", CLM_SQSTRTN_RDCTN_AMT="1.00")],
        },
    )
    report = build_store(ClaimInputs(cclf=(tmp_path / "cclf",)), tmp_path / "store", buckets=3)
    assert set(report.tables) == set(TABLES)
    assert all(entry.balanced for entry in report.waterfall)
    assert not report.set_aside()
    assert [total.problem for total in report.control_totals if total.problem] == []
    for table in TABLES.values():
        table_rows = rows(report, f"select * from {table.name}")
        assert len(table_rows) == report.rows[table.name]
        if table_rows:
            assert list(table_rows[0]) == table.names
    claims = rows(
        report,
        "select paid_amount from institutional_claim order by claim_id",
    )
    assert [str(row["paid_amount"]) for row in claims] == ["200.00", "-200.00"]
    lines = rows(report, "select * from professional_line order by claim_id, claim_line_number")
    assert {row["person_id"] for row in lines} == {"1S00A00AA01"}
    assert [row["is_denied"] for row in lines] == [False, True, False]
    assert lines[0]["rendering_tin"] == "012345678"
    assert len(rows(report, "select * from diagnosis")) == 3
    assert rows(report, "select * from person")[0]["sex"] == "female"
    assert rows(report, "select * from enrollment") == [
        {
            "person_id": "1S00A00AA01",
            "calendar_year": 2024,
            "enrollment_type": "AGED_NON_DUAL",
            "month_mask": 8,
        }
    ]
    again = build_store(ClaimInputs(cclf=(tmp_path / "cclf",)), tmp_path / "store", buckets=3)
    assert again.rows == report.rows


def test_lines_of_a_cancellation_carry_its_sign(tmp_path: Path) -> None:
    """CCLF2 has no adjustment type: 40 + 60 of the original, -40 - 60 of its cancellation."""
    claims = [
        record("1", CUR_CLM_UNIQ_ID=n, CLM_PMT_AMT="100.00", CLM_ADJSMT_TYPE_CD=kind)
        for n, kind in (("1", "0"), ("2", "1"))
    ]
    lines = [
        record("2", CUR_CLM_UNIQ_ID=n, CLM_LINE_NUM=number, CLM_LINE_CVRD_PD_AMT=paid)
        for n in "12"
        for number, paid in (("1", "40.00"), ("2", "60.00"))
    ]
    delivery(tmp_path / "cclf", {"1": claims, "2": lines}, date="240415")
    delivery(tmp_path / "cclf", {"2": lines[2:]}, date="240515")  # the same lines once more
    report = build_store(ClaimInputs(cclf=(tmp_path / "cclf",)), tmp_path / "store", buckets=1)
    line_rows = rows(
        report, "select claim_id, paid_amount as p from institutional_line order by claim_id, p"
    )
    assert [(row["claim_id"], str(row["p"])) for row in line_rows] == [
        ("1", "40.00"),
        ("1", "60.00"),
        ("2", "-60.00"),
        ("2", "-40.00"),
    ]
    assert report.set_aside() == {"the same record in a later delivery": 2}
