"""People before and after a program began, as arrays, and the statistics library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.errors import ExtraMissing

Numbers = NDArray[np.float64]
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


def with_constant(columns: Numbers) -> Numbers:
    """The columns after one of ones."""
    rows: Numbers = np.column_stack([np.ones(len(columns)), columns])
    return rows


def scaled(traits: Numbers) -> Numbers:
    """Each varying trait with mean 0 and deviation 1; payments as their logarithm."""
    made = traits.copy()
    at = TRAITS.index("payments")
    made[:, at] = np.sign(made[:, at]) * np.log1p(np.abs(made[:, at]))
    spread = made.std(axis=0)
    kept = spread > NOTHING
    varying: Numbers = (made[:, kept] - made[:, kept].mean(axis=0)) / spread[kept]
    return varying


def adjusting(traits: Numbers) -> Numbers:
    """The traits that an outcome is adjusted for: as :func:`scaled`, and payments in dollars too.

    Dear months are followed by cheaper ones whoever helps, in proportion to the dollars they were
    dear by. The logarithm alone does not take that away: what was left moved the interval.
    """
    payments = traits[:, TRAITS.index("payments")]
    spread = payments.std()
    if spread <= NOTHING:
        return scaled(traits)
    dollars = (payments - payments.mean()) / spread
    columns: Numbers = np.column_stack([scaled(traits), dollars])
    return columns


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
