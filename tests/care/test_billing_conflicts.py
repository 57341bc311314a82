"""Conflicts of care management codes, worked by hand where the specification gives no case.

Each case is a person; A and B are two practitioners of one practice.
"""

import pytest

from care.billing_cases import FIRST, LAST, NPI, BillingStore, run_steps
from openvbc.steps.care_billing.tables import Span

TIN = "100000001"
CASES = [
    # APCM shuts out CCM of one practice and specialty (X09); of another specialty it does not
    ("apcm and ccm of one specialty", None,
     [("G0557", "2025-03-28", "A", "08"), ("99490", "2025-03-28", "B", "08")],
     {"G0557": None, "99490": "X09"}),
    ("apcm and ccm of two specialties", None,
     [("G0557", "2025-03-28", "A", "08"), ("99490", "2025-03-28", "B", "06")],
     {"G0557": None, "99490": None}),
    ("apcm and ccm of one practitioner under two specialties", None,
     [("G0557", "2025-03-28", "A", "08"), ("99490", "2025-03-28", "A", "06")],
     {"G0557": None, "99490": "X09"}),
    ("apcm and ccm of one practice, a specialty not told", None,
     [("G0557", "2025-03-28", "A", "08"), ("99490", "2025-03-28", "B", None)],
     {"G0557": None, "99490": "X09"}),
    # TCM beside oversight of home health: denied to 2019, allowed from 2020 (X07)
    ("tcm and oversight in 2019", ("2019-03-04", "2019-03-08"),
     [("99495", "2019-03-15", "A", "08"), ("G0181", "2019-03-28", "A", "08")],
     {"99495": "X07", "G0181": None}),
    ("tcm and oversight in 2020", ("2020-03-02", "2020-03-06"),
     [("99495", "2020-03-13", "A", "08"), ("G0181", "2020-03-28", "A", "08")],
     {"99495": None, "G0181": None}),
    ("tcm and oversight of two practitioners in 2019", ("2019-03-04", "2019-03-08"),
     [("99495", "2019-03-15", "A", "08"), ("G0181", "2019-03-28", "B", "08")],
     {"99495": None, "G0181": None}),
    # the thirty days are 2019-03-08 to 04-06: a month that they do not touch
    ("tcm and oversight after its days in 2019", ("2019-03-04", "2019-03-08"),
     [("99495", "2019-03-15", "A", "08"), ("G0181", "2019-05-28", "A", "08")],
     {"99495": None, "G0181": None}),
]  # fmt: skip


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    store = BillingStore()
    for number, (_, stay, claims, _) in enumerate(CASES):
        person = f"P{number}"
        store.covered(person)
        store.log("given_fact", person_id=person, first_date="2010-01-01", chronic_conditions=3)
        if stay:
            store.add(
                "institutional_claim", claim_id=f"{person}.stay", person_id=person,
                claim_type_code="60", bill_type_code="111", facility_ccn="010001",
                claim_start_date=stay[0], claim_end_date=stay[1], paid_amount="9000.00",
                discharge_disposition_code="01",
            )  # fmt: skip
        for place, (code, day, who, specialty) in enumerate(claims):
            store.line(person, f"{person}.{place}", code, day, npi=NPI[who], tin=TIN,
                       received="2027-01-01")  # fmt: skip
            store.rows["professional_line"][-1]["specialty_code"] = specialty
            before = f"{int(day[:4])}-02-10"
            store.line(person, f"{person}.{place}.visit", "99214", before, npi=NPI[who], tin=TIN)
    folder = tmp_path_factory.mktemp("conflicts")
    return run_steps(store, folder, Span(FIRST, LAST, FIRST), ["billed_verdict"])["billed_verdict"]


@pytest.mark.parametrize(
    ("number", "expected"), [(n, c[3]) for n, c in enumerate(CASES)], ids=[c[0] for c in CASES]
)
def test_conflict(decided, number, expected):
    rows = [r for r in decided if r["person_id"] == f"P{number}" and r["code"] in expected]
    assert {r["code"]: r["rule_id"] for r in rows} == expected, rows
