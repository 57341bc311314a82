"""Settle and verify the Shared Savings Program from CMS's published results files, any year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from openvbc.errors import ParameterMissing, Place, SetAside
from openvbc.programs.mssp.results_amounts import disagreeing
from openvbc.programs.mssp.results_columns import SETTLING
from openvbc.programs.mssp.results_file import read_results, results_layout
from openvbc.programs.mssp.results_inputs import GIVEN, InputsOfRows
from openvbc.programs.mssp.results_origins import origins
from openvbc.programs.mssp.results_row import ColumnsOfRows, ResultsRow, ResultsTable
from openvbc.programs.mssp.results_rules import lengths_in_months
from openvbc.programs.mssp.results_year import check_year_of_content
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.kept_rows import evaluate_kept, without_duplicates, without_sums
from openvbc.programs.published.options import file_option, year_asked
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.published.unrecognised_file import closest_heading
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

PRESENTATION = Presentation(
    headline=(
        "assigned_beneficiaries",
        "benchmark_expenditures",
        "savings_rate",
        "minimum_savings_rate",
        "generated_savings_or_losses",
        "final_sharing_rate",
        "earned_savings_or_owed_losses",
    ),
    result="earned_savings_or_owed_losses",
    totals=(
        "assigned_beneficiaries",
        "benchmark_expenditures",
        "generated_savings_or_losses",
        "earned_savings_or_owed_losses",
    ),
    waterfall=(
        ("benchmark_expenditures", "total"),
        ("expenditures_deducted", "step"),
        ("gross_savings", "total"),
        ("savings_or_losses_not_counted", "step"),
        ("part_kept_by_medicare", "step"),
        ("sequestration_withheld", "step"),
        ("limit_and_relief", "step"),
        ("earned_savings_or_owed_losses", "total"),
    ),
    distribution="savings_rate",
    beside=("effective_quality_score",),
)

NOTES = (
    "Revenue of ACO participants is not published: where a loss limit depends on it, the amount "
    "owed is an upper bound and the line 'Amount owed is an upper bound' says so.",
    "The minimum savings rate elected, the quality result, and the reduction for extreme and "
    "uncontrollable circumstances are taken from the file.",
)

COMPARED = ("savings_rate", "minimum_savings_rate", "generated", "earned", "final_sharing_rate")
"""Columns of results that every year's file has."""

CONSEQUENCES = (
    ("extreme_circumstances", 2018, "a loss owed is an upper bound, relief for extreme and"
     " uncontrollable circumstances is not deducted"),
    ("aco_id", 2013, "rows are called by their line, a contract that is given twice is noticed only"
     " where it prints the same"),
    ("guardrail", 2024, "no benchmark is taken to have been raised by the guardrail"),
    ("advance_investment_balance", 2024, "no advance investment payments are recouped"),
)  # fmt: skip
"""Columns whose absence changes a settlement: since which year, and what it then means."""

TO_THE_DOLLAR = 1
"""What rounding to the dollar leaves open, of relief and loss together."""
TRACK_NAMES = {"TRACK_1_PLUS": "Track 1+", "ENHANCED": "ENHANCED"}


class SharedSavingsResults(FileProgram[ResultsRow]):
    """The program ``mssp``, settled from results files."""

    name = "mssp"
    title = "Medicare Shared Savings Program"
    rules_name = "mssp"
    presentation = PRESENTATION
    notes = NOTES
    options = ("year", "trends")
    """``trends``: a table of national trend factors; without it they are fitted on the files."""

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[ResultsRow]:
        """Rows of every file; repeated ones and sums of the others are set aside."""
        file_option(asked, "trends", "give the table that 'vbc fit-trends --output' writes")
        year = year_asked(asked)
        tables = [table for file in files for table in read_results(file, year)]
        for table in tables:
            check_year_of_content(table, rules)
        set_aside = [aside for table in tables for aside in table.set_aside]
        rows = without_duplicates(
            [row for table in tables for row in table.rows],
            partial(_once, rules=rules),
            lambda row: Place(row.place.file, row.place.line, "ACO_ID", row.aco_id),
            "duplicate ACO",
            set_aside,
        )
        rows = without_sums(
            rows, lambda row: (row.table.published.source, row.year), _adding_up, set_aside
        )
        return Reading(
            rows, set_aside, year, title=f"{self.title}: settlement",
            notes=[note for table in tables for note in (*table.notes, *_absent(table))],
            rows_in=sum(table.rows_in for table in tables),
        )  # fmt: skip

    def evaluate(self, reading: Reading[ResultsRow], rules: RuleSet) -> Settled[ResultsRow]:
        """The settlement worksheet; rows of unknown rules and without a result are set aside."""
        # Rows that print the same figures are read once, and settled once.
        known: dict[tuple[Any, ...], int] = {}
        given: list[tuple[Any, ...]] = []
        read, rows = InputsOfRows(rules), []
        for row in reading.rows:
            printed = row.figures()
            if printed not in known:
                values = read.of(row)
                if isinstance(values, SetAside):
                    reading.set_aside.append(values)
                    continue
                known[printed] = len(given)
                given.append(values)
            row.alike = known[printed]
            rows.append(row)
        inputs = dict(zip(GIVEN, map(list, zip(*given, strict=True)), strict=True)) if given else {}
        given_rows = range(len(given))
        del read, known, given  # a large file's are large

        def columns(kept: Sequence[ResultsRow]) -> dict[str, list[Any]]:
            at = [row.alike for row in kept]
            if len(at) == len(given_rows) and at == list(given_rows):
                return inputs
            return {name: [column[number] for number in at] for name, column in inputs.items()}

        rows, evaluation = evaluate_kept(
            SHARED_SAVINGS, rows, columns, rules, reading.set_aside, _incomplete,
            alike=attrgetter("alike"), result=PRESENTATION.result,
        )  # fmt: skip
        evaluation.origins = origins(rows, columns(rows))
        contracts = [
            ContractYear(row.aco_id, row.year, track_in_words(track), row.aco_name)
            for row, track in zip(rows, evaluation.values("track"), strict=True)
        ]
        return Settled(rows, Sheet(contracts, evaluation, _items(rows, evaluation)))

    def idle(self, settled: Settled[ResultsRow]) -> list[str]:
        """What is said of relief beyond the loss it relieves, which decides nothing."""
        evaluation = settled.main.evaluation
        pairs = zip(
            evaluation.values("extreme_circumstances_reduction"),
            evaluation.values("limited_shared_losses"),
            strict=True,
        )
        beyond = sum(None not in pair and pair[0] > pair[1] + TO_THE_DOLLAR for pair in pairs)
        if not beyond:
            return []
        return [
            f"{beyond:,} rows print more relief for extreme and uncontrollable circumstances"
            " (DisAdj) than the loss it relieves; what is beyond the loss decides nothing. Is it in"
            " another unit?"
        ]

    def lines(self, settlement: FileSettlement[ResultsRow]) -> Sequence[ComparedLine]:
        """What the files print of each contract's settlement, and of its benchmark."""
        from openvbc.programs.mssp.results_verify import compared_lines

        return compared_lines(settlement)

    def result_lines(self, settlement: FileSettlement[ResultsRow]) -> Sequence[ComparedLine]:
        """Those of the settlement: the benchmark is read and fitted anew where it is verified."""
        from openvbc.programs.mssp.results_verify import result_lines

        return result_lines(settlement)


