"""Settle and verify Direct Contracting (GPDC) and ACO REACH from CMS's published results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.errors import Place, SetAside
from openvbc.programs.published.absent_columns import notes_of_absent
from openvbc.programs.published.compared_line import ComparedLine
from openvbc.programs.published.kept_rows import evaluate_kept, without_duplicates, without_sums
from openvbc.programs.published.options import year_asked
from openvbc.programs.published.settling import FileProgram, FileSettlement, Reading, Settled
from openvbc.programs.reach.files import ReachRow, read_reach_results
from openvbc.programs.reach.plausible_results import without_implausible
from openvbc.programs.reach.verify import compared_lines
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.rules.load import RuleSet
from openvbc.worksheets.capitation.risk_corridors import REACH_SETTLEMENT
from openvbc.worksheets.kernel.evaluation import DERIVED, PRINTED

RESULT = "shared_savings_after_sequestration"

PRESENTATION = Presentation(
    headline=(
        "aligned_beneficiaries",
        "settlement_benchmark",
        "net_cost_of_care",
        "gross_savings",
        "savings_rate",
        "shared_savings",
        RESULT,
    ),
    result=RESULT,
    totals=(
        "aligned_beneficiaries",
        "settlement_benchmark",
        "net_cost_of_care",
        "gross_savings",
        "shared_savings",
        RESULT,
    ),
    waterfall=(
        ("settlement_benchmark", "total"),
        ("cost_deducted", "step"),
        ("gross_savings", "total"),
        ("kept_by_medicare", "step"),
        ("sequestration_withheld", "step"),
        (RESULT, "total"),
    ),
    distribution="savings_rate",
)

NOTES = (
    "Final benchmark, health equity adjustment and stop-loss settlement are taken from the file: "
    "the rate book and aligned months behind them are not published.",
)


CONSEQUENCES = {
    "unadjusted_benchmark": "what discount and withholds leave of the benchmark is not checked",
    "quality_score": "the quality withhold that is kept is not told",
    "equity_adjustment_up": "no health equity amount is added to any benchmark",
    "equity_adjustment_down": "no health equity amount is taken from any benchmark",
    "equity_months_added": "the health equity amount is not reckoned by months",
    "equity_months_taken": "the health equity amount is not reckoned by months",
    "capitation_payments": "the cost of care is not added up from its parts",
    "claim_payments": "the cost of care is not added up from its parts",
    "aligned_beneficiaries": "people are not shown, nor a sum of the other rows told by them",
}
"""Columns whose absence leaves lines empty or moves them, and what it means."""


class ReachResults(FileProgram[ReachRow]):
    """The program ``reach``, settled from results files."""

    name = "reach"
    title = "ACO REACH and Global and Professional Direct Contracting"
    rules_name = "reach"
    presentation = PRESENTATION
    notes = NOTES

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[ReachRow]:
        """Rows of every file; repeated ones and sums of the others are set aside."""
        read: list[ReachRow] = []
        set_aside: list[SetAside] = []
        for file in files:
            file_rows, aside = read_reach_results(file, year_asked(asked))
            read += file_rows
            set_aside += aside
        rows_in = len(read) + len(set_aside)
        rows = without_duplicates(
            read,
            lambda row: (row.year, row.entity_id),
            lambda row: Place(row.place.file, row.place.line, "ACO_ID", row.entity_id),
            "duplicate ACO",
            set_aside,
        )
        rows = without_sums(rows, lambda row: (row.place.file, row.year), _adding_up, set_aside)
        rows = without_implausible(rows, rules, set_aside)
        tables = list({id(row.table): row.table for row in rows}.values())
        notes = [*_forfeited(rows), *notes_of_absent(tables, CONSEQUENCES)]
        return Reading(rows, set_aside, rows_in=rows_in, notes=notes)

    def evaluate(self, reading: Reading[ReachRow], rules: RuleSet) -> Settled[ReachRow]:
        """The settlement worksheet; rows of a year without rules are set aside."""
        rows, evaluation = evaluate_kept(
            REACH_SETTLEMENT, reading.rows, _inputs, rules, reading.set_aside
        )
        evaluation.origins = {name: [PRINTED] * len(rows) for name in REACH_SETTLEMENT.inputs}
        evaluation.origins["stop_loss_settlement"] = [DERIVED] * len(rows)
        return Settled(rows, Sheet([_contract(row) for row in rows], evaluation))

    def lines(self, settlement: FileSettlement[ReachRow]) -> Sequence[ComparedLine]:
        """What the files print of each entity's settlement."""
        return compared_lines(settlement)


def _forfeited(rows: Sequence[ReachRow]) -> list[str]:
    """A note that names the entities whose shared savings were not paid."""
    names = [
        f"{row.entity_id} {row.year}"
        for row in rows
        if row.numbers["shared_savings_after_sequestration"] == 0
        and (row.numbers["shared_savings"] or 0) > 0
    ]
    words = "Forfeited, for a reason not published (shared savings printed, payment zero)"
    return [f"{words}: {', '.join(names)}."] if names else []


def _adding_up(row: ReachRow) -> tuple[Decimal | None, ...]:
    names = ("aligned_beneficiaries", "final_benchmark", "total_cost_of_care")
    return tuple(row.numbers[name] for name in names)


def _inputs(rows: Sequence[ReachRow]) -> dict[str, Any]:
    def column(name: str) -> list[Decimal | None]:
        return [row.numbers[name] for row in rows]

    return {
        "performance_year": [row.year for row in rows],
        "risk_arrangement": [row.risk_arrangement for row in rows],
        "aligned_beneficiaries": column("aligned_beneficiaries"),
        "final_benchmark": column("final_benchmark"),
        "unadjusted_benchmark": column("unadjusted_benchmark"),
        "equity_adjustment_up": column("equity_adjustment_up"),
        "equity_adjustment_down": column("equity_adjustment_down"),
        "capitation_payments": column("capitation_payments"),
        "claim_payments": column("claim_payments"),
        "cost_of_care_given": column("total_cost_of_care"),
        "net_cost_given": column("net_cost_of_care"),
        "equity_months_added": column("equity_months_added"),
        "equity_months_taken": column("equity_months_taken"),
        "stop_loss_settlement": [_stop_loss(row) for row in rows],
        "quality_score": column("quality_score"),
        "retention_withhold": column("retention_withhold"),
    }


def _stop_loss(row: ReachRow) -> Decimal:
    """Cost net of stop-loss less cost: the charge less the payout."""
    net, cost = row.numbers["net_cost_of_care"], row.numbers["total_cost_of_care"]
    assert net is not None
    assert cost is not None
    return net - cost


def _contract(row: ReachRow) -> ContractYear:
    group = f"{row.risk_arrangement.title()}, {row.entity_type}".rstrip(", ")
    return ContractYear(row.entity_id, row.year, group, row.entity_name)


PROGRAM = ReachResults()
