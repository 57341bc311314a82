"""The amount shared: what is kept, each pool, each practice, each clinician, to the cent.

Within a pool each component shares its weight of the pool in proportion to its measure. The share
of a practice is the sum over components; amounts are cut to cents so that they add up to the pool
(largest remainder), and so are pools and the clinicians of a practice. Nothing is lost or made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from openvbc.errors import InputError, Place
from openvbc.programs.distribution.formula import Component, Formula, Pool
from openvbc.programs.distribution.recipients import (
    Recipient,
    amount_of,
    read_clinicians,
    read_practices,
)
from openvbc.worksheets.kernel.worksheet import EXACT
from openvbc.worksheets.performance.apportionment import parts_that_add_up

CENT = Decimal("0.01")
KEPT = ""
"""Stands for the organisation among those who get a part."""


@dataclass(frozen=True)
class ComponentShare:
    """One measure of one recipient: its value, that of all, and the share it is worth."""

    component: Component
    value: Decimal
    of_all: Decimal
    share: Decimal
    """Of the pool, or of the practice's amount; not rounded."""


@dataclass(frozen=True)
class SharedAmount:
    """What one practice or clinician gets (USD; negative where losses are shared)."""

    recipient: Recipient
    amount: Decimal
    components: Sequence[ComponentShare]
    gates_failed: Sequence[str] = ()


@dataclass(frozen=True)
class SharedPool:
    """One pool: its amount, what the organisation keeps of it, and what each practice gets."""

    pool: Pool
    amount: Decimal
    kept: Decimal
    practices: Sequence[SharedAmount]


@dataclass(frozen=True)
class Distribution:
    """The whole distribution. amount = kept + pools; a pool = what it keeps + its practices."""

    formula: Formula
    amount: Decimal
    kept: Decimal
    """Kept by the organisation before the pools (all of a loss it bears alone)."""
    pools: Sequence[SharedPool]
    clinicians: Mapping[str, Sequence[SharedAmount]]
    """By practice."""


def distribute(formula: Formula) -> Distribution:
    """Share the amount of a formula.

    Raises:
        OpenvbcError: a list cannot be used, or nobody is left to share a pool.
    """
    amount = amount_of(formula)
    practices = read_practices(formula)
    clinicians = read_clinicians(formula, practices)
    if amount < 0 and formula.losses == "organisation":
        return Distribution(formula, amount, amount, (), {})
    share = formula.kept.share if formula.kept is not None else Decimal(0)
    kept = (amount * share).quantize(CENT, ROUND_HALF_UP)
    names = [pool.pool for pool in formula.pools]
    parts = parts_that_add_up(amount - kept, [pool.share for pool in formula.pools], names)
    pools = [
        _pool(formula, pool, part, [each for each in practices if each.belongs_to == pool.pool])
        for pool, part in zip(formula.pools, parts, strict=True)
    ]
    within = {
        shared.recipient.identifier: _within(formula, shared, clinicians)
        for pool in pools
        for shared in pool.practices
    }
    return Distribution(formula, amount, kept, pools, within if clinicians else {})


def _pool(
    formula: Formula, pool: Pool, amount: Decimal, practices: Sequence[Recipient]
) -> SharedPool:
    failed = {each.identifier: _failed(pool, each) for each in practices}
    passed = [each for each in practices if not failed[each.identifier]]
    among = practices if pool.unearned == "kept" else passed
    if not passed and pool.unearned != "kept":
        raise InputError(
            f"no practice of the pool {pool.pool} passes its gates",
            rule="what they leave is shared among the others, and there are none",
            action="say unearned: kept, or correct the gates",
            code="VBC-9044",
        )
    where = Place(formula.practices.name, column="pool", value=pool.pool)
    components = {each.identifier: _components(pool.by, each, among, where) for each in practices}
    weights = []
    with localcontext(EXACT):
        for each in practices:
            got = each in passed
            shares = components[each.identifier]
            weights.append(sum((s.share for s in shares), Decimal(0)) if got else Decimal(0))
        rest = max(1 - sum(weights, Decimal(0)), Decimal(0)) if len(among) > len(passed) else 0
    names = [each.identifier for each in practices]
    *parts, kept = parts_that_add_up(amount, [*weights, Decimal(rest)], [*names, KEPT])
    shared = [  # a zero of a loss is no negative amount
        SharedAmount(each, part + 0, components[each.identifier], failed[each.identifier])
        for each, part in zip(practices, parts, strict=True)
    ]
    return SharedPool(pool, amount, kept, shared)


def _failed(pool: Pool, practice: Recipient) -> list[str]:
    return [gate.measure for gate in pool.gates if practice.measures[gate.measure] < gate.at_least]


def _components(
    by: Sequence[Component], one: Recipient, among: Sequence[Recipient], where: Place
) -> list[ComponentShare]:
    """The share of one recipient by each measure; nothing of what nobody has is shared by it."""
    shares = []
    with localcontext(EXACT):
        for component in by:
            value = _value(component, one)
            total = sum((_value(component, each) for each in among), Decimal(0))
            if total == 0:
                raise InputError(
                    f"nobody has anything of {component.measure}",
                    place=where,
                    rule="a part of the amount is shared in proportion to it",
                    action="give its values, or take the component out",
                    code="VBC-9045",
                )
            shares.append(ComponentShare(component, value, total, component.weight * value / total))
    return shares


def _value(component: Component, one: Recipient) -> Decimal:
    value = one.measures[component.measure]
    return value * one.measures[component.times] if component.times else value


def _within(
    formula: Formula, shared: SharedAmount, clinicians: Sequence[Recipient]
) -> list[SharedAmount]:
    """A practice's amount among its clinicians; none where it lists none."""
    mine = [each for each in clinicians if each.belongs_to == shared.recipient.identifier]
    if not mine:
        return []
    assert formula.clinicians is not None
    where = Place(formula.clinicians.name, column="practice", value=shared.recipient.identifier)
    components = [_components(formula.within, each, mine, where) for each in mine]
    with localcontext(EXACT):
        weights = [sum((one.share for one in each), Decimal(0)) for each in components]
    parts = parts_that_add_up(shared.amount, weights, [each.identifier for each in mine])
    return [
        SharedAmount(each, part, shares)
        for each, part, shares in zip(mine, parts, components, strict=True)
    ]
