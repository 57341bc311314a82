"""Improvement activities and promoting interoperability of participants, from submissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openvbc.errors import Place, SetAside
from openvbc.programs.mips.submissions.advancing_care import (
    advancing_care_points,
    advancing_care_table,
)
from openvbc.programs.mips.submissions.inventory import ACTIVITY, PROMOTING
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.mips.other_categories import IMPROVEMENT_ACTIVITIES

BONUS, EACH_BONUS, OF_TWO = "bonus", "each bonus", "one of two"
"""Points of which the most count once; that all count; of registries of which two are needed."""
NEEDED = 2
MOST = Decimal(100)
"""Points that are the whole category of promoting interoperability."""


def score_activities(
    rows: Sequence[MeasureRow], people: Mapping[str, Mapping[str, Any]], rules: RuleSet, year: int
) -> tuple[list[str], Evaluation] | None:
    """The category of everyone who attested an activity, one row each; None where nobody did."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: {"medium": 0, "high": 0})
    for row in by_category(rows, ACTIVITY):
        if row.answer:
            counted[row.who]["high" if row.measure.kind == "high" else "medium"] += 1
    if not counted:
        return None
    who = list(counted)
    given = {
        "performance_year": year,
        "pathway": [people[each]["pathway"] for each in who],
        "less_burden": [
            bool(people[each]["less_burden"] or people[each]["small_practice"]) for each in who
        ],
        "medical_home": [bool(people[each]["medical_home"]) for each in who],
        "medium_activities": [counted[each]["medium"] for each in who],
        "high_activities": [counted[each]["high"] for each in who],
    }
    return who, IMPROVEMENT_ACTIVITIES.evaluate(given, rules)


def score_interoperability(
    rows: Sequence[MeasureRow], rules: RuleSet, year: int, aside: list[SetAside]
) -> dict[str, Decimal]:
    """The category of everyone who submitted measures of it, as a ratio.

    A measure gives its points for a yes, or its share of them in whole points; one for which
    another stands needs not be reported; with a required one missing the category is zero. An
    exclusion moves points to other measures by a rule that was not read: the score is then to be
    given, and that is said. In 2017 and 2018 it is scored as advancing care information.
    """
    first_years = advancing_care_table(year)
    table = first_years or {
        row["measure"]: row
        for row in load_code_table("mips", "promoting_interoperability_points")
        if int(row["first_year"]) <= year <= int(row["last_year"])
    }
    submitted: dict[str, dict[str, MeasureRow]] = defaultdict(dict)
    for row in by_category(rows, PROMOTING):
        submitted[row.who][row.measure.name] = row
    points_of = advancing_care_points if first_years else _points
    found: dict[str, Decimal] = {}
    for who, measures in submitted.items():
        place = next(iter(measures.values())).place
        if not table:
            aside.append(_given(place, f"the points of measures in {year} were not read"))
        elif not first_years and any(
            name not in table and _excludes(row) for name, row in measures.items()
        ):
            aside.append(_given(place, "an exclusion moves points by a rule that was not read"))
        elif any(_lacks_share(row, table.get(name)) for name, row in measures.items()):
            aside.append(_given(place, "a measure that earns a share lacks its numbers"))
        else:
            found[who] = points_of(measures, table, rules, year) / MOST
    return found


def unconfirmed_points(year: int) -> list[str]:
    """What to say where the year's points of promoting interoperability are not confirmed."""
    found = {
        row["cite"]
        for row in load_code_table("mips", "promoting_interoperability_points")
        if int(row["first_year"]) <= year <= int(row["last_year"]) and row["status"] == "unverified"
    }
    return [
        f"Points of promoting interoperability in {year} are unverified ({cite})."
        for cite in sorted(found)
    ]


def _given(place: Place, why: str) -> SetAside:
    detail = f"{why}; give promoting_interoperability_score in the list of participants"
    return SetAside("promoting interoperability cannot be scored", place, detail)


def _excludes(row: MeasureRow) -> bool:
    """Whether it claims an exclusion: CMS calls those so, or after low volume."""
    return bool(row.answer) and ("_EX_" in row.measure.name or "_LV" in row.measure.name)


def _lacks_share(row: MeasureRow, rule: Mapping[str, str] | None) -> bool:
    return rule is not None and rule["earned_by"] == "share" and row.rate is None


def _points(
    measures: Mapping[str, MeasureRow],
    table: Mapping[str, Mapping[str, str]],
    rules: RuleSet,
    year: int,
) -> Decimal:
    unit = Decimal(1).scaleb(
        -int(str(rules.get("promoting_interoperability_rounding", performance_year=year).value))
    )
    earned: dict[str, Decimal] = {}
    for name, row in measures.items():
        rule = table.get(name)
        if rule is None:
            continue
        if rule["earned_by"] == "share" and row.share:
            points = (Decimal(rule["points"]) * row.share).quantize(unit, ROUND_HALF_UP)
            earned[name] = max(points, unit)
        else:
            earned[name] = Decimal(rule["points"]) * Decimal(row.share > 0)
    stood_for = {
        other for name in earned if earned[name] > 0 for other in table[name]["stands_for"].split()
    }
    beside = {BONUS, EACH_BONUS, OF_TWO}
    required = {
        name for name, rule in table.items()
        if rule["earned_by"] not in beside and not rule["stands_for"]
    }  # fmt: skip
    registries = sorted(v for name, v in earned.items() if table[name]["earned_by"] == OF_TWO if v)
    asks_for_two = any(rule["earned_by"] == OF_TWO for rule in table.values())
    if any(not earned.get(name) for name in required - stood_for) or (
        asks_for_two and len(registries) < NEEDED
    ):
        return Decimal(0)
    bonus = {name for name in earned if table[name]["earned_by"] == BONUS}
    left_out = bonus | stood_for | {n for n in earned if table[n]["earned_by"] == OF_TWO}
    total = sum((v for name, v in earned.items() if name not in left_out), Decimal(0))
    total += sum(registries[-NEEDED:], Decimal(0))
    return min(total + max((earned[name] for name in bonus), default=Decimal(0)), MOST)
