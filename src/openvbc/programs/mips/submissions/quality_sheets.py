"""Sheets of the quality category: each measure with its points, each participant with the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from openvbc.programs.mips.submissions.inventory import (
    CLAIMS,
    ELECTRONIC,
    QUALITY,
    SURVEY,
    WEB,
    Inventory,
)
from openvbc.programs.mips.submissions.measure_rows import MeasureRow, by_category
from openvbc.programs.mips.submissions.pathways import CHOSEN_CLAIMS, scored_as
from openvbc.programs.mips.submissions.quality import (
    NONE,
    BenchmarkTable,
    QualityRows,
    measures_required,
    score_quality,
)
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.arithmetic import objects


def quality_sheets(
    rows: Sequence[MeasureRow],
    people: dict[str, dict[str, Any]],
    table: BenchmarkTable,
    pathway: str,
    rules: RuleSet,
    year: int,
    inventory: Inventory,
) -> dict[str, Sheet]:
    """Score the quality of the participants of one pathway; their score goes to `people`."""
    chosen = [r for r in by_category(rows, QUALITY) if people[r.who]["pathway"] == pathway]
    if not chosen:
        return {}
    who = list(dict.fromkeys(row.who for row in chosen))
    by_web = {row.who for row in chosen if row.collection_type == WEB}
    columns = quality_rows(
        chosen, {name: n for n, name in enumerate(who)}, table, rules, year, people
    )
    required, set_size = None, np.array([0] * len(who))
    if pathway == "APP":
        sets = _set_sizes(rules, year, inventory)
        kinds = (WEB_SET if name in by_web else ELECTRONIC_SET for name in who)
        set_size = np.array([sets[kind] for kind in kinds])
    else:
        needed = measures_required(pathway, rules, year)
        applicable = [people[name]["measures_applicable"] for name in who]
        required = np.array([min(needed, int(a)) if a else needed for a in applicable])
        required[[name in by_web for name in who]] = 0  # the Web Interface is a set, all of it
        surveyed = {row.who for row in chosen if row.collection_type == SURVEY}
        of_web = sum(WEB in each.collection_types for each in inventory.values())
        set_size = np.array([(of_web + (name in surveyed)) * (name in by_web) for name in who])
    relieved = _relieved(chosen, who, people, rules, year) if required is not None else 0
    scored = score_quality(
        columns, table, len(who), pathway, rules, year, "decimal",
        small_practice=np.array([bool(people[name]["small_practice"]) for name in who]),
        required=required, set_size=set_size,
        fewer_required=relieved,
        prior=[people[name]["prior_achievement"] for name in who],
    )  # fmt: skip
    for number, name in enumerate(who):
        people[name]["quality_score"] = scored.category.value("quality_score", number)
    items = [
        f"{row.measure.name} {row.collection_type}{'' if counts else ', not counted'}"
        for row, counts in zip(chosen, scored.counts, strict=True)
    ]
    measures = [ContractYear(row.who, year, pathway) for row in chosen]
    whose = [ContractYear(name, year, pathway) for name in who]
    named = pathway.lower()
    return {
        f"quality_measures_{named}": Sheet(measures, scored.points, items),
        f"quality_{named}": Sheet(whose, scored.category),
    }


def _relieved(
    rows: Sequence[MeasureRow],
    who: Sequence[str],
    people: Mapping[str, Mapping[str, Any]],
    rules: RuleSet,
    year: int,
) -> np.ndarray:
    """One measure fewer in what is available of a group whose survey sample is too small.

    Of one that submitted no more than five measures, 42 CFR 414.1380(b)(1)(vii)(B).
    """
    relief = rules.get("survey_relief_measures", performance_year=year).value
    most = -1 if relief is None else int(str(relief))
    submitted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.collection_type != CLAIMS:
            submitted[row.who].add(scored_as(row))
    return np.array([
        int(bool(people[name]["survey_sample_too_small"]) and len(submitted[name]) <= most)
        for name in who
    ])  # fmt: skip


WEB_SET, ELECTRONIC_SET = "web interface", "electronic"
"""The sets of the APM Performance Pathway, by how an entity reports."""


def _set_sizes(rules: RuleSet, year: int, inventory: Inventory) -> dict[str, int]:
    """How many measures of each set are the participant's to report: all but those from claims."""
    sizes = {WEB_SET: 0, ELECTRONIC_SET: 0}
    for entry in rules.history("pathway_measures"):
        if entry.applies["performance_year"].matches(year):
            names = [inventory[name] for name in str(entry.value).split() if name in inventory]
            reported = [each for each in names if each.collection_types != {CLAIMS}]
            for collection in sizes:
                if entry.applies["collection"].matches(collection):
                    sizes[collection] = len(reported)
    return sizes


def quality_rows(
    rows: Sequence[MeasureRow],
    number: Mapping[str, int],
    table: BenchmarkTable,
    rules: RuleSet,
    year: int,
    people: Mapping[str, Mapping[str, Any]],
) -> QualityRows:
    """Rows as columns, in Decimal."""
    of_choice = [row.measure.name in people[row.who].get(CHOSEN_CLAIMS, ()) for row in rows]
    from_claims = [row.collection_type == CLAIMS for row in rows]
    needed = rules.get("reported_share_needed", performance_year=year).value
    names = {name: n for n, name in enumerate(dict.fromkeys(map(scored_as, rows)))}

    def flags(values: list[bool]) -> np.ndarray:
        return np.array(values, dtype=bool)

    return QualityRows(
        np.array([number[row.who] for row in rows]),
        np.array([names[scored_as(row)] for row in rows]),
        np.array([table.number.get((r.measure.name, r.collection_type), NONE) for r in rows]),
        objects([row.rate for row in rows]),
        objects([row.cases if row.cases is not None else Decimal(0) for row in rows]),
        flags([row.reported_share is None or row.reported_share >= needed for row in rows]),  # type: ignore[operator]
        objects([_years_in_use(row, year) for row in rows]),
        flags([row.collection_type in row.measure.limit_removed
               or row.collection_type == WEB for row in rows]),
        flags([row.measure.is_outcome for row in rows]),
        flags([row.measure.high_priority for row in rows]),
        flags([c and not o for c, o in zip(from_claims, of_choice, strict=True)]),
        flags([row.end_to_end for row in rows]),
        flags([row.collection_type == WEB for row in rows]),
        flags([c and o for c, o in zip(from_claims, of_choice, strict=True)]),
        flags([scored_as(row) != row.measure.name for row in rows]),
        flags([row.of_entity and row.collection_type == ELECTRONIC
               and not people[row.who]["subgroup_of"] for row in rows]),
        np.array([case_minimum(rules, row.measure.name) for row in rows], dtype=np.float64),
    )  # fmt: skip


def case_minimum(rules: RuleSet, measure: str) -> float:
    """Cases from which a measure is scored: its own number, else that of every measure."""
    own = [e for e in rules.history("claims_case_minimum") if e.matches({"measure": measure})]
    minimum = own[0] if own else rules.get("least_cases")
    return float(str(minimum.value))


def _years_in_use(row: MeasureRow, year: int) -> int:
    first = row.measure.first_year
    return 9 if first is None else year - first + 1
