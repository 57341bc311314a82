"""CMS's worked examples of netting (CCLF Information Packet 40.0 sections 5.1 to 5.3), from text.

Part A: seven debit and credit rows of one hospital and person net to 260 dollars and leave three
final claims: 4 and 7, and one (not both) of 2 or 5. Part B: nine lines net to 707 dollars.
Together 967. The third example has two identifiers of one person.

Arithmetic. Part A: 200 + 0 - 200 + 210 + 0 - 0 + 50 = 260. Part B: claim 1 is the cancellation,
-(380 + 227 + 0), claims 2 and 3 are originals, 380 + 227 + 100 and 380 + 227 + 0: 707.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from claims.cclf_text import delivery, record
from claims.stores import rows
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import table_of
from openvbc.steps import claims

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))

# claim, from, through, paid, adjustment type, effective date: table 5 of the packet
PART_A = [
    ("1", "2012-07-01", "2012-07-08", "200", "0", "2012-07-20"),
    ("2", "2012-07-01", "2012-07-08", "0", "2", "2012-09-20"),
    ("3", "2012-07-01", "2012-07-08", "200", "1", "2012-08-07"),
    ("4", "2012-07-01", "2012-07-08", "210", "2", "2012-09-20"),
    ("5", "2012-07-01", "2012-07-08", "0", "2", "2012-08-07"),
    ("6", "2012-07-01", "2012-07-08", "0", "1", "2012-10-07"),
    ("7", "2012-08-20", "2012-08-29", "50", "0", "2012-09-20"),
]
# claim, line, paid, adjustment type, effective date: table 6
PART_B = [
    ("1", "3", "0", "1", "2012-09-02"),
    ("1", "1", "380", "1", "2012-09-02"),
    ("1", "2", "227", "1", "2012-09-02"),
    ("2", "1", "380", "0", "2012-09-02"),
    ("2", "2", "227", "0", "2012-09-02"),
    ("2", "3", "100", "0", "2012-09-02"),
    ("3", "3", "0", "0", "2012-08-15"),
    ("3", "1", "380", "0", "2012-08-15"),
    ("3", "2", "227", "0", "2012-08-15"),
]
# identifier, claim, effective date, adjustment type: table 3
TWO_IDENTIFIERS = [
    ("5F27TE6KM28", "2222222222222", "2012-07-30", "0"),
    ("5F27TE6KM28", "3589734591235", "2012-08-01", "1"),
    ("5F27TE6KM28", "1313274894021", "2012-08-01", "2"),
    ("6U50TE7GG18", "1111111111111", "2012-08-07", "1"),
    ("6U50TE7GG18", "3333333333333", "2012-08-07", "2"),
]
PERSON = "6U50TE7GG18"


def final_claims(report: StoreReport, kind: str) -> set[str]:
    """Claims that stand for a service once every cancellation has been paired."""
    sources = [
        table_of(name, *report.parts(name), bucketed=True)
        for name in ("institutional_claim", "professional_line")
    ]
    with DuckDBEngine(threads=1) as engine:
        folder = report.folder.parent / f"run-{kind}"
        done = Pipeline(claims.steps()).run(engine, sources, [], folder)
        engine.register("withdrawn", done["withdrawn_claim"].table.parts)
        gone = {
            row["claim_id"]
            for row in engine.rows("select claim_id, claim_kind from withdrawn")
            if row["claim_kind"] == kind
        }
        table = "institutional_claim" if kind == "institutional" else "professional_line"
        engine.register(table, report.parts(table))
        standing = engine.rows(f"select distinct claim_id from {table} where sign = 1")
        return {row["claim_id"] for row in standing} - gone


def store_of(tmp_path: Path, records: dict[str, list[bytes]], version: str = "12") -> StoreReport:
    delivery(tmp_path / "cclf", records, date="121015", year=version)
    return build_store(ClaimInputs(cclf=(tmp_path / "cclf",)), tmp_path / "store", buckets=1)


def part_a(version: int) -> list[bytes]:
    billing = {"CLM_BLG_PRVDR_OSCAR_NUM": "654321"} if version >= 33 else {}
    return [
        record(
            "1",
            version,
            CUR_CLM_UNIQ_ID=claim,
            BENE_MBI_ID=PERSON,
            PRVDR_OSCAR_NUM="654321",
            CLM_FROM_DT=start,
            CLM_THRU_DT=end,
            CLM_PMT_AMT=paid,
            CLM_ADJSMT_TYPE_CD=kind,
            CLM_EFCTV_DT=effective,
            CLM_IDR_LD_DT=effective,
            **billing,
        )
        for claim, start, end, paid, kind, effective in PART_A
    ]


def part_b(version: int) -> list[bytes]:
    return [
        record(
            "5",
            version,
            CUR_CLM_UNIQ_ID=claim,
            CLM_LINE_NUM=line,
            BENE_MBI_ID=PERSON,
            CLM_CNTL_NUM="7",
            CLM_LINE_CVRD_PD_AMT=paid,
            CLM_ADJSMT_TYPE_CD=kind,
            CLM_EFCTV_DT=effective,
            CLM_IDR_LD_DT=effective,
        )
        for claim, line, paid, kind, effective in PART_B
    ]


@pytest.mark.parametrize("version", [32, 34, 38, 42])
def test_the_packets_person_nets_to_967_dollars(tmp_path: Path, version: int) -> None:
    report = store_of(tmp_path, {"1": part_a(version), "5": part_b(version)})
    paid_a = rows(report, "select sum(paid_amount) as paid from institutional_claim")[0]["paid"]
    paid_b = rows(report, "select sum(paid_amount) as paid from professional_line")[0]["paid"]
    assert (paid_a, paid_b, paid_a + paid_b) == (260, 707, 967)
    final = final_claims(report, "institutional")
    assert {"4", "7"} <= final
    assert len(final) == 3
    assert len(final & {"2", "5"}) == 1
    assert final_claims(report, "professional") == {"2"}


def test_the_packets_person_with_two_identifiers_keeps_one_claim(tmp_path: Path) -> None:
    records = [
        record(
            "1",
            CUR_CLM_UNIQ_ID=claim,
            BENE_MBI_ID=identifier,
            PRVDR_OSCAR_NUM="654321",
            CLM_BLG_PRVDR_OSCAR_NUM="654321",
            CLM_PMT_AMT="100",
            CLM_ADJSMT_TYPE_CD=kind,
            CLM_EFCTV_DT=effective,
            CLM_IDR_LD_DT=effective,
        )
        for identifier, claim, effective, kind in TWO_IDENTIFIERS
    ]
    links = [record("9", HICN_MBI_XREF_IND="M", CRNT_NUM=PERSON, PRVS_NUM="5F27TE6KM28")]
    report = store_of(tmp_path, {"1": records, "9": links})
    people = rows(report, "select distinct person_id from institutional_claim")
    assert people == [{"person_id": PERSON}]
    # 100 - 100 + 100 - 100 + 100: one claim is left, and 100 dollars.
    assert rows(report, "select sum(paid_amount) as p from institutional_claim")[0]["p"] == 100
    assert final_claims(report, "institutional") == {"3333333333333"}


def test_a_corrected_through_date_leaves_the_adjustment(tmp_path: Path) -> None:
    """The cancellation carries the wrong date, the adjustment the right one (section 5.3)."""
    rows_of = [
        ("1", "2024-03-05", "0"),
        ("2", "2024-03-05", "1"),
        ("3", "2024-03-09", "2"),
    ]
    records = [
        record("1", CUR_CLM_UNIQ_ID=n, CLM_THRU_DT=end, CLM_PMT_AMT="70", CLM_ADJSMT_TYPE_CD=kind)
        for n, end, kind in rows_of
    ]
    report = store_of(tmp_path, {"1": records}, "24")
    assert rows(report, "select sum(paid_amount) as p from institutional_claim")[0]["p"] == 70
    assert final_claims(report, "institutional") == {"3"}


def test_the_examples_are_those_published() -> None:
    path = SHARED / "data" / "layouts" / "cclf_natural_keys_and_worked_examples.json"
    if not path.exists():
        pytest.skip("shared layouts are not beside the checkout")
    given = json.loads(path.read_text())["worked_examples"]
    assert [[str(value) for value in row] for row in given["part_a"]["rows"]] == [
        list(row) for row in PART_A
    ]
    assert [[str(value) for value in row] for row in given["part_b"]["rows"]] == [
        list(row) for row in PART_B
    ]
    two = given["related_claims_table3"]["rows"]
    assert [[str(value) for value in row] for row in two] == [list(row) for row in TWO_IDENTIFIERS]
    assert given["part_a"]["net_paid"] == 260
    assert given["part_b"]["net_paid"] == 707


def paid(report: StoreReport, table: str) -> float:
    totals = rows(report, f"select sum(paid_amount) as paid from {table} where not is_denied")
    return float(totals[0]["paid"] or 0)


def claim(number: str, amount: str, kind: str, reason: str = "") -> bytes:
    return record(
        "1", CUR_CLM_UNIQ_ID=number, PRVDR_OSCAR_NUM="654321", CLM_PMT_AMT=amount,
        CLM_ADJSMT_TYPE_CD=kind, CLM_MDCR_NPMT_RSN_CD=reason,
    )  # fmt: skip


def line_b(number: str, amount: str, kind: str, code: str = "1", file: str = "5") -> bytes:
    return record(
        file, CUR_CLM_UNIQ_ID=number, CLM_CNTL_NUM="K1", CLM_LINE_CVRD_PD_AMT=amount,
        CLM_ADJSMT_TYPE_CD=kind, CLM_CARR_PMT_DNL_CD=code,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        # paid, then denied on review: the credit bears the reason, the money is back
        ([claim("1", "200", "0"), claim("2", "200", "1", "N")], 0),
        # denied from the start and cancelled: neither counts, code on the credit or not
        ([claim("1", "200", "0", "N"), claim("2", "200", "1", "N")], 0),
        ([claim("1", "200", "0", "N"), claim("2", "200", "1")], 0),
        # paid 200, taken back; the adjustment of 210 is denied: nothing stands
        ([claim("1", "200", "0"), claim("2", "200", "1", "N"), claim("3", "210", "2", "N")], 0),
        # a denied bill of 90 and a paid one of 200 under one key: each has its credit
        ([claim("1", "90", "0", "N"), claim("2", "200", "0"), claim("3", "90", "1")], 200),
        ([claim("1", "90", "0", "N"), claim("2", "200", "0"), claim("3", "200", "1", "N")], 0),
        # the claim taken back is in no delivery: the credit's own code holds
        ([claim("2", "200", "1", "N")], 0),
        ([claim("2", "200", "1")], -200),
    ],
)
def test_a_cancellation_counts_as_the_claim_it_takes_back(
    tmp_path: Path, records: list[bytes], expected: float
) -> None:
    report = store_of(tmp_path, {"1": records})
    assert paid(report, "institutional_claim") == expected


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([line_b("1", "80", "0"), line_b("2", "80", "1", "0")], 0),
        ([line_b("1", "80", "0", "0"), line_b("2", "80", "1", "1")], 0),
        ([line_b("1", "80", "0"), line_b("2", "80", "1", "1")], 0),
    ],
)
def test_a_part_b_cancellation_counts_as_the_line_it_takes_back(
    tmp_path: Path, records: list[bytes], expected: float
) -> None:
    assert paid(store_of(tmp_path, {"5": records}), "professional_line") == expected


def test_a_control_number_shared_by_physician_and_equipment_is_two_chains(tmp_path: Path) -> None:
    """Carriers and equipment contractors number their claims each for itself: the cancellation of
    the equipment claim takes back that claim, not the visit of the same amount."""
    report = store_of(
        tmp_path,
        {
            "5": [line_b("1", "80", "0")],
            "6": [line_b("2", "80", "0", file="6"), line_b("3", "80", "1", file="6")],
        },
    )
    assert final_claims(report, "professional") == {"1"}
    assert paid(report, "professional_line") == 80


def test_revenue_lines_have_the_sign_of_their_claim_and_person(tmp_path: Path) -> None:
    """Claim 2 is a cancellation; 3 is both an original and its cancellation; 4 is a cancellation of
    one person and an original of another."""
    other = {"BENE_MBI_ID": "1S00A00AA02"}
    claims = [claim("1", "50", "0"), claim("2", "50", "1"), claim("3", "50", "0"),
              claim("3", "50", "1"), claim("4", "50", "1")]  # fmt: skip
    claims.append(record("1", CUR_CLM_UNIQ_ID="4", CLM_PMT_AMT="50", **other))
    lines = [("1", "10", {}), ("2", "20", {}), ("3", "30", {}), ("4", "40", {}), ("4", "41", other)]
    report = store_of(
        tmp_path,
        {
            "1": claims,
            "2": [
                record("2", CUR_CLM_UNIQ_ID=number, CLM_LINE_CVRD_PD_AMT=amount, **who)
                for number, amount, who in lines
            ],
        },
    )
    revenue_lines = rows(report, "select claim_id, person_id, paid_amount from institutional_line")
    assert sorted(float(row["paid_amount"]) for row in revenue_lines) == [-40, -20, 10, 30, 41]


def test_part_d_events_that_are_replaced_or_deleted_are_counted(tmp_path: Path) -> None:
    def event(number: str, reference: str, **values: str) -> bytes:
        known = {"CLM_LINE_NDC_CD": "00093101401", "CLM_LINE_BENE_PMT_AMT": "5.00"}
        return record(
            "7", CUR_CLM_UNIQ_ID=number, CLM_LINE_RX_SRVC_RFRNC_NUM=reference, **known | values
        )

    nothing = {"CLM_LINE_NDC_CD": "", "CLM_LINE_BENE_PMT_AMT": "0.00"}
    events = [
        event("1", "A"),
        event("2", "B"), event("3", "B", CLM_LINE_BENE_PMT_AMT="6.00"),
        event("4", "C"), event("5", "C", CLM_TYPE_CD="03"),
        event("6", "D", **nothing),
        event("7", "E", CLM_LINE_NDC_CD=""), event("8", "F", CLM_LINE_BENE_PMT_AMT="0.00"),
    ]  # fmt: skip
    report = store_of(tmp_path, {"7": events})
    pharmacy_claims = rows(report, "select claim_id from pharmacy_claim")
    assert sorted(row["claim_id"] for row in pharmacy_claims) == ["1", "3", "7", "8"]
    [file] = [entry for entry in report.waterfall if entry.table == "pharmacy_claim"]
    assert file.used == 4
    assert file.set_aside == {
        "Part D event replaced by a later one": 2,
        "Part D event deleted": 2,
    }
