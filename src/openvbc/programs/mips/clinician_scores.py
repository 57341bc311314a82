"""Scores of clinicians as CMS publishes them from 2018, with and without the bonus.

Quality, cost and promoting interoperability are printed in percent, improvement activities in
points of 40, final scores in points. An empty cell is a category that was not scored, so the weight
set follows from the row; what the file does not print is whether the practice is small, which
changes the weights: the first of both that explains the final score is named. A zero may stand for
"not scored" too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.mips.category_scores import CATEGORIES, joined, weighted_categories
from openvbc.programs.mips.scores_file import FULL_ACTIVITIES, PERCENT, read_scores
from openvbc.programs.mips.weight_sets import weight_sets
from openvbc.programs.published.compared_line import half_unit
from openvbc.programs.published.layout import Column, Layout
from openvbc.programs.published.plausible import Plausible
from openvbc.programs.published.published_file import PublishedTable
from openvbc.rules.load import RuleSet
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

LAYOUT = Layout(
    "file of MIPS scores of clinicians",
    (
        Column("clinician", "(?:npi|row)", "text", required=True, label="NPI"),
        Column("group", "(?:org pac id|group pac id)", "text"),
        Column("quality", "quality category score", required=True, label="quality_category_score"),
        Column("pi", "pi category score", required=True, label="pi_category_score"),
        Column("ia", "ia category score", required=True, label="ia_category_score"),
        Column("cost", "cost category score", required=True, label="cost_category_score"),
        Column("before_bonus", "final mips score without cpb", required=True,
               label="final_mips_score_without_cpb"),
        Column("final", "final mips score", required=True, label="final_mips_score"),
    ),
    identifier="clinician",
)  # fmt: skip
SCORES = ("quality", "pi", "ia", "cost")
RANGES = {
    **{(name, ""): PERCENT for name in ("quality", "pi", "cost", "before_bonus", "final")},
    ("ia", ""): Plausible(Decimal(0), FULL_ACTIVITIES),
}
WHOLE_OF = {"quality": Decimal(100), "pi": Decimal(100), "ia": FULL_ACTIVITIES,
            "cost": Decimal(100)}  # fmt: skip
_FINAL = MIPS_FINAL_SCORE.taking({}, ["final_score"])


@dataclass(frozen=True)
class ClinicianScores:
    """What is printed of a clinician under one organisation."""

    identifier: str
    table: PublishedTable = field(repr=False, compare=False)
    number: int
    """Of its row in the table."""
    scores: dict[str, Decimal | None]
    """By category, as printed; None: empty."""
    before_bonus: Decimal
    final: Decimal
    decimals: Mapping[str, int]
    """With how many the file prints each column."""

    @property
    def place(self) -> Place:
        """The file and line."""
        return self.table.line(self.number)

    @property
    def bonus(self) -> Decimal:
        """What the final score has beyond the weighted categories: the complex patients' bonus."""
        return self.final - self.before_bonus


@dataclass(frozen=True)
class Weighted:
    """By which weights a row's score was made."""

    zeroed: str
    fewer: bool
    small: bool


def read_clinicians(files: Sequence[Path], set_aside: list[SetAside]) -> list[ClinicianScores]:
    """Every row of the files once; those that cannot be used are set aside with the reason."""

    def reader_of(table: PublishedTable) -> Callable[[int], ClinicianScores | SetAside]:
        return partial(_clinician, table, {name: table.decimals(name) for name, _ in RANGES})

    return read_scores(files, LAYOUT, RANGES, reader_of, set_aside)


def _clinician(
    table: PublishedTable, decimals: Mapping[str, int], row: int
) -> ClinicianScores | SetAside:
    who = table.text(row, "clinician")
    if not re.fullmatch(r"\d+", who):
        return SetAside("not an identifier of a clinician", table.place(row, "clinician"))
    group = table.text(row, "group") if table.has("group") else ""
    try:
        values = {name: table.number(row, name) for name, _ in RANGES}
    except InputError as error:
        return SetAside(error.what, error.place)
    before, final = values.pop("before_bonus"), values.pop("final")
    if before is None or final is None:
        return SetAside("a score is not given", table.place(row, "final"))
    if final < before:
        return SetAside("a final score below the one without the bonus", table.place(row, "final"))
    return ClinicianScores(
        f"{who}-{group}" if group else who, table, row, values, before, final, decimals
    )


