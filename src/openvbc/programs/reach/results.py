"""Settle and verify Direct Contracting (GPDC) and ACO REACH from CMS's published results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.errors import EmptyResult, InputError, Place, SetAside
from openvbc.programs.reach.results_file import ReachRow, read_reach_results
from openvbc.programs.settlement import (
    Contract,
    Presentation,
    Settlement,
    Sheet,
    Verification,
)
from openvbc.rules.load import RuleSet, load_rules
from openvbc.worksheets.capitation.risk_corridors import REACH_SETTLEMENT
from openvbc.worksheets.kernel.evaluation import Evaluation

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


@dataclass(frozen=True)
class ReachSettlement(Settlement):
    """A settlement that keeps what the files printed, row by row, to be verified against."""

    printed: Sequence[ReachRow] = ()


@dataclass(frozen=True)
class ReachResults:
    """The program ``reach``, settled from results files."""

    name: str = "reach"
    title: str = "ACO REACH and Global and Professional Direct Contracting"

    def settle(
        self,
        files: Sequence[Path],
        overlays: Sequence[Path] = (),
        options: Mapping[str, str] | None = None,
    ) -> ReachSettlement:
        """Settle every entity of the files.

        Raises:
            InputError: a file is not a results file, or its year is told nowhere.
            EmptyResult: no row of any file could be settled.
        """
        rules = load_rules("reach", tuple(overlays))
        year = _year(options or {})
        read: list[ReachRow] = []
        set_aside: list[SetAside] = []
        for file in files:
            found, aside = read_reach_results(Path(file), year)
            read += found
            set_aside += aside
        rows_in = len(read) + len(set_aside)
        rows = _without_duplicates(read, set_aside)
        rows, evaluation = _evaluate(rows, rules, set_aside)
        return ReachSettlement(
            program=self.name,
            title=f"{self.title}: settlement",
            main=Sheet([_contract(row) for row in rows], evaluation),
            presentation=PRESENTATION,
            rows_in=rows_in,
            set_aside=set_aside,
            sources=[Path(file) for file in files],
            notes=NOTES,
            printed=rows,
        )

    def verify(self, settlement: Settlement) -> Verification:
        """Hold a settlement against what the files printed."""
        from openvbc.programs.reach.results_verify import scores

        if not isinstance(settlement, ReachSettlement):
            raise InputError("only a settlement of results files can be verified against them")
        return Verification(settlement, scores(settlement))


def _year(options: Mapping[str, str]) -> int | None:
    unknown = sorted(set(options) - {"year"})
    if unknown:
        raise InputError(f"reach has no option {unknown[0]}", action="it knows: year")
    text = options.get("year")
    if text is None:
        return None
    if not text.isdigit():
        raise InputError("the performance year is not a number", place=Place(value=text))
    return int(text)


def _without_duplicates(rows: Sequence[ReachRow], set_aside: list[SetAside]) -> list[ReachRow]:
    """Each entity and year once; the first row stays."""
    first: dict[tuple[int, str], ReachRow] = {}
    for row in rows:
        key = (row.year, row.entity_id)
        if key in first:
            where = Place(row.place.file, row.place.line, "ACO_ID", row.entity_id)
            set_aside.append(SetAside("duplicate ACO", where, f"first seen at {first[key].place}"))
        else:
            first[key] = row
    return list(first.values())


def _evaluate(
    rows: list[ReachRow], rules: RuleSet, set_aside: list[SetAside]
) -> tuple[list[ReachRow], Evaluation]:
    """Evaluate the worksheet; rows of a year without rules are set aside."""
    while rows:
        evaluation = REACH_SETTLEMENT.evaluate(_inputs(rows), rules)
        if not evaluation.refused:
            return rows, evaluation
        for number, missing in sorted(evaluation.refused.items()):
            reason = "no rules for this contract"
            set_aside.append(SetAside(reason, rows[number].place, missing.what))
        rows = [row for number, row in enumerate(rows) if number not in evaluation.refused]
    raise EmptyResult(
        "no row could be settled",
        place=set_aside[0].place if set_aside else None,
        rule="; ".join(sorted({aside.reason for aside in set_aside})) or None,
        action=set_aside[0].detail if set_aside else "give a file with rows",
    )


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


def _contract(row: ReachRow) -> Contract:
    group = f"{row.risk_arrangement.title()}, {row.entity_type}".rstrip(", ")
    return Contract(row.entity_id, row.year, group, row.entity_name)


PROGRAM = ReachResults()
