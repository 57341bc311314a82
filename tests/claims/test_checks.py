"""Each data check finds what it is for, names the claim and no person; vbc check says it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from claims.cclf_text import delivery, record
from openvbc.claims.checks import CheckResult, all_checks, as_rows, run_checks
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.cli import app
from openvbc.engine.duckdb import DuckDBEngine

PERSON = "1S00A00AA01"


def a(**values: str) -> bytes:
    return record("1", **({"CLM_PMT_AMT": "100", "PRVDR_OSCAR_NUM": "360001"} | values))


def b(**values: str) -> bytes:
    return record("5", **({"CLM_LINE_CVRD_PD_AMT": "50", "CLM_CNTL_NUM": "K"} | values))


STAY = {
    "DGNS_DRG_CD": "470", "PRNCPL_DGNS_CD": "I5022", "BENE_PTNT_STUS_CD": "01",
    "PRVDR_OSCAR_NUM": "360001", "CLM_FROM_DT": "2024-03-02", "CLM_BILL_FREQ_CD": "1",
    "CLM_EFCTV_DT": "2024-03-20", "CLM_OPRTNL_IME_AMT": "5.00", "CLM_OPRTNL_DSPRPRTNT_AMT": "4.00",
    "CLM_MDCR_IP_PPS_CPTL_IME_AMT": "3.00", "CLM_MDCR_IP_PPS_DSPRPRTNT_AMT": "2.00",
    "CLM_HIPPS_UNCOMPD_CARE_AMT": "1.00",
}  # fmt: skip
"""What a stay says that others follow from."""
LINE = {
    "CLM_LINE_HCPCS_CD": "99213", "CLM_POS_CD": "11", "RNDRG_PRVDR_NPI_NUM": "9000000001",
    "CLM_RNDRG_PRVDR_TAX_NUM": "012345678", "CLM_LINE_ALOWD_CHRG_AMT": "80.00",
    "CLM_FROM_DT": "2024-03-05", "CLM_EFCTV_DT": "2024-03-20",
}  # fmt: skip
REVENUE_LINE = {"CLM_LINE_PROD_REV_CTR_CD": "0450", "CLM_LINE_CVRD_PD_AMT": "100"}
FILL = {
    "CLM_LINE_NDC_CD": "00000000001", "CLM_LINE_SRVC_UNIT_QTY": "30.0000",
    "CLM_LINE_DAYS_SUPLY_QTY": "30",
}  # fmt: skip
PERSON_SAYS = {"BENE_DOB": "1950-01-01", "BENE_SEX_CD": "1"}


def fill(n: int = 1, **values: str) -> bytes:
    """A prescription fill that says all it may say."""
    own = {"CUR_CLM_UNIQ_ID": f"{n:013d}", "CLM_LINE_RX_SRVC_RFRNC_NUM": f"{n:012d}"}
    return record("7", **(FILL | own | values))


def person(**values: str) -> bytes:
    return record("8", **(PERSON_SAYS | values))


def stay(n: int = 1, **values: str) -> bytes:
    """A stay that says all it may say."""
    whole = {"CLM_BILL_FAC_TYPE_CD": "1", "CLM_BILL_CLSFCTN_CD": "1", **STAY}
    return a(**(whole | {"CUR_CLM_UNIQ_ID": f"{n:013d}"} | values))


def line(n: int = 1, **values: str) -> bytes:
    """A physician's line that says all it may say."""
    whole = {"CLM_LINE_CVRD_PD_AMT": f"{50 + n}", "CLM_CNTL_NUM": f"K{n}", **LINE}
    return b(**(whole | {"CUR_CLM_UNIQ_ID": f"{n:013d}"} | values))


def revenue_line(n: int = 1, **values: str) -> bytes:
    return record("2", **(REVENUE_LINE | {"CLM_LINE_NUM": str(n)} | values))


