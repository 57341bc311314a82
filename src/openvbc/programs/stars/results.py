"""Medicare Advantage and Part D Star Ratings: rate every contract of the published data tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openvbc.errors import EmptyResult, InputError, ParameterMissing, SetAside
from openvbc.programs.published.facility_files import check_year, read_option
from openvbc.programs.published.scoring import score
from openvbc.programs.settlement import (
    Contract,
    Presentation,
    Settlement,
    Sheet,
    Verification,
)
from openvbc.programs.stars.files import StarContract, StarTables, read_star_files
from openvbc.programs.stars.levels import Levels
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.performance.stars import MEASURE, RUN

PRESENTATION = Presentation(
    headline=("part_c_rating", "part_d_rating", "overall_rating", "highest_rating"),
    result="highest_rating",
    distribution="highest_rating",
)
NOTES = (
    "Stars of the survey measures need significance tests on standard errors that are not"
    " published; from cut points alone they are an estimate.",
    "Contracts hit by a disaster may keep a measure's earlier star, which is not in the tables.",
    "Cut points themselves cannot be recomputed: contracts are missing from the public tables.",
)


class Stars:
    """The program as the commands know it."""

    name = "stars"
    title = "Medicare Advantage and Part D Star Ratings"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> Settlement:
        """Read the data tables (measure stars, or measure data with cut points; CAI; summary)."""
        rules = load_rules("stars", tuple(overlays))
        asked = read_option(options or {}, ("year",))
        if not files:
            raise InputError("no file was given", action="name the Star Ratings data tables")
        tables = read_star_files(files)
        year = _year(tables, asked)
        check_year(rules, (*MEASURE.parameters, *RUN.parameters, "measure_part"), year, "star_year")
        set_aside = list(tables.set_aside)
        contracts = _known_category(_complete(tables, set_aside), year, rules, set_aside)
        if not contracts:
            raise EmptyResult(
                "no contract could be rated",
                action="give the measure stars, or the measure data with both cut point tables",
            )
        levels = Levels(contracts, tables.cut_points, year, rules)
        named = [Contract(c.identifier, year, c.organization_type, c.name) for c in contracts]
        return Settlement(
            program=self.name,
            title=f"{self.title} {year}",
            main=Sheet(named, levels.main),
            presentation=PRESENTATION,
            rows_in=len(named) + len(set_aside),
            set_aside=set_aside,
            details=levels.sheets(named),
            sources=tuple(files),
            notes=NOTES,
        )

    def verify(self, settlement: Settlement) -> Verification:
        """Ratings and measure stars against the published ones."""
        main, measures = settlement.main, settlement.details["measures"]
        scores = [
            score(main, f"{name}_rating", f"published_{name}_rating", label)
            for name, label in (
                ("part_c", "Part C summary"),
                ("part_d", "Part D summary"),
                ("overall", "overall rating"),
            )
        ]
        survey = measures.evaluation.column("by_significance")
        for label, wanted in (("measure stars", False), ("measure stars of surveys", True)):
            rows = [row for row in range(len(measures.contracts)) if bool(survey[row]) == wanted]
            sheet = Sheet(
                [measures.contracts[row] for row in rows],
                measures.evaluation.at(rows),
                [measures.items[row] for row in rows] if measures.items else None,
            )
            scores.append(
                score(
                    sheet, "computed_star", "published_star", f"{label} from cut points",
                    reasons=_reasons(sheet, wanted), needs="measure_value",
                )
            )  # fmt: skip
        return Verification(settlement, [s for s in scores if s.rows])


PROGRAM = Stars()


def _reasons(sheet: Sheet, survey: bool) -> dict[int, str]:
    if survey:
        words = "decided by a significance test on unpublished standard errors"
        return dict.fromkeys(range(len(sheet.contracts)), words)
    affected = sheet.evaluation.column("disaster_affected")
    words = "a disaster hit a quarter of the members: an earlier star may be kept"
    return {row: words for row in range(len(sheet.contracts)) if affected[row]}


def _year(tables: StarTables, asked: Mapping[str, str]) -> int:
    years = set(tables.years.values())
    if "year" in asked:
        if not asked["year"].isdigit():
            raise InputError(f"not a year: {asked['year']!r}")
        years.add(int(asked["year"]))
    if len(years) > 1:
        words = ", ".join(f"{name}: {year}" for name, year in tables.years.items())
        raise InputError(
            f"the tables are of different years ({words})",
            action="rate one year at a time",
            code="VBC-114",
        )
    if not years:
        raise InputError(
            "the tables do not say which year's ratings they are",
            action="give --year, for example --year 2026",
            code="VBC-114",
        )
    return years.pop()


def _known_category(
    contracts: Sequence[StarContract], year: int, rules: RuleSet, set_aside: list[SetAside]
) -> list[StarContract]:
    """Contracts whose adjustment categories the rules know; the others are set aside."""
    known = []
    for contract in contracts:
        try:
            for rating_type, category in contract.categories.items():
                rules.get(
                    "categorical_adjustment",
                    star_year=year,
                    rating_type=rating_type,
                    adjustment_category=category or 0,
                )
        except ParameterMissing as missing:
            set_aside.append(
                SetAside("adjustment category is not known", contract.place, missing.what)
            )
        else:
            known.append(contract)
    return known


def _complete(tables: StarTables, set_aside: list[SetAside]) -> list[StarContract]:
    """Contracts that stand in every table; the others are set aside."""
    kinds = set(tables.kinds.values())
    needed = {
        "measure stars": lambda c: bool(c.stars),
        "measure data": lambda c: bool(c.values),
        "adjustment categories": lambda c: bool(c.categories),
        "summary ratings": lambda c: bool(c.ratings),
    }
    if not {"measure stars", "measure data"} & kinds:
        raise InputError(
            "neither measure stars nor measure data were given",
            action="give the measure stars, or the measure data with the cut points",
        )
    if "adjustment categories" not in kinds:
        raise InputError(
            "the table of adjustment categories (CAI) was not given",
            rule="42 CFR 422.166(f)(2): every rating is adjusted by its category",
            action="give the CAI table with the others",
        )
    complete = []
    for contract in tables.contracts.values():
        lacking = [kind for kind in needed if kind in kinds and not needed[kind](contract)]
        if lacking:
            set_aside.append(
                SetAside("contract is not in every table", contract.place, ", ".join(lacking))
            )
        else:
            complete.append(contract)
    return complete
