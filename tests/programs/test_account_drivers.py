"""Drivers of programs that tell their years as accounts: by hand, and care by kind from claims."""

from decimal import Decimal
from fractions import Fraction

import pytest

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.drivers.account import account_of
from openvbc.programs.drivers.account_listings import account_listings
from openvbc.programs.drivers.covered import same_dollars
from openvbc.programs.drivers.explain import explain_driver_of_accounts
from openvbc.programs.drivers.yardstick import Words
from openvbc.steps import covered_care
from test_tables import given_table

WORDS = Words(group="Plan", groups="Plans", target="Revenue", result="Surplus", beside="Stop-loss")


def care(*rows):
    names = ("of_group", "service_category", "item", "people", "quantity", "amount")
    return [dict(zip(names, (*row[:-1], Decimal(row[-1])), strict=True)) for row in rows]


def column(listing, label):
    at = [field.label for field in listing.fields].index(label)
    return [row[at] for row in listing.rows]


def years():
    """Earlier: 1,200 member months; 10 stays of DRG 470 at 10,000, 100 visits at 100: 110,000.

    Now: 1,800 months, given 181,500, result 9,500, so 172,000 counts: 12 stays of 470 for 132,000
    and 2 of 871 for 30,000 (162,000), visits 160 for 16,000: 178,000; stop-loss takes 6,000 off.
    """
    before = account_of(
        "2024", WORDS,
        care(("A", "INPATIENT", "470", 9, 10, "100000"),
             ("A", "VISITS", "99213", 50, 100, "10000")),
        {"A": 1200}, {}, None,
    )  # fmt: skip
    now = account_of(
        "2025", WORDS,
        care(("A", "INPATIENT", "470", 13, 12, "132000"), ("A", "INPATIENT", "871", 13, 2, "30000"),
             ("A", "VISITS", "99213", 80, 160, "16000")),
        {"A": 1800}, {"A": Fraction(181500)}, Decimal(9500),
    )  # fmt: skip
    return now, before


def test_two_years_by_hand():
    # Growth 1.5; trend 181,500 / (110,000 x 1.5) = 1.1. Expected: stays 165,000, visits 16,500.
    # Stays: effect 165,000 - 162,000 = 3,000. Volume (15 - 14) x 10,000 x 1.1 = 11,000; mix: an
    # 871 is new and priced at the average, so 14 x 10,000 = 140,000 and mix 0; price
    # 140,000 x 1.1 - 162,000 = -8,000. Visits: volume (150 - 160) x 100 x 1.1 = -1,100,
    # price 160 x 100 x 1.1 - 16,000 = 1,600: effect 500. Stop-loss 178,000 - 172,000 = 6,000.
    # 3,000 + 500 + 6,000 = 9,500.
    told = {each.name: each for each in account_listings(*years())}
    largest = told["drivers"]
    assert column(largest, "Effect on the result") == [3000, 500, 6000, 0, 9500]
    assert column(largest, "Volume")[:2] == [11000, -1100]
    assert column(largest, "Mix")[:2] == [0, 0]
    assert column(largest, "Price")[:2] == [-8000, 1600]
    assert column(largest, "People")[:2] == [13, 80]
    assert [row[1] for row in largest.rows[2:]] == ["Stop-loss", "Rounding", "Surplus"]
    (plan,) = told["drivers_types"].rows
    assert plan == ["A", 150, 1210, Decimal("1146.67"), 181500, 172000, 9500]
    # Since the year before: 110,000 to 178,000, of it 55,000 for half as many months again.
    whole = told["drivers_history"].rows[-1]
    assert whole[0] == "In all"
    assert whole[1:3] == [110000, 55000]
    assert whole[-2:] == [172000, 62000]


def test_a_driver_is_explained_by_its_number():
    """The stays of the year above: 165,000 expected, 162,000 spent on 13 people."""
    now, before = years()
    told = explain_driver_of_accounts(lambda run: [before, now], None, "1")
    heading, sentence, why, services = told.parts
    assert heading.name == "A, inpatient"
    assert "saved $3,000 against the revenue of each plan" in heading.text
    assert "times 1.5000 for person-years and 1.1000 for what the revenue lets it" in sentence.text
    assert "would be $165,000; $162,000 was spent on 13 people" in sentence.text
    assert [row[1] for row in why.rows] == [11000, 0, -8000, 3000]
    assert services.rows == [
        ["470", 10, 12, 10000, 11000, 132000],
        ["871", 0, 2, None, 15000, 30000],
    ]
    assert not told.about_people
    with pytest.raises(InputError, match="no driver of that number"):
        explain_driver_of_accounts(lambda run: [before, now], None, "3")
    with pytest.raises(EmptyResult, match="knows no earlier year"):
        explain_driver_of_accounts(lambda run: [now], None, "1")


