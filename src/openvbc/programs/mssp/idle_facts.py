"""Facts of a Shared Savings contract that are given and count for nothing in its year and track."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from openvbc.programs.mssp.contract import SharedSavingsContract
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.idle_input import idle_inputs, note_of_idle
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

FACTS: dict[str, tuple[str, Any]] = {
    "track_2_years_before": ("performance_year_in_track", None),
    "participant_revenue": ("participant_revenue", None),
    "participation_months": ("participation_months", None),
    "extreme_circumstances": ("extreme_circumstances_fraction", None),
    "advance_investment_balance": ("advance_investment_balance", None),
    "prepaid_savings_balance": ("prepaid_savings_balance", None),
    "quality.score_floor": ("quality_score_floor", None),
    "quality.pay_for_reporting": ("pay_for_reporting", False),
    "quality.minimum_attainment_met": ("minimum_attainment_met", False),
    "quality.alternative_standard_met": ("alternative_standard_met", False),
    "quality.reporting_incentive_met": ("reporting_incentive_met", False),
    "quality.first_year_standard_met": ("first_year_standard_met", False),
    "quality.score": ("quality_score", None),
}
"""By field of the contract: the input of the settlement worksheet, and what it is unsaid. The
revenue category is left out: a contract that needs it is refused without it."""
RESULTS = ("generated_savings_or_losses", "final_sharing_rate", "earned_savings_or_owed_losses",
           "net_payment")  # fmt: skip
HISTORY = ("prior_agreement_savings", "prior_agreement_person_years")
"""Fields that the benchmark worksheet reads."""
SHARES_SPENT = ("0.60", "0.93", "0.97", "0.99", "1.01", "1.03", "1.07", "1.40")
PEOPLE = (4_000, 9_000, 90_000)
BENCHMARK_EXPENDITURES = (10**6, 10**7, 10**8, 10**9, 10**11)
"""The scenarios over which a fact is tried; shown nowhere. Limits by revenue bind at some size of
benchmark, so that sizes are tried from far below an ACO's to far above it."""


@lru_cache(maxsize=8)
def idle_facts(contract: SharedSavingsContract, rules: RuleSet) -> tuple[str, ...]:
    """Fields of the contract that are given and move no result, in a sentence; or nothing.

    The check of a project and each settlement of it ask the same.
    """
    idle = [*_idle_in_settlement(contract, rules), *_idle_in_benchmark(contract, rules)]
    names = [f"contract.{each}" for each in idle]
    return tuple(
        note_of_idle(names, f"performance year {contract.performance_year}", contract.track)
    )


def _idle_in_settlement(contract: SharedSavingsContract, rules: RuleSet) -> list[str]:
    given = contract.settlement_inputs()
    neutral = {name: nothing for name, nothing in FACTS.values() if name in given}
    neutral["performance_year_in_track"] = contract.agreement_performance_year
    scenarios = list(product(BENCHMARK_EXPENDITURES, SHARES_SPENT, PEOPLE))
    idle = idle_inputs(
        SHARED_SAVINGS,
        rules,
        given,
        neutral,
        {
            "updated_benchmark_expenditures": [benchmark for benchmark, _, _ in scenarios],
            "performance_year_expenditures": [
                benchmark * Decimal(share) for benchmark, share, _ in scenarios
            ],
            "assigned_beneficiaries": [people for _, _, people in scenarios],
        },
        RESULTS,
    )
    unread = ["participants"] if contract.participants else []
    return [*unread, *(field for field, (name, _) in FACTS.items() if name in idle)]


def _idle_in_benchmark(contract: SharedSavingsContract, rules: RuleSet) -> list[str]:
    """Whether the benchmark reads what the first agreement saved: with every other number one."""
    if all(getattr(contract, name) is None for name in HISTORY):
        return []
    spec = BENCHMARK.inputs
    given: dict[str, Any] = {
        **{name: False if each.unit == "flag" else 1 for name, each in spec.items()},
        "performance_year": contract.performance_year,
        "agreement_start": contract.agreement_start,
        "agreement_number": contract.agreement_number,
        **{name: getattr(contract, name) for name in HISTORY},
    }
    return idle_inputs(
        BENCHMARK,
        rules,
        given,
        dict.fromkeys(HISTORY),
        {"times_regional_adjustment_applied": [1, 2, 3]},
        ("total_benchmark",),
    )