SPANS = f"{PERSON},2024-01-01,2024-12-31,1,1,0,AGED_DUAL\n"
PARTICIPANTS = "aco_id,performance_year,tin\nA9001,2024,012345678\n"
CASES = {
    "claim_of_two_people": {"1": [a(), a(BENE_MBI_ID="1S00A00AA02")]},
    "claims_without_enrollment": {"1": [a(BENE_MBI_ID="1S00A00AA02")]},
    "month_without_claims": {
        "5": [
            b(CUR_CLM_UNIQ_ID="1", CLM_LINE_THRU_DT="2024-01-05"),
            b(CUR_CLM_UNIQ_ID="2", CLM_LINE_THRU_DT="2024-04-05"),
        ]
    },
    "service_after_death": {"1": [a()], "8": [record("8", BENE_DEATH_DT="2024-02-01")]},
    "death_before_birth": {
        "1": [a()],
        "8": [record("8", BENE_DOB="1950-01-01", BENE_DEATH_DT="1949-02-01")],
    },
    "covered_before_birth": {"1": [a()], "8": [record("8", BENE_DOB="2025-02-01")]},
    "service_before_birth": {"1": [a()], "8": [record("8", BENE_DOB="2024-03-06")]},
    "known_before_it_ended": {"1": [a(CLM_IDR_LD_DT="2024-03-02")]},
    "starts_after_it_ends": {"1": [a(CLM_FROM_DT="2024-03-06")]},
    "starts_after_it_ends: a line's claim": {"5": [b(CLM_FROM_DT="2024-03-06")]},
    "known_before_it_ended: a line's claim": {"5": [b(CLM_THRU_DT="2034-03-06")]},
    "known_before_it_ended: processed": {"1": [a(CLM_EFCTV_DT="2124-03-02")]},
    "known_before_it_ended: a line processed": {"5": [b(CLM_EFCTV_DT="2124-03-02")]},
    "known_before_it_ended: a revenue line": {
        "1": [a()],
        "2": [record("2", CLM_LINE_CVRD_PD_AMT="100", CLM_LINE_THRU_DT="2124-03-06")],
    },
    "known_before_it_ended: a procedure": {
        "1": [a()],
        "3": [record("3", CLM_PRCDR_CD="0SRC0J9", CLM_PRCDR_PRFRM_DT="2124-03-02")],
    },
    "known_before_it_ended: a diagnosis": {
        "1": [a()],
        "4": [record("4", CLM_DGNS_CD="I5022", CLM_THRU_DT="2124-03-02")],
    },
    "known_before_it_ended: an event of a pharmacy": {
        "1": [a()],
        "7": [record("7", CLM_LINE_NDC_CD="00000000001", CLM_LINE_FROM_DT="2124-03-02")],
    },
    "claims_without_enrollment: an event of a pharmacy": {
        "1": [a()],
        "7": [record("7", BENE_MBI_ID="1S00A00AA02", CLM_LINE_NDC_CD="00000000001")],
    },
    "part_without_claim": {"2": [record("2", CLM_LINE_CVRD_PD_AMT="100")]},
    "part_without_claim: a diagnosis": {"4": [record("4", CLM_DGNS_CD="I5022")]},
    "part_without_claim: a procedure of another claim": {
        "1": [a()],
        "3": [record("3", CUR_CLM_UNIQ_ID="0000000000002", CLM_PRCDR_CD="0SRC0J9")],
    },
    "part_without_claim: a payment detail of another claim": {
        "1": [a()],
        "A": [record("A", CUR_CLM_UNIQ_ID="0000000000002", CLM_PBP_RDCTN_AMT="10")],
    },
    "part_without_claim: a payment detail of another line": {
        "5": [b()],
        "B": [record("B", CLM_LINE_NUM="2", CLM_PBP_RDCTN_AMT="10")],
    },
    "longer_than_a_year": {"1": [a(CLM_FROM_DT="2023-03-02", CLM_THRU_DT="2024-03-05")]},
    "longer_than_a_year: a line": {
        "5": [b(CLM_LINE_FROM_DT="2023-03-02", CLM_LINE_THRU_DT="2024-03-05")]
    },
    "longer_than_a_year: a line's claim": {
        "5": [b(CLM_FROM_DT="2023-03-02", CLM_THRU_DT="2024-03-05")]
    },
    **{
        f"value_missing_beside_others: {name} of a stay": {"1": [stay(), stay(n=2, **{name: ""})]}
        for name in STAY
    },
    **{
        f"value_missing_beside_others: {name} of a line": {"5": [line(), line(n=2, **{name: ""})]}
        for name in LINE
    },
    **{
        f"value_missing_beside_others: {name} of a revenue line": {
            "2": [revenue_line(), revenue_line(n=2, **{name: ""})]
        }
        for name in REVENUE_LINE
    },
    "line_outside_its_claim": {
        "1": [stay()],
        "2": [
            record(
                "2",
                CLM_LINE_CVRD_PD_AMT="100",
                CLM_LINE_FROM_DT="2014-03-03",
                CLM_LINE_THRU_DT="2014-03-03",
            )
        ],
    },
    "line_outside_its_claim: it ends after it": {
        "1": [stay()],
        "2": [
            record(
                "2",
                CLM_LINE_CVRD_PD_AMT="100",
                CLM_LINE_FROM_DT="2024-03-03",
                CLM_LINE_THRU_DT="2024-03-06",
            )
        ],
    },
    "known_before_it_ended: processed in another year": {"1": [a(CLM_EFCTV_DT="2014-03-20")]},
    "known_before_it_ended: a line processed in another year": {
        "5": [b(CLM_EFCTV_DT="2014-03-20")]
    },
    **{
        f"value_missing_beside_others: {name} of a fill": {"7": [fill(), fill(n=2, **{name: ""})]}
        for name in ("CLM_LINE_SRVC_UNIT_QTY", "CLM_LINE_DAYS_SUPLY_QTY")
    },
    **{
        f"value_missing_beside_others: {name} of a person": {
            "1": [a()],
            "8": [person(), person(BENE_MBI_ID="1S00A00AA02", **{name: ""})],
        }
        for name in PERSON_SAYS
    },
    "amount_of_unexpected_sign: a fill": {"7": [fill(CLM_LINE_BENE_PMT_AMT="-5.00")]},
    "amount_of_unexpected_sign: days of a fill": {"7": [fill(CLM_LINE_DAYS_SUPLY_QTY="-5")]},
    "amount_of_unexpected_sign: quantity of a fill": {
        "7": [fill(CLM_LINE_SRVC_UNIT_QTY="-5.0000")]
    },
    "amount_of_unexpected_sign: a fill of no days": {"7": [fill(CLM_LINE_DAYS_SUPLY_QTY="0")]},
    "amount_of_unexpected_sign: a fill of nothing": {"7": [fill(CLM_LINE_SRVC_UNIT_QTY="0")]},
    "amount_of_unexpected_sign: a reduction": {
        "1": [stay()],
        "A": [record("A", CLM_PBP_RDCTN_AMT="-5.00")],
    },
    "unknown_claim_type: a payment detail": {"1": [stay()], "A": [record("A", CLM_TYPE_CD="65")]},
    "longer_than_a_year: an admission": {
        "1": [stay()],
        "A": [record("A", CLM_ACTV_CARE_FROM_DT="2014-03-02")],
    },
    "line_outside_its_claim: an admission": {
        "1": [stay()],
        "A": [record("A", CLM_ACTV_CARE_FROM_DT="2124-03-02")],
    },
    "unknown_claim_type": {"1": [a(CLM_TYPE_CD="65")]},
    "taxpayer_number_not_nine_digits": {"5": [b(CLM_RNDRG_PRVDR_TAX_NUM="1234")]},
    "certification_number_not_six": {"1": [a(PRVDR_OSCAR_NUM="36X1")]},
    "cancellation_without_claim": {"1": [a(CLM_ADJSMT_TYPE_CD="1")]},
    "amount_of_unexpected_sign": {"1": [a(CLM_PMT_AMT="-5")]},
    "lines_do_not_add_up": {"1": [a()], "2": [record("2", CLM_LINE_CVRD_PD_AMT="90")]},
    "twin_lines": {
        "5": [
            b(CUR_CLM_UNIQ_ID="1", CLM_LINE_HCPCS_CD="99213"),
            b(CUR_CLM_UNIQ_ID="2", CLM_LINE_HCPCS_CD="99213", CLM_CNTL_NUM="L"),
        ]
    },
    "unknown_code": {"5": [b(CLM_PRCSG_IND_CD="%")]},
    "tin_in_two_organizations": {"1": [a()]},
    "fee_for_service_in_medicare_advantage": {"1": [a()]},
    "months_without_an_enrollment_type": {"1": [a()]},
}


