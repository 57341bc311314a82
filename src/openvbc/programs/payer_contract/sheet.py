"""The settlement of a payer's contract from its totals, whether printed or measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openvbc.errors import SetAside
from openvbc.format import capitalised
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.programs.terms.agreed import Agreed
from openvbc.programs.terms.review import moves_nothing
from openvbc.worksheets.terms.payer_contract import PAYER_CONTRACT

PRESENTATION = Presentation(
    headline=(
        "member_months", "benchmark", "settled_spending", "savings_rate",
        "gross_savings_or_losses", "settlement",
    ),
    result="settlement",
    totals=(
        "member_months", "benchmark", "settled_spending", "gross_savings_or_losses", "settlement",
    ),
    waterfall=(
        ("benchmark", "total"), ("spending_deducted", "step"),
        ("gross_savings_or_losses", "total"), ("not_shared", "step"), ("settlement", "total"),
    ),
)  # fmt: skip

TOTALS = (
    "member_months", "spending", "given_benchmark", "premium", "peer_per_member_per_month",
    "risk_ratio", "over_stop_loss", "care_management_fees", "quality_score",
)  # fmt: skip

RANGES: Mapping[str, tuple[Decimal, Decimal]] = {
    "quality_score": (Decimal(0), Decimal(1)),
    "risk_ratio": (Decimal("0.3"), Decimal(3)),
}
"""Closed ranges outside which a total cannot be meant; other totals are not negative."""


def needed(agreed: Agreed) -> list[str]:
    """The totals that the agreed terms need, in reading order."""
    has = {
        "given_benchmark": agreed.value("benchmark_form") == "given total",
        "premium": agreed.value("benchmark_form") == "share of premium",
        "risk_ratio": bool(agreed.value("risk_adjusted")),
        "over_stop_loss": agreed.value("stop_loss_threshold") is not None,
        "peer_per_member_per_month": agreed.value("benchmark_form") == "peer group",
        "care_management_fees": bool(agreed.value("fees_count"))
        and agreed.value("care_management_fee_per_member_per_month") is None,
        "quality_score": agreed.value("quality_gate") is not None
        or bool(agreed.value("quality_tiers")),
    }
    return [name for name in TOTALS if has.get(name, True)]


def wrong(agreed: Agreed, totals: Mapping[str, Decimal | None]) -> SetAside | None:
    """Why totals cannot be settled; None where they can."""
    for name in needed(agreed):
        label = PAYER_CONTRACT.inputs[name].label
        if totals.get(name) is None:
            return SetAside(
                f"no {label[0].lower()}{label[1:]}", detail="a term of the contract needs it"
            )
    for name, value in totals.items():
        if value is None:
            continue
        low, high = RANGES.get(name, (Decimal(0), None))
        if value < low or (high is not None and value > high):
            label = PAYER_CONTRACT.inputs[name].label
            span = f"{low} to {high}" if high is not None else "zero or more"
            return SetAside(
                f"{label[0].lower()}{label[1:]} outside what can be meant",
                detail=f"{value} is not {span}",
            )
    return None


def not_needed(agreed: Agreed, totals: Sequence[Mapping[str, Decimal | None]]) -> list[str]:
    """Totals that are given and that no term of the contract needs: they are left out."""
    wanted = set(needed(agreed))
    given = {name for row in totals for name, value in row.items() if value is not None}
    return [
        f"{name.replace('_', ' ').capitalize()} is given, and no term of the contract needs it: it "
        "moves nothing."
        for name in TOTALS
        if name in given - wanted
    ]


def settled_sheet(
    agreed: Agreed, who: Sequence[ContractYear], totals: Sequence[Mapping[str, Decimal | None]]
) -> Sheet:
    """The worksheet over rows of totals that :func:`wrong` has found nothing against.

    Totals that no term needs are left out, so that they cannot move anything.
    """
    wanted = set(needed(agreed))
    inputs: dict[str, Any] = {
        name: [row.get(name) if name in wanted else None for row in totals] for name in TOTALS
    }
    inputs["contract_year"] = [agreed.year] * len(totals)
    return Sheet(who, PAYER_CONTRACT.evaluate(inputs, agreed.rules), about="safe")


def notes_of(agreed: Agreed) -> list[str]:
    """What the contract is, and what it has no clause on."""
    silent = ", ".join(term.label[0].lower() + term.label[1:] for term in agreed.silent_on)
    said = [f"Settled by the terms of {agreed.agreement}; no law of another program is in force."]
    said += [f"{capitalised(each)}." for each in moves_nothing(agreed)]
    return [*said, f"The contract has no clause on: {silent}."] if silent else said
