"""Scores that a participant has from elsewhere: a subgroup's group, a facility's hospital."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.errors import SetAside
from openvbc.programs.mips.category_scores import final_inputs, not_scored
from openvbc.programs.mips.submissions.cost import BY_MEASURES
from openvbc.rules.load import RuleSet
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

FROM_GROUP = ("cost_score", "complex_patient_bonus")
ASKED_OF_GROUPS = ("improvement_activities_score", "promoting_interoperability_score")
"""Of these a group must have submitted one to be scored by its facility."""
FACILITY_FROM = 2019
"""First performance year of facility-based scores, 42 CFR 414.1380(e)."""
WHOLE_SCORE_FROM = 2022
"""From this performance year the higher final score decides; before, quality and cost together."""

People = dict[str, dict[str, Any]]


def take_from_group(people: People, aside: list[SetAside]) -> None:
    """Give each subgroup the cost score, bonus and promoting interoperability of its group.

    What its own row gives stays, and where measures of cost are given those of its MVP count, each
    as its group's. Without data of the group, promoting interoperability is zero
    (42 CFR 414.1365). A subgroup of a group that is not in the list is set aside.
    """
    for who, person in list(people.items()):
        if not person["subgroup_of"]:
            continue
        group = people.get(person["subgroup_of"])
        if group is None or group is person:
            reason = "a subgroup whose group does not take part"
            aside.append(SetAside(reason, person["place"], "subgroup_of names a row of the list"))
            del people[who]
            continue
        for name in FROM_GROUP:
            by_measure = name == "cost_score" and group.get(BY_MEASURES)
            if person[name] is None and not by_measure:
                person[name] = group[name]
        if person["promoting_interoperability_score"] is None:
            group_score = group["promoting_interoperability_score"]
            person["promoting_interoperability_score"] = 0 if group_score is None else group_score


def take_from_facility(people: People, rules: RuleSet, year: int, aside: list[SetAside]) -> None:
    """Give each facility-based participant the facility's quality and cost where they score higher.

    Both scores are CMS's, from the hospital's total performance. They are used unless what was
    submitted gives a higher final score; before 2022, higher quality and cost together. Not of a
    subgroup, nor of a group that submitted neither activities nor promoting interoperability
    (42 CFR 414.1365(e)(3), 414.1380(e)(4)).
    """
    based = []
    for person in people.values():
        if person["facility_quality_score"] is None:
            continue
        reported = any(person[name] is not None for name in ASKED_OF_GROUPS)
        if person["subgroup_of"] or (not person.get("npi") and not reported):
            detail = "a subgroup has none; a group needs activities or promoting interoperability"
            aside.append(SetAside("facility-based scores not used", person["place"], detail))
        else:
            based.append(person)
    if not based:
        return
    if year < FACILITY_FROM:
        aside += [
            SetAside("facility-based scores begin with 2019", person["place"]) for person in based
        ]
        return
    others = [
        {
            **person,
            "quality_score": person["facility_quality_score"],
            "cost_score": person["facility_cost_score"],
        }
        for person in based
    ]
    worth = zip(_worth(based, rules, year), _worth(others, rules, year), strict=True)
    for person, other, (own, facility) in zip(based, others, worth, strict=True):
        if facility > own:
            person.update(other)


def _worth(rows: Sequence[Mapping[str, Any]], rules: RuleSet, year: int) -> list[Any]:
    """What decides, of each row with what is given; below every score where it has none."""
    given = [{**row, **not_scored(row, year, rules)} for row in rows]
    scores = MIPS_FINAL_SCORE.evaluate(final_inputs(given, year), rules)
    whole = year >= WHOLE_SCORE_FROM
    lines = ("final_score",) if whole else ("quality_points", "cost_points")
    worth = []
    for number in range(len(rows)):
        parts = [None if number in scores.refused else scores.value(n, number) for n in lines]
        known = [part for part in parts if part is not None]
        worth.append(sum(known) if known else -1)
    return worth