ALONE = {
    "claim_of_two_people", "claims_without_enrollment", "month_without_claims",
    "tin_in_two_organizations", "fee_for_service_in_medicare_advantage",
    "months_without_an_enrollment_type", "value_missing_beside_others",
}  # fmt: skip
"""Cases that look across people, or need other lists than the rest."""
ALSO = {
    "death_before_birth": {"service_after_death"},
    "covered_before_birth": {"service_before_birth"},
    "known_before_it_ended": {"longer_than_a_year"},
}
"""Checks that find the case of another too."""


def checks_of(name: str) -> set[str]:
    check = name.partition(":")[0]
    return {check} | ALSO.get(check, set())


def batches() -> list[list[str]]:
    """Cases that share a store: each has people and claims of its own, and its own check."""
    alone = [[name] for name in CASES if name.partition(":")[0] in ALONE]
    shared: list[list[str]] = []
    for name in (name for name in CASES if [name] not in alone):
        fits = [b for b in shared if not checks_of(name) & set().union(*map(checks_of, b))]
        if not fits:
            fits = [[]]
            shared += fits
        fits[0].append(name)
    return alone + shared


def moved(records: dict[str, list[bytes]], number: int) -> dict[str, list[bytes]]:
    """The records under other people and claims, as long as before."""
    return {
        file: [
            row.replace(b"1S00A00AA0", b"1S00A00A%c0" % (ord("A") + number)).replace(
                b"000000000000", b"%012d" % number
            )
            for row in rows
        ]
        for file, rows in records.items()
    }


