"""Promoting interoperability of participants, from submissions.

From 2019 each measure earns points; the points of one that is excluded go to others, and a category
in which something required is neither reported nor excluded is zero. 42 CFR 414.1375,
414.1380(b)(4)(ii). In 2017 and 2018 it is advancing care information.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from openvbc.errors import Place, SetAside
from openvbc.programs.mips.submissions.advancing_care import (
    advancing_care_points,
    advancing_care_table,
)
from openvbc.programs.mips.submissions.inventory import PROMOTING
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.rules.load import RuleSet, load_code_table

BONUS, EACH_BONUS, OF_TWO = "bonus", "each bonus", "one of two"
"""Points of which the most of an objective count once; that all count; of registries of which two
are needed."""
NEEDED = 2
MOST = Decimal(100)
"""Points that are the whole category of promoting interoperability."""
POINTS, EXCLUSIONS = "promoting_interoperability_points", "promoting_interoperability_exclusions"
Rows = Mapping[str, Mapping[str, str]]


def score_interoperability(
    rows: Sequence[MeasureRow], rules: RuleSet, year: int, aside: list[SetAside]
) -> dict[str, Decimal]:
    """The category of everyone who submitted measures of it, as a ratio.

    A measure gives its points for a yes, or its share of them in whole points; one for which
    another stands needs not be reported. Who cannot be scored is set aside: the score is then to be
    given.
    """
    first_years = advancing_care_table(year)
    table = first_years or _of_year(POINTS, "measure", year)
    exclusions = {} if first_years else _of_year(EXCLUSIONS, "exclusion", year)
    submitted: dict[str, dict[str, MeasureRow]] = defaultdict(dict)
    for row in by_category(rows, PROMOTING):
        submitted[row.who][row.measure.name] = row
    scores: dict[str, Decimal] = {}
    for who, measures in submitted.items():
        place = next(iter(measures.values())).place
        if not table:
            aside.append(_given(place, f"the points of measures in {year} were not read"))
        elif any(_lacks_share(row, table.get(name)) for name, row in measures.items()):
            aside.append(_given(place, "a measure that earns a share lacks its numbers"))
        elif first_years:
            scores[who] = advancing_care_points(measures, table, rules, year) / MOST
        elif why := _not_scored(measures, table, exclusions):
            aside.append(_given(place, why))
        else:
            scores[who] = _points(measures, table, exclusions, rules, year) / MOST
    return scores


def unconfirmed_points(year: int, submitted: Sequence[MeasureRow]) -> list[str]:
    """What to say where points of the year, or of an exclusion that is claimed, are unconfirmed."""
    claimed = {row.measure.name for row in submitted if row.answer}
    points = _of_year(POINTS, "measure", year)
    moved = {n: r for n, r in _of_year(EXCLUSIONS, "exclusion", year).items() if n in claimed}
    told = ((f"Points of promoting interoperability in {year}", points),
            ("Where the points of excluded measures go", moved))  # fmt: skip
    return [
        f"{what}: unverified ({cite})."
        for what, rules in told
        for cite in sorted({r["cite"] for r in rules.values() if r["status"] == "unverified"})
    ]


def _of_year(name: str, key: str, year: int) -> Rows:
    rows = load_code_table("mips", name)
    return {r[key]: r for r in rows if int(r["first_year"]) <= year <= int(r["last_year"])}


def _given(place: Place, why: str) -> SetAside:
    detail = f"{why}; give promoting_interoperability_score in the list of participants"
    return SetAside("promoting interoperability cannot be scored", place, detail)


def _lacks_share(row: MeasureRow, rule: Mapping[str, str] | None) -> bool:
    return rule is not None and rule["earned_by"] == "share" and row.rate is None


def _not_scored(measures: Mapping[str, MeasureRow], table: Rows, exclusions: Rows) -> str:
    """Why exclusions that are claimed leave no score; empty where they do."""
    for name, row in measures.items():
        is_exclusion = "_EX_" in name or "_LV" in name
        if row.answer and is_exclusion and name not in exclusions:
            return f"{name} is an exclusion whose rule was not read"
    excluded = _excluded(measures, exclusions)
    reported = {name for name in table if name in measures and measures[name].share > 0}
    instead = {other for name in reported for other in table[name]["stands_for"].split()}
    both = sorted(excluded & (reported | instead))
    return f"{both[0]} is reported, or another for it, and excluded" if both else ""


def _excluded(measures: Mapping[str, MeasureRow], exclusions: Rows) -> set[str]:
    """The measures that are excluded."""
    return {
        exclusions[n]["measure"] for n, row in measures.items() if row.answer and n in exclusions
    }


def _points(
    measures: Mapping[str, MeasureRow],
    table: Rows,
    exclusions: Rows,
    rules: RuleSet,
    year: int,
) -> Decimal:
    shares = {name: row.share for name, row in measures.items() if name in table and row.share > 0}
    excluded = _excluded(measures, exclusions)
    worth = _worth(shares, table, excluded, exclusions)
    if worth is None or any(name not in shares for name in worth):
        return Decimal(0)
    rounding = rules.get("promoting_interoperability_rounding", performance_year=year).value
    unit = Decimal(1).scaleb(-int(str(rounding)))
    total = Decimal(0)
    for name, points in worth.items():
        if table[name]["earned_by"] == "share":
            total += max((points * shares[name]).quantize(unit, ROUND_HALF_UP), unit)
        else:
            total += points
    return min(total + _bonus(shares, table), MOST)


def _worth(
    shares: Mapping[str, Decimal], table: Rows, excluded: set[str], exclusions: Rows
) -> dict[str, Decimal] | None:
    """Points that each measure to be reported can earn; None where registries are lacking.

    Those of an excluded measure go, in the order of the table, to the first of its heirs that is to
    be reported itself, to an objective in equal parts.
    """
    beside = {BONUS, EACH_BONUS, OF_TWO}
    stood_for = {other for name in shares for other in table[name]["stands_for"].split()}
    worth = {
        name: Decimal(rule["points"]) for name, rule in table.items()
        if rule["earned_by"] not in beside and name not in stood_for
        and (not rule["stands_for"] or name in shares)
    }  # fmt: skip
    registries = {name for name, rule in table.items() if rule["earned_by"] == OF_TWO}
    if registries:
        reported = sorted(registries & set(shares))[:NEEDED]
        if len(reported) + len(registries & excluded) < NEEDED:
            return None
        whole = NEEDED * Decimal(table[min(registries)]["points"])
        heirs = reported or [_heir(exclusions, registries & excluded)]
        for name in heirs:
            worth[name] = worth.get(name, Decimal(0)) + whole / len(heirs)
    done: set[str] = set()
    for rule in exclusions.values():
        measure = rule["measure"]
        if measure not in excluded or measure in done or measure in registries:
            continue
        done.add(measure)
        moved = worth.pop(measure, Decimal(0))
        for heir in rule["points_to"].split("|"):
            of_objective = [n for n in worth if table[n]["objective"] == heir]
            heirs = of_objective or [n for n in worth if n == heir]
            for name in heirs:
                worth[name] += moved / len(heirs)
            if heirs:
                break
    return worth


def _heir(exclusions: Rows, excluded: set[str]) -> str:
    """Where the points go of registries that are all excluded."""
    return next(rule["points_to"] for rule in exclusions.values() if rule["measure"] in excluded)


def _bonus(shares: Mapping[str, Decimal], table: Rows) -> Decimal:
    """The most of each objective's bonuses, and those that all count."""
    most: dict[str, Decimal] = defaultdict(Decimal)
    for name in shares:
        rule = table[name]
        if rule["earned_by"] == BONUS:
            most[rule["objective"]] = max(most[rule["objective"]], Decimal(rule["points"]))
        elif rule["earned_by"] == EACH_BONUS:
            most[name] = Decimal(rule["points"])
    return sum(most.values(), Decimal(0))
