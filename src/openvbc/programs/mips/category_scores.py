"""Final scores and payment adjustments from a user's own list of category scores.

A category that is left empty is not scored, and its weight goes where the year's table sends it; a
category that was to be reported and was not has a score of 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from openvbc.claims import csv_values as read
from openvbc.claims.csv_table import optional
from openvbc.claims.csv_values import Refused
from openvbc.errors import EmptyResult, Place, SetAside
from openvbc.programs.mips.own_list import ListRow, not_negative, read_list, reasons_of
from openvbc.programs.published.facility_files import check_year
from openvbc.programs.published.idle_columns import notes_of_idle_columns, results_of
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

CATEGORIES = {
    "cost": ("cost_score", "cost_weight"),
    "pi": ("promoting_interoperability_score", "promoting_interoperability_weight"),
    "quality": ("quality_score", "quality_weight"),
    "ia": ("improvement_activities_score", "improvement_activities_weight"),
}
"""Categories in the order in which the rules join them, their score and their weight."""


def score(text: str) -> Any:
    """A category score as a ratio: from 0 to 1."""
    number = not_negative(read.number)(text)
    if number > 1:
        raise Refused("over 1: a category score is a ratio, 0.85 for 85%")
    return number


COLUMNS = (
    optional("pathway", read.one_of("traditional", "MVP", "APP"), "how it reported"),
    optional("small_practice", read.flag, "15 clinicians or fewer"),
    *(optional(name, score, name.replace("_", " ")) for name, _ in CATEGORIES.values()),
    optional("complex_patient_bonus", not_negative(read.number), "points"),
    optional("covered_professional_services", not_negative(read.money), "of the payment year"),
)
PRESENTATION = Presentation(
    headline=("least_payment_change", "most_payment_change", "final_score"),
    result="final_score",
    totals=("least_payment_change", "most_payment_change"),
    distribution="final_score",
)
NOTES = (
    "A category left empty is taken as not scored: its weight is moved as the year's table says.",
    "Where the year's scaling factors are not known, the payment change is given as the range that"
    " the law leaves.",
)
MVP_FROM = 2023
"""First performance year of MVPs, 42 CFR 414.1365."""


def settle_category_scores(path: Path, year: int, overlays: Sequence[Path] = ()) -> Settlement:
    """Score every row of a list for a performance year.

    Raises:
        InputError: the list cannot be read. ParameterMissing: a rule of the year is not known.
        EmptyResult: no row can be scored.
    """
    rules = load_rules("mips", tuple(overlays))
    check_year(rules, ("performance_threshold", "applicable_percent"), year, "performance_year")
    rows, aside = read_list(path, COLUMNS, "category scores")
    kept: list[ListRow] = []
    for row in rows:
        pathway = row.values["pathway"] or "traditional"
        row.values.update(pathway=pathway)
        row.values.update(not_scored(row.values, year, rules))
        bonus = row.values["complex_patient_bonus"]
        if pathway == "MVP" and year < MVP_FROM:
            aside.append(SetAside("MVPs begin with 2023", row.place))
        elif over := bonus_over_limit(bonus, rules, year, row.place):
            aside.append(over)
        else:
            kept.append(row)
    evaluation = (
        MIPS_FINAL_SCORE.evaluate(final_inputs([r.values for r in kept], year), rules)
        if kept
        else None
    )
    refused = evaluation.refused if evaluation else {}
    for number, missing in refused.items():
        aside.append(
            SetAside("no weights for what is not scored", kept[number].place, missing.what)
        )
    scored = [number for number in range(len(kept)) if number not in refused]
    if evaluation is None or not scored:
        reasons = reasons_of(aside)
        raise EmptyResult(
            "no row of the list could be scored",
            place=aside[0].place if aside else None,
            rule=reasons,
            action="give npi, tin or entity, and the scores of the categories as ratios",
            code="VBC-707",
        )
    rows = [kept[number] for number in scored]
    contracts = [ContractYear(row.identifier, year, row.values["pathway"]) for row in rows]
    main = Sheet(contracts, evaluation.at(scored))
    idle = notes_of_idle_columns(main, [row.values for row in rows], results_of(PRESENTATION))
    return Settlement(
        "mips", f"MIPS final scores, performance year {year}", main, PRESENTATION,
        len(scored) + len(aside), aside, sources=(path,), notes=(*NOTES, *idle),
    )  # fmt: skip


def bonus_over_limit(bonus: Any, rules: RuleSet, year: int, place: Place) -> SetAside | None:
    """What is wrong with a bonus for complex patients that the year does not allow."""
    limit = rules.get("complex_patient_limit", performance_year=year).value
    if bonus is None or bonus <= limit:
        return None
    return SetAside("a bonus for complex patients over the year's limit", place, f"{limit} at most")


def not_scored(values: Mapping[str, Any], year: int, rules: RuleSet) -> dict[str, Any]:
    """The categories of the pathway that are left empty, as the rules name them together."""
    weighted = weighted_categories(
        rules, year, values["pathway"] or "traditional", small=bool(values["small_practice"])
    )
    return joined([name for name in weighted if values[CATEGORIES[name][0]] is None], weighted)


def joined(empty: Sequence[str], weighted: Sequence[str]) -> dict[str, Any]:
    """Categories that are not scored, as the rules name them together."""
    # Without weights for the year and pathway the worksheet refuses the row by name.
    fewer = bool(weighted) and len(weighted) - len(empty) <= 1
    named = "three or more" if fewer else "+".join(empty) or "none"
    return {"zeroed": named, "fewer_than_two_categories": fewer}


@lru_cache(maxsize=64)
def weighted_categories(rules: RuleSet, year: int, pathway: str, *, small: bool) -> tuple[str, ...]:
    """The categories that have a weight when all are scored."""
    asked = {
        "performance_year": year, "pathway": pathway, "small_practice": small, "zeroed": "none",
    }  # fmt: skip
    return tuple(
        name
        for name, (_, weight) in CATEGORIES.items()
        if any(entry.value for entry in rules.history(weight) if entry.matches(asked))
    )


def final_inputs(rows: Sequence[Mapping[str, Any]], year: int) -> dict[str, Any]:
    """Columns of the final score, of rows by name."""
    names = [each for each in MIPS_FINAL_SCORE.inputs if each != "performance_year"]
    return {
        "performance_year": year,
        **{name: [row.get(name) for row in rows] for name in names},
    }
