"""Who a person of the program is compared with: others of the same start, as likely to be in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvbc.errors import InputError
from openvbc.programs.effect.sample import Numbers, Sample, scaled, statistics, with_constant


@dataclass(frozen=True)
class Matching:
    """Who is compared: places of people, their weight, and whose match each is."""

    places: NDArray[np.int64]
    weights: Numbers
    matched_to: NDArray[np.int64]
    unmatched: int
    """People of the program nobody is near enough to."""


def match(sample: Sample, caliper: float, each: int) -> Matching:
    """Match every person of the program to the nearest others of its month of start.

    Each other person is used once at most; the nearest pairs come first, so that the order of the
    rows does not matter where propensities differ.
    """
    score = _logit_of_propensity(sample)
    inside = sample.is_member
    width = caliper * float(np.sqrt((score[inside].var() + score[~inside].var()) / 2))
    places: list[int] = []
    weights: list[float] = []
    matched_to: list[int] = []
    unmatched = 0
    for cohort in np.unique(sample.cohort[sample.is_member]):
        here = sample.cohort == cohort
        members = np.flatnonzero(here & sample.is_member)
        others = np.flatnonzero(here & ~sample.is_member)
        nearest_others = _nearest(score, members, others, width, each)
        for member in members:
            own = nearest_others.get(int(member), [])
            if not own:
                unmatched += 1
                continue
            places += [int(member), *own]
            weights += [1.0, *[1.0 / len(own)] * len(own)]
            matched_to += [int(member)] * (1 + len(own))
    return Matching(np.array(places, int), np.array(weights), np.array(matched_to, int), unmatched)


def _nearest(
    score: Numbers,
    members: NDArray[np.int64],
    others: NDArray[np.int64],
    width: float,
    each: int,
) -> dict[int, list[int]]:
    """Others of each member, in rounds: one each first, the hardest to match first."""
    order = others[np.argsort(score[others], kind="stable")]
    sorted_scores = score[order]
    free = np.ones(len(order), bool)
    nearest_others: dict[int, list[int]] = {}
    hardest = members[np.argsort(-score[members], kind="stable")]
    for _ in range(each):
        for member in hardest:
            at = _nearest_free(sorted_scores, free, float(score[member]), width)
            if at is not None:
                free[at] = False
                nearest_others.setdefault(int(member), []).append(int(order[at]))
    return nearest_others


def _nearest_free(
    scores: Numbers, free: NDArray[np.bool_], wanted: float, width: float
) -> int | None:
    first = int(np.searchsorted(scores, wanted - width, "left"))
    last = int(np.searchsorted(scores, wanted + width, "right"))
    near = np.flatnonzero(free[first:last])
    if not len(near):
        return None
    best = near[np.argmin(np.abs(scores[first + near] - wanted))]
    return first + int(best)


def _logit_of_propensity(sample: Sample) -> Numbers:
    """The linear part of a logistic regression of membership on the traits, made comparable."""
    _, models, families = statistics()
    rows = with_constant(scaled(sample.traits))
    model = models.GLM(sample.is_member.astype(float), rows, family=families.Binomial())
    try:
        fitted = model.fit()
    except (np.linalg.LinAlgError, ValueError) as error:
        raise _not_comparable() from error
    linear: Numbers = np.asarray(rows @ fitted.params, float)
    if not np.all(np.isfinite(linear)):
        raise _not_comparable()
    return linear


def _not_comparable() -> InputError:
    return InputError(
        "people of the program and others cannot be compared: a trait parts them wholly",
        rule="a comparison needs people in and out of the program who are alike before it",
        action="give a program some people like its own are not in",
        code="VBC-1115",
    )
