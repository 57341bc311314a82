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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from openvbc.errors import ExtraMissing, InputError

Numbers = NDArray[np.float64]
Method = Literal["matched", "differences"]
TRAITS = ("age", "female", "dual", "payments", "admissions", "emergency")
"""Traits before the start: the last three a month."""
NOTHING = 1e-9
"""A deviation up to this is none, but for the rounding of binary numbers."""


@dataclass(frozen=True)
class Sample:
    """People as arrays, a place each."""

    is_member: NDArray[np.bool_]
    cohort: NDArray[np.int64]
    """Which month of start."""
    traits: Numbers
    """A row a person, a column each of :data:`TRAITS`."""
    before: Mapping[str, Numbers]
    after: Mapping[str, Numbers]
    early: Mapping[str, Numbers]
    late: Mapping[str, Numbers]
    """Each outcome a month: before the start and from it on; both halves of the time before."""


@dataclass(frozen=True)
class Matching:
    """Who is compared: places of people, their weight, and whose match each is."""

    places: NDArray[np.int64]
    weights: Numbers
    matched_to: NDArray[np.int64]
    unmatched: int
    """People of the program nobody is near enough to."""


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


def statistics() -> tuple[Any, Any, Any]:
    """Linear models, generalised linear models and their families of the statistics library.

    Raises:
        ExtraMissing: it is not installed.
    """
    try:
        from statsmodels.genmod import families, generalized_linear_model
        from statsmodels.regression import linear_model
    except ImportError as error:
        raise ExtraMissing("effect", "Measuring the effect of a program") from error
    return linear_model, generalized_linear_model, families


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
        found = _nearest(score, members, others, width, each)
        for member in members:
            own = found.get(int(member), [])
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
    found: dict[int, list[int]] = {}
    hardest = members[np.argsort(-score[members], kind="stable")]
    for _ in range(each):
        for member in hardest:
            at = _nearest_free(sorted_scores, free, float(score[member]), width)
            if at is not None:
                free[at] = False
                found.setdefault(int(member), []).append(int(order[at]))
    return found


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
    rows = _with_constant(_scaled(sample.traits))
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
        code="VBC-1099",
    )


def _with_constant(columns: Numbers) -> Numbers:
    return np.column_stack([np.ones(len(columns)), columns])


def _scaled(traits: Numbers) -> Numbers:
    """Each varying trait with mean 0 and deviation 1; payments as their logarithm."""
    made = traits.copy()
    at = TRAITS.index("payments")
    made[:, at] = np.sign(made[:, at]) * np.log1p(np.abs(made[:, at]))
    spread = made.std(axis=0)
    kept = spread > NOTHING
    scaled: Numbers = (made[:, kept] - made[:, kept].mean(axis=0)) / spread[kept]
    return scaled


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
        [np.ones(len(at)), sample.is_member[at].astype(float), _scaled(sample.traits[at])]
    )
    fitted = linear.WLS(change[at], rows, weights=matching.weights).fit(
        cov_type="cluster", cov_kwds={"groups": matching.matched_to}
    )
    return _read(fitted)


def _regressed(change: Numbers, sample: Sample) -> tuple[float, float, float, float]:
    linear, _, _ = statistics()
    months = np.unique(sample.cohort)[1:]
    dummies = (sample.cohort[:, None] == months[None, :]).astype(float)
    rows = np.column_stack([
        np.ones(len(change)), sample.is_member.astype(float), _scaled(sample.traits), dummies
    ])  # fmt: skip
    return _read(linear.OLS(change, rows).fit(cov_type="HC3"))


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
    found = []
    for column, trait in enumerate(TRAITS):
        if spread[column] <= NOTHING:
            found.append(Balance(trait, 0.0, 0.0))
            continue
        values = traits[:, column]
        first = values[inside].mean() - values[~inside].mean()
        own = inside[at]
        now = np.average(values[at][own], weights=weights[own]) - np.average(
            values[at][~own], weights=weights[~own]
        )
        found.append(Balance(trait, float(first / spread[column]), float(now / spread[column])))
    return found


def sample_of(rows: Sequence[Mapping[str, Any]], outcomes: Sequence[str]) -> Sample:
    """People as arrays, in the order of their identifiers and months."""
    ordered = sorted(rows, key=lambda row: (str(row["start_month"]), str(row["person_id"])))
    months = sorted({row["start_month"] for row in ordered})

    def rates(kind: str, over: str) -> dict[str, Numbers]:
        count = np.array([float(row[over]) for row in ordered])
        return {
            name: np.array([float(row[f"{name}_{kind}"]) for row in ordered]) / count
            for name in outcomes
        }

    before, after, early = (
        rates("base", "base_months"), rates("follow", "follow_months"),
        rates("early", "early_months"),
    )  # fmt: skip
    base = np.array([float(row["base_months"]) for row in ordered])
    first = np.array([float(row["early_months"]) for row in ordered])
    late = {n: (before[n] * base - early[n] * first) / (base - first) for n in outcomes}
    traits = np.column_stack([
        [float(row["age"] or 0) for row in ordered],
        [float(row["sex"] == "female") for row in ordered],
        [float(bool(row["is_dual"])) for row in ordered],
        *(before[name] for name in ("payments", "admissions", "emergency")),
    ])  # fmt: skip
    return Sample(
        np.array([bool(row["is_member"]) for row in ordered]),
        np.array([months.index(row["start_month"]) for row in ordered]),
        traits, before, after, early, late,
    )  # fmt: skip
