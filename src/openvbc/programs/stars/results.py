"""Medicare Advantage and Part D Star Ratings: rate every contract of the published data tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openvbc.errors import EmptyResult, InputError, ParameterMissing, SetAside
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.facility_files import check_year
from openvbc.programs.published.options import year_asked
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.programs.stars.files import read_star_files
from openvbc.programs.stars.levels import Levels
from openvbc.programs.stars.measures_by_name import with_measures_of
from openvbc.programs.stars.notes import notes_on
from openvbc.programs.stars.reward_thresholds import reward_thresholds
from openvbc.programs.stars.star_tables import StarContract, StarTables
from openvbc.programs.stars.verify import compared_lines
from openvbc.rules.load import RuleSet
from openvbc.worksheets.performance.stars import MEASURE, RUN
from openvbc.worksheets.performance.stars_rating import RATING

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


class Stars(FileProgram[StarContract]):
    """The program as the commands know it."""

    name = "stars"
    title = "Medicare Advantage and Part D Star Ratings"
    rules_name = "stars"
    presentation = PRESENTATION
    notes = NOTES
    unit = "contract"

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[StarContract]:
        """The data tables (measure stars, or measure data with cut points; CAI; summary)."""
        tables = read_star_files(files)
        year = _year(tables, asked)
        names = {code: name for code, (name, _) in tables.measures.items()}
        rules = with_measures_of(rules, names, year)
        needed = (*MEASURE.parameters, *RUN.parameters, *RATING.parameters, "measure_part")
        check_year(rules, needed, year, "star_year")
        set_aside = [*tables.set_aside, *_starless(tables)]
        contracts = _known_category(_complete(tables, set_aside), year, rules, set_aside)
        kinds = set(tables.kinds.values())
        estimate = "" if "measure stars" in kinds else ", estimate from measure data"
        return Reading(
            contracts, set_aside, year, title=f"{self.title} {year}{estimate}",
            more={"cut_points": tables.cut_points, "kinds": kinds, "rules": rules},
            notes=tables.notes,
        )  # fmt: skip

    def evaluate(self, reading: Reading[StarContract], rules: RuleSet) -> Settled[StarContract]:
        """Level by level, from measures to the highest rating."""
        assert reading.year is not None
        rules = reading.more["rules"]
        levels = Levels(reading.rows, reading.more["cut_points"], reading.year, rules)
        kinds = reading.more["kinds"]
        said = notes_on(levels, summary="summary ratings" in kinds, stars="measure stars" in kinds)
        reading.notes = [*reading.notes, *said]
        named = [
            ContractYear(c.identifier, reading.year, c.organization_type, c.name)
            for c in reading.rows
        ]
        details = {**levels.sheets(named), "reward_thresholds": reward_thresholds(levels)}
        return Settled(reading.rows, Sheet(named, levels.main), details)

    def lines(self, settlement: FileSettlement[StarContract]) -> Sequence[ComparedLine]:
        """Ratings and measure stars."""
        return compared_lines(settlement)

    def nothing(self, set_aside: Sequence[SetAside]) -> EmptyResult:
        """What is said where no contract can be rated."""
        return EmptyResult(
            "no contract could be rated",
            action="give the measure stars, or the measure data with both cut point tables",
            code="VBC-6013",
        )


PROGRAM = Stars()


def _year(tables: StarTables, asked: Mapping[str, str]) -> int:
    years = set(tables.years.values())
    if (year := year_asked(asked)) is not None:
        years.add(year)
    if len(years) > 1:
        words = ", ".join(f"{name}: {year}" for name, year in tables.years.items())
        raise InputError(
            f"the tables are of different years ({words})",
            action="rate one year at a time",
            code="VBC-1071",
        )
    if not years:
        raise InputError(
            "the tables do not say which year's ratings they are",
            action="give --year, for example --year 2026",
            code="VBC-1072",
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


def _starless(tables: StarTables) -> list[SetAside]:
    """Measures with a value and no star, where both tables are given: none are published so."""
    if not {"measure stars", "measure data"} <= set(tables.kinds.values()):
        return []
    return [
        SetAside(
            "a measure has a value and no star (it counts as not rated)",
            contract.cells.get(("stars", code), contract.place),
            "the star that belongs to the value",
        )
        for contract in tables.contracts.values()
        for code, value in contract.values.items()
        if value is not None and contract.stars and contract.stars.get(code) is None
    ]


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
            code="VBC-1073",
        )
    if "adjustment categories" not in kinds:
        raise InputError(
            "the table of adjustment categories (CAI) was not given",
            rule="42 CFR 422.166(f)(2): every rating is adjusted by its category",
            action="give the CAI table with the others",
            code="VBC-1074",
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
