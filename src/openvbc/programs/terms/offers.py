"""Two contracts at equal experience: what each pays over a range of spending, and where they cross.

The totals of a provider stay as they are, but for the spending, which is moved by a factor from
0.80 to 1.20. A break-even point is a factor at which both pay the same, or at which one of them
goes from paying to owing; it is found to a ten-thousandth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openvbc.errors import ContractError, EmptyResult, Place
from openvbc.programs.payer_contract.results import PROGRAM, ProviderTotals
from openvbc.programs.payer_contract.sheet import settled_sheet, wrong
from openvbc.programs.settlement import ContractYear
from openvbc.programs.terms.agreed import Agreed, read_agreed

FACTORS = tuple(Decimal(n) / 200 for n in range(160, 241))
"""Spending over what it was: 0.800, 0.805 ... 1.200."""
WITHIN = Decimal("0.0001")
At = Callable[[Decimal], Decimal]
"""What is paid at a factor on spending."""


@dataclass(frozen=True)
class Offer:
    """A contract over the factors (USD to the provider)."""

    name: str
    amounts: Sequence[Decimal]
    turns: Sequence[Decimal]
    """Factors at which it goes from paying to owing, or back."""


@dataclass(frozen=True)
class ComparedOffers:
    """Two offers for one provider's experience."""

    provider: str
    first: Offer
    second: Offer
    equal_at: Sequence[Decimal]
    """Factors at which both pay the same and their order turns."""


def compare_offers(one: Path, other: Path, totals: Path) -> list[ComparedOffers]:
    """Every provider of the totals under both contracts.

    Raises:
        ContractError: a file is not valid, or of another program.
        EmptyResult: no provider can be settled by both contracts.
    """
    first, second = _read(one), _read(other)
    rows = _rows(one, totals), _rows(other, totals)
    comparisons = [
        _compared(first, second, name, rows[0][name], rows[1][name])
        for name in rows[0]
        if name in rows[1]
    ]
    if not comparisons:
        raise EmptyResult(
            "no provider can be settled by both contracts",
            place=Place(totals.name),
            action="give the totals that both need",
            code="VBC-9030",
        )
    return comparisons


def _read(path: Path) -> Agreed:
    agreed = read_agreed(path)
    if agreed.rules.program != "payer-contract":
        raise ContractError(
            f"offers of the program {agreed.rules.program} are not compared",
            place=Place(path.name),
            rule="program: payer-contract",
            action="give two offers of shared savings",
            code="VBC-9031",
        )
    return agreed


def _rows(contract: Path, totals: Path) -> dict[str, ProviderTotals]:
    settled = PROGRAM.settle([contract, totals])
    return {row.identifier: row for row in settled.printed}


def _compared(
    first: Agreed, second: Agreed, name: str, one: ProviderTotals, other: ProviderTotals
) -> ComparedOffers:
    mine = _amounts(first, one.totals, FACTORS)
    theirs = _amounts(second, other.totals, FACTORS)

    def difference(factor: Decimal) -> Decimal:
        return _at(first, one.totals, factor) - _at(second, other.totals, factor)

    return ComparedOffers(
        name,
        Offer(first.contract, mine, _turns(mine, lambda f: _at(first, one.totals, f))),
        Offer(second.contract, theirs, _turns(theirs, lambda f: _at(second, other.totals, f))),
        _turns([a - b for a, b in zip(mine, theirs, strict=True)], difference),
    )


def _at(agreed: Agreed, totals: Mapping[str, Decimal | None], factor: Decimal) -> Decimal:
    return _amounts(agreed, totals, [factor])[0]


def _amounts(
    agreed: Agreed, totals: Mapping[str, Decimal | None], factors: Sequence[Decimal]
) -> list[Decimal]:
    """What the contract pays at each factor; stop-loss stays the share of spending it was."""
    assert wrong(agreed, totals) is None
    moved = [
        {**totals, **{n: _times(totals.get(n), each) for n in ("spending", "over_stop_loss")}}
        for each in factors
    ]
    who = [ContractYear("", agreed.year)] * len(moved)
    sheet = settled_sheet(agreed, who, moved)
    return [Decimal(sheet.evaluation.value("settlement", row)) for row in range(len(moved))]


def _times(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else value * factor


def _turns(amounts: Sequence[Decimal], at: At) -> list[Decimal]:
    """The factors at which amounts go from above to below zero or back, each by halving."""
    turns = []
    last: tuple[Decimal, Decimal] | None = None
    for factor, amount in zip(FACTORS, amounts, strict=True):
        if amount == 0:
            continue
        if last is not None and (last[1] > 0) != (amount > 0):
            turns.append(_between(last[0], factor, last[1] > 0, at))
        last = (factor, amount)
    return turns


def _between(low: Decimal, high: Decimal, low_is_above: bool, at: At) -> Decimal:
    """The first factor between two at which the amount is no more on the side it was."""
    while high - low > WITHIN / 4:
        middle = (low + high) / 2
        amount = at(middle)
        if amount != 0 and (amount > 0) == low_is_above:
            low = middle
        else:
            high = middle
    return high.quantize(WITHIN)
