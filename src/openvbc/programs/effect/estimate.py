"""The change of people of a program, less the change of people like them, with its interval.

Two ways, both with the statistics of the package statsmodels:

* *matched*: each person of the program is matched to others of the same month of start by the
  propensity to be in it (age, sex, dual status, payments, admissions and emergency visits before);
  the changes of the matched are compared, what is still apart in these traits adjusted by
  regression, errors clustered by whom a person is matched to;
* *difference in differences*: the changes of everybody are compared, with the same traits in the
  regression, errors robust to unequal variances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from openvbc.programs.effect.matching import Matching
from openvbc.programs.effect.sample import NOTHING, TRAITS, Numbers, Sample, adjusting, statistics

Method = Literal["matched", "differences"]


@dataclass(frozen=True)
class Effect:
    """The estimate for one outcome."""

    outcome: str
    members_before: float
    members_after: float
    others_before: float
    others_after: float
    effect: float
    low: float
    high: float
    p_value: float
    drift: float
    """The same comparison between both halves of the time before: near 0 if they went alike."""
    drift_low: float
    drift_high: float

    @property
    def went_alike(self) -> bool:
        """Whether the interval of the drift holds 0."""
        return self.drift_low <= 0 <= self.drift_high


@dataclass(frozen=True)
class Balance:
    """How far apart members and others are in a trait, in standard deviations."""

    trait: str
    at_first: float
    compared: float


def effects(sample: Sample, method: Method, matching: Matching | None) -> list[Effect]:
    """The effect on every outcome, with the check of both halves before."""
    return [_effect(sample, name, method, matching) for name in sample.before]


def _effect(sample: Sample, name: str, method: Method, matching: Matching | None) -> Effect:
    change = sample.after[name] - sample.before[name]
    drift = sample.late[name] - sample.early[name]
    if method == "matched":
        assert matching is not None
        at, weights = matching.places, matching.weights
        main = _clustered(change, sample, matching)
        before = _clustered(drift, sample, matching)
    else:
        at, weights = np.arange(len(change)), np.ones(len(change))
        main = _regressed(change, sample)
        before = _regressed(drift, sample)
    inside = sample.is_member[at]

    def mean(values: Numbers, of: NDArray[np.bool_]) -> float:
        return float(np.average(values[at][of], weights=weights[of]))

    return Effect(
        name,
        mean(sample.before[name], inside), mean(sample.after[name], inside),
        mean(sample.before[name], ~inside), mean(sample.after[name], ~inside),
        *main, *before[:3],
    )  # fmt: skip


def _clustered(
    change: Numbers, sample: Sample, matching: Matching
) -> tuple[float, float, float, float]:
    """Over the matched, with their traits, so that what the matching left apart is adjusted."""
    linear, _, _ = statistics()
    at = matching.places
    rows = np.column_stack(
        [np.ones(len(at)), sample.is_member[at].astype(float), adjusting(sample.traits[at])]
    )
    fitted = linear.WLS(change[at], rows, weights=matching.weights).fit(
        cov_type="cluster", cov_kwds={"groups": matching.matched_to}, use_t=True
    )
    return _read(fitted)


def _regressed(change: Numbers, sample: Sample) -> tuple[float, float, float, float]:
    linear, _, _ = statistics()
    months = np.unique(sample.cohort)[1:]
    dummies = (sample.cohort[:, None] == months[None, :]).astype(float)
    rows = np.column_stack([
        np.ones(len(change)), sample.is_member.astype(float), adjusting(sample.traits), dummies
    ])  # fmt: skip
    return _read(linear.OLS(change, rows).fit(cov_type="HC3", use_t=True))


def _read(fitted: Any) -> tuple[float, float, float, float]:
    """Effect, interval and p: the second column is membership."""
    low, high = fitted.conf_int()[1]
    return float(fitted.params[1]), float(low), float(high), float(fitted.pvalues[1])


def balance(sample: Sample, matching: Matching | None) -> list[Balance]:
    """Standardised differences of the traits, at first and among those compared."""
    inside, traits = sample.is_member, sample.traits
    spread = np.sqrt((traits[inside].var(axis=0) + traits[~inside].var(axis=0)) / 2)
    at = matching.places if matching is not None else np.arange(len(inside))
    weights = matching.weights if matching is not None else np.ones(len(inside))
    balances = []
    for column, trait in enumerate(TRAITS):
        if spread[column] <= NOTHING:
            balances.append(Balance(trait, 0.0, 0.0))
            continue
        values = traits[:, column]
        first = values[inside].mean() - values[~inside].mean()
        own = inside[at]
        now = np.average(values[at][own], weights=weights[own]) - np.average(
            values[at][~own], weights=weights[~own]
        )
        balances.append(Balance(trait, float(first / spread[column]), float(now / spread[column])))
    return balances