def _items(rows: Sequence[ResultsRow], evaluation: Evaluation) -> list[str] | None:
    """What tells the performance years of a contract apart where it has two in a year."""
    count = Counter((row.year, row.aco_id) for row in rows)
    if not any(number > 1 for number in count.values()):
        return None
    items = []
    for number, row in enumerate(rows):
        months = evaluation.value("performance_year_months", number)
        began = f", agreement of {row.agreement_start}" if row.agreement_start else ""
        twice = count[row.year, row.aco_id] > 1
        items.append(f"{months} months{began}" if twice else "")
    return items


def _adding_up(row: ResultsRow) -> tuple[Decimal | None, ...]:
    numbers, at = row.table.numbers, row.number
    return tuple([numbers[name][at] for name in SETTLING])


def _absent(table: ResultsTable) -> Iterator[str]:
    """Notes of what the file lacks: columns, and values of the rows that have none.

    Of a column of results that is absent the line cannot be compared; rows without an identifier
    or without the sum of benchmark less expenditures are counted.
    """
    for column in results_layout().columns:
        if column.name in COMPARED and column.name not in table.columns:
            alike = closest_heading(table.path, column.label)
            hint = f" (closest heading: {alike})" if alike else ""
            yield f"{table.published.source} has no column {column.label}{hint}: not compared."
    named = "aco_id" in table.columns
    unnamed = sum(row.aco_id.startswith("line ") for row in table.rows) if named else 0
    if unnamed:
        yield (
            f"{table.published.source}: {unnamed:,} rows without an ACO_ID are called by their"
            " line; one that is given twice is noticed only where it prints the same."
        )
    rounded = ColumnsOfRows(table.rows).numbers("gross_savings").count(None)
    if rounded:
        yield (
            f"{table.published.source}: {rounded:,} rows without BnchmkMinExp; their savings follow"
            " from benchmark and expenditures, each rounded to the dollar."
        )
    other = disagreeing(table)
    if other:
        yield (
            f"{table.published.source}: {other:,} rows whose BnchmkMinExp is not ABtotBnchmk less"
            " ABtotExp; their savings follow from these two."
        )
    years = {row.year for row in table.rows}
    labels = {column.name: column.label for column in results_layout().columns}
    for name, first, consequence in CONSEQUENCES:
        if name not in table.columns and any(year >= first for year in years):
            yield f"{table.published.source} has no column {labels[name]}: {consequence}."


def _once(row: ResultsRow, rules: RuleSet) -> tuple[Any, ...]:
    """What tells contract and year; an agreement begun inside a year is another.

    A row without an identifier is another where it has another name or prints other figures.
    """
    if row.aco_id.startswith("line "):
        return (row.aco_name, row.figures())
    key: tuple[Any, ...] = (row.year, row.aco_id)
    return (*key, row.agreement_start) if _divided(row.year, rules) else key


@lru_cache(maxsize=64)
def _divided(year: int, rules: RuleSet) -> bool:
    """Whether the year may hold two performance years of a contract."""
    try:
        return len(lengths_in_months(year, rules)) > 1
    except ParameterMissing:
        return False  # rows of a year without rules are set aside with that reason


def _incomplete(row: ResultsRow, evaluation: Evaluation, number: int) -> SetAside:
    """Why a row has no result, where it has none."""
    place = Place(row.place.file, row.place.line, "QualScore", row.shown("quality_score"))
    if evaluation.value("minimum_savings_rate", number) is None:
        people = str(row.settling("assigned_beneficiaries"))
        place = Place(row.place.file, row.place.line, "N_AB", people)
        return SetAside("no minimum savings rate for so few people", place, "at least 100")
    return SetAside("a value is missing", place, "a quality score: savings are shared by it")


@lru_cache(maxsize=64)
def track_in_words(track: str) -> str:
    """A track as tables and pages name it: ``BASIC_E`` is BASIC E."""
    return TRACK_NAMES.get(track) or track.replace("_", " ").replace("TRACK", "Track")


PROGRAM = SharedSavingsResults()
