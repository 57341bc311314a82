"""A payer's own bundle: every price form worked by hand, what is refused and why."""

from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

import openvbc
from openvbc.errors import ContractError, InputError
from openvbc.programs.registry import program
from openvbc.programs.run_folder import write_run
from openvbc.programs.simulation import Choices, Range, Scenarios, WhichRow

BOOK = Path(str(resources.files(openvbc))) / "book" / "episodes"
EPISODES = program("episodes").published_program()
SHARES = "  savings_share: {value: 0.5, clause: '1'}\n  loss_share: {value: 0.5, clause: '1'}\n"


def settle(tmp_path, terms, *tables, shares=SHARES):
    contract = tmp_path / "contract.yaml"
    contract.write_text(
        "program: episodes\ntitle: Invented\ncontract: X\nyear: 2025\nagreement: Agreement\n"
        f"terms:\n{shares}{terms}",
        "utf-8",
    )
    files = [contract]
    for number, text in enumerate(tables):
        files.append(tmp_path / f"table_{number}.csv")
        files[-1].write_text(text, "utf-8")
    return EPISODES.settle(files)


def results(settled):
    sheet, result = settled.main.evaluation, settled.presentation.result
    return {
        who.identifier: sheet.value(result, row) for row, who in enumerate(settled.main.contracts)
    }


def test_the_contract_of_the_book():
    settlement = EPISODES.settle(
        [BOOK / n for n in ("contract.yaml", "episodes.csv", "metrics.csv")]
    )
    # By hand, in the head of the contract.
    assert results(settlement) == {
        "ALDER": Decimal("194.00"), "BIRCH": Decimal("-294.00"), "CEDAR": 0, "DOGWOOD": 0,
    }  # fmt: skip
    assert [aside.reason for aside in settlement.set_aside] == ["dropped: dual"]
    cites = {p.cite for c in settlement.main.evaluation.parameters.values() for p in c}
    assert "Agreement of 1 November 2024, clause 2.2" in cites


def test_cost_adjusted_by_expected_cost(tmp_path):
    terms = """  price_form: {value: threshold, clause: '1'}
  acceptable_cost: {value: 1100, clause: '1'}
  commendable_cost: {value: 1000, clause: '1'}
  gain_limit_cost: {value: 500, clause: '1'}
  costs_are_risk_adjusted: {value: true, clause: '1'}
  high_cost_cap: {value: 2000, clause: '1'}
"""
    episodes = "provider,episode,cost,expected cost\nA,1,1200,1500\nA,2,9000,500\n"
    # Mean expected 1,000: 1,200 x 1,000 / 1,500 = 800; 9,000 x 2 = 18,000, at most 2,000.
    # Mean 1,400: 300 above acceptable x 2 x 0.5 owed.
    assert results(settle(tmp_path, terms, episodes)) == {"A": Decimal("-300.00")}


PRICES = """  price_form: {value: fixed price, clause: '1'}
  price_list: {value: [{tier: low, price: 10000}, {tier: high, price: 15000}], clause: '1'}
"""
TIERED = "provider,episode,tier,cost\nA,1,low,9000\nA,2,High,14000\nB,3,low,13000\n"


def test_fixed_prices_by_tier(tmp_path):
    # A: 25,000 - 23,000 = 2,000 x 0.5; B: -3,000 x 0.5.
    assert results(settle(tmp_path, PRICES, TIERED)) == {"A": 1000, "B": -1500}


def test_the_shared_terms_of_a_contract_compose(tmp_path):
    terms = (
        PRICES + "  corridor: {value: 0.04, clause: '1'}\n  loss_cap: {value: 0.1, clause: '1'}\n"
    )
    # A: 2,000 less the corridor 1,000 = 1,000 x 0.5. B: 3,000 - 400 = 2,600 x 0.5; cap 1,000.
    assert results(settle(tmp_path, terms, TIERED)) == {"A": 500, "B": -1000}


