"""A pay-for-performance contract shown back in plain words, and what its clauses leave open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from openvbc.format import in_words, show
from openvbc.programs.p4p_contract.terms import Measure, Payment, Scale, Terms


def lines(terms: Terms) -> Iterator[str]:
    """The contract, a sentence a line: measures, points, what closes the payment, what is paid."""
    yield f"{terms.title}, {terms.contract_year}"
    yield ""
    yield "What is measured:"
    yield from (f"- {_measure(each)}" for each in terms.measures)
    yield ""
    if any(not each.tiers for each in terms.measures):
        yield f"For attainment: {_scale(terms.points.attainment)}"
    if terms.points.improvement is not None and any(each.improvement for each in terms.measures):
        yield f"For improvement over the baseline: {_scale(terms.points.improvement)}"
    yield (
        "The score is the weighted points over the weighted points possible, of the measures that "
        "count."
    )
    yield (
        f"A provider with fewer than {terms.minimum_members:,} members, or fewer than "
        f"{terms.minimum_measures} measures that count, is paid nothing."
    )
    yield _payment(terms.payment)
    if silent := list(without_clause(terms)):
        yield ""
        yield "The contract has no clause on:"
        yield from (f"- {each}" for each in silent)


def without_clause(terms: Terms) -> Iterator[str]:
    """What a reader may look for in such a contract and does not find."""
    if all(each.gate is None for each in terms.measures):
        yield "gate: a rate below which nothing is paid"
    if not any(each.improvement for each in terms.measures):
        yield "improvement: points for doing better than in the baseline"
    if not terms.minimum_members:
        yield "minimum_members: least members from which anything is paid"


def moves_nothing(terms: Terms) -> Iterator[str]:
    """Terms that no payment can read, each in a sentence."""
    if all(each.tiers for each in terms.measures):
        yield "points.attainment is agreed, and every measure is paid by tiers"
    if terms.points.improvement is not None and not any(e.improvement for e in terms.measures):
        yield "points.improvement is agreed, and no measure pays for improvement"


def _measure(measure: Measure) -> str:
    name = measure.label or in_words(measure.measure, begins=False)
    unit = "ratio" if measure.plausible is None else ""

    def rate(value: Decimal | None) -> str:
        return show(value, unit)

    if measure.tiers:
        steps = ", ".join(f"{each.points} points from {rate(each.from_)}" for each in measure.tiers)
    else:
        steps = f"points from the threshold {rate(measure.threshold)} to the benchmark " + rate(
            measure.benchmark
        )
        if measure.improvement:
            steps += ", or for improvement, whichever is more"
    parts = [f"{name}, weight {measure.weight}: {steps}"]
    if measure.lower_is_better:
        parts.append("a lower rate is better")
    parts.append(f"it counts from {measure.minimum_denominator:,} cases on")
    if measure.gate is not None:
        worse = "above" if measure.lower_is_better else "below"
        parts.append(f"a rate {worse} {rate(measure.gate)} closes the whole payment")
    return "; ".join(parts) + "."


def _scale(scale: Scale) -> str:
    ends = [
        *([f"at least {scale.least}"] if scale.least is not None else []),
        *([f"at most {scale.most}"] if scale.most is not None else []),
    ]
    between = f"{scale.multiplier} times the share of the way, plus {scale.offset}"
    bounds = f", {' and '.join(ends)}" if ends else ""
    return (
        f"{scale.at_benchmark} points at the benchmark; before it {between}, half up to "
        f"{scale.decimals} decimals{bounds}."
    )


def _payment(payment: Payment) -> str:
    if payment.kind == "pool":
        most = f"A pool of {show(payment.pool, 'USD')} is split by members"
    else:
        most = f"A bonus of {show(payment.bonus_per_member, 'USD')} is paid for each member"
    if payment.payout == "tiers":
        steps = ", ".join(
            f"{show(each.share, 'ratio')} of it from a score of {show(each.from_, 'ratio')}"
            for each in payment.tiers
        )
        paid = f"by the score: {steps}"
    else:
        paid = "in proportion to the score"
    unearned = {
        "kept": " What is not earned the payer keeps.",
        "shared": " What is not earned is shared among those who earn, by members and score.",
    }
    return f"{most}, {paid}.{unearned.get(payment.unearned or '', '')}"
