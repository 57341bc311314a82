"""The payment category of a contract of the book, as its entry says or its terms imply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openvbc.programs.contract_book.book_form import Entry
from openvbc.programs.contract_book.overlap import Holder
from openvbc.programs.contract_book.payment_category import Category, Covering, categories
from openvbc.programs.contract_book.program_facts import program_facts
from openvbc.programs.contract_book.settled_entry import SettledEntry, SettledPart
from openvbc.rules.load import RuleSet

_QUALITY_TERMS = (
    "quality_gate", "quality_tiers", "quality_gates", "quality_pool_per_member_per_month",
)  # fmt: skip


def holder_of(entry: Entry, programs: list[str]) -> Holder:
    """The contract as overlap sees it, by the programs of its parts."""
    facts = [program_facts(name) for name in programs]
    named = [each.initiative for each in facts if each.initiative]
    return Holder(
        contract=entry.contract,
        payer=entry.payer,
        line_of_business=entry.line_of_business,
        initiative=entry.initiative or (named[0] if named else ""),
        is_total_cost=any(each.is_total_cost for each in facts),
        prospective=entry.prospective,
        precedence=entry.precedence,
    )


def category_of(entry: Entry, parts: Mapping[str, Any]) -> Category | None:
    """The most advanced category of a contract's parts; None where nothing says which it is.

    Args:
        entry: what the book says of the contract.
        parts: by a name for each part, what :func:`implied` gives for it.
    """
    if entry.payment_category:
        if entry.payment_category not in categories():
            return None
        link = True if entry.quality_link is None else entry.quality_link
        return Covering(entry.payment_category, link).counted_as
    part_categories = [each for each in parts.values() if each is not None]
    return min(part_categories, key=lambda one: one.place) if part_categories else None


def category_of_settled(settled: SettledEntry) -> Category | None:
    """The category of a contract that is settled."""
    parts = {str(n): implied_by_part(settled.entry, p) for n, p in enumerate(settled.parts)}
    return category_of(settled.entry, parts)


def implied_by_part(entry: Entry, part: SettledPart) -> Category | None:
    """The category that a settled part implies."""
    rules = part.settlement.main.evaluation.rules
    named = program_facts(part.program).payment_categories
    if not named:
        return implied_by_terms(entry, part.program, rules)
    if len(named) > 1:
        named = tuple(_by_risk(part, named))
    return _linked(entry, named[0], True) if len(named) == 1 else None


def _by_risk(part: SettledPart, named: tuple[str, ...]) -> list[str]:
    """Of one- and two-sided, the one the settlement itself says."""
    evaluation = part.settlement.main.evaluation
    if set(named) != {"3A", "3B"} or "risk_model" not in evaluation.worksheet.lines:
        return []
    said = {str(evaluation.value("risk_model", row)) for row in part.rows}
    return ["3B" if said == {"two-sided"} else "3A"] if len(said) == 1 else []


def implied_by_terms(entry: Entry, program: str, rules: RuleSet) -> Category | None:
    """The category that the terms of a payer's contract imply."""

    def agreed(name: str) -> Any:
        return rules.get(name).value if name in rules.names else None

    link = any(bool(agreed(name)) for name in _QUALITY_TERMS)
    if program in ("capitation", "medicare-advantage"):
        return _linked(entry, "4A" if entry.condition_scope else "4B", link)
    if program == "episodes" and agreed("price_form") == "prospective payment":
        return _linked(entry, "4A", link)
    if program in ("payer-contract", "episodes"):
        has_loss = bool(agreed("loss_share")) or bool(agreed("loss_ladder"))
        return _linked(entry, "3B" if has_loss else "3A", link)
    return None


def _linked(entry: Entry, category: str, link: bool) -> Category:
    said = link if entry.quality_link is None else entry.quality_link
    return Covering(category, said).counted_as
