"""A contract that cannot be is refused with the field, its value and what is allowed."""

import datetime as dt
from decimal import Decimal

import pytest

from openvbc.errors import ContractError
from openvbc.programs.mssp.contract import read_contract
from openvbc.rules.load import load_rules
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

GOOD = {
    "aco_id": "A1234",
    "performance_year": 2024,
    "agreement_start": "2024-01-01",
    "agreement_number": 1,
    "track": "BASIC_E",
    "assignment_method": "prospective",
    "minimum_savings_rate_election": "0.01",
    "participants": ["123456789"],
    "revenue_category": "high",
}


def test_a_good_contract_reads_and_settles():
    contract = read_contract(GOOD)
    assert contract.agreement_start == dt.date(2024, 1, 1)
    assert contract.agreement_performance_year == 1
    inputs = contract.settlement_inputs() | {
        "updated_benchmark_expenditures": "100000000",
        "performance_year_expenditures": "98500000",
        "assigned_beneficiaries": 9000,
        "first_year_standard_met": True,
    }
    evaluation = SHARED_SAVINGS.evaluate(inputs, load_rules("mssp"))
    # 1,500,000 is 1.5%, above the elected 1%; half of it, less 2%: 735,000
    assert evaluation.value("earned_savings_or_owed_losses") == Decimal(735_000)


def test_events_add_up_to_a_fraction():
    # 2/12 x 0.30 + 5/12 x 0.12 = 0.05 + 0.05
    events = [
        {"months": 2, "share_of_beneficiaries": "0.30"},
        {"months": 5, "share_of_beneficiaries": "0.12"},
    ]
    contract = read_contract(GOOD | {"extreme_circumstances": events})
    assert contract.settlement_inputs()["extreme_circumstances_fraction"] == Decimal("0.1")
    assert read_contract(GOOD).settlement_inputs()["extreme_circumstances_fraction"] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"track": "BASIC_F"}, ["track", "BASIC_F", "BASIC_E"]),
        ({"aco_id": "1234"}, ["aco_id", "1234"]),
        ({"performance_year": 2015}, ["performance_year", "2015", "from 2019"]),
        ({"agreement_start": "2025-01-01"}, ["agreement_start", "2025-01-01", "2024"]),
        (
            {"minimum_savings_rate_election": "0.03"},
            ["minimum_savings_rate_election", "0.03", "0.02"],
        ),
        (
            {"track": "BASIC_A"},
            ["minimum_savings_rate_election", "0.01", "none (the rate by size)"],
        ),
        ({"performance_year_months": 6}, ["performance_year_months", "6", "12"]),
        ({"assignment_method": "claims"}, ["assignment_method", "claims", "prospective"]),
        ({"revenue_category": None}, ["revenue_category", "none", "low or high"]),
        ({"agreement_number": 0}, ["agreement_number", "0", "greater than or equal to 1"]),
        ({"participants": ["12-345"]}, ["participants", "12-345"]),
        ({"tracks": "BASIC_E"}, ["tracks", "not a field", "known"]),
        ({"quality": {"score": "77.05"}}, ["quality.score", "77.05", "less than or equal to 1"]),
    ],
)
def test_a_wrong_contract_is_refused(change, words):
    with pytest.raises(ContractError) as caught:
        read_contract(GOOD | change)
    for word in words:
        assert word in str(caught.value)


def test_every_wrong_field_is_named():
    with pytest.raises(ContractError) as caught:
        read_contract({"track": "X", "performance_year": "soon"})
    for field in ("track", "performance_year", "aco_id is missing", "agreement_start is missing"):
        assert field in str(caught.value)