def test_without_an_earlier_year_what_is_known_is_told():
    now, _ = years()
    told = {each.name: each for each in account_listings(now, None)}
    spent = told["drivers"]
    assert column(spent, "Spending") == [162000, 16000, -6000, 172000, 181500, 9500]
    assert column(spent, "Services")[:2] == [14, 160]
    assert "--against" in spent.lead
    assert told["drivers_services"].rows[0][2:4] == ["470", 12]
    assert "drivers_history" not in told


def test_claims_that_are_not_those_of_the_run_are_said():
    from openvbc.errors import EmptyResult

    rows = care(("A", "INPATIENT", "470", 1, 1, "10.00"))
    same_dollars(rows, Decimal(10))
    with pytest.raises(EmptyResult, match="not those this run counted"):
        same_dollars(rows, Decimal("10.01"))


INSTITUTIONAL = [
    # A stay in a short-term hospital, its add-ons 150, 500 of it paid ahead by the model.
    {"person_id": "P", "claim_id": "S", "claim_type_code": "60", "facility_ccn": "010001",
     "drg_code": "470", "claim_end_date": "2025-02-06", "paid_amount": "8000.00",
     "operating_ime_amount": "100.00", "uncompensated_care_amount": "50.00"},
    # Taken back, denied, in no covered month, known too late, of a type that does not count.
    {"person_id": "P", "claim_id": "C", "claim_type_code": "40", "claim_end_date": "2025-02-10",
     "paid_amount": "-70.00", "sign": "-1"},
    {"person_id": "P", "claim_id": "D", "claim_type_code": "40", "claim_end_date": "2025-02-10",
     "paid_amount": "99.00", "is_denied": "true"},
    {"person_id": "P", "claim_id": "O", "claim_type_code": "40", "claim_end_date": "2025-04-10",
     "paid_amount": "99.00"},
    {"person_id": "P", "claim_id": "L", "claim_type_code": "40", "claim_end_date": "2025-02-10",
     "load_date": "2026-05-01", "paid_amount": "99.00"},
    {"person_id": "P", "claim_id": "E", "claim_type_code": "61", "claim_end_date": "2025-02-11",
     "paid_amount": "40.00"},
]  # fmt: skip
LINES = [
    {"person_id": "P", "claim_id": "V", "claim_line_number": str(n), "claim_type_code": "71",
     "hcpcs_code": "99213", "claim_line_start_date": "2025-02-12", "paid_amount": "80.00"}
    for n in (1, 2)
]  # fmt: skip
GIVEN = {
    "institutional_claim": INSTITUTIONAL,
    "professional_line": LINES,
    "non_claims_payment": [{"person_id": "P", "payment_date": "2025-02-28",
                            "paid_amount": "25.00"}],
    "payment_detail": [{"person_id": "P", "claim_id": "S",
                        "population_based_payment_reduction_amount": "500.00"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        # All that is not denied, as paid: 8,000; -70; the encounter 40; two visits 160.
        ((False, False, False, False),
         {("INPATIENT_SHORT_TERM", "470"): (1, "8000"), ("OUTPATIENT", ""): (-1, "-70"),
          ("ENCOUNTER", ""): (1, "40"), ("PHYSICIAN_AND_SUPPLIER", "99213"): (2, "160")}),
        # As the model counts: 8,000 + 500 - 150 = 8,350; no encounter; 25 beside claims.
        ((True, True, True, True),
         {("INPATIENT_SHORT_TERM", "470"): (1, "8350"), ("OUTPATIENT", ""): (-1, "-70"),
          ("PHYSICIAN_AND_SUPPLIER", "99213"): (2, "160"),
          ("NON_CLAIMS_PAYMENT", ""): (1, "25")}),
    ],
)  # fmt: skip
def test_care_by_kind_by_hand(basis, expected):
    from openvbc.programs.drivers.covered import Basis, _register_rules

    (step,) = covered_care.steps()
    with DuckDBEngine(threads=1) as engine:
        for name, rows in GIVEN.items():
            engine.register_small(given_table(name, rows))
        _register_rules(engine, Basis(*basis))
        month = {"person_id": "string", "period": "string", "of_group": "string",
                 "first_day": "date", "last_day": "date", "known_by": "date"}  # fmt: skip
        engine.register_rows(
            "covered_month", month, [("P", "PY", "A", "2025-02-01", "2025-02-28", "2026-03-31")]
        )
        care_rows = engine.rows(step.sql)
    got = {(r["service_category"], r["item"]): (r["quantity"], r["amount"]) for r in care_rows}
    assert got == {kind: (n, Decimal(amount)) for kind, (n, amount) in expected.items()}