def test_a_gate_takes_savings_and_never_losses(tmp_path):
    terms = PRICES + "  quality_gate: {value: 0.6, clause: '1'}\n"
    providers = "provider,quality score\nA,0.59\nB,0.59\n"
    assert results(settle(tmp_path, terms, TIERED, providers)) == {"A": 0, "B": -1500}
    settlement = settle(tmp_path, terms, TIERED, "provider,quality score\nA,0.60\n")
    assert results(settlement) == {"A": 1000}
    assert "no quality score" in {aside.reason for aside in settlement.set_aside}


def test_a_budget_moves_with_risk(tmp_path):
    terms = """  price_form: {value: retrospective budget, clause: '1'}
  budget_per_episode: {value: 20000, clause: '1'}
"""
    episodes = "provider,episode,cost,risk ratio\nA,1,21000,1.10\nA,2,20000,\n"
    # 22,000 + 20,000 - 41,000 = 1,000 x 0.5.
    assert results(settle(tmp_path, terms, episodes)) == {"A": 500}


def test_typical_cost_and_a_part_of_avoidable_cost(tmp_path):
    terms = """  price_form: {value: typical and avoidable, clause: '1'}
  avoidable_cost_allowance: {value: 0.5, clause: '1'}
"""
    episodes = "provider,episode,cost,expected cost,expected avoidable cost\nA,1,8000,7000,4000\n"
    # 7,000 + 0.5 x 4,000 = 9,000; less 8,000; x 0.5.
    assert results(settle(tmp_path, terms, episodes)) == {"A": 500}


def test_paid_in_advance(tmp_path):
    terms = PRICES.replace("fixed price", "prospective payment")
    providers = "provider,warranty cost\nA,750.25\n"
    settlement = settle(tmp_path, terms, TIERED, providers, shares="")
    assert results(settlement) == {"A": Decimal("24249.75"), "B": 10000}
    margin = [settlement.main.evaluation.value("margin", row) for row in (0, 1)]
    assert margin == [Decimal("1249.75"), -3000]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("A,1,mid,9000", "no price for the tier"),
        ("A,1,low,-1", "outside what can be meant"),
        ("A,1,low,", "value missing"),
        ("A,2,low,9000", "an episode that stands before"),
    ],
)
def test_an_episode_that_cannot_be_settled(tmp_path, change, reason):
    settlement = settle(tmp_path, PRICES, TIERED.replace("A,1,low,9000", change))
    assert [aside.reason for aside in settlement.set_aside] == [reason]
    assert results(settlement)["B"] == -1500
    assert settlement.rows_in == 3


def test_a_gate_without_a_value_is_said(tmp_path):
    terms = PRICES + "  quality_gates: {value: [{metric: screening, at_least: 0.8}], clause: '1'}\n"
    settlement = settle(tmp_path, terms, TIERED, "provider,metric,rate\nA,Screening,0.79\n")
    assert results(settlement) == {"A": 0}
    assert "no value of a quality gate" in {aside.reason for aside in settlement.set_aside}


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("  price_form: {value: threshold, clause: '1'}\n", "acceptable_cost is missing"),
        ("  price_form: {value: magic, clause: '1'}\n", "is none of"),
        (PRICES.replace("10000", "-1"), "lies outside"),
        (PRICES.replace("tier: high", "tier: low"), "each tier stands once"),
        (PRICES + "  target_loss_ratio: {value: 0.9, clause: '1'}\n", "is no term there is"),
    ],
)
def test_a_wrong_term_is_refused_by_name(tmp_path, terms, message):
    with pytest.raises(ContractError, match=message):
        settle(tmp_path, terms, TIERED)


def test_a_contract_of_another_program(tmp_path):
    contract = BOOK.parent / "payer_contract" / "contract.yaml"
    with pytest.raises(ContractError, match="payer-contract"):
        EPISODES.settle([contract, BOOK / "episodes.csv"])
    with pytest.raises(InputError, match="one contract"):
        EPISODES.settle([BOOK / "episodes.csv"])


def test_simulated_by_the_form_of_the_run(tmp_path):
    write_run(settle(tmp_path, PRICES, TIERED), tmp_path / "run")
    simulated = program("episodes").simulated().run(
        tmp_path / "run", WhichRow("A"), Scenarios(10, expenditure_trend=Range(1, 1)), Choices()
    )  # fmt: skip
    assert simulated.outcomes[0].mean == pytest.approx(1000)