def inputs_of(
    rows: Sequence[ClinicianScores], weighted: Sequence[Weighted], year: int, shift: int = 0
) -> dict[str, Any]:
    """Inputs of the final score; `shift` -1 and 1 are the ends that printed rounding leaves."""
    return {
        "performance_year": year,
        "pathway": "traditional",
        "small_practice": [each.small for each in weighted],
        "zeroed": [each.zeroed for each in weighted],
        "fewer_than_two_categories": [each.fewer for each in weighted],
        **{CATEGORIES[name][0]: [_ratio(row, name, shift) for row in rows] for name in SCORES},
    }


def _ratio(row: ClinicianScores, name: str, shift: int) -> Decimal | None:
    value = row.scores[name]
    if value is None:
        return None
    end = value + shift * _half(row, name)
    return min(max(end, Decimal(0)), WHOLE_OF[name]) / WHOLE_OF[name]


def _half(row: ClinicianScores, column: str) -> Decimal:
    """Half a unit of the last place the column is printed with."""
    return half_unit(row.decimals[column])


def final_ends(
    rows: Sequence[ClinicianScores], weighted: Sequence[Weighted], year: int, rules: RuleSet
) -> list[tuple[Decimal, Decimal]]:
    """Lowest and highest score without the bonus, by row."""
    low, high = (
        _FINAL.evaluate(inputs_of(rows, weighted, year, shift), rules).column("final_score")
        for shift in (-1, 1)
    )
    return list(zip(low, high, strict=True))


def weighted_of(rows: Sequence[ClinicianScores], year: int, rules: RuleSet) -> list[Weighted]:
    """For each row the weights that explain its score; those of its empty cells where none do."""
    weights: list[Weighted | None] = [None] * len(rows)
    waiting: dict[frozenset[str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        waiting[frozenset(n for n in SCORES if row.scores[n] is None)].append(number)
    for empty, numbers in waiting.items():
        left = numbers
        for each, may in _candidates(empty, year, rules):
            among = [n for n in left if may(rows[n])]
            chosen = [rows[n] for n in among]
            ends = final_ends(chosen, [each] * len(chosen), year, rules) if among else []
            for number, (low, high) in zip(among, ends, strict=True):
                if holds(rows[number], low, high):
                    weights[number] = each
            left = [n for n in left if weights[n] is None]
        plain, _ = next(iter(_candidates(empty, year, rules)))
        for number in left:
            weights[number] = plain
    return [each for each in weights if each is not None]


def holds(row: ClinicianScores, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether the printed score without the bonus lies in what rounding leaves."""
    half = _half(row, "before_bonus")
    return (
        low is not None and high is not None and low - half <= row.before_bonus <= high + half
    )  # fmt: skip


def _candidates(
    empty: frozenset[str], year: int, rules: RuleSet
) -> list[tuple[Weighted, Callable[[ClinicianScores], bool]]]:
    """Weights a row with these empty cells may have, the likeliest first, and for which rows."""
    made: list[tuple[Weighted, Callable[[ClinicianScores], bool]]] = []
    for small in (False, True):
        weighted = weighted_categories(rules, year, "traditional", small=small)
        state = joined([name for name in weighted if name in empty], weighted)
        made.append((_weighted(state, small=small), lambda row: True))
    known = {each.zeroed for each, _ in made}
    for zeroed in weight_sets(rules, year):
        names = set(zeroed.split("+"))
        if zeroed in known or not names <= set(SCORES) or not empty <= names:
            continue
        for small in (False, True):
            each = Weighted(zeroed, fewer=False, small=small)
            made.append((each, partial(_is_zero, names - empty)))
    return made


def _weighted(state: dict[str, Any], *, small: bool) -> Weighted:
    return Weighted(state["zeroed"], state["fewer_than_two_categories"], small)


def _is_zero(names: frozenset[str] | set[str], row: ClinicianScores) -> bool:
    return all(row.scores[name] == 0 for name in names)
