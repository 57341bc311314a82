"""Episodes by a payer's own contract: threshold, budget or fixed price, and prospective payment.

**Threshold**: the mean adjusted cost of an accountable provider's episodes is held against an
acceptable, a commendable and a gain-limit amount. **Budget**: what the episodes were agreed to cost
(a price list, a budget, or typical cost with an allowance for avoidable cost) is shared like a
benchmark, by the same pieces as any payer's contract. **Prospective**: the price is paid once and
the claims inside are not. Grain: one row an accountable provider and episode type. USD, the result
to the cent.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import (
    Column,
    capped,
    is_in,
    is_missing,
    maximum,
    otherwise,
    ratio,
    round_half_up,
    where,
)
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.terms.sharing import (
    amount_in_corridor,
    gross_savings_or_losses,
    losses_owed,
    losses_that_count,
    minimum_rate_is_met,
    part_by_quality,
    quality_gate_is_open,
    savings_before_quality,
    savings_paid,
    savings_rate,
    savings_that_count,
    shared_losses,
    shared_savings,
)

CONTRACT = "the contract's clause on "


@line(unit="USD", cite=CONTRACT + "risk adjustment")
def adjusted_cost(
    cost: Column, expected_cost: Column, mean_expected_cost: Column, costs_are_risk_adjusted: Column
) -> Column:
    """Cost times mean expected over expected cost, where the contract adjusts for risk."""
    return where(costs_are_risk_adjusted, cost * ratio(mean_expected_cost, expected_cost), cost)


@line(unit="USD", cite=CONTRACT + "high-cost episodes")
def settled_cost(adjusted_cost: Column, high_cost_cap: Column) -> Column:
    """Adjusted cost, at most the cap of an episode where one was agreed."""
    return capped(adjusted_cost, high_cost_cap)


@line(unit="USD", cite=CONTRACT + "the price")
def agreed_price(
    price_form: Column,
    given_price: Column,
    budget_per_episode: Column,
    risk_ratio: Column,
    expected_cost: Column,
    expected_avoidable_cost: Column,
    avoidable_cost_allowance: Column,
) -> Column:
    """The price of one episode by the form agreed.

    A price of the list; the budget of an episode, times its risk ratio where there is one; or
    expected typical cost plus the allowed part of expected avoidable cost.
    """
    budget = budget_per_episode * otherwise(risk_ratio, 1)
    typical = expected_cost + avoidable_cost_allowance * expected_avoidable_cost
    priced = where(is_in(price_form, "fixed price", "prospective payment"), given_price, budget)
    return where(is_in(price_form, "typical and avoidable"), typical, priced)


@line(unit="count", cite="how the row is given")
def episodes_counted(cost: Column) -> Column:
    """One: a row is an episode."""
    return cost * 0 + 1


EPISODE_COST = Worksheet(
    "episode_cost",
    "Cost and price of an episode",
    [
        Input("contract_year", "year", "Contract year"),
        Input("cost", "USD", "Cost of the episode"),
        Input("expected_cost", "USD", "Expected (typical) cost of the episode", optional=True),
        Input("mean_expected_cost", "USD", "Mean expected cost of all episodes", optional=True),
        Input("expected_avoidable_cost", "USD", "Expected avoidable cost", optional=True),
        Input("risk_ratio", "ratio", "Risk of the episode over the mean", optional=True),
        Input("given_price", "USD", "Price of the list", optional=True),
    ],
    ["price_form", "costs_are_risk_adjusted", "high_cost_cap", "budget_per_episode",
     "avoidable_cost_allowance"],
    [episodes_counted, adjusted_cost, settled_cost, agreed_price],
)  # fmt: skip
"""What one episode cost, adjusted, and what it was agreed to cost."""


@line(unit="USD", cite=CONTRACT + "the mean")
def mean_cost(total_cost: Column, episodes: Column) -> Column:
    """Settled cost of the provider's episodes over their number."""
    return ratio(total_cost, episodes)


@line(unit="text", cite=CONTRACT + "the thresholds")
def position(
    mean_cost: Column, acceptable_cost: Column, commendable_cost: Column, gain_limit_cost: Column
) -> Column:
    """Where the mean cost stands among the three thresholds."""
    standing: Column = where(
        mean_cost > acceptable_cost,
        "above acceptable",
        where(
            mean_cost > commendable_cost,
            "acceptable",
            where(mean_cost >= gain_limit_cost, "commendable", "below the gain limit"),
        ),
    )
    return standing


@line(unit="flag", cite=CONTRACT + "the least number of episodes")
def has_enough_episodes(episodes: Column, minimum_episodes: Column) -> Column:
    """At least the agreed number of episodes; without one, any."""
    enough: Column = is_missing(minimum_episodes) | (episodes >= minimum_episodes)
    return enough


@line(unit="USD", cite=CONTRACT + "gain sharing")
def gain_per_episode(
    mean_cost: Column, commendable_cost: Column, gain_limit_cost: Column
) -> Column:
    """Commendable amount less the mean cost, or less the gain limit where that is higher."""
    counted = maximum(mean_cost, gain_limit_cost)
    return maximum(commendable_cost - counted, 0)


@line(unit="USD", cite=CONTRACT + "risk sharing")
def loss_per_episode(mean_cost: Column, acceptable_cost: Column) -> Column:
    """Mean cost above the acceptable amount."""
    return maximum(mean_cost - acceptable_cost, 0)


