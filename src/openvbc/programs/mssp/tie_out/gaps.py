"""Why CMS's dollars of a year are others than ours: the known causes, each sized.

With CMS's person-years ``n`` and per capita ``c``, ours ``m`` and ``d``::

    gap           = n * c - m * d
    opt-outs      = o * d        people on CMS's list of whom no claim was delivered, o person-years
    person-years  = (n - m - o) * d
    run-out       = payments known after the run's cut-off and by that of CMS's report
    left          = the rest     claims suppressed for substance use are in it; no file tells them

The parts add up to the gap. The first two take a person-year at our own per capita.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Gap:
    """A year: CMS's dollars against ours, and the causes (USD, plus is more at CMS)."""

    period: str
    cms: Decimal
    own: Decimal
    opt_outs: Decimal
    person_years: Decimal
    run_out: Decimal

    @property
    def gap(self) -> Decimal:
        """CMS less ours."""
        return self.cms - self.own

    @property
    def left(self) -> Decimal:
        """What no known cause explains."""
        return self.gap - self.opt_outs - self.person_years - self.run_out


def gap_of(
    period: str,
    cms: tuple[Decimal, Decimal],
    own: tuple[Decimal, Decimal],
    opted_out: Decimal,
    later: Decimal,
) -> Gap:
    """From (person-years, per capita) of both, person-years opted out, and what was known later."""
    (years, per_capita), (own_years, own_per_capita) = cms, own
    return Gap(
        period,
        years * per_capita,
        own_years * own_per_capita,
        opted_out * own_per_capita,
        (years - own_years - opted_out) * own_per_capita,
        later,
    )
