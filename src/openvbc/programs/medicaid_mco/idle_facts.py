"""Facts of a plan's contract that are given and move nothing: said, never left unsaid.

Each is left out, and says something else, while all others stand: where neither the plan's lines
nor any verdict changes, it does not count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openvbc.programs.medicaid_mco.contract import NEEDED, Arrangement, PlanContract
from openvbc.worksheets.kernel.idle_input import other_values

YEARS_TRIED = (-4, -2, -1, 1, 2)
"""So many years a date is moved."""

Variant = tuple[str, PlanContract]


def notes_of_idle_facts(
    plan: PlanContract, outcomes: Callable[[Sequence[PlanContract]], Sequence[Any]]
) -> list[str]:
    """What is said of each fact of a contract that moves nothing.

    Args:
        plan: the contract.
        outcomes: computes of each of several contracts all that it yields.
    """
    varied = list(_variants(plan))
    as_given, *others = outcomes([plan, *(each for _, each in varied)])
    counts = {name: False for name, _ in varied}
    for (name, _), outcome in zip(varied, others, strict=True):
        counts[name] |= outcome != as_given
    return [
        f"Given, and of no effect in the rating period from {plan.rating_period.start}: "
        f"{name} ({plan.plan})."
        for name, moves in counts.items()
        if not moves
    ]


def _variants(plan: PlanContract) -> Iterator[Variant]:
    """The contract with one fact that it gives left out, or saying something else."""
    for value in (None, *other_values(plan.in_lieu_services)) if plan.in_lieu_services else ():
        yield "in_lieu_services", plan.model_copy(update={"in_lieu_services": value})
    for name, answers in _other_answers(plan.answers):
        yield f"answers.{name}", plan.model_copy(update={"answers": answers})
    for at, arrangement in enumerate(plan.arrangements):
        for name, other in _of_arrangement(arrangement):
            others = (*plan.arrangements[:at], other, *plan.arrangements[at + 1 :])
            what = f"{name} of arrangement {arrangement.name!r}"
            yield what, plan.model_copy(update={"arrangements": others})


def _of_arrangement(given: Arrangement) -> Iterator[tuple[str, Arrangement]]:
    fields = type(given).model_fields
    needed = {"name", "type", "answers", *NEEDED.get(given.type, ())}
    for name in sorted(given.model_fields_set - needed):
        value, neutral = getattr(given, name), fields[name].default
        if value != neutral:
            for other in (neutral, *_others(value)):
                yield name, given.model_copy(update={name: other})
    for name, answers in _other_answers(given.answers):
        yield f"answers.{name}", given.model_copy(update={"answers": answers})


def _other_answers(given: dict[str, bool]) -> Iterator[tuple[str, dict[str, bool]]]:
    for name, answer in given.items():
        yield name, {each: value for each, value in given.items() if each != name}
        yield name, {**given, name: not answer}


def _others(value: Any) -> list[Any]:
    if isinstance(value, str):
        return ["other"]  # the only class of services without a limit of its own
    if isinstance(value, dt.date):
        return [value + dt.timedelta(days=365 * years) for years in YEARS_TRIED]
    if isinstance(value, int) and not isinstance(value, bool):
        return [0, value + 1, value + 100]
    if isinstance(value, Decimal) and not value:
        return [Decimal("0.5"), Decimal(1), Decimal(10) ** 9]
    return other_values(value)
