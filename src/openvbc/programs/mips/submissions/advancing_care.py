"""Advancing care information of 2017 and 2018: base score, performance score and bonuses.

The base is all or nothing: each of its requirements by one of the measures that meet it, an
exclusion among them. Measures of the two editions that stand for one another count once, by the
edition that earns more. 42 CFR 414.1380(b)(4)(i).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal

from openvbc.programs.mips.submissions.measure_rows import MeasureRow
from openvbc.rules.load import RuleSet, load_code_table

PERFORMANCE, BONUSES = "performance", ("registry bonus", "activity bonus")
TRANSITION = "2014"
"""The edition of the transition set."""
REGISTRY, REGISTRY_BONUS = "registry", "registry bonus"
"""The slot of registries in 2018, where the first is performance and one more the bonus."""
MOST = Decimal(100)
Table = Mapping[str, Mapping[str, str]]


def advancing_care_table(year: int) -> Table:
    """The measures of a year and what they earn; empty where it has none."""
    rows = load_code_table("mips", "advancing_care_points")
    return {row["measure"]: row for row in rows if int(row["year"]) == year}


def advancing_care_points(
    measures: Mapping[str, MeasureRow], table: Table, rules: RuleSet, year: int
) -> Decimal:
    """Points of 100 for the measures of one participant, by name; attestations are taken as made.

    Raises:
        ParameterMissing: a number of the year is not known.
    """

    def rule(name: str) -> Decimal:
        return Decimal(str(rules.get(name, performance_year=year).value))

    shares = {name: row.share for name, row in measures.items() if name in table}
    met = {need for name, share in shares.items() if share for need in _meets(table[name])}
    if met != {need for row in table.values() for need in _meets(row)}:
        return Decimal(0)
    steps = rule("advancing_care_rate_steps")
    earned = {
        name: Decimal(table[name]["points"])
        * (share * steps).to_integral_value(rounding=ROUND_CEILING) / steps
        for name, share in shares.items() if table[name]["points"]
    }  # fmt: skip
    total = rule("advancing_care_base_points") + _performance(earned, table)
    for part in _bonus_parts(earned, table).values():
        total += part
    if not any(table[name]["edition"] == TRANSITION for name in shares):
        total += rule("advancing_care_edition_bonus")
    return min(total, MOST)


def _meets(row: Mapping[str, str]) -> list[str]:
    return [need for need in row["meets"].split("|") if need]


def _performance(earned: Mapping[str, Decimal], table: Table) -> Decimal:
    """Of each slot the edition that earns more; of registries one."""
    slots: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for name, points in earned.items():
        if table[name]["part"] == PERFORMANCE:
            of = slots[table[name]["slot"]]
            edition = table[name]["edition"]
            alone = table[name]["slot"] == REGISTRY
            of[edition] = max(of[edition], points) if alone else of[edition] + points
    return sum((max(of.values()) for of in slots.values()), Decimal(0))


def _bonus_parts(earned: Mapping[str, Decimal], table: Table) -> dict[str, Decimal]:
    """Each kind of bonus once; that of registries also for a second one counted as performance."""
    bonuses = {
        part: max((v for n, v in earned.items() if table[n]["part"] == part), default=Decimal(0))
        for part in BONUSES
    }
    registries = [n for n, v in earned.items() if v and table[n]["slot"] == REGISTRY]
    if len(registries) > 1:
        worth = [Decimal(row["points"]) for row in table.values() if row["part"] == REGISTRY_BONUS]
        bonuses[REGISTRY_BONUS] = max(worth)
    return bonuses
