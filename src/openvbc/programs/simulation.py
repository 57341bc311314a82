"""What a settled contract could earn or owe: what varies, what comes out, and who computes it.

A program that can be simulated names its :class:`Simulation` in its declaration. A simulation shows
spread and odds, not a payment: floats are not exact, and draws are independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from openvbc.errors import InputError, Place
from openvbc.worksheets.kernel.arithmetic import Column

if TYPE_CHECKING:
    from openvbc.programs.listing import Listing

CHUNK = 100_000
"""Scenarios evaluated at once: columns of this length stay in the processor's cache and memory."""

PERCENTILES = (5, 25, 50, 75, 95)

VARIED = (
    "expenditure_trend", "risk_ratio", "quality_score", "volume", "discount", "readmissions",
    "skilled_nursing_days",
)  # fmt: skip
"""What a scenario may vary."""
OF_BUNDLES = frozenset({"discount", "readmissions", "skilled_nursing_days"})


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
    volume: Range | None = None
    """Factor on what is counted: 1.1 has 10 percent more episodes at the same cost and price."""
    discount: Range | None = None
    """Discount of bundles' targets as a ratio, in place of the settled one."""
    readmissions: Range | None = None
    """Factor on spending of readmissions in episodes."""
    skilled_nursing_days: Range | None = None
    """Factor on skilled nursing in episodes: 0.9 has a tenth fewer days at the same rate."""

    @property
    def varies(self) -> bool:
        """Whether anything varies at all."""
        return any(getattr(self, name) for name in VARIED)


@dataclass(frozen=True)
class Outcome:
    """The result over all scenarios under one election."""

    election: str
    """A rate in percent, ``by size``, a track, or ``as settled``."""
    amounts: Column
    """USD earned, or owed (negative), one a scenario."""
    owed_is_upper_bound: bool = False
    """Losses are owed in some scenario under a limit by revenue that is not known."""

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
        amounts = np.percentile(self.amounts, PERCENTILES)
        return dict(zip(PERCENTILES, (float(each) for each in amounts), strict=True))


@dataclass(frozen=True)
class WhichRow:
    """Which settled row of a run, where it has several."""

    contract: str | None = None
    year: int | None = None
    item: str | None = None


@dataclass(frozen=True)
class Choices:
    """What else is asked for."""

    overlays: tuple[Path, ...] = ()
    elections: bool = True
    """Compare every election the contract may make, not only the settled one."""
    what_if: Path | None = None
    """Terms of the contract that are changed, where its program takes them."""
    categories: tuple[str, ...] = ()
    """Categories of bundles to take part in, held against those settled."""


@dataclass(frozen=True)
class Simulated:
    """A settled contract over all scenarios; the settled election is the first outcome."""

    title: str
    outcomes: Sequence[Outcome]
    caveats: Sequence[str] = ()
    heading: str = "Case"
    """What tells one outcome from another: an election, a contract of a book."""
    first: str = "The first is the one settled."
    """What is said of the first outcome."""


class Simulation(Protocol):
    """What a program offers to be simulated."""

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """Simulate a settled row of the run in `folder`.

        Raises:
            InputError: not exactly one settled row is meant, or a range cannot be.
        """
        ...


@runtime_checkable
class Chooses(Protocol):
    """A simulation that also knows what single choices are worth, without any range."""

    def choices(self, folder: Path, which: WhichRow, chosen: Choices) -> Listing:
        """Every choice of the settled row that is meant, or of everybody."""
        ...


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
            code="VBC-1033",
        ) from None


def check(
    scenarios: Scenarios, takes_volume: bool = False, takes: frozenset[str] = frozenset()
) -> None:
    """Refuse scenarios that vary nothing, or by what cannot be.

    Args:
        scenarios: what varies.
        takes_volume: whether the program counts episodes.
        takes: which of :data:`OF_BUNDLES` can be moved in its contracts.
    """
    if strange := sorted(n for n in OF_BUNDLES - takes if getattr(scenarios, n) is not None):
        raise InputError(
            f"contracts of this program are not simulated over {strange[0].replace('_', ' ')}",
            rule="it moves the episodes of a bundle",
            action="leave the range out",
            code="VBC-2142",
        )
    if scenarios.volume is not None and not takes_volume:
        raise InputError(
            "contracts of this program are not simulated over volume",
            rule="volume is that of episodes",
            action="leave the range of volume out",
            code="VBC-1995",
        )
    if scenarios.count < 1:
        raise InputError("a simulation needs at least one scenario", code="VBC-1034")
    if not scenarios.varies:
        raise InputError(
            "nothing varies",
            action="give a range: expenditure trend, risk ratio, quality score or volume; of "
            "bundles also discount, readmissions or skilled nursing days",
            code="VBC-1035",
        )
    limits = dict.fromkeys(VARIED, (0, 10))
    limits |= dict.fromkeys(("quality_score", "discount"), (0, 1))
    for name, (lowest, highest) in limits.items():
        span: Range | None = getattr(scenarios, name)
        if span is not None and not lowest <= span.low <= span.high <= highest:
            raise InputError(
                f"the range of {name.replace('_', ' ')} cannot be",
                place=Place(column=name, value=f"{span.low}..{span.high}"),
                rule=f"from {lowest} to {highest}, the lower number first",
                code="VBC-1036",
            )