def results(tmp_path: Path, *names: str) -> dict[str, CheckResult]:
    made: dict[str, list[bytes]] = {}
    for number, name in enumerate(names):
        for file, records in moved(CASES[name], number).items():
            made.setdefault(file, []).extend(records)
    delivery(tmp_path / "cclf", made)
    people = [f"1S00A00A{chr(ord('A') + number)}01" for number in range(len(names))]
    spans, participants = "".join(SPANS.replace(PERSON, each) for each in people), PARTICIPANTS
    if "tin_in_two_organizations" in names:
        participants += "A9002,2024,12345678\n"
    if "fee_for_service_in_medicare_advantage" in names:
        spans = f"{PERSON},2024-01-01,2024-12-31,1,1,1,\n"
    if "months_without_an_enrollment_type" in names:  # Part A, Part B in two spans without a type
        spans = f"{PERSON},2024-01-01,2024-01-31,1,0,0,\n{PERSON},2024-01-01,2024-01-31,0,1,0,\n"
    eligibility = tmp_path / "eligibility.csv"
    header = "member_id,start_date,end_date,part_a,part_b,medicare_advantage,enrollment_type\n"
    eligibility.write_text(header + spans)
    (tmp_path / "participants.csv").write_text(participants)
    inputs = ClaimInputs(
        cclf=(tmp_path / "cclf",),
        eligibility=eligibility,
        participants=tmp_path / "participants.csv",
    )
    report = build_store(inputs, tmp_path / "store", buckets=1)
    with DuckDBEngine(threads=1) as engine:
        return {result.name: result for result in run_checks(engine, report)}


