"""Settle and verify the benchmarks of counties in CMS's Medicare Advantage rate book."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openvbc.errors import Place, SetAside
from openvbc.programs.medicare_advantage.files import County, read_counties, year_of_names
from openvbc.programs.medicare_advantage.percentage import WITHIN, Pair, pairs_told
from openvbc.programs.published.compared_line import ComparedLine, Kind, column_of
from openvbc.programs.published.contract_file import contract_among
from openvbc.programs.published.kept_rows import evaluate_kept, without_duplicates
from openvbc.programs.published.options import year_asked
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.settlement import (
    ContractYear,
    Presentation,
    Settlement,
    Sheet,
    Verification,
)
from openvbc.rules.load import RuleSet
from openvbc.worksheets.capitation.medicare_advantage import COUNTY_BENCHMARK

RESULT = "benchmark_at_full_bonus"
PRESENTATION = Presentation(
    headline=(
        "applicable_percentage", "double_bonus", "base_amount", "benchmark_at_no_bonus",
        "benchmark_at_new_plan_bonus", RESULT,
    ),
    result=RESULT,
    distribution=RESULT,
)  # fmt: skip
NOTES = (
    "Base amounts are not published: they follow from the rate without bonus. Where the file does"
    " not give a county's percentage and double bonus, they are the one pair that its rates allow.",
)


class MedicareAdvantage(FileProgram[County]):
    """The program as the commands know it."""

    name = "medicare-advantage"
    title = "Medicare Advantage, county benchmarks"
    rules_name = "medicare-advantage"
    presentation = PRESENTATION
    notes = NOTES
    unit = "county"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> FileSettlement[Any]:
        """Counties of rate books; or, where a contract is among the files, what it settles."""
        paths = [Path(file) for file in files]
        if contract_among(paths) is not None:
            from openvbc.programs.medicare_advantage.plan_results import PLAN_CONTRACTS

            return PLAN_CONTRACTS.settle(paths, overlays, options)
        return super().settle(paths, overlays, options)

    def verify(self, settlement: Settlement) -> Verification:
        """Hold counties against what the rate book prints; a contract prints nothing."""
        if settlement.main.evaluation.worksheet.name != COUNTY_BENCHMARK.name:
            from openvbc.programs.medicare_advantage.plan_results import PLAN_CONTRACTS

            return PLAN_CONTRACTS.verify(settlement)
        return super().verify(settlement)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[County]:
        """Counties of every file, each with the pair that it gives or that its rates tell."""
        year = year_of_names(files, year_asked(asked))
        read: list[County] = []
        set_aside: list[SetAside] = []
        for file in files:
            file_counties, aside = read_counties(file, self.name)
            read += file_counties
            set_aside += aside
        rows_in = len(read) + len(set_aside)
        read = without_duplicates(
            read,
            lambda c: c.code,
            lambda c: c.printed_at("code"),
            "county is given twice",
            set_aside,
        )
        rows: list[County] = []
        told: dict[str, Pair] = {}
        for county in read:
            pairs = [] if county.at_the_limit else pairs_told(county, rules, year)
            if len(pairs) == 1:
                told[county.code] = pairs[0]
            given = county.percentage is not None and county.double is not None
            if len(pairs) == 1 or county.at_the_limit or given:
                rows.append(county)
            else:
                set_aside.append(_untold(county))
        limited = sum(county.at_the_limit for county in rows)
        note = f"{limited} counties have one rate at every bonus (limit of before 2012, territory)."
        return Reading(
            rows, set_aside, year, rows_in=rows_in, notes=(note,) if limited else (),
            title=f"{self.title}, {year}", more={"told": told, "year": year},
        )  # fmt: skip

    def evaluate(self, reading: Reading[County], rules: RuleSet) -> Settled[County]:
        """The county worksheet."""
        year, told = reading.more["year"], reading.more["told"]
        rows, evaluation = evaluate_kept(
            COUNTY_BENCHMARK,
            reading.rows,
            lambda counties: _inputs(counties, year, told),
            rules,
            reading.set_aside,
        )
        who = [ContractYear(each.code, year, each.state, each.name) for each in rows]
        return Settled(rows, Sheet(who, evaluation))

    def lines(self, settlement: FileSettlement[County]) -> Sequence[ComparedLine]:
        """Rates with bonus; percentage and double bonus told by the rates; dialysis rates."""
        rules = self.rules(settlement.sources, ())
        assert settlement.year is not None
        return _lines(settlement, rules, settlement.year)


def _untold(county: County) -> SetAside:
    return SetAside(
        "the rates tell no percentage",
        county.printed_at("full"),
        "no pair of percentage and double bonus gives the rates within 2 cents (the limit of before"
        " 2012 may hold some of them): give the county's applicable percentage and double bonus",
    )


def _inputs(rows: Sequence[County], year: int, told: Mapping[str, Pair]) -> dict[str, Any]:
    pairs = [
        Pair(each.percentage, each.double)
        if each.percentage is not None and each.double is not None
        else told.get(each.code)
        for each in rows
    ]
    return {
        "payment_year": year,
        "benchmark_without_bonus": [each.none for each in rows],
        "applicable_percentage": [pair and pair.percentage for pair in pairs],
        "double_bonus": [pair and pair.double for pair in pairs],
        "at_the_limit": [each.at_the_limit for each in rows],
        "amount_before_2012": [each.none if each.at_the_limit else None for each in rows],
    }


def _lines(settlement: FileSettlement[County], rules: RuleSet, year: int) -> Sequence[ComparedLine]:
    rows, main = settlement.printed, settlement.main
    told = [pairs_told(each, rules, year) for each in rows]
    states: dict[str, Counter[Any]] = defaultdict(Counter)
    for each in rows:
        if each.esrd is not None:
            states[each.state][each.esrd] += 1

    def printed_at(name: str) -> Callable[[int], Place]:
        return lambda row: rows[row].printed_at(name)

    def printed(name: str) -> Callable[[int], Any]:
        return lambda row: getattr(rows[row], name)

    def the_pair(name: str) -> Callable[[int], Any]:
        return lambda row: getattr(told[row][0], name) if len(told[row]) == 1 else None

    def rate(line: str, label: str, name: str) -> ComparedLine:
        return ComparedLine(
            line, label, Kind.RATE, main, column_of(main, line), printed(name), printed_at(name),
            label, applies=lambda row: not rows[row].at_the_limit, halves=0,
            slack=lambda row: WITHIN, tolerance="2 cents",
        )  # fmt: skip

    def free(row: int) -> bool:
        return not rows[row].at_the_limit

    return [
        rate("benchmark_at_full_bonus", "Rate at full bonus", "full"),
        rate("benchmark_at_new_plan_bonus", "Rate of new plans", "new"),
        ComparedLine(
            "applicable_percentage", "Percentage, told by the rates", Kind.CODE, main,
            the_pair("percentage"), printed("percentage"), printed_at("percentage"),
            "applicable percentage", applies=free,
        ),
        ComparedLine(
            "double_bonus", "Double bonus, told by the rates", Kind.FLAG, main, the_pair("double"),
            printed("double"), printed_at("double"), "double bonus", applies=free,
        ),
        ComparedLine(
            "esrd", "One dialysis rate a State", Kind.RATE, main,
            lambda row: states[rows[row].state].most_common(1)[0][0], printed("esrd"),
            printed_at("esrd"), "ESRD",
            applies=lambda row: states[rows[row].state].total() > 1, halves=0, tolerance="equal",
        ),
    ]  # fmt: skip


PROGRAM = MedicareAdvantage()
