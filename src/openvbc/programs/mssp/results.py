"""Settle and verify the Shared Savings Program from CMS's published results files, any year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.errors import EmptyResult, InputError, ParameterMissing, Place, SetAside
from openvbc.programs.mssp.results_file import (
    ResultsRow,
    ResultsTable,
    read_results,
    results_layout,
)
from openvbc.programs.mssp.results_inputs import lengths_in_months, worksheet_inputs
from openvbc.programs.published.published_file import closest_heading
from openvbc.programs.settlement import (
    Contract,
    Presentation,
    Settlement,
    Sheet,
    Verification,
)
from openvbc.rules.load import RuleSet, load_rules
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
)

NOTES = (
    "Revenue of ACO participants is not published: where a loss limit depends on it, the amount "
    "owed is an upper bound and the line 'Amount owed is an upper bound' says so.",
    "The minimum savings rate elected, the quality result, and the reduction for extreme and "
    "uncontrollable circumstances are taken from the file.",
)

COMPARED = ("savings_rate", "minimum_savings_rate", "generated", "earned", "final_sharing_rate")
"""Columns of results that every year's file has."""

TRACK_NAMES = {"TRACK_1_PLUS": "Track 1+", "ENHANCED": "ENHANCED"}


@dataclass(frozen=True)
class ResultsSettlement(Settlement):
    """A settlement that keeps what the files printed, row by row, to be verified against."""

    printed: Sequence[ResultsRow] = ()
    year: int | None = None
    trends: Path | None = None
    """A table of national trend factors for the historical benchmark; None fits them."""


@dataclass(frozen=True)
class SharedSavingsResults:
    """The program ``mssp``, settled from results files."""

    name: str = "mssp"
    title: str = "Medicare Shared Savings Program"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> ResultsSettlement:
        """Settle every contract of the files.

        Raises:
            InputError: a file is not a results file, or its year is told nowhere.
            EmptyResult: no row of any file could be settled.
        """
        rules = load_rules("mssp", tuple(overlays))
        year, trends = _read_options(options or {})
        tables = [read_results(Path(file), year) for file in files]
        set_aside = [aside for table in tables for aside in table.set_aside]
        rows, inputs = [], []
        for row in _without_duplicates([r for t in tables for r in t.rows], set_aside, rules):
            given = worksheet_inputs(row, rules)
            if isinstance(given, SetAside):
                set_aside.append(given)
            else:
                rows.append(row)
                inputs.append(given)
        names = [table.path.name for table in tables]
        rows, evaluation = _evaluate(rows, inputs, rules, set_aside, names)
        contracts = [_contract(row, evaluation.value("track", n)) for n, row in enumerate(rows)]
        return ResultsSettlement(
            program=self.name,
            title=f"{self.title}: settlement",
            main=Sheet(contracts, evaluation),
            presentation=PRESENTATION,
            rows_in=sum(table.rows_in for table in tables),
            set_aside=set_aside,
            sources=[table.path for table in tables],
            notes=(*NOTES, *(note for table in tables for note in _absent(table))),
            printed=rows,
            year=year,
            trends=trends,
        )

    def verify(self, settlement: Settlement) -> Verification:
        """Hold a settlement against what the files printed."""
        from openvbc.programs.mssp.results_verify import scores

        if not isinstance(settlement, ResultsSettlement):
            raise InputError("only a settlement of results files can be verified against them")
        return Verification(settlement, scores(settlement))


def _absent(table: ResultsTable) -> Iterator[str]:
    """A note for each column of results that the file lacks: its line cannot be compared."""
    for column in results_layout().columns:
        if column.name in COMPARED and column.name not in table.columns:
            alike = closest_heading(table.path, column.label)
            hint = f" (closest heading: {alike})" if alike else ""
            yield f"{table.path.name} has no column {column.label}{hint}: not compared."