@pytest.mark.parametrize("names", batches(), ids=" and ".join)
def test_a_check_finds_what_it_is_for(tmp_path: Path, names: list[str]) -> None:
    outcomes = results(tmp_path, *names)
    checks = {name.partition(":")[0] for name in names}
    assert {check: outcomes[check].count for check in checks if check in outcomes} == dict.fromkeys(
        checks, 1
    )
    text = str(as_rows(outcomes.values()))
    assert "1S00A00A" not in text
    quiet = {result for result in outcomes if outcomes[result].severity == "error"} - checks
    assert not quiet


def test_every_check_of_the_index_has_a_case() -> None:
    assert {check.name for check in all_checks()} <= {name.partition(":")[0] for name in CASES}


PROJECT = """\
accepted:
  run-out 2024: a few records for a test
  coverage 2021: a few records for a test
  coverage 2022: a few records for a test
  coverage 2023: a few records for a test
program: mssp
contract:
  aco_id: A9001
  performance_year: 2024
  agreement_start: 2024-01-01
  agreement_number: 1
  track: BASIC_E
  assignment_method: retrospective
  minimum_savings_rate_election: 0.01
  revenue_category: low
  participant_revenue: 1000000
  quality: {score: 0.85}
inputs:
  cclf: [cclf]
  participants: participants.csv
  eligibility: eligibility.csv
  factors: factors
"""


def test_the_command_says_what_is_wrong_and_exits_with_its_gravity(tmp_path: Path) -> None:
    results(tmp_path, "taxpayer_number_not_nine_digits")
    (tmp_path / "factors").mkdir()
    (tmp_path / "openvbc.yaml").write_text(PROJECT)
    out = tmp_path / "findings.csv"
    run = CliRunner().invoke(app, ["check", str(tmp_path), "--output", str(out)])
    assert run.exit_code == 0, run.output
    assert "rows in =" in run.output
    with out.open() as stream:
        named = {row["check"]: row for row in csv.DictReader(stream)}
    assert named["taxpayer_number_not_nine_digits"]["claims"] == "0000000000001"
    strict = CliRunner().invoke(app, ["check", str(tmp_path), "--strict"])
    assert strict.exit_code == 1
    assert PERSON not in run.output + strict.output


def test_the_command_exits_with_1_on_an_error(tmp_path: Path) -> None:
    results(tmp_path, "claim_of_two_people")
    (tmp_path / "factors").mkdir()
    (tmp_path / "openvbc.yaml").write_text(PROJECT)
    run = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert run.exit_code == 1, run.output


def test_a_claim_of_two_people_is_found_in_every_slice_of_the_claim_numbers(tmp_path: Path) -> None:
    """Two people of one claim lie in two buckets; of twelve claims each slice holds one or two."""
    numbers = [f"{n:013d}" for n in range(10)] + ["000000000000A", "000000000000Z"]
    people = ("1S00A00AA01", "1S00A00AA02", "1S00A00AA03")
    claims = [a(CUR_CLM_UNIQ_ID=n, BENE_MBI_ID=p) for n in numbers for p in people[:2]]
    claims.append(a(CUR_CLM_UNIQ_ID="0000000000777", BENE_MBI_ID=people[2]))
    delivery(tmp_path / "cclf", {"1": claims})
    report = build_store(ClaimInputs(cclf=(tmp_path / "cclf",)), tmp_path / "store", buckets=4)
    with DuckDBEngine(threads=1) as engine:
        (check,) = [r for r in run_checks(engine, report) if r.name == "claim_of_two_people"]
    assert check.count == len(numbers)
