"""What a Shared Savings contract could earn or owe, over a million scenarios.

Every scenario moves the settled contract's expenditures by a trend, its benchmark by a risk ratio
and its quality score, each drawn evenly from a range, and goes through the very worksheet of the
settlement, on floating-point columns. Elections of the minimum savings rate meet the same
scenarios, so that what differs between them is the election alone.

A simulation shows spread and odds, not a payment: floats are not exact, and draws are independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from openvbc.errors import InputError, Place
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows
from openvbc.worksheets.kernel.arithmetic import Column
from openvbc.worksheets.shared_savings.mssp import INPUTS, SHARED_SAVINGS

RESULT = "earned_savings_or_owed_losses"

CHUNK = 100_000
"""Scenarios evaluated at once: columns of this length stay in the processor's cache and memory."""

PERCENTILES = (5, 25, 50, 75, 95)

BY_SIZE = "by size"
"""The election of the rate by number of assigned beneficiaries."""


@dataclass(frozen=True)
class Range:
    """An interval from which values are drawn evenly."""

    low: float
    high: float

    def draw(self, generator: np.random.Generator, count: int) -> Column:
        """`count` values."""
        return generator.uniform(self.low, self.high, count)


@dataclass(frozen=True)
class Scenarios:
    """What varies. None: it stays as settled."""

    count: int = 1_000_000
    seed: int = 1
    expenditure_trend: Range | None = None
    """Factor on expenditures: 1.02 spends 2 percent more than settled."""
    risk_ratio: Range | None = None
    """Factor on the benchmark: 1.01 is a population 1 percent sicker than settled."""
    quality_score: Range | None = None
    """Quality score as a ratio, in place of the settled one."""

    @property
    def varies(self) -> bool:
        """Whether anything varies at all."""
        return any((self.expenditure_trend, self.risk_ratio, self.quality_score))


@dataclass(frozen=True)
class Outcome:
    """The result over all scenarios under one election."""

    election: str
    """A rate in percent, or ``by size``."""
    amounts: Column
    """USD earned, or owed (negative), one a scenario."""

    @property
    def mean(self) -> float:
        """Mean amount."""
        return float(self.amounts.mean())

    @property
    def share_earning(self) -> float:
        """Share of scenarios that earn savings."""
        return float((self.amounts > 0).mean())

    @property
    def share_owing(self) -> float:
        """Share of scenarios that owe losses."""
        return float((self.amounts < 0).mean())

    def percentiles(self) -> dict[int, float]:
        """Amount by percentile of :data:`PERCENTILES`."""
        found = np.percentile(self.amounts, PERCENTILES)
        return dict(zip(PERCENTILES, (float(each) for each in found), strict=True))


def simulate(
    settled: Mapping[str, Any],
    scenarios: Scenarios,
    rules: RuleSet,
    elections: Mapping[str, float | None] | None = None,
) -> list[Outcome]:
    """Outcomes of a settled contract, one for each election.

    Args:
        settled: the contract's inputs of the settlement worksheet.
        scenarios: what varies, how often, and the seed of the draws.
        rules: the program's rules.
        elections: name to rate (None: by size); None takes the one settled.

    Raises:
        InputError: nothing varies, or a range is not one.
        ParameterMissing: the rules do not cover the contract.
    """
    _check(scenarios)
    chosen = settled.get("minimum_savings_rate_election")
    rates = elections or {election_name(chosen): None if chosen is None else float(chosen)}
    base = _as_floats(settled)
    amounts: dict[str, list[Column]] = {name: [] for name in rates}
    for drawn in _draws(base, scenarios):
        for name, rate in rates.items():
            given = {**base, **drawn, "minimum_savings_rate_election": rate}
            evaluation = SHARED_SAVINGS.evaluate(given, rules, numbers="float")
            if evaluation.refused:
                raise evaluation.refused[0]
            amounts[name].append(evaluation.column(RESULT))
    return [Outcome(name, np.concatenate(parts)) for name, parts in amounts.items()]


def elections_of(settled: Mapping[str, Any], rules: RuleSet) -> dict[str, float | None]:
    """Every minimum savings rate the contract's track may elect, by name."""
    choices = rules.get(
        "minimum_savings_rate_elections",
        track=settled["track"],
        agreement_start=settled.get("agreement_start"),
    ).value
    found: dict[str, float | None] = {}
    for choice in rows(choices):
        rate = choice["rate"]
        found[election_name(rate)] = None if rate is None else float(str(rate))
    return found


def election_name(rate: Any) -> str:
    """How an election is called: ``0.5%``, ``by size``."""
    return BY_SIZE if rate is None else f"{float(rate):.1%}"


def parse_range(text: str, name: str) -> Range:
    """Read ``0.97..1.03``; a single number is a range of one."""
    low, _, high = text.partition("..")
    try:
        return Range(float(low), float(high or low))
    except ValueError:
        raise InputError(
            "not a range",
            place=Place(column=name, value=text),
            rule="two numbers with two points between them",
            action=f"write it as --{name} 0.97..1.03",
        ) from None


def _check(scenarios: Scenarios) -> None:
    if scenarios.count < 1:
        raise InputError("a simulation needs at least one scenario")
    if not scenarios.varies:
        raise InputError(
            "nothing varies",
            action="give at least one range: expenditure trend, risk ratio or quality score",
        )
    limits = {"expenditure_trend": (0, 10), "risk_ratio": (0, 10), "quality_score": (0, 1)}
    for name, (lowest, highest) in limits.items():
        span: Range | None = getattr(scenarios, name)
        if span is not None and not lowest <= span.low <= span.high <= highest:
            raise InputError(
                f"the range of {name.replace('_', ' ')} cannot be",
                place=Place(column=name, value=f"{span.low}..{span.high}"),
                rule=f"from {lowest} to {highest}, the lower number first",
            )


def _as_floats(settled: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs a settlement was given, numbers as floats; what is not an input is left out."""
    words = {"text", "flag", "date"}
    return {
        item.name: [
            settled[item.name]
            if item.unit in words or settled[item.name] is None
            else float(settled[item.name])
        ]
        for item in INPUTS
        if item.name in settled
    }


def _draws(base: Mapping[str, Any], scenarios: Scenarios) -> Iterator[dict[str, Column]]:
    """The varying columns, chunk by chunk; the same seed gives the same scenarios."""
    generator = np.random.default_rng(scenarios.seed)
    left = scenarios.count
    while left:
        count = min(left, CHUNK)
        left -= count
        drawn: dict[str, Column] = {}
        if scenarios.expenditure_trend:
            factor = scenarios.expenditure_trend.draw(generator, count)
            drawn["performance_year_expenditures"] = (
                base["performance_year_expenditures"][0] * factor
            )
        if scenarios.risk_ratio:
            factor = scenarios.risk_ratio.draw(generator, count)
            drawn["updated_benchmark_expenditures"] = (
                base["updated_benchmark_expenditures"][0] * factor
            )
        if scenarios.quality_score:
            drawn["quality_score"] = scenarios.quality_score.draw(generator, count)
        yield drawn
