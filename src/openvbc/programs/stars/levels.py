"""Star Ratings level by level: measures, runs, ratings, contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from openvbc.programs.published.published_cell import number_or_none
from openvbc.programs.published.standing_among import shares_worse
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.programs.stars.cut_points import CutPoints
from openvbc.programs.stars.star_tables import StarContract
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import rows as table_rows
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.performance.stars import MEASURE, RUN
from openvbc.worksheets.performance.stars_rating import CONTRACT, RATING

RUNS = (("with", "with"), ("with", "without"), ("without", "with"), ("without", "without"))
"""(improvement measures, new measures)."""
_RUN_INPUTS = (
    "with_new", "without_new", "without_improvement_with_new", "without_improvement_without_new",
)  # fmt: skip


@dataclass(frozen=True)
class Rated:
    """A contract's rating to compute: which, and by which type's thresholds."""

    owner: int
    name: str
    """part_c, part_d or overall."""
    rating_type: str


class Levels:
    """The sheets of all contracts, from measures up to the main sheet."""

    def __init__(
        self,
        contracts: Sequence[StarContract],
        cut_points: Mapping[tuple[str, str], CutPoints],
        year: int,
        rules: RuleSet,
    ) -> None:
        self.contracts, self.year, self.rules = contracts, year, rules
        part = rules.get("measure_part", star_year=year).value
        self.parts: dict[str, Mapping[str, Any]] = {
            str(row["measure"]): row for row in table_rows(part)
        }
        share = rules.get("disaster_share", star_year=year).value
        self.affected = [
            any(value >= Decimal(str(share)) for value in c.disaster.values()) for c in contracts
        ]
        self.measures = self._measures(cut_points)
        self.rated = [rated for owner in range(len(contracts)) for rated in self._ratings_of(owner)]
        self.runs = self._runs()
        self.ratings = self._ratings()
        enough = self.ratings.evaluation.column("has_enough_measures")
        self.enough = dict(zip(self.rated, enough, strict=True))
        self.main = self._contracts()

    def sheets(self, named: Sequence[ContractYear]) -> dict[str, Sheet]:
        """The detail sheets by name."""
        return {
            "measures": _sheet(self.measures, named),
            "runs": _sheet(self.runs, [named[rated.owner] for rated in self.rated]),
            "ratings": _sheet(self.ratings, named),
        }

    def _measures(self, cut_points: Mapping[tuple[str, str], CutPoints]) -> Detail:
        rows = [
            (owner, code)
            for owner, contract in enumerate(self.contracts)
            for code in (contract.stars or contract.values)
            if code not in contract.not_required
        ]
        contracts = [self.contracts[owner] for owner, _ in rows]
        codes = [code for _, code in rows]
        cuts = [
            cut_points.get((_group(c), code)) or cut_points.get(("", code))
            for c, code in zip(contracts, codes, strict=True)
        ]
        values = [c.values.get(code) for c, code in zip(contracts, codes, strict=True)]
        lower = [cut is not None and cut.lower_is_better for cut in cuts]
        evaluation = MEASURE.evaluate(
            {
                "star_year": self.year,
                "measure": codes,
                "measure_value": values,
                **{
                    f"{star}_star_bound": [None if cut is None else cut.bounds[i] for cut in cuts]
                    for i, star in enumerate(("two", "three", "four", "five"))
                },
                "lower_is_better": lower,
                "published_star": [
                    c.stars.get(code) for c, code in zip(contracts, codes, strict=True)
                ],
                "stars_given": [bool(c.stars) for c in contracts],
                "by_significance": [self.is_marked(code, "by_significance") for code in codes],
                "puerto_rico_only": [c.puerto_rico_only for c in contracts],
                "disaster_affected": [self.affected[owner] for owner, _ in rows],
                "share_of_contracts_worse": shares_worse(
                    codes, values, _lower_is_better(codes, lower)
                ),
            },
            self.rules,
        )
        if missing := next(iter(evaluation.refused.values()), None):
            raise missing
        return Detail.of(evaluation, [owner for owner, _ in rows], codes, len(self.contracts))

    def is_marked(self, code: str, what: str) -> bool:
        """Whether the rules mark a measure: ``improvement``, ``new``, ``in_overall`` and so on."""
        return bool(self.parts.get(code, {}).get(what))

    def _ratings_of(self, owner: int) -> list[Rated]:
        """The ratings a contract can have: of the parts of which it must report measures."""
        codes = {self.measures.items[row][0] for row in self.measures.rows[owner]}
        group = "part_d_pdp" if _group(self.contracts[owner]) == "PDP" else "part_d_mapd"
        ratings = []
        if "C" in codes:
            ratings.append(Rated(owner, "part_c", "part_c"))
        if "D" in codes:
            ratings.append(Rated(owner, "part_d", group))
        if {"C", "D"} <= codes:
            ratings.append(Rated(owner, "overall", "overall"))
        return ratings

    def _measure_rows(self, rated: Rated, improvement: str, new: str) -> list[int]:
        """The measures of a rating that enter a run."""
        entering = self._codes_entering(rated.name, improvement, new)
        items = self.measures.items
        return [row for row in self.measures.rows[rated.owner] if items[row] in entering]

    @cache  # noqa: B019 - lives as long as the settlement being computed
    def _codes_entering(self, name: str, improvement: str, new: str) -> frozenset[str]:
        letter = {"part_c": "C", "part_d": "D"}.get(name)
        return frozenset(
            code
            for code in set(self.measures.items)
            if (code[0] == letter if letter else self.is_marked(code, "in_overall"))
            and (improvement == "with" or not self.is_marked(code, "improvement"))
            and (new == "with" or not self.is_marked(code, "new"))
        )

    def _runs(self) -> Detail:
        rows = [(n, rated, run) for n, rated in enumerate(self.rated) for run in RUNS]
        entering = replace(
            self.measures, rows=[self._measure_rows(rated, *run) for _, rated, run in rows]
        )
        sums = {
            "measures_counted": "counted",
            "sum_of_weights": "weight",
            "sum_of_weighted_stars": "weighted_star",
            "sum_of_weighted_squares": "weighted_square",
        }
        evaluation = RUN.evaluate(
            {
                "star_year": self.year,
                "rating_type": [rated.rating_type for _, rated, _ in rows],
                "improvement": [improvement for _, _, (improvement, _) in rows],
                "new_measures": [new for _, _, (_, new) in rows],
                "adjustment_category": [
                    self.contracts[rated.owner].categories.get(rated.rating_type) or 0
                    for _, rated, _ in rows
                ],
                **{given: entering.total(line) for given, line in sums.items()},
            },
            self.rules,
        )
        if missing := next(iter(evaluation.refused.values()), None):
            raise missing
        for given, line in sums.items():
            entering.link(evaluation, given, line)
        items = [
            f"{rated.name}, {improvement} improvement, {new} new measures"
            for _, rated, (improvement, new) in rows
        ]
        return Detail.of(evaluation, [n for n, _, _ in rows], items, len(self.rated))

    def _ratings(self) -> Detail:
        results = self.runs.evaluation.column("run_rating")
        given = {
            name: [results[own[number]] for own in self.runs.rows]
            for number, name in enumerate(_RUN_INPUTS)
        }
        required = [self._measure_rows(rated, "without", "with") for rated in self.rated]
        highest = [self._highest_level(rated.owner) == rated.name for rated in self.rated]
        evaluation = RATING.evaluate(
            {
                "star_year": self.year,
                "rating_type": [rated.rating_type for rated in self.rated],
                **given,
                "hold_harmless_for_new": [self.affected[rated.owner] for rated in self.rated],
                "is_highest_rating": highest,
                "measures_rated": [sum(self.has_star(row) for row in own) for own in required],
                "measures_required": [len(own) for own in required],
                "has_improvement_star": [self._has_improvement_star(r) for r in self.rated],
            },
            self.rules,
        )
        for number, name in enumerate(_RUN_INPUTS):
            one = replace(self.runs, rows=[[own[number]] for own in self.runs.rows])
            one.link(evaluation, name, "run_rating")
        owners = [rated.owner for rated in self.rated]
        names = [rated.name for rated in self.rated]
        return Detail.of(evaluation, owners, names, len(self.contracts))

    def _highest_level(self, owner: int) -> str:
        names = [rated.name for rated in self._ratings_of(owner)]
        return next((n for n in ("overall", "part_c", "part_d") if n in names), "none")

    def _contracts(self) -> Evaluation:
        results = self.ratings.evaluation.column("rating")
        enough = self.ratings.evaluation.column("has_enough_measures")
        possible = self.ratings.evaluation.column("may_have_enough_measures")
        given: dict[str, Any] = {}
        rows_of: dict[str, list[list[int]]] = {}
        for name in ("part_c", "part_d", "overall"):
            own = [
                [row for row in rows if self.ratings.items[row] == name]
                for rows in self.ratings.rows
            ]
            rows_of[name] = own
            given[name] = [results[rows[0]] if rows else None for rows in own]
            # A blank cell of the summary is no word of CMS's: the rating is given if it can be.
            given[f"{name}_has_enough"] = [
                bool(rows) and bool((possible if name in c.ratings else enough)[rows[0]])
                for rows, c in zip(own, self.contracts, strict=True)
            ]
            given[f"{name}_status"] = [_status(c.ratings.get(name, "")) for c in self.contracts]
            given[f"published_{name}_rating"] = [
                number_or_none(c.ratings.get(name, "")) for c in self.contracts
            ]
        levels = [self._highest_level(owner) for owner in range(len(self.contracts))]
        main = CONTRACT.evaluate(
            {"star_year": self.year, "highest_level": levels, **given}, self.rules
        )
        for name, own in rows_of.items():
            replace(self.ratings, rows=own).link(main, name, "rating")
        return main

    def counts(self, rated: Rated) -> bool:
        """Whether CMS rates the contract: as published, else at least half of its measures."""
        contract = self.contracts[rated.owner]
        status = _status(contract.ratings.get(rated.name, ""))
        if status != "not known":
            return status == "rated"
        return bool(self.enough[rated])

    def _has_improvement_star(self, rated: Rated) -> bool:
        """Of its part; of Part C for the overall rating."""
        letter = "D" if rated.name == "part_d" else "C"
        items = self.measures.items
        return any(
            items[row][0] == letter
            and self.is_marked(items[row], "improvement")
            and self.has_star(row)
            for row in self.measures.rows[rated.owner]
        )

    def has_star(self, row: int) -> bool:
        """Whether a row of the measure sheet has a star."""
        star = self.measures.evaluation.column("measure_star")[row]
        return bool(star == star)


def _group(contract: StarContract) -> str:
    return "PDP" if "PDP" in contract.organization_type.upper() else "MA-PD"


def _status(text: str) -> str:
    if not text.strip():
        return "not known"
    return "not rated" if number_or_none(text) is None else "rated"


def _sheet(detail: Detail, named: Sequence[ContractYear]) -> Sheet:
    return Sheet([named[owner] for owner in detail.owner], detail.evaluation, detail.items)


def _lower_is_better(codes: Sequence[str], lower: Sequence[bool]) -> dict[str, bool]:
    """By measure; a measure has one direction, known where any of its cut points is."""
    turned = {code for code, flag in zip(codes, lower, strict=True) if flag}
    return {code: code in turned for code in set(codes)}
