"""MIPS from 2018: published scores of clinicians held against the categories they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openvbc.programs.mips.clinician_scores import (
    ClinicianScores,
    Weighted,
    final_ends,
    inputs_of,
    weighted_of,
)
from openvbc.programs.mips.verify import TOLERANCE
from openvbc.programs.published.compared_line import ComparedLine, Kind
from openvbc.programs.published.settling import FileSettlement, Reading, Settled
from openvbc.programs.settlement import ContractYear, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.performance.mips.final_score import MIPS_FINAL_SCORE

NOTES = (
    "An empty cell is taken as a category that was not scored; whether a practice is small is read"
    " back from the score (input 'small_practice').",
    "The bonus for complex patients is the difference of the two printed final scores.",
)
WEIGHTED_BY = ("zeroed", "fewer_than_two_categories", "small_practice")


def evaluate_clinicians(reading: Reading[Any], rules: RuleSet) -> Settled[Any]:
    """The weights of each row, then its final score and adjustment."""
    assert reading.year is not None
    rows: Sequence[ClinicianScores] = reading.rows
    weighted = weighted_of(rows, reading.year, rules)
    given = inputs_of(rows, weighted, reading.year)
    main = MIPS_FINAL_SCORE.evaluate(
        {
            **given,
            "complex_patient_bonus": [row.bonus for row in rows],
            "published_final_score": [row.final for row in rows],
        },
        rules,
    )
    contracts = [ContractYear(row.identifier, reading.year) for row in rows]
    return Settled(rows, Sheet(contracts, main))


def clinician_lines(settlement: FileSettlement[Any]) -> Sequence[ComparedLine]:
    """The score without the bonus by the weights named, and the bonus within its limit."""
    rows: Sequence[ClinicianScores] = settlement.printed
    main, year = settlement.main, settlement.year
    assert year is not None
    rules = main.evaluation.rules
    columns = (main.evaluation.column(name) for name in WEIGHTED_BY)
    weighted = [Weighted(*each) for each in zip(*columns, strict=True)]
    ends = final_ends(rows, weighted, year, rules)
    limit = Decimal(str(rules.get("complex_patient_limit", performance_year=year).value))
    final = MIPS_FINAL_SCORE.evaluate(inputs_of(rows, weighted, year), rules)
    scores = final.column("final_score")

    return [
        ComparedLine(
            "final_score", "final score without the bonus, by one of the year's weight sets, named",
            Kind.RATE, main, lambda row: scores[row], lambda row: rows[row].before_bonus,
            lambda row: rows[row].table.place(rows[row].number, "before_bonus"),
            "final_mips_score_without_cpb",
            ends=lambda row: ends[row], decimals=lambda row: rows[row].decimals["before_bonus"],
            tolerance=TOLERANCE,
        ),
        ComparedLine(
            "bonus_points", "bonus for complex patients, within the year's limit",
            Kind.RATE, main, lambda row: min(rows[row].bonus, limit), lambda row: rows[row].bonus,
            lambda row: rows[row].table.place(rows[row].number, "final"), "final_mips_score",
            decimals=lambda row: rows[row].decimals["final"],
        ),
    ]  # fmt: skip