@line(unit="USD", cite=CONTRACT + "gain sharing")
def shared_gain(
    gain_per_episode: Column,
    savings_share: Column,
    episodes: Column,
    quality_gates_failed: Column,
    part_by_quality: Column,
    quality_gate_is_open: Column,
) -> Column:
    """Gain an episode times share and episodes; nothing with any gate failed."""
    amount = gain_per_episode * otherwise(savings_share, 0) * episodes * part_by_quality
    passed = (otherwise(quality_gates_failed, 0) == 0) & quality_gate_is_open
    return where(passed, amount, amount * 0)


@line(unit="USD", cite=CONTRACT + "risk sharing")
def shared_loss(loss_per_episode: Column, loss_share: Column, episodes: Column) -> Column:
    """Loss an episode times share and episodes; quality forgives none of it."""
    return loss_per_episode * otherwise(loss_share, 0) * episodes


def _held(amount: Column, base: Column, cap: Column) -> Column:
    return capped(amount, base * cap)


@line(
    unit="USD",
    cite=CONTRACT + "the settlement",
    label="Settlement (owed by the provider negative)",
    rounding="cents, half up",
)
def settlement(
    shared_gain: Column,
    shared_loss: Column,
    has_enough_episodes: Column,
    total_cost: Column,
    savings_cap: Column,
    loss_cap: Column,
) -> Column:
    """Shared gain less shared loss, each within its cap of cost; none with too few episodes."""
    amount = _held(shared_gain, total_cost, savings_cap) - _held(shared_loss, total_cost, loss_cap)
    return round_half_up(where(has_enough_episodes, amount, amount * 0), 2)


_PROVIDER = (
    Input("contract_year", "year", "Contract year"),
    Input("episodes", "count", "Episodes"),
    Input("total_cost", "USD", "Settled cost of the episodes"),
    Input("quality_score", "ratio", "Quality score", optional=True),
    Input("quality_gates_failed", "gates", "Quality gates failed", optional=True),
)

EPISODE_THRESHOLDS = Worksheet(
    "episode_thresholds",
    "Episodes against acceptable and commendable cost",
    _PROVIDER,
    [
        "acceptable_cost", "commendable_cost", "gain_limit_cost", "minimum_episodes",
        "savings_share", "loss_share", "quality_gate", "quality_tiers", "savings_cap", "loss_cap",
    ],
    [
        mean_cost, position, has_enough_episodes, gain_per_episode, loss_per_episode,
        quality_gate_is_open, part_by_quality, shared_gain, shared_loss, settlement,
    ],
)  # fmt: skip
"""Threshold style: pay back above acceptable, share below commendable down to the gain limit."""


@line(unit="USD", cite=CONTRACT + "the price", label="Agreed price of the episodes")
def benchmark(total_price: Column) -> Column:
    """What the provider's episodes were agreed to cost."""
    return total_price + 0


@line(unit="USD", cite=CONTRACT + "what counts as cost")
def settled_spending(total_cost: Column) -> Column:
    """Settled cost of the episodes."""
    return total_cost + 0


@line(
    unit="USD",
    cite=CONTRACT + "the settlement",
    label="Settlement (owed by the provider negative)",
    rounding="cents, half up",
)
def budget_settlement(
    savings_paid: Column,
    losses_owed: Column,
    has_enough_episodes: Column,
    quality_gates_failed: Column,
) -> Column:
    """Savings paid less losses owed; no savings with a gate failed, nothing with few episodes."""
    passed = otherwise(quality_gates_failed, 0) == 0
    amount = where(passed, savings_paid, savings_paid * 0) - losses_owed
    return round_half_up(where(has_enough_episodes, amount, amount * 0), 2)


EPISODE_BUDGET = Worksheet(
    "episode_budget",
    "Episodes against an agreed price",
    [*_PROVIDER, Input("total_price", "USD", "Agreed prices of the episodes")],
    [
        "minimum_episodes", "savings_share", "savings_ladder", "loss_share", "loss_ladder",
        "minimum_savings_rate", "minimum_loss_rate", "corridor", "quality_gate",
        "quality_tiers", "savings_cap", "loss_cap",
    ],
    [
        benchmark, settled_spending, mean_cost, gross_savings_or_losses, savings_rate,
        minimum_rate_is_met, amount_in_corridor, savings_that_count, losses_that_count,
        quality_gate_is_open, part_by_quality, savings_before_quality, shared_savings, savings_paid,
        shared_losses, losses_owed, has_enough_episodes, budget_settlement,
    ],
)  # fmt: skip
"""Fixed price, retrospective budget, typical and avoidable: shared as a benchmark is."""


@line(unit="USD", cite=CONTRACT + "the price", rounding="cents, half up")
def bundle_payment(total_price: Column, warranty_cost: Column) -> Column:
    """Prices of the bundles, less cost under warranty that is charged to the payee."""
    return round_half_up(total_price - otherwise(warranty_cost, 0), 2)


@line(unit="USD", cite=CONTRACT + "claims inside the bundle")
def margin(bundle_payment: Column, total_cost: Column) -> Column:
    """Payment less what the claims inside would have been paid: the shadow cost."""
    return bundle_payment - total_cost


@line(unit="USD", cite=CONTRACT + "claims inside the bundle")
def margin_per_episode(margin: Column, episodes: Column) -> Column:
    """Margin over the number of bundles."""
    return ratio(margin, episodes)


PROSPECTIVE_BUNDLE = Worksheet(
    "prospective_bundle",
    "Bundles paid once in advance",
    [
        *_PROVIDER,
        Input("total_price", "USD", "Agreed prices of the bundles"),
        Input("warranty_cost", "USD", "Cost under warranty", optional=True),
    ],
    [],
    [bundle_payment, margin, margin_per_episode],
)
"""Prospective payment: the price, the shadow cost of the claims inside, and the margin."""
