"""The trial's case of a payer's contract: a rate of 52 that was meant as 52%."""

import pytest

from openvbc.programs.p4p_contract.results import PROGRAM
from oracles.published import SHARED

CASE = SHARED / "findings" / "cases" / "p4p-rate-in-percent"


@pytest.mark.parametrize(
    ("results", "payment", "held"), [("results.csv", None, 500_000), ("results_right.csv", 0, 0)]
)
def test_a_rate_in_percent_earns_nothing(results, payment, held):
    """52 cannot be meant and is held back; 0.52 is below the gate of 0.55: $0."""
    if not CASE.is_dir():
        pytest.skip("the findings are not here (see OPENVBC_SHARED)")
    settlement = PROGRAM.settle([CASE / "contract.yaml", CASE / results])
    assert settlement.main.evaluation.value("payment", 0) == payment
    assert settlement.main.evaluation.value("held_back", 0) == held
