"""Practices and clinicians in two contracts of a book: what the dated rules say of it.

A rule on practices or clinicians decides no person's month: it says that a provider may not be in
both, or whose payment stands where it is. The book settles both contracts and says it, by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from openvbc.programs.contract_book.book_form import Entry
from openvbc.programs.contract_book.overlap import Holder
from openvbc.programs.contract_book.overlap_rules import OverlapRule, overlap_rules

OF_PROVIDERS = frozenset({"practice", "clinician"})


@dataclass(frozen=True)
class ProviderOverlap:
    """Providers that two contracts name, and the rule on it."""

    contract: str
    other: str
    providers: int
    rule: OverlapRule
    goes_to: str
    """The contract whose payment stands; empty where the rule prefers none."""

    @property
    def says(self) -> str:
        """One sentence."""
        many = "provider is" if self.providers == 1 else "providers are"
        said = f"{self.providers:,} {many} in {self.contract} and {self.other}: {self.rule.says}"
        if self.goes_to:
            said += f"; the payment of {self.goes_to} stands"
        elif self.rule.exclusive:
            said += "; take them out of one of the two"
        return f"{said} ({self.rule.cite}, {self.rule.status})."


def provider_overlaps(
    contracts: Sequence[tuple[Entry, Holder]], day: dt.date
) -> list[ProviderOverlap]:
    """Every pair of contracts with providers in common of which a rule in force says something."""
    pairs = []
    for (one, mine), (other, theirs) in combinations(contracts, 2):
        both = set(one.providers) & set(other.providers)
        if not both:
            continue
        for rule in overlap_rules():
            named = mine.initiative and theirs.initiative
            if (
                rule.scope in OF_PROVIDERS
                and named
                and rule.holds(mine.initiative, theirs.initiative, day)
            ):
                winners = [h.contract for h in (mine, theirs) if h.initiative in rule.goes_to]
                keeps = winners[0] if len(winners) == 1 else ""
                pairs.append(ProviderOverlap(one.contract, other.contract, len(both), rule, keeps))
    return pairs


def episode_rules(holders: Sequence[Holder], day: dt.date) -> list[str]:
    """What the rules on episodes say of pairs of contracts, a sentence a pair; no episode is moved.

    An episode that may not stand beside another is taken out by its own program, from the list of
    what the other holds.
    """
    sentences = []
    for one, other in combinations(holders, 2):
        for rule in overlap_rules():
            named = one.initiative and other.initiative
            if rule.scope != "episode" or not named:
                continue
            if rule.holds(one.initiative, other.initiative, day):
                does = (
                    "each is settled with the episodes it was given: the book takes none out"
                    if rule.exclusive
                    else "each is settled by its own rules"
                )
                sentences.append(
                    f"Episodes in {one.contract} and {other.contract}: {rule.says}; {does} "
                    f"({rule.cite}, {rule.status})."
                )
    return sentences
