"""What the rules say of rows of a results file: asked once a year and track, not once a row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from openvbc.errors import ParameterMissing
from openvbc.programs.published.plausible import Plausible
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows as table_rows


@lru_cache(maxsize=64)
def sharing_rate_basis(year: int, rules: RuleSet) -> object:
    """What the sharing rate of a year follows: a score, or a standard met."""
    return rules.get("sharing_rate_basis", performance_year=year).value


@lru_cache(maxsize=256)
def risk_model_of(year: int, track: str, rules: RuleSet) -> object:
    """One-sided or two-sided."""
    return rules.get("risk_model", performance_year=year, track=track).value


@lru_cache(maxsize=1024)
def shares_below_minimum(year: int, track: str, start: dt.date | None, rules: RuleSet) -> bool:
    """Whether a share of the rate may be paid below the minimum savings rate."""
    try:
        share = rules.get(
            "rate_share_below_minimum_savings_rate",
            performance_year=year,
            track=track,
            agreement_start=start,
        )
    except ParameterMissing:
        return False  # the evaluation refuses the row and names the parameter
    return share.value is not None


@lru_cache(maxsize=1024)
def years_since(start: dt.date, year: int, rules: RuleSet) -> int:
    """The performance year counted from the first of an agreement that began at `start`."""
    first = rules.get("first_performance_year", agreement_start=start).value or start.year
    return max(year - int(str(first)) + 1, 1)


@lru_cache(maxsize=64)
def lengths_in_months(year: int, rules: RuleSet) -> tuple[int, ...]:
    """The lengths a performance year may have; two where an agreement could begin inside it."""
    table = rules.get("performance_year_months", performance_year=year).value
    return tuple(int(str(entry["months"])) for entry in table_rows(table))


@lru_cache(maxsize=64)
def mean_and_steps(year: int, rules: RuleSet) -> tuple[Decimal | None, Decimal | None]:
    """The mean quality score that some were given, and how many steps scores of the year have."""
    mean = rules.get("mean_quality_score", performance_year=year).value
    steps = rules.get("quality_score_steps", performance_year=year).value
    count = None if steps is None else Decimal(str(steps))
    return mean if isinstance(mean, Decimal) else None, count


@lru_cache(maxsize=64)
def tracks_of(year: int, rules: RuleSet) -> tuple[str, ...]:
    """Tracks that exist in a performance year."""
    entries = [
        e for e in rules.history("risk_model") if e.applies["performance_year"].matches(year)
    ]
    return tuple(str(track) for e in entries for track in (e.applies["track"].values or ()))


@lru_cache(maxsize=64)
def rates_to_choose(track: str, rules: RuleSet) -> frozenset[Decimal]:
    """Minimum savings rates that a contract of the track may elect, of any year."""
    rates: set[Decimal] = set()
    for entry in rules.history("minimum_savings_rate_elections"):
        if entry.applies["track"].matches(track):
            rates.update(
                Decimal(str(choice["rate"]))
                for choice in table_rows(entry.value)
                if choice["rate"] is not None
            )
    return frozenset(rates)


@lru_cache(maxsize=64)
def expenditures_of_benchmark(rules: RuleSet) -> Plausible:
    """The shares of the benchmark that expenditures can be, both being in dollars."""
    return Plausible.of_rules(rules, "plausible", quantity="expenditures_of_benchmark")
