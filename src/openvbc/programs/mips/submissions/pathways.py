"""Which submitted rows a participant's way of reporting scores: an MVP, the APP, the Web Interface.

42 CFR 414.1335, 414.1365, 414.1367.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.mips.category_scores import MVP_FROM
from openvbc.programs.mips.submissions.inventory import (
    CLAIMS,
    COST,
    QUALITY,
    SURVEY,
    SURVEY_MEASURE,
    SURVEY_PART,
    WEB,
    Mvp,
)
from openvbc.programs.mips.submissions.measure_rows import MeasureRow
from openvbc.rules.load import RuleSet

People = dict[str, dict[str, Any]]
CHOSEN_CLAIMS = "chosen_claims"
"""Of a participant: the measures from claims that its MVP has among those required."""
NOT_OF_PATHWAY = "a measure that is not of the pathway"


def of_pathways(
    rows: Sequence[MeasureRow],
    people: People,
    mvps: Mapping[str, Mvp],
    rules: RuleSet,
    year: int,
    aside: list[SetAside],
    largest: Callable[[str, str], float | None],
) -> list[MeasureRow]:
    """Rows that the participant's pathway scores; a participant of an unknown MVP is set aside.

    A measure from claims whose rate is in another unit than its benchmark (`largest` is the
    greatest number of that) is set aside too.
    """
    sets: dict[str, frozenset[str]] = {}
    for who, person in list(people.items()):
        if person["pathway"] == "MVP":
            mvp = mvps.get(str(person["mvp"] or ""))
            if mvp is None or year < MVP_FROM:
                reason = "an MVP that the file of the year does not have"
                aside.append(SetAside(reason, person["place"], "give mvp, and the file of MVPs"))
                del people[who]
            else:
                sets[who] = mvp.quality | mvp.population | mvp.claims | mvp.cost
                person[CHOSEN_CLAIMS] = mvp.claims
        elif person["pathway"] == "APP":
            try:
                sets[who] = pathway_measures(rules, year)
            except InputError as error:
                aside.append(SetAside(error.what, person["place"]))
                del people[who]
    own = [row for row in with_claims_of_group(rows, people, aside) if row.who in people]
    kept = []
    for row in own:
        most = largest(row.measure.name, row.collection_type)
        if most is not None and row.collection_type == CLAIMS and (row.rate or 0) > 10 * most:
            detail = f"benchmarks go to {most:g}; give it as they do"
            aside.append(SetAside("a rate in another unit than its benchmark", row.place, detail))
            continue
        in_set = row.who not in sets or {row.measure.name, scored_as(row)} & sets[row.who]
        if row.measure.category in (QUALITY, COST) and not in_set:
            aside.append(SetAside(NOT_OF_PATHWAY, row.place))
        else:
            kept.append(row)
    chosen = _one_population_measure(kept, people, mvps, rules, year, aside)
    return _web_interface_alone(chosen, people, aside)


def pathway_measures(rules: RuleSet, year: int) -> frozenset[str]:
    """The measures of the APM Performance Pathway in a year, by any collection.

    Raises:
        InputError: they are not known for the year.
    """
    held = [
        str(entry.value) for entry in rules.history("pathway_measures")
        if entry.applies["performance_year"].matches(year)
    ]  # fmt: skip
    if not held:
        raise InputError(
            f"the measures of the APM Performance Pathway in {year} are not known",
            place=Place("rules/mips/app_pathway.yaml"), action="give them in an overlay",
            code="VBC-1933",
        )  # fmt: skip
    return frozenset(name for text in held for name in text.split())


def scored_as(row: MeasureRow) -> str:
    """The measure a row is scored as: a summary measure of the CAHPS survey is a part of it."""
    is_part = row.collection_type == SURVEY and row.measure.name.startswith(SURVEY_PART)
    return SURVEY_MEASURE if is_part else row.measure.name


def with_claims_of_group(
    rows: Sequence[MeasureRow], people: People, aside: list[SetAside]
) -> list[MeasureRow]:
    """Every subgroup has its group's quality measures from claims and cost, and none of its own.

    42 CFR 414.1365(d)(3)(i)(A)(1), (B)(1), (ii)(A).
    """
    groups = {who: p["subgroup_of"] for who, p in people.items() if p["subgroup_of"]}
    kept: list[MeasureRow] = []
    of_claims: dict[str, list[MeasureRow]] = {}
    for row in rows:
        of_cost = row.measure.category == COST
        from_claims = of_cost or (row.measure.category == QUALITY and row.collection_type == CLAIMS)
        if from_claims:
            of_claims.setdefault(row.who, []).append(row)
        if from_claims and row.who in groups:
            reason = "a measure from claims of a subgroup: its group's counts"
            aside.append(SetAside(reason, row.place))
        else:
            kept.append(row)
    for who, group in groups.items():
        kept += [replace(row, who=who) for row in of_claims.get(group, ())]
    return kept


def _one_population_measure(
    rows: Sequence[MeasureRow],
    people: People,
    mvps: Mapping[str, Mvp],
    rules: RuleSet,
    year: int,
    aside: list[SetAside],
) -> list[MeasureRow]:
    """Of an MVP the population health measure that was chosen, where the year asks for a choice."""
    if (
        year < MVP_FROM
        or not rules.get("population_measure_is_chosen", performance_year=year).value
    ):
        return list(rows)
    kept: list[MeasureRow] = []
    chosen: set[str] = set()
    for row in rows:
        person = people[row.who]
        of_mvp = person["pathway"] == "MVP" and row.measure.name in mvps[person["mvp"]].population
        if of_mvp and row.who in chosen:
            detail = f"in {year} the one chosen at registration counts: give that one alone"
            aside.append(SetAside("a second population health measure", row.place, detail))
            continue
        if of_mvp:
            chosen.add(row.who)
        kept.append(row)
    return kept


def _web_interface_alone(
    rows: Sequence[MeasureRow], people: People, aside: list[SetAside]
) -> list[MeasureRow]:
    """Who reports through the Web Interface is scored by all of it, and by nothing of choice."""
    by_web = {row.who for row in rows if row.collection_type == WEB}
    beside = (WEB, SURVEY, CLAIMS)
    kept = []
    for row in rows:
        alone = people[row.who]["pathway"] == "traditional" and row.who in by_web
        if row.measure.category == QUALITY and alone and row.collection_type not in beside:
            detail = "all measures of the Web Interface count; give others as another submission"
            aside.append(SetAside("a measure beside the CMS Web Interface", row.place, detail))
        else:
            kept.append(row)
    return kept