def _read_options(options: Mapping[str, str]) -> tuple[int | None, Path | None]:
    """The performance year and the table of national trends, if given."""
    unknown = set(options) - {"year", "trends"}
    if unknown:
        raise InputError(
            f"mssp has no option {sorted(unknown)[0]}",
            action="it knows: year (of files that do not tell it), trends (a file of factors)",
        )
    text, trends = options.get("year"), options.get("trends")
    if text is not None and not text.isdigit():
        raise InputError("the performance year is not a number", place=Place(value=text))
    if trends is not None and not Path(trends).is_file():
        action = "give the table that 'vbc fit-trends --output' writes"
        raise InputError("there is no such file of trends", place=Place(trends), action=action)
    return (None if text is None else int(text)), (None if trends is None else Path(trends))


def _without_duplicates(
    rows: Sequence[ResultsRow], set_aside: list[SetAside], rules: RuleSet
) -> list[ResultsRow]:
    """Each contract and year once, the first row; an agreement begun inside a year is another."""
    first: dict[tuple[Any, ...], ResultsRow] = {}
    for row in rows:
        key: tuple[Any, ...] = (row.year, row.aco_id)
        if _divided(row.year, rules):
            key = (*key, row.agreement_start)
        if row.aco_id.startswith("line "):
            key = (row.place.file, row.place.line)
        if key in first:
            earlier = first[key].place
            where = Place(row.place.file, row.place.line, "ACO_ID", row.aco_id)
            set_aside.append(SetAside("duplicate ACO", where, f"first seen at {earlier}"))
        else:
            first[key] = row
    return list(first.values())


def _divided(year: int, rules: RuleSet) -> bool:
    """Whether the year may hold two performance years of a contract."""
    try:
        return len(lengths_in_months(year, rules)) > 1
    except ParameterMissing:
        return False  # rows of a year without rules are set aside with that reason


def _evaluate(
    rows: list[ResultsRow],
    inputs: list[dict[str, Any]],
    rules: RuleSet,
    set_aside: list[SetAside],
    names: Sequence[str],
) -> tuple[list[ResultsRow], Evaluation]:
    """Evaluate; rows with an unknown parameter or a missing result are set aside, the rest kept."""
    while rows:
        columns = {name: [given[name] for given in inputs] for name in inputs[0]}
        evaluation = SHARED_SAVINGS.evaluate(columns, rules)
        bad = {
            number: SetAside("no rules for this contract", rows[number].place, missing.what)
            for number, missing in evaluation.refused.items()
        }
        for number in range(len(rows)):
            if number not in bad and evaluation.value(PRESENTATION.result, number) is None:
                bad[number] = _incomplete(rows[number], evaluation, number)
        if not bad:
            return rows, evaluation
        set_aside.extend(bad[number] for number in sorted(bad))
        kept = [number for number in range(len(rows)) if number not in bad]
        rows, inputs = [rows[n] for n in kept], [inputs[n] for n in kept]
    raise EmptyResult(
        "no row could be settled",
        place=set_aside[0].place if set_aside else Place(", ".join(names)),
        rule="; ".join(sorted({aside.reason for aside in set_aside})) or None,
        action=set_aside[0].detail if set_aside else "give a file with rows",
    )


def _incomplete(row: ResultsRow, evaluation: Evaluation, number: int) -> SetAside:
    place = Place(row.place.file, row.place.line, "QualScore", row.texts.get("quality_score"))
    if evaluation.value("minimum_savings_rate", number) is None:
        people = str(row.settling("assigned_beneficiaries"))
        place = Place(row.place.file, row.place.line, "N_AB", people)
        return SetAside("no minimum savings rate for so few people", place, "at least 100")
    return SetAside("a value is missing", place, "a quality score: savings are shared by it")


def _contract(row: ResultsRow, track: str) -> Contract:
    words = TRACK_NAMES.get(track) or track.replace("_", " ").replace("TRACK", "Track")
    return Contract(row.aco_id, row.year, words, row.aco_name)


PROGRAM = SharedSavingsResults()
