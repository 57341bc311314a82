"""Every worked billing case of the specification, each denial with its rule and evidence."""

import os
from pathlib import Path

import pytest

from care.billing_cases import FIRST, LAST, TIN, BillingStore, add_case, cases, run_steps
from openvbc.steps.care_billing.tables import Span

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))
FILE = SHARED / "spec" / "params" / "examples" / "care_management.yaml"
if not FILE.exists():
    pytest.skip("the worked cases of the specification are not here", allow_module_level=True)
CASES = cases(FILE)


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    store = BillingStore()
    for number, (section, case) in enumerate(CASES):
        if section != "opportunity":
            add_case(store, f"P{number:02d}", section, case)
    span = Span(FIRST, LAST, FIRST)
    return run_steps(
        store, tmp_path_factory.mktemp("cases"), span, ["billed_verdict", "care_discharge"]
    )


def test_all_39_cases_are_there():
    assert len(CASES) == 39


@pytest.mark.parametrize(
    ("number", "section", "case"),
    [(n, s, c) for n, (s, c) in enumerate(CASES) if s != "opportunity"],
    ids=[c["name"] for s, c in CASES if s != "opportunity"],
)
def test_case(decided, number, section, case):
    person = f"P{number:02d}"
    expect = case["expect"]
    if "contact_due" in expect:
        row = next(r for r in decided["care_discharge"] if r["person_id"] == person)
        assert {name: row[name] for name in expect} == dict(expect)
        return
    rows = [
        r for r in decided["billed_verdict"] if r["person_id"] == person and r["code"] != "99214"
    ]
    assert rows
    for row in rows:  # a denial says by which rule and on what evidence
        assert (row["verdict"] == "pass") == (row["rule_id"] is None)
        assert (row["verdict"] == "pass") or (row["evidence"] and row["cite"] and row["rule_says"])
    by_code = {r["code"]: r for r in rows}
    by_tin = {r["biller_tin"]: r for r in rows}
    if isinstance(expect, dict):
        for what, verdict in expect.items():
            row = by_code.get(what) or by_tin[TIN[what]]
            check(row, verdict)
    elif expect == "pass":
        assert {r["verdict"] for r in rows} == {"pass"}, rows
    elif expect.startswith("X"):
        assert [r["rule_id"] for r in rows if r["rule_id"]] == [expect], rows
        assert sum(r["verdict"] == "pass" for r in rows) == len(rows) - 1
    else:
        bad = [r for r in rows if r["verdict"] != "pass"]
        assert len(bad) == 1, rows
        check(bad[0], expect)


WORDS = {"deny threshold": "T01", "deny units over 2": "T02", "deny eligibility": "E"}


def check(row, expect):
    verdict, _, _ = expect.partition(" ")
    if expect.startswith("X"):
        assert row["rule_id"] == expect, row
        return
    assert row["verdict"] == verdict, row
    rule = next((r for words, r in WORDS.items() if expect.startswith(words)), "")
    assert (row["rule_id"] or "").startswith(rule), row
